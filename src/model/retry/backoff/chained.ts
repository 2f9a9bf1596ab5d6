/**
 * Delays that grow out of the delay before: decorrelated ones and those whose jittered value is the next one's base. What
 * one retry hands to the next is a number, the call's memory.
 */
import { type DelayJitter, spreadOf } from './jitter.js';

/** The formulas stand at {@link chainedUs}. */
export type ChainedGrowth =
	| { readonly kind: 'compound'; readonly baseUs: number; readonly multiplier: number }
	| { readonly kind: 'decorrelated'; readonly baseUs: number }
	| { readonly kind: 'decorrelated-v2'; readonly baseUs: number }
	| { readonly kind: 'decorrelated-monotone'; readonly baseUs: number };

/**
 * Microseconds before retry n, from one uniform u and the memory m of the retry before.
 *
 *     compound               base s(u) for n = 1, then m mult s(u), s the jitter's scale    m = the delay before
 *     decorrelated           U(base, max(base, 3 m))                                        m = the delay before, base for n = 1
 *     decorrelated-v2        base (f(n - 1 + u) - m) / 1.4,  f(t) = 2^t tanh(sqrt(4 t))     m = f of the retry before, 0 for n = 1
 *     decorrelated-monotone  base for n = 1, then U(m, min(cap, 3 m))                       m = the delay before
 *
 * Sources: compound kafkajs src/retry/index.js and urql's retryExchange; decorrelated M. Brooker, AWS 2015; v2 Polly's
 * RetryHelper.DecorrelatedJitterBackoffV2, also .NET's standard handler and cockatiel's decorrelatedJitterGenerator;
 * monotone twitter/finagle Backoff.scala at 4feb34c. Caps other than in `monotone` are the pipeline's.
 */
export function chainedUs(
	growth: ChainedGrowth,
	{ n, u, memory, baseUs }: { n: number; u: number; memory: number; baseUs: number },
	{ capUs, jitter }: { readonly capUs: number; readonly jitter: DelayJitter },
): number {
	switch (growth.kind) {
		case 'compound':
			return scaled(n === 1 ? baseUs : memory * growth.multiplier, u, jitter);
		case 'decorrelated': {
			// A cap below a third of the base could turn the bounds round.
			const upperUs = Math.max(baseUs, 3 * (n === 1 ? baseUs : memory));
			return baseUs + u * (upperUs - baseUs);
		}
		case 'decorrelated-v2':
			return Math.max(0, (baseUs * (risen(n, u) - memory)) / 1.4);
		case 'decorrelated-monotone':
			return n === 1 ? baseUs : memory + u * Math.max(0, Math.min(capUs, 3 * memory) - memory);
	}
}

/** f(n - 1 + u) of decorrelated-v2. */
export function risen(n: number, u: number): number {
	// Where powers of two come to no end, the difference of two of them is no number.
	const t = Math.min(n - 1 + u, 1_000);
	return 2 ** t * Math.tanh(Math.sqrt(4 * t));
}

function scaled(x: number, u: number, jitter: DelayJitter): number {
	if (jitter.kind === 'comb') return x;
	const { share, spread, addUs, addSpreadUs } = spreadOf(jitter);
	return x * (share + u * spread) + addUs + u * addSpreadUs;
}
