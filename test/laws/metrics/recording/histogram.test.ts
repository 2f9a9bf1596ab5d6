/** Laws of the histograms: bins tile the line, merging loses nothing, quantiles and moments keep their promises. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCIES } from '../../../../src/metrics/outcome.js';
import {
	BINS,
	binOf,
	COARSE_BINS,
	coarseBinOf,
	coarseLowerUs,
	coarseQuantile,
	coarseUpperUs,
	lowerUs,
	merge,
	quantile,
	upperUs,
} from '../../../../src/metrics/recording/histogram.js';
import { LatencyLog } from '../../../../src/metrics/recording/latency-histograms.js';

const SEED = { seed: 20251205 };
/** Times of every size: uniform integers alone would nearly all be huge. */
const time = (maxBits: number) =>
	fc.tuple(fc.integer({ min: 0, max: maxBits }), fc.double({ min: 0, max: 1, noNaN: true })).map(([bits, u]) => {
		return Math.min(Number.MAX_SAFE_INTEGER, Math.floor(u * 2 ** bits));
	});

/** The log as the engine keeps it, of one place and one bucket, seen through one of its histograms. */
class Histogram {
	readonly #log = new LatencyLog(1, 1);
	record = (us: number): void => this.#log.record(0, 0, us, 0);
	reset = (): void => this.#log.restart();
	data = () => this.#log.data(LATENCIES[0], 0);
}

function record(times: readonly number[]): Histogram {
	const histogram = new Histogram();
	for (const us of times) histogram.record(us);
	return histogram;
}

/** The order statistic at rank ceil(q n), by sorting. */
function exactQuantile(times: readonly number[], q: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
}

describe('bins', () => {
	it('tile the line without gap or overlap, each at most 1 % wide', () => {
		for (let bin = 0; bin < BINS - 1; bin++) {
			expect(upperUs(bin)).toBe(lowerUs(bin + 1));
			expect(upperUs(bin) - lowerUs(bin)).toBeLessThanOrEqual(Math.max(1, 0.01 * lowerUs(bin)));
		}
		expect(upperUs(BINS - 1)).toBe(2 ** 53);
	});

	it('hold both of their edges, on either side of 31 bits', () => {
		for (let bin = 0; bin < BINS; bin++) {
			expect(binOf(lowerUs(bin))).toBe(bin);
			expect(binOf(upperUs(bin) - 1)).toBe(bin);
		}
		for (let bin = 0; bin < COARSE_BINS - 1; bin++) {
			expect(coarseBinOf(coarseLowerUs(bin))).toBe(bin);
			expect(coarseBinOf(coarseUpperUs(bin) - 1)).toBe(bin);
			expect(coarseUpperUs(bin)).toBe(coarseLowerUs(bin + 1));
		}
		expect(coarseBinOf(Number.MAX_SAFE_INTEGER)).toBe(COARSE_BINS - 1);
	});

	it('are exact below 256 us and eight an octave in the coarse version', () => {
		for (let us = 0; us < 256; us++) expect(upperUs(binOf(us)) - 1).toBe(us);
		for (const octave of [16, 1024, 2 ** 30, 2 ** 33]) {
			expect(coarseBinOf(2 * octave) - coarseBinOf(octave)).toBe(8);
		}
	});

	it('hold every time between their edges', () => {
		fc.assert(
			fc.property(time(53), (us) => {
				const bin = binOf(us);
				return lowerUs(bin) <= us && us < upperUs(bin);
			}),
			{ ...SEED, numRuns: 2000 },
		);
	});
});

describe('a histogram', () => {
	it('merged from parts is the histogram of all', () => {
		fc.assert(
			fc.property(fc.array(fc.array(time(40), { maxLength: 30 }), { minLength: 1, maxLength: 5 }), (parts) => {
				const merged = merge(parts.map((times) => record(times).data()));
				const all = record(parts.flat()).data();
				expect(merged.count).toBe(all.count);
				expect(merged.sumUs).toBe(all.sumUs);
				expect(merged.minUs).toBe(all.minUs);
				expect(merged.maxUs).toBe(all.maxUs);
				expect(merged.bins).toEqual(all.bins);
				expect(Math.abs(merged.sumSquaresUs2 - all.sumSquaresUs2)).toBeLessThanOrEqual(1e-12 * all.sumSquaresUs2);
			}),
			{ ...SEED, numRuns: 200 },
		);
	});

	it('has exact moments', () => {
		fc.assert(
			fc.property(fc.array(time(22), { minLength: 1, maxLength: 200 }), (times) => {
				const data = record(times).data();
				expect(data.count).toBe(times.length);
				expect(data.sumUs).toBe(times.reduce((sum, us) => sum + us, 0));
				expect(BigInt(data.sumSquaresUs2)).toBe(times.reduce((sum, us) => sum + BigInt(us) * BigInt(us), 0n));
				expect([data.minUs, data.maxUs]).toEqual([Math.min(...times), Math.max(...times)]);
			}),
			// 200 squares of 22-bit times stay below 2^53, where doubles are exact.
			{ ...SEED, numRuns: 200 },
		);
	});

	it('tells quantiles within 1 %, coarse ones within 7 %', () => {
		const q = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.99, 0.999, 1);
		fc.assert(
			fc.property(fc.array(time(35), { minLength: 1, maxLength: 300 }), q, (times, at) => {
				const exact = exactQuantile(times, at);
				const fine = quantile(record(times).data(), at);
				expect(fine).not.toBeNull();
				expect(Math.abs(Number(fine) - exact)).toBeLessThanOrEqual(0.004 * exact);
				const bins = new Uint32Array(COARSE_BINS);
				for (const us of times) bins[coarseBinOf(us)]++;
				expect(Math.abs(Number(coarseQuantile(bins, at)) - exact)).toBeLessThanOrEqual(0.0625 * exact);
			}),
			{ ...SEED, numRuns: 500 },
		);
	});

	it('has nothing to say when nothing was recorded, and again after a reset', () => {
		expect(quantile(new Histogram().data(), 0.5)).toBeNull();
		expect(coarseQuantile(new Uint32Array(COARSE_BINS), 0.5)).toBeNull();
		const used = record([5, 500, 50_000]);
		used.reset();
		expect(used.data()).toEqual(new Histogram().data());
	});

	it('gives a copy that later records do not touch', () => {
		const histogram = record([5]);
		const before = histogram.data();
		histogram.record(7);
		expect(before.count).toBe(1);
		expect(before.bins[7]).toBe(0);
	});
});
