// HOT PATH: runs once per event; allocates nothing.
/**
 * Service at the edge: a worker takes an attempt, works on it, and takes the next; a change may fail it or make it slow, and
 * a fault may cut it off.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { DISPOSITION as DISPOSITIONS, OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import type { NodeGroup } from '../../../model/node-group.js';
import type { World } from '../../../model/world.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import { type Attempts, FAILED_BY as FAILURES, STAGE as STAGES } from '../tables/attempts.js';
import { type Answers, TURNED_AWAY } from './answers.js';
import type { CodelStates } from './codel.js';
import { GUARD as GUARDS } from './node-flags.js';
import type { NodeState } from './node-state.js';
import type { NodeTable } from './node-table.js';
import { NOBODY_DONE, type ProcessorSharing } from './processor-sharing.js';
import type { WaitingLines } from './queues.js';
import type { ServiceLaws } from './service-time.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const DISPOSITION = DISPOSITIONS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const GUARD = GUARDS;
const FAILED_BY = FAILURES;

/** What service needs of the rest of a run. */
export interface ServiceParts {
	readonly world: World;
	readonly state: NodeState;
	readonly attempts: Attempts;
	readonly queue: EventQueue;
	readonly recorder: Recorder;
	readonly answers: Answers;
	readonly laws: ServiceLaws;
	readonly sharing: ProcessorSharing | null;
	readonly codel: CodelStates;
	readonly fullReply: Uint8Array;
}

export class NodeService {
	private readonly nodes: NodeTable;
	private readonly state: NodeState;
	private readonly attempts: Attempts;
	private readonly queue: EventQueue;
	private readonly recorder: Recorder;
	private readonly answers: Answers;
	private readonly laws: ServiceLaws;
	private readonly sharing: ProcessorSharing | null;
	private readonly codel: CodelStates;
	private readonly fullReply: Uint8Array;
	/** columns of the state, held here as well: each look at one is a load less */
	private readonly busy: Int32Array;
	private readonly guard: Int32Array;
	private readonly lines: WaitingLines;
	private readonly classes: number;
	/** 1: oldest first, no CoDel, nothing dropped at dequeue, rejections are free */
	private readonly plain: Uint8Array;
	/** some change may fail or shed attempts: only then the node's answers are looked at for it */
	private readonly changesMayFail: boolean;
	/** some fault changes the speed of workers: only then the work that is left is kept */
	private readonly speedsChange: boolean;

	constructor({ world, ...parts }: ServiceParts) {
		this.state = parts.state;
		this.nodes = parts.state.nodes;
		this.attempts = parts.attempts;
		this.queue = parts.queue;
		this.recorder = parts.recorder;
		this.answers = parts.answers;
		this.laws = parts.laws;
		this.sharing = parts.sharing;
		this.codel = parts.codel;
		this.fullReply = parts.fullReply;
		this.busy = parts.state.busy;
		this.guard = parts.state.guard;
		this.lines = parts.state.lines;
		this.classes = world.classes.length;
		this.plain = Uint8Array.from(this.nodes.group, (g) => (isPlain(world.groups[g]) ? 1 : 0));
		this.changesMayFail = world.changes.length > 0;
		this.speedsChange = world.faults.some((f) => f.effect.kind === 'speed');
	}

