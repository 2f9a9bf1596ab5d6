// HOT PATH: runs once per event; allocates nothing.
/**
 * The nodes of the edge as they are at one instant, what they count as workers are taken and freed and lines shrink, and how
 * a stay ends: with an answer, or without one. What the client does with an answer is behind `Callers`.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Streams } from '../../../kernel/random.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { DISPOSITION as FATES, OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import type { NodeGroup } from '../../../model/node-group.js';
import type { World } from '../../../model/world.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { Network } from '../network.js';
import { type Attempts, STAGE as STAGES } from '../tables/attempts.js';
import { Replies } from '../tables/replies.js';
import { CodelStates } from './codel.js';
import { FirstPassages } from './first-passages.js';
import { Shedding } from './load-shedding.js';
import { GUARD as GUARDS } from './node-flags.js';
import { NodeTable } from './node-table.js';
import { Versions } from './node-versions.js';
import { SystemSizes } from './number-in-system.js';
import { Sharing } from './processor-sharing.js';
import { WaitingLines } from './queues.js';
import { Rejections } from './rejection-work.js';
import { ServiceLaws } from './service-time.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const FATE = FATES;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const GUARD = GUARDS;

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

export abstract class EdgeNodes {
	callers!: Callers;
	readonly nodes: NodeTable;
	/** `lines.length` of a node that shares its workers is what it holds beyond them, the places that its limit counts */
	readonly lines: WaitingLines;
	readonly versions: Versions;
	readonly busy: Int32Array;
	readonly guard: Int32Array;
	/** by node: speed at which the work of services under way is done, and what the length of one that is decided now is times */
	readonly pace: Float64Array;
	readonly stretch: Float64Array;
	/** some change may fail or shed attempts: only then the node's answers are looked at for it */
	protected readonly changesMayFail: boolean;
	readonly laws: ServiceLaws;
	readonly passages: FirstPassages;
	/** some class fails by itself, so luck is looked at on every node */
	readonly classesFail: boolean;
	/** kept only where the scenario asks for it */
	readonly sizes: SystemSizes | null;
	/** joined and left a waiting line */
	readonly flow = new Float64Array(2);
	/** integral of busy workers over time, kept by level and not by interval: the audit's second opinion */
	readonly area = new Float64Array(2);
	protected busyInAll = 0;

	readonly rejections: Rejections;
	/** nodes that share their workers; null where none does */
	readonly sharing: Sharing | null;
	/** 1: oldest first, no CoDel, nothing dropped at dequeue, rejections are free */
	protected readonly plain: Uint8Array;
	/** 1: a full queue rejects, at no cost */
	protected readonly simplyRejects: Uint8Array;
	/** what whoever finds no place is answered, by node */
	readonly fullReply: Uint8Array;
	protected readonly codel: CodelStates;
	protected readonly shedding: Shedding;
	protected readonly classes: number;
	/** some fault changes the speed of workers: only then the work that is left is kept */
	protected readonly speedsChange: boolean;
	readonly replies = new Replies();
	/** attempts on their way to a node, by node */
	readonly enRoute: Int32Array;
	/** [node x classes + class]: the waiting line an attempt joins; one line only, unless the node serves by priority */
	protected readonly line: Int32Array;

	constructor(
		world: World,
		streams: Streams,
		protected readonly attempts: Attempts,
		protected readonly queue: EventQueue,
		protected readonly network: Network,
		protected readonly recorder: Recorder,
	) {
		this.nodes = new NodeTable(world, streams);
		this.classes = world.classes.length;
		this.speedsChange = world.faults.some((f) => f.effect.kind === 'speed');
		this.versions = new Versions(world, attempts, streams, this.replies);
		this.shedding = new Shedding(this.nodes, streams, this.replies);
		this.fullReply = Uint8Array.from(this.nodes.group, (g) => this.replies.numberOf(world.groups[g].fullReply));
		this.codel = new CodelStates(this.nodes.count);
		this.line = new Int32Array(this.nodes.count * this.classes);
		for (let at = 0; at < this.line.length; at++) {
			const { discipline } = this.nodes.groupOf(Math.floor(at / this.classes));
			if (discipline === 'priority') this.line[at] = world.classes[at % this.classes].priority;
		}
		this.lines = new WaitingLines(attempts, this.nodes.count, 1 + this.line.reduce((a, b) => Math.max(a, b), 0));
		this.busy = new Int32Array(this.nodes.count);
		this.enRoute = new Int32Array(this.nodes.count);
		this.pace = new Float64Array(this.nodes.count).fill(1);
		this.stretch = new Float64Array(this.nodes.count).fill(1);
		this.changesMayFail = world.changes.length > 0;
		this.passages = new FirstPassages(this.nodes);
		this.rejections = new Rejections(this.nodes.count);
		this.laws = new ServiceLaws(
			world,
			streams,
			attempts,
			this.nodes,
			this.versions,
			this.rejections,
			queue,
			this.replies,
		);
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

	/** The answer on its way reaches the client. */
	deliver(attempt: number, nowUs: number): void {
		const { attempts } = this;
		const outcome = attempts.answer[attempt];
		// Whoever was turned away has had a fate since then.
		if (attempts.served[attempt] === 1)
			this.recorder.attemptFate(attempts.edgePlace[attempt], this.servedFate(attempt));
		this.handOver(attempt, outcome, nowUs);
	}

	/** Ends an attempt's stay at the edge with no answer: whoever waits, waits for the timeout. */
	leave(attempt: number, fate: number): void {
		this.recorder.attemptFate(this.attempts.edgePlace[attempt], fate);
		this.attempts.stage[attempt] = STAGE.done;
		this.attempts.settle(attempt);
	}

	/** Answers with something other than service. @param reply number of what the answer says */
	turnAway(attempt: number, outcome: number, reply: number, fate: number, nowUs: number): void {
		const { attempts } = this;
		attempts.reply[attempt] = reply;
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

	/** Ends what a node holds with something other than service. Nothing crosses a cut: there, whoever waits, waits for the timeout. */
	answerHeld(attempt: number, outcome: number, reply: number, fate: number, nowUs: number): void {
		if (this.isCutOff(this.attempts.node[attempt])) {
			this.callers.failedByFault(attempt);
			this.leave(attempt, fate);
		} else this.turnAway(attempt, outcome, reply, fate, nowUs);
	}

	/** Takes an attempt out of its waiting line. */
	leaveLine(attempt: number, node: number, nowUs: number): void {
		this.lines.remove(node, this.line[node * this.classes + this.attempts.class[attempt]], attempt);
		this.flow[1]++;
		this.recorder.waited(this.attempts.edgePlace[attempt], this.attempts.sinceUs[attempt], nowUs);
		if (this.lines.length[node] === 0 && this.passages.awaited[node] !== 0) this.passages.drained(node, nowUs);
	}

	/** Attempts sent to the node that it has neither answered nor dropped; whoever answers a rejection has answered it before. */
	outstanding(node: number): number {
		return this.enRoute[node] + this.busy[node] - this.rejections.workersOf(node) + this.lines.length[node];
	}

	/** The node holds one attempt more, or one less: told where somebody asks for the distribution. */
	resize(node: number, by: 1 | -1, nowUs: number): void {
		if (this.sizes !== null) this.sizes.change(node, by, nowUs);
	}

	/** Busy-worker time up to now, by level. */
	busyAreaUs(nowUs: number): number {
		return this.area[0] + this.busyInAll * (nowUs - this.area[1]);
	}

	/** The workers of a node work at another speed from now on. */
	setSpeed(node: number, factor: number): void {
		const isFixed = factor > 0 && this.nodes.groupOf(node).serviceDecided !== 'progress';
		this.pace[node] = isFixed ? 1 : factor;
		this.stretch[node] = isFixed ? 1 / factor : 1;
	}

	protected isCutOff(node: number): boolean {
		return (this.guard[node] & GUARD.cutOff) !== 0;
	}

	/** Of a service whose answer will reach nobody. */
	protected unheardFate(attempt: number): number {
		return this.attempts.answer[attempt] === OUTCOME.ok ? FATE.servedLate : FATE.failed;
	}

	protected servedFate(attempt: number): number {
		if (this.attempts.answer[attempt] !== OUTCOME.ok) return FATE.failed;
		return this.attempts.waiting[attempt] === 1 ? FATE.servedInTime : FATE.servedLate;
	}

	/** From when on a service was for nobody: all of it where it failed. */
	protected wastedFromUs(attempt: number, sinceUs: number): number {
		if (this.attempts.answer[attempt] !== OUTCOME.ok) return sinceUs;
		return this.attempts.waiting[attempt] === 1 ? NEVER : this.attempts.leftUs[attempt];
	}

	/** The client has the answer. */
	protected handOver(attempt: number, outcome: number, nowUs: number): void {
		this.attempts.stage[attempt] = STAGE.done;
		if (this.attempts.waiting[attempt] === 1) this.callers.answered(attempt, outcome, nowUs);
		else {
			if (outcome === OUTCOME.ok) this.callers.answeredLate(attempt, nowUs);
			this.attempts.giveBack(attempt);
		}
	}

	protected sendAnswer(attempt: number, nowUs: number): void {
		this.attempts.stage[attempt] = STAGE.answering;
		const node = this.attempts.node[attempt];
		const atUs = nowUs + this.network.latencyUs(this.attempts.source[attempt], node);
		this.queue.book(atUs, RANK.client, EVENT.answer, attempt, this.attempts.generation[attempt]);
	}

	protected takeWorker(node: number, nowUs: number): void {
		this.area[0] += this.busyInAll * (nowUs - this.area[1]);
		this.area[1] = nowUs;
		this.busyInAll++;
		this.busy[node]++;
	}

	protected freeWorker(node: number, nowUs: number): void {
		this.area[0] += this.busyInAll * (nowUs - this.area[1]);
		this.area[1] = nowUs;
		this.busyInAll--;
		this.busy[node]--;
	}
}

function isPlain(group: NodeGroup): boolean {
	const oldestFirst = group.discipline === 'fifo' || group.discipline === 'priority';
	return oldestFirst && group.codel === null && group.abandoned !== 'drop-at-dequeue' && group.rejectCostUs === 0;
}
