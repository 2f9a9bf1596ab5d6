/**
 * Counts over time in bounded memory: a cell per interval, kept in blocks so that a log with holes, or one mad clock, costs
 * no more than what it holds. Where there would be too many cells, intervals become longer, by steps that divide a day.
 */
import { assert } from '../../../kernel/errors.js';
import { Grid } from './grid.js';

const BLOCK = 1024;

export class BinnedCounts {
	readonly #maxBlocks: number;
	#rung = 0;
	/** of the grid, once something is held: it is laid by then */
	#cellS = 0;
	#phaseS = 0;
	#blocks = new Map<number, Float64Array>();
	#last: { readonly key: number; readonly block: Float64Array } | null = null;

	/**
	 * @param maxCells about as many are kept at most
	 * @param grid shared by all counts of a log
	 */
	constructor(
		maxCells: number,
		private readonly grid: Grid = new Grid(),
	) {
		this.#maxBlocks = Math.max(2, Math.ceil(maxCells / BLOCK));
	}

	get everyS(): number {
		return this.grid.ladderS[this.#rung];
	}

	/** @param second of Unix time, whole or not */
	add(second: number, count = 1): void {
		if (this.#cellS === 0) {
			this.#cellS = this.everyS;
			this.#phaseS = this.grid.phaseS;
		}
		const cell = Math.floor((second - this.#phaseS) / this.#cellS);
		const key = Math.floor(cell / BLOCK);
		if (this.#last === null || this.#last.key !== key) this.#last = { key, block: this.#blockAt(key) };
		this.#last.block[cell - key * BLOCK] += count;
		while (this.#blocks.size > this.#maxBlocks && this.#rung + 1 < this.grid.ladderS.length)
			this.#coarsen(this.#rung + 1);
	}

	/** From the first cell that holds something to the last, none left out. Null of nothing. */
	series(everyS: number): { readonly fromS: number; readonly counts: Float64Array } | null {
		assert(everyS % this.everyS === 0, `cells of ${this.everyS} s make none of ${everyS} s`);
		const [first, last] = this.span(everyS);
		if (first > last) return null;
		const counts = new Float64Array(last - first + 1);
		const ratio = everyS / this.everyS;
		for (const [key, block] of this.#blocks) {
			for (let i = 0; i < BLOCK; i++) {
				if (block[i] !== 0) counts[Math.floor((key * BLOCK + i) / ratio) - first] += block[i];
			}
		}
		return { fromS: this.grid.phaseS + first * everyS, counts };
	}

	/** Sees the intervals of this length that hold something, with parts of their counts: a log with a hole of years has few. */
	visit(everyS: number, see: (fromS: number, count: number) => void): void {
		assert(everyS % this.everyS === 0, `cells of ${this.everyS} s make none of ${everyS} s`);
		for (const key of [...this.#blocks.keys()].toSorted((a, b) => a - b)) {
			const block = this.#blockAt(key);
			for (let i = 0; i < BLOCK; i++) {
				if (block[i] === 0) continue;
				see(this.grid.phaseS + Math.floor(((key * BLOCK + i) * this.everyS) / everyS) * everyS, block[i]);
			}
		}
	}

	/** First and last interval of this length that hold something. */
	span(everyS: number): readonly [first: number, last: number] {
		let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
		for (const [key, block] of this.#blocks) {
			for (let i = 0; i < BLOCK; i++) {
				if (block[i] === 0) continue;
				const cell = Math.floor(((key * BLOCK + i) * this.everyS) / everyS);
				first = Math.min(first, cell);
				last = Math.max(last, cell);
			}
		}
		return [first, last];
	}

	#blockAt(key: number): Float64Array {
		const known = this.#blocks.get(key);
		if (known !== undefined) return known;
		const fresh = new Float64Array(BLOCK);
		this.#blocks.set(key, fresh);
		return fresh;
	}

	#coarsen(rung: number): void {
		const ratio = this.grid.ladderS[rung] / this.everyS;
		const before = this.#blocks;
		this.#blocks = new Map();
		this.#last = null;
		this.#rung = rung;
		this.#cellS = this.everyS;
		for (const [key, block] of before) {
			for (let i = 0; i < BLOCK; i++) {
				if (block[i] === 0) continue;
				const cell = Math.floor((key * BLOCK + i) / ratio);
				const at = Math.floor(cell / BLOCK);
				this.#blockAt(at)[cell - at * BLOCK] += block[i];
			}
		}
	}
}
