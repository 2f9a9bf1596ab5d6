/** Streams of chance: named, repeatable, apart from their neighbours, watched when asked; and the drawers bound to them. */
import { describe, expect, test } from 'vitest';
import { drawer } from '../../../src/engines/discrete/time/sampler.js';
import { exponentials, paretos, Streams, weibulls } from '../../../src/kernel/random.js';
import { type Distribution, meanUs, quantile, scv } from '../../../src/model/distributions/distribution.js';

const take = (n: number, draw: () => number): number[] => Array.from({ length: n }, draw);

/** Pearson's r; under independence its standard error is 1 / sqrt(n). */
function correlation(a: readonly number[], b: readonly number[]): number {
	const mean = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length;
	const [ma, mb] = [mean(a), mean(b)];
	let [ab, aa, bb] = [0, 0, 0];
	for (let i = 0; i < a.length; i++) {
		ab += (a[i] - ma) * (b[i] - mb);
		aa += (a[i] - ma) ** 2;
		bb += (b[i] - mb) ** 2;
	}
	return ab / Math.sqrt(aa * bb);
}

describe('streams', () => {
	test('the same seed and name give the same sequence, independent of other streams', () => {
		const one = new Streams(7);
		take(1_000, one.uniform('service/weur/2'));
		const first = take(100, one.uniform('arrivals/weur/browser'));
		expect(take(100, new Streams(7).uniform('arrivals/weur/browser'))).toEqual(first);
		expect(take(100, new Streams(8).uniform('arrivals/weur/browser'))).not.toEqual(first);
		expect(take(100, new Streams(7).uniform('arrivals/weur/api'))).not.toEqual(first);
	});

	test('a name asked twice is one stream, further on', () => {
		const streams = new Streams(7);
		const early = take(50, streams.uniform('a'));
		const late = take(50, streams.uniform('a'));
		expect([...early, ...late]).toEqual(take(100, new Streams(7).uniform('a')));
	});

	test('uniforms lie in [0, 1) and are even', () => {
		const n = 200_000;
		const draws = take(n, new Streams(1).uniform('even'));
		expect(draws.every((u) => u >= 0 && u < 1)).toBe(true);
		const cells = new Array<number>(100).fill(0);
		for (const u of draws) cells[Math.floor(u * 100)]++;
		const chi2 = cells.reduce((s, c) => s + (c - n / 100) ** 2 / (n / 100), 0);
		// 99 degrees of freedom: mean 99, standard deviation 14; four of them.
		expect(Math.abs(chi2 - 99)).toBeLessThan(56);
		expect(Math.abs(correlation(draws.slice(1), draws.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(n));
	});

	test('first draws of neighbouring seeds and of neighbouring names are uncorrelated', () => {
		const n = 40_000;
		const bySeed = Array.from({ length: n + 1 }, (_, seed) => new Streams(seed).uniform('arrivals/weur/browser')());
		const streams = new Streams(1);
		const byNode = Array.from({ length: n + 1 }, (_, node) => streams.uniform(`service/weur/${node}`)());
		for (const first of [bySeed, byNode]) {
			expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(n));
			const mean = first.reduce((s, u) => s + u, 0) / first.length;
			expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
		}
	});

	test('no two of 80,000 hierarchical names start alike', () => {
		// First draws alone do repeat, more often than chance would have it; the pair that follows tells them apart.
		const starts = new Set<string>();
		for (let seed = 0; seed < 20; seed++) {
			const streams = new Streams(seed);
			for (let node = 0; node < 4_000; node++) starts.add(take(3, streams.uniform(`service/weur/${node}`)).join(' '));
		}
		expect(starts.size).toBe(80_000);
	});

	test('whole sequences of neighbours are uncorrelated', () => {
		const n = 100_000;
		const base = take(n, new Streams(1).uniform('service/weur/1'));
		const otherSeed = take(n, new Streams(2).uniform('service/weur/1'));
		const otherName = take(n, new Streams(1).uniform('service/weur/2'));
		for (const other of [otherSeed, otherName]) {
			expect(Math.abs(correlation(base, other))).toBeLessThan(4 / Math.sqrt(n));
		}
	});

	test('an observer sees every draw and changes none', () => {
		const draws: [string, number][] = [];
		const watched = new Streams(7, (stream, value) => draws.push([stream, value]));
		const a = watched.uniform('a');
		const b = watched.uniform('b');
		const drawn = [a(), b(), a(), watched.uniform('a')()];
		expect(draws).toEqual([
			['a', drawn[0]],
			['b', drawn[1]],
			['a', drawn[2]],
			['a', drawn[3]],
		]);
		const quiet = new Streams(7).uniform('a');
		expect([drawn[0], drawn[2], drawn[3]]).toEqual(take(3, quiet));
	});

	test.each([-1, 0.5, Number.NaN, 2 ** 53])('%f is no seed', (seed) => {
		expect(() => new Streams(seed)).toThrow(/a seed is/);
	});
});

describe('samplers of d3-random', () => {
	test.each([0, 0.25, 0.5, 1 - 2 ** -32])('have the formulas of our quantiles at u = %f', (u) => {
		const at = () => u;
		expect(exponentials(at)()).toBeCloseTo(-Math.log(1 - u), 12);
		const pairs: [number, Distribution][] = [
			[exponentials(at, 900)(), { kind: 'exponential', meanUs: 900 }],
			[paretos(at, 3)() * 600, { kind: 'pareto', meanUs: 900, shape: 3 }],
			[weibulls(at, 2, 1_000)(), { kind: 'weibull', meanUs: 500 * Math.sqrt(Math.PI), shape: 2 }],
		];
		for (const [sample, law] of pairs) {
			const exact = quantile(law)(u);
			expect(Math.abs(sample - exact)).toBeLessThanOrEqual(1e-12 * exact);
		}
	});
});

const LAWS: readonly Distribution[] = [
	{ kind: 'constant', us: 1_500.4 },
	{ kind: 'uniform', fromUs: 200, toUs: 1_000 },
	{ kind: 'exponential', meanUs: 12_000 },
	{ kind: 'erlang', meanUs: 8_000, stages: 3 },
	{ kind: 'gamma', meanUs: 8_000, scv: 2 },
	{ kind: 'lognormal', meanUs: 30_000, scv: 1 },
	{ kind: 'weibull', meanUs: 5_000, shape: 0.8 },
	{ kind: 'pareto', meanUs: 5_000, shape: 5 },
	{ kind: 'empirical', valuesUs: [1, 10, 100] },
];

describe('drawers', () => {
	test.each(LAWS.map((d) => [JSON.stringify(d), d] as const))(
		'%s: the law rounded to whole us, one uniform each',
		(_, d) => {
			let uniforms = 0;
			const raw = new Streams(3, () => uniforms++).uniform('x');
			const twin = new Streams(3).uniform('x');
			const draw = drawer(d, raw);
			const q = quantile(d);
			const n = 100_000;
			let sum = 0;
			for (let i = 0; i < n; i++) {
				const us = draw();
				const exact = q(twin());
				if (!(us === Math.floor(us) && Math.abs(us - exact) <= 0.5 + 1e-6)) expect.fail(`${us} drawn for ${exact}`);
				sum += us;
			}
			expect(uniforms).toBe(d.kind === 'constant' ? 0 : n);
			const standardError = Math.sqrt(scv(d) / n) * meanUs(d);
			expect(Math.abs(sum / n - meanUs(d))).toBeLessThanOrEqual(
				4 * standardError + (d.kind === 'constant' ? 0.5 : 0.01),
			);
		},
	);
});
