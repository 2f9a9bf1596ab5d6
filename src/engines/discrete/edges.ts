// HOT PATH: runs once per event; allocates nothing.
/**
 * The edge's half of an attempt's life: admission, waiting, service, answer. What the client does with an answer is
 * behind `Callers`; what faults do to a node is in `mishaps.ts`.
 */
import type { EventQueue } from '../../kernel/event-queue.js';
import { RANK as RANKS } from '../../kernel/event-queue.js';
import type { Streams } from '../../kernel/random.js';
import type { Recorder } from '../../metrics/recorder.js';
import { FATE as FATES, OUTCOME as OUTCOMES } from '../../model/attempt.js';
import type { NodeGroup } from '../../model/edge.js';
import type { World } from '../../model/world.js';
import { type Attempts, STAGE as STAGES } from './attempts.js';
import { CodelStates } from './codel.js';
import { EVENT as EVENTS } from './events.js';
import { GUARD as GUARDS } from './guards.js';
import type { Network } from './network.js';
import { NodeTable } from './node-table.js';
import { Passages } from './passages.js';
import { Rejections } from './rejections.js';
import { ServiceLaws } from './service-laws.js';
import { Sharing } from './sharing.js';
import { Shedding } from './shedding.js';
import { SystemSizes } from './system-sizes.js';
import { Versions } from './versions.js';
import { WaitingLines } from './waiting-lines.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const FATE = FATES;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const GUARD = GUARDS;

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
	/** A change makes the client of this first attempt send more requests like it: `calls` in all. */
	multiplied(attempt: number, calls: number, nowUs: number): void;
}

const AT_ADMISSION = GUARD.crashed | GUARD.cutOff | GUARD.shed | GUARD.changed | GUARD.codel | GUARD.shares;
const AT_START = GUARD.changed | GUARD.coldStart | GUARD.slow | GUARD.faulty | GUARD.loadLaw;

const NEVER = Number.POSITIVE_INFINITY;

export class Edges {
	callers!: Callers;
	readonly nodes: NodeTable;
	/** `lines.length` of a node that shares its workers is what it holds beyond them, the places that its limit counts */
	readonly lines: WaitingLines;
	readonly versions: Versions;
	readonly busy: Int32Array;
	readonly guard: Int32Array;
	readonly speed: Float64Array;
	readonly laws: ServiceLaws;
	readonly passages: Passages;
	/** some class fails by itself, so luck is looked at on every node */
	readonly classesFail: boolean;
	/** kept only where the scenario asks for it */
	readonly sizes: SystemSizes | null;
	/** joined and left a waiting line */
	readonly flow = new Float64Array(2);
	/** integral of busy workers over time, kept by level and not by interval: the audit's second opinion */
	readonly area = new Float64Array(2);
	private busyInAll = 0;

	readonly rejections: Rejections;
	/** nodes that share their workers; null where none does */
	readonly sharing: Sharing | null;
	/** 1: oldest first, no CoDel, nothing dropped at dequeue, rejections are free */
	private readonly plain: Uint8Array;
	/** 1: a full queue rejects, at no cost */
	private readonly simplyRejects: Uint8Array;
	private readonly codel: CodelStates;
	private readonly shedding: Shedding;
	private readonly classes: number;
	/** some fault changes the speed of workers: only then the work that is left is kept */
	private readonly speedsChange: boolean;
	/** [node x classes + class]: the waiting line an attempt joins; one line only, unless the node serves by priority */
	private readonly line: Int32Array;

