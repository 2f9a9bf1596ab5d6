/** Retry budgets: when a retry may not be made. Each is the formula at the head of its file in src/model/retry/budgets. */
import type { ConcurrencyBudget } from '../../../../src/model/retry/budgets/concurrent-retries.js';
import type { FailureRatioBudget } from '../../../../src/model/retry/budgets/failure-ratio.js';
import type { QuotaBudget } from '../../../../src/model/retry/budgets/quota.js';
import type { RatioWindowBudget } from '../../../../src/model/retry/budgets/ratio-window-budget.js';
import type { ThresholdBudget } from '../../../../src/model/retry/budgets/threshold.js';
import type { Cause } from '../../../../src/model/retry/cause.js';
import type { Budget } from '../../../../src/model/retry/policy.js';
import { isIn } from '../clients/causes.js';
import { ttlWindow } from './ttl-window.js';
import { newWindow } from './window.js';

export interface BudgetState {
	allows(cause: Cause): boolean;
	/** a retry was decided */
	charge(cause: Cause): void;
	/** a retry that was charged is over, or was given up */
	released(): void;
	/** a call of the layer began */
	called(): void;
	/** one try failed */
	failed(retryable: boolean): void;
	/** one try has an answer, or is given up */
	answered(ok: boolean): void;
	ended(end: {
		readonly ok: boolean;
		readonly retried: boolean;
		readonly lastCost: number;
		readonly retryable: boolean;
	}): void;
	/** tries under way became one more or one fewer */
	flying(by: 1 | -1): void;
	costOf(cause: Cause): number;
}

const indifferent = {
	charge() {},
	released() {},
	called() {},
	failed() {},
	answered() {},
	ended() {},
	flying() {},
	costOf: () => 1,
};

export function newBudget(budget: Budget, now: () => number): BudgetState {
	switch (budget.kind) {
		case 'ratio-bucket':
			return ratioBucket(budget);
		case 'quota':
			return quota(budget);
		case 'threshold':
			return threshold(budget);
		case 'ttl-window':
			return ttlWindow(budget, now, indifferent);
		case 'concurrency':
			return concurrency(budget);
		case 'ratio-window':
			return ratioWindow(budget, now);
		case 'failure-ratio':
			return failureRatio(budget, now);
	}
}

/** Tokens are sums of fractions: ten tenths are one. */
const DUST = 1e-9;

/** A retry is allowed while tokens >= threshold (strict: >). A zero budget, of capacity 0, forbids all. */
function ratioBucket({
	ratio,
	capacity,
	initial,
	cost,
	threshold,
	strict,
	credit,
}: Extract<Budget, { kind: 'ratio-bucket' }>): BudgetState {
	let tokens = initial;
	const earn = (): void => {
		tokens = Math.min(capacity, tokens + ratio);
	};
	return {
		...indifferent,
		allows: () => capacity > 0 && (strict ? tokens > threshold + DUST : tokens >= threshold - DUST),
		charge() {
			tokens = Math.max(0, tokens - cost);
		},
		called() {
			if (credit === 'per-call') earn();
		},
		ended({ ok, retried }) {
			if (ok && (credit === 'per-success' || (credit === 'per-first-success' && !retried))) earn();
		},
		costOf: () => cost,
	};
}

function quota({ capacity, initial, cost, costFor, refund, overfills }: QuotaBudget): BudgetState {
	let tokens = initial;
	const costOf = (cause: Cause): number => {
		const special = costFor.find(({ causes }) => isIn(causes, cause));
		return special === undefined ? cost : special.cost;
	};
	return {
		...indifferent,
		costOf,
		allows: (cause) => tokens >= costOf(cause),
		charge(cause) {
			tokens -= costOf(cause);
		},
		ended({ ok, retried, lastCost }) {
			if (!ok) return;
			const filled = tokens + (retried ? lastCost : refund);
			tokens = overfills ? Math.max(capacity, filled) : Math.min(capacity, filled);
		},
	};
}

/** Counted in thousandths. */
function threshold({ max, ratio }: ThresholdBudget): BudgetState {
	const full = Math.round(max * 1000);
	let thousandths = full;
	return {
		...indifferent,
		allows: () => thousandths > full / 2,
		failed(retryable) {
			if (retryable) thousandths = Math.max(0, thousandths - 1000);
		},
		ended({ ok }) {
			if (ok) thousandths = Math.min(full, thousandths + Math.floor(ratio * 1000 + DUST));
		},
	};
}

function concurrency({ limit }: ConcurrencyBudget): BudgetState {
	let [retries, tries] = [0, 0];
	return {
		...indifferent,
		allows: () =>
			retries < (limit.kind === 'fixed' ? limit.max : Math.max(limit.least, Math.floor(limit.share * tries + DUST))),
		charge() {
			retries += 1;
		},
		released() {
			retries -= 1;
		},
		flying(by) {
			tries += by;
		},
	};
}

function ratioWindow(
	{ ratio, windowUs, slots, minCalls, least, leastUs, whole }: RatioWindowBudget,
	now: () => number,
): BudgetState {
	const [calls, retries] = [newWindow(windowUs, slots), newWindow(windowUs, slots)];
	const recent = newWindow(leastUs, Math.max(1, Math.round((slots * leastUs) / windowUs)));
	return {
		...indifferent,
		allows() {
			const all = calls.total(now());
			const allowance = whole ? Math.floor(ratio * all + DUST) : ratio * all;
			return all < minCalls || recent.total(now()) < least || retries.total(now()) < allowance;
		},
		charge() {
			retries.add(now());
			recent.add(now());
		},
		called: () => calls.add(now()),
	};
}

/** The failure that is looked at has been counted before the question. */
function failureRatio({ ratio, windowUs, slots, minCalls }: FailureRatioBudget, now: () => number): BudgetState {
	const [answers, failures] = [newWindow(windowUs, slots), newWindow(windowUs, slots)];
	return {
		...indifferent,
		allows: () => answers.total(now()) < minCalls || failures.total(now()) <= ratio * answers.total(now()) + DUST,
		answered(ok) {
			answers.add(now());
			if (!ok) failures.add(now());
		},
	};
}
