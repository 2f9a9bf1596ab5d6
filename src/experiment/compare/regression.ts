/**
 * What a paired difference comes to, and whether it is a regression. The rule for a measure that has a direction, read
 * off its relative interval against the baseline:
 *
 * - holds: the interval's worse end is within the tolerance. Better counts, and so does worse by less than that.
 * - regressed: not so, and the whole interval is worse than no difference.
 * - undecided: the interval straddles no difference and reaches beyond the tolerance.
 *
 * Where the baseline is not told from zero there is nothing to be relative to: the absolute interval decides then, and
 * nothing is tolerated. Shares of runs (collapsed and the like) regress when their whole interval is worse; they hold when
 * no seed went wrong that was well in the baseline, since pairs that agree only make the interval narrower.
 */

import { boundSideOf, halfWidth, type Interval } from '../statistics/interval.js';
import type { PairedDifference } from '../statistics/paired.js';
import type { PairedShares } from '../statistics/paired-shares.js';
import { type Preference, preferenceFor } from './metric-direction.js';

/** same: told to be within the tolerance of no difference · unclear: neither told apart nor told to be the same */
export type RegressionFinding = 'better' | 'worse' | 'less' | 'more' | 'same' | 'unclear' | 'unmeasured';

export interface RegressionRuling {
	readonly finding: RegressionFinding;
	/** null for what has no direction, or no pair */
	readonly verdict: 'holds' | 'regressed' | 'undecided' | null;
	/** of undecided: about how many pairs more would decide if what was seen stays; null where no number would */
	readonly further: number | null;
}

/** The interval that a difference is read off. */
export interface ShownDifference {
	readonly relative: boolean;
	/** other - baseline, over the baseline where it is relative */
	readonly value: number;
	readonly interval: Interval;
}

/** Relative where the baseline is told from zero; null below two pairs. */
export function shownDifference({ relative, difference }: PairedDifference): ShownDifference | null {
	if (relative.ratio !== null && relative.interval !== null) {
		return { relative: true, value: relative.ratio, interval: relative.interval };
	}
	if (difference.mean === null || difference.interval === null) return null;
	return { relative: false, value: difference.mean, interval: difference.interval };
}

/** @param tolerance relative: 0.01 is 1% */
export function judgeMeasure(name: string, paired: PairedDifference, tolerance: number): RegressionRuling {
	if (paired.n === 0) return { finding: 'unmeasured', verdict: null, further: null };
	const preference = preferenceFor(name);
	const shown = shownDifference(paired);
	if (shown === null) {
		return { finding: 'unclear', verdict: preference === 'neutral' ? null : 'undecided', further: 1 };
	}
	const tolerated = shown.relative ? tolerance : 0;
	const finding = findingOf(shown.interval, tolerated, preference);
	if (preference === 'neutral') return { finding, verdict: null, further: null };
	const worsening = preference === 'less' ? shown.interval : mirrored(shown.interval);
	if (worsening.high <= tolerated) return { finding, verdict: 'holds', further: null };
	if (worsening.low > 0) return { finding, verdict: 'regressed', further: null };
	return { finding, verdict: 'undecided', further: furtherPairs(worsening, tolerated, paired.n) };
}

/** @param end of which a share of runs is told, such as `collapsed` */
export function judgeEnd(end: string, { n, interval, onlyBaseline, onlyOther }: PairedShares): RegressionRuling {
	if (interval === null) return { finding: 'unmeasured', verdict: null, further: null };
	const preference = preferenceFor(end);
	const finding = findingOf(interval, 0, preference);
	if (preference === 'neutral') return { finding, verdict: null, further: null };
	if (finding === 'worse') return { finding, verdict: 'regressed', further: null };
	const gone = preference === 'less' ? onlyOther : onlyBaseline;
	if (finding === 'better' || gone === 0) return { finding, verdict: 'holds', further: null };
	const worsening = preference === 'less' ? interval : mirrored(interval);
	return { finding, verdict: 'undecided', further: furtherPairs(worsening, 0, n) };
}

function findingOf(interval: Interval, tolerance: number, preference: Preference): RegressionFinding {
	const side = boundSideOf(interval, 0);
	if (side === 'straddles') return interval.low >= -tolerance && interval.high <= tolerance ? 'same' : 'unclear';
	const way = side === 'below' ? 'less' : 'more';
	if (preference === 'neutral') return way;
	return way === preference ? 'better' : 'worse';
}

const mirrored = ({ low, high }: Interval): Interval => ({ low: -high, high: -low });

/**
 * An interval narrows as 1 / sqrt(n). Its middle m is decided once it reaches less far than to no difference (m, all of it
 * worse) or than to the tolerance (tolerance - m, all of it tolerated).
 */
function furtherPairs(worsening: Interval, tolerance: number, n: number): number | null {
	const middle = (worsening.low + worsening.high) / 2;
	const reach = Math.max(middle, tolerance - middle);
	if (reach <= 0) return null;
	return Math.max(1, Math.ceil(n * ((halfWidth(worsening) / reach) ** 2 - 1)));
}
