/** Laws of figures over replications: moments, means, quantiles, the bootstrap and bands, whatever the values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../../src/experiment/statistics/bootstrap.js';
import { quantiles } from '../../../src/experiment/statistics/bootstrap-quantiles.js';
import { bands } from '../../../src/experiment/statistics/curve-bands.js';
import { studentMean } from '../../../src/experiment/statistics/mean-interval.js';
import { covarianceOf, meanOf, present, varianceOf } from '../../../src/experiment/statistics/moments.js';
import { quantileOfSorted } from '../../../src/experiment/statistics/sample-quantile.js';

const SEED = 20_251_205;
const OPTIONS = { seed: SEED, numRuns: 200 };

const VALUE = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const SAMPLE = fc.array(VALUE, { minLength: 1, maxLength: 60 });
const P = fc.double({ min: 0, max: 1, noNaN: true });
const rising = (values: ArrayLike<number>) => Array.from(values).every((v, i, all) => i === 0 || all[i - 1] <= v);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('moments', () => {
	it('are those of the definition, and a shift of all values moves no variance', () => {
		expect(meanOf([1, 2, 4])).toBeCloseTo(7 / 3, 14);
		expect(varianceOf([1, 2, 4])).toBeCloseTo(7 / 3, 14);
		expect(covarianceOf([1, 2, 4], [2, 1, 0])).toBeCloseTo(-1.5, 14);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2, maxLength: 40 }), (values) => {
				const n = values.length;
				const byHand = (n * sum(values.map((v) => v * v)) - sum(values) ** 2) / (n * (n - 1));
				expect(varianceOf(values)).toBeCloseTo(byHand, 6);
				// One-pass sums would have no digit left at this height.
				expect(varianceOf(values.map((v) => v + 1e10))).toBeCloseTo(byHand, 6);
			}),
			OPTIONS,
		);
	});

	it('are null of too little, and refuse what is not finite', () => {
		expect([meanOf([]), varianceOf([]), varianceOf([3])]).toEqual([null, null, null]);
		expect(() => meanOf([1, Number.NaN])).toThrow(/finite/);
		expect(() => meanOf([1, Number.POSITIVE_INFINITY])).toThrow(/finite/);
		expect(() => covarianceOf([1, 2], [1])).toThrow(/do not pair/);
		expect(present([1, null, 0])).toEqual([1, 0]);
	});
});

describe('a mean', () => {
	it('stands in the middle of its interval, which scales and shifts with the values', () => {
		fc.assert(
			fc.property(
				fc.array(VALUE, { minLength: 2, maxLength: 40 }),
				fc.constantFrom(-3, 0.5, 7),
				VALUE,
				(values, scale, shift) => {
					const { mean, interval } = studentMean(values);
					const moved = studentMean(values.map((v) => scale * v + shift));
					expect((Number(interval?.low) + Number(interval?.high)) / 2).toBeCloseTo(Number(mean), 6);
					const ends = [Number(interval?.low), Number(interval?.high)].map((end) => scale * end + shift);
					expect(moved.interval?.low).toBeCloseTo(Math.min(...ends), 4);
					expect(moved.interval?.high).toBeCloseTo(Math.max(...ends), 4);
				},
			),
			OPTIONS,
		);
	});

	it('of one value has no interval, of equal values one without width', () => {
		expect(studentMean([])).toMatchObject({ n: 0, mean: null, sd: null, interval: null });
		expect(studentMean([4])).toMatchObject({ n: 1, mean: 4, sd: null, interval: null });
		expect(studentMean([4, 4, 4])).toMatchObject({ mean: 4, sd: 0, interval: { low: 4, high: 4 } });
	});
});

describe('quantiles', () => {
	it('rise with p from the least to the greatest value', () => {
		fc.assert(
			fc.property(SAMPLE, fc.array(P, { minLength: 2, maxLength: 6 }), (values, ps) => {
				const sorted = Float64Array.from(values).sort();
				expect(quantileOfSorted(sorted, 0)).toBe(sorted[0]);
				expect(quantileOfSorted(sorted, 1)).toBe(sorted[sorted.length - 1]);
				expect(rising(ps.sort((a, b) => a - b).map((p) => quantileOfSorted(sorted, p)))).toBe(true);
			}),
			OPTIONS,
		);
	});

	it('have intervals with low <= high inside the sample, which rise with p; none below five values', () => {
		fc.assert(
			fc.property(SAMPLE, fc.integer({ min: 0, max: 1_000 }), (values, seed) => {
				const found = quantiles(values, [0.05, 0.5, 0.95], { seed, resamples: 100 });
				for (const { interval } of found) {
					expect(interval === null).toBe(values.length < 5);
					if (interval === null) continue;
					expect(rising([Math.min(...values), interval.low, interval.high, Math.max(...values)])).toBe(true);
				}
				if (values.length < 5) return;
				expect(rising(found.map(({ interval }) => Number(interval?.low)))).toBe(true);
				expect(rising(found.map(({ interval }) => Number(interval?.high)))).toBe(true);
			}),
			OPTIONS,
		);
	});

	it('do not depend on the order of the replications', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray([3, 1, 4, 1.5, 9, 2.6, 5.3], { minLength: 7 }), (values) => {
				expect(quantiles(values, [0.5], { seed: 1 })).toEqual(
					quantiles([3, 1, 4, 1.5, 9, 2.6, 5.3], [0.5], { seed: 1 }),
				);
			}),
			{ seed: SEED, numRuns: 20 },
		);
	});

	it('say how likely they lie beyond all values seen, on whichever side', () => {
		const unseen = quantiles([1, 2, 3], [0.05, 0.5, 0.95], { seed: 1 }).map((found) => found.unseen);
		expect(unseen).toEqual([0.95 ** 3, 0.5 ** 3, 0.95 ** 3]);
		// What the head of the file says of 20 and of 59 runs.
		const of = (n: number) => quantiles(new Array<number>(n).fill(0), [0.95], { seed: 1, resamples: 100 })[0].unseen;
		expect(of(20)).toBeCloseTo(0.36, 2);
		expect(of(58)).toBeGreaterThan(0.05);
		expect(of(59)).toBeLessThan(0.05);
	});

	it('of nothing are null', () => {
		expect(quantiles([], [0.5], { seed: 1 })).toEqual([{ p: 0.5, value: null, interval: null, unseen: 1 }]);
	});
});

describe('the bootstrap', () => {
	const values = [3, 1, 4, 1, 5, 9, 2, 6];
	const mean = (rows: Int32Array) => [sum(Array.from(rows, (row) => values[row])) / rows.length];

	it('is the same for the same seed and another for another', () => {
		const first = bootstrap(values.length, mean, { seed: 5 });
		expect(bootstrap(values.length, mean, { seed: 5 })).toEqual(first);
		expect(bootstrap(values.length, mean, { seed: 6 })).not.toEqual(first);
	});

	it('draws every row equally often, and rows of pairs together', () => {
		const drawn = new Array<number>(8).fill(0);
		const count = (rows: Int32Array) => {
			for (const row of rows) drawn[row]++;
			return [0];
		};
		bootstrap(8, count, { seed: 1, resamples: 5_000 });
		for (const times of drawn) expect(Math.abs(times - 5_000)).toBeLessThan(4 * Math.sqrt(40_000 * (1 / 8) * (7 / 8)));
		const other = values.map((v) => 3 * v + 1);
		const apart = (rows: Int32Array) => [sum(Array.from(rows, (r) => other[r] - 3 * values[r])) / rows.length];
		expect(bootstrap(8, apart, { seed: 1 })).toEqual([{ low: 1, high: 1 }]);
	});

	it('gives none for a figure that some resample lacks, and the others all the same', () => {
		const some = (rows: Int32Array) => [rows.includes(0) ? 1 : Number.NaN, rows[0]];
		const [broken, whole] = bootstrap(8, some, { seed: 1 }) ?? [];
		expect(broken).toBe(null);
		expect(whole).toEqual({ low: 0, high: 7 });
		expect(bootstrap(4, mean, { seed: 1 })).toBe(null);
		expect(() => bootstrap(8, mean, { seed: 1, resamples: 20 })).toThrow(/hundred/);
	});
});

describe('bands', () => {
	const CURVES = fc.integer({ min: 1, max: 6 }).chain((steps) =>
		fc.array(fc.array(fc.option(VALUE, { nil: null, freq: 4 }), { minLength: steps, maxLength: steps }), {
			minLength: 1,
			maxLength: 20,
		}),
	);

	it('lie above each other in every step, and count what was measured', () => {
		fc.assert(
			fc.property(CURVES, (curves) => {
				const found = bands(curves);
				expect(found.length).toBe(curves[0].length);
				for (const [step, band] of found.entries()) {
					const values = present(curves.map((curve) => curve[step]));
					expect(band.n).toBe(values.length);
					const { min, p5, p25, p50, p75, p95, max, mean } = band;
					const edges = [min, p5, p25, p50, p75, p95, max];
					if (values.length === 0) {
						expect([...edges, mean]).toEqual(new Array(8).fill(null));
						continue;
					}
					expect(rising(present(edges))).toBe(true);
					expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
					expect(mean).toBeCloseTo(sum(values) / values.length, 6);
				}
			}),
			OPTIONS,
		);
	});

	it('of one curve are that curve; of curves of unequal length, our mistake; of none, nothing', () => {
		const [first, second] = bands([[2, null]]);
		expect(first).toEqual({ n: 1, mean: 2, min: 2, p5: 2, p25: 2, p50: 2, p75: 2, p95: 2, max: 2 });
		expect(second.n).toBe(0);
		expect(() => bands([[1, 2], [1]])).toThrow(/as many steps/);
		expect(bands([])).toEqual([]);
	});

	it('have their quantiles where R has them', () => {
		const [band] = bands(Array.from({ length: 11 }, (_, i) => [(i * 7) % 11]));
		expect(band).toEqual({ n: 11, mean: 5, min: 0, p5: 0.5, p25: 2.5, p50: 5, p75: 7.5, p95: 9.5, max: 10 });
	});
});
