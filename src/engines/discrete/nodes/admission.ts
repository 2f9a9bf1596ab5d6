// HOT PATH: runs once per event; allocates nothing.
/** The edge's half of an attempt's life: admission and waiting here, service and answer in `service.ts`. */
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import { DISPOSITION as FATES, OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import { STAGE as STAGES } from '../tables/attempts.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import { ADMITTED } from './load-shedding.js';
import { GUARD as GUARDS } from './node-flags.js';
import type { Sharing } from './processor-sharing.js';
import { EdgeServices } from './service.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const FATE = FATES;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const GUARD = GUARDS;
const REPLY = REPLIES;

export class Edges extends EdgeServices {
	/** An attempt comes over the network. Its cancel may have overtaken it, and is there already. */
	reach(attempt: number, nowUs: number): void {
		const node = this.attempts.node[attempt];
		this.enRoute[node]--;
		const isCancelled = this.attempts.stage[attempt] === STAGE.cancelledEnRoute;
		if (isCancelled) this.leave(attempt, this.isCutOff(node) ? FATE.neverArrived : FATE.cancelledQueued);
		else this.arrive(attempt, nowUs);
	}

	/** An attempt is at the door of its node. */
	arrive(attempt: number, nowUs: number): void {
		const node = this.attempts.node[attempt];
		if ((this.guard[node] & GUARD.atAdmission) !== 0 && !this.passesGuards(attempt, node, nowUs)) return;
		if (this.busy[node] < this.nodes.workers[node]) {
			this.resize(node, 1, nowUs);
			this.takeWorker(node, nowUs);
			if (this.nodes.queueLimit[node] === 0) this.noteIfFull(node, nowUs);
			this.begin(attempt, node, 0, nowUs);
		} else if (this.lines.length[node] < this.nodes.queueLimit[node]) this.wait(attempt, node, nowUs);
		else this.rejectFull(attempt, node, nowUs);
	}

	/** True where an attempt would be turned away at once, because there is no place, and nothing more would come of it. */
	isFull(node: number): boolean {
		return (
			this.busy[node] >= this.nodes.workers[node] &&
			this.lines.length[node] >= this.nodes.queueLimit[node] &&
			this.simplyRejects[node] === 1 &&
			(this.guard[node] & GUARD.atAdmission) === 0
		);
	}

	/** Turns away an attempt that has no row, at a node that `isFull`. */
	rejectAtDoor(node: number, place: number, nowUs: number): void {
		this.passages.full(node, nowUs);
		this.recorder.attemptFate(place, FATE.rejected);
	}

	/** As the run begins: the node has this attempt, whatever its gates would say. */
	hold(attempt: number, node: number, nowUs: number): void {
		if (this.sharing !== null && this.nodes.shares[node] === 1) this.join(this.sharing, attempt, node, nowUs);
		else if (this.busy[node] < this.nodes.workers[node]) {
			this.resize(node, 1, nowUs);
			this.takeWorker(node, nowUs);
			this.begin(attempt, node, 0, nowUs);
		} else this.wait(attempt, node, nowUs);
	}

	/** The node may have no place left. */
	noteIfFull(node: number, nowUs: number): void {
		const full = this.busy[node] >= this.nodes.workers[node] && this.lines.length[node] >= this.nodes.queueLimit[node];
		if (full) this.passages.full(node, nowUs);
	}

	/** The client has stopped waiting (`leftUs` is set): what the edge makes of it is its switch. */
	abandoned(attempt: number, nowUs: number): void {
		if (this.attempts.stage[attempt] === STAGE.done) {
			this.attempts.settle(attempt);
			return;
		}
		const node = this.attempts.node[attempt];
		if (this.nodes.heeds[node] === 0) return;
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
		if (this.isCutOff(node)) return;
		const stage = this.attempts.stage[attempt];
		if (stage === STAGE.enRoute) this.attempts.stage[attempt] = STAGE.cancelledEnRoute;
		else if (stage === STAGE.queued) {
			this.leaveLine(attempt, node, nowUs);
			this.resize(node, -1, nowUs);
			this.leave(attempt, FATE.cancelledQueued);
		} else if (stage === STAGE.inService && this.nodes.groupOf(node).abandoned === 'cancel-in-service') {
			this.cutService(attempt, node, this.attempts.leftUs[attempt], nowUs);
			this.leave(attempt, FATE.cancelledInService);
			this.next(node, nowUs);
		}
	}

	/** An attempt joins the waiting line. */
	private wait(attempt: number, node: number, nowUs: number): void {
		this.resize(node, 1, nowUs);
		this.attempts.stage[attempt] = STAGE.queued;
		this.attempts.sinceUs[attempt] = nowUs;
		if (this.nodes.decidesAtAdmission[node] === 1) this.decide(attempt, node, nowUs);
		this.lines.append(node, this.line[node * this.classes + this.attempts.class[attempt]], attempt);
		this.flow[0]++;
		if (this.lines.length[node] >= this.nodes.queueLimit[node]) this.passages.full(node, nowUs);
	}

	/** The length and the result of the service that an attempt waits for are decided now. */
	private decide(attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		const us = this.nodes.service.draw(node * this.classes + attempts.class[attempt]);
		attempts.answer[attempt] = OUTCOME.ok;
		attempts.spoilt[attempt] = 0;
		const isPlain = (this.guard[node] & GUARD.atStart) === 0;
		attempts.workLeftUs[attempt] = isPlain ? us : this.lengthAtStart(attempt, node, us, this.inService(node), nowUs);
	}

	/** An attempt is at a node that shares its workers: where there is a place, its service starts at once. */
	private join(sharing: Sharing, attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		if (this.busy[node] >= this.nodes.workers[node] && this.lines.length[node] >= this.nodes.queueLimit[node]) {
			this.rejectFull(attempt, node, nowUs);
			return;
		}
		this.resize(node, 1, nowUs);
		this.recorder.waitEnded(attempts.edgePlace[attempt], 0);
		let us = this.nodes.service.draw(node * this.classes + attempts.class[attempt]);
		attempts.answer[attempt] = OUTCOME.ok;
		attempts.spoilt[attempt] = 0;
		if ((this.guard[node] & GUARD.atStart) !== 0) us = this.lengthAtStart(attempt, node, us, sharing.held(node), nowUs);
		attempts.stage[attempt] = STAGE.inService;
		attempts.sinceUs[attempt] = nowUs;
		sharing.enter(attempt, node, us, nowUs);
		this.share(sharing, node, nowUs);
		this.noteIfFull(node, nowUs);
	}

	/** True when nothing but a full queue can turn the arriving attempt away; otherwise it has been dealt with. */
	private passesGuards(attempt: number, node: number, nowUs: number): boolean {
		const guard = this.guard[node];
		const group = this.nodes.groupOf(node);
		if ((guard & (GUARD.crashed | GUARD.cutOff)) !== 0) {
			const meets = (guard & GUARD.cutOff) !== 0 ? group.cutOff : group.crashed;
			this.callers.failedByFault(attempt);
			if (meets === 'silent') this.leave(attempt, FATE.neverArrived);
			else this.turnAway(attempt, OUTCOME.refused, REPLY.refused, FATE.neverArrived, nowUs);
			return false;
		}
		const busy = this.busy[node];
		// Whoever finds a free worker waits for nothing, and CoDel must hear of it.
		if (group.codel !== null && busy < group.workers) this.codel.sheds(group.codel, node, 0, nowUs);
		const { class: classes, number: numbers } = this.attempts;
		const first = numbers[attempt] === 1;
		if ((guard & GUARD.changed) !== 0 && this.laws.meet(attempt, node, busy, nowUs)) {
			if (!this.passesChange(attempt, first, nowUs)) return false;
		}
		if ((guard & GUARD.shed) !== 0) {
			const waiting = this.lines.length[node];
			const reply = this.shedding.sheds(node, classes[attempt], numbers[attempt], waiting, busy, nowUs);
			if (reply !== ADMITTED) {
				this.turnAway(attempt, OUTCOME.shed, reply, FATE.shed, nowUs);
				return false;
			}
		}
		if (this.sharing === null || (guard & GUARD.shares) === 0) return true;
		this.join(this.sharing, attempt, node, nowUs);
		return false;
	}

	/** What a change does at the door: multiplies the calls of a first attempt, sheds, and marks what it will fail. */
	private passesChange(attempt: number, first: boolean, nowUs: number): boolean {
		const { failProbability, shedProbability, calls } = this.versions;
		// One uniform for both: shed is decided first, and what is left of it decides the failure of those that are served.
		const u = this.attempts.failureUniform[attempt];
		const shed = u < shedProbability;
		if (!shed) this.attempts.failureUniform[attempt] = (u - shedProbability) / (1 - shedProbability);
		const fails = !shed && this.attempts.failureUniform[attempt] < failProbability;
		if (first && (shed || fails)) this.callers.failedByChange(attempt);
		if (first && calls !== 1) this.callers.multiplied(attempt, calls, nowUs);
		if (!shed) return true;
		this.laws.noteError(nowUs);
		this.turnAway(attempt, OUTCOME.shed, this.versions.shedReply(u), FATE.shed, nowUs);
		return false;
	}

	private rejectFull(attempt: number, node: number, nowUs: number): void {
		const group = this.nodes.groupOf(node);
		this.passages.full(node, nowUs);
		if (group.onFull === 'silent') {
			this.leave(attempt, FATE.rejected);
			return;
		}
		if (group.rejectCostUs > 0) this.rejections.add(node, this.attempts.edgePlace[attempt]);
		this.turnAway(attempt, OUTCOME.rejected, this.fullReply[node], FATE.rejected, nowUs);
	}
}
