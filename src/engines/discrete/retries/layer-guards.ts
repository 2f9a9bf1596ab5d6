/**
 * What keeps one retry layer of a population from trying again or from sending: its budget, limiter and breaker. Each has
 * a file of its own; here is which of them hears what of a call, and in which order.
 */
import type { Uniform } from '../../../kernel/random.js';
import type { SingleBreaker } from '../../../model/retry/breakers/breaker.js';
import { CAUSE } from '../../../model/retry/cause.js';
import type { LimiterDecision } from '../../../model/retry/limiters/limiter-machine.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import { BreakerGuard } from './breaker-guard.js';
import { type BudgetGuard, budgetGuardOf } from './budget-guard.js';
import { type CallTable, HAS } from './call-table.js';
import type { GuardKey } from './guard-key.js';
import { LimiterGuard, type Wake } from './limiter-guard.js';
import type { QueuedSend } from './limiter-queue.js';
import { Ejections } from './outlier-ejection.js';
import type { PoolIndex } from './pool-index.js';
import { isFailure, TRY_END } from './try-end.js';

/** How a call of the layer ended. */
export interface EndedCall {
	/** of TRY_END, or the cause of its failure: what a breaker outside of the retry hears */
	readonly end: number;
	/** it took more than one try */
	readonly retried: boolean;
	/** its failure is one that the layer's policy tries again */
	readonly retryable: boolean;
}

export interface GuardDeps {
	readonly calls: CallTable;
	readonly pools: PoolIndex;
	readonly uniform: Uniform;
	readonly wake: Wake;
}

export class LayerGuards {
	readonly budget: BudgetGuard | null;
	readonly limiter: LimiterGuard | null;
	readonly breaker: BreakerGuard | null;
	readonly ejections: Ejections | null;
	private readonly calls: CallTable;

	constructor(policy: RetryPolicy, { calls, pools, uniform, wake }: GuardDeps) {
		const { limiter, breaker } = policy;
		this.calls = calls;
		this.budget = budgetGuardOf(policy, calls);
		this.limiter = limiter === null ? null : new LimiterGuard(limiter, calls, uniform, wake);
		this.breaker = isSingle(breaker) ? new BreakerGuard(breaker, calls, pools.count, uniform) : null;
		this.ejections = breaker?.kind === 'consecutive-ejection' ? new Ejections(breaker, pools, uniform) : null;
	}

	/** States that are kept: for whoever asks what they cost. */
	get cells(): number {
		return [this.budget, this.limiter, this.breaker, this.ejections].reduce(
			(sum, guard) => sum + (guard === null ? 0 : guard.size),
			0,
		);
	}

	/** It has a say in which node a send goes to. */
	get choosesNodes(): boolean {
		return this.ejections !== null || this.breaker?.choosesNodes === true;
	}

	/** Whether the balancing may choose this node for the instance. */
	takesNode(key: GuardKey, nowUs: number): boolean {
		if (this.ejections !== null) return this.ejections.allows(key.node, nowUs);
		return this.breaker === null || this.breaker.takesNode(key, nowUs);
	}

	/** Whether the balancing has no node for the instance where it would choose this one. */
	refusesNode({ node }: GuardKey, nowUs: number): boolean {
		return this.ejections?.refuses(node, nowUs) === true;
	}

	/** A call of the layer begins. */
	called(at: number, key: GuardKey, nowUs: number): void {
		this.calls.begin(at);
		if (this.budget !== null) this.budget.called(key, nowUs);
	}

	/** As the run begins: a call that is under way, and whether its try is. */
	adopt(at: number, key: GuardKey, isTrying: boolean, nowUs: number): void {
		this.calls.begin(at);
		if (isTrying) this.sent(at, key, nowUs);
	}

	/** Whether the breaker lets a send pass. */
	breakerAllows(key: GuardKey, isNewCall: boolean, nowUs: number): boolean {
		return this.breaker === null || this.breaker.allows(key, isNewCall, nowUs);
	}

	/** What the limiter says about a try; null where there is none, or it need not be asked. */
	askLimiter(at: number, key: GuardKey, isRetry: boolean, nowUs: number): LimiterDecision<unknown> | null {
		return this.limiter === null ? null : this.limiter.ask(at, key, isRetry, nowUs);
	}

	/** The send waits in the limiter's line until a permit comes back. */
	queue(send: QueuedSend): void {
		if (this.limiter !== null) this.limiter.queue(send);
	}

	isTrying(at: number): boolean {
		return (this.calls.has[at] & HAS.try) !== 0;
	}

	/** A try goes out. */
	sent(at: number, key: GuardKey, nowUs: number): void {
		const { calls, breaker, budget } = this;
		const isFirst = (calls.has[at] & HAS.sent) === 0;
		calls.has[at] |= HAS.try | HAS.sent;
		if (budget !== null) budget.sent(at, key, nowUs);
		if (this.ejections !== null) calls.watched[at] = key.node;
		if (breaker !== null) breaker.sent(at, key, isFirst, nowUs);
	}

