/** What the statistics of a share say against bounds, in the words of the tests. */

import { CONFIDENCE } from '../../src/experiment/statistics/critical-values.js';
import { type BoundSide, boundSideOf, type Interval } from '../../src/experiment/statistics/interval.js';
import { moreUntil, proportion } from '../../src/experiment/statistics/proportion.js';

/** On which side of the bound the share lies, if the interval tells. */
export const decide = (hits: number, n: number, bound: number, confidence = CONFIDENCE): BoundSide =>
	boundSideOf(proportion(hits, n, confidence).interval, bound);

/** The least number of further replications after which the interval straddles none of the bounds, if the share stays. */
export function moreToDecide(hits: number, n: number, bounds: readonly number[], confidence = CONFIDENCE) {
	const decided = (interval: Interval) => bounds.every((bound) => boundSideOf(interval, bound) !== 'straddles');
	return moreUntil(decided, proportion(hits, n, confidence));
}
