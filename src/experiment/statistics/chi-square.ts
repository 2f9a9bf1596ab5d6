/**
 * The chi-square law by the cube root of E. B. Wilson and M. M. Hilferty, "The Distribution of Chi-Square", PNAS 17 (1931):
 * (X / n)^(1/3) is nearly normal with mean 1 - 2/(9n) and variance 2/(9n). From three degrees of freedom up the tail is off by less than
 * 0.001 where it is above it: near enough to say whether counts are Poisson.
 */
import { assert } from '../../kernel/errors.js';
import { normalQuantile } from '../../model/distributions/normal-quantile.js';

/** P(X >= x) under `degrees` degrees of freedom, 1 or more. */
export function chiSquareAbove(x: number, degrees: number): number {
	assert(degrees >= 1 && x >= 0, `no chi-square of ${x} with ${degrees} degrees of freedom`);
	const spread = 2 / (9 * degrees);
	return normalAbove((Math.cbrt(x / degrees) - (1 - spread)) / Math.sqrt(spread));
}

/** x with P(X <= x) = p. */
export function chiSquareQuantile(p: number, degrees: number): number {
	assert(degrees >= 1, `no chi-square with ${degrees} degrees of freedom`);
	const spread = 2 / (9 * degrees);
	return degrees * Math.max(0, 1 - spread + normalQuantile(p) * Math.sqrt(spread)) ** 3;
}

/**
 * P(Z >= z) of the standard normal law: the continued fraction of Laplace far out, the series of M. Abramowitz and I. A. Stegun, "Handbook
 * of Mathematical Functions", 26.2.11 near the middle. Relative error below 1e-10.
 */
export function normalAbove(z: number): number {
	if (z < 0) return 1 - normalAbove(-z);
	const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
	if (z < 3) {
		let term = z;
		let sum = z;
		for (let k = 1; k < 200 && term > 1e-17 * sum; k++) {
			term *= (z * z) / (2 * k + 1);
			sum += term;
		}
		return 0.5 - density * sum;
	}
	let fraction = z;
	for (let k = 200; k >= 1; k--) fraction = z + k / fraction;
	return density / fraction;
}
