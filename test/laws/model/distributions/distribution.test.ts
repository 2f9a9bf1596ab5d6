/** Laws of times: quantiles rise, means and variations are those stated, special functions agree with jstat and tables. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Distribution, meanUs, quantile, scv } from '../../../../src/model/distributions/distribution.js';
import {
	exactGammaQuantile,
	gammaQuantile,
	gammaShares,
	logGamma,
} from '../../../../src/model/distributions/gamma-quantile.js';
import { normalQuantile } from '../../../../src/model/distributions/normal-quantile.js';
import { meanOver } from '../integrate.js';

/** The part of jstat used here; it ships no types. */
interface JStat {
	readonly normal: {
		cdf(x: number, mean: number, sd: number): number;
		inv(p: number, mean: number, sd: number): number;
	};
	readonly gamma: { cdf(x: number, shape: number, scale: number): number };
}
const { jStat } = createRequire(import.meta.url)('jstat') as { jStat: JStat };

const SEED = 20_251_205;

const LAWS: readonly Distribution[] = [
	{ kind: 'constant', us: 1_500 },
	{ kind: 'uniform', fromUs: 200, toUs: 1_000 },
	{ kind: 'exponential', meanUs: 12_000 },
	{ kind: 'erlang', meanUs: 8_000, stages: 1 },
	{ kind: 'erlang', meanUs: 8_000, stages: 4 },
	{ kind: 'gamma', meanUs: 8_000, scv: 3 },
	{ kind: 'gamma', meanUs: 8_000, scv: 0.3 },
	{ kind: 'gamma', meanUs: 8_000, scv: 1e-6 },
	{ kind: 'gamma', meanUs: 8_000, scv: 0 },
	{ kind: 'lognormal', meanUs: 30_000, scv: 2 },
	{ kind: 'lognormal', meanUs: 30_000, scv: 0.05 },
	{ kind: 'lognormal', meanUs: 30_000, scv: 0 },
	{ kind: 'weibull', meanUs: 5_000, shape: 0.7 },
	{ kind: 'weibull', meanUs: 5_000, shape: 3 },
	{ kind: 'pareto', meanUs: 5_000, shape: 6 },
	{
		kind: 'hyperexponential',
		phases: [
			{ probability: 0.9, meanUs: 1_000 },
			{ probability: 0.1, meanUs: 40_000 },
		],
	},
	{
		kind: 'mixture',
		parts: [
			{ weight: 3, of: { kind: 'constant', us: 700 } },
			{ weight: 0, of: { kind: 'constant', us: 1e9 } },
			{ weight: 1, of: { kind: 'lognormal', meanUs: 9_000, scv: 1 } },
			{
				weight: 2,
				of: {
					kind: 'mixture',
					parts: [
						{ weight: 1, of: { kind: 'exponential', meanUs: 10 } },
						{ weight: 1, of: { kind: 'uniform', fromUs: 0, toUs: 50_000 } },
					],
				},
			},
		],
	},
	{ kind: 'empirical', valuesUs: [900, 100, 400, 100, 7_000] },
];

const label = (d: Distribution): string => JSON.stringify(d);

