/**
 * How many attempts each attempt found under way when it began. A log has them in the order in which they ended, so they wait in a heap
 * until no earlier beginning can come, and then meet the ends of those before them. Exact unless a line is later than the
 * heap is long; such lines are counted, and find what is known by then.
 */

/** Lines that wait for earlier ones at most. */
const MOST_WAITING = 32_768;

export interface OpenAttempt<T> {
	readonly startUs: number;
	readonly endUs: number;
	/** whatever the caller wants to have again */
	readonly tag: T;
}

export class InFlight<T> {
	readonly #waiting = new Heap<OpenAttempt<T>>();
	readonly #ends = new Heap<null>();
	readonly #tell: (one: OpenAttempt<T>, found: number) => void;
	#toldUs = Number.NEGATIVE_INFINITY;
	#late = 0;

	/** @param tell one attempt and how many it found under way, in the order in which they began */
	constructor(tell: (one: OpenAttempt<T>, found: number) => void) {
		this.#tell = tell;
	}

	/** Lines that came too late to be counted exactly. */
	get late(): number {
		return this.#late;
	}

	add(one: OpenAttempt<T>): void {
		if (one.startUs < this.#toldUs) this.#late++;
		this.#waiting.push(one.startUs, one);
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
		this.#ends.push(one.endUs, null);
	}
}

/** A binary heap: the least key comes out first. Keys stand in an array of their own: they are compared far more often than items move. */
class Heap<T> {
	#keys = new Float64Array(1024);
	readonly #items: T[] = [];

	get size(): number {
		return this.#items.length;
	}

	least(): number {
		return this.#keys[0];
	}

	push(key: number, item: T): void {
		const items = this.#items;
		let at = items.length;
		items.push(item);
		if (at === this.#keys.length) {
			const larger = new Float64Array(2 * at);
			larger.set(this.#keys);
			this.#keys = larger;
		}
		const keys = this.#keys;
		while (at > 0) {
			const above = (at - 1) >> 1;
			if (keys[above] <= key) break;
			items[at] = items[above];
			keys[at] = keys[above];
			at = above;
		}
		items[at] = item;
		keys[at] = key;
	}

	/** Of one item or more. */
	pop(): T {
		const [items, keys] = [this.#items, this.#keys];
		const top = items[0];
		const size = items.length - 1;
		const [last, key] = [items[size], keys[size]];
		items.length = size;
		if (size === 0) return top;
		let at = 0;
		for (;;) {
			let below = 2 * at + 1;
			if (below >= size) break;
			if (below + 1 < size && keys[below + 1] < keys[below]) below++;
			if (keys[below] >= key) break;
			items[at] = items[below];
			keys[at] = keys[below];
			at = below;
		}
		items[at] = last;
		keys[at] = key;
		return top;
	}
}
