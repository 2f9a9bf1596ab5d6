// HOT PATH: runs once per attempt where it applies; allocates nothing until the table doubles.
/**
 * Foresight: at an edge that serves oldest first and that nothing can disturb, an attempt's whole stay is known when it
 * is admitted. It starts when a worker is free of all that came before, ends one service later, and whether the client
 * will still be waiting then is a comparison. Nobody has to be told, so nothing is booked: the stay is written down,
 * and counted once it is over. `foreseeable` says which worlds are like that; everywhere else `admission.ts` goes from event
 * to event, with the same result.
 */
import { wider } from '../../../kernel/row-pool.js';
import type { OpenWaits } from '../../../metrics/recording/open-waits.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { TimeoutRings } from '../time/timeout-rings.js';
import type { FirstPassages } from './first-passages.js';
import type { NodeTable } from './node-table.js';

const NONE = -1;
const NEVER = Number.POSITIVE_INFINITY;
const FIRST_CAPACITY = 1024;

/** Cells of a stay: a row is one cache line. */
const CELLS = 8;
const SENT = 0;
const START = 1;
const END = 2;
/** when the client stops waiting without an answer; NEVER where the answer is in time */
const LEFT = 3;
const BORN = 4;
/** `again(place)` for a retry, whose request has failed before */
const PLACE = 5;
const EDGE_PLACE = 6;
/** the next stay at the same node, or the next free one */
const NEXT = 7;

/** Cells of a node: half a cache line. */
const STATE = 8;
/** oldest stay that has not been counted, newest stay, oldest stay that has not started */
const HEAD = 0;
const TAIL = 1;
const LINE = 2;
/** stays that have not started */
const WAITING = 3;
const LIMIT = 4;
/** first cell of its workers, and their number */
const FIRST_WORKER = 5;
const WORKERS = 6;
const UNLIMITED = 2 ** 31 - 1;

/** Marks the place of a retry, and gives the place behind the mark. */
export const again = (place: number): number => -1 - place;

/** What is under way, of what was foreseen. */
export interface LookaheadCounts {
	/** requests that wait for an answer in time */
	readonly open: number;
	/** attempts that somebody waits for, in vain or not */
	readonly waited: number;
	readonly atEdge: number;
	readonly queued: number;
}

export class FifoLookahead {
	/** stays counted so far: each would have been an event */
	counted = 0;
	/** attempts that had to wait, and those of them that have started */
	readonly flow = new Float64Array(2);
	/** requests that wait for an answer in time, those counted late included: at least as many as there are */
	openAtMost = 0;
	private readonly state: Int32Array;
	/** when each worker is free, a heap per node: its first cell is the earliest */
	private readonly freeUs: Float64Array;
	/** [0]: time that workers stood idle before they were taken again */
	private readonly idleUs = new Float64Array(1);
	private readonly classes: number;

	/** a stay is known by the index of its first cell */
	private stays = new Float64Array(FIRST_CAPACITY * CELLS);
	private free = NONE;
	private used = 0;

	constructor(
		private readonly nodes: NodeTable,
		private readonly recorder: Recorder,
		/** hold the requests that wait in vain */
		private readonly rings: TimeoutRings,
		private readonly passages: FirstPassages,
	) {
		this.classes = nodes.world.classes.length;
		this.state = new Int32Array(nodes.count * STATE);
		let workers = 0;
		for (let node = 0; node < nodes.count; node++) {
			const at = node * STATE;
			this.state.fill(NONE, at, at + WAITING);
			this.state[at + LIMIT] = Math.min(nodes.queueLimit[node], UNLIMITED);
			this.state[at + FIRST_WORKER] = workers;
			this.state[at + WORKERS] = nodes.workers[node];
			workers += nodes.workers[node];
		}
		this.freeUs = new Float64Array(workers);
	}

	/** stays ever held at once */
	get rows(): number {
		return this.used / CELLS;
	}

	/** Whether the node has a worker or a waiting place for an attempt that arrives now. */
	hasRoom(node: number, nowUs: number): boolean {
		const { state, stays } = this;
		const at = node * STATE;
		const line = state[at + LINE];
		if (line !== NONE && stays[line + START] <= nowUs) this.startUntil(at, nowUs);
		const head = state[at + HEAD];
		if (head !== NONE && stays[head + END] <= nowUs) this.countUntil(at, nowUs);
		return state[at + WAITING] < state[at + LIMIT] || this.freeUs[state[at + FIRST_WORKER]] <= nowUs;
	}