	constructor(
		world: World,
		streams: Streams,
		private readonly attempts: Attempts,
		private readonly queue: EventQueue,
		private readonly network: Network,
		private readonly recorder: Recorder,
	) {
		this.nodes = new NodeTable(world, streams);
		this.classes = world.classes.length;
		this.speedsChange = world.faults.some((f) => f.effect.kind === 'speed');
		this.versions = new Versions(world, attempts, streams);
		this.shedding = new Shedding(this.nodes, streams);
		this.codel = new CodelStates(this.nodes.count);
		this.line = new Int32Array(this.nodes.count * this.classes);
		for (let at = 0; at < this.line.length; at++) {
			const { discipline } = this.nodes.groupOf(Math.floor(at / this.classes));
			if (discipline === 'priority') this.line[at] = world.classes[at % this.classes].priority;
		}
		this.lines = new WaitingLines(attempts, this.nodes.count, 1 + this.line.reduce((a, b) => Math.max(a, b), 0));
		this.busy = new Int32Array(this.nodes.count);
		this.speed = new Float64Array(this.nodes.count).fill(1);
		this.passages = new Passages(this.nodes);
		this.laws = new ServiceLaws(world, streams, attempts, this.nodes, this.versions, queue);
		this.rejections = new Rejections(this.nodes.count);
		this.sharing = this.nodes.shares.includes(1) ? new Sharing(this.nodes, attempts, queue, recorder) : null;
		this.sizes = world.recordInSystem ? new SystemSizes(this.nodes) : null;
		this.simplyRejects = Uint8Array.from(this.nodes.group, (g) =>
			world.groups[g].onFull === 'reject' && world.groups[g].rejectCostUs === 0 ? 1 : 0,
		);
		this.plain = Uint8Array.from(this.nodes.group, (g) => (isPlain(world.groups[g]) ? 1 : 0));
		this.guard = new Int32Array(this.nodes.count);
		this.classesFail = world.classes.some((c) => c.errorProbability > 0);
		for (let node = 0; node < this.nodes.count; node++) {
			if (this.shedding.hasRules(node)) this.guard[node] |= GUARD.shed;
			if (this.classesFail) this.guard[node] |= GUARD.faulty;
			if (this.nodes.groupOf(node).perInFlight > 0) this.guard[node] |= GUARD.loadLaw;
			if (this.nodes.groupOf(node).codel !== null) this.guard[node] |= GUARD.codel;
			if (this.nodes.shares[node] === 1) this.guard[node] |= GUARD.shares;
		}
	}

	/** An attempt comes over the network. */
	reach(attempt: number, nowUs: number): void {
		if (this.attempts.stage[attempt] === STAGE.cancelledEnRoute) this.leave(attempt, FATE.cancelledQueued);
		else this.arrive(attempt, nowUs);
	}

