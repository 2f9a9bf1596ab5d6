/**
 * The gamma law backwards, for gamma and Erlang times. Inverting it takes a few hundred operations, too many for every
 * draw, so it is inverted once per shape on a grid and interpolated between.
 *
 * The grid lies in z, the normal quantile of u, and holds ln x: seen so, every gamma law is a smooth, nearly straight
 * curve, whatever its shape, and its slope is known exactly, so that cubic pieces (Hermite) fit it closely.
 */
import { Bug } from '../../kernel/errors.js';
import { normalQuantile } from './normal-quantile.js';

/** Beyond this |z| (a chance of 1e-10 on either side) the law is inverted anew: 32-bit uniforms hardly get there. */
const Z_RANGE = 6.4;
const CELLS = 256;
const STEP = (2 * Z_RANGE) / CELLS;

/** From this shape on, the cube root of a gamma variate is normal closely enough (Wilson and Hilferty). */
const NEARLY_NORMAL = 1e5;

/** A pure memo of the latest shapes: a thousand nodes with one law share one grid; a sweep over shapes keeps no more than these. */
const grids = new Map<number, Float64Array>();
const MOST_GRIDS = 64;

/**
 * u -> x with P(X <= x) = u for the gamma law of this shape and scale 1 (mean = shape), u in [0, 1).
 * Relative error below 1e-7 for shapes from 0.1 up.
 */
export function gammaQuantile(shape: number): (u: number) => number {
	if (shape >= NEARLY_NORMAL) return (u) => Math.exp(wilsonHilferty(shape, normalQuantile(u)));
	let grid = grids.get(shape);
	if (grid === undefined) {
		grid = gridOf(shape);
		grids.set(shape, grid);
		for (const oldest of grids.keys()) {
			if (grids.size <= MOST_GRIDS) break;
			grids.delete(oldest);
		}
	}
	const logs = grid;
	return (u) => {
		const z = normalQuantile(u);
		return Math.abs(z) < Z_RANGE ? Math.exp(between(logs, z)) : exactGammaQuantile(shape, u);
	};
}

/** The same by inversion on the spot: relative error below 1e-11 (1e-16 x shape or so above). A few microseconds. */
export function exactGammaQuantile(shape: number, u: number): number {
	return Math.exp(logQuantile(shape, u));
}

/**
 * P(X <= x) and P(X > x) for the gamma law of this shape and scale 1; the smaller of the two keeps its digits.
 * Series x^a e^-x / Gamma(a+1) (1 + x/(a+1) + x^2/((a+1)(a+2)) + ...) below a + 1, Legendre's continued fraction above
 * (Abramowitz and Stegun 6.5.29 and 6.5.31).
 */
export function gammaShares(shape: number, x: number): { below: number; above: number } {
	if (x <= 0) return { below: 0, above: 1 };
	const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
	if (x < shape + 1) {
		const below = (front * series(shape, x)) / shape;
		return { below, above: 1 - below };
	}
	const above = front * continuedFraction(shape, x);
	return { below: 1 - above, above };
}

/**
 * ln Gamma(x) for x > 0, by Stirling's series after moving x above 12 with Gamma(x + 1) = x Gamma(x).
 * Absolute error below 1e-14 x max(1, result).
 */
export function logGamma(x: number): number {
	let product = 1;
	let at = x;
	for (; at < 12; at++) product *= at;
	const r = 1 / (at * at);
	const correction =
		(1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * (691 / 360360)))))) / at;
	return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + correction - Math.log(product);
}

/** ln x and its slope over z at every knot. */
function gridOf(shape: number): Float64Array {
	const grid = new Float64Array(2 * (CELLS + 1));
	for (let knot = 0; knot <= CELLS; knot++) {
		const z = knot * STEP - Z_RANGE;
		// Half of a squared normal variate is gamma of shape 1/2, so the tail beyond |z| needs no function of its own.
		const tail = gammaShares(0.5, 0.5 * z * z).above / 2;
		const y = solve(shape, tail, z > 0);
		grid[2 * knot] = y;
		// dy / dz = phi(z) / (x f(x)), both densities taken in logarithms.
		grid[2 * knot + 1] = Math.exp(-0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - logDensity(shape, y));
	}
	return grid;
}

