/**
 * The quantiles of Student's law, by the incomplete beta function: with X of the beta law of n/2 and 1/2, T^2 = n (1 - X) / X.
 *
 * W. H. Press et al., "Numerical Recipes", 3rd edition: sections 6.1 (ln Gamma, six coefficients), 6.4 (incomplete beta by the
 * continued fraction of Lentz; its inverse by Halley's rule). The constants and the order of operations are those that the
 * recorded results were computed with: another algorithm, however exact, would change their last digits.
 */

/** The continued fraction stops where a step changes it by less; it decides the error of the result. */
const FRACTION_ERROR = 3e-7;
const INVERSE_ERROR = 1e-8;
/** Keeps Lentz's method from a division by zero. */
const SMALLEST = 1e-30;
const GAMMA_COEFFICIENTS = [
	76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.001208650973866179,
	-0.5395239384953e-5,
];

/**
 * t with P(T <= t) = p. Relative error below 1e-7.
 * @param p from 0.5 up, below 1
 * @param degrees of freedom, 1 or more
 */
export function studentQuantile(p: number, degrees: number): number {
	const x = betaQuantile(2 * Math.min(p, 1 - p), 0.5 * degrees);
	return Math.sqrt((degrees * (1 - x)) / x);
}

/** x with I_x(a, 1/2) = p. */
function betaQuantile(p: number, a: number): number {
	const b = 0.5;
	if (p <= 0) return 0;
	if (p >= 1) return 1;
	const front = Math.exp(a * Math.log(a / (a + b))) / a;
	const back = Math.exp(b * Math.log(b / (a + b))) / b;
	const both = front + back;
	let x = p < front / both ? (a * both * p) ** (1 / a) : 1 - (b * both * (1 - p)) ** (1 / b);
	const scale = -logGamma(a) - logGamma(b) + logGamma(a + b);
	for (let round = 0; round < 10 && x !== 0 && x !== 1; round++) {
		const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log(1 - x) + scale);
		const newton = (incompleteBeta(x, a, b) - p) / density;
		const step = newton / (1 - 0.5 * Math.min(1, newton * ((a - 1) / x - (b - 1) / (1 - x))));
		x -= step;
		if (x <= 0) x = 0.5 * (x + step);
		if (x >= 1) x = 0.5 * (x + step + 1);
		if (Math.abs(step) < INVERSE_ERROR * x && round > 0) break;
	}
	return x;
}

/** I_x(a, b), 0 < x < 1. */
function incompleteBeta(x: number, a: number, b: number): number {
	const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
	if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
	return 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
	const away = (value: number): number => (Math.abs(value) < SMALLEST ? SMALLEST : value);
	let c = 1;
	let d = 1 / away(1 - ((a + b) * x) / (a + 1));
	let value = d;
	for (let m = 1; m <= 100; m++) {
		const even = (m * (b - m) * x) / ((a - 1 + 2 * m) * (a + 2 * m));
		c = away(1 + even / c);
		d = 1 / away(1 + even * d);
		value *= d * c;
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 1 + 2 * m));
		c = away(1 + odd / c);
		d = 1 / away(1 + odd * d);
		const factor = d * c;
		value *= factor;
		if (Math.abs(factor - 1) < FRACTION_ERROR) return value;
	}
	return value;
}

/** Lanczos' approximation of ln Gamma(x), x > 0: relative error of Gamma below 2e-10. */
function logGamma(x: number): number {
	const shifted = x + 5.5;
	const front = shifted - (x + 0.5) * Math.log(shifted);
	let y = x;
	let sum = 1.000000000190015;
	for (const coefficient of GAMMA_COEFFICIENTS) {
		y += 1;
		sum += coefficient / y;
	}
	return Math.log((2.5066282746310007 * sum) / x) - front;
}
