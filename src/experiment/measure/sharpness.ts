/**
 * How sharp a prediction is, beside how often it holds: a band from 0 to 971 holds always and says nothing. The interval
 * score is the width of a band, plus what a value lies outside of it, times 2 / (1 - level): T. Gneiting and A. E. Raftery,
 * "Strictly Proper Scoring Rules, Prediction, and Estimation", JASA 102 (2007), section 6.2. Smaller is better for both.
 */
import type { Interval } from '../statistics/interval.js';

/** Means over the buckets that have a value and a band, in the unit of the measure; null where none has. */
export interface Sharpness {
	readonly buckets: number;
	readonly width: number | null;
	readonly score: number | null;
	readonly measured: number | null;
}

export function sharpnessOf(
	bins: readonly { readonly measured: number | null; readonly band: Interval | null }[],
	level: number,
): Sharpness {
	const comparable = bins.flatMap(({ measured, band }) =>
		measured === null || band === null ? [] : [{ measured, band }],
	);
	const mean = (of: (bin: (typeof comparable)[number]) => number): number | null =>
		comparable.length === 0 ? null : comparable.reduce((sum, bin) => sum + of(bin), 0) / comparable.length;
	return {
		buckets: comparable.length,
		width: mean(({ band }) => band.high - band.low),
		score: mean(({ measured, band }) => intervalScore(measured, band, level)),
		measured: mean(({ measured }) => measured),
	};
}

export function intervalScore(value: number, { low, high }: Interval, level: number): number {
	const outside = Math.max(0, low - value, value - high);
	return high - low + (2 / (1 - level)) * outside;
}

/** Of a mean as a share of what was measured; null where nothing was, for then no unit is left. */
export const relativeTo = (value: number | null, measured: number | null): number | null =>
	value === null || measured === null || measured === 0 ? null : value / measured;
