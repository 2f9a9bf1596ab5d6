/**
 * Where the clients of a population wait when nothing works: which layer's back-off, before which retry, and for how
 * long on average. It tells how many clients a collapse keeps in back-off, and in which state each of them is.
 */
import { meanUs } from '../distributions/distribution.js';
import { compileDelay } from './backoff/backoff.js';
import { CAUSE } from './cause.js';
import type { RetryPolicy } from './policy.js';

/** What a collapsed edge answers, or does not. */
const COLLAPSED = ['rejected', '503', 'timeout'] as const;

/** A back-off that a request passes through while each of its attempts fails at once. */
export interface Wait {
	/** index in the stack, from inside out */
	readonly layer: number;
	/** before retry n of that layer, n = 1, 2, ... */
	readonly retry: number;
	/** how often a request calls that layer, and gets to this wait */
	readonly calls: number;
	readonly times: number;
	/** how long it then waits, on average, in us; and the mean delay before that, for decorrelated back-off */
	readonly meanUs: number;
	readonly previousUs: number;
}

/** Waits that begin later in a request's life are left out: a policy that never gives up would have no end of them. */
export const OLDEST_US = 60e6;
/** Retries of one layer that are looked at. */
const MOST_RETRIES = 1_000;
const MIDPOINTS = 64;

/**
 * Every wait of a stack, per request, if every attempt is rejected or times out at once. Layer k is called once for each
 * try of the layers outside of it, and comes to its retry n with probability p^n:
 *
 *     times(k, n) = p_k^n  product over j > k of E[tries of j]      n < attempts of k
 *
 * A retry budget lets through what its credits pay for: `ratio / cost` retries a call where calls earn, none where
 * successes do; the layer's waits, and the calls of the layers inside, become as much fewer.
 * @param endUs no wait begins so long after the birth of the request, patience for one
 */
export function waitsOf(layers: readonly RetryPolicy[], endUs: number): Wait[] {
	let calls = 1;
	const waits: Wait[] = [];
	const last = layers.findIndex(neverGivesUp);
	for (let layer = last < 0 ? layers.length - 1 : last; layer >= 0; layer--) {
		const own = waitsOfLayer(layers[layer], layer, Math.min(endUs, OLDEST_US));
		const retries = own.reduce((sum, { times }) => sum + times, 0);
		const share = retries === 0 ? 0 : Math.min(1, retriesPaidFor(layers[layer]) / retries);
		const called = calls;
		waits.push(...own.map((wait) => ({ ...wait, calls: called, times: wait.times * share * called })));
		calls *= 1 + share * retries;
	}
	return waits;
}

/** What stands outside of such a layer never hears of a failure. */
const neverGivesUp = ({ attempts, probability, budget }: RetryPolicy): boolean =>
	attempts === Number.POSITIVE_INFINITY && probability === 1 && budget === null;

function waitsOfLayer(policy: RetryPolicy, layer: number, endUs: number): Wait[] {
	const { attempts, on, probability } = policy;
	if (!COLLAPSED.some((word) => on.includes(word))) return [];
	const waits: Wait[] = [];
	let startUs = 0;
	let previousUs = 0;
	let times = 1;
	for (let retry = 1; retry < attempts && retry <= MOST_RETRIES && startUs < endUs; retry++) {
		times *= probability;
		const mean = meanDelayUs(policy, retry, previousUs);
		// A table that has come to its end.
		if (mean === Number.POSITIVE_INFINITY) break;
		waits.push({ layer, retry, calls: 1, times, meanUs: mean, previousUs });
		startUs += mean;
		previousUs = mean;
	}
	return waits;
}

/** Mean delay before retry n, in us. Every jitter is linear in its uniform, so that midpoints give its mean exactly. */
function meanDelayUs({ delay }: RetryPolicy, n: number, previousUs: number): number {
	const { growth } = delay;
	if (growth.kind === 'drawn') return meanUs(growth.waits[Math.min(n, growth.waits.length) - 1]);
	const { delayUs } = compileDelay(delay);
	let sum = 0;
	for (let k = 0; k < MIDPOINTS; k++) sum += delayUs(n, (k + 0.5) / MIDPOINTS, previousUs, CAUSE.timeout);
	return sum / MIDPOINTS;
}

/** Retries per call that a layer's budget pays for in the long run while nothing succeeds. */
function retriesPaidFor({ budget }: RetryPolicy): number {
	if (budget === null || (budget.kind === 'ratio-bucket' && budget.cost === 0)) return Number.POSITIVE_INFINITY;
	if (budget.kind !== 'ratio-bucket') return 0;
	return budget.credit === 'per-call' && budget.capacity > 0 ? budget.ratio / budget.cost : 0;
}
