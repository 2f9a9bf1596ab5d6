/**
 * Two branches under the same seeds: what differs is told from luck by the differences seed by seed, and what both share
 * cancels. Says by how much the branches differ, in units and relative to the first, and what pairing was worth.
 */
import { assert } from '../../kernel/errors.js';
import { CONFIDENCE } from './critical-values.js';
import { type Mean, studentMean } from './mean-interval.js';
import { isLevel, meanOf, sizeOf, varianceOf } from './moments.js';
import { type Ratio, ratioOfMeans } from './ratio-of-means.js';

export interface PairedDifference {
	/** pairs that were compared */
	readonly n: number;
	/** pairs left out because either side measured nothing or failed */
	readonly dropped: number;
	/** means over the pairs that were compared, null of none */
	readonly baseline: number | null;
	readonly other: number | null;
	/** other - baseline, with Student's interval over the differences */
	readonly difference: Mean;
	/** (other - baseline) / baseline: -0.995 is "fewer by 99.5%"; with Fieller's interval */
	readonly relative: Ratio;
	/**
	 * (var baseline + var other) / var(other - baseline): how many times more replications independent seeds would have
	 * taken for an interval as narrow. Below 1 where pairing did harm. Infinity where the differences are all the same,
	 * null where neither branch varied (nothing to gain) and below two pairs.
	 */
	readonly varianceRatio: number | null;
}

export interface Pairs {
	readonly baseline: readonly number[];
	readonly other: readonly number[];
	readonly dropped: number;
}

/**
 * Compares seed by seed.
 * @param baseline and other: in the order of their seeds, null where there is nothing to compare
 */
export function comparePairs(
	baseline: readonly (number | null)[],
	other: readonly (number | null)[],
	confidence = CONFIDENCE,
): PairedDifference {
	const pairs = pairUp(baseline, other);
	const differences = pairs.other.map((value, i) => value - pairs.baseline[i]);
	return {
		n: differences.length,
		dropped: pairs.dropped,
		baseline: meanOf(pairs.baseline),
		other: meanOf(pairs.other),
		difference: studentMean(differences, confidence),
		relative: relativeTo(ratioOfMeans(pairs.other, pairs.baseline, confidence)),
		varianceRatio: varianceRatio(pairs, differences),
	};
}

/** The pairs of which both sides are there. */
export function pairUp(baseline: readonly (number | null)[], other: readonly (number | null)[]): Pairs {
	assert(baseline.length === other.length, `series of ${baseline.length} and ${other.length} values do not pair`);
	const both: [number, number][] = [];
	for (const [i, value] of baseline.entries()) {
		const twin = other[i];
		if (value !== null && twin !== null) both.push([value, twin]);
	}
	return {
		baseline: both.map(([value]) => value),
		other: both.map(([, twin]) => twin),
		dropped: baseline.length - both.length,
	};
}

function relativeTo({ ratio, interval }: Ratio): Ratio {
	return {
		ratio: ratio === null ? null : ratio - 1,
		interval: interval === null ? null : { low: interval.low - 1, high: interval.high - 1 },
	};
}

function varianceRatio({ baseline, other }: Pairs, differences: readonly number[]): number | null {
	const [apart, a, b] = [varianceOf(differences), varianceOf(baseline), varianceOf(other)];
	if (apart === null || a === null || b === null) return null;
	const size = Math.max(sizeOf(baseline), sizeOf(other));
	if (isLevel(baseline, size) && isLevel(other, size)) return null;
	return isLevel(differences, size) ? Number.POSITIVE_INFINITY : (a + b) / apart;
}
