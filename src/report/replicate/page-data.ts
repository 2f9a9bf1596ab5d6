/** What the page of replications is made of. */

import type { BranchName } from '../../experiment/replicate/branch-statistics.js';
import type { Clock } from '../../metrics/definitions/format.js';
import type { CurveBands, Experiment } from '../page/parts.js';
import type { Values } from '../page/values.js';

/** Replications of one case. */
export interface ReplicatePage extends Experiment {
	readonly kind: 'replications';
	readonly clock: Clock;
	/** starts of the steps of all courses, us from t = 0 */
	readonly stepsUs: readonly number[];
	readonly courses: readonly CurveBands[];
	readonly runs: RunTable;
}

/** One line per run; times in us. */
export interface RunTable {
	readonly quantities: readonly string[];
	readonly rows: readonly {
		readonly seed: number;
		readonly branch: BranchName;
		readonly values: Values;
		/** quantities that the run could not tell */
		readonly undecided: readonly string[];
	}[];
	/** runs that are in the files alone */
	readonly left: number;
}
