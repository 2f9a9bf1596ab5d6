/**
 * Where one more run would fall: the question to ask of a recording, which is itself a single run. The interval of a mean
 * shrinks with the number of replications until no recording fits it; this band does not.
 *
 * Of R replications and one further run of the same law every rank of the further one is as likely as any other, so it
 * lies between the k-th smallest and the k-th greatest value with probability (R + 1 - 2k) / (R + 1); where values tie, with
 * at least that. No law is assumed. S. S. Wilks, "Determination of Sample Sizes for Setting Tolerance Limits", Annals of
 * Mathematical Statistics 12 (1941); W. Q. Meeker, G. J. Hahn and L. A. Escobar, "Statistical Intervals" (2017), section 5.3.
 */
import { assert } from '../../kernel/errors.js';
import type { Interval } from './interval.js';

/** The rank at either end, counted from 1; 0 where so few values show no band of that level. */
export function bandRank(runs: number, level: number): number {
	assert(level > 0 && level < 1, `a level lies between 0 and 1, not at ${level}`);
	// A hair: (19 + 1) x (1 - 0.9) / 2 is a little less than 1 in binary.
	return Math.floor(((runs + 1) * (1 - level)) / 2 + 1e-9);
}

/** The fewest replications that have a band: 39 at 95 %. */
export const fewestRuns = (level: number): number => Math.ceil(2 / (1 - level) - 1 - 1e-9);

/** The probability that one further run falls into the band of so many: the level, or a little more. */
export const bandLevel = (runs: number, level: number): number => 1 - (2 * bandRank(runs, level)) / (runs + 1);

/** @returns null of too few values */
export function predictionBand(values: readonly number[], level: number): Interval | null {
	const rank = bandRank(values.length, level);
	if (rank < 1) return null;
	const sorted = Float64Array.from(values).sort();
	return { low: sorted[rank - 1], high: sorted[sorted.length - rank] };
}
