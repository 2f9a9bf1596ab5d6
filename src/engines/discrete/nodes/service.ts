// HOT PATH: runs once per event; allocates nothing.
/**
 * Service at the edge: a worker takes an attempt, works on it, and takes the next; a change may fail it or make it slow, and
 * a fault may cut it off.
 */
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import { DISPOSITION as FATES, OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import { STAGE as STAGES } from '../tables/attempts.js';
import { EdgeNodes } from './edge-nodes.js';
import { GUARD as GUARDS } from './node-flags.js';
import type { Sharing } from './processor-sharing.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const FATE = FATES;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const GUARD = GUARDS;

export abstract class EdgeServices extends EdgeNodes {
	/** A service ends, unless it was cut or its end was moved. */
	finish(attempt: number, run: number, nowUs: number): void {
		const { attempts } = this;
		if (attempts.run[attempt] !== run) return;
		const node = attempts.node[attempt];
		this.resize(node, -1, nowUs);
		const sinceUs = attempts.sinceUs[attempt];
		this.recorder.served(attempts.edgePlace[attempt], sinceUs, this.wastedFromUs(attempt, sinceUs), nowUs);
		if (this.changesMayFail && attempts.spoilt[attempt] === 1) this.laws.noteError(nowUs);
		this.complete(attempt, node, nowUs);
		// The worker is handed on to whoever waits.
		if (this.plain[node] === 1 && this.lines.length[node] !== 0) this.beginOldest(node, nowUs);
		else {
			this.freeWorker(node, nowUs);
			if (this.plain[node] === 0) this.next(node, nowUs);
		}
	}

	/** Somebody may be done at a node that shares its workers. */
	lookAtShared(node: number, look: number, nowUs: number): void {
		if (this.sharing === null) return;
		const attempt = this.sharing.next(node, look, nowUs);
		if (attempt < 0) return;
		this.resize(node, -1, nowUs);
		this.sharing.leave(attempt, node, this.attempts.answer[attempt] !== OUTCOME.ok, nowUs);
		if (this.attempts.spoilt[attempt] === 1) this.laws.noteError(nowUs);
		this.complete(attempt, node, nowUs);
		this.shareOut(this.sharing, node, nowUs);
	}

	/** A worker has answered a rejection. */
	rejectionDone(node: number, nowUs: number): void {
		const ended = this.rejections.end(node);
		if (ended === null) return;
		this.freeWorker(node, nowUs);
		this.recorder.rejecting(ended.place, ended.startUs, nowUs);
		this.next(node, nowUs);
	}

	/** A crash: nobody answers the rejections that were due, and those under way end. */
	forgetRejections(node: number, nowUs: number): void {
		for (const { place, startUs } of this.rejections.forget(node)) {
			this.freeWorker(node, nowUs);
			this.recorder.rejecting(place, startUs, nowUs);
		}
	}

	/** Gives free workers their next work: rejections to answer first, then the waiting line. */
	next(node: number, nowUs: number): void {
		if (this.sharing !== null && this.nodes.shares[node] === 1) {
			this.shareOut(this.sharing, node, nowUs);
			return;
		}
		const group = this.nodes.groupOf(node);
		while (this.busy[node] < this.nodes.workers[node]) {
			if (this.rejections.anyWaiting(node)) {
				this.startRejection(node, nowUs);
				this.takeWorker(node, nowUs);
				continue;
			}
			if (this.lines.length[node] === 0) return;
			const attempt = this.takesNewest(node) ? this.lines.newest(node) : this.lines.oldest(node);
			const waitedUs = nowUs - this.attempts.sinceUs[attempt];
			this.leaveLine(attempt, node, nowUs);
			// Also the wait of what is dropped tells CoDel how long the line is.
			const sheds = group.codel !== null && this.codel.sheds(group.codel, node, waitedUs, nowUs);
			if (group.abandoned === 'drop-at-dequeue' && nowUs >= this.attempts.deadlineUs[attempt]) {
				this.resize(node, -1, nowUs);
				this.leave(attempt, FATE.droppedAtDequeue);
			} else if (sheds) {
				this.resize(node, -1, nowUs);
				this.answerHeld(attempt, OUTCOME.shed, this.fullReply[node], FATE.shed, nowUs);
			} else {
				this.takeWorker(node, nowUs);
				this.begin(attempt, node, waitedUs, nowUs);
			}
		}
	}

	/** Frees the worker of a service that is cut short. */
	cutService(attempt: number, node: number, wastedFromUs: number, nowUs: number): void {
		this.resize(node, -1, nowUs);
		const sinceUs = this.attempts.sinceUs[attempt];
		if (this.sharing !== null && this.nodes.shares[node] === 1) {
			this.sharing.leave(attempt, node, wastedFromUs <= sinceUs, nowUs);
			this.share(this.sharing, node, nowUs);
			return;
		}
		this.attempts.run[attempt]++;
		this.freeWorker(node, nowUs);
		this.recorder.served(this.attempts.edgePlace[attempt], sinceUs, wastedFromUs, nowUs);
	}

	/** Books the end of a service from the work that is left at the node's present speed; at speed 0 it just holds. */
	bookFinish(attempt: number, node: number, nowUs: number): void {
		const speed = this.pace[node];
		this.attempts.workedUs[attempt] = nowUs;
		const run = ++this.attempts.run[attempt];
		if (speed === 0) return;
		const endUs = nowUs + Math.floor(this.attempts.workLeftUs[attempt] / speed + 0.5);
		this.queue.book(endUs, RANK.server, EVENT.finish, attempt, run);
	}

	protected beginOldest(node: number, nowUs: number): void {
		const attempt = this.lines.oldest(node);
		const waitedUs = nowUs - this.attempts.sinceUs[attempt];
		this.leaveLine(attempt, node, nowUs);
		this.begin(attempt, node, waitedUs, nowUs);
	}

	/** A worker that is taken already starts to serve. */
	protected begin(attempt: number, node: number, waitedUs: number, nowUs: number): void {
		const { attempts } = this;
		this.recorder.waitEnded(attempts.edgePlace[attempt], waitedUs);
		const guard = this.guard[node];
		// What had to wait where lengths are decided at the admission knows its own already.
		let us: number;
		if (this.nodes.decidesAtAdmission[node] === 1 && attempts.stage[attempt] === STAGE.queued) {
			us = attempts.workLeftUs[attempt];
		} else {
			us = this.nodes.service.draw(node * this.classes + attempts.class[attempt]);
			attempts.answer[attempt] = OUTCOME.ok;
			if (this.changesMayFail) attempts.spoilt[attempt] = 0;
			if ((guard & GUARD.atStart) !== 0) us = this.lengthAtStart(attempt, node, us, this.inService(node) - 1, nowUs);
		}
		attempts.stage[attempt] = STAGE.inService;
		attempts.sinceUs[attempt] = nowUs;
		if (this.speedsChange) {
			attempts.workLeftUs[attempt] = us;
			attempts.workedUs[attempt] = nowUs;
		}
		if ((guard & GUARD.slow) !== 0) this.bookFinish(attempt, node, nowUs);
		else this.queue.book(nowUs + us, RANK.server, EVENT.finish, attempt, ++attempts.run[attempt]);
	}

	/** A worker of a node that shares them may be free: rejections to answer take it first, the others share what is left. */
	protected shareOut(sharing: Sharing, node: number, nowUs: number): void {
		const { rejections } = this;
		const workers = this.nodes.workers[node];
		this.share(sharing, node, nowUs);
		for (let free = true; free && rejections.anyWaiting(node); free = this.busy[node] < workers) {
			if (rejections.workersOf(node) === workers) return;
			this.startRejection(node, nowUs);
			this.share(sharing, node, nowUs);
		}
	}

	/** All that a node holds shares the workers that answer no rejections. */
	protected share(sharing: Sharing, node: number, nowUs: number): void {
		const rejecting = this.rejections.workersOf(node);
		const workers = this.nodes.workers[node] - rejecting;
		const held = sharing.held(node);
		const busy = rejecting + Math.min(held, workers);
		while (this.busy[node] < busy) this.takeWorker(node, nowUs);
		while (this.busy[node] > busy) this.freeWorker(node, nowUs);
		this.lines.length[node] = Math.max(0, held - workers);
		if (held <= workers && this.passages.awaited[node] !== 0) this.passages.drained(node, nowUs);
		sharing.share(node, workers, nowUs);
	}

	/** The whole length of a service that is decided now. @param others other requests in service at the node */
	protected lengthAtStart(attempt: number, node: number, us: number, others: number, nowUs: number): number {
		const length = Math.floor(this.laws.settle(attempt, node, us, others, nowUs) * this.stretch[node] + 0.5);
		if (this.laws.failedByFault) this.callers.failedByFault(attempt);
		return length;
	}

	/** Requests in service at a node whose workers each serve one; workers that answer rejections serve none. */
	protected inService(node: number): number {
		return this.busy[node] - this.rejections.workersOf(node);
	}

	protected startRejection(node: number, nowUs: number): void {
		this.rejections.start(node, nowUs);
		const doneUs = nowUs + this.nodes.groupOf(node).rejectCostUs;
		this.queue.book(doneUs, RANK.server, EVENT.rejectionDone, node, 0);
	}

	/** Newest first: always (lifo), or while the node is overloaded (adaptive-lifo). */
	protected takesNewest(node: number): boolean {
		const group = this.nodes.groupOf(node);
		if (group.discipline === 'lifo') return true;
		if (group.discipline !== 'adaptive-lifo') return false;
		return this.lines.length[node] > group.lifoAbove || this.codel.isOverloaded(node);
	}

	/** A service has ended: its answer leaves, where anybody wants it. */
	protected complete(attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		if (this.isCutOff(node)) {
			this.callers.failedByFault(attempt);
			this.leave(attempt, this.unheardFate(attempt));
		} else if (attempts.waiting[attempt] === 0 && !this.callers.acceptsLate(attempt)) {
			this.leave(attempt, this.servedFate(attempt));
		} else if (this.network.instant) {
			this.recorder.attemptFate(attempts.edgePlace[attempt], this.servedFate(attempt));
			this.handOver(attempt, attempts.answer[attempt], nowUs);
		} else {
			attempts.served[attempt] = 1;
			this.sendAnswer(attempt, nowUs);
		}
	}
}
