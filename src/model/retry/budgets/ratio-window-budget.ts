/**
 * Retries as a share of the calls of the last while: Google's per-client budget, .NET's HttpRetryBudget, the Gateway
 * API's retryConstraint.
 *
 *     calls, retries = counts of the window            retries of this moment not included
 *     a retry passes iff calls < minCalls
 *                     or retries < least
 *                     or retries < ratio x calls       (whole: retries < floor(ratio x calls))
 *
 * SRE book: 0.1 over 2 minutes. .NET 11 preview: 0.1 over 10 s, whole, from 10 calls on, at least 1 a window. Gateway
 * API: 0.2 over 10 s, at least 10 a second (`leastUs`: only retries of the last so long count against `least`).
 * Where the sources do not say how the window slides, it slides by a slot, a tenth of it.
 * Source: SRE book ch. 21 "Deciding to Retry"; HttpRetryBudgetOptions net-11.0-pp; xbackendtrafficpolicy_types.go 4564255.
 */

import { counted, emptyWindow, type Rolling, slotAt, totals } from '../rolling-window.js';
import type { Scope } from '../state-scope.js';
import { type BudgetMachine, unmoved } from './budget-machine.js';

export interface RatioWindowBudget {
	readonly kind: 'ratio-window';
	readonly scope: Scope;
	readonly ratio: number;
	readonly windowUs: number;
	readonly slots: number;
	readonly minCalls: number;
	readonly least: number;
	/** the part of the window that `least` looks at; the whole of it where it is as long */
	readonly leastUs: number;
	readonly whole: boolean;
}

export interface RatioWindowState {
	/** calls, retries */
	readonly window: Rolling;
	/** retries of the shorter window that `least` looks at */
	readonly recent: Rolling;
}

export function ratioWindowBudget(budget: RatioWindowBudget): BudgetMachine<RatioWindowState> {
	const { scope, ratio, windowUs, slots, minCalls, least, leastUs, whole } = budget;
	const slot = (nowUs: number): number => slotAt(nowUs, windowUs / slots);
	const recentSlot = (nowUs: number): number => slotAt(nowUs, leastUs / slots);
	return {
		...unmoved<RatioWindowState>(),
		scope,
		checked: 'decision',
		costOf: () => 1,
		start: (nowUs) => ({
			window: emptyWindow(slots, 2, slot(nowUs)),
			recent: emptyWindow(slots, 1, recentSlot(nowUs)),
		}),
		allows: ({ window, recent }, _cause, nowUs) => {
			const [calls, retries] = totals(window, slot(nowUs));
			if (calls < minCalls || totals(recent, recentSlot(nowUs))[0] < least) return true;
			return retries < (whole ? Math.floor(ratio * calls) : ratio * calls);
		},
		called: (s, nowUs) => ({ ...s, window: counted(s.window, slot(nowUs), CALL) }),
		charge: ({ window, recent }, _cause, nowUs) => ({
			window: counted(window, slot(nowUs), RETRY),
			recent: counted(recent, recentSlot(nowUs), ONE),
		}),
	};
}

const CALL = [1, 0];
const RETRY = [0, 1];
const ONE = [1];
