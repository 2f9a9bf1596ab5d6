/**
 * A sample of a stream that is as large as it may be, each member as likely to be in it: algorithm R of J. S. Vitter, "Random
 * Sampling with a Reservoir", ACM Transactions on Mathematical Software 11 (1985). Rows of numbers, without objects.
 */
import type { Uniform } from '../../../kernel/random.js';

export class Reservoir {
	#rows: Float64Array;
	#rowCount = 0;

	/**
	 * @param width numbers in a row
	 * @param most rows
	 */
	constructor(
		readonly width: number,
		readonly most: number,
		private readonly uniform: Uniform,
	) {
		this.#rows = new Float64Array(width * Math.min(most, 64));
	}

	/** Rows held. */
	get size(): number {
		return Math.min(this.#rowCount, this.most);
	}

	/** Rows that went by. */
	get rowCount(): number {
		return this.#rowCount;
	}

	/** @param row lent: `width` numbers */
	add(row: readonly number[]): void {
		const place = this.#rowCount < this.most ? this.#rowCount : Math.floor(this.uniform() * (this.#rowCount + 1));
		this.#rowCount++;
		if (place >= this.most) return;
		if ((place + 1) * this.width > this.#rows.length) this.#grow();
		for (let i = 0; i < this.width; i++) this.#rows[place * this.width + i] = row[i];
	}

	/** A number of a row. */
	at(row: number, column: number): number {
		return this.#rows[row * this.width + column];
	}

	#grow(): void {
		const larger = new Float64Array(Math.min(this.most * this.width, 2 * this.#rows.length));
		larger.set(this.#rows);
		this.#rows = larger;
	}
}
