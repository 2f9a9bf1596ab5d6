/**
 * Log-linear histograms of times in whole microseconds. An octave [2^k, 2^(k+1)) is cut into 128 equal bins, so a bin
 * is at most 1/128 (0.8 %) as wide as its lower edge; below 256 us every value has a bin of its own. The bin of a
 * value is found with shifts, without a logarithm, and is therefore the same on every machine:
 *
 *   shift = floor(log2 v) - 7        bin = 128 shift + floor(v / 2^shift)
 *
 * The coarse version has 8 bins an octave (at most 12.5 % wide) and is meant for one histogram per time bucket.
 */
import { assert, Bug } from '../../kernel/errors.js';
import type { HistogramData } from '../outcome.js';

/** Bins of a run histogram: every safe integer of microseconds has one. */
export const BINS = 46 * 128 + 128;
/** Bins of a bucket's histogram: values from 2^36 us (19 hours) on share the last one. */
export const COARSE_BINS = 33 * 8 + 8;

/** Bin of a time. @param us whole microseconds, at least 0, below 2^53 */
export function binOf(us: number): number {
	if (us < 256) return us;
	if (us < 2147483648) {
		const shift = 24 - Math.clz32(us);
		return (shift << 7) + (us >>> shift);
	}
	// Above 31 bits shifts cannot see the value; its upper bits, 22 places down, fit again.
	const upper = Math.floor(us / 4194304);
	const shift = 24 - Math.clz32(upper);
	return ((shift + 22) << 7) + (upper >>> shift);
}

/** Smallest time of a bin. */
export function lowerUs(bin: number): number {
	if (bin < 256) return bin;
	const shift = (bin >> 7) - 1;
	return (bin - shift * 128) * 2 ** shift;
}

/** Smallest time above a bin. */
export function upperUs(bin: number): number {
	return bin < 256 ? bin + 1 : lowerUs(bin) + 2 ** ((bin >> 7) - 1);
}

/** Coarse bin of a time. @param us whole microseconds, at least 0 */
export function coarseBinOf(us: number): number {
	if (us < 16) return us;
	if (us < 2147483648) {
		const shift = 28 - Math.clz32(us);
		return (shift << 3) + (us >>> shift);
	}
	if (us >= 68719476736) return COARSE_BINS - 1;
	const upper = Math.floor(us / 4194304);
	const shift = 28 - Math.clz32(upper);
	return ((shift + 22) << 3) + (upper >>> shift);
}

/** Smallest time of a coarse bin. */
export function coarseLowerUs(bin: number): number {
	if (bin < 16) return bin;
	const shift = (bin >> 3) - 1;
	return (bin - shift * 8) * 2 ** shift;
}

/** Smallest time above a coarse bin. */
export function coarseUpperUs(bin: number): number {
	return bin < 16 ? bin + 1 : coarseLowerUs(bin) + 2 ** ((bin >> 3) - 1);
}

/** One histogram of all that the parts have recorded. */
export function merge(parts: readonly HistogramData[]): HistogramData {
	const bins = new Uint32Array(BINS);
	let count = 0;
	let sumUs = 0;
	let sumSquaresUs2 = 0;
	let minUs = Number.POSITIVE_INFINITY;
	let maxUs = Number.NEGATIVE_INFINITY;
	for (const part of parts) {
		count += part.count;
		sumUs += part.sumUs;
		sumSquaresUs2 += part.sumSquaresUs2;
		minUs = Math.min(minUs, part.minUs);
		maxUs = Math.max(maxUs, part.maxUs);
		for (let bin = 0; bin < BINS; bin++) bins[bin] += part.bins[bin];
	}
	return { count, sumUs, sumSquaresUs2, minUs, maxUs, bins };
}

/**
 * The time at rank ceil(q n): the middle of its bin, never outside [min, max], so at most 0.4 % off the exact order
 * statistic. Null where nothing was recorded.
 * @param q 0..1
 */
export function quantile(data: HistogramData, q: number): number | null {
	if (data.count === 0) return null;
	if (Math.ceil(q * data.count) >= data.count) return data.maxUs;
	const middle = middleAt(data.bins, data.count, q, lowerUs, upperUs);
	return Math.min(data.maxUs, Math.max(data.minUs, middle));
}

/**
 * The same from coarse bins, for one time bucket or several added up: at most 6 % off (and capped at 2^36 us).
 * @param bins COARSE_BINS counts
 */
export function coarseQuantile(bins: ArrayLike<number>, q: number): number | null {
	let count = 0;
	for (let bin = 0; bin < bins.length; bin++) count += bins[bin];
	return count === 0 ? null : middleAt(bins, count, q, coarseLowerUs, coarseUpperUs);
}

function middleAt(
	bins: ArrayLike<number>,
	count: number,
	q: number,
	lower: (bin: number) => number,
	upper: (bin: number) => number,
): number {
	assert(q >= 0 && q <= 1, `a quantile lies between 0 and 1, not at ${q}`);
	const rank = Math.max(1, Math.ceil(q * count));
	let cumulative = 0;
	for (let bin = 0; bin < bins.length; bin++) {
		cumulative += bins[bin];
		if (cumulative >= rank) return (lower(bin) + upper(bin) - 1) / 2;
	}
	throw new Bug('a histogram holds fewer times in its bins than it counted');
}