describe('moments', () => {
	test.each(LAWS.map((d) => [label(d), d] as const))('%s: mean and variation by quadrature', (_, d) => {
		const q = quantile(d);
		const mean = meanOver(q);
		const variance = meanOver((u) => (q(u) - meanUs(d)) ** 2);
		// Mixtures and samples jump or rise steeply within, where the points are not crowded.
		const within = d.kind === 'mixture' || d.kind === 'empirical' || d.kind === 'hyperexponential';
		const tolerance = within ? 3e-4 : 2e-6;
		expect(Math.abs(mean / meanUs(d) - 1)).toBeLessThan(tolerance);
		expect(Math.abs(variance / meanUs(d) ** 2 - scv(d))).toBeLessThan(5 * tolerance * Math.max(scv(d), 1e-6) + 1e-12);
	});

	test('known values', () => {
		expect(scv({ kind: 'pareto', meanUs: 1, shape: 3 })).toBeCloseTo(1 / 3, 14);
		expect(scv({ kind: 'pareto', meanUs: 1, shape: 2 })).toBe(Number.POSITIVE_INFINITY);
		expect(scv({ kind: 'weibull', meanUs: 7, shape: 1 })).toBeCloseTo(1, 12);
		expect(scv({ kind: 'weibull', meanUs: 7, shape: 2 })).toBeCloseTo(4 / Math.PI - 1, 12);
		expect(scv({ kind: 'uniform', fromUs: 0, toUs: 10 })).toBeCloseTo(1 / 3, 14);
		expect(scv({ kind: 'empirical', valuesUs: [1, 3] })).toBeCloseTo(0.25, 14);
		expect(scv({ kind: 'empirical', valuesUs: [0, 0] })).toBe(0);
		expect(meanUs({ kind: 'empirical', valuesUs: [1, 3] })).toBe(2);
	});

	test('a part without weight has no say, even with an infinite variance', () => {
		const d: Distribution = {
			kind: 'mixture',
			parts: [
				{ weight: 1, of: { kind: 'exponential', meanUs: 3 } },
				{ weight: 0, of: { kind: 'pareto', meanUs: 3, shape: 1.5 } },
			],
		};
		expect(scv(d)).toBeCloseTo(1, 14);
	});
});

describe('quantiles', () => {
	const rising = LAWS.filter((d) => d.kind !== 'mixture' && d.kind !== 'hyperexponential');
	const uniforms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

	test.each(rising.map((d) => [label(d), d] as const))('%s rises with u', (_, d) => {
		const q = quantile(d);
		fc.assert(
			fc.property(uniforms, uniforms, (a, b) => {
				const [low, high] = a < b ? [a, b] : [b, a];
				// Neighbouring uniforms may tie to within the last digits of Math.exp and Math.log.
				expect(q(low)).toBeLessThanOrEqual(q(high) * (1 + 1e-12));
			}),
			{ seed: SEED, numRuns: 2_000 },
		);
	});

	test.each(LAWS.map((d) => [label(d), d] as const))('%s is a finite time at both ends of a 32-bit uniform', (_, d) => {
		const q = quantile(d);
		for (const u of [0, 2 ** -32, 0.5, 1 - 2 ** -32]) {
			expect(q(u)).toBeGreaterThanOrEqual(0);
			expect(Number.isFinite(q(u))).toBe(true);
		}
	});

	test('medians', () => {
		const median = (d: Distribution) => quantile(d)(0.5);
		expect(median({ kind: 'exponential', meanUs: 1_000 })).toBeCloseTo(1_000 * Math.LN2, 9);
		expect(median({ kind: 'lognormal', meanUs: 1_000, scv: 3 })).toBeCloseTo(500, 9);
		expect(median({ kind: 'pareto', meanUs: 1_000, shape: 2 })).toBeCloseTo(500 * Math.SQRT2, 9);
		expect(median({ kind: 'weibull', meanUs: 1_000, shape: 1 })).toBeCloseTo(1_000 * Math.LN2, 6);
		expect(median({ kind: 'uniform', fromUs: 10, toUs: 30 })).toBe(20);
		expect(median({ kind: 'erlang', meanUs: 2, stages: 2 })).toBeCloseTo(1.678346990016661, 7);
		expect(median({ kind: 'empirical', valuesUs: [9, 1, 4] })).toBe(4);
	});

	test('a mixture splits the uniform and rescales the rest', () => {
		const q = quantile({
			kind: 'mixture',
			parts: [
				{ weight: 0.25, of: { kind: 'uniform', fromUs: 0, toUs: 100 } },
				{ weight: 0, of: { kind: 'constant', us: 5 } },
				{ weight: 0.75, of: { kind: 'uniform', fromUs: 1_000, toUs: 1_300 } },
			],
		});
		expect(q(0)).toBe(0);
		expect(q(0.125)).toBeCloseTo(50, 12);
		expect(q(0.25)).toBe(1_000);
		expect(q(0.5)).toBeCloseTo(1_100, 9);
	});

	test.each<[string, Distribution]>([
		['a Pareto law without a mean', { kind: 'pareto', meanUs: 1, shape: 1 }],
		['a negative time', { kind: 'constant', us: -1 }],
		['a mean that is no number', { kind: 'exponential', meanUs: Number.NaN }],
		['bounds the wrong way round', { kind: 'uniform', fromUs: 2, toUs: 1 }],
		['half a stage', { kind: 'erlang', meanUs: 1, stages: 0.5 }],
		['an empty sample', { kind: 'empirical', valuesUs: [] }],
		['a mixture of nothing', { kind: 'mixture', parts: [{ weight: 0, of: { kind: 'constant', us: 1 } }] }],
	])('%s is refused', (_, d) => {
		expect(() => quantile(d)).toThrow(/no law of times/);
	});
});

