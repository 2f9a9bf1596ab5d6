// HOT PATH: runs once per attempt that waits; allocates nothing.
/**
 * The waiting lines of all nodes, as linked lists through the table of attempts: who waits longest stands at the head.
 * A discipline only decides from which end, and from which line, the next one is taken. Priority keeps one line per
 * priority; every other discipline has one.
 */
import type { Attempts } from '../tables/attempts.js';

const NONE = -1;

export class WaitingLines {
	/** attempts waiting, by node */
	readonly length: Int32Array;
	private readonly head: Int32Array;
	private readonly tail: Int32Array;

	/** @param lines lines per node (the number of priorities, or 1) */
	constructor(
		private readonly attempts: Attempts,
		nodes: number,
		private readonly lines: number,
	) {
		this.length = new Int32Array(nodes);
		this.head = new Int32Array(nodes * lines).fill(NONE);
		this.tail = new Int32Array(nodes * lines).fill(NONE);
	}

	append(node: number, line: number, attempt: number): void {
		const at = node * this.lines + line;
		const last = this.tail[at];
		this.attempts.ahead[attempt] = last;
		this.attempts.behind[attempt] = NONE;
		if (last === NONE) this.head[at] = attempt;
		else this.attempts.behind[last] = attempt;
		this.tail[at] = attempt;
		this.length[node]++;
	}

	/** Takes one out, wherever it stands. */
	remove(node: number, line: number, attempt: number): void {
		const at = node * this.lines + line;
		const ahead = this.attempts.ahead[attempt];
		const behind = this.attempts.behind[attempt];
		if (ahead === NONE) this.head[at] = behind;
		else this.attempts.behind[ahead] = behind;
		if (behind === NONE) this.tail[at] = ahead;
		else this.attempts.ahead[behind] = ahead;
		this.length[node]--;
	}

	/** Who has waited longest in the most important line that is not empty; there must be one. */
	oldest(node: number): number {
		let at = node * this.lines;
		while (this.head[at] === NONE) at++;
		return this.head[at];
	}

	/** Who came last (one line only). */
	newest(node: number): number {
		return this.tail[node * this.lines];
	}
}
