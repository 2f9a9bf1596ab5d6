// HOT PATH at nodes that share their workers: allocates nothing until a table grows.
/**
 * Processor sharing: all attempts in a node are served at once, each with min(1, workers / attempts) of a worker. In
 * virtual time, which is the work that an attempt present all along has been given, each attempt ends at a point that
 * its admission fixes, whoever comes and goes. So a heap of those points gives the next completion, and every event
 * costs O(log n).
 *
 * Virtual time is kept in fractions of a microsecond; only the instants at which services end are rounded, each to the
 * nearest whole one from the exact state, so that rounding errors never add up. While there is a worker for everybody
 * nothing is rounded: sharing is then first come, first served, event for event.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { Attempts } from '../tables/attempts.js';
import { CompletionHeaps } from './completion-heaps.js';
import type { NodeTable } from './node-table.js';
import { SharedWorkerTime } from './shared-worker-time.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const EVENT = EVENTS;
const NEVER = Number.POSITIVE_INFINITY;
/** No attempt at the node is done yet. */
export const NOBODY_DONE = -1;

export class ProcessorSharing {
	private readonly heaps: CompletionHeaps;
	private readonly time: SharedWorkerTime;
	/** by node: virtual time, us of work at unit speed, as of `atUs` */
	private readonly done: Float64Array;
	private readonly atUs: Float64Array;
	/** by node: workers that are shared, and their speed */
	private readonly workers: Float64Array;
	private readonly speed: Float64Array;
	/** by node: when it is looked at next, never later than its next completion, and the name of that event */
	private readonly nextCheckUs: Float64Array;
	private readonly checkStamp: Int32Array;

	constructor(
		private readonly nodes: NodeTable,
		attempts: Attempts,
		private readonly queue: EventQueue,
		recorder: Recorder,
	) {
		this.heaps = new CompletionHeaps(nodes.count);
		this.time = new SharedWorkerTime(nodes.count, attempts, recorder);
		this.done = new Float64Array(nodes.count);
		this.atUs = new Float64Array(nodes.count);
		this.workers = Float64Array.from(nodes.workers);
		this.speed = new Float64Array(nodes.count).fill(1);
		this.nextCheckUs = new Float64Array(nodes.count).fill(NEVER);
		this.checkStamp = new Int32Array(nodes.count);
	}

	/** Attempts in the node: all of them are in service. */
	held(node: number): number {
		return this.heaps.of(node).length;
	}

	/** An attempt is served from now on, until it has had `workUs` of work at unit speed. `share` must follow. */
	enter(attempt: number, node: number, workUs: number, nowUs: number): void {
		this.settle(node, nowUs);
		const alone = this.held(node) === 0;
		if (alone) this.done[node] = 0;
		this.time.come(node, attempt, alone);
		this.heaps.add(node, attempt, this.done[node] + workUs);
	}

	/** An attempt is served no longer, done or not. `share` must follow. @param forNobody all its service was wasted */
	leave(attempt: number, node: number, forNobody: boolean, nowUs: number): void {
		this.settle(node, nowUs);
		this.time.go(node, attempt, forNobody);
		this.heaps.remove(node, attempt);
	}

	/** The client of an attempt in the node stops waiting: from now on its service is wasted. */
	clientLeft(attempt: number, node: number, nowUs: number): void {
		this.countTime(node, nowUs);
		this.time.clientLeft(node, attempt);
	}

	/** So many workers share what the node holds from now on. */
	share(node: number, workers: number, nowUs: number): void {
		this.settle(node, nowUs);
		this.workers[node] = workers;
		this.bookCheck(node, nowUs);
	}

	/** The workers of a node work at another speed from now on; at 0 they hold what they have, and are busy with it. */
	setSpeed(node: number, speed: number, nowUs: number): void {
		this.settle(node, nowUs);
		this.speed[node] = speed;
		this.bookCheck(node, nowUs);
	}

	/** Looks at a node. @returns an attempt that is done, to be taken out by `leave`, or NOBODY_DONE */
	next(node: number, checkStamp: number, nowUs: number): number {
		if (this.checkStamp[node] !== checkStamp) return NOBODY_DONE;
		this.nextCheckUs[node] = NEVER;
		this.settle(node, nowUs);
		if (this.nextEndUs(node, nowUs) <= nowUs) return this.heaps.first(node);
		// An attempt came since this was booked, and all became slower.
		this.bookCheck(node, nowUs);
		return NOBODY_DONE;
	}

	/** A time bucket begins. */
	turn(nowUs: number): void {
		this.time.turn();
		for (let node = 0; node < this.nodes.count; node++) {
			if (this.held(node) === 0) continue;
			this.countTime(node, nowUs);
			this.time.mark(node, this.heaps.of(node));
		}
	}

	/** Cuts an attempt at the end of the run. @returns its worker time from `firstBucket` on, whole us */
	cut(attempt: number, node: number, firstBucket: number, nowUs: number): number {
		this.countTime(node, nowUs);
		return this.time.cut(node, attempt, firstBucket);
	}

	/** Gives everybody in the node the work of the time since it was last settled. */
	private settle(node: number, nowUs: number): void {
		const us = nowUs - this.atUs[node];
		this.atUs[node] = nowUs;
		const held = this.held(node);
		this.countTime(node, nowUs);
		if (us > 0 && held > 0) this.done[node] += ((us * Math.min(held, this.workers[node])) / held) * this.speed[node];
	}

	/** Counts worker time up to now. Who is done when must not depend on when somebody counts: no work is settled here. */
	private countTime(node: number, nowUs: number): void {
		const held = this.held(node);
		this.time.grow(node, held, Math.min(held, this.workers[node]), nowUs);
	}

	/** When the next attempt is done if nobody comes or goes; Infinity if none ever is. The node is settled. */
	private nextEndUs(node: number, nowUs: number): number {
		const left = this.heaps.firstEnd(node) - this.done[node];
		if (left === NEVER) return NEVER;
		// What rounding let run over its end, or ends together with the one before it, is done now.
		if (left <= 0) return nowUs;
		const held = this.held(node);
		const pace = (Math.min(held, this.workers[node]) / held) * this.speed[node];
		return pace === 0 ? NEVER : nowUs + Math.floor(left / pace + 0.5);
	}

	/** Books a check at the next completion, unless one comes before it anyhow. */
	private bookCheck(node: number, nowUs: number): void {
		const endUs = this.nextEndUs(node, nowUs);
		if (endUs >= this.nextCheckUs[node]) return;
		this.nextCheckUs[node] = endUs;
		this.queue.book(endUs, RANK.server, EVENT.share, node, ++this.checkStamp[node]);
	}
}