	/** An attempt is at the door of its node. */
	arrive(attempt: number, nowUs: number): void {
		const node = this.attempts.node[attempt];
		if ((this.guard[node] & AT_ADMISSION) !== 0 && !this.passesGuards(attempt, node, nowUs)) return;
		if (this.busy[node] < this.nodes.workers[node]) {
			this.resize(node, 1, nowUs);
			this.takeWorker(node, nowUs);
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
			(this.guard[node] & AT_ADMISSION) === 0
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

	/** As the run begins: the node may have no place left. */
	noteIfFull(node: number, nowUs: number): void {
		const full = this.busy[node] >= this.nodes.workers[node] && this.lines.length[node] >= this.nodes.queueLimit[node];
		if (full) this.passages.full(node, nowUs);
	}

	/** A service ends, unless it was cut or its end was moved. */
	finish(attempt: number, run: number, nowUs: number): void {
		const { attempts } = this;
		if (attempts.run[attempt] !== run) return;
		const node = attempts.node[attempt];
		this.resize(node, -1, nowUs);
		const sinceUs = attempts.sinceUs[attempt];
		this.recorder.served(attempts.edgePlace[attempt], sinceUs, this.wastedFromUs(attempt, sinceUs), nowUs);
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

	/** The answer on its way reaches the client. */
	deliver(attempt: number, nowUs: number): void {
		const { attempts } = this;
		const outcome = attempts.answer[attempt];
		// Whoever was turned away has had a fate since then.
		if (attempts.served[attempt] === 1)
			this.recorder.attemptFate(attempts.edgePlace[attempt], this.servedFate(attempt));
		this.handOver(attempt, outcome, nowUs);
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
		if (this.network.instant) {
			this.cancel(attempt, this.attempts.generation[attempt], nowUs);
			return;
		}
		const atUs = nowUs + this.network.latencyUs(this.attempts.source[attempt], node);
		this.queue.book(atUs, RANK.server, EVENT.cancel, attempt, this.attempts.generation[attempt]);
	}

	/** A client's cancel reaches the node. */
	cancel(attempt: number, generation: number, nowUs: number): void {
		if (this.attempts.generation[attempt] !== generation) return;
		const node = this.attempts.node[attempt];
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
			if (group.codel !== null && this.codel.sheds(group.codel, node, waitedUs, nowUs)) {
				this.resize(node, -1, nowUs);
				this.turnAway(attempt, OUTCOME.shed, FATE.shed, nowUs);
			} else if (group.abandoned === 'drop-at-dequeue' && nowUs >= this.attempts.deadlineUs[attempt]) {
				this.resize(node, -1, nowUs);
				this.leave(attempt, FATE.droppedAtDequeue);
			} else {
				this.takeWorker(node, nowUs);
				this.begin(attempt, node, waitedUs, nowUs);
			}
		}
	}

	/** Ends an attempt's stay at the edge with no answer: whoever waits, waits for the timeout. */
	leave(attempt: number, fate: number): void {
		this.recorder.attemptFate(this.attempts.edgePlace[attempt], fate);
		this.attempts.stage[attempt] = STAGE.done;
		this.attempts.settle(attempt);
	}

	/** Answers with something other than service. */
	turnAway(attempt: number, outcome: number, fate: number, nowUs: number): void {
		const { attempts } = this;
		this.recorder.attemptFate(attempts.edgePlace[attempt], fate);
		if (this.network.instant || attempts.waiting[attempt] === 0) {
			attempts.stage[attempt] = STAGE.done;
			if (attempts.waiting[attempt] === 1) this.callers.answered(attempt, outcome, nowUs);
			else attempts.giveBack(attempt);
			return;
		}
		attempts.answer[attempt] = outcome;
		attempts.served[attempt] = 0;
		this.sendAnswer(attempt, nowUs);
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

	/** Takes an attempt out of its waiting line. */
	leaveLine(attempt: number, node: number, nowUs: number): void {
		this.lines.remove(node, this.line[node * this.classes + this.attempts.class[attempt]], attempt);
		this.flow[1]++;
		this.recorder.waited(this.attempts.edgePlace[attempt], this.attempts.sinceUs[attempt], nowUs);
		if (this.lines.length[node] === 0 && this.passages.wasFull[node] === 1) this.passages.drained(node, nowUs);
	}

	/** Books the end of a service from the work that is left at the node's present speed; at speed 0 it just holds. */
	bookFinish(attempt: number, node: number, nowUs: number): void {
		const speed = this.speed[node];
		this.attempts.workedUs[attempt] = nowUs;
		const run = ++this.attempts.run[attempt];
		if (speed === 0) return;
		const endUs = nowUs + Math.floor(this.attempts.workLeftUs[attempt] / speed + 0.5);
		this.queue.book(endUs, RANK.server, EVENT.finish, attempt, run);
	}

	/** The node holds one attempt more, or one less: told where somebody asks for the distribution. */
	resize(node: number, by: 1 | -1, nowUs: number): void {
		if (this.sizes !== null) this.sizes.change(node, by, nowUs);
	}

	/** Busy-worker time up to now, by level. */
	busyAreaUs(nowUs: number): number {
		return this.area[0] + this.busyInAll * (nowUs - this.area[1]);
	}

	private beginOldest(node: number, nowUs: number): void {
		const attempt = this.lines.oldest(node);
		const waitedUs = nowUs - this.attempts.sinceUs[attempt];
		this.leaveLine(attempt, node, nowUs);
		this.begin(attempt, node, waitedUs, nowUs);
	}

	/** A worker that is taken already starts to serve. */
	private begin(attempt: number, node: number, waitedUs: number, nowUs: number): void {
		const { attempts } = this;
		this.recorder.waitEnded(attempts.edgePlace[attempt], waitedUs);
		let us = this.nodes.service.draw(node * this.classes + attempts.class[attempt]);
		attempts.answer[attempt] = OUTCOME.ok;
		const guard = this.guard[node];
		if ((guard & AT_START) !== 0) us = this.laws.settle(attempt, node, us, this.busy[node] - 1, nowUs);
		attempts.stage[attempt] = STAGE.inService;
		attempts.sinceUs[attempt] = nowUs;
		if (this.speedsChange) {
			attempts.workLeftUs[attempt] = us;
			attempts.workedUs[attempt] = nowUs;
		}
		if ((guard & GUARD.slow) !== 0) this.bookFinish(attempt, node, nowUs);
		else this.queue.book(nowUs + us, RANK.server, EVENT.finish, attempt, ++attempts.run[attempt]);
	}

	/** An attempt joins the waiting line. */
	private wait(attempt: number, node: number, nowUs: number): void {
		this.resize(node, 1, nowUs);
		this.attempts.stage[attempt] = STAGE.queued;
		this.attempts.sinceUs[attempt] = nowUs;
		this.lines.append(node, this.line[node * this.classes + this.attempts.class[attempt]], attempt);
		this.flow[0]++;
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
		if ((this.guard[node] & AT_START) !== 0) {
			us = this.laws.settle(attempt, node, us, sharing.held(node), nowUs);
			if (this.laws.spoilt) attempts.spoilt[attempt] = 1;
		}
		attempts.stage[attempt] = STAGE.inService;
		attempts.sinceUs[attempt] = nowUs;
		sharing.enter(attempt, node, us, nowUs);
		this.share(sharing, node, nowUs);
	}

	/** A worker of a node that shares them may be free: rejections to answer take it first, the others share what is left. */
	private shareOut(sharing: Sharing, node: number, nowUs: number): void {
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
	private share(sharing: Sharing, node: number, nowUs: number): void {
		const rejecting = this.rejections.workersOf(node);
		const workers = this.nodes.workers[node] - rejecting;
		const held = sharing.held(node);
		const busy = rejecting + Math.min(held, workers);
		while (this.busy[node] < busy) this.takeWorker(node, nowUs);
		while (this.busy[node] > busy) this.freeWorker(node, nowUs);
		this.lines.length[node] = Math.max(0, held - workers);
		if (held <= workers && this.passages.wasFull[node] === 1) this.passages.drained(node, nowUs);
		sharing.share(node, workers, nowUs);
	}

	private startRejection(node: number, nowUs: number): void {
		this.rejections.start(node, nowUs);
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

	/** True when nothing but a full queue can turn the arriving attempt away; otherwise it has been dealt with. */
	private passesGuards(attempt: number, node: number, nowUs: number): boolean {
		const guard = this.guard[node];
		const group = this.nodes.groupOf(node);
		if ((guard & (GUARD.crashed | GUARD.cutOff)) !== 0) {
			const meets = (guard & GUARD.cutOff) !== 0 ? group.cutOff : group.crashed;
			if (meets === 'silent') this.leave(attempt, FATE.neverArrived);
			else this.turnAway(attempt, OUTCOME.refused, FATE.neverArrived, nowUs);
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
			if (this.shedding.sheds(node, classes[attempt], numbers[attempt], waiting, busy, nowUs)) {
				this.turnAway(attempt, OUTCOME.shed, FATE.shed, nowUs);
				return false;
			}
		}
		if (this.sharing === null || (guard & GUARD.shares) === 0) return true;
		this.join(this.sharing, attempt, node, nowUs);
		return false;
	}

	/** What a change does at the door: multiplies the calls of a first attempt, sheds, and marks what it will fail. */
	private passesChange(attempt: number, first: boolean, nowUs: number): boolean {
		const { failProbability, shedProbability, failOpen, calls } = this.versions;
		// The luck that decides failure is shared out: what the change sheds lies at its upper end.
		const shed = this.attempts.luck[attempt] >= 1 - shedProbability;
		const fails = this.attempts.luck[attempt] < failProbability && !failOpen;
		if (first && (shed || fails)) this.callers.failedByChange(attempt);
		if (first && calls !== 1) this.callers.multiplied(attempt, calls, nowUs);
		if (!shed) return true;
		this.laws.noteError(nowUs);
		this.turnAway(attempt, OUTCOME.shed, FATE.shed, nowUs);
		return false;
	}

	/** A service has ended: its answer leaves, where anybody wants it. */
	private complete(attempt: number, node: number, nowUs: number): void {
		const { attempts } = this;
		if ((this.guard[node] & GUARD.cutOff) !== 0) this.leave(attempt, FATE.lost);
		else if (attempts.waiting[attempt] === 0 && !this.callers.acceptsLate(attempt)) {
			this.leave(attempt, this.servedFate(attempt));
		} else if (this.network.instant) {
			this.recorder.attemptFate(attempts.edgePlace[attempt], this.servedFate(attempt));
			this.handOver(attempt, attempts.answer[attempt], nowUs);
		} else {
			attempts.served[attempt] = 1;
			this.sendAnswer(attempt, nowUs);
		}
	}

	private servedFate(attempt: number): number {
		if (this.attempts.answer[attempt] !== OUTCOME.ok) return FATE.failed;
		return this.attempts.waiting[attempt] === 1 ? FATE.servedInTime : FATE.servedLate;
	}

	/** From when on a service was for nobody: all of it where it failed. */
	private wastedFromUs(attempt: number, sinceUs: number): number {
		if (this.attempts.answer[attempt] !== OUTCOME.ok) return sinceUs;
		return this.attempts.waiting[attempt] === 1 ? NEVER : this.attempts.leftUs[attempt];
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

	private sendAnswer(attempt: number, nowUs: number): void {
		this.attempts.stage[attempt] = STAGE.answering;
		const node = this.attempts.node[attempt];
		const atUs = nowUs + this.network.latencyUs(this.attempts.source[attempt], node);
		this.queue.book(atUs, RANK.client, EVENT.answer, attempt, this.attempts.generation[attempt]);
	}

	private takeWorker(node: number, nowUs: number): void {
		this.area[0] += this.busyInAll * (nowUs - this.area[1]);
		this.area[1] = nowUs;
		this.busyInAll++;
		this.busy[node]++;
	}

	private freeWorker(node: number, nowUs: number): void {
		this.area[0] += this.busyInAll * (nowUs - this.area[1]);
		this.area[1] = nowUs;
		this.busyInAll--;
		this.busy[node]--;
	}

	private rejectFull(attempt: number, node: number, nowUs: number): void {
		const group = this.nodes.groupOf(node);
		this.passages.full(node, nowUs);
		if (group.onFull === 'silent') {
			this.leave(attempt, FATE.rejected);
			return;
		}
		if (group.rejectCostUs > 0) this.rejections.add(node, this.attempts.edgePlace[attempt]);
		this.turnAway(attempt, OUTCOME.rejected, FATE.rejected, nowUs);
	}
}

function isPlain(group: NodeGroup): boolean {
	const oldestFirst = group.discipline === 'fifo' || group.discipline === 'priority';
	return oldestFirst && group.codel === null && group.abandoned !== 'drop-at-dequeue' && group.rejectCostUs === 0;
}
