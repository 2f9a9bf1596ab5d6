/**
 * The retry circuit breaker: not sends but retries stop while too many attempts fail.
 *
 *     answers, failures = counts of the window, all attempts, this failure included
 *     a retry passes iff answers < minCalls  or  failures <= ratio x answers
 *     of: calls         the same with calls begun in the place of answers: the published breaker divides by those
 *
 * Brooker's has no window: it looks at all that the client has ever seen, and 10 %.
 * Source: M. Brooker, "Fixing retries with token buckets and circuit breakers", 2022; D. Isaev, "Good Retry, Bad Retry", 2024.
 */
import { counted, emptyWindow, type Rolling, slotAt, totals } from '../rolling-window.js';
import type { Scope } from '../state-scope.js';
import { type BudgetMachine, unmoved } from './budget-machine.js';

export interface FailureRatioBudget {
	readonly kind: 'failure-ratio';
	readonly scope: Scope;
	readonly ratio: number;
	/** Infinity: nothing is ever forgotten */
	readonly windowUs: number;
	readonly slots: number;
	readonly minCalls: number;
	/** what failures are a share of: answers of attempts, or calls begun */
	readonly of: 'answers' | 'calls';
}

export interface FailureRatioState {
	/** answers (or calls), failures */
	readonly window: Rolling;
}

export function failureRatio(budget: FailureRatioBudget): BudgetMachine<FailureRatioState> {
	const { scope, ratio, windowUs, slots, minCalls, of } = budget;
	const byCalls = of === 'calls';
	const slot = (nowUs: number): number => slotAt(nowUs, windowUs / slots);
	const added = ({ window }: FailureRatioState, what: readonly number[], nowUs: number): FailureRatioState => ({
		window: counted(window, slot(nowUs), what),
	});
	return {
		...unmoved<FailureRatioState>(),
		scope,
		checked: 'decision',
		costOf: () => 1,
		start: (nowUs) => ({ window: emptyWindow(slots, 2, slot(nowUs)) }),
		allows: ({ window }, _cause, nowUs) => {
			const [answers, failures] = totals(window, slot(nowUs));
			return answers < minCalls || failures <= ratio * answers + GRAIN;
		},
		called: (s, nowUs) => (byCalls ? added(s, ONE, nowUs) : s),
		failed: (s, _cause, _retryable, nowUs) => added(s, byCalls ? FAILURE_ALONE : FAILURE, nowUs),
		ended: (s, { ok }, nowUs) => (ok && !byCalls ? added(s, ONE, nowUs) : s),
	};
}

const FAILURE = [1, 1];
const FAILURE_ALONE = [0, 1];
const ONE = [1, 0];

/** 0.1 x 30 is a hair more than 3 in binary fractions, 0.29 x 100 a hair less than 29. */
const GRAIN = 1e-9;
