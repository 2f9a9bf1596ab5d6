/**
 * Envoy's two limits on retries under way: so many at once, or a share of the attempts in flight.
 *
 *     max         a retry passes iff retries < max
 *     share       a retry passes iff retries < max(least, floor(share x attempts in flight))
 *
 * A retry counts from its decision to its answer, its back-off included; a call in back-off has no attempt in flight.
 * Defaults: 3 at once; with a budget 20 % and at least 3, and the budget then is the only limit. Istio sets 2^32 - 1.
 * Source: envoy source/common/upstream/resource_manager_impl.h 01c2c1f, router/retry_state_impl.cc.
 */
import type { Scope } from '../state-scope.js';
import { type BudgetMachine, unmoved } from './budget-machine.js';

export interface ConcurrencyBudget {
	readonly kind: 'concurrency';
	readonly scope: Scope;
	readonly limit:
		| { readonly kind: 'fixed'; readonly max: number }
		| { readonly kind: 'share'; readonly share: number; readonly least: number };
}

export interface ConcurrencyBudgetState {
	/** in back-off or in flight */
	readonly retries: number;
	/** attempts in flight, first tries included */
	readonly inFlight: number;
}

export function concurrencyBudget({ scope, limit }: ConcurrencyBudget): BudgetMachine<ConcurrencyBudgetState> {
	const most = (inFlight: number): number =>
		limit.kind === 'fixed' ? limit.max : Math.max(limit.least, Math.floor(limit.share * inFlight));
	return {
		...unmoved<ConcurrencyBudgetState>(),
		scope,
		checked: 'decision',
		costOf: () => 1,
		start: () => ({ retries: 0, inFlight: 0 }),
		allows: ({ retries, inFlight }) => retries < most(inFlight),
		charge: (s) => ({ ...s, retries: s.retries + 1 }),
		released: (s) => ({ ...s, retries: s.retries - 1 }),
		inFlight: (s, by) => ({ ...s, inFlight: s.inFlight + by }),
		underWay: ({ retries, inFlight }) => [retries, inFlight],
	};
}
