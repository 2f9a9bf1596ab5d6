// HOT PATH at nodes that share their workers: allocates nothing until a heap or the table of attempts grows.
/**
 * Who is done next at a node that shares its workers: a heap of attempts per node, by the work at which each ends, the
 * one that came first among equals. Each attempt knows its place, so that it can be taken out from anywhere.
 */
import { wider } from '../../../kernel/row-pool.js';

const FIRST_CAPACITY = 1024;

export class CompletionHeaps {
	/** by node: attempts, the one that ends first at 0 */
	private readonly rows: readonly number[][];
	/** by attempt: the work at which it ends, when it came (a running number), where it stands in its heap */
	private end = new Float64Array(FIRST_CAPACITY);
	private entry = new Float64Array(FIRST_CAPACITY);
	private place = new Int32Array(FIRST_CAPACITY);
	private entries = 0;

	constructor(nodes: number) {
		this.rows = Array.from({ length: nodes }, () => []);
	}

	/** Attempts in the heap of a node, in no order that means anything: to be read only. */
	of(node: number): readonly number[] {
		return this.rows[node];
	}

	/** The attempt that ends first; the heap must hold one. */
	first(node: number): number {
		return this.rows[node][0];
	}

	/** The work at which the first one ends; Infinity in an empty heap. */
	firstEnd(node: number): number {
		const rows = this.rows[node];
		return rows.length === 0 ? Number.POSITIVE_INFINITY : this.end[rows[0]];
	}

	add(node: number, attempt: number, end: number): void {
		if (attempt >= this.end.length) this.widen(attempt);
		const rows = this.rows[node];
		this.end[attempt] = end;
		this.entry[attempt] = this.entries++;
		rows.push(attempt);
		this.rise(rows, rows.length - 1, attempt);
	}

	remove(node: number, attempt: number): void {
		const rows = this.rows[node];
		const hole = this.place[attempt];
		const last = rows.pop();
		if (last === undefined || last === attempt) return;
		// The last one fills the hole, and goes up or down from there.
		if (hole > 0 && this.isBefore(last, rows[(hole - 1) >> 1])) this.rise(rows, hole, last);
		else this.sink(rows, hole, last);
	}

	private rise(rows: number[], from: number, attempt: number): void {
		let at = from;
		while (at > 0) {
			const above = (at - 1) >> 1;
			if (!this.isBefore(attempt, rows[above])) break;
			this.put(rows, at, rows[above]);
			at = above;
		}
		this.put(rows, at, attempt);
	}

	private sink(rows: number[], from: number, attempt: number): void {
		let at = from;
		for (;;) {
			let below = 2 * at + 1;
			if (below >= rows.length) break;
			if (below + 1 < rows.length && this.isBefore(rows[below + 1], rows[below])) below++;
			if (!this.isBefore(rows[below], attempt)) break;
			this.put(rows, at, rows[below]);
			at = below;
		}
		this.put(rows, at, attempt);
	}

	private put(rows: number[], at: number, attempt: number): void {
		rows[at] = attempt;
		this.place[attempt] = at;
	}

	private isBefore(a: number, b: number): boolean {
		return this.end[a] < this.end[b] || (this.end[a] === this.end[b] && this.entry[a] < this.entry[b]);
	}

	private widen(attempt: number): void {
		const capacity = 2 ** Math.ceil(Math.log2(attempt + 1));
		this.end = wider(this.end, capacity);
		this.entry = wider(this.entry, capacity);
		this.place = wider(this.place, capacity);
	}
}