	/** Admits an attempt to a node that has room. @returns when its service ends */
	admit(node: number, requestClass: number, nowUs: number): number {
		const at = node * STATE;
		const first = this.state[at + FIRST_WORKER];
		const freeUs = this.freeUs[first];
		if (freeUs < nowUs) this.idleUs[0] += nowUs - freeUs;
		const startUs = Math.max(freeUs, nowUs);
		const endUs = startUs + this.nodes.service.draw(node * this.classes + requestClass);
		this.take(first, this.state[at + WORKERS], endUs);
		const cell = this.lend();
		const { stays } = this;
		stays[cell + SENT] = nowUs;
		stays[cell + START] = startUs;
		stays[cell + END] = endUs;
		this.append(at, cell, startUs > nowUs);
		if (
			this.state[at + LIMIT] === 0
				? this.allTaken(at, endUs, nowUs)
				: this.state[at + WAITING] === this.state[at + LIMIT]
		)
			this.passages.full(node, nowUs);
		return endUs;
	}

	/** The stay admitted last ends in time, and its request well. @param place of the client; `again(place)` for a retry */
	inTime(node: number, bornUs: number, place: number, edgePlace: number): void {
		const { stays } = this;
		const cell = this.state[node * STATE + TAIL];
		stays[cell + LEFT] = NEVER;
		stays[cell + BORN] = bornUs;
		stays[cell + PLACE] = place;
		stays[cell + EDGE_PLACE] = edgePlace;
		this.openAtMost++;
	}

	/** Nobody will be waiting any more when the stay admitted last ends. */
	late(node: number, leftUs: number, edgePlace: number): void {
		const cell = this.state[node * STATE + TAIL];
		this.stays[cell + LEFT] = leftUs;
		this.stays[cell + EDGE_PLACE] = edgePlace;
	}

	/** Whether somebody waits at a node just before `nowUs`. */
	waits(node: number, nowUs: number): boolean {
		this.startUntil(node * STATE, nowUs - 1);
		return this.state[node * STATE + WAITING] > 0;
	}

	/** What is under way just before `nowUs`; everything that ended earlier is counted. */
	countsAt(nowUs: number): LookaheadCounts {
		let open = 0;
		let atEdge = 0;
		let queued = 0;
		this.settle(nowUs);
		for (let at = 0; at < this.state.length; at += STATE) queued += this.state[at + WAITING];
		this.each((cell) => {
			atEdge++;
			if (this.stays[cell + LEFT] === NEVER) open++;
		});
		return { open, waited: open + this.rings.size, atEdge, queued };
	}

	/** Requests that wait for an answer in time. */
	openAt(nowUs: number): number {
		let open = 0;
		this.each((cell) => {
			if (this.stays[cell + LEFT] === NEVER && this.stays[cell + END] > nowUs) open++;
		});
		return open;
	}

	/** Sees the first attempts that will be answered in time: when each was sent, and the place of its client. */
	eachOpenFirst(see: (sentUs: number, place: number) => void): void {
		this.each((cell) => {
			const place = this.stays[cell + PLACE];
			if (this.stays[cell + LEFT] === NEVER && place >= 0) see(this.stays[cell + SENT], place);
		});
	}

	/** Cuts what is under way at the end of the run. @param waits are told what waits still @returns service time cut, from `fromUs` on */
	cut(fromUs: number, nowUs: number, waits: OpenWaits): number {
		let underWayUs = 0;
		this.settle(nowUs);
		this.each((cell) => {
			const { stays, recorder } = this;
			const place = stays[cell + EDGE_PLACE];
			const startUs = stays[cell + START];
			if (startUs >= nowUs) {
				waits.add(place, stays[cell + SENT]);
				return;
			}
			recorder.startedBefore(place, stays[cell + SENT], startUs);
			recorder.servedUntilHorizon(place, startUs, nowUs);
			underWayUs += nowUs - Math.max(fromUs, startUs);
		});
		return underWayUs;
	}

	/** Busy-worker time up to now, by the gaps between services: the audit's second opinion. */
	busyAreaUs(nowUs: number): number {
		const standingIdleUs = this.freeUs.reduce((sum, us) => sum + Math.max(0, nowUs - us), 0);
		return this.freeUs.length * nowUs - this.idleUs[0] - standingIdleUs;
	}

	/** Counts every stay that ended before `nowUs`, also those behind one that has not. */
	private settle(nowUs: number): void {
		for (let at = 0; at < this.state.length; at += STATE) {
			// A stay that starts now has not started: what happens at `nowUs` itself is still to come.
			this.startUntil(at, nowUs - 1);
			let before = NONE;
			let cell = this.state[at + HEAD];
			while (cell !== NONE) {
				const next = this.stays[cell + NEXT];
				if (this.stays[cell + END] < nowUs) {
					this.count(cell);
					this.unlink(at, before, cell);
				} else before = cell;
				cell = next;
			}
		}
	}

