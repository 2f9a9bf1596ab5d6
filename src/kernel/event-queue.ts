// HOT PATH: runs once per event; allocates nothing.
/**
 * What happens next: by time, then rank, then order of booking. A radix-256 monotone wheel on the key 4 t + rank: four
 * levels of 256 slots hold FIFO lists, and a slot of a higher level is dealt out to lower ones when the clock reaches
 * it. Booking order is kept by the lists themselves, so nothing is compared and there is no width to tune.
 *
 * The wheel spans 2^32 keys (18 minutes); what lies beyond waits in a far list until its span begins.
 */
import { assert } from './check.js';
import { wider } from './rows.js';

/** Order of events at one instant. */
export const RANK = { server: 0, client: 1, timeout: 2, arrival: 3 } as const;

const SPAN = 4_294_967_296;
const NONE = -1;
const FIRST_CAPACITY = 1024;

export class EventQueue {
	/** columns of an event, to be read before the next one is booked */
	timeUs = new Float64Array(FIRST_CAPACITY);
	kind = new Uint8Array(FIRST_CAPACITY);
	row = new Int32Array(FIRST_CAPACITY);
	stamp = new Int32Array(FIRST_CAPACITY);

	private readonly head = new Int32Array(4 * 256).fill(NONE);
	private readonly tail = new Int32Array(4 * 256);
	/** one bit a slot, eight words a level */
	private readonly filled = new Int32Array(4 * 8);
	/** where the span begins (a multiple of 2^32), and how far into it the wheel has turned (as an int32 bit pattern) */
	private spanStart = 0;
	private turned = 0;

	private next = new Int32Array(FIRST_CAPACITY);
	private low = new Int32Array(FIRST_CAPACITY);
	/** whole keys, kept for the far list only */
	private keys = new Float64Array(FIRST_CAPACITY);
	private free = NONE;
	private used = 0;
	private farHead = NONE;
	private farTail = NONE;
	/** start of the earliest span with a far event */
	private farSpan = Number.POSITIVE_INFINITY;
	/** events booked and not yet popped */
	size = 0;

	/**
	 * Books an event. One booked for the running instant with an earlier rank runs next.
	 * @param stamp comes back with the event, so that a stale one is recognised by its owner
	 */
	book(timeUs: number, rank: number, kind: number, row: number, stamp: number): void {
		const event = this.lend();
		this.timeUs[event] = timeUs;
		this.kind[event] = kind;
		this.row[event] = row;
		this.stamp[event] = stamp;
		this.size++;
		const key = 4 * timeUs + rank;
		const offset = key - this.spanStart;
		if (offset >= SPAN) {
			this.bookFar(event, key);
			return;
		}
		const turned = this.turned;
		// A key behind the wheel can only be the running instant with an earlier rank.
		const low = offset < turned >>> 0 ? turned : offset | 0;
		this.low[event] = low;
		this.append(event, low);
	}

	/**
	 * Pops the earliest event with 4 t + rank <= limitKey. Never turns past the limit: a peek would, and an event could
	 * then still be booked behind it.
	 * @returns its index in the columns above, or -1
	 */
	popUntil(limitKey: number): number {
		if (this.size === 0) return NONE;
		for (;;) {
			const offset = limitKey - this.spanStart;
			if (offset < 0) return NONE;
			const limit = offset >= SPAN ? SPAN - 1 : offset;
			const turned = this.turned;
			const slot = this.firstFilled(0, turned & 255);
			if (slot !== NONE) {
				const low = (turned & ~255) | slot;
				if (low >>> 0 > limit) return NONE;
				this.turned = low;
				return this.take(slot);
			}
			if (!this.deal(limit) && !this.nextSpan(limitKey)) return NONE;
		}
	}

	private take(slot: number): number {
		const event = this.head[slot];
		const next = this.next[event];
		this.head[slot] = next;
		if (next === NONE) this.filled[slot >>> 5] &= ~(1 << (slot & 31));
		this.next[event] = this.free;
		this.free = event;
		this.size--;
		return event;
	}

