/**
 * How long a client waits before retry n (n = 1, 2, ...): a growth law, and what chance makes of it. Delays are
 * microseconds, not rounded; the caller rounds where it draws.
 */
import { assert } from '../../kernel/check.js';
import { isConstant, quantile } from '../distribution.js';
import type { Growth, Jitter } from './policy.js';

/** (n, u, previousUs) -> microseconds before retry n; `previousUs` is the delay drawn before, unread where n = 1. */
export type Backoff = (n: number, u: number, previousUs: number) => number;

/** Delay before retry n from one uniform u in [0, 1), in microseconds. See {@link compileBackoff} for the formulas. */
export const delayUs = (growth: Growth, jitter: Jitter, n: number, u: number, previousUs: number): number =>
	compileBackoff(growth, jitter)(n, u, previousUs);

/**
 * The same with all that does not depend on n, u and the previous delay done once. With x the plain delay of
 * {@link plainUs}, and the jitters under their usual names (M. Brooker, "Exponential Backoff And Jitter", AWS 2015):
 *
 *     none    x            full   U(0, x)
 *     scale   x U(from,to) equal  x/2 + U(0, x/2)
 *     decorrelated growth: min(cap, U(base, 3 previous)), previous = base for n = 1
 *     drawn growth: the n-th law, the last one repeated
 *
 * Decorrelated and drawn delays are random already and take no jitter.
 */
export function compileBackoff(growth: Growth, jitter: Jitter): Backoff {
	if (growth.kind === 'drawn') {
		assert(growth.waits.length > 0, 'drawn back-off needs at least one law');
		const laws = growth.waits.map(quantile);
		return (n, u) => laws[Math.min(n, laws.length) - 1](u);
	}
	if (growth.kind === 'decorrelated') {
		const { baseUs, capUs } = growth;
		return (n, u, previousUs) => {
			// A cap below a third of the base could turn the bounds round.
			const upperUs = Math.max(baseUs, 3 * (n === 1 ? baseUs : previousUs));
			return Math.min(capUs, baseUs + u * (upperUs - baseUs));
		};
	}
	const [share, spread] = shareOfPlain(jitter);
	const early = Float64Array.from({ length: EARLY }, (_, i) => plainUs(growth, i + 1));
	return (n, u) => (n <= EARLY ? early[n - 1] : plainUs(growth, n)) * (share + u * spread);
}

/** Whether a uniform is drawn at all; where not, every u gives the same delay. */
export function needsDraw(growth: Growth, jitter: Jitter): boolean {
	if (growth.kind === 'decorrelated') return true;
	if (growth.kind === 'drawn') return !growth.waits.every(isConstant);
	return jitter.kind !== 'none';
}

/** Retries whose plain delay is kept ready; later ones are worked out when asked. */
const EARLY = 64;

type PlainGrowth = Extract<Growth, { kind: 'fixed' | 'linear' | 'exponential' }>;

/**
 * Delay before retry n without chance, in microseconds.
 *
 *     fixed        base
 *     linear       min(cap, base + (n - 1) step)
 *     exponential  min(cap, base mult^(n - 1))
 */
export function plainUs(growth: PlainGrowth, n: number): number {
	switch (growth.kind) {
		case 'fixed':
			return growth.baseUs;
		case 'linear':
			return Math.min(growth.capUs, growth.baseUs + (n - 1) * growth.stepUs);
		case 'exponential':
			// A base of 0 stays 0 however large the power: 0 x Infinity is not a number.
			return growth.baseUs === 0 ? 0 : Math.min(growth.capUs, growth.baseUs * growth.multiplier ** (n - 1));
	}
}

/** The factor on the plain delay is share + u spread. */
function shareOfPlain(jitter: Jitter): readonly [share: number, spread: number] {
	switch (jitter.kind) {
		case 'none':
			return [1, 0];
		case 'full':
			return [0, 1];
		case 'equal':
			return [0.5, 0.5];
		case 'scale':
			return [jitter.from, jitter.to - jitter.from];
	}
}
