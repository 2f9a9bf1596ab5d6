/**
 * By how much more does the canary fail than its control, asked as often as one likes? An always-valid interval of the
 * difference of two shares: with chance 1 - alpha it holds the true one at every look there will ever be, so that a gate
 * may fail at the first look that shows harm, and still cries wolf in alpha of its rollouts at most.
 *
 * Mixture of likelihood ratios: under the true share p, (mixture over Beta(1/2, 1/2) of p'^s (1 - p')^(n - s)) / (p^s (1 - p)^(n - s))
 * is a martingale from 1, and so is the product of the canary's and the control's. By Ville's inequality it reaches 1 / alpha with
 * chance alpha at most; the interval spans the differences of all (p, q) for which it has not.
 * - H. Robbins, "Statistical Methods Related to the Law of the Iterated Logarithm", Ann. Math. Stat. 41 (1970);
 *   R. Johari, P. Koomen, L. Pekelis and D. Walsh, "Always Valid Inference", Operations Research 70 (2022);
 *   S. R. Howard et al., "Time-uniform, Nonparametric, Nonasymptotic Confidence Sequences", Ann. Stat. 49 (2021);
 *   M. Lindon and A. Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS (2022), on mixtures of this kind.
 * - The familiar mixture over normal laws needs a normal law of the estimate and its variance. Failures are rare, the first
 *   looks see none or one, and there it promises too much; this one holds from the first request on, at somewhat wider intervals.
 * - It takes requests for independent. Retries of one outage are not, whatever the test.
 */
import { assert } from '../../kernel/errors.js';
import { logGamma } from '../distributions/gamma-quantile.js';

export interface FailureCounts {
	readonly canaryFailures: number;
	readonly canarySamples: number;
	readonly controlFailures: number;
	readonly controlSamples: number;
}

export interface Sequential {
	/** of canary - control, -1..1 */
	readonly low: number;
	readonly high: number;
	/** failed: all of the interval is above the limit; passed: none of it; open: go on looking */
	readonly result: 'failed' | 'passed' | 'open';
}

/**
 * @param counted since the start, not over a sliding window
 * @param alpha chance of an interval that ever misses the truth, 0..1
 * @param above largest difference allowed
 */
export function sequential(
	counted: FailureCounts,
	{ alpha, above }: { readonly alpha: number; readonly above: number },
): Sequential {
	assert(alpha > 0 && alpha < 1, `an error rate lies between 0 and 1, not at ${alpha}`);
	const canary = { hits: counted.canaryFailures, n: counted.canarySamples };
	const control = { hits: counted.controlFailures, n: counted.controlSamples };
	if (canary.n === 0 || control.n === 0) return { low: -1, high: 1, result: 'open' };
	const low = least(canary, control, alpha);
	const high = -least(control, canary, alpha);
	return { low, high, result: low > above ? 'failed' : high <= above ? 'passed' : 'open' };
}

interface ArmShare {
	readonly hits: number;
	readonly n: number;
}

/** Sharpness at which the search for an end begins and gives up, in ln. */
const [BLUNT, SHARP] = [-30, 70];
const HALVINGS = 60;

/**
 * The least p - q whose distance from what was seen is within reach. There the slopes of both distances are the same, -pull
 * in p and +pull in q, so one search for the pull finds both.
 */
function least(a: ArmShare, b: ArmShare, alpha: number): number {
	const reach = -Math.log(alpha) + surprise(a) + surprise(b);
	const misses = { hits: b.n - b.hits, n: b.n };
	let [under, over] = [BLUNT, SHARP];
	for (let i = 0; i < HALVINGS; i++) {
		const middle = (under + over) / 2;
		const pull = Math.exp(middle);
		if (distance(a, pulledDown(a, pull)) + distance(misses, pulledDown(misses, pull)) > reach) over = middle;
		else under = middle;
	}
	// The outer end: rounding may only widen.
	return pulledDown(a, Math.exp(over)) - (1 - pulledDown(misses, Math.exp(over)));
}

/** ln of the greatest likelihood over the mixture's: what it costs not to have known the share, about ln(n) / 2. */
function surprise({ hits, n }: ArmShare): number {
	const mixture = logGamma(hits + 0.5) + logGamma(n - hits + 0.5) - logGamma(n + 1) - Math.log(Math.PI);
	return times(hits, hits / n) + times(n - hits, 1 - hits / n) - mixture;
}

/** ln of the greatest likelihood over that of p, 0 or more: n times Kullback and Leibler's divergence. */
function distance({ hits, n }: ArmShare, p: number): number {
	return times(hits, hits / n / p) + times(n - hits, (1 - hits / n) / (1 - p));
}

/** The p below hits / n at which the slope of the distance is -pull: pull p^2 - (n + pull) p + hits = 0. */
function pulledDown({ hits, n }: ArmShare, pull: number): number {
	const sum = n + pull;
	return (2 * hits) / (sum + Math.sqrt(Math.max(0, sum * sum - 4 * pull * hits)));
}

/** k ln x, 0 where k is. */
const times = (k: number, x: number): number => (k === 0 ? 0 : k * Math.log(x));