	/** Turns to the first filled slot of a higher level and deals its list out; false when none starts by the limit. */
	private deal(limit: number): boolean {
		const turned = this.turned;
		for (let level = 1; level < 4; level++) {
			const shift = 8 * level;
			const slot = this.firstFilled(level, ((turned >>> shift) & 255) + 1);
			if (slot === NONE) continue;
			const above = level === 3 ? 0 : turned & (-1 << (shift + 8));
			const start = above | (slot << shift);
			if (start >>> 0 > limit) return false;
			this.turned = start;
			const at = level * 256 + slot;
			let event = this.head[at];
			this.head[at] = NONE;
			this.filled[at >>> 5] &= ~(1 << (at & 31));
			while (event !== NONE) {
				const next = this.next[event];
				this.append(event, this.low[event]);
				event = next;
			}
			return true;
		}
		return false;
	}

	/** Begins the next span that holds an event, if it starts by the limit. */
	private nextSpan(limitKey: number): boolean {
		if (this.farSpan > limitKey) return false;
		// Whatever is still on the wheel starts after the limit of this call, so an early span may not be skipped.
		if (this.anyFilled()) return false;
		this.spanStart = this.farSpan;
		this.turned = 0;
		let event = this.farHead;
		this.farHead = NONE;
		this.farTail = NONE;
		this.farSpan = Number.POSITIVE_INFINITY;
		while (event !== NONE) {
			const next = this.next[event];
			const key = this.keys[event];
			const offset = key - this.spanStart;
			if (offset >= SPAN) this.bookFar(event, key);
			else {
				this.low[event] = offset | 0;
				this.append(event, offset | 0);
			}
			event = next;
		}
		return true;
	}

	private append(event: number, low: number): void {
		const differs = low ^ this.turned;
		const level = differs >>> 8 === 0 ? 0 : differs >>> 16 === 0 ? 1 : differs >>> 24 === 0 ? 2 : 3;
		const at = (level << 8) | ((low >>> (level << 3)) & 255);
		this.next[event] = NONE;
		if (this.head[at] === NONE) {
			this.head[at] = event;
			this.filled[at >>> 5] |= 1 << (at & 31);
		} else this.next[this.tail[at]] = event;
		this.tail[at] = event;
	}

	private bookFar(event: number, key: number): void {
		this.keys[event] = key;
		this.next[event] = NONE;
		if (this.farHead === NONE) this.farHead = event;
		else this.next[this.farTail] = event;
		this.farTail = event;
		const span = Math.floor(key / SPAN) * SPAN;
		if (span < this.farSpan) this.farSpan = span;
	}

	/** First filled slot of a level from `from` on, or NONE. */
	private firstFilled(level: number, from: number): number {
		if (from > 255) return NONE;
		const filled = this.filled;
		const first = level << 3;
		let word = from >>> 5;
		let bits = filled[first + word] & (-1 << (from & 31));
		while (bits === 0) {
			if (++word === 8) return NONE;
			bits = filled[first + word];
		}
		return (word << 5) + 31 - Math.clz32(bits & -bits);
	}

	private anyFilled(): boolean {
		for (let i = 0; i < 32; i++) if (this.filled[i] !== 0) return true;
		return false;
	}

	private lend(): number {
		const event = this.free;
		if (event !== NONE) {
			this.free = this.next[event];
			return event;
		}
		if (this.used === this.next.length) this.grow();
		return this.used++;
	}

	private grow(): void {
		const capacity = this.next.length * 2;
		assert(capacity <= 2 ** 30, 'the event list has outgrown its rows');
		this.next = wider(this.next, capacity);
		this.low = wider(this.low, capacity);
		this.timeUs = wider(this.timeUs, capacity);
		this.kind = wider(this.kind, capacity);
		this.row = wider(this.row, capacity);
		this.stamp = wider(this.stamp, capacity);
		this.keys = wider(this.keys, capacity);
	}
}
