// HOT PATH: runs once per attempt where it applies; allocates nothing until the table doubles.
/**
 * Look-ahead: at an edge that serves oldest first and that nothing can disturb, an attempt's whole stay is known when it
 * is admitted. It starts when a worker is free of all that came before, ends one service later, and whether the client
 * will still be waiting then is a comparison. Nobody has to be told, so nothing is booked: the stay is written down,
 * and counted once it is over. `canLookAhead` says which worlds are like that; everywhere else `admission.ts` goes from event
 * to event, with the same result.
 */
import { wider } from '../../../../kernel/row-pool.js';
import type { Recorder } from '../../../../metrics/recording/recorder.js';
import type { TimeoutRings } from '../../time/timeout-rings.js';
import type { FirstPassages } from '../first-passages.js';
import type { NodeTable } from '../node-table.js';
import { WorkerHeaps } from './worker-heaps.js';

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
/** `asRetry(place)` for a retry, whose request has failed before */
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

/** The place of a retry: below 0, so that it differs from that of a first attempt. */
export const asRetry = (place: number): number => -1 - place;
export const isRetryPlace = (place: number): boolean => place < 0;
/** The place that `asRetry` was given. */
const placeOfRetry = asRetry;

/** One attempt at its node. */
export interface Stay {
	sentUs: number;
	startUs: number;
	endUs: number;
	/** when the client stops waiting without an answer; Infinity where the answer is in time */
	leftUs: number;
	/** place of the client; `asRetry` of it for a retry */
	clientPlace: number;
	edgePlace: number;
}

export class FifoLookahead {
	/** stays counted so far: each would have been an event */
	counted = 0;
	/** attempts that had to wait, and those of them that have started */
	readonly flow = new Float64Array(2);
	/** requests that wait for an answer in time, those counted late included: at least as many as there are */
	openAtMost = 0;
	private readonly state: Int32Array;
	private readonly workers: WorkerHeaps;
	private readonly classes: number;
	/** one record for all that `each` shows */
	private readonly shown: Stay = { sentUs: 0, startUs: 0, endUs: 0, leftUs: 0, clientPlace: 0, edgePlace: 0 };

	/** a stay is known by the index of its first cell */
	private stays = new Float64Array(FIRST_CAPACITY * CELLS);
	private free = NONE;
	private used = 0;
	/** instant of the last `settle`: another one at the same instant would find nothing more */
	private settledUs = Number.NEGATIVE_INFINITY;

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
		this.workers = new WorkerHeaps(workers);
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
		return state[at + WAITING] < state[at + LIMIT] || this.workers.earliestUs(state[at + FIRST_WORKER]) <= nowUs;
	}

	/** Admits an attempt to a node that has room. @returns when its service ends */
	admit(node: number, requestClass: number, nowUs: number): number {
		const at = node * STATE;
		const first = this.state[at + FIRST_WORKER];
		const freeUs = this.workers.earliestUs(first);
		if (freeUs < nowUs) this.workers.endIdle(first, nowUs);
		const startUs = Math.max(freeUs, nowUs);
		const endUs = startUs + this.nodes.service.draw(node * this.classes + requestClass);
		this.workers.take(first, this.state[at + WORKERS], endUs);
		const cell = this.lend();
		const { stays } = this;
		stays[cell + SENT] = nowUs;
		stays[cell + START] = startUs;
		stays[cell + END] = endUs;
		this.append(at, cell, startUs > nowUs);
		if (
			this.state[at + LIMIT] === 0
				? this.workers.allTaken(first, this.state[at + WORKERS], endUs, nowUs)
				: this.state[at + WAITING] === this.state[at + LIMIT]
		)
			this.passages.full(node, nowUs);
		return endUs;
	}

	/** The stay admitted last ends in time, and its request well. @param place of the client; `asRetry(place)` for a retry */
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

	/** Stays that have not started, as of the last `settle`. */
	get waiting(): number {
		let sum = 0;
		for (let at = 0; at < this.state.length; at += STATE) sum += this.state[at + WAITING];
		return sum;
	}

	/** Requests whose attempt will time out. */
	get waitedUntilTimeout(): number {
		return this.rings.size;
	}

	/** Requests that wait for an answer in time. */
	openAt(nowUs: number): number {
		let open = 0;
		this.eachCell((cell) => {
			if (this.stays[cell + LEFT] === NEVER && this.stays[cell + END] > nowUs) open++;
		});
		return open;
	}

	/** Busy-worker time up to now, by the gaps between services: the audit's second opinion. */
	busyAreaUs(nowUs: number): number {
		return this.workers.busyAreaUs(nowUs);
	}

	/** Counts every stay that ended before `nowUs`, also those behind one that has not. */
	settle(nowUs: number): void {
		if (nowUs === this.settledUs) return;
		this.settledUs = nowUs;
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

	/** Stays that are not counted yet. @returns how many there are, and how many end in time */
	tally(): { readonly all: number; readonly inTime: number } {
		const { state, stays } = this;
		let all = 0;
		let inTime = 0;
		for (let at = 0; at < state.length; at += STATE) {
			for (let cell = state[at + HEAD]; cell !== NONE; cell = stays[cell + NEXT]) {
				all++;
				if (stays[cell + LEFT] === NEVER) inTime++;
			}
		}
		return { all, inTime };
	}

	/** Shows every stay that is not counted yet, in one record that is used again for the next. */
	each(see: (stay: Readonly<Stay>) => void): void {
		const { stays, shown } = this;
		this.eachCell((cell) => {
			shown.sentUs = stays[cell + SENT];
			shown.startUs = stays[cell + START];
			shown.endUs = stays[cell + END];
			shown.leftUs = stays[cell + LEFT];
			shown.clientPlace = stays[cell + PLACE];
			shown.edgePlace = stays[cell + EDGE_PLACE];
			see(shown);
		});
	}

	private eachCell(see: (cell: number) => void): void {
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
		if (isRetryPlace(place)) recorder.answeredAgain(placeOfRetry(place), stays[cell + BORN], sentUs, endUs);
		else recorder.answeredAtOnce(place, sentUs, endUs);
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
