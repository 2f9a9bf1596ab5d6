/**
 * How many attempts each attempt found under way when it began. A log has them in the order in which they ended, so they wait in a heap
 * until no earlier beginning can come, and then meet the ends of those before them. Exact unless a line is later than the
 * heap is long; such lines are counted, and find what is known by then.
 */

/** Lines that wait for earlier ones at most. */
const MOST_WAITING = 32_768;

export interface Found<T> {
	readonly startUs: number;
	readonly endUs: number;
	/** whatever the caller wants to have again */
	readonly tag: T;
}

export class InFlight<T> {
	readonly #waiting = new Heap<Found<T>>(({ startUs }) => startUs);
	readonly #ends = new Heap<number>((endUs) => endUs);
	readonly #tell: (one: Found<T>, found: number) => void;
	#toldUs = Number.NEGATIVE_INFINITY;
	#late = 0;

	/** @param tell one attempt and how many it found under way, in the order in which they began */
	constructor(tell: (one: Found<T>, found: number) => void) {
		this.#tell = tell;
	}

	/** Lines that came too late to be counted exactly. */
	get late(): number {
		return this.#late;
	}

	add(one: Found<T>): void {
		if (one.startUs < this.#toldUs) this.#late++;
		this.#waiting.push(one);
		if (this.#waiting.size > MOST_WAITING) this.#next();
	}

	end(): void {
		while (this.#waiting.size > 0) this.#next();
	}

	#next(): void {
		const one = this.#waiting.pop();
		this.#toldUs = Math.max(this.#toldUs, one.startUs);
		while (this.#ends.size > 0 && this.#ends.least() <= one.startUs) this.#ends.pop();
		this.#tell(one, this.#ends.size);
		this.#ends.push(one.endUs);
	}
}

/** A binary heap: the least key comes out first. */
class Heap<T> {
	readonly #items: T[] = [];

	constructor(private readonly key: (item: T) => number) {}

	get size(): number {
		return this.#items.length;
	}

	least(): T {
		return this.#items[0];
	}

	push(item: T): void {
		const items = this.#items;
		const key = this.key(item);
		let at = items.length;
		items.push(item);
		while (at > 0) {
			const above = (at - 1) >> 1;
			if (this.key(items[above]) <= key) break;
			items[at] = items[above];
			at = above;
		}
		items[at] = item;
	}

	/** Of one item or more. */
	pop(): T {
		const items = this.#items;
		const top = items[0];
		const last = items[items.length - 1];
		items.length--;
		if (items.length === 0) return top;
		const key = this.key(last);
		let at = 0;
		for (;;) {
			let below = 2 * at + 1;
			if (below >= items.length) break;
			if (below + 1 < items.length && this.key(items[below + 1]) < this.key(items[below])) below++;
			if (this.key(items[below]) >= key) break;
			items[at] = items[below];
			at = below;
		}
		items[at] = last;
		return top;
	}
}