	/** A worker that is taken already starts to serve. */
	begin(attempt: number, node: number, waitedUs: number, nowUs: number): void {
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
			if (this.changesMayFail) attempts.failedBy[attempt] = FAILED_BY.nothing;
			if ((guard & GUARD.atStart) !== 0) {
				attempts.workLeftUs[attempt] = us;
				us = this.lengthAtStart(attempt, node, this.state.inService(node) - 1, nowUs);
			}
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

	/** A service ends, unless it was cut or its end was moved. */
	finish(attempt: number, run: number, nowUs: number): void {
		const { attempts } = this;
		if (attempts.run[attempt] !== run) return;
		const node = attempts.node[attempt];
		this.state.resize(node, -1, nowUs);
		const sinceUs = attempts.sinceUs[attempt];
		this.recorder.served(attempts.edgePlace[attempt], sinceUs, this.answers.wastedFromUs(attempt, sinceUs), nowUs);
		if (this.changesMayFail && attempts.failedBy[attempt] === FAILED_BY.change) this.laws.noteError(nowUs);
		this.answers.complete(attempt, node, nowUs);
		// The worker is handed on to whoever waits.
		if (this.plain[node] === 1 && this.lines.length[node] !== 0) this.beginOldest(node, nowUs);
		else {
			this.state.freeWorker(node, nowUs);
			if (this.plain[node] === 0) this.next(node, nowUs);
		}
	}

	/** Some attempt may be done at a node that shares its workers. */
	checkShared(node: number, stamp: number, nowUs: number): void {
		if (this.sharing === null) return;
		const attempt = this.sharing.next(node, stamp, nowUs);
		if (attempt === NOBODY_DONE) return;
		this.state.resize(node, -1, nowUs);
		this.sharing.leave(attempt, node, this.attempts.answer[attempt] !== OUTCOME.ok, nowUs);
		if (this.attempts.failedBy[attempt] === FAILED_BY.change) this.laws.noteError(nowUs);
		this.answers.complete(attempt, node, nowUs);
		this.shareOut(this.sharing, node, nowUs);
	}

	/** A worker has answered a rejection. */
	rejectionDone(node: number, nowUs: number): void {
		const ended = this.state.rejections.end(node);
		if (ended === null) return;
		this.state.freeWorker(node, nowUs);
		this.recorder.rejecting(ended.place, ended.startUs, nowUs);
		this.next(node, nowUs);
	}

	/** A crash: nobody answers the rejections that were due, and those under way end. */
	forgetRejections(node: number, nowUs: number): void {
		for (const { place, startUs } of this.state.rejections.forget(node)) {
			this.state.freeWorker(node, nowUs);
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
			if (this.state.rejections.anyWaiting(node)) {
				this.startRejection(node, nowUs);
				this.state.takeWorker(node, nowUs);
				continue;
			}
			if (this.lines.length[node] === 0) return;
			const attempt = this.takesNewest(node) ? this.lines.newest(node) : this.lines.oldest(node);
			const waitedUs = nowUs - this.attempts.sinceUs[attempt];
			this.state.leaveLine(attempt, node, nowUs);
			// Also the wait of what is dropped tells CoDel how long the line is.
			const sheds = group.codel !== null && this.codel.sheds(group.codel, node, waitedUs, nowUs);
			if (group.abandoned === 'drop-at-dequeue' && nowUs >= this.attempts.deadlineUs[attempt]) {
				this.state.resize(node, -1, nowUs);
				this.answers.leave(attempt, DISPOSITION.droppedAtDequeue);
			} else if (sheds) {
				this.state.resize(node, -1, nowUs);
				this.answers.answerHeld(attempt, TURNED_AWAY.shed, this.fullReply[node], nowUs);
			} else {
				this.state.takeWorker(node, nowUs);
				this.begin(attempt, node, waitedUs, nowUs);
			}
		}
	}

	/** Frees the worker of a service that is cut short. */
	cutService(attempt: number, node: number, wastedFromUs: number, nowUs: number): void {
		this.state.resize(node, -1, nowUs);
		const sinceUs = this.attempts.sinceUs[attempt];
		if (this.sharing !== null && this.nodes.shares[node] === 1) {
			this.sharing.leave(attempt, node, wastedFromUs <= sinceUs, nowUs);
			this.share(this.sharing, node, nowUs);
			return;
		}
		this.attempts.run[attempt]++;
		this.state.freeWorker(node, nowUs);
		this.recorder.served(this.attempts.edgePlace[attempt], sinceUs, wastedFromUs, nowUs);
	}

	/** Books the end of a service from the work that is left at the node's present speed; at speed 0 it just holds. */
	bookFinish(attempt: number, node: number, nowUs: number): void {
		const speed = this.state.pace[node];
		this.attempts.workedUs[attempt] = nowUs;
		const run = ++this.attempts.run[attempt];
		if (speed === 0) return;
		const endUs = nowUs + Math.floor(this.attempts.workLeftUs[attempt] / speed + 0.5);
		this.queue.book(endUs, RANK.server, EVENT.finish, attempt, run);
	}

	/** All that a node holds shares the workers that answer no rejections. */
	share(sharing: ProcessorSharing, node: number, nowUs: number): void {
		const { state } = this;
		const rejecting = state.rejections.workersOf(node);
		const workers = this.nodes.workers[node] - rejecting;
		const held = sharing.held(node);
		const busy = rejecting + Math.min(held, workers);
		while (this.busy[node] < busy) state.takeWorker(node, nowUs);
		while (this.busy[node] > busy) state.freeWorker(node, nowUs);
		this.lines.length[node] = Math.max(0, held - workers);
		if (held <= workers && state.passages.awaited[node] !== 0) state.passages.drained(node, nowUs);
		sharing.share(node, workers, nowUs);
	}

	/**
	 * The whole length of a service that is decided now; its class's own law has left a length in `attempts.workLeftUs`.
	 * @param others other requests in service at the node
	 */
	lengthAtStart(attempt: number, node: number, others: number, nowUs: number): number {
		const settledUs = this.laws.settle(attempt, node, others, nowUs);
		if (this.attempts.failedBy[attempt] === FAILED_BY.fault) this.answers.callers.failedByFault(attempt);
		return Math.floor(settledUs * this.state.stretch[node] + 0.5);
	}

	private beginOldest(node: number, nowUs: number): void {
		const attempt = this.lines.oldest(node);
		const waitedUs = nowUs - this.attempts.sinceUs[attempt];
		this.state.leaveLine(attempt, node, nowUs);
		this.begin(attempt, node, waitedUs, nowUs);
	}

	/** A worker of a node that shares them may be free: rejections to answer take it first, the others share what is left. */
	private shareOut(sharing: ProcessorSharing, node: number, nowUs: number): void {
		const { rejections } = this.state;
		const workers = this.nodes.workers[node];
		this.share(sharing, node, nowUs);
		for (let free = true; free && rejections.anyWaiting(node); free = this.busy[node] < workers) {
			if (rejections.workersOf(node) === workers) return;
			this.startRejection(node, nowUs);
			this.share(sharing, node, nowUs);
		}
	}

	private startRejection(node: number, nowUs: number): void {
		this.state.rejections.start(node, nowUs);
		const doneUs = nowUs + this.nodes.groupOf(node).rejectCostUs;
		this.queue.book(doneUs, RANK.server, EVENT.rejectionDone, node, 0);
	}

	/** Newest first: always (lifo), or while the node is overloaded (adaptive-lifo). */
	private takesNewest(node: number): boolean {
		const group = this.nodes.groupOf(node);
		if (group.discipline === 'lifo') return true;
		if (group.discipline !== 'adaptive-lifo') return false;
		return this.lines.length[node] > group.lifoAbove || this.codel.isOverloaded(node);
	}
}

function isPlain(group: NodeGroup): boolean {
	const oldestFirst = group.discipline === 'fifo' || group.discipline === 'priority';
	return oldestFirst && group.codel === null && group.abandoned !== 'drop-at-dequeue' && group.rejectCostUs === 0;
}