/** ln x at z: in each cell the cubic through both ends with both slopes. */
function between(grid: Float64Array, z: number): number {
	const place = (z + Z_RANGE) / STEP;
	const cell = Math.floor(place);
	const t = place - cell;
	const left = grid[2 * cell];
	const rise = grid[2 * cell + 2] - left;
	const early = grid[2 * cell + 1] * STEP - rise;
	const late = rise - grid[2 * cell + 3] * STEP;
	return left + t * (rise + (1 - t) * ((1 - t) * early + t * late));
}

function logQuantile(shape: number, u: number): number {
	return u < 0.5 ? solve(shape, u, false) : solve(shape, 1 - u, true);
}

/**
 * y = ln x with P(X <= x) = tail, or P(X > x) = tail where `upper`. Both are log-concave in y, so Newton's rule on their
 * logarithm arrives from any start; a step is kept below 2 because the flat side would overshoot by far.
 */
function solve(shape: number, tail: number, upper: boolean): number {
	if (tail <= 0) return upper ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
	const nearZero = ((upper ? Math.log1p(-tail) : Math.log(tail)) + logGamma(shape + 1)) / shape;
	// Near zero P = x^a / Gamma(a + 1), up to a factor 1 - x: below e^-37 nothing is left to improve.
	if (nearZero < -37) return nearZero;
	const normal = wilsonHilferty(shape, upper ? -normalQuantile(tail) : normalQuantile(tail));
	let y = Number.isFinite(normal) ? normal : nearZero;
	for (let round = 0; round < 60; round++) {
		const { below, above } = gammaShares(shape, Math.exp(y));
		const share = upper ? above : below;
		const slope = (upper ? -1 : 1) * (Math.exp(logDensity(shape, y)) / share);
		const step = Math.max(-2, Math.min(2, Math.log(share / tail) / slope));
		y -= step;
		if (Math.abs(step) < 1e-12) return y;
	}
	throw new Bug(`the gamma law of shape ${shape} could not be inverted at a tail of ${tail}`);
}

/** ln x with x = a (1 - 1/(9a) + z / (3 sqrt(a)))^3, Wilson and Hilferty 1931; -Infinity where the bracket is not positive. */
function wilsonHilferty(shape: number, z: number): number {
	return Math.log(shape) + 3 * Math.log(Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))));
}

/** ln of the density of ln X at y: a y - e^y - ln Gamma(a). */
function logDensity(shape: number, y: number): number {
	return shape * y - Math.exp(y) - logGamma(shape);
}

/** 1 + x/(a+1) + x^2/((a+1)(a+2)) + ... */
function series(shape: number, x: number): number {
	let sum = 1;
	let term = 1;
	for (let n = 1; term > sum * 1e-17; n++) {
		term *= x / (shape + n);
		sum += term;
	}
	return sum;
}

/** 1/(x+1-a- 1(1-a)/(x+3-a- 2(2-a)/(x+5-a- ...))), forwards (Lentz); x >= a + 1. */
function continuedFraction(shape: number, x: number): number {
	let b = x + 1 - shape;
	let c = Number.POSITIVE_INFINITY;
	let d = 1 / b;
	let value = d;
	for (let n = 1; n < 1e6; n++) {
		const a = n * (shape - n);
		b += 2;
		d = 1 / (b + a * d);
		c = b + a / c;
		const factor = c * d;
		value *= factor;
		if (Math.abs(factor - 1) < 1e-15) return value;
	}
	throw new Bug(`the continued fraction of the gamma law of shape ${shape} did not settle at ${x}`);
}
