/** Every retry budget there is, and the machine of each. */

import type { BudgetMachine } from './budget-machine.js';
import { type ConcurrencyBudget, concurrencyBudget } from './concurrent-retries.js';
import { type FailureRatioBudget, failureRatio } from './failure-ratio.js';
import { type QuotaBudget, quota } from './quota.js';
import { type RatioWindowBudget, ratioWindowBudget } from './ratio-window-budget.js';
import { type ThresholdBudget, threshold } from './threshold.js';
import { type TtlWindowBudget, ttlWindow } from './ttl-window.js';

export type MachineBudget =
	| QuotaBudget
	| ThresholdBudget
	| TtlWindowBudget
	| ConcurrencyBudget
	| RatioWindowBudget
	| FailureRatioBudget;

/** The machine of a budget. Its state belongs to it: hand back only what its own steps returned. */
export function budgetMachine(budget: MachineBudget): BudgetMachine<unknown> {
	switch (budget.kind) {
		case 'quota':
			return opaque(quota(budget));
		case 'threshold':
			return opaque(threshold(budget));
		case 'ttl-window':
			return opaque(ttlWindow(budget));
		case 'concurrency':
			return opaque(concurrencyBudget(budget));
		case 'ratio-window':
			return opaque(ratioWindowBudget(budget));
		case 'failure-ratio':
			return opaque(failureRatio(budget));
	}
}

/** Methods take their state bivariantly: who keeps the states of many machines side by side need not know what is in them. */
const opaque = <S>(machine: BudgetMachine<S>): BudgetMachine<unknown> => machine;
