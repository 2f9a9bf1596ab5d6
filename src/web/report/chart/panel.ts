/** What a panel shows, as plain data; `chart.ts` draws it. */

export type Values = readonly (number | null)[];

export interface Line {
	readonly label: string;
	readonly values: Values;
	/** colour and dash, or colour and texture where it is stacked */
	readonly ink: number;
	/** areas on top of each other, from the first line up */
	readonly stacked?: true;
	readonly width?: number;
	/** the edge of a band: it has no entry of its own in the legend */
	readonly edge?: true;
	/** single readings rather than a course */
	readonly dots?: true;
	/** readings that no line joins */
	readonly apart?: 'dot' | 'ring';
}

/** A filled stretch between two of the lines, told beside a third. */
export interface Band {
	readonly high: number;
	readonly middle: number;
	readonly low: number;
	readonly ink: number;
}

export interface PanelPlane {
	/** names of the rows from the lowest, where the side has names */
	readonly rows: readonly string[];
	/** names too long for the axis stand in their rows */
	readonly inside?: true;
	/** edges of the rows on the value axis, one more than there are rows */
	readonly edges: readonly number[];
	/** by column, then row; null: nothing there */
	readonly cells: readonly Values[];
	/** start of every column, and the end of the last, in seconds */
	readonly columns: readonly number[];
	readonly most: number;
	/** what a cell says */
	readonly unit: string;
	/** where a cell is a word rather than an amount: the words by their numbers, each with an ink of its own */
	readonly words?: readonly { readonly label: string; readonly ink: number }[];
	readonly show: (value: number) => string;
}

export interface Panel {
	readonly id: string;
	readonly title: string;
	/** states the finding */
	readonly caption: string;
	/** what lies on the axis; time unless said */
	readonly xName?: string;
	/** places on the axis: seconds, where it is time */
	readonly x: readonly number[];
	readonly lines: readonly Line[];
	readonly bands?: readonly Band[];
	readonly plane?: PanelPlane;
	readonly y: {
		readonly show: (value: number) => string;
		readonly log?: true;
		readonly least?: number;
		readonly most?: number;
	};
	/** from there on requests are open, and nothing is told */
	readonly openFrom?: number;
	readonly tall?: true;
	/** the picture of the first screen: rows of the table of events lead back to its marks */
	readonly anchors?: true;
	/** of the chart, in pixels, where neither of the two usual heights would do */
	readonly height?: number;
}
