/** What a plane of two parameters shows, as plain data; `grid-figure.ts` makes a figure of it, `grid-draw.ts` draws. */

export interface Grid {
	readonly id: string;
	readonly title: string;
	/** states the finding */
	readonly caption: string;
	readonly down: GridAxis;
	readonly across: GridAxis;
	/** by row from the top; null: nothing known there */
	readonly cells: readonly (readonly GridChartCell[])[];
	/** the colour of much: of harm, or of an amount that is neither good nor bad */
	readonly ramp: 'bad' | 'plain';
	/** values are drawn as densities from `least` to `most` */
	readonly least: number;
	readonly most: number;
	readonly show: (value: number) => string;
	/** what a cell says in full, where that is more than its value */
	readonly textAt?: (row: number, column: number) => string;
	/** what stands in a cell where there is room: shorter than that */
	readonly briefAt?: (row: number, column: number) => string;
	/** a word for every kind of cell that is no value, or for all of them */
	readonly words: readonly CellWord[];
	/** what the line that is drawn means, and which cells stand on which side of it; null: on none */
	readonly boundary: {
		readonly meaning: string;
		readonly sideOf: (row: number, column: number) => string | null;
	} | null;
	/** cells that were looked at rather than inferred carry a dot; null where all are alike */
	readonly dotted: { readonly meaning: string; readonly at: (row: number, column: number) => boolean } | null;
}

/** A value, or the number of a word, below zero: -1 is the first word. */
export type GridChartCell = number | null;

export interface CellWord {
	readonly label: string;
	readonly ink: number;
}

export interface GridAxis {
	readonly name: string;
	readonly labels: readonly string[];
}

export const wordCell = (index: number): number => -1 - index;
export const wordOf = (cell: number): number => -1 - cell;
