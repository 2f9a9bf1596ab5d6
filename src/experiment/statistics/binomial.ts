/**
 * What a threshold gate can see at all: the chance that the share of failures among n requests comes out above a limit. Its
 * power where p is the bad version's share, its false alarms where p is the good one's.
 *
 * The binomial tail, summed from its greatest term. That term comes by C. Loader, "Fast and Accurate Computation of Binomial
 * Probabilities" (2000): the large logarithms of n! cancel on paper, not in the last digits.
 */
import { assert } from '../../kernel/errors.js';

/**
 * P(X / n > threshold) for X of the binomial law of n and p. Relative error below 1e-10 up to n = 1e6.
 * @param n requests, 0 or more; a share of none is never above
 * @param p each one's chance, 0..1
 * @param threshold as a gate compares: strictly above, after the same division
 */
export function binomialAbove(n: number, p: number, threshold: number): number {
	assert(Number.isSafeInteger(n) && n >= 0, `a number of requests is whole, not ${n}`);
	assert(p >= 0 && p <= 1, `a chance lies from 0 to 1, not at ${p}`);
	return atLeast(n, p, leastAbove(n, threshold));
}

/** The least number of failures whose share a gate sees above the threshold; n + 1 where there is none. */
export function leastAbove(n: number, threshold: number): number {
	if (threshold < 0) return 0;
	let k = Math.min(n + 1, Math.floor(n * threshold) + 1);
	while (k > 0 && (k - 1) / n > threshold) k--;
	while (k <= n && k / n <= threshold) k++;
	return k;
}

/** P(X >= k). */
function atLeast(n: number, p: number, k: number): number {
	if (k <= 0) return 1;
	if (k > n || p === 0) return 0;
	if (p === 1) return 1;
	// The tail that falls away from the mode has its greatest term at its near end.
	if (k > n * p) return tail(n, p, k);
	return 1 - tail(n, 1 - p, n - k + 1);
}

/** P(X >= k) for k above the mean: each term is a smaller part of the one before. */
function tail(n: number, p: number, k: number): number {
	const odds = p / (1 - p);
	let term = 1;
	let sum = 1;
	for (let i = k; i < n && term > 1e-17 * sum; i++) {
		term *= ((n - i) / (i + 1)) * odds;
		sum += term;
	}
	return sum * exactly(n, p, k);
}

/** P(X = k), 0 < p < 1. */
function exactly(n: number, p: number, k: number): number {
	if (k === 0) return Math.exp(n * Math.log1p(-p));
	if (k === n) return Math.exp(n * Math.log(p));
	const lost = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
	const off = deviance(k, n * p) + deviance(n - k, n * (1 - p));
	return Math.exp(lost - off) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** ln n! - (n + 1/2) ln n + n - ln(2 pi) / 2, n >= 1. */
function stirlingError(n: number): number {
	if (n < 16) {
		let factorial = 1;
		for (let i = 2; i <= n; i++) factorial *= i;
		return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
	}
	const r = 1 / (n * n);
	return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / n;
}

/** x ln(x / mean) + mean - x, by its series where x is near the mean and the terms would cancel. */
function deviance(x: number, mean: number): number {
	const off = x - mean;
	if (Math.abs(off) > 0.1 * (x + mean)) return x * Math.log(x / mean) - off;
	const v = off / (x + mean);
	let sum = off * v;
	let power = 2 * x * v;
	for (let j = 1; j < 1000; j++) {
		power *= v * v;
		const next = sum + power / (2 * j + 1);
		if (next === sum) return sum;
		sum = next;
	}
	return sum;
}
