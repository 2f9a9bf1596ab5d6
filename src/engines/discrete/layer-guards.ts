/**
 * What keeps one retry layer of a population from trying again or from sending: its budget, limiter and breaker, with
 * their states. The machines are pure steps; here stands whose state moves, and when.
 */
import type { Uniform } from '../../kernel/random.js';
import { breakerMachine, type SingleBreaker } from '../../model/retry/breakers/breaker.js';
import type { BreakerMachine } from '../../model/retry/breakers/machine.js';
import { budgetMachine } from '../../model/retry/budgets/budget.js';
import type { BudgetMachine } from '../../model/retry/budgets/machine.js';
import { limiterMachine } from '../../model/retry/limiters/limiter.js';
import type { Answer, LimiterMachine } from '../../model/retry/limiters/machine.js';
import type { RetryPolicy } from '../../model/retry/policy.js';
import { type Calls, HAS } from './calls.js';
import { StateTable } from './state-table.js';

/** Whose state is meant: the client's instance, the pool its attempt goes to or came from, the node. */
export interface Whose {
	instance: number;
	pool: number;
	node: number;
}

/** A send that waits, by the request and the move that it is. */
export interface Parked {
	readonly request: number;
	readonly move: number;
}

/** A try that no answer will come for. */
const CUT = -1;

export class LayerGuards {
	readonly budget: BudgetMachine<unknown> | null;
	readonly limiter: LimiterMachine<unknown> | null;
	readonly breaker: BreakerMachine<unknown> | null;
	private readonly budgets: StateTable<unknown>;
	private readonly limiters: StateTable<unknown>;
	private readonly breakers: StateTable<unknown>;
	/** sends that a limiter has parked, by its cell, oldest first */
	private readonly parked = new Map<number, Parked[]>();

	/** @param nodes of the world: a breaker per host has a cell for each instance and node */
	constructor(
		{ budget, limiter, breaker }: RetryPolicy,
		private readonly calls: Calls,
		private readonly nodes: number,
		private readonly uniform: Uniform,
		/** A parked send goes now. @returns false where nobody waits for it any more */
		private readonly wake: (send: Parked, nowUs: number) => boolean,
	) {
		this.budget = budget === null || budget.kind === 'ratio-bucket' ? null : budgetMachine(budget);
		this.limiter = limiter === null ? null : limiterMachine(limiter);
		this.breaker = isSingle(breaker) ? breakerMachine(breaker) : null;
		const tableOf = (machine: BudgetMachine<unknown> | LimiterMachine<unknown> | null): StateTable<unknown> =>
			machine === null ? NO_TABLE : new StateTable(machine.scope, (nowUs) => machine.start(nowUs));
		this.budgets = tableOf(this.budget);
		this.limiters = tableOf(this.limiter);
		const own = this.breaker;
		this.breakers = own === null ? NO_TABLE : new StateTable('instance', (nowUs) => own.start(nowUs));
	}

	/** States that are kept: for whoever asks what they cost. */
	get cells(): number {
		return this.budgets.size + this.limiters.size + this.breakers.size;
	}

	/** A call of the layer begins. */
	called(at: number, whose: Whose, nowUs: number): void {
		this.calls.begin(at);
		this.moveBudget(whose, nowUs, (budget, s) => budget.called(s, nowUs));
	}

	/** Whether the budget lets a retry pass after this failure. */
	allows(whose: Whose, cause: number, nowUs: number): boolean {
		if (this.budget === null) return true;
		return this.budget.allows(this.budgets.get(this.budgetCell(whose), nowUs), cause, nowUs);
	}

	/** A retry is decided on. */
	charge(at: number, whose: Whose, cause: number, nowUs: number): void {
		const { budget } = this;
		if (budget === null) return;
		this.moveBudget(whose, nowUs, (_, s) => budget.charge(s, cause, nowUs));
		this.calls.has[at] |= HAS.charge;
		this.calls.lastCost[at] = budget.costOf(cause);
	}

	/** Whether the breaker lets a send pass; whole calls ask one that stands outside of the retry. */
	breakerAllows(whose: Whose, newCall: boolean, nowUs: number): boolean {
		const { breaker } = this;
		if (breaker === null || !(breaker.inside || newCall)) return true;
		const cell = this.breakerCell(whose);
		const state = this.breakers.get(cell, nowUs);
		if (breaker.allows(state, nowUs)) return true;
		this.breakers.set(cell, breaker.refused(state, nowUs));
		return false;
	}

	/** What the limiter says about a send, which has then happened, waits, or is denied. */
	askLimiter(at: number, whose: Whose, isRetry: boolean, nowUs: number): Answer<unknown> | null {
		const { limiter } = this;
		if (limiter === null || (limiter.appliesTo === 'retries' && !isRetry)) return null;
		if ((this.calls.has[at] & HAS.place) !== 0) {
			this.calls.has[at] &= ~HAS.place;
			return null;
		}
		const cell = this.limiterCell(whose);
		const answer = limiter.ask(this.limiters.get(cell, nowUs), nowUs, limiter.draws ? this.uniform() : 0);
		this.limiters.set(cell, answer.state);
		if (answer.verdict === 'wait' || answer.verdict === 'queue') this.calls.has[at] |= HAS.place;
		return answer;
	}

