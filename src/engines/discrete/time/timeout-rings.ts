// HOT PATH: runs once per attempt; allocates nothing until a ring doubles.
/**
 * Timeouts of constant length need no event list: they end in the order in which they began, so one ring per length
 * holds them. Most are stale when they come to the head, and are dropped there by their (row, generation).
 *
 * Where two rings end at one instant the longer timeout was booked first, so rings stand by falling length.
 */
import { Bug } from '../../../kernel/errors.js';
import { wider } from '../../../kernel/row-pool.js';
import type { World } from '../../../model/world.js';
import type { Attempts } from '../tables/attempts.js';

const FIRST_CAPACITY = 1024;
const NEVER = Number.POSITIVE_INFINITY;
/** More distinct timeouts than this are better kept in the event queue. */
const MOST_RINGS = 8;

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
	/** [0]: no timeout of any ring ends before this instant */
	readonly earliestUs = new Float64Array([NEVER]);
	private readonly rings: Ring[];

	/**
	 * @param attempts the rows, and whether they are still waited for; null where every timeout that is pushed will come
	 * @param lengthsUs the distinct lengths of the world's timeouts
	 */
	constructor(
		private readonly attempts: Attempts | null,
		lengthsUs: Iterable<number>,
	) {
		this.rings = [...new Set(lengthsUs)].sort((a, b) => b - a).map((us) => new Ring(us));
	}

	/** The ring for timeouts of this length, to be given to `push`. */
	ringOf(lengthUs: number): number {
		return this.rings.findIndex((ring) => ring.lengthUs === lengthUs);
	}

	/** Timeouts that have been pushed and not taken, the stale ones included. */
	get size(): number {
		return this.rings.reduce((sum, { head, tail, row }) => sum + ((tail - head) & (row.length - 1)), 0);
	}

	/** Sees the row of every timeout that has been pushed and not taken. */
	each(see: (row: number) => void): void {
		for (const { head, tail, row } of this.rings)
			for (let at = head; at !== tail; at = (at + 1) & (row.length - 1)) see(row[at]);
	}

	/** @param row comes back from `pop` */
	push(ring: number, atUs: number, row: number): void {
		if (atUs < this.earliestUs[0]) this.earliestUs[0] = atUs;
		this.rings[ring].push(atUs, row, this.attempts === null ? 0 : this.attempts.generation[row]);
	}

	/**
	 * Instant of the first timeout still waited for, if it is at most `limitUs`; Infinity otherwise. Drops all stale ones
	 * ahead of it, due or not: most clients have their answer long before, so this is seldom asked.
	 */
	nextUs(limitUs: number): number {
		let firstUs = NEVER;
		for (const ring of this.rings) {
			if (this.attempts !== null) dropStale(ring, this.attempts);
			if (ring.head !== ring.tail && ring.atUs[ring.head] < firstUs) firstUs = ring.atUs[ring.head];
		}
		this.earliestUs[0] = firstUs;
		return firstUs <= limitUs ? firstUs : NEVER;
	}

	/** Takes the timeout that ends at this instant (as `nextUs` gave it). @returns its row */
	pop(atUs: number): number {
		for (const ring of this.rings) {
			if (ring.head === ring.tail || ring.atUs[ring.head] !== atUs) continue;
			const attempt = ring.row[ring.head];
			ring.head = (ring.head + 1) & (ring.row.length - 1);
			return attempt;
		}
		throw new Bug(`a timeout was to be taken at ${atUs} us that no ring holds`);
	}
}

function dropStale(ring: Ring, { generation, waiting }: Attempts): void {
	const { row, stamp, tail } = ring;
	const mask = row.length - 1;
	let { head } = ring;
	while (head !== tail && (generation[row[head]] !== stamp[head] || waiting[row[head]] === 0)) head = (head + 1) & mask;
	ring.head = head;
}

/**
 * The lengths of the world's timeouts where rings can hold them; null otherwise. They do only where nothing else in the
 * world ends at the timeout's rank, so that booking order is kept.
 */
export function ringLengthsUs(world: World): ReadonlySet<number> | null {
	const lengths = new Set<number>();
	for (const { timeout, timeoutClock, patience, layers } of world.populations) {
		if (patience !== null || layers.some((layer) => layer.timeout !== null)) return null;
		if (timeout === null) continue;
		if (timeout.kind !== 'constant' || timeoutClock === 'whole-request') return null;
		lengths.add(Math.floor(timeout.us + 0.5));
	}
	return lengths.size > MOST_RINGS ? null : lengths;
}
