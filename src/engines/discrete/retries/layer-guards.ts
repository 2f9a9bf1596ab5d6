/**
 * What keeps one retry layer of a population from trying again or from sending: its budget, limiter and breaker, with
 * their states. The machines are pure steps; here stands whose state moves, and when.
 */
import type { Uniform } from '../../../kernel/random.js';
import { breakerMachine, type SingleBreaker } from '../../../model/retry/breakers/breaker.js';
import type { BreakerMachine } from '../../../model/retry/breakers/machine.js';
import { budgetMachine } from '../../../model/retry/budgets/budget.js';
import type { BudgetMachine } from '../../../model/retry/budgets/machine.js';
import { CAUSE } from '../../../model/retry/cause.js';
import { limiterMachine } from '../../../model/retry/limiters/limiter.js';
import type { LimiterDecision, LimiterMachine } from '../../../model/retry/limiters/machine.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import { type CallTable, HAS } from './call-table.js';
import { ParkedLines, type ParkedSend } from './limiter-queue.js';
import { Ejections, type PoolIndex } from './outlier-ejection.js';
import { StateTable } from './state-table.js';

/** Whose state is meant: the client's instance, the pool its attempt goes to or came from, the node. */
export interface GuardKey {
	instance: number;
	pool: number;
	node: number;
}

/** Why no answer will come for a try: an outer layer's time for it is over, or nobody is there to hear it. */
export const NO_ANSWER = { late: -1, left: -2 } as const;

export class LayerGuards {
	readonly budget: BudgetMachine<unknown> | null;
	readonly limiter: LimiterMachine<unknown> | null;
	readonly breaker: BreakerMachine<unknown> | null;
	readonly ejections: Ejections | null;
	private readonly budgets: StateTable<unknown>;
	private readonly limiters: StateTable<unknown>;
	private readonly breakers: StateTable<unknown>;
	private readonly parked = new ParkedLines();

	constructor(
		{ budget, limiter, breaker }: RetryPolicy,
		private readonly calls: CallTable,
		private readonly hosts: PoolIndex,
		private readonly uniform: Uniform,
		/** A parked send has its permit, and goes at this instant. */
		private readonly wake: (send: ParkedSend, nowUs: number) => void,
	) {
		this.budget = budget === null || budget.kind === 'ratio-bucket' ? null : budgetMachine(budget);
		this.limiter = limiter === null ? null : limiterMachine(limiter);
		this.breaker = isSingle(breaker) ? breakerMachine(breaker) : null;
		this.ejections = breaker?.kind === 'consecutive-ejection' ? new Ejections(breaker, hosts, uniform) : null;
		const tableOf = (machine: BudgetMachine<unknown> | LimiterMachine<unknown> | null): StateTable<unknown> =>
			machine === null ? NO_TABLE : new StateTable(machine.scope, (nowUs) => machine.start(nowUs));
		this.budgets = tableOf(this.budget);
		this.limiters = tableOf(this.limiter);
		const own = this.breaker;
		this.breakers = own === null ? NO_TABLE : new StateTable('instance', (nowUs) => own.start(nowUs));
	}

	/** States that are kept: for whoever asks what they cost. */
	get cells(): number {
		const ejected = this.ejections === null ? 0 : this.ejections.size;
		return this.budgets.size + this.limiters.size + this.breakers.size + ejected;
	}

	/** It has a say in which node a send goes to. */
	get choosesHosts(): boolean {
		return this.ejections !== null || this.breaker?.scope === 'host';
	}

	/** Whether the balancing may choose this node for the instance. */
	takesHost(whose: GuardKey, nowUs: number): boolean {
		if (this.ejections !== null) return this.ejections.allows(whose.node, nowUs);
		if (this.breaker?.scope !== 'host') return true;
		const known = this.breakers.find(this.breakerCell(whose));
		return known === undefined || this.breaker.allows(known, nowUs);
	}

	/** Whether the balancing has no node for the instance where it would choose this one. */
	refusesHost({ node }: GuardKey, nowUs: number): boolean {
		return this.ejections?.refuses(node, nowUs) === true;
	}