	/** The send of this request waits until a permit comes back. */
	park(send: Parked, whose: Whose): void {
		const cell = this.limiterCell(whose);
		const line = this.parked.get(cell);
		if (line === undefined) this.parked.set(cell, [send]);
		else line.push(send);
	}

	/** A try goes out. */
	sent(at: number, whose: Whose, newCall: boolean, nowUs: number): void {
		const { breaker } = this;
		this.calls.has[at] |= HAS.try;
		this.calls.triedUs[at] = nowUs;
		this.moveBudget(whose, nowUs, (budget, s) => budget.flying(s, 1));
		if (breaker !== null && (breaker.inside || newCall)) this.moveBreaker(whose, nowUs, (s) => breaker.sent(s, nowUs));
	}

	/**
	 * A try has ended, if one was under way.
	 * @param cause of its failure; null: it went well; CUT: nobody waits for it any more
	 */
	tried(at: number, whose: Whose, cause: number | null, retryable: boolean, nowUs: number): void {
		const { calls, breaker, limiter } = this;
		const had = calls.has[at];
		calls.has[at] = had & ~(HAS.try | HAS.charge);
		const cut = cause === CUT;
		this.moveBudget(whose, nowUs, (budget, s) => {
			let next = (had & HAS.charge) !== 0 ? budget.released(s, nowUs) : s;
			if ((had & HAS.try) !== 0) next = budget.flying(next, -1);
			return cause === null || cut ? next : budget.failed(next, cause, retryable, nowUs);
		});
		if ((had & HAS.try) === 0) return;
		if (breaker?.inside === true) this.tellBreaker(whose, cause === null, nowUs - calls.triedUs[at], nowUs);
		if (limiter === null) return;
		const cell = this.limiterCell(whose);
		if (!cut) this.limiters.set(cell, limiter.answered(this.limiters.get(cell, nowUs), cause, nowUs));
		this.release(limiter, cell, nowUs);
	}

	/** A call has ended. */
	ended(at: number, whose: Whose, ok: boolean, retried: boolean, retryable: boolean, nowUs: number): void {
		const { calls, breaker } = this;
		if ((calls.has[at] & HAS.call) === 0) return;
		const end = { ok, retried, lastCost: calls.lastCost[at], retryable };
		calls.has[at] = 0;
		this.moveBudget(whose, nowUs, (budget, s) => budget.ended(s, end, nowUs));
		if (breaker?.inside === false) this.tellBreaker(whose, ok, nowUs - calls.triedUs[at], nowUs);
	}

	/** Whatever the call has under way is given up: its client has left, or an outer layer's time is over. */
	cut(at: number, whose: Whose, nowUs: number): void {
		if ((this.calls.has[at] & HAS.call) === 0) return;
		this.tried(at, whose, CUT, false, nowUs);
		this.ended(at, whose, false, this.calls.lastCost[at] > 0, false, nowUs);
	}

	private release(limiter: LimiterMachine<unknown>, cell: number, nowUs: number): void {
		for (;;) {
			const [state, next] = limiter.released(this.limiters.get(cell, nowUs));
			this.limiters.set(cell, state);
			const send = next ? this.parked.get(cell)?.shift() : undefined;
			// A permit that nobody takes any more goes on to the next one.
			if (send === undefined || this.wake(send, nowUs)) return;
		}
	}

	private tellBreaker(whose: Whose, ok: boolean, tookUs: number, nowUs: number): void {
		const { breaker } = this;
		if (breaker === null) return;
		const u = breaker.draws ? this.uniform() : 0;
		this.moveBreaker(whose, nowUs, (s) => breaker.answered(s, ok, tookUs, nowUs, u));
	}

	private moveBudget(
		whose: Whose,
		nowUs: number,
		step: (budget: BudgetMachine<unknown>, state: unknown) => unknown,
	): void {
		if (this.budget === null) return;
		const cell = this.budgetCell(whose);
		this.budgets.set(cell, step(this.budget, this.budgets.get(cell, nowUs)));
	}

	private moveBreaker(whose: Whose, nowUs: number, step: (state: unknown) => unknown): void {
		const cell = this.breakerCell(whose);
		this.breakers.set(cell, step(this.breakers.get(cell, nowUs)));
	}

	private budgetCell = ({ instance, pool }: Whose): number => this.budgets.cell(instance, pool);
	private limiterCell = ({ instance, pool }: Whose): number => this.limiters.cell(instance, pool);

	private breakerCell({ instance, node }: Whose): number {
		if (this.breaker?.scope === 'population') return 0;
		return this.breaker?.scope === 'host' ? instance * this.nodes + node : instance;
	}
}

const NO_TABLE = new StateTable<unknown>('population', () => null);

const isSingle = (breaker: RetryPolicy['breaker']): breaker is SingleBreaker =>
	breaker !== null && breaker.kind !== 'consecutive-ejection';

/** Whether a layer has any of these. */
export const isGuarded = ({ budget, limiter, breaker }: RetryPolicy): boolean =>
	(budget !== null && budget.kind !== 'ratio-bucket') || limiter !== null || isSingle(breaker);
