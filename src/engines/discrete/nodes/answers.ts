// HOT PATH: runs once per event; allocates nothing.
/**
 * How a stay at the edge ends: with an answer on its way to the client, or without one. What the client does with the answer
 * is behind `Callers`.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { DISPOSITION as DISPOSITIONS, OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { Network } from '../network.js';
import { type Attempts, STAGE as STAGES } from '../tables/attempts.js';
import type { NodeState } from './node-state.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const DISPOSITION = DISPOSITIONS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;

const NEVER = Number.POSITIVE_INFINITY;

/** Who sent the attempts. */
export interface Callers {
	/** The answer of an attempt that is still waited for. */
	answered(attempt: number, outcome: number, nowUs: number): void;
	/** A good answer that came after its client stopped waiting for it. */
	answeredLate(attempt: number, nowUs: number): void;
	/** True when `answeredLate` matters to the client of this attempt. */
	acceptsLate(attempt: number): boolean;
	/** The change in force failed this first attempt itself. */
	failedByChange(attempt: number): void;
	/** An error of a fault, a crash or a partition fails this attempt. */
	failedByFault(attempt: number): void;
	/** A change makes the client of this first attempt send more requests like it: `calls` in all. */
	multiplied(attempt: number, calls: number, nowUs: number): void;
}

/** An answer that is no service: its outcome in the client's ledger, its disposition in the server's. */
export interface TurnedAway {
	readonly outcome: number;
	readonly disposition: number;
}

export const TURNED_AWAY = {
	/** nobody was there to take it */
	refused: { outcome: OUTCOMES.refused, disposition: DISPOSITIONS.neverArrived },
	/** the node had no place */
	rejected: { outcome: OUTCOMES.rejected, disposition: DISPOSITIONS.rejected },
	shed: { outcome: OUTCOMES.shed, disposition: DISPOSITIONS.shed },
	/** the node crashed while it held it */
	lost: { outcome: OUTCOMES.refused, disposition: DISPOSITIONS.lost },
} as const satisfies Record<string, TurnedAway>;

export class Answers {
	/** set once by `Edge.connect`: clients need the edge to be made, and the edge needs them to answer */
	callers!: Callers;

	constructor(
		private readonly state: NodeState,
		private readonly attempts: Attempts,
		private readonly queue: EventQueue,
		private readonly network: Network,
		private readonly recorder: Recorder,
	) {}

	/** A service has ended: its answer leaves, where anybody wants it. */
	complete(attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		if (this.state.isCutOff(node)) {
			this.callers.failedByFault(attempt);
			this.leave(attempt, this.undeliveredDisposition(attempt));
		} else if (attempts.waiting[attempt] === 0 && !this.callers.acceptsLate(attempt)) {
			this.leave(attempt, this.servedDisposition(attempt));
		} else if (this.network.instant) {
			this.recorder.attemptDisposition(attempts.edgePlace[attempt], this.servedDisposition(attempt));
			this.handOver(attempt, attempts.answer[attempt], nowUs);
		} else {
			attempts.served[attempt] = 1;
			this.send(attempt, nowUs);
		}
	}

	/** The answer on its way reaches the client. */
	deliver(attempt: number, nowUs: number): void {
		const { attempts } = this;
		const outcome = attempts.answer[attempt];
		// Whoever was turned away has had a disposition since then.
		if (attempts.served[attempt] === 1)
			this.recorder.attemptDisposition(attempts.edgePlace[attempt], this.servedDisposition(attempt));
		this.handOver(attempt, outcome, nowUs);
	}

	/** Ends an attempt's stay at the edge with no answer: whoever waits, waits for the timeout. */
	leave(attempt: number, disposition: number): void {
		this.recorder.attemptDisposition(this.attempts.edgePlace[attempt], disposition);
		this.attempts.stage[attempt] = STAGE.done;
		this.attempts.settle(attempt);
	}

	/** Answers with something other than service. @param reply number of what the answer says */
	turnAway(attempt: number, { outcome, disposition }: TurnedAway, reply: number, nowUs: number): void {
		const { attempts } = this;
		attempts.reply[attempt] = reply;
		this.recorder.attemptDisposition(attempts.edgePlace[attempt], disposition);
		if (this.network.instant || attempts.waiting[attempt] === 0) {
			attempts.stage[attempt] = STAGE.done;
			if (attempts.waiting[attempt] === 1) this.callers.answered(attempt, outcome, nowUs);
			else attempts.giveBack(attempt);
			return;
		}
		attempts.answer[attempt] = outcome;
		attempts.served[attempt] = 0;
		this.send(attempt, nowUs);
	}

	/** Ends what a node holds with something other than service. Nothing crosses a cut: there, whoever waits, waits for the timeout. */
	answerHeld(attempt: number, turned: TurnedAway, reply: number, nowUs: number): void {
		if (this.state.isCutOff(this.attempts.node[attempt])) {
			this.callers.failedByFault(attempt);
			this.leave(attempt, turned.disposition);
		} else this.turnAway(attempt, turned, reply, nowUs);
	}

	/** From when on a service was for nobody: all of it where it failed. */
	wastedFromUs(attempt: number, sinceUs: number): number {
		if (this.attempts.answer[attempt] !== OUTCOME.ok) return sinceUs;
		return this.attempts.waiting[attempt] === 1 ? NEVER : this.attempts.leftUs[attempt];
	}

	/** Of a service whose answer will reach nobody. */
	private undeliveredDisposition(attempt: number): number {
		return this.attempts.answer[attempt] === OUTCOME.ok ? DISPOSITION.servedLate : DISPOSITION.failed;
	}

	private servedDisposition(attempt: number): number {
		if (this.attempts.answer[attempt] !== OUTCOME.ok) return DISPOSITION.failed;
		return this.attempts.waiting[attempt] === 1 ? DISPOSITION.servedInTime : DISPOSITION.servedLate;
	}

	/** The client has the answer. */
	private handOver(attempt: number, outcome: number, nowUs: number): void {
		this.attempts.stage[attempt] = STAGE.done;
		if (this.attempts.waiting[attempt] === 1) this.callers.answered(attempt, outcome, nowUs);
		else {
			if (outcome === OUTCOME.ok) this.callers.answeredLate(attempt, nowUs);
			this.attempts.giveBack(attempt);
		}
	}

	private send(attempt: number, nowUs: number): void {
		this.attempts.stage[attempt] = STAGE.answering;
		const node = this.attempts.node[attempt];
		const atUs = nowUs + this.network.latencyUs(this.attempts.source[attempt], node);
		this.queue.book(atUs, RANK.client, EVENT.answer, attempt, this.attempts.generation[attempt]);
	}
}
