/**
 * The exact chance that a share of n independent samples is above a threshold: what a gate with that many samples can see.
 *
 *     P(X/n > T) = P(X >= k) = I_p(k, n - k + 1),   k the least whole number with k / n > T,
 *
 * I the regularised incomplete beta function (NIST Digital Library of Mathematical Functions, 8.17.5).
 */
import jStat from 'jstat';
import { assert } from '../../kernel/check.js';

/**
 * P(X / n > threshold), X binomial(n, p).
 * @param n samples, a whole number; without any nothing is above
 * @param p chance of each sample, 0..1
 */
export function binomialAbove(n: number, p: number, threshold: number): number {
	assert(Number.isInteger(n) && n >= 0 && p >= 0 && p <= 1, `no binomial law of ${n} samples at ${p}`);
	// By the division that the gate does, so that a share exactly at the threshold is not above it.
	let k = Math.max(0, Math.floor(n * threshold) - 1);
	while (k <= n && !(k / n > threshold)) k++;
	if (k > n || p === 0) return k === 0 ? 1 : 0;
	return k === 0 || p === 1 ? 1 : jStat.ibeta(p, k, n - k + 1);
}
