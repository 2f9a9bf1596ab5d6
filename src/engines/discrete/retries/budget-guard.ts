/**
 * The retry budget of one layer, as real clients have it: which of its states a call is charged to, and when that state
 * moves. The budget itself is a pure step function (`model/retry/budgets/`); the plain bucket that traffic fills is in
 * `token-buckets.ts`.
 */
import { budgetMachine } from '../../../model/retry/budgets/budget.js';
import type { BudgetMachine, CallEnd } from '../../../model/retry/budgets/budget-machine.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import { type CallTable, HAS } from './call-table.js';
import type { GuardKey } from './guard-key.js';
import { StateTable } from './state-table.js';

type OwnBudget = Exclude<NonNullable<RetryPolicy['budget']>, { kind: 'ratio-bucket' }>;

export class BudgetGuard {
	private readonly machine: BudgetMachine<unknown>;
	private readonly states: StateTable<unknown>;

	constructor(
		budget: OwnBudget,
		private readonly calls: CallTable,
	) {
		const machine = budgetMachine(budget);
		this.machine = machine;
		this.states = new StateTable(machine.scope, (nowUs) => machine.start(nowUs));
	}

	/** States in use. */
	get size(): number {
		return this.states.size;
	}

	/** It is asked where the failure is looked at; otherwise when the back-off ends. */
	get isCheckedAtDecision(): boolean {
		return this.machine.checked !== 'after-backoff';
	}

	/** A call of the layer begins. */
	called(key: GuardKey, nowUs: number): void {
		this.move(this.cell(key), nowUs, (s) => this.machine.called(s, nowUs));
	}

	/** Whether a retry may be made after this failure. */
	allows(key: GuardKey, cause: number, nowUs: number): boolean {
		return this.machine.allows(this.states.get(this.cell(key), nowUs), cause, nowUs);
	}

	/** A retry is decided on: here the budget takes its token. */
	charge(at: number, key: GuardKey, cause: number, nowUs: number): void {
		const { machine, calls } = this;
		const cell = this.cell(key);
		this.move(cell, nowUs, (s) => machine.charge(s, cause, nowUs));
		calls.has[at] |= HAS.charge;
		calls.charged[at] = cell;
		calls.lastCost[at] = machine.costOf(cause);
	}

	/** Charges the retry of this call where the budget allows it; once, however long the send then waits. */
	chargeOnce(at: number, key: GuardKey, cause: number, nowUs: number): boolean {
		if ((this.calls.has[at] & HAS.charge) !== 0) return true;
		if (!this.allows(key, cause, nowUs)) return false;
		this.charge(at, key, cause, nowUs);
		return true;
	}

	/** A try goes out. */
	sent(at: number, key: GuardKey, nowUs: number): void {
		const cell = this.cell(key);
		this.calls.inFlight[at] = cell;
		this.move(cell, nowUs, (s) => this.machine.inFlight(s, 1));
	}

	/** A charged retry is answered or given up. */
	released(at: number, nowUs: number): void {
		this.move(this.calls.charged[at], nowUs, (s) => this.machine.released(s, nowUs));
	}

	/** A try that had gone out is over. */
	tryEnded(at: number, nowUs: number): void {
		this.move(this.calls.inFlight[at], nowUs, (s) => this.machine.inFlight(s, -1));
	}

	/** A try has failed. @param wasOut false: it was held back before it was sent */
	failed(
		at: number,
		key: GuardKey,
		failure: { cause: number; retryable: boolean; wasOut: boolean },
		nowUs: number,
	): void {
		const { cause, retryable, wasOut } = failure;
		const cell = wasOut ? this.calls.inFlight[at] : this.cell(key);
		this.move(cell, nowUs, (s) => this.machine.failed(s, cause, retryable, nowUs));
	}

	/** A call of the layer has ended. */
	ended(key: GuardKey, end: CallEnd, nowUs: number): void {
		this.move(this.cell(key), nowUs, (s) => this.machine.ended(s, end, nowUs));
	}

	/** Charged retries and tries in flight, as the budget counts them; null: it counts none. */
	underWay(): readonly (number | null)[] {
		return this.states.sums((s) => this.machine.underWay(s));
	}

	private cell({ instance, pool }: GuardKey): number {
		return this.states.cell(instance, pool);
	}

	private move(cell: number, nowUs: number, step: (state: unknown) => unknown): void {
		this.states.set(cell, step(this.states.get(cell, nowUs)));
	}
}

/** The budget of a real client; null for none, and for the plain bucket. */
export const budgetGuardOf = ({ budget }: RetryPolicy, calls: CallTable): BudgetGuard | null =>
	budget === null || budget.kind === 'ratio-bucket' ? null : new BudgetGuard(budget, calls);
