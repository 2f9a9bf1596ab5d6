/**
 * The normal law backwards. Normal-like times are drawn through this function of one uniform: samplers of normals take a
 * varying number of uniforms and keep a spare variate to themselves, which would let one draw shift every later draw.
 *
 * M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988),
 * routine PPND16: a ratio of two polynomials of degree seven, one pair for the middle and two for the tails.
 */

type Ratio = readonly [top: readonly number[], bottom: readonly number[]];

/** In 0.180625 - (u - 1/2)^2, for |u - 1/2| <= 0.425. */
const MIDDLE: Ratio = [
	[
		3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
		33430.57558358813, 2509.0809287301227,
	],
	[
		1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
		28729.085735721943, 5226.495278852854,
	],
];

/** In sqrt(-ln tail) - 1.6, up to sqrt(-ln tail) = 5. */
const TAIL: Ratio = [
	[
		1.4234371107496837, 4.630337846156546, 5.769497221460691, 3.647848324763205, 1.2704582524523684, 0.2417807251774506,
		0.022723844989269184, 0.0007745450142783414,
	],
	[
		1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
		0.0005475938084995345, 1.0507500716444169e-9,
	],
];

/** In sqrt(-ln tail) - 5, beyond. */
const FAR_TAIL: Ratio = [
	[
		6.657904643501104, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
		0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
	],
	[
		1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
		1.421511758316446e-7, 2.0442631033899397e-15,
	],
];

/**
 * z with P(Z <= z) = u for the standard normal law; -Infinity at u = 0.
 * Relative error below 1e-15 or so (1e-16 by the paper, plus rounding).
 */
export function normalQuantile(u: number): number {
	const fromHalf = u - 0.5;
	if (Math.abs(fromHalf) <= 0.425) return fromHalf * at(MIDDLE, 0.180625 - fromHalf * fromHalf);
	const tail = fromHalf < 0 ? u : 1 - u;
	if (tail <= 0) return fromHalf < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	const r = Math.sqrt(-Math.log(tail));
	const z = r <= 5 ? at(TAIL, r - 1.6) : at(FAR_TAIL, r - 5);
	return fromHalf < 0 ? -z : z;
}

function at([top, bottom]: Ratio, x: number): number {
	return polynomial(top, x) / polynomial(bottom, x);
}

/** Horner's rule, written out because it runs once per drawn time. */
function polynomial(c: readonly number[], x: number): number {
	return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}
