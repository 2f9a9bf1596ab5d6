/** What the page of a recording beside its prediction is made of. */

import type { Clock } from '../../metrics/definitions/format.js';
import type { Experiment } from '../page/parts.js';

/** A recording beside the bands in which a further run would fall; the bands stand in the summary. */
export interface MeasurePage extends Experiment {
	readonly kind: 'measured';
	readonly clock: Clock;
	/** of the buckets, which begin with the window */
	readonly stepUs: number;
	readonly buckets: number;
	/** what both can be asked, by its name in the summary, and how much of it lies inside */
	readonly measures: readonly { readonly name: string; readonly timed: boolean; readonly inside: string }[];
}