	private each(see: (cell: number) => void): void {
		for (let at = 0; at < this.state.length; at += STATE) {
			for (let cell = this.state[at + HEAD]; cell !== NONE; cell = this.stays[cell + NEXT]) see(cell);
		}
	}

	private startUntil(at: number, nowUs: number): void {
		const { state, stays } = this;
		let cell = state[at + LINE];
		let last = NONE;
		let started = 0;
		while (cell !== NONE && stays[cell + START] <= nowUs) {
			started++;
			last = cell;
			cell = stays[cell + NEXT];
		}
		state[at + LINE] = cell;
		if (cell === NONE && last !== NONE) this.lineIsEmpty(at / STATE, stays[last + START]);
		// Those that found a free worker never waited, and are not in the line.
		state[at + WAITING] -= started;
		this.flow[1] += started;
	}

	private lineIsEmpty(node: number, sinceUs: number): void {
		if (this.passages.awaited[node] !== 0) this.passages.drained(node, sinceUs);
	}

	/** Counts the stays at the head that are over. One that lasts long keeps others behind it; `settle` passes it by. */
	private countUntil(at: number, nowUs: number): void {
		const { state, stays } = this;
		let cell = state[at + HEAD];
		while (cell !== NONE && stays[cell + END] <= nowUs) {
			this.count(cell);
			const next = stays[cell + NEXT];
			stays[cell + NEXT] = this.free;
			this.free = cell;
			cell = next;
		}
		state[at + HEAD] = cell;
		if (cell === NONE) state[at + TAIL] = NONE;
	}

	private count(cell: number): void {
		const { stays, recorder } = this;
		const sentUs = stays[cell + SENT];
		const endUs = stays[cell + END];
		const leftUs = stays[cell + LEFT];
		this.counted++;
		recorder.stayed(stays[cell + EDGE_PLACE], sentUs, stays[cell + START], endUs, leftUs);
		if (leftUs !== NEVER) return;
		this.openAtMost--;
		const place = stays[cell + PLACE];
		if (place >= 0) recorder.answeredAtOnce(place, sentUs, endUs);
		else recorder.answeredAgain(again(place), stays[cell + BORN], sentUs, endUs);
	}

	/** The attempt that was admitted last has taken the last worker; one that ends at once does not count as free meanwhile. */
	private allTaken(at: number, endUs: number, nowUs: number): boolean {
		const first = this.state[at + FIRST_WORKER];
		if (endUs > nowUs) return this.freeUs[first] > nowUs;
		const last = Math.min(2, this.state[at + WORKERS] - 1);
		for (let k = 1; k <= last; k++) if (this.freeUs[first + k] <= nowUs) return false;
		return true;
	}

	private append(at: number, cell: number, waits: boolean): void {
		const { state, stays } = this;
		const last = state[at + TAIL];
		stays[cell + NEXT] = NONE;
		if (last === NONE) state[at + HEAD] = cell;
		else stays[last + NEXT] = cell;
		state[at + TAIL] = cell;
		if (!waits) return;
		if (state[at + LINE] === NONE) state[at + LINE] = cell;
		state[at + WAITING]++;
		this.flow[0]++;
	}

	private unlink(at: number, before: number, cell: number): void {
		const next = this.stays[cell + NEXT];
		if (before === NONE) this.state[at + HEAD] = next;
		else this.stays[before + NEXT] = next;
		if (next === NONE) this.state[at + TAIL] = before;
		this.stays[cell + NEXT] = this.free;
		this.free = cell;
	}

	/** The earliest worker is taken until `endUs`: its cell sinks to its place in the heap. */
	private take(first: number, workers: number, endUs: number): void {
		const { freeUs } = this;
		let hole = 0;
		for (;;) {
			let child = 2 * hole + 1;
			if (child >= workers) break;
			let childUs = freeUs[first + child];
			if (child + 1 < workers && freeUs[first + child + 1] < childUs) childUs = freeUs[first + ++child];
			if (childUs >= endUs) break;
			freeUs[first + hole] = childUs;
			hole = child;
		}
		freeUs[first + hole] = endUs;
	}

	private lend(): number {
		const cell = this.free;
		if (cell !== NONE) {
			this.free = this.stays[cell + NEXT];
			return cell;
		}
		if (this.used === this.stays.length) this.stays = wider(this.stays, 2 * this.used);
		this.used += CELLS;
		return this.used - CELLS;
	}
}
