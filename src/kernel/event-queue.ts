// HOT PATH: runs once per event; allocates nothing.
/**
 * What happens next: by time, then rank, then order of booking. A radix-256 monotone wheel on the key 4 t + rank: four
 * levels of 256 slots hold FIFO lists, and a slot of a higher level is dealt out to lower ones when the clock reaches
 * it. Booking order is kept by the lists themselves, so nothing is compared and there is no width to tune.
 *
 * The wheel spans 2^32 keys (18 minutes); what lies beyond waits in a far list until its span begins.
 */
import { assert } from './errors.js';
import { wider } from './row-pool.js';

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
	/** one bit a slot, eight words a level, and one bit a word: the lowest bit leads to the earliest slot of the wheel */
	private readonly filled = new Int32Array(4 * 8);
	private filledWords = 0;
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
		const low = offset | 0;
		if (offset < this.turned >>> 0) {
			// Only the running instant with an earlier rank lies behind the wheel: it turns back by less than one instant, in
			// the same slots of the higher levels.
			assert((low ^ this.turned) >>> 2 === 0, 'an event was booked in the past', timeUs);
			this.turned = low;
		}
		this.low[event] = low;
		this.append(event, low);
	}

	/**
	 * Pops the earliest event with 4 t + rank <= limitKey. Never turns past the limit: a peek would, and an event could
	 * then still be booked behind it.
	 * @returns its index in the columns above, or -1
	 */
	popUntil(limitKey: number): number {
		const filledWords = this.filledWords;
		if (filledWords === 0) return this.size === 0 ? NONE : this.popFar(limitKey);
		// Whatever the wheel has passed is empty, so the lowest bit of all is the earliest slot, whatever its level.
		const word = 31 - Math.clz32(filledWords & -filledWords);
		const bits = this.filled[word];
		const at = (word << 5) + 31 - Math.clz32(bits & -bits);
		const event = this.head[at];
		const next = this.next[event];
		// A slot of a higher level is dealt out first, unless it holds a single event.
		if (at > 255 && next !== NONE) return this.dealUntil(at, limitKey);
		const low = this.low[event];
		if ((low >>> 0) + this.spanStart > limitKey) return NONE;
		this.turned = low;
		this.head[at] = next;
		if (next === NONE) this.clear(word, at);
		this.next[event] = this.free;
		this.free = event;
		this.size--;
		return event;
	}

	/** Turns to a slot of a higher level, deals its list out to lower ones and goes on; NONE when it starts after the limit. */
	private dealUntil(at: number, limitKey: number): number {
		const level = at >>> 8;
		const shift = 8 * level;
		const above = level === 3 ? 0 : this.turned & (-1 << (shift + 8));
		const start = above | ((at & 255) << shift);
		if ((start >>> 0) + this.spanStart > limitKey) return NONE;
		this.turned = start;
		let event = this.head[at];
		this.head[at] = NONE;
		this.clear(at >>> 5, at);
		while (event !== NONE) {
			const next = this.next[event];
			this.append(event, this.low[event]);
			event = next;
		}
		return this.popUntil(limitKey);
	}

	private popFar(limitKey: number): number {
		return this.nextSpan(limitKey) ? this.popUntil(limitKey) : NONE;
	}

	private clear(word: number, slot: number): void {
		const bits = this.filled[word] & ~(1 << (slot & 31));
		this.filled[word] = bits;
		// A word without bits has 32 leading zeros: its own bit goes, and no branch is left to chance.
		this.filledWords &= ~((Math.clz32(bits) >>> 5) << word);
	}

	/** The wheel is empty: begins the next span that holds an event, if it starts by the limit. */
	private nextSpan(limitKey: number): boolean {
		if (this.farSpan > limitKey) return false;
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
		// The byte of the highest bit in which the key differs from where the wheel stands.
		const level = (31 - Math.clz32((low ^ this.turned) | 1)) >> 3;
		const at = (level << 8) | ((low >>> (level << 3)) & 255);
		this.next[event] = NONE;
		if (this.head[at] === NONE) {
			this.head[at] = event;
			this.filled[at >>> 5] |= 1 << (at & 31);
			this.filledWords |= 1 << (at >>> 5);
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
