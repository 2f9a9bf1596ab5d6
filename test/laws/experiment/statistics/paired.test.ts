/** Laws of paired comparisons: what drops out, what is exact, and what an interval of a ratio means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { studentMean } from '../../../../src/experiment/statistics/mean-interval.js';
import { comparePairs } from '../../../../src/experiment/statistics/paired.js';
import { comparePairedShares } from '../../../../src/experiment/statistics/paired-shares.js';
import { ratioOfMeans } from '../../../../src/experiment/statistics/ratio-of-means.js';

const SEED = 20_251_205;
const OPTIONS = { seed: SEED, numRuns: 300 };

const COUNT = fc.integer({ min: 1, max: 1_000 });
/** Pairs of whole numbers, which subtract without rounding. */
const PAIRS = fc.array(fc.tuple(COUNT, COUNT), { minLength: 2, maxLength: 30 });
const firsts = (pairs: readonly (readonly [number, number])[]) => pairs.map(([a]) => a);
const seconds = (pairs: readonly (readonly [number, number])[]) => pairs.map(([, b]) => b);

describe('differences', () => {
	it('are those of the pairs that are whole; the others are dropped and counted', () => {
		const found = comparePairs([10, null, 12, 14, 11], [1, 2, null, 3, 2]);
		expect(found).toMatchObject({ n: 3, dropped: 2, baseline: 35 / 3, other: 2 });
		expect(found.difference.mean).toBeCloseTo(2 - 35 / 3, 12);
		expect(found.difference.interval).toEqual(studentMean([-9, -11, -9]).interval);
		expect(found.relative.ratio).toBeCloseTo(6 / 35 - 1, 12);
		expect(() => comparePairs([1], [1, 2])).toThrow(/do not pair/);
	});

	it('turn round when the branches do, and keep what pairing was worth', () => {
		fc.assert(
			fc.property(PAIRS, (pairs) => {
				const there = comparePairs(firsts(pairs), seconds(pairs));
				const back = comparePairs(seconds(pairs), firsts(pairs));
				expect(back.difference.mean).toBeCloseTo(-Number(there.difference.mean), 9);
				expect(back.difference.interval?.low).toBeCloseTo(-Number(there.difference.interval?.high), 9);
				expect(back.varianceRatio).toBe(there.varianceRatio);
			}),
			OPTIONS,
		);
	});

	it('of less than two pairs have no interval', () => {
		const nothing = { difference: { mean: null, interval: null }, relative: { ratio: null }, varianceRatio: null };
		expect(comparePairs([null, 1], [1, null])).toMatchObject({ n: 0, dropped: 2, baseline: null, ...nothing });
		const one = comparePairs([4], [3]);
		expect(one).toMatchObject({ n: 1, difference: { mean: -1, interval: null }, varianceRatio: null });
		expect(one.relative).toEqual({ ratio: -0.25, interval: null });
	});
});

describe('the gain from pairing', () => {
	it('has no bound where all differences are the same, even as binary fractions', () => {
		fc.assert(
			fc.property(fc.uniqueArray(COUNT, { minLength: 2, maxLength: 20 }), COUNT, (values, shift) => {
				const baseline = values.map((v) => v / 10);
				const other = values.map((v) => (v + shift) / 10);
				expect(comparePairs(baseline, other).varianceRatio).toBe(Number.POSITIVE_INFINITY);
			}),
			OPTIONS,
		);
	});

	it('is not spoken of where nothing varied', () => {
		expect(comparePairs([0.1, 0.1, 0.1], [0.7, 0.7, 0.7]).varianceRatio).toBe(null);
	});

	it('is one where only one branch varied, and a half where both vary against each other', () => {
		expect(comparePairs([1, 2, 5], [3, 3, 3]).varianceRatio).toBeCloseTo(1, 12);
		expect(comparePairs([1, 2, 5], [-1, -2, -5]).varianceRatio).toBeCloseTo(0.5, 12);
	});
});

describe('ratios', () => {
	it('are believed to the point where top - R bottom is told from zero', () => {
		fc.assert(
			fc.property(PAIRS, (pairs) => {
				const [bottom, top] = [firsts(pairs), seconds(pairs)];
				const { ratio, interval } = ratioOfMeans(top, bottom);
				fc.pre(interval !== null);
				expect(interval.low).toBeLessThanOrEqual(Number(ratio));
				expect(interval.high).toBeGreaterThanOrEqual(Number(ratio));
				const residual = (r: number) => studentMean(top.map((value, i) => value - r * bottom[i])).interval;
				const scale = Math.max(...top, ...bottom) * (1 + Math.abs(interval.high) + Math.abs(interval.low));
				// The mean of top - R bottom falls as R rises.
				expect(Math.abs(Number(residual(interval.high)?.high))).toBeLessThan(1e-9 * scale);
				expect(Math.abs(Number(residual(interval.low)?.low))).toBeLessThan(1e-9 * scale);
			}),
			OPTIONS,
		);
	});

	it('have no interval where the lower mean may be zero', () => {
		const bottom = [1, -1, 2, 0];
		expect(studentMean(bottom).interval?.low).toBeLessThan(0);
		expect(ratioOfMeans([5, 6, 5, 7], bottom)).toEqual({ ratio: 11.5, interval: null });
		expect(ratioOfMeans([5, 6], [0, 0])).toEqual({ ratio: null, interval: null });
	});

	it('of proportional series leave no doubt, even over a mean that may be zero', () => {
		for (const other of [
			[0, 0, 0],
			[1, 2, 3],
			[10, 20, 30],
			[7, 14, 21],
		]) {
			const { relative } = comparePairs([10, 20, 30], other);
			expect(relative.ratio).toBeCloseTo(other[0] / 10 - 1, 14);
			expect(relative.interval).toEqual({ low: relative.ratio, high: relative.ratio });
		}
	});
});

describe('paired shares', () => {
	const TRUTHS = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 60 });

	it('count every pair once; the interval holds the difference within -1..1 and has a width', () => {
		fc.assert(
			fc.property(TRUTHS, (pairs) => {
				const found = comparePairedShares(firsts(pairs), seconds(pairs));
				expect(found.both + found.onlyBaseline + found.onlyOther + found.neither).toBe(pairs.length);
				const difference = (found.onlyOther - found.onlyBaseline) / pairs.length;
				expect(found.difference).toBe(difference);
				const { low, high } = found.interval ?? { low: Number.NaN, high: Number.NaN };
				expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
				expect(high).toBeLessThanOrEqual(1 + 1e-12);
				expect(low).toBeLessThanOrEqual(difference);
				expect(high).toBeGreaterThanOrEqual(difference);
				expect(high - low).toBeGreaterThan(0.01);
				const back = comparePairedShares(seconds(pairs), firsts(pairs));
				expect(back.interval?.low).toBeCloseTo(-high, 12);
			}),
			OPTIONS,
		);
	});

	it('that agree are told apart less, the more seeds agreed', () => {
		const half = (n: number) => Array.from({ length: n }, (_, i) => i % 2);
		const width = (n: number) => comparePairedShares(half(n), half(n)).interval?.high;
		expect(Number(width(400))).toBeLessThan(Number(width(40)) / 5);
	});

	it('are null of no pair, and take nothing but true and false', () => {
		expect(comparePairedShares([1, null], [null, 0])).toMatchObject({
			n: 0,
			dropped: 2,
			difference: null,
			interval: null,
		});
		expect(() => comparePairedShares([0.5], [1])).toThrow(/true is 1/);
	});
});
