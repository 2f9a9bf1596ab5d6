/**
 * Intervals for statistics that have no formula: the sample stands for the world, is drawn from with replacement many
 * times over, and the middle of what the statistic then says is its interval (the percentile interval: B. Efron and
 * R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13).
 *
 * A resample knows no value that the sample did not hold. Intervals of few values are therefore too narrow, and below
 * five there is none: with four values one resample in 64 repeats a single one, with two every other.
 */
import { assert } from '../../kernel/errors.js';
import { Streams } from '../../kernel/random.js';
import { CONFIDENCE } from './critical-values.js';
import type { Interval } from './interval.js';
import { quantileOfSorted } from './sample-quantile.js';

/** Fewer values than this have no interval. */
export const LEAST_VALUES = 5;

/**
 * Some figures of a resample.
 * @param rows which values were drawn, in the order drawn, each 0..n-1; lent: may be sorted, must not be kept
 */
export type Statistic = (rows: Int32Array) => readonly number[];

export interface BootstrapOptions {
	/** equal seeds draw equal rows, whatever the statistic */
	readonly seed: number;
	readonly confidence?: number;
	readonly resamples?: number;
}

/**
 * The percentile interval of each figure.
 * @param n values (or pairs) in the sample; rows are drawn together, so that pairs stay pairs
 * @returns as many as the statistic has figures, null for a figure that some resample could not give (NaN, infinite); or
 * null below five values
 */
export function bootstrap(n: number, statistic: Statistic, options: BootstrapOptions): (Interval | null)[] | null {
	const { seed, confidence = CONFIDENCE, resamples = 1000 } = options;
	assert(resamples >= 100, `an interval wants a hundred resamples or more, not ${resamples}`);
	if (n < LEAST_VALUES) return null;
	const uniform = new Streams(seed).uniform('bootstrap');
	const rows = new Int32Array(n);
	const figures = Array.from({ length: resamples }, () => {
		for (let i = 0; i < n; i++) rows[i] = Math.floor(uniform() * n);
		return statistic(rows);
	});
	return figures[0].map((_, k) =>
		middle(
			figures.map((figure) => figure[k]),
			confidence,
		),
	);
}

function middle(figures: readonly number[], confidence: number): Interval | null {
	if (!figures.every(Number.isFinite)) return null;
	const sorted = Float64Array.from(figures).sort();
	return {
		low: quantileOfSorted(sorted, (1 - confidence) / 2),
		high: quantileOfSorted(sorted, (1 + confidence) / 2),
	};
}
