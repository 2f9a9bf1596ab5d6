/**
 * How long a breaker stays open, and how that grows from one opening to the next while no probe goes well.
 *
 *     fixed           x
 *     exponential     min(cap, min(cap, base mult^(n - 1)) (1 + U(0, jitter)))                    Linkerd, cockatiel
 *     equal-then-exp  base for n = 1, then min(cap, h + U(0, h)) with h = min(cap, base 2^(n - 2))  Finagle
 *
 * Source: linkerd2-proxy 29637b6 linkerd/exp-backoff/src/lib.rs; finagle 4feb34c Backoff.scala EqualJittered.
 */

export type Penalty =
	| { readonly kind: 'fixed'; readonly us: number }
	| {
			readonly kind: 'exponential';
			readonly baseUs: number;
			readonly multiplier: number;
			readonly capUs: number;
			/** a share of the delay that is added at most */
			readonly jitter: number;
	  }
	| { readonly kind: 'equal-then-exp'; readonly baseUs: number; readonly capUs: number };

/** Length of the n-th opening in a row (n = 1, 2, ...), in us, from one uniform u in [0, 1). */
export function penaltyUs(penalty: Penalty, n: number, u: number): number {
	switch (penalty.kind) {
		case 'fixed':
			return penalty.us;
		case 'exponential': {
			const plainUs = Math.min(penalty.capUs, penalty.baseUs * penalty.multiplier ** (n - 1));
			return Math.min(penalty.capUs, plainUs * (1 + u * penalty.jitter));
		}
		case 'equal-then-exp': {
			if (n === 1) return penalty.baseUs;
			const halfUs = Math.min(penalty.capUs, penalty.baseUs * 2 ** (n - 2));
			return Math.min(penalty.capUs, halfUs * (1 + u));
		}
	}
}

/** Whether the uniform matters. */
export const penaltyDraws = (penalty: Penalty): boolean =>
	penalty.kind === 'equal-then-exp' || (penalty.kind === 'exponential' && penalty.jitter > 0);