	/** A call of the layer begins. */
	called(at: number, whose: GuardKey, nowUs: number): void {
		this.calls.begin(at);
		const { budget } = this;
		if (budget !== null) this.moveBudget(this.budgetCell(whose), nowUs, (s) => budget.called(s, nowUs));
	}

	/** As the run begins: a call that is under way, and whether its try is. */
	adopt(at: number, whose: GuardKey, trying: boolean, nowUs: number): void {
		this.calls.begin(at);
		if (trying) this.sent(at, whose, nowUs);
	}

	/** Whether the budget lets a retry pass after this failure. */
	allows(whose: GuardKey, cause: number, nowUs: number): boolean {
		if (this.budget === null) return true;
		return this.budget.allows(this.budgets.get(this.budgetCell(whose), nowUs), cause, nowUs);
	}

	/** A retry is decided on. */
	charge(at: number, whose: GuardKey, cause: number, nowUs: number): void {
		const { budget, calls } = this;
		if (budget === null) return;
		const cell = this.budgetCell(whose);
		this.moveBudget(cell, nowUs, (s) => budget.charge(s, cause, nowUs));
		calls.has[at] |= HAS.charge;
		calls.charged[at] = cell;
		calls.lastCost[at] = budget.costOf(cause);
	}

	/** The same for a budget that is asked when the back-off ends; asked once, however long the send then waits. */
	allowsAfterBackoff(at: number, whose: GuardKey, cause: number, nowUs: number): boolean {
		if (this.budget?.checked !== 'after-backoff' || (this.calls.has[at] & HAS.charge) !== 0) return true;
		if (!this.allows(whose, cause, nowUs)) return false;
		this.charge(at, whose, cause, nowUs);
		return true;
	}

	/** Whether the breaker lets a send pass; one that stands outside of the retry is asked for whole calls. */
	breakerAllows(whose: GuardKey, newCall: boolean, nowUs: number): boolean {
		const { breaker } = this;
		if (breaker === null || !(breaker.inside || newCall)) return true;
		const cell = this.breakerCell(whose);
		const state = this.breakers.get(cell, nowUs);
		if (breaker.allows(state, nowUs)) return true;
		this.breakers.set(cell, breaker.refused(state, nowUs));
		return false;
	}

	/** What the limiter says about a try; null where it need not be asked, or let it through before. */
	askLimiter(at: number, whose: GuardKey, isRetry: boolean, nowUs: number): LimiterDecision<unknown> | null {
		const { limiter, calls } = this;
		if (limiter === null || (limiter.appliesTo === 'retries' && !isRetry)) return null;
		if ((calls.has[at] & HAS.permit) !== 0) return null;
		const cell = this.limiterCell(whose);
		const answer = limiter.ask(this.limiters.get(cell, nowUs), nowUs, limiter.draws ? this.uniform() : 0);
		this.limiters.set(cell, answer.state);
		calls.limited[at] = cell;
		if (answer.verdict === 'go' || answer.verdict === 'wait') calls.has[at] |= HAS.permit;
		return answer;
	}

	/** The send waits in the limiter's line until a permit comes back. */
	park(send: ParkedSend): void {
		this.calls.has[send.at] |= HAS.parked;
		this.parked.park(this.calls.limited[send.at], send);
	}

	isTrying(at: number): boolean {
		return (this.calls.has[at] & HAS.try) !== 0;
	}

	/** A try goes out. */
	sent(at: number, whose: GuardKey, nowUs: number): void {
		const { calls, breaker, budget } = this;
		const isFirst = (calls.has[at] & HAS.sent) === 0;
		calls.has[at] |= HAS.try | HAS.sent;
		if (budget !== null) {
			calls.flying[at] = this.budgetCell(whose);
			this.moveBudget(calls.flying[at], nowUs, (s) => budget.flying(s, 1));
		}
		if (this.ejections !== null) calls.watched[at] = whose.node;
		if (breaker === null || !(breaker.inside || isFirst)) return;
		calls.watched[at] = this.breakerCell(whose);
		calls.sinceUs[at] = nowUs;
		this.breakers.set(calls.watched[at], breaker.sent(this.breakers.get(calls.watched[at], nowUs), nowUs));
	}

