/** The power of a threshold gate, against the published table, and against sums that go another way. */
import { describe, expect, it, test } from 'vitest';
import { binomialAbove, leastAbove } from '../../../src/experiment/statistics/binomial.js';

describe('a 90 s window of a canary', () => {
	/** Shares in per cent, as printed. */
	test.each([
		{ n: 18, p0: 0.001, p1: 0.05, above: 0.01, detect: 60, alarm: 1.8, ten: 16 },
		{ n: 18, p0: 0.001, p1: 0.28, above: 0.05, detect: 99.7, alarm: 1.8, ten: 16 },
		{ n: 90, p0: 0.001, p1: 0.01, above: 0.005, detect: 60, alarm: 8.6, ten: 59 },
		{ n: 90, p0: 0.01, p1: 0.05, above: 0.02, detect: 94, alarm: 23, ten: 92 },
		{ n: 900, p0: 0.001, p1: 0.01, above: 0.005, detect: 95, alarm: 0.2, ten: 2.3 },
		{ n: 900, p0: 0.01, p1: 0.02, above: 0.015, detect: 86, alarm: 7.3, ten: 53 },
	])('$n requests, $p0 to $p1, limit $above: $detect %, $alarm %', ({ n, p0, p1, above, detect, alarm, ten }) => {
		const rounds = (share: number, percent: number) => {
			const decimals = Number.isInteger(percent) ? 0 : 1;
			expect((100 * share).toFixed(decimals)).toBe(percent.toFixed(decimals));
		};
		rounds(binomialAbove(n, p1, above), detect);
		rounds(binomialAbove(n, p0, above), alarm);
		rounds(1 - (1 - binomialAbove(n, p0, above)) ** 10, ten);
	});

	it('9000 requests, 1% to 2%, limit 1.5%: above 99.9%, below 0.001%', () => {
		expect(binomialAbove(9_000, 0.02, 0.015)).toBeGreaterThan(0.999);
		expect(binomialAbove(9_000, 0.01, 0.015)).toBeLessThan(1e-5);
	});
});

describe('the tail', () => {
	/** Every term by the one before, from (1 - p)^n up, kept in logarithms. */
	function summed(n: number, p: number, k: number): number {
		let ln = n * Math.log1p(-p);
		const terms: number[] = [];
		for (let i = 0; i <= n; i++) {
			if (i >= k) terms.push(Math.exp(ln));
			ln += Math.log(((n - i) / (i + 1)) * (p / (1 - p)));
		}
		return terms.sort((a, b) => a - b).reduce((sum, term) => sum + term, 0);
	}

	test.each([1, 7, 30, 300, 4_000])('of %i is the sum of its terms', (n) => {
		for (const p of [1e-6, 0.001, 0.01, 0.28, 0.5, 0.9, 0.9999]) {
			for (const above of [0, 0.0005, 0.01, 0.1, 0.28, 0.5, 0.95]) {
				const exact = summed(n, p, leastAbove(n, above));
				expect(Math.abs(binomialAbove(n, p, above) - exact)).toBeLessThan(1e-10 * Math.max(exact, 1e-3));
			}
		}
	});

	it('of a million is right to ten digits', () => {
		// SciPy 1.17.1, binom.sf(k - 1, n, p): a series of its own (Boost).
		for (const [p, above, exact] of MILLION) {
			expect(Math.abs(binomialAbove(1e6, p, above) / exact - 1)).toBeLessThan(1e-9);
		}
	});

	it('starts strictly above the limit, as a gate compares', () => {
		expect(leastAbove(100, 0.05)).toBe(6);
		expect(leastAbove(3, 1 / 3)).toBe(2);
		expect(leastAbove(10, 0.3)).toBe(4);
		expect(leastAbove(10, 1)).toBe(11);
		for (let n = 1; n < 400; n++) {
			for (const above of [0, 0.01, 0.05, 0.07, 0.29, 0.58, 1 / 3, 0.999, 1]) {
				const k = leastAbove(n, above);
				expect(k > n || k / n > above).toBe(true);
				expect(k === 0 || (k - 1) / n <= above).toBe(true);
			}
		}
	});

	it('at the ends', () => {
		expect(binomialAbove(0, 0.5, 0)).toBe(0);
		expect(binomialAbove(10, 0, 0)).toBe(0);
		expect(binomialAbove(10, 1, 0.99)).toBe(1);
		expect(binomialAbove(10, 1, 1)).toBe(0);
	});
});

const MILLION: readonly (readonly [p: number, above: number, exact: number])[] = [
	[0.001, 0.001, 0.4915906317792238],
	[0.001, 0.0011, 0.0008628997519888585],
	[0.01, 0.0102, 0.022208913236922253],
	[0.01, 0.0098, 0.9777874896352645],
	[0.28, 0.2805, 0.13249752428771042],
	[0.28, 0.282, 4.2457606828810595e-6],
	[0.5, 0.4995, 0.8411026543183351],
	[1e-6, 2e-6, 0.08030130510144962],
];
