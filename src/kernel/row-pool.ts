// HOT PATH: runs once per row lent; allocates nothing until the table doubles.
/**
 * Rows lent and returned. A table keeps its columns as typed arrays; a row is an index into them. Each row has a
 * generation that grows when the row is returned, so that an answer or a timeout that comes back late, holding
 * (row, generation), is recognised instead of searched for.
 */

import { Bug } from './errors.js';

const NONE = -1;
/** Stands in the place of the next free row while a row is lent. */
const LENT = -2;

export abstract class Rows {
	/** grows by one whenever the row is returned */
	generation: Int32Array;
	/** rows lent at this moment */
	live = 0;
	/** rows ever lent: every live row is below it */
	used = 0;
	private nextFree: Int32Array;
	private free = NONE;

	constructor(capacity: number) {
		this.generation = new Int32Array(capacity);
		this.nextFree = new Int32Array(capacity);
	}

	/** Widens every column of the table to `capacity` rows. */
	protected abstract widen(capacity: number): void;

	lend(): number {
		this.live++;
		const row = this.free;
		if (row !== NONE) {
			this.free = this.nextFree[row];
			this.nextFree[row] = LENT;
			return row;
		}
		if (this.used === this.generation.length) this.grow();
		this.nextFree[this.used] = LENT;
		return this.used++;
	}

	/** @throws Bug where the row is not lent: a second end of the same thing would put it into two hands */
	giveBack(row: number): void {
		if (this.nextFree[row] !== LENT) throw new Bug(`row ${row} was given back twice`);
		this.generation[row]++;
		this.nextFree[row] = this.free;
		this.free = row;
		this.live--;
	}

	/** Sees every row that is lent. */
	eachLent(see: (row: number) => void): void {
		const isFree = new Uint8Array(this.used);
		for (let row = this.free; row !== NONE; row = this.nextFree[row]) isFree[row] = 1;
		for (let row = 0; row < this.used; row++) if (isFree[row] === 0) see(row);
	}

	private grow(): void {
		const capacity = this.generation.length * 2;
		this.generation = wider(this.generation, capacity);
		this.nextFree = wider(this.nextFree, capacity);
		this.widen(capacity);
	}
}

type Column = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array;

/** The same column with room for `length` cells. */
export function wider<T extends Column>(column: T, length: number): T {
	const Type = column.constructor as new (length: number) => T;
	const into = new Type(length);
	into.set(column);
	return into;
}