	/**
	 * A try has ended, whether it had gone out or not.
	 * @param end of TRY_END, or the cause of its failure
	 * @param retryable the layer's policy tries this failure again
	 */
	tryEnded(at: number, request: number, key: GuardKey, end: number, retryable: boolean, nowUs: number): void {
		const { calls, budget, breaker, ejections, limiter } = this;
		const had = calls.has[at];
		if ((had & HAS.reported) !== 0) {
			calls.has[at] = had & ~HAS.reported;
			return;
		}
		const wasOut = (had & HAS.try) !== 0;
		const hadPermit = (had & HAS.permit) !== 0;
		calls.has[at] = had & ~(HAS.try | HAS.charge | HAS.permit | HAS.queued);
		if (budget !== null) {
			if ((had & HAS.charge) !== 0) budget.released(at, nowUs);
			if (wasOut) budget.tryEnded(at, nowUs);
			if (isFailure(end)) budget.failed(at, key, { cause: end, retryable, wasOut }, nowUs);
		}
		if (wasOut && breaker?.isInsideRetry === true) breaker.ended(at, end, nowUs);
		if (wasOut && end !== TRY_END.abandoned) ejections?.answered(calls.watched[at], reportedCause(end), nowUs);
		if (limiter === null) return;
		const cell = limiter.cellOf(at, key, hadPermit);
		if (wasOut && (end === TRY_END.ok || isFailure(end))) limiter.answered(cell, reportedCause(end), nowUs);
		if ((had & HAS.queued) !== 0) limiter.leaveLine(at, request, nowUs);
		if (hadPermit && !wasOut) limiter.unsent(at, nowUs);
		if (hadPermit) limiter.released(cell, nowUs);
	}

	/** A call has ended. A breaker outside of the retry hears of it where it had let the call through. */
	callEnded(at: number, key: GuardKey, { end, retried, retryable }: EndedCall, nowUs: number): void {
		const { calls, breaker, budget } = this;
		const had = calls.has[at];
		if ((had & HAS.call) === 0) return;
		const lastCost = calls.lastCost[at];
		calls.has[at] = 0;
		if (budget !== null) {
			const ok = end === TRY_END.ok;
			budget.ended(key, { ok, retried: retried || lastCost > 0, lastCost, retryable }, nowUs);
		}
		if (breaker?.isInsideRetry === false && (had & HAS.sent) !== 0) breaker.ended(at, end, nowUs);
	}

	/** A further copy of the call of `main` asks the budget, and is charged to it once, however long it then waits. */
	chargeCopy(at: number, main: number, key: GuardKey, cause: number, nowUs: number): boolean {
		const { calls, budget } = this;
		calls.beginCopy(at);
		if (budget === null || (calls.has[at] & HAS.charge) !== 0) return true;
		if (!budget.chargeOnce(at, key, cause, nowUs)) return false;
		calls.lastCost[main] = calls.lastCost[at];
		return true;
	}

	/** A copy gives up what it has under way: nobody waits for it, or it is held back. @param end of TRY_END */
	leaveCopy(at: number, request: number, key: GuardKey, end: number, nowUs: number): void {
		if ((this.calls.has[at] & HAS.call) !== 0) this.tryEnded(at, request, key, end, false, nowUs);
	}

	/** Whatever the call has under way is given up. @param end of TRY_END */
	cut(at: number, request: number, key: GuardKey, end: number, nowUs: number): void {
		if ((this.calls.has[at] & HAS.call) === 0) return;
		this.tryEnded(at, request, key, end, false, nowUs);
		this.callEnded(at, key, { end, retried: false, retryable: false }, nowUs);
	}

	/** What its machines count as under way: charged retries, tries in flight, permits, queued sends; null: nobody counts. */
	underWay(): readonly (number | null)[] {
		const { budget, limiter } = this;
		return [
			...(budget === null ? [null, null] : budget.underWay()),
			...(limiter === null ? [null, null] : limiter.underWay()),
		];
	}
}

/** What ejection and limiters hear: a try that an outer timeout has cut looks to them as one that has timed out. */
function reportedCause(end: number): number | null {
	if (end === TRY_END.ok) return null;
	return end === TRY_END.outerTimeout ? CAUSE.timeout : end;
}

const isSingle = (breaker: RetryPolicy['breaker']): breaker is SingleBreaker =>
	breaker !== null && breaker.kind !== 'consecutive-ejection';

/** Whether a layer has any of these. */
export const isGuarded = ({ budget, limiter, breaker }: RetryPolicy): boolean =>
	(budget !== null && budget.kind !== 'ratio-bucket') || limiter !== null || breaker !== null;