	/**
	 * A try has ended, whether it had gone out or not.
	 * @param cause of its failure; null: it went well; below 0: NO_ANSWER
	 */
	tried(at: number, request: number, whose: GuardKey, cause: number | null, retryable: boolean, nowUs: number): void {
		const had = this.calls.has[at];
		if ((had & HAS.reported) !== 0) {
			this.calls.has[at] = had & ~HAS.reported;
			return;
		}
		const flew = (had & HAS.try) !== 0;
		this.calls.has[at] = had & ~(HAS.try | HAS.charge | HAS.permit | HAS.parked);
		this.reportToBudget(at, had, whose, cause, retryable, nowUs);
		if (flew) {
			if (this.breaker?.inside === true) this.reportToBreaker(at, cause, nowUs);
			if (cause !== NO_ANSWER.left) {
				this.ejections?.answered(this.calls.watched[at], cause === NO_ANSWER.late ? CAUSE.timeout : cause, nowUs);
			}
		}
		const { limiter } = this;
		if (limiter === null) return;
		const cell = (had & HAS.permit) !== 0 ? this.calls.limited[at] : this.limiterCell(whose);
		if (flew && !(cause !== null && cause < 0))
			this.limiters.set(cell, limiter.answered(this.limiters.get(cell, nowUs), cause, nowUs));
		if ((had & HAS.parked) !== 0) this.leaveLine(limiter, at, request, nowUs);
		if ((had & HAS.permit) !== 0) this.release(limiter, cell, nowUs);
	}

	/**
	 * A call has ended. A breaker outside of the retry hears of it where it had let it through, unless its client has left.
	 */
	ended(
		at: number,
		whose: GuardKey,
		ok: boolean,
		retried: boolean,
		retryable: boolean,
		nowUs: number,
		why: number | null = ok ? null : CAUSE.timeout,
	): void {
		const { calls, breaker, budget } = this;
		const had = calls.has[at];
		if ((had & HAS.call) === 0) return;
		const end = { ok, retried: retried || calls.lastCost[at] > 0, lastCost: calls.lastCost[at], retryable };
		calls.has[at] = 0;
		if (budget !== null) this.moveBudget(this.budgetCell(whose), nowUs, (s) => budget.ended(s, end, nowUs));
		if (breaker?.inside === false && (had & HAS.sent) !== 0) this.reportToBreaker(at, why, nowUs);
	}

	/** A further copy of the call of `main` asks the budget, and is charged to it once, however long it then waits. */
	allowsCopy(at: number, main: number, whose: GuardKey, cause: number, nowUs: number): boolean {
		const { calls } = this;
		calls.beginCopy(at);
		if (this.budget === null || (calls.has[at] & HAS.charge) !== 0) return true;
		if (!this.allows(whose, cause, nowUs)) return false;
		this.charge(at, whose, cause, nowUs);
		calls.lastCost[main] = calls.lastCost[at];
		return true;
	}

	/** A copy gives up what it has under way: nobody waits for it, or it is kept back. @param why of NO_ANSWER */
	leaveCopy(at: number, request: number, whose: GuardKey, why: number, nowUs: number): void {
		if ((this.calls.has[at] & HAS.call) !== 0) this.tried(at, request, whose, why, false, nowUs);
	}

	/** Whatever the call has under way is given up. @param why of NO_ANSWER */
	cut(at: number, request: number, whose: GuardKey, why: number, nowUs: number): void {
		if ((this.calls.has[at] & HAS.call) === 0) return;
		this.tried(at, request, whose, why, false, nowUs);
		this.ended(at, whose, false, false, false, nowUs, why);
	}

