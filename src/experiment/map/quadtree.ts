/**
 * Which points of a plane to look at, so that the lines between regions are found with few of them. Cells of a coarse net
 * are split where their points differ, down to the finest grid; what lies in a cell whose points agree is taken to be like them.
 *
 *     o-------o-------x     o---o---o---x     All that is known of a cell are the points on its edges and in it. It is
 *     |       |       |     |   |   |   |     split in four (in two where one side is a single step) when
 *     |       |       |     |   o---x---x      - two of them differ, or
 *     |       |       |     |   |   |   |      - a neighbour's side is less than half of its own (2:1 balance): near
 *     o-------o-------x     o---o---o---x        a line cells are small on both sides, and what lies close to it shows.
 *
 * A line that was met once is followed wherever it goes, as finely as the grid is. A region that no point of the net hits and
 * no line leads to is missed: R. A. Finkel and J. L. Bentley, "Quad Trees", Acta Informatica 4 (1974), gave the tree its
 * name; no tree sees what nobody looked at.
 */
import { assert } from '../../kernel/errors.js';

/** Points are numbered row by row: row x columns + column. */
export interface PlaneSize {
	readonly columns: number;
	readonly rows: number;
}

/** In steps of the finest grid, all four ends in; left < right, bottom < top. */
interface Cell {
	readonly left: number;
	readonly right: number;
	readonly bottom: number;
	readonly top: number;
}

/** A point as the tree knows it; null where nothing can be said yet. */
export type Known<T> = { readonly value: T; readonly inferred: boolean } | null;

export class Quadtree<T> {
	#cells: Cell[];
	readonly #known = new Map<number, T>();

	/** @param coarse points per side of the net that is looked at whatever it shows; a side with fewer has all its points in it */
	constructor(
		private readonly plane: PlaneSize,
		coarse: number,
	) {
		const across = net(plane.columns, coarse);
		const up = net(plane.rows, coarse);
		this.#cells = up.flatMap(([bottom, top]) => across.map(([left, right]) => ({ left, right, bottom, top })));
	}

	/** What a look at a point has shown. Values are compared by identity. */
	record(point: number, value: T): void {
		this.#known.set(point, value);
	}

	/** The points to look at next, in their order; none when the line is found. */
	wanted(): number[] {
		for (;;) {
			const missing = new Set(this.#cells.flatMap((cell) => this.#corners(cell)).filter((p) => !this.#known.has(p)));
			if (missing.size > 0) return [...missing].toSorted((a, b) => a - b);
			const cells = this.#cells.flatMap((cell) => (this.#mustSplit(cell) ? split(cell) : [cell]));
			if (cells.length === this.#cells.length) return [];
			this.#cells = cells;
		}
	}

	/** All points of the plane, by number. */
	known(): Known<T>[] {
		const all: Known<T>[] = new Array(this.plane.columns * this.plane.rows).fill(null);
		for (const cell of this.#cells) {
			const values = this.#values(cell);
			if (values.size !== 1 || this.#corners(cell).some((point) => !this.#known.has(point))) continue;
			const [value] = values;
			for (const point of this.#points(cell)) all[point] = { value, inferred: true };
		}
		for (const [point, value] of this.#known) all[point] = { value, inferred: false };
		return all;
	}

	#mustSplit(cell: Cell): boolean {
		const { left, right, bottom, top } = cell;
		if (right - left === 1 && top - bottom === 1) return false;
		return this.#values(cell).size > 1 || this.#isUnbalanced(cell);
	}

	/** An edge carries a point that is neither its end nor its middle: whoever asked for it is less than half as large. */
	#isUnbalanced({ left, right, bottom, top }: Cell): boolean {
		for (let column = left + 1; column < right; column++) {
			if (column === middle(left, right)) continue;
			if (this.#isKnown(column, bottom) || this.#isKnown(column, top)) return true;
		}
		for (let row = bottom + 1; row < top; row++) {
			if (row === middle(bottom, top)) continue;
			if (this.#isKnown(left, row) || this.#isKnown(right, row)) return true;
		}
		return false;
	}

	#values(cell: Cell): Set<T> {
		const values = new Set<T>();
		for (const point of this.#points(cell)) {
			const value = this.#known.get(point);
			if (value !== undefined) values.add(value);
		}
		return values;
	}

	*#points({ left, right, bottom, top }: Cell): Generator<number> {
		for (let row = bottom; row <= top; row++)
			for (let column = left; column <= right; column++) yield this.#number(column, row);
	}

	#corners({ left, right, bottom, top }: Cell): number[] {
		return [bottom, top].flatMap((row) => [left, right].map((column) => this.#number(column, row)));
	}

	#isKnown = (column: number, row: number): boolean => this.#known.has(this.#number(column, row));

	#number = (column: number, row: number): number => row * this.plane.columns + column;
}

/** The first net on a side of `points` points: at most `coarse` of them, spread as evenly as whole steps allow. */
export function net(points: number, coarse: number): [from: number, to: number][] {
	assert(points >= 2 && coarse >= 2, `a side of ${points} points, ${coarse} of them in the net`);
	const cuts = Math.min(coarse, points) - 1;
	const at = (k: number): number => Math.round((k * (points - 1)) / cuts);
	return Array.from({ length: cuts }, (_, k) => [at(k), at(k + 1)]);
}

/** A stretch is halved at the same place whichever cell it bounds, so that the corners of neighbours meet. */
const middle = (from: number, to: number): number => from + Math.floor((to - from) / 2);

function split({ left, right, bottom, top }: Cell): Cell[] {
	return halves(bottom, top).flatMap(([low, high]) =>
		halves(left, right).map(([from, to]) => ({ left: from, right: to, bottom: low, top: high })),
	);
}

function halves(from: number, to: number): [from: number, to: number][] {
	if (to - from === 1) return [[from, to]];
	return [
		[from, middle(from, to)],
		[middle(from, to), to],
	];
}
