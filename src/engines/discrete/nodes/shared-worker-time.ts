// HOT PATH at nodes that share their workers: allocates nothing until a table grows.
/**
 * Who had how much worker time at a node that shares its workers, by time bucket. All attempts present are given the
 * same, so one sum per node tells it: an attempt had what the sum has grown by since it came. What the sum was where a
 * bucket began is kept as long as somebody is present who came before.
 *
 * Cells hold whole microseconds. What rounding takes from one attempt, the next of the same node and bucket gets, so
 * that each bucket of a node adds up to the time its workers were busy: the audit stays exact.
 */
import { wider } from '../../../kernel/row-pool.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { Attempts } from '../tables/attempts.js';

const NEVER = Number.POSITIVE_INFINITY;
const FIRST_CAPACITY = 1024;
/** Marks kept of a node before it is asked who still needs them. */
const MANY_MARKS = 64;

/** What a node remembers of the buckets since its oldest attempt came. */
interface Past {
	firstBucket: number;
	/** [bucket - firstBucket]: the sum where the bucket began, and the time of the bucket that no cell holds yet for rounding */
	readonly marks: number[];
	readonly owed: number[];
	/** length at which marks that nobody needs are looked for */
	full: number;
}

export class SharedWorkerTime {
	/** by node: worker time, us, that an attempt has had that was always there */
	private readonly given: Float64Array;
	private readonly atUs: Float64Array;
	private readonly past: readonly Past[];
	private bucket = 0;
	/** by attempt: the sum, and the bucket, when it came; the sum when its client left (Infinity: it waits) */
	private came = new Float64Array(FIRST_CAPACITY);
	private left = new Float64Array(FIRST_CAPACITY);
	private cameIn = new Int32Array(FIRST_CAPACITY);

	constructor(
		nodes: number,
		private readonly attempts: Attempts,
		private readonly recorder: Recorder,
	) {
		this.given = new Float64Array(nodes);
		this.atUs = new Float64Array(nodes);
		this.past = Array.from({ length: nodes }, () => ({ firstBucket: 0, marks: [0], owed: [0], full: MANY_MARKS }));
	}

	/** `attempts` of a node have shared `workers` workers since it was last told, or there were none. */
	grow(node: number, attempts: number, workers: number, nowUs: number): void {
		const us = nowUs - this.atUs[node];
		this.atUs[node] = nowUs;
		if (us === 0 || attempts === 0) return;
		const before = this.given[node];
		const after = before + (us * workers) / attempts;
		this.given[node] = after;
		const { owed } = this.past[node];
		owed[owed.length - 1] += us * workers - attempts * (after - before);
	}

	/** An attempt comes. @param alone the node was empty */
	come(node: number, attempt: number, alone: boolean): void {
		if (attempt >= this.came.length) this.widen(attempt);
		if (alone) this.forget(node);
		this.came[attempt] = this.given[node];
		this.cameIn[attempt] = this.bucket;
		this.left[attempt] = this.attempts.waiting[attempt] === 1 ? NEVER : this.given[node];
	}

	/** The client of an attempt that is present stops waiting. */
	clientLeft(node: number, attempt: number): void {
		this.left[attempt] = this.given[node];
	}

	/** An attempt goes: its worker time is counted. @param forNobody all of it was wasted */
	go(node: number, attempt: number, forNobody: boolean): void {
		const place = this.attempts.edgePlace[attempt];
		const uselessFrom = forNobody ? 0 : this.left[attempt];
		this.each(node, attempt, (bucket, from, to) => {
			const turn = Math.min(Math.max(from, uselessFrom), to);
			this.recorder.servedInBucket(
				place,
				bucket,
				this.whole(node, bucket, turn - from),
				this.whole(node, bucket, to - turn),
			);
		});
	}

	/** Cuts an attempt that is present at the end of the run. @returns its worker time from `firstBucket` on, whole us */
	cut(node: number, attempt: number, firstBucket: number): number {
		let us = 0;
		this.each(node, attempt, (bucket, from, to) => {
			const whole = this.whole(node, bucket, to - from);
			this.recorder.busyInBucket(this.attempts.edgePlace[attempt], bucket, whole);
			if (bucket >= firstBucket) us += whole;
		});
		return us;
	}

	/** The next time bucket begins. */
	turn(): void {
		this.bucket++;
	}

	/** Marks where the bucket begins at a node with these attempts present. */
	mark(node: number, present: readonly number[]): void {
		const past = this.past[node];
		past.marks.push(this.given[node]);
		past.owed.push(0);
		if (past.marks.length < past.full) return;
		const oldest = present.reduce((first, attempt) => Math.min(first, this.cameIn[attempt]), this.bucket);
		past.marks.splice(0, oldest - past.firstBucket);
		past.owed.splice(0, oldest - past.firstBucket);
		past.firstBucket = oldest;
		past.full = Math.max(MANY_MARKS, 2 * past.marks.length);
	}

	/** An empty node begins anew, so that its sum stays small. */
	private forget(node: number): void {
		const past = this.past[node];
		this.given[node] = 0;
		past.firstBucket = this.bucket;
		past.marks.length = 1;
		past.owed.length = 1;
		past.marks[0] = 0;
		past.owed[0] = 0;
		past.full = MANY_MARKS;
	}

	/** The sum at the beginning and the end of an attempt's stay in every bucket since it came. */
	private each(node: number, attempt: number, see: (bucket: number, from: number, to: number) => void): void {
		const { firstBucket, marks } = this.past[node];
		let from = this.came[attempt];
		for (let bucket = this.cameIn[attempt]; bucket < this.bucket; bucket++) {
			const to = marks[bucket + 1 - firstBucket];
			see(bucket, from, to);
			from = to;
		}
		see(this.bucket, from, this.given[node]);
	}

	private whole(node: number, bucket: number, us: number): number {
		const { firstBucket, owed } = this.past[node];
		const exact = us + owed[bucket - firstBucket];
		const whole = Math.max(0, Math.floor(exact + 0.5));
		owed[bucket - firstBucket] = exact - whole;
		return whole;
	}

	private widen(attempt: number): void {
		const capacity = 2 ** Math.ceil(Math.log2(attempt + 1));
		this.came = wider(this.came, capacity);
		this.left = wider(this.left, capacity);
		this.cameIn = wider(this.cameIn, capacity);
	}
}