describe('the normal law backwards', () => {
	test('published percentage points', () => {
		expect(normalQuantile(0.5)).toBe(0);
		expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
		expect(normalQuantile(0.999)).toBeCloseTo(3.090232306167813, 13);
		expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 13);
		expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 13);
		expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
	});

	test('agrees with jstat, there and back (jstat itself is good to 1e-8)', () => {
		for (let k = 1; k < 2_000; k++) {
			const u = k / 2_000;
			expect(Math.abs(normalQuantile(u) - jStat.normal.inv(u, 0, 1))).toBeLessThan(1e-7);
			expect(Math.abs(jStat.normal.cdf(normalQuantile(u), 0, 1) - u)).toBeLessThan(1e-13);
		}
	});
});

describe('the gamma law backwards', () => {
	test('ln Gamma', () => {
		expect(logGamma(1)).toBeCloseTo(0, 13);
		expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
		expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 13);
		expect(logGamma(1e-3)).toBeCloseTo(6.907178885383853, 12);
	});

	test('shares below and above agree with jstat and with Erlang sums', () => {
		for (const shape of [0.1, 0.5, 1, 2.5, 7, 60]) {
			for (let k = 1; k <= 100; k++) {
				const x = (shape * k) / 25;
				const { below, above } = gammaShares(shape, x);
				// jstat's own ln Gamma is good to 2e-10.
				expect(Math.abs(below - jStat.gamma.cdf(x, shape, 1))).toBeLessThan(1e-9);
				expect(below + above).toBeCloseTo(1, 14);
			}
		}
		for (const x of [0.2, 3, 9, 30]) {
			const above = Math.exp(-x) * (1 + x + x ** 2 / 2 + x ** 3 / 6);
			expect(Math.abs(gammaShares(4, x).above / above - 1)).toBeLessThan(1e-13);
		}
	});

	test.each([0.05, 0.1, 0.3, 0.5, 1, 1.5, 4, 30, 1_000, 90_000])('shape %f: inversion and table', (shape) => {
		const fast = gammaQuantile(shape);
		const bound = shape < 0.1 ? 1e-6 : 1e-7;
		for (let k = 0; k < 400; k++) {
			for (const u of [(k + 0.5) / 400, 2 ** (-32 + (k % 32)), 1 - 2 ** (-32 + (k % 32))]) {
				const x = exactGammaQuantile(shape, u);
				// Below e^-37 the shares of tiny shapes cannot tell more than the power law that is used there.
				if (x > 1e-16) {
					const { below, above } = gammaShares(shape, x);
					const off = u < 0.5 ? below / u - 1 : above / (1 - u) - 1;
					expect(Math.abs(off)).toBeLessThan(1e-9);
				}
				expect(Math.abs(fast(u) - x)).toBeLessThanOrEqual(bound * x);
			}
		}
	});

	test('the normal limit for large shapes joins the table', () => {
		const table = gammaQuantile(1e5 - 1);
		const limit = gammaQuantile(1e5);
		for (const u of [1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 1e-9]) {
			expect(Math.abs(limit(u) / 1e5 - table(u) / (1e5 - 1))).toBeLessThan(2e-7);
		}
		expect(Math.abs(gammaQuantile(2e5)(0.001) / exactGammaQuantile(2e5, 0.001) - 1)).toBeLessThan(1e-7);
	});

	test('shape 1 is exponential', () => {
		const q = gammaQuantile(1);
		for (const u of [0, 1e-6, 0.1, 0.5, 0.99, 1 - 2 ** -32]) {
			expect(Math.abs(q(u) + Math.log(1 - u))).toBeLessThanOrEqual(1e-7 * -Math.log(1 - u));
		}
	});
});
