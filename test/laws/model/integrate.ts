/** Integrals over the unit interval for laws whose ends may be steep or infinite. */

/**
 * Mean of f(U) for U uniform: midpoint rule after u = v^3 (10 - 15 v + 6 v^2), which crowds the points at both ends.
 */
export function meanOver(f: (u: number) => number, points = 200_000): number {
	let sum = 0;
	for (let k = 0; k < points; k++) {
		const v = (k + 0.5) / points;
		const weight = 30 * v * v * (1 - v) * (1 - v);
		// Near 1 the mirrored form keeps the digits of 1 - u.
		const u = v < 0.5 ? crowd(v) : 1 - crowd(1 - v);
		sum += weight * f(Math.min(u, 1 - 2 ** -53));
	}
	return sum / points;
}

const crowd = (v: number): number => v * v * v * (10 - 15 * v + 6 * v * v);

/** Mean of f(U), exact for polynomials up to degree three (Gauss, two points): back-off delays are linear in u. */
export const gaussMean = (f: (u: number) => number): number =>
	(f(0.5 - Math.sqrt(1 / 12)) + f(0.5 + Math.sqrt(1 / 12))) / 2;
