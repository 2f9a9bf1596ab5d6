/** What the page of a sweep is made of. */

import type { Experiment, GridPlane } from '../page/parts.js';
import type { Values } from '../page/values.js';

/** Points of a parameter space. */
export interface SweepPage extends Experiment {
	readonly kind: 'sweep';
	readonly show: string;
	/** what can be shown */
	readonly pictures: readonly SweepPicture[];
}

/** One quantity over the axes. */
export interface SweepPicture {
	readonly name: string;
	readonly title: string;
	/** what a value is */
	readonly scale: 'share' | 'quantity';
	readonly planes: readonly GridPlane[];
	/** over one axis */
	readonly line: {
		readonly path: string;
		readonly labels: readonly string[];
		readonly values: Values;
		readonly low: Values;
		readonly high: Values;
		/** points of which no run could tell: `values` has none, and a share may be anything */
		readonly undecided: readonly boolean[];
		/** means apart, at points whose runs end in more than one branch; there `values` has none */
		readonly branches: readonly { readonly branch: string; readonly values: Values }[];
	} | null;
}
