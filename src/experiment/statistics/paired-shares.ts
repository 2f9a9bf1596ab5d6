/**
 * How much more often one branch collapses than another under the same seeds. Only seeds on which the two disagree tell
 * them apart, and there may be none; an interval from the disagreements alone (McNemar, Wald) then has no width.
 *
 * R. G. Newcombe, "Improved Confidence Intervals for the Difference between Binomial Proportions Based on Paired Data",
 * Statistics in Medicine 17 (1998), method 10: Wilson's intervals of both shares, put together with the correlation of the
 * pairs, which is taken somewhat smaller than seen. It stays within -1..1, and has a width whatever was seen.
 */
import { assert } from '../../kernel/errors.js';
import { CONFIDENCE } from './critical-values.js';
import type { Interval } from './interval.js';
import { pairUp } from './paired.js';
import { wilson } from './proportion.js';

export interface PairedShares {
	readonly n: number;
	/** pairs left out because either side is missing */
	readonly dropped: number;
	/** counts of pairs; they sum up to n */
	readonly both: number;
	readonly onlyBaseline: number;
	readonly onlyOther: number;
	readonly neither: number;
	/** P(other) - P(baseline), null of no pair, as its interval */
	readonly difference: number | null;
	readonly interval: Interval | null;
	readonly confidence: number;
	/** where some runs could not tell: each share, and the difference, if none of them were true and if all were */
	readonly bounds?: Readonly<Record<'baseline' | 'other' | 'difference', readonly [number, number]>>;
}

/**
 * Compares seed by seed.
 * @param baseline and other: 1 for true, 0 for false, null where there is nothing to compare
 */
export function comparePairedShares(
	baseline: readonly (number | null)[],
	other: readonly (number | null)[],
	confidence = CONFIDENCE,
): PairedShares {
	const pairs = pairUp(baseline, other);
	const count = (there: number, here: number) =>
		pairs.baseline.filter((value, i) => value === there && pairs.other[i] === here).length;
	const counts = { both: count(1, 1), onlyBaseline: count(1, 0), onlyOther: count(0, 1), neither: count(0, 0) };
	const n = pairs.baseline.length;
	assert(counts.both + counts.onlyBaseline + counts.onlyOther + counts.neither === n, 'true is 1 and false is 0');
	const difference = n === 0 ? null : (counts.onlyOther - counts.onlyBaseline) / n;
	const interval = n === 0 ? null : newcombe(counts, confidence);
	return { n, dropped: pairs.dropped, ...counts, difference, interval, confidence };
}

type Counts = Pick<PairedShares, 'both' | 'onlyBaseline' | 'onlyOther' | 'neither'>;

/** The distances from each share to its ends, added as the sides of a triangle with angle arccos(phi) between them. */
function newcombe(counts: Counts, confidence: number): Interval {
	const { both, onlyBaseline, onlyOther, neither } = counts;
	const n = both + onlyBaseline + onlyOther + neither;
	const [here, there] = [(both + onlyOther) / n, (both + onlyBaseline) / n];
	const [wilsonHere, wilsonThere] = [wilson(here, n, confidence), wilson(there, n, confidence)];
	const phi = correlation(counts);
	const side = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
	return {
		low: here - there - side(here - wilsonHere.low, wilsonThere.high - there),
		high: here - there + side(wilsonHere.high - here, there - wilsonThere.low),
	};
}

/** The fourfold table's phi, half a pair nearer to none where it is positive; 0 where one branch always says the same. */
function correlation({ both, onlyBaseline, onlyOther, neither }: Counts): number {
	const n = both + onlyBaseline + onlyOther + neither;
	const margins = (both + onlyBaseline) * (onlyOther + neither) * (both + onlyOther) * (onlyBaseline + neither);
	if (margins === 0) return 0;
	const determinant = both * neither - onlyBaseline * onlyOther;
	return (determinant > 0 ? Math.max(0, determinant - n / 2) : determinant) / Math.sqrt(margins);
}
