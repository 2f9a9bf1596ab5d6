/** Student's quantiles against closed forms, far into the tails, and against jstat, with which the records were computed, to the last bit. */
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { studentQuantile } from '../../../src/experiment/statistics/student-quantile.js';

/** The part of jstat used here; it ships no types. */
interface JStat {
	readonly studentt: { inv(p: number, degrees: number): number };
}
const { jStat } = createRequire(import.meta.url)('jstat') as { jStat: JStat };

const TAILS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 5e-4, 5e-7, 5e-10, 5e-13];
/** 1 - p loses digits where p is near 1: what the function can know of the tail. */
const roundTrip = (tail: number): number => 1 - (1 - tail);

describe('quantiles of Student', () => {
	it.each(TAILS)('one and two degrees of freedom have closed forms: tail %d', (tail) => {
		const q = roundTrip(tail);
		const cauchy = 1 / Math.tan(Math.PI * q);
		const two = (1 - 2 * q) / Math.sqrt(2 * q * (1 - q));
		expect(Math.abs(studentQuantile(1 - tail, 1) / cauchy - 1)).toBeLessThan(1e-7);
		expect(Math.abs(studentQuantile(1 - tail, 2) / two - 1)).toBeLessThan(1e-7);
	});

	it.each([
		// R. A. Fisher and F. Yates, "Statistical Tables": two-sided 95 %, 99 %, 99.9 %.
		[0.975, 9, 2.262],
		[0.995, 9, 3.25],
		[0.9995, 9, 4.781],
		[0.975, 30, 2.042],
		[0.995, 120, 2.617],
		[0.9995, 120, 3.373],
	])('the table says at p = %d with %d degrees of freedom: %d', (p, degrees, t) => {
		expect(studentQuantile(p, degrees)).toBeCloseTo(t, 3);
	});

	it('agrees with jstat to the last bit, so that records keep their digits', () => {
		const degrees = [...Array.from({ length: 200 }, (_, i) => i + 1), 999, 9_999, 1e6];
		const differing = TAILS.flatMap((tail) =>
			degrees.filter((n) => !Object.is(studentQuantile(1 - tail, n), jStat.studentt.inv(1 - tail, n))),
		);
		expect(differing).toEqual([]);
	});
});
