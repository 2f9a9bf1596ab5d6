// HOT PATH: runs twice per request; allocates nothing.
/**
 * Unit exponentials: -ln(1 - u), from a table and a short series instead of Math.log. A draw uses nothing but sums and
 * products of doubles and no branch that chance decides; Math.log, which differs in its last bits between runtimes, only
 * fills the table once.
 *
 * With x = 1 - u = m / 2^(z + 1), m in [1, 2), and c the middle of the 256th of [1, 2) that m lies in:
 *
 *     -ln x = (z + 1) ln 2 - ln c - ln(1 + r),   r = (m - c) / c,   |r| < 1/512
 *
 * The series of ln(1 + r) is cut after r^5 / 5. What remains is an absolute error of
 * one unit in the last place of 22, the largest value: 4e-15.
 */

const TWO_32 = 4_294_967_296;
const PARTS = 256;
const middle = (i: number): number => 1 + (i + 0.5) / PARTS;
/** [i]: c, 1 / c and ln c of part i */
const CENTRE = Float64Array.from({ length: PARTS }, (_, i) => middle(i));
const INVERSE = Float64Array.from({ length: PARTS }, (_, i) => 1 / middle(i));
const LOGARITHM = Float64Array.from({ length: PARTS }, (_, i) => Math.log(middle(i)));
/** [z]: what makes m of x when x 2^32 has z leading zeros, and the logarithm of it */
const SCALE = Float64Array.from({ length: 32 }, (_, z) => 2 ** (z + 1));
const SCALE_LOGARITHM = Float64Array.from({ length: 32 }, (_, z) => (z + 1) * Math.LN2);

/** @param u in [0, 1); @returns -ln(1 - u) */
export function unitExponential(u: number): number {
	const x = 1 - u;
	const scaled = x * TWO_32;
	const whole = scaled >>> 0;
	// u = 0, or a u finer than the generator's 32 bits.
	if (whole !== scaled) return -Math.log(x);
	const zeros = Math.clz32(whole);
	const part = ((whole << zeros) >>> 23) & 255;
	const r = (x * SCALE[zeros] - CENTRE[part]) * INVERSE[part];
	return SCALE_LOGARITHM[zeros] - LOGARITHM[part] - r * (1 - r * (1 / 2 - r * (1 / 3 - r * (1 / 4 - r * (1 / 5)))));
}
