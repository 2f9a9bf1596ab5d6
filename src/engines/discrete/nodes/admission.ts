// HOT PATH: runs once per event; allocates nothing.
/** How an attempt comes to its node: it is turned away, waits, or is served at once; and what becomes of it when its client leaves. */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { DISPOSITION as DISPOSITIONS, OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { Network } from '../network.js';
import { type Attempts, FAILED_BY as FAILURES, STAGE as STAGES } from '../tables/attempts.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import { type Answers, TURNED_AWAY } from './answers.js';
import type { ChangeEffects } from './change-effects.js';
import type { CodelStates } from './codel.js';
import { ADMITTED, type LoadShedding } from './load-shedding.js';
import { GUARD as GUARDS } from './node-flags.js';
import type { NodeState } from './node-state.js';
import type { NodeTable } from './node-table.js';
import type { ProcessorSharing } from './processor-sharing.js';
import type { WaitingLines } from './queues.js';
import type { NodeService } from './service.js';
import type { ServiceLaws } from './service-time.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const DISPOSITION = DISPOSITIONS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const GUARD = GUARDS;
const REPLY = REPLIES;
const FAILED_BY = FAILURES;

/** What admission needs of the rest of a run. */
export interface AdmissionParts {
	readonly state: NodeState;
	readonly attempts: Attempts;
	readonly queue: EventQueue;
	readonly network: Network;
	readonly recorder: Recorder;
	readonly answers: Answers;
	readonly service: NodeService;
	readonly laws: ServiceLaws;
	readonly sharing: ProcessorSharing | null;
	readonly codel: CodelStates;
	readonly shedding: LoadShedding;
	readonly fullReply: Uint8Array;
}

export class Admission {
	private readonly nodes: NodeTable;
	private readonly state: NodeState;
	private readonly attempts: Attempts;
	private readonly queue: EventQueue;
	private readonly network: Network;
	private readonly recorder: Recorder;
	private readonly answers: Answers;
	private readonly service: NodeService;
	private readonly laws: ServiceLaws;
	private readonly sharing: ProcessorSharing | null;
	private readonly codel: CodelStates;
	private readonly shedding: LoadShedding;
	private readonly fullReply: Uint8Array;
	/** columns of the state, held here as well: each look at one is a load less */
	private readonly busy: Int32Array;
	private readonly guard: Int32Array;
	private readonly lines: WaitingLines;
	private readonly classes: number;
	/** 1: a full queue rejects, at no cost */
	private readonly simplyRejects: Uint8Array;

	constructor(parts: AdmissionParts) {
		const { state } = parts;
		this.state = state;
		this.nodes = state.nodes;
		this.attempts = parts.attempts;
		this.queue = parts.queue;
		this.network = parts.network;
		this.recorder = parts.recorder;
		this.answers = parts.answers;
		this.service = parts.service;
		this.laws = parts.laws;
		this.sharing = parts.sharing;
		this.codel = parts.codel;
		this.shedding = parts.shedding;
		this.fullReply = parts.fullReply;
		this.busy = state.busy;
		this.guard = state.guard;
		this.lines = state.lines;
		this.classes = state.nodes.world.classes.length;
		this.simplyRejects = Uint8Array.from(state.nodes.group, (g) => {
			const { onFull, rejectCostUs } = state.nodes.world.groups[g];
			return onFull === 'reject' && rejectCostUs === 0 ? 1 : 0;
		});
	}

	/** An attempt comes over the network. Its cancel may have overtaken it, and is there already. */
	reach(attempt: number, nowUs: number): void {
		const node = this.attempts.node[attempt];
		this.state.enRoute[node]--;
		const isCancelled = this.attempts.stage[attempt] === STAGE.cancelledEnRoute;
		if (!isCancelled) this.arrive(attempt, nowUs);
		else
			this.answers.leave(attempt, this.state.isCutOff(node) ? DISPOSITION.neverArrived : DISPOSITION.cancelledQueued);
	}

	/** An attempt is at the door of its node. */
	arrive(attempt: number, nowUs: number): void {
		const node = this.attempts.node[attempt];
		if ((this.guard[node] & GUARD.atAdmission) !== 0 && !this.passesGuards(attempt, node, nowUs)) return;
		if (this.busy[node] < this.nodes.workers[node]) {
			this.state.resize(node, 1, nowUs);
			this.state.takeWorker(node, nowUs);
			if (this.nodes.queueLimit[node] === 0) this.state.noteIfFull(node, nowUs);
			this.service.begin(attempt, node, 0, nowUs);
		} else if (this.lines.length[node] < this.nodes.queueLimit[node]) this.wait(attempt, node, nowUs);
		else this.rejectFull(attempt, node, nowUs);
	}

	/** True where an attempt would be turned away at once, because there is no place, and nothing more would come of it. */
	rejectsAtOnce(node: number): boolean {
		return (
			this.busy[node] >= this.nodes.workers[node] &&
			this.lines.length[node] >= this.nodes.queueLimit[node] &&
			this.simplyRejects[node] === 1 &&
			(this.guard[node] & GUARD.atAdmission) === 0
		);
	}

	/** Turns away an attempt that has no row, at a node that `rejectsAtOnce`. */
	rejectAtDoor(node: number, place: number, nowUs: number): void {
		this.state.passages.full(node, nowUs);
		this.recorder.attemptDisposition(place, DISPOSITION.rejected);
	}

	/** As the run begins: the node has this attempt, whatever its admission rules are. */
	hold(attempt: number, node: number, nowUs: number): void {
		if (this.sharing !== null && this.nodes.shares[node] === 1) this.join(this.sharing, attempt, node, nowUs);
		else if (this.busy[node] < this.nodes.workers[node]) {
			this.state.resize(node, 1, nowUs);
			this.state.takeWorker(node, nowUs);
			this.service.begin(attempt, node, 0, nowUs);
		} else this.wait(attempt, node, nowUs);
	}

	/** The client has stopped waiting (`leftUs` is set): what the edge makes of it is its switch. */
	abandoned(attempt: number, nowUs: number): void {
		if (this.attempts.stage[attempt] === STAGE.done) {
			this.attempts.settle(attempt);
			return;
		}
		const node = this.attempts.node[attempt];
		if (this.nodes.noticesLeaving[node] === 0) return;
		if (this.sharing !== null && this.nodes.shares[node] === 1 && this.attempts.stage[attempt] === STAGE.inService) {
			this.sharing.clientLeft(attempt, node, nowUs);
		}
		if (this.nodes.cancels[node] === 0) return;
		// An event also where nothing takes time: the client may be in the middle of this node's own work, a crash for example.
		const atUs = nowUs + this.network.latencyUs(this.attempts.source[attempt], node);
		this.queue.book(atUs, RANK.server, EVENT.cancel, attempt, this.attempts.generation[attempt]);
	}

	/** A client's cancel reaches the node, unless that is cut off. */
	cancel(attempt: number, generation: number, nowUs: number): void {
		if (this.attempts.generation[attempt] !== generation) return;
		const node = this.attempts.node[attempt];
		if (this.state.isCutOff(node)) return;
		const stage = this.attempts.stage[attempt];
		if (stage === STAGE.enRoute) this.attempts.stage[attempt] = STAGE.cancelledEnRoute;
		else if (stage === STAGE.queued) {
			this.state.leaveLine(attempt, node, nowUs);
			this.state.resize(node, -1, nowUs);
			this.answers.leave(attempt, DISPOSITION.cancelledQueued);
		} else if (stage === STAGE.inService && this.nodes.groupOf(node).abandoned === 'cancel-in-service') {
			this.service.cutService(attempt, node, this.attempts.leftUs[attempt], nowUs);
			this.answers.leave(attempt, DISPOSITION.cancelledInService);
			this.service.next(node, nowUs);
		}
	}

	/** An attempt joins the waiting line. */
	private wait(attempt: number, node: number, nowUs: number): void {
		this.state.resize(node, 1, nowUs);
		this.attempts.stage[attempt] = STAGE.queued;
		this.attempts.sinceUs[attempt] = nowUs;
		if (this.nodes.decidesAtAdmission[node] === 1) this.decide(attempt, node, nowUs);
		this.state.joinLine(attempt, node);
		if (this.lines.length[node] >= this.nodes.queueLimit[node]) this.state.passages.full(node, nowUs);
	}

	/** The length and the result of the service that an attempt waits for are decided now. */
	private decide(attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		this.draw(attempt, node);
		if ((this.guard[node] & GUARD.atStart) === 0) return;
		attempts.workLeftUs[attempt] = this.service.lengthAtStart(attempt, node, this.state.inService(node), nowUs);
	}

	/** An attempt is at a node that shares its workers: where there is a place, its service starts at once. */
	private join(sharing: ProcessorSharing, attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		if (this.state.isFull(node)) {
			this.rejectFull(attempt, node, nowUs);
			return;
		}
		this.state.resize(node, 1, nowUs);
		this.recorder.waitEnded(attempts.edgePlace[attempt], 0);
		let us = this.draw(attempt, node);
		if ((this.guard[node] & GUARD.atStart) !== 0)
			us = this.service.lengthAtStart(attempt, node, sharing.held(node), nowUs);
		attempts.stage[attempt] = STAGE.inService;
		attempts.sinceUs[attempt] = nowUs;
		sharing.enter(attempt, node, us, nowUs);
		this.service.share(sharing, node, nowUs);
		this.state.noteIfFull(node, nowUs);
	}

	/** A length by the law of its class, into `workLeftUs`; the service will end well unless something makes it fail. */
	private draw(attempt: number, node: number): number {
		const { attempts } = this;
		const us = this.nodes.service.draw(node * this.classes + attempts.class[attempt]);
		attempts.answer[attempt] = OUTCOME.ok;
		attempts.failedBy[attempt] = FAILED_BY.nothing;
		attempts.workLeftUs[attempt] = us;
		return us;
	}

	/** True when nothing but a full queue can turn the arriving attempt away; otherwise it has been dealt with. */
	private passesGuards(attempt: number, node: number, nowUs: number): boolean {
		const guard = this.guard[node];
		const group = this.nodes.groupOf(node);
		if ((guard & (GUARD.crashed | GUARD.cutOff)) !== 0) {
			const answer = (guard & GUARD.cutOff) !== 0 ? group.cutOff : group.crashed;
			this.answers.callers.failedByFault(attempt);
			if (answer === 'silent') this.answers.leave(attempt, DISPOSITION.neverArrived);
			else this.answers.turnAway(attempt, TURNED_AWAY.refused, REPLY.refused, nowUs);
			return false;
		}
		const busy = this.busy[node];
		// Whoever finds a free worker waits for nothing, and CoDel must hear of it.
		if (group.codel !== null && busy < group.workers) this.codel.sheds(group.codel, node, 0, nowUs);
		if ((guard & GUARD.changed) !== 0) {
			const effects = this.laws.effectsOn(attempt, node, busy, nowUs);
			if (effects !== null && !this.passesChanges(attempt, effects, nowUs)) return false;
		}
		if ((guard & GUARD.shed) !== 0) {
			const reply = this.shedding.sheds(attempt, node, nowUs);
			if (reply !== ADMITTED) {
				this.answers.turnAway(attempt, TURNED_AWAY.shed, reply, nowUs);
				return false;
			}
		}
		if (this.sharing === null || (guard & GUARD.shares) === 0) return true;
		this.join(this.sharing, attempt, node, nowUs);
		return false;
	}

	/** What changes do at the door: multiply the calls of a first attempt, shed, and mark what they will fail. */
	private passesChanges(attempt: number, effects: ChangeEffects, nowUs: number): boolean {
		const { failProbability, shedProbability, calls } = effects;
		const { callers } = this.answers;
		const { failureUniform, number } = this.attempts;
		const first = number[attempt] === 1;
		// One uniform for both: shed is decided first, and what is left of it decides the failure of those that are served.
		const u = failureUniform[attempt];
		const shed = u < shedProbability;
		if (!shed) failureUniform[attempt] = (u - shedProbability) / (1 - shedProbability);
		const fails = !shed && failureUniform[attempt] < failProbability;
		if (first && (shed || fails)) callers.failedByChange(attempt);
		if (first && calls !== 1) callers.multiplied(attempt, calls, nowUs);
		if (!shed) return true;
		this.laws.noteError(nowUs);
		this.answers.turnAway(attempt, TURNED_AWAY.shed, effects.shedReply(u), nowUs);
		return false;
	}

	private rejectFull(attempt: number, node: number, nowUs: number): void {
		const group = this.nodes.groupOf(node);
		this.state.passages.full(node, nowUs);
		if (group.onFull === 'silent') {
			this.answers.leave(attempt, DISPOSITION.rejected);
			return;
		}
		if (group.rejectCostUs > 0) this.state.rejections.add(node, this.attempts.edgePlace[attempt]);
		this.answers.turnAway(attempt, TURNED_AWAY.rejected, this.fullReply[node], nowUs);
	}
}
