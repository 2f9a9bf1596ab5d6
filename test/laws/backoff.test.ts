/** Back-off: values, support and means of every growth and jitter, and the published retry algebra. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileBackoff, delayUs, needsDraw } from '../../src/model/retry/backoff.js';
import type { Growth, Jitter } from '../../src/model/retry/policy.js';
import { gaussMean } from './integrate.js';

const SEED = 20_251_205;
const NONE: Jitter = { kind: 'none' };
const FULL: Jitter = { kind: 'full' };
const EXPONENTIAL: Growth = { kind: 'exponential', baseUs: 100, multiplier: 2, capUs: 1_000 };

const U = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const N = fc.integer({ min: 1, max: 200 });
const US = fc.integer({ min: 0, max: 10_000_000 });
const PLAIN: fc.Arbitrary<Growth> = fc.oneof(
	fc.record({ kind: fc.constant('fixed' as const), baseUs: US }),
	fc.record({ kind: fc.constant('linear' as const), baseUs: US, stepUs: US, capUs: US }),
	fc.record({
		kind: fc.constant('exponential' as const),
		baseUs: US,
		multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
		capUs: US,
	}),
);

const plain = (growth: Growth, n: number): number => delayUs(growth, NONE, n, 0, 0);

describe('growth without chance', () => {
	test.each<[string, Growth, number[]]>([
		['fixed', { kind: 'fixed', baseUs: 100 }, [100, 100, 100, 100, 100]],
		['linear', { kind: 'linear', baseUs: 100, stepUs: 50, capUs: 220 }, [100, 150, 200, 220, 220]],
		['exponential', EXPONENTIAL, [100, 200, 400, 800, 1_000]],
		['a cap below the base', { ...EXPONENTIAL, capUs: 60 }, [60, 60, 60, 60, 60]],
	])('%s', (_, growth, expected) => {
		expect([1, 2, 3, 4, 5].map((n) => plain(growth, n))).toEqual(expected);
	});

	test('goes on beyond the delays that are kept ready', () => {
		const slow: Growth = { kind: 'exponential', baseUs: 1_000, multiplier: 1.01, capUs: Number.POSITIVE_INFINITY };
		const backoff = compileBackoff(slow, NONE);
		for (let n = 2; n < 300; n++) expect(backoff(n, 0, 0) / backoff(n - 1, 0, 0)).toBeCloseTo(1.01, 12);
	});

	test('a base of 0 stays 0 and a cap stays a cap for retries without end', () => {
		expect(plain({ ...EXPONENTIAL, baseUs: 0, capUs: Number.POSITIVE_INFINITY } as Growth, 5_000)).toBe(0);
		expect(plain(EXPONENTIAL, 5_000)).toBe(1_000);
	});
});

describe('jitter', () => {
	const jitters: readonly [string, Jitter, number, number][] = [
		['none', NONE, 1, 1],
		['full', FULL, 0, 1],
		['equal', { kind: 'equal' }, 0.5, 1],
		['scale', { kind: 'scale', from: 0.8, to: 1.3 }, 0.8, 1.3],
	];

	test.each(jitters)('%s: support and mean of every growth', (_, jitter, from, to) => {
		fc.assert(
			fc.property(PLAIN, N, U, (growth, n, u) => {
				const x = plain(growth, n);
				const backoff = compileBackoff(growth, jitter);
				expect(backoff(n, u, 0)).toBeGreaterThanOrEqual(from * x * (1 - 1e-12));
				expect(backoff(n, u, 0)).toBeLessThanOrEqual(to * x * (1 + 1e-12));
				expect(backoff(n, 0, 0)).toBeCloseTo(from * x, 6);
				expect(gaussMean((v) => backoff(n, v, 0))).toBeCloseTo(((from + to) / 2) * x, 5);
			}),
			{ seed: SEED, numRuns: 1_000 },
		);
	});

	test('half of the uniforms fall below the middle of full jitter', () => {
		expect(delayUs(EXPONENTIAL, FULL, 2, 0.25, 0)).toBe(50);
		expect(delayUs(EXPONENTIAL, { kind: 'equal' }, 2, 0.25, 0)).toBe(125);
	});
});

describe('decorrelated', () => {
	const growth: Growth = { kind: 'decorrelated', baseUs: 100, capUs: 5_000 };

	test('is min(cap, U(base, 3 previous)), previous = base for the first', () => {
		const backoff = compileBackoff(growth, NONE);
		expect(backoff(1, 0, Number.NaN)).toBe(100);
		expect(backoff(1, 0.5, Number.NaN)).toBe(200);
		expect(backoff(2, 0.5, 200)).toBe(350);
		expect(backoff(3, 0.9, 4_000)).toBe(5_000);
		expect(gaussMean((u) => backoff(2, u, 1_000))).toBeCloseTo(1_550, 9);
	});

	test('stays between base and cap along any luck', () => {
		fc.assert(
			fc.property(fc.array(U, { minLength: 1, maxLength: 40 }), (luck) => {
				const backoff = compileBackoff(growth, FULL);
				let previousUs = Number.NaN;
				luck.forEach((u, i) => {
					const us = backoff(i + 1, u, previousUs);
					expect(us).toBeGreaterThanOrEqual(100);
					expect(us).toBeLessThanOrEqual(i === 0 ? 300 : Math.min(5_000, 3 * previousUs));
					previousUs = us;
				});
			}),
			{ seed: SEED },
		);
	});

	test('a cap below the base is kept', () => {
		const low = compileBackoff({ kind: 'decorrelated', baseUs: 100, capUs: 20 }, NONE);
		expect(low(1, 0.3, Number.NaN)).toBe(20);
		expect(low(2, 0.3, 20)).toBe(20);
	});
});

describe('drawn', () => {
	test('takes the n-th law, then the last one again, without jitter', () => {
		const growth: Growth = {
			kind: 'drawn',
			waits: [
				{ kind: 'constant', us: 0 },
				{ kind: 'uniform', fromUs: 10, toUs: 20 },
			],
		};
		const backoff = compileBackoff(growth, FULL);
		expect([1, 2, 3, 99].map((n) => backoff(n, 0.5, 0))).toEqual([0, 15, 15, 15]);
		expect(() => compileBackoff({ kind: 'drawn', waits: [] }, NONE)).toThrow(/at least one law/);
	});
});

describe('needsDraw', () => {
	const drawn = (...us: (number | null)[]): Growth => ({
		kind: 'drawn',
		waits: us.map((v) => (v === null ? { kind: 'exponential', meanUs: 5 } : { kind: 'constant', us: v })),
	});

	test('is false only where every uniform gives the same delay', () => {
		expect(needsDraw(EXPONENTIAL, NONE)).toBe(false);
		expect(needsDraw(EXPONENTIAL, FULL)).toBe(true);
		expect(needsDraw(drawn(1, 2), FULL)).toBe(false);
		expect(needsDraw(drawn(1, null), NONE)).toBe(true);
		expect(needsDraw({ kind: 'decorrelated', baseUs: 1, capUs: 2 }, NONE)).toBe(true);
		fc.assert(
			fc.property(PLAIN, N, U, (growth, n, u) => {
				expect(needsDraw(growth, NONE)).toBe(false);
				expect(delayUs(growth, NONE, n, u, 0)).toBe(delayUs(growth, NONE, n, 0, 0));
			}),
			{ seed: SEED },
		);
	});
});

interface RetryAlgebra {
	readonly family: string;
	readonly rel_tol: number;
	readonly params: { f: number; max_attempts: number; base: number; cap: number };
	readonly answers: {
		mean_total_backoff: number;
		mean_total_backoff_given_exhausted: number;
		sd_total_backoff_given_exhausted: number;
	};
}

describe('published retry algebra', () => {
	const oracle = JSON.parse(readFileSync(new URL('../oracles/public.json', import.meta.url), 'utf8')) as {
		cases: RetryAlgebra[];
	};
	const cases = oracle.cases.filter((c) => c.family === 'RETRY_ALGEBRA');

	test('is there', () => expect(cases.length).toBeGreaterThan(0));

	test.each(cases)('exponential back-off with full jitter, f = $params.f', ({ params, answers, rel_tol }) => {
		const growth: Growth = {
			kind: 'exponential',
			baseUs: params.base * 1e6,
			multiplier: 2,
			capUs: params.cap * 1e6,
		};
		const backoff = compileBackoff(growth, FULL);
		let mean = 0;
		let meanExhausted = 0;
		let varianceExhausted = 0;
		for (let n = 1; n < params.max_attempts; n++) {
			const delay = gaussMean((u) => backoff(n, u, 0));
			mean += params.f ** n * delay;
			meanExhausted += delay;
			varianceExhausted += gaussMean((u) => (backoff(n, u, 0) - delay) ** 2);
		}
		const off = (measured: number, exactSeconds: number) => Math.abs(measured / (exactSeconds * 1e6) - 1);
		expect(off(mean, answers.mean_total_backoff)).toBeLessThan(rel_tol);
		expect(off(meanExhausted, answers.mean_total_backoff_given_exhausted)).toBeLessThan(rel_tol);
		expect(off(Math.sqrt(varianceExhausted), answers.sd_total_backoff_given_exhausted)).toBeLessThan(rel_tol);
	});
});
