/**
 * What chance makes of a delay. A jitter takes one uniform: where a policy both stretches and adds, real code (resilience4j)
 * uses the same draw for both, and so does this.
 */

/** Formulas at {@link spreadOf} and {@link combUs}. */
export type DelayJitter =
	| { readonly kind: 'none' }
	| { readonly kind: 'full' }
	| { readonly kind: 'equal' }
	| {
			readonly kind: 'uniform';
			/** factor on the delay, from and to */
			readonly scale: readonly [number, number];
			/** added to it, from and to, us */
			readonly addUs: readonly [number, number];
	  }
	| { readonly kind: 'comb'; readonly share: number; readonly quantumUs: number };

/** The jittered delay is x (share + u spread) + addUs + u addSpreadUs. */
export interface Spread {
	readonly share: number;
	readonly spread: number;
	readonly addUs: number;
	readonly addSpreadUs: number;
}

/**
 * With x the plain delay and u uniform on [0, 1):
 *
 *     none x    full u x    equal x/2 + u x/2    uniform x (lo + u (hi - lo)) + (from + u (to - from))
 *
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS 2015, for the names.
 */
export function spreadOf(jitter: Exclude<DelayJitter, { kind: 'comb' }>): Spread {
	switch (jitter.kind) {
		case 'none':
			return { share: 1, spread: 0, addUs: 0, addSpreadUs: 0 };
		case 'full':
			return { share: 0, spread: 1, addUs: 0, addSpreadUs: 0 };
		case 'equal':
			return { share: 0.5, spread: 0.5, addUs: 0, addSpreadUs: 0 };
		case 'uniform': {
			const [[lo, hi], [from, to]] = [jitter.scale, jitter.addUs];
			return { share: lo, spread: hi - lo, addUs: from, addSpreadUs: to - from };
		}
	}
}

export const TEETH = 10;

/**
 * backo2's jitter (socket.io-client): the sign of the deviation hangs on its size, which makes a comb of ten teeth.
 *
 *     d = q floor(u share x / q);   x - d where floor(10 u) is even, x + d where it is odd
 *
 * Source: socket.io-client's contrib/backo2.js, `Backoff.prototype.duration`; share = 0.5 and q = 1 ms there.
 */
export function combUs(x: number, u: number, share: number, quantumUs: number): number {
	const deviationUs = Math.floor((u * share * x) / quantumUs) * quantumUs;
	return Math.floor(u * TEETH) % 2 === 0 ? x - deviationUs : x + deviationUs;
}

/** Whether a uniform makes a difference. */
export function jitterDraws(jitter: DelayJitter): boolean {
	if (jitter.kind === 'comb') return jitter.share > 0;
	const { spread, addSpreadUs } = spreadOf(jitter);
	return spread !== 0 || addSpreadUs !== 0;
}
