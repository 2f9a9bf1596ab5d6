/**
 * The limiter of one layer's own sends: which permit a try holds, and which sends wait for one. The limiter itself is a
 * pure step function (`model/retry/limiters/`).
 */
import type { Uniform } from '../../../kernel/random.js';
import { limiterMachine } from '../../../model/retry/limiters/limiter.js';
import type { LimiterDecision, LimiterMachine } from '../../../model/retry/limiters/limiter-machine.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import { type CallTable, HAS } from './call-table.js';
import type { GuardKey } from './guard-key.js';
import { LimiterQueues, type QueuedSend } from './limiter-queue.js';
import { StateTable } from './state-table.js';

/** A queued send has its permit, and goes at this instant. */
export type Wake = (send: QueuedSend, nowUs: number) => void;

export class LimiterGuard {
	private readonly machine: LimiterMachine<unknown>;
	private readonly states: StateTable<unknown>;
	private readonly queues = new LimiterQueues();

	constructor(
		limiter: NonNullable<RetryPolicy['limiter']>,
		private readonly calls: CallTable,
		private readonly uniform: Uniform,
		private readonly wake: Wake,
	) {
		const machine = limiterMachine(limiter);
		this.machine = machine;
		this.states = new StateTable(machine.scope, (nowUs) => machine.start(nowUs));
	}

	/** States in use. */
	get size(): number {
		return this.states.size;
	}

	/** What the limiter says about a try; null where it need not be asked, or has let it pass before. */
	ask(at: number, key: GuardKey, isRetry: boolean, nowUs: number): LimiterDecision<unknown> | null {
		const { machine, states, calls } = this;
		if (machine.appliesTo === 'retries' && !isRetry) return null;
		if ((calls.has[at] & HAS.permit) !== 0) return null;
		const cell = this.cell(key);
		const answer = machine.ask(states.get(cell, nowUs), nowUs, machine.draws ? this.uniform() : 0);
		states.set(cell, answer.state);
		calls.limited[at] = cell;
		calls.dueUs[at] = nowUs + answer.waitUs;
		if (answer.decision === 'go' || answer.decision === 'wait') calls.has[at] |= HAS.permit;
		return answer;
	}

	/** The send waits in the limiter's line until a permit comes back. */
	queue(send: QueuedSend): void {
		this.calls.has[send.at] |= HAS.queued;
		this.queues.enqueue(this.calls.limited[send.at], send);
	}

	/** A queued send is given up. */
	leaveLine(at: number, request: number, nowUs: number): void {
		const cell = this.calls.limited[at];
		this.queues.leave(cell, request);
		this.states.set(cell, this.machine.left(this.states.get(cell, nowUs)));
	}

	/** The state that a try counts in: that of its permit, where it holds one. */
	cellOf(at: number, key: GuardKey, hasPermit: boolean): number {
		return hasPermit ? this.calls.limited[at] : this.cell(key);
	}

	/** A try that had gone out is answered. @param cause of its failure; null: it went well */
	answered(cell: number, cause: number | null, nowUs: number): void {
		this.states.set(cell, this.machine.answered(this.states.get(cell, nowUs), cause, nowUs));
	}

	/** What has a permit is not sent. */
	unsent(at: number, nowUs: number): void {
		const cell = this.calls.limited[at];
		this.states.set(cell, this.machine.unsent(this.states.get(cell, nowUs), this.calls.dueUs[at]));
	}

	/** A permit comes back, and goes to the oldest send in the line. */
	released(cell: number, nowUs: number): void {
		const [state, isHandedOn] = this.machine.released(this.states.get(cell, nowUs));
		this.states.set(cell, state);
		const send = isHandedOn ? this.queues.next(cell) : undefined;
		if (send === undefined) return;
		this.calls.has[send.at] = (this.calls.has[send.at] & ~HAS.queued) | HAS.permit;
		this.wake(send, nowUs);
	}

	/** Permits that are out and queued sends, as the limiter counts them; null: it counts none. */
	underWay(): readonly (number | null)[] {
		return this.states.sums((s) => this.machine.underWay(s));
	}

	private cell({ instance, pool }: GuardKey): number {
		return this.states.cell(instance, pool);
	}
}
