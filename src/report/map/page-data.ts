/** What the page of a stability map is made of. */

import type { Experiment, GridSide } from '../page/parts.js';
import type { Finding } from '../text/finding.js';

/** Where on a plane a system is safe, vulnerable or doomed. */
export interface MapPage extends Experiment {
	readonly kind: 'map';
	readonly down: GridSide;
	readonly across: GridSide;
	/** a letter per point, row by row from the top: s, v, d, u; a capital where it was looked at; a blank: not known */
	readonly rows: readonly string[];
	readonly meanings: Readonly<Record<string, string>>;
	readonly notes: readonly string[];
	/** where regions end along the lower axis */
	readonly along: readonly Finding[];
	/** how sure it is, and what may have been missed */
	readonly sure: readonly Finding[];
}
