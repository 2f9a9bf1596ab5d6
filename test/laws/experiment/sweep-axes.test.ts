/** Laws of a sweep's axes: values are exact and keep their unit, grids have their order, hypercubes their strata. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { folded } from '../../../src/cli/flags/axis-flags.js';
import { readList, readRange, setsOf, sweepPoints } from '../../../src/experiment/sweep/axes.js';
import { decimalText, readDecimal } from '../../../src/experiment/sweep/decimal.js';
import { parseDuration, parseFactor, parseRate, parseShare } from '../../../src/kernel/units.js';

const words = (text: string): string[] => text.split(' ');
const OPTIONS = { seed: 20_251_205, numRuns: 300 };

describe('ranges', () => {
	test.each([
		['edge.workers 2 8 2', ['2', '4', '6', '8']],
		['a.b 500ms 1500ms 500ms', ['500ms', '1000ms', '1500ms']],
		['a.b 0% 0.3% 0.1%', ['0%', '0.1%', '0.2%', '0.3%']],
		['a.b 50k/s 60k/s 2.5k/s', ['50k/s', '52.5k/s', '55k/s', '57.5k/s', '60k/s']],
		['a.b x1 x2 x0.25', ['x1', 'x1.25', 'x1.5', 'x1.75', 'x2']],
		['a.b -1h 1h 1h', ['-1h', '0h', '1h']],
		['a.b 1e-7 3e-7 1e-7', ['0.0000001', '0.0000002', '0.0000003']],
		['a.b 5s 5s 1s', ['5s']],
	])('%s', (text, values) => {
		const axis = readRange(words(text));
		expect(axis).toEqual({ path: text.split(' ')[0], values });
	});

	it('without a step are stretches', () => {
		expect(readRange(words('a.b 5% 50%'))).toEqual({ path: 'a.b', min: 5, max: 50, prefix: '', unit: '%' });
	});

	test.each([
		['a.b 1', 'MIN, MAX and STEP would do'],
		['a.b 500ms 3s 500ms', 'in one unit'],
		['a.b x1 3 1', 'in one unit'],
		['a.b 1s 3s 1', 'in one unit'],
		['a.b 1m30s 3m 1m', 'a number with one unit'],
		['a.b 08:00 09:00 1m', 'a number with one unit'],
		['a.b 3 1 1', 'rising range'],
		['a.b 1 3 0', 'step above 0'],
		['a..b 1 3 1', 'a path such as'],
		['a=b 1 3 1', 'a path such as'],
		['a.b 1.0000000000000001 2 1', 'at most 15 digits'],
		['a.b 0 1 0.000001', '1000001 points'],
	])('%s is refused', (text, why) => {
		expect(() => readRange(words(text))).toThrow(why);
	});

	it('are read by the scenario as the exact multiples of the step, in every unit', () => {
		const units = [
			{ unit: 'ms', parse: parseDuration, size: 1000, prefix: '' },
			{ unit: '%', parse: parseShare, size: 0.01, prefix: '' },
			{ unit: 'k/s', parse: parseRate, size: 1000, prefix: '' },
			{ unit: '', parse: parseFactor, size: 1, prefix: 'x' },
		];
		const cases = fc.record({
			of: fc.constantFrom(...units),
			from: fc.integer({ min: 0, max: 5000 }),
			by: fc.integer({ min: 1, max: 100 }),
			count: fc.integer({ min: 0, max: 30 }),
		});
		fc.assert(
			fc.property(cases, ({ of: { unit, parse, size, prefix }, from, by, count }) => {
				const write = (hundredths: number): string => `${prefix}${hundredths / 100}${unit}`;
				const axis = readRange(['a', write(from), write(from + count * by), write(by)]);
				const values = 'values' in axis ? axis.values : [];
				expect(values).toEqual(Array.from({ length: count + 1 }, (_, i) => write(from + i * by)));
				fc.pre(unit !== '%' || from + count * by <= 10_000);
				for (const [i, value] of values.entries()) {
					expect(parse(value)).toBeCloseTo(((from + i * by) / 100) * size, 9);
				}
			}),
			OPTIONS,
		);
	});

	it('decimals as text have no exponent and are the number again', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e25, max: 1e25 }), (value) => {
				const text = decimalText(readDecimal(value));
				expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
				expect(Number(text)).toBe(value === 0 ? 0 : value);
			}),
			OPTIONS,
		);
	});
});

describe('lists', () => {
	test.each([
		['10,100,unlimited', ['10', '100', 'unlimited']],
		[' 10 , 100 ', ['10', '100']],
		['[a, b],[c]', ['[a, b]', '[c]']],
		[
			'{ exponential: 10ms },{ lognormal: { p50: 10ms, p99: 1s } }',
			['{ exponential: 10ms }', '{ lognormal: { p50: 10ms, p99: 1s } }'],
		],
		[`"a,b",'c,d',e`, ['"a,b"', "'c,d'", 'e']],
		['null', ['null']],
	])('%s', (text, values) => {
		expect(readList('a.b', text)).toEqual({ path: 'a.b', values });
	});

	test.each([
		['', 'values with commas'],
		['1,,2', 'values with commas'],
		['1,2,1', '"1" twice'],
	])('"%s" is refused', (text, why) => {
		expect(() => readList('a.b', text)).toThrow(why);
	});
});

describe('points', () => {
	const workers = readRange(words('edge.workers 1 3 1'));
	const queue = readList('edge.queue', '10,unlimited');
	const load = readRange(words('traffic.rate 10/s 90/s'));

	it('of a grid: the first axis changes slowest', () => {
		const points = sweepPoints([workers, queue], { kind: 'grid' });
		expect(points.map((point) => setsOf([workers, queue], point).join(' '))).toEqual(
			['1', '2', '3'].flatMap((w) => ['10', 'unlimited'].map((q) => `edge.workers=${w} edge.queue=${q}`)),
		);
		expect(points.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
	});

	it('of a Latin hypercube: one per stratum of a stretch, every step as likely', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1000), (n, seed) => {
				const points = sweepPoints([workers, queue, load], { kind: 'lhs', points: n, seed });
				expect(points).toHaveLength(n);
				const strata = points.map(({ values }) => Math.floor(((Number.parseFloat(values[2]) - 10) / 80) * n));
				expect(strata.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
				for (const [axis, steps] of [
					[0, ['1', '2', '3']],
					[1, ['10', 'unlimited']],
				] as const) {
					for (const step of steps) {
						const count = points.filter(({ values }) => values[axis] === step).length;
						expect(Math.abs(count - n / steps.length)).toBeLessThan(2);
					}
				}
				expect(points.every(({ values }) => values[2].endsWith('/s'))).toBe(true);
				expect(sweepPoints([workers, queue, load], { kind: 'lhs', points: n, seed })).toEqual(points);
			}),
			{ ...OPTIONS, numRuns: 60 },
		);
	});

	it('of a grid want steps, and of any design each path once', () => {
		expect(() => sweepPoints([load], { kind: 'grid' })).toThrow(/-P traffic.rate: found no STEP/);
		expect(() => sweepPoints([workers, workers], { kind: 'grid' })).toThrow(/edge.workers as two axes/);
		expect(() =>
			sweepPoints([readRange(words('a 1 1000 1')), readRange(words('b 1 101 1'))], { kind: 'grid' }),
		).toThrow(/101000 points, at most 100000/);
	});
});

describe('flags of several words', () => {
	test.each([
		['f.yaml -P a 1 2 1 --reps 3', ['f.yaml', '-P', 'a 1 2 1', '--reps', '3']],
		['-P a 1 2 1 f.yaml -L b x,y g', ['-P', 'a 1 2 1', 'f.yaml', '-L', 'b x,y', 'g']],
		['-L b x,y -P a -2 -1 1', ['-L', 'b x,y', '-P', 'a -2 -1 1']],
		['-P a 1 2 --reps 3', ['-P', 'a 1 2', '--reps', '3']],
		['-P a 1 2 f.yaml', ['-P', 'a 1 2 f.yaml']],
		['--design lhs -P a 1 2 f.yaml', ['--design', 'lhs', '-P', 'a 1 2', 'f.yaml']],
		['-P a 1 2 0.5ms f.yaml --design=lhs', ['-P', 'a 1 2 0.5ms', 'f.yaml', '--design=lhs']],
		['-P', ['-P']],
		['-- -P a 1 2 1', ['--', '-P', 'a', '1', '2', '1']],
	])('%s', (text, result) => {
		expect(folded(words(text))).toEqual(result);
	});

	it('in quotes are one word already', () => {
		expect(folded(['-P', 'a 1 2 1', 'f.yaml', '-L', 'b {x: 1},2', 'g'])).toEqual([
			'-P',
			'a 1 2 1',
			'f.yaml',
			'-L',
			'b {x: 1},2',
			'g',
		]);
		expect(folded(['-L', 'b', '{x: 1},{x: 2}', 'f.yaml'])).toEqual(['-L', 'b {x: 1},{x: 2}', 'f.yaml']);
	});
});