	/** What its machines count as under way: charged retries, tries in flight, permits, parked sends; null: nobody counts. */
	underWay(): readonly (number | null)[] {
		const sum = (table: StateTable<unknown>, of: (s: unknown) => readonly [number, number] | null, k: 0 | 1) =>
			table.all().reduce<number | null>((total, s) => {
				const counts = of(s);
				return counts === null || total === null ? null : total + counts[k];
			}, 0);
		const { budget, limiter } = this;
		const ofBudget = (k: 0 | 1) => (budget === null ? null : sum(this.budgets, (s) => budget.underWay(s), k));
		const ofLimiter = (k: 0 | 1) => (limiter === null ? null : sum(this.limiters, (s) => limiter.underWay(s), k));
		return [ofBudget(0), ofBudget(1), ofLimiter(0), ofLimiter(1)];
	}

	private leaveLine(limiter: LimiterMachine<unknown>, at: number, request: number, nowUs: number): void {
		const cell = this.calls.limited[at];
		this.parked.leave(cell, request);
		this.limiters.set(cell, limiter.left(this.limiters.get(cell, nowUs)));
	}

	/** A permit comes back, and goes to the oldest in the line. */
	private release(limiter: LimiterMachine<unknown>, cell: number, nowUs: number): void {
		const [state, isHandedOn] = limiter.released(this.limiters.get(cell, nowUs));
		this.limiters.set(cell, state);
		const send = isHandedOn ? this.parked.next(cell) : undefined;
		if (send === undefined) return;
		this.calls.has[send.at] = (this.calls.has[send.at] & ~HAS.parked) | HAS.permit;
		this.wake(send, nowUs);
	}

	private reportToBudget(
		at: number,
		had: number,
		whose: GuardKey,
		cause: number | null,
		retryable: boolean,
		nowUs: number,
	): void {
		const { budget, calls } = this;
		if (budget === null) return;
		if ((had & HAS.charge) !== 0) this.moveBudget(calls.charged[at], nowUs, (s) => budget.released(s, nowUs));
		const flew = (had & HAS.try) !== 0;
		if (flew) this.moveBudget(calls.flying[at], nowUs, (s) => budget.flying(s, -1));
		if (cause === null || cause < 0) return;
		const cell = flew ? calls.flying[at] : this.budgetCell(whose);
		this.moveBudget(cell, nowUs, (s) => budget.failed(s, cause, retryable, nowUs));
	}

	/** @param cause of the failure; null: it went well; NO_ANSWER */
	private reportToBreaker(at: number, cause: number | null, nowUs: number): void {
		const { breaker, calls } = this;
		if (breaker === null) return;
		if (cause === NO_ANSWER.left) {
			const left = breaker.left(this.breakers.get(calls.watched[at], nowUs), calls.sinceUs[at]);
			this.breakers.set(calls.watched[at], left);
			return;
		}
		const u = breaker.draws ? this.uniform() : 0;
		const cell = calls.watched[at];
		const state = this.breakers.get(cell, nowUs);
		this.breakers.set(cell, breaker.answered(state, cause === null, nowUs - calls.sinceUs[at], nowUs, u));
	}

	private moveBudget(cell: number, nowUs: number, step: (state: unknown) => unknown): void {
		this.budgets.set(cell, step(this.budgets.get(cell, nowUs)));
	}

	private budgetCell = ({ instance, pool }: GuardKey): number => this.budgets.cell(instance, pool);
	private limiterCell = ({ instance, pool }: GuardKey): number => this.limiters.cell(instance, pool);

	private breakerCell({ instance, node }: GuardKey): number {
		if (this.breaker?.scope === 'population') return 0;
		return this.breaker?.scope === 'host' ? instance * this.hosts.count + node : instance;
	}
}

const NO_TABLE = new StateTable<unknown>('population', () => null);

const isSingle = (breaker: RetryPolicy['breaker']): breaker is SingleBreaker =>
	breaker !== null && breaker.kind !== 'consecutive-ejection';

/** Whether a layer has any of these. */
export const isGuarded = ({ budget, limiter, breaker }: RetryPolicy): boolean =>
	(budget !== null && budget.kind !== 'ratio-bucket') || limiter !== null || breaker !== null;
