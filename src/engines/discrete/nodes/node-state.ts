// HOT PATH: runs once per event; allocates nothing.
/**
 * The nodes of the edge as they are at one instant: busy workers, waiting lines, what is on its way to them, how fast they
 * work, and why an attempt cannot simply be admitted. It counts as workers are taken and freed and as lines shrink.
 */
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { World } from '../../../model/world.js';
import type { Attempts } from '../tables/attempts.js';
import { FirstPassages } from './first-passages.js';
import { GUARD as GUARDS } from './node-flags.js';
import type { NodeTable } from './node-table.js';
import { NumberInSystem } from './number-in-system.js';
import { WaitingLines } from './queues.js';
import { RejectionWork } from './rejection-work.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const GUARD = GUARDS;

export class NodeState {
	/** `lines.length` of a node that shares its workers is what it holds beyond them, the places that its limit counts */
	readonly lines: WaitingLines;
	readonly busy: Int32Array;
	/** bits of GUARD, by node */
	readonly guard: Int32Array;
	/** by node: speed at which the work of services under way is done, and what the length of one that is decided now is times */
	readonly pace: Float64Array;
	readonly stretch: Float64Array;
	/** attempts on their way to a node, by node */
	readonly enRoute: Int32Array;
	readonly rejections: RejectionWork;
	readonly passages: FirstPassages;
	/** kept only where the scenario asks for it */
	readonly numberInSystem: NumberInSystem | null;
	/** some class fails by itself, so failures are looked for on every node */
	readonly classesFail: boolean;
	/** joined and left a waiting line */
	readonly flow = new Float64Array(2);
	/** integral of busy workers over time, kept by level and not by interval: the audit's second opinion */
	private readonly area = new Float64Array(2);
	private busyInAll = 0;
	private readonly classes: number;
	/** [node x classes + class]: the waiting line an attempt joins; one line only, unless the node serves by priority */
	private readonly line: Int32Array;

	constructor(
		world: World,
		readonly nodes: NodeTable,
		private readonly attempts: Attempts,
		private readonly recorder: Recorder,
	) {
		const { count } = nodes;
		this.classes = world.classes.length;
		this.line = new Int32Array(count * this.classes);
		for (let at = 0; at < this.line.length; at++) {
			const { discipline } = nodes.groupOf(Math.floor(at / this.classes));
			if (discipline === 'priority') this.line[at] = world.classes[at % this.classes].priority;
		}
		this.lines = new WaitingLines(attempts, count, 1 + this.line.reduce((a, b) => Math.max(a, b), 0));
		this.busy = new Int32Array(count);
		this.enRoute = new Int32Array(count);
		this.pace = new Float64Array(count).fill(1);
		this.stretch = new Float64Array(count).fill(1);
		this.rejections = new RejectionWork(count);
		this.passages = new FirstPassages(nodes);
		this.numberInSystem = world.recordInSystem ? new NumberInSystem(nodes) : null;
		this.classesFail = world.classes.some((c) => c.errorProbability > 0);
		this.guard = Int32Array.from({ length: count }, (_, node) => guardAtFirst(nodes, node, this.classesFail));
	}

	takeWorker(node: number, nowUs: number): void {
		this.area[0] += this.busyInAll * (nowUs - this.area[1]);
		this.area[1] = nowUs;
		this.busyInAll++;
		this.busy[node]++;
	}

	freeWorker(node: number, nowUs: number): void {
		this.area[0] += this.busyInAll * (nowUs - this.area[1]);
		this.area[1] = nowUs;
		this.busyInAll--;
		this.busy[node]--;
	}

	/** Puts an attempt into its waiting line. */
	joinLine(attempt: number, node: number): void {
		this.lines.append(node, this.line[node * this.classes + this.attempts.class[attempt]], attempt);
		this.flow[0]++;
	}

	/** Takes an attempt out of its waiting line. */
	leaveLine(attempt: number, node: number, nowUs: number): void {
		this.lines.remove(node, this.line[node * this.classes + this.attempts.class[attempt]], attempt);
		this.flow[1]++;
		this.recorder.waited(this.attempts.edgePlace[attempt], this.attempts.sinceUs[attempt], nowUs);
		if (this.lines.length[node] === 0 && this.passages.awaited[node] !== 0) this.passages.drained(node, nowUs);
	}

	/** The node has neither a free worker nor a waiting place. */
	isFull(node: number): boolean {
		return this.busy[node] >= this.nodes.workers[node] && this.lines.length[node] >= this.nodes.queueLimit[node];
	}

	/** The node may have no place left. */
	noteIfFull(node: number, nowUs: number): void {
		if (this.isFull(node)) this.passages.full(node, nowUs);
	}

	/** Attempts sent to the node that it has neither answered nor dropped; whoever answers a rejection has answered it before. */
	outstanding(node: number): number {
		return this.enRoute[node] + this.inService(node) + this.lines.length[node];
	}

	/** Requests in service at a node whose workers each serve one; workers that answer rejections serve none. */
	inService(node: number): number {
		return this.busy[node] - this.rejections.workersOf(node);
	}

	/** The node holds one attempt more, or one less: counted where somebody asks for the distribution. */
	resize(node: number, by: 1 | -1, nowUs: number): void {
		if (this.numberInSystem !== null) this.numberInSystem.change(node, by, nowUs);
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

	isCutOff(node: number): boolean {
		return (this.guard[node] & GUARD.cutOff) !== 0;
	}

	/** Sets a bit of a node's guard, or clears it. */
	setGuard(node: number, bit: number, on: boolean): void {
		if (on) this.guard[node] |= bit;
		else this.guard[node] &= ~bit;
	}
}

/** What is in force at a node whatever happens in a run. */
function guardAtFirst(nodes: NodeTable, node: number, classesFail: boolean): number {
	const group = nodes.groupOf(node);
	let guard = 0;
	if (group.shed.length > 0) guard |= GUARD.shed;
	if (classesFail) guard |= GUARD.faulty;
	if (group.perInFlight > 0) guard |= GUARD.loadLaw;
	if (group.codel !== null) guard |= GUARD.codel;
	if (nodes.shares[node] === 1) guard |= GUARD.shares;
	return guard;
}
