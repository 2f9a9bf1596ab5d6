/** Laws of sweeps: ranges without drift, full grids, one point per stratum and axis, shards that share everything once. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { floorDivide, readDecimal, scaled, toNumber } from '../../../../src/experiment/sweep/decimal.js';
import {
	grid,
	type HypercubeAxis,
	latinHypercube,
	parseShard,
	range,
	shardOf,
} from '../../../../src/experiment/sweep/designs.js';

const SEED = 20_251_205;
const OPTIONS = { seed: SEED, numRuns: 300 };

describe('decimals', () => {
	it('are read from the text of a number and give the number back', () => {
		expect(readDecimal(-12.5e-9)).toEqual({ units: -125n, decimals: 10 });
		expect(readDecimal(3e21)).toEqual({ units: 3n, decimals: -21 });
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				expect(toNumber(readDecimal(value))).toBe(value === 0 ? 0 : value);
				expect(toNumber(scaled([readDecimal(value), readDecimal(1e-7)])[0])).toBe(value === 0 ? 0 : value);
			}),
			OPTIONS,
		);
	});

	test.each([
		[7n, 2n, 3n],
		[-7n, 2n, -4n],
		[-8n, 2n, -4n],
		[0n, 5n, 0n],
	])('%i over %i, rounded down, is %i', (above, below, result) => {
		expect(floorDivide(above, below)).toBe(result);
	});
});

describe('ranges', () => {
	test.each([
		{ args: [0.1, 0.5, 0.1], values: [0.1, 0.2, 0.3, 0.4, 0.5] },
		{ args: [0, 1, 0.3], values: [0, 0.3, 0.6, 0.9] },
		{ args: [-1e-7, 1e-7, 5e-8], values: [-1e-7, -5e-8, 0, 5e-8, 1e-7] },
		{ args: [1000, 3000, 500], values: [1000, 1500, 2000, 2500, 3000] },
		{ args: [5, 5, 1], values: [5] },
		{ args: [2, 3, 7], values: [2] },
	])('$args', ({ args: [min, max, step], values }) => {
		expect(range(min, max, step)).toEqual(values);
	});

	it('hit both ends exactly wherever steps fit, and have no more digits than what was asked', () => {
		const hundredths = fc.integer({ min: -100_000, max: 100_000 });
		fc.assert(
			fc.property(
				hundredths,
				fc.integer({ min: 1, max: 5_000 }),
				fc.integer({ min: 0, max: 300 }),
				(from, by, steps) => {
					const [min, step] = [from / 100, by / 100];
					const max = (from + steps * by) / 100;
					const values = range(min, max, step);
					expect(values.length).toBe(steps + 1);
					expect([values[0], values[steps]]).toEqual([min === 0 ? 0 : min, max === 0 ? 0 : max]);
					for (const value of values) expect(String(value)).toMatch(/^-?\d+(\.\d{1,2})?$/);
				},
			),
			OPTIONS,
		);
	});

	test.each([
		[2, 1, 0.1],
		[1, 2, 0],
		[1, 2, -1],
		[Number.NaN, 2, 1],
		[0, Number.POSITIVE_INFINITY, 1],
		[1, 2, Number.NaN],
		[0, 1, 1e-9],
	])('%f to %f by %f is refused', (min, max, step) => {
		expect(() => range(min, max, step)).toThrow(/would do/);
	});
});

describe('grids', () => {
	it('have every combination once, the first axis slowest', () => {
		const axes = [[1, 2], ['a', 'b', 'c'], [true]];
		const points = grid<number | string | boolean>(axes);
		expect(points.map((point) => point.join(''))).toEqual(
			[1, 2].flatMap((n) => ['a', 'b', 'c'].map((s) => `${n}${s}true`)),
		);
		expect(grid([])).toEqual([[]]);
		expect(grid([[1, 2], []])).toEqual([]);
		expect(() => grid([range(1, 1_000, 1), range(1, 101, 1)])).toThrow(/101000 points, at most 100000/);
	});
});

describe('Latin hypercubes', () => {
	const SPAN = fc
		.record({
			min: fc.integer({ min: -100_000, max: 100_000 }),
			width: fc.integer({ min: 1, max: 100_000 }),
			scale: fc.constantFrom(1, 10, 1_000, 1e6),
		})
		.map(({ min, width, scale }): HypercubeAxis => ({ min: min / scale, max: (min + width) / scale }));
	const CASES = fc.record({
		spans: fc.array(SPAN, { minLength: 1, maxLength: 4 }),
		n: fc.integer({ min: 1, max: 60 }),
		seed: fc.integer({ min: 0, max: 1_000_000 }),
	});

	it('visit each stratum of each axis once, strictly inside, in short decimals', () => {
		fc.assert(
			fc.property(CASES, ({ spans, n, seed }) => {
				const points = latinHypercube(spans, n, seed);
				expect(points.length).toBe(n);
				for (const [axis, { min, max }] of spans.entries()) {
					const values = points.map((point) => point[axis]);
					const strata = values.map((value) => Math.floor(((value - min) / (max - min)) * n));
					expect(strata.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
					expect(Math.min(...values)).toBeGreaterThan(min);
					expect(Math.max(...values)).toBeLessThan(max);
					for (const value of values) {
						// At most four digits finer than a stratum is wide, where that is below one.
						expect(10 ** -readDecimal(value).decimals).toBeGreaterThanOrEqual(Math.min(1, (max - min) / n / 10_001));
					}
				}
				expect(latinHypercube(spans, n, seed)).toEqual(points);
			}),
			OPTIONS,
		);
	});

	it('another seed gives other points, another axis another order, and an axis does not change when one is added', () => {
		const unit: HypercubeAxis = { min: 0, max: 1 };
		const one = latinHypercube([unit, unit], 20, 1);
		expect(latinHypercube([unit, unit], 20, 2)).not.toEqual(one);
		expect(one.map(([a]) => a)).not.toEqual(one.map(([, b]) => b));
		expect(latinHypercube([unit, unit, unit], 20, 1).map((point) => point.slice(0, 2))).toEqual(one);
	});

	it('leave every place in the order to chance, first and last too', () => {
		const seeds = 2_000;
		const n = 4;
		const counts = Array.from({ length: n * n }, () => 0);
		for (let seed = 0; seed < seeds; seed++) {
			const points = latinHypercube([{ min: 0, max: n }], n, seed);
			for (const [place, [value]] of points.entries()) counts[n * place + Math.floor(value)]++;
		}
		const stray = 4 * Math.sqrt(seeds * (1 / n) * (1 - 1 / n));
		for (const count of counts) expect(Math.abs(count - seeds / n)).toBeLessThan(stray);
	});

	it('are jittered evenly within strata, and pair strata without preference', () => {
		const n = 2_000;
		const points = latinHypercube(
			[
				{ min: 0, max: 1 },
				{ min: 0, max: 1 },
			],
			n,
			3,
		);
		const jitters = points.map(([a]) => a * n - Math.floor(a * n));
		const mean = jitters.reduce((a, b) => a + b, 0) / n;
		expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
		const spread = jitters.reduce((a, b) => a + (b - 0.5) ** 2, 0) / n;
		// (u - 1/2)^2 has mean 1/12 and variance 1/180.
		expect(Math.abs(spread - 1 / 12)).toBeLessThan(4 / Math.sqrt(180 * n));
		const together = points.reduce((sum, [a, b]) => sum + (a - 0.5) * (b - 0.5), 0) / n;
		expect(Math.abs(12 * together)).toBeLessThan(4 / Math.sqrt(n));
	});

	it('give whole numbers their even share on a whole axis, ends included', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: -50, max: 50 }),
				fc.integer({ min: 0, max: 30 }),
				fc.integer({ min: 1, max: 100 }),
				(min, width, n) => {
					const values = latinHypercube([{ min, max: min + width, whole: true }], n, 5).map(([value]) => value);
					for (let value = min; value <= min + width; value++) {
						const times = values.filter((v) => v === value).length;
						expect(Math.abs(times - n / (width + 1))).toBeLessThan(2);
					}
					expect(values.every((v) => Number.isInteger(v) && v >= min && v <= min + width)).toBe(true);
				},
			),
			OPTIONS,
		);
	});

	it('refuse spans that make no sense, and keep a span without width', () => {
		expect(latinHypercube([{ min: 3, max: 3 }], 2, 1)).toEqual([[3], [3]]);
		expect(() => latinHypercube([{ min: 2, max: 1 }], 4, 1)).toThrow(/rising range/);
		expect(() => latinHypercube([{ min: 0, max: Number.POSITIVE_INFINITY }], 4, 1)).toThrow(/rising range/);
		expect(() => latinHypercube([{ min: 0.5, max: 4, whole: true }], 4, 1)).toThrow(/whole ends/);
		expect(() => latinHypercube([{ min: 1, max: 1 + 1e-12 }], 4, 1)).toThrow(/wider range/);
		expect(() => latinHypercube([{ min: 0, max: 1 }], 1_000_000, 1)).toThrow(/at most 100000/);
		expect(() => latinHypercube([{ min: 0, max: 1 }], 0, 1)).toThrow(/one point or more/);
	});
});

describe('shards', () => {
	it('share every point once, evenly, in order, counted from 0 or from 1', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 200 }),
				fc.integer({ min: 1, max: 30 }),
				fc.constantFrom(0, 1),
				(n, of, from) => {
					const points = Array.from({ length: n }, (_, i) => i);
					const shards = Array.from({ length: of }, (_, i) => shardOf(points, parseShard(`${i + from}/${of}`)));
					expect(shards.flat().sort((a, b) => a - b)).toEqual(points);
					const sizes = shards.map((shard) => shard.length);
					expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
					for (const shard of shards) expect(shard).toEqual([...shard].sort((a, b) => a - b));
				},
			),
			OPTIONS,
		);
	});

	it('of a grid with as many columns as shards get some of every column each, not a column', () => {
		for (const of of [2, 3, 4, 6]) {
			const columns = grid([range(1, 60, 1), range(1, of, 1)]).map(([, column]) => column);
			for (let index = 0; index < of; index++) {
				const own = shardOf(columns, { index, of });
				for (let column = 1; column <= of; column++) {
					const count = own.filter((c) => c === column).length;
					// 60 rows deal a column's point to this shard with chance 1 / of each.
					expect(Math.abs(count - 60 / of)).toBeLessThan(4 * Math.sqrt((60 / of) * (1 - 1 / of)));
				}
			}
		}
	});

	test.each(['', '3', '3/', '/3', '4/3', '1/0', '-1/3', '1.5/3', '1/3/5', ' 1/3'])('"%s" is no shard', (text) => {
		expect(() => parseShard(text)).toThrow(/such as 3\/8 would do/);
	});
});
