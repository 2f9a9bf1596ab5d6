/** What the page of a comparison is made of. */

import type { Clock } from '../../metrics/definitions/format.js';
import type { CurveBands, Experiment } from '../page/parts.js';
import type { Values } from '../page/values.js';

/** Branches of a world under the same seeds. */
export interface ComparisonPage extends Experiment {
	readonly kind: 'comparison';
	readonly clock: Clock;
	readonly stepsUs: readonly number[];
	readonly courses: readonly CurveBands[];
	/** sides whose courses do not fit on that axis, or are not known */
	readonly without: readonly string[];
	readonly sides: readonly string[];
	readonly measures: readonly Differences[];
	/** fields in which others differ from the baseline, as their scenarios have them */
	readonly differs: readonly { readonly label: string; readonly rows: readonly (readonly string[])[] }[];
}

/** One measure of all sides. */
export interface Differences {
	readonly name: string;
	/** in the order of the seeds that all have; times in us */
	readonly values: readonly Values[];
	readonly firstSeed: number;
	/** for each of the others */
	readonly others: readonly Difference[];
}

export interface Difference {
	readonly baseline: string;
	readonly other: string;
	readonly change: string;
	readonly gain: string;
	/** whether what follows is relative to the baseline; null where too few pairs tell */
	readonly shown: {
		readonly relative: boolean;
		readonly value: number;
		readonly low: number;
		readonly high: number;
	} | null;
	readonly finding: string;
	readonly sentence: string;
}
