/**
 * The retry quota of the AWS SDKs: a bucket that retries empty and successes fill, without any clock.
 *
 *     a retry after cause c   passes iff tokens >= cost(c);  tokens -= cost(c)
 *     a call ends well        tokens = min(capacity, tokens + (retried ? cost of its LAST retry : refund))
 *     a call fails            nothing comes back
 *
 * Capacity 500 and refund 1; costs 14 (429: 5) since November 2026, 10 (429: 5) before in JavaScript, 5 (timeout: 10) in
 * botocore. Up to @smithy/util-retry 4.2.13 the minimum was a maximum: any success fills the bucket, and one of a full
 * bucket overfills it.
 *
 *     overfills               tokens = max(capacity, tokens + ...)
 *
 * Source: @smithy/core 3.41.0 StandardRetryStrategy, @smithy/util-retry 4.2.8 the same, botocore 1.43.107 retries/quota.py.
 */
import { inMask } from '../cause.js';
import type { Scope } from '../state-scope.js';
import { type BudgetMachine, unmoved } from './budget-machine.js';

export interface QuotaBudget {
	readonly kind: 'quota';
	readonly scope: Scope;
	readonly capacity: number;
	readonly initial: number;
	readonly cost: number;
	/** other costs; the first set that has the cause counts */
	readonly costFor: readonly { readonly causes: number; readonly cost: number }[];
	/** what a success at the first try gives back */
	readonly refund: number;
	/** the bug of spring 2026: a success fills the bucket */
	readonly overfills: boolean;
}

export interface QuotaState {
	readonly tokens: number;
}

export function quota(budget: QuotaBudget): BudgetMachine<QuotaState> {
	const costOf = (cause: number): number =>
		budget.costFor.find(({ causes }) => inMask(causes, cause))?.cost ?? budget.cost;
	const bound = budget.overfills ? Math.max : Math.min;
	return {
		...unmoved<QuotaState>(),
		scope: budget.scope,
		checked: 'decision',
		costOf,
		start: () => ({ tokens: budget.initial }),
		allows: ({ tokens }, cause) => tokens >= costOf(cause),
		charge: ({ tokens }, cause) => ({ tokens: tokens - costOf(cause) }),
		ended: (s, { ok, retried, lastCost }) => {
			if (!ok) return s;
			const tokens = bound(budget.capacity, s.tokens + (retried ? lastCost : budget.refund));
			return tokens === s.tokens ? s : { tokens };
		},
	};
}
