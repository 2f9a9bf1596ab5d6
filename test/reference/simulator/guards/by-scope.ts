/** The guards of a layer, each kept where its scope says: with an instance, a (region, platform) pool, or the whole population. */

import type { Request } from '../attempt.js';
import type { Run } from '../run.js';
import { type BreakerState, newBreaker } from './breakers.js';
import { type BudgetState, newBudget } from './budgets.js';
import { type LimiterState, newLimiter } from './limiters.js';

export interface Guards {
	readonly budget: BudgetState | null;
	readonly limiter: LimiterState | null;
	readonly breaker: BreakerState | null;
}

export function newGuards({
	world,
	agenda,
	chance,
}: Pick<Run, 'world' | 'agenda' | 'chance'>): (request: Request, depth: number) => Guards {
	const now = (): number => agenda.nowUs;
	const byScope = new Map<string, unknown>();
	function at<T>(key: string, make: () => T): T {
		if (!byScope.has(key)) byScope.set(key, make());
		return byScope.get(key) as T;
	}
	return (request, depth) => {
		const { budget, limiter, breaker } = world.populations[request.population].layers[depth];
		const where = (what: string, scope: string): string => {
			const place =
				scope === 'instance'
					? request.instance
					: scope === 'destination'
						? `${request.region}-${request.platform}`
						: '';
			return `${what} of ${request.population}/${depth} at ${scope} ${place}`;
		};
		if (breaker !== null && (breaker.kind === 'consecutive-ejection' || breaker.scope === 'host')) {
			throw new Error('the reference knows no breaker of single nodes');
		}
		return {
			budget: budget && at(where('budget', budget.scope), () => newBudget(budget, now)),
			limiter: limiter && at(where('limiter', limiter.scope), () => newLimiter(limiter, now, chance)),
			breaker: breaker && at(where('breaker', breaker.scope), () => newBreaker(breaker, now, chance)),
		};
	};
}
