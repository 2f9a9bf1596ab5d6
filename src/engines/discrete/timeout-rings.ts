// HOT PATH: runs once per attempt; allocates nothing until a ring doubles.
/**
 * Timeouts of constant length need no event list: they end in the order in which they began, so one ring per length
 * holds them. Most are stale when they come to the head, and are dropped there by their (row, generation).
 *
 * Where two rings end at one instant the longer timeout was booked first, so rings stand by falling length.
 */
import { wider } from '../../kernel/rows.js';
import type { Attempts } from './attempts.js';

const FIRST_CAPACITY = 1024;
const NEVER = Number.POSITIVE_INFINITY;

class Ring {
	head = 0;
	tail = 0;
	atUs = new Float64Array(FIRST_CAPACITY);
	row = new Int32Array(FIRST_CAPACITY);
	stamp = new Int32Array(FIRST_CAPACITY);

	constructor(readonly lengthUs: number) {}

	push(atUs: number, row: number, stamp: number): void {
		const mask = this.row.length - 1;
		const at = this.tail & mask;
		this.atUs[at] = atUs;
		this.row[at] = row;
		this.stamp[at] = stamp;
		this.tail = (this.tail + 1) & mask;
		if (this.tail === this.head) this.double();
	}

	/** The ring is full: unrolls it into twice the room. */
	private double(): void {
		const old = this.row.length;
		const unrolled = <T extends Float64Array | Int32Array>(column: T): T => {
			const into = wider(column, 2 * old);
			into.set(column.subarray(this.head), 0);
			into.set(column.subarray(0, this.head), old - this.head);
			return into;
		};
		this.atUs = unrolled(this.atUs);
		this.row = unrolled(this.row);
		this.stamp = unrolled(this.stamp);
		this.head = 0;
		this.tail = old;
	}
}

export class TimeoutRings {
	/** the row of the timeout that `pop` took */
	row = 0;
	private readonly rings: Ring[];

	/** @param lengthsUs the distinct lengths of the world's timeouts */
	constructor(
		private readonly attempts: Attempts,
		lengthsUs: Iterable<number>,
	) {
		this.rings = [...new Set(lengthsUs)].sort((a, b) => b - a).map((us) => new Ring(us));
	}

	/** The ring for timeouts of this length, to be given to `push`. */
	ringOf(lengthUs: number): number {
		return this.rings.findIndex((ring) => ring.lengthUs === lengthUs);
	}

	push(ring: number, atUs: number, attempt: number): void {
		this.rings[ring].push(atUs, attempt, this.attempts.generation[attempt]);
	}

	/** Instant of the first timeout still waited for, at most `limitUs`; a later one may be given as Infinity. */
	nextUs(limitUs: number): number {
		let nextUs = NEVER;
		for (let i = 0; i < this.rings.length; i++) {
			const ring = this.rings[i];
			while (ring.head !== ring.tail && ring.atUs[ring.head] <= limitUs) {
				const attempt = ring.row[ring.head];
				if (this.attempts.generation[attempt] === ring.stamp[ring.head] && this.attempts.waiting[attempt] === 1) {
					nextUs = Math.min(nextUs, ring.atUs[ring.head]);
					break;
				}
				ring.head = (ring.head + 1) & (ring.row.length - 1);
			}
		}
		return nextUs;
	}

	/** Takes the timeout that ends at this instant (as `nextUs` gave it) into `row`. */
	pop(atUs: number): void {
		for (const ring of this.rings) {
			if (ring.head === ring.tail || ring.atUs[ring.head] !== atUs) continue;
			this.row = ring.row[ring.head];
			ring.head = (ring.head + 1) & (ring.row.length - 1);
			return;
		}
	}
}
