/**
 * A plane of values as text: a shade per cell that is legible without colour, its number beside it where there is room, the
 * labels of both sides, and a legend that says which values a shade stands for.
 */
import { clip, WIDTH } from './text-table.js';

export interface HeatMap {
	/** rows, from the top */
	readonly down: HeatMapAxis;
	/** columns, from the left */
	readonly across: HeatMapAxis;
	/** by row, then by column */
	readonly cells: readonly (readonly HeatMapCell[])[];
	readonly scale: Scale;
}

export interface HeatMapAxis {
	readonly name: string;
	readonly labels: readonly string[];
}

/** branches: runs end in more than one, so that no mean describes them · failed: no run came to its end · unknown: none could tell · none: it never happened, or nothing was there to measure · absent: another shard has it, or it has not run yet */
export type HeatMapCell = number | 'branches' | 'failed' | 'unknown' | 'none' | 'absent';

export interface Scale {
	/** what stands for a value */
	readonly shade: (value: number) => string;
	/** the value, as short as can be */
	readonly brief: (value: number) => string;
	/** each shade with the values it stands for, least first */
	readonly legend: readonly (readonly [shade: string, meaning: string])[];
}

const SHADES = ['·', '░', '▒', '▓', '█'] as const;
const MARKS = {
	branches: ['‡', 'some runs collapse: see the table'],
	failed: ['!', 'failed'],
	unknown: ['?', 'undecided: no run could tell'],
	none: ['-', 'never, or nothing to measure'],
	absent: [' ', ''],
} as const;

/** Of shares: never and always have a shade of their own, for they are the regions that a reader looks for. */
export const shareScale: Scale = {
	shade: (share) => SHADES[share === 0 ? 0 : share === 1 ? 4 : share < 1 / 3 ? 1 : share <= 2 / 3 ? 2 : 3],
	// What is not always is not 100, and what is not never is not 0.
	brief: (share) =>
		String(share === 0 || share === 1 ? 100 * share : Math.min(99, Math.max(1, Math.round(100 * share)))),
	legend: [
		[SHADES[0], '0%'],
		[SHADES[1], 'below 33%'],
		[SHADES[2], '33% to 67%'],
		[SHADES[3], 'above 67%'],
		[SHADES[4], '100%'],
	],
};

/** Five equal parts from the least of the values to the largest. @param show writes a value with its unit */
export function linearScale(values: readonly number[], show: (value: number) => string): Scale {
	const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
	const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
	const brief = (value: number): string => show(Number(value.toPrecision(3)));
	if (!(low < high)) {
		return {
			shade: () => SHADES[2],
			brief,
			legend: values.length === 0 ? [] : [[SHADES[2], `${brief(low)} everywhere`]],
		};
	}
	const edge = (part: number): string => brief(low + (part / SHADES.length) * (high - low));
	return {
		shade: (value) => SHADES[Math.min(SHADES.length - 1, Math.floor(((value - low) / (high - low)) * SHADES.length))],
		brief,
		legend: SHADES.map((shade, part) => [shade, part === 0 ? `${edge(0)} to ${edge(1)}` : `to ${edge(part + 1)}`]),
	};
}

const INDENT = 2;
const LONGEST_LABEL = 16;
/** Between two entries of the legend. */
const GAP = '   ';
/** A column of shades alone is no wider than this. */
const WIDEST = 4;

/** Lines of at most 80 columns; columns that do not fit beside each other follow in further blocks. */
export function heatMap({ down, across, cells, scale }: HeatMap): string[] {
	const labelWidth = Math.min(LONGEST_LABEL, Math.max(...down.labels.map((label) => label.length)));
	const room = WIDTH - INDENT - labelWidth - 1;
	const layout = layoutOf(cells, across, scale, room);
	const perBlock = Math.max(1, Math.floor((room + layout.gap) / layout.width));
	const nameWidth = (WIDTH - INDENT - 7) / 2;
	const lines = [`↓ ${clip(down.name, nameWidth)}   → ${clip(across.name, nameWidth)}`];
	for (let from = 0; from < across.labels.length; from += perBlock) {
		if (from > 0) lines.push('');
		const labels = across.labels.slice(from, from + perBlock);
		lines.push(' '.repeat(labelWidth + 1) + headings(labels, layout.width));
		for (const [i, label] of down.labels.entries()) {
			const drawn = cells[i]
				.slice(from, from + perBlock)
				.map(layout.draw)
				.join('');
			lines.push(`${clip(label, labelWidth).padStart(labelWidth)} ${drawn}`);
		}
	}
	return [...lines, '', ...legendLines(cells, scale)].map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd());
}

interface Layout {
	/** of a column */
	readonly width: number;
	/** blanks at its end, which the last one may lack */
	readonly gap: number;
	readonly draw: (cell: HeatMapCell) => string;
}

/** Shade and number where all columns have room for both, else as much shade as there is room for. */
function layoutOf(cells: HeatMap['cells'], { labels }: HeatMapAxis, { shade, brief }: Scale, room: number): Layout {
	const mark = (cell: HeatMapCell): string => (typeof cell === 'number' ? shade(cell) : MARKS[cell][0]);
	const number = (cell: HeatMapCell): string => (typeof cell === 'number' ? brief(cell) : '');
	const digits = cells.flat().reduce<number>((most, cell) => Math.max(most, number(cell).length), 0);
	// A shade, the number, and a blank to the next column.
	const least = digits + 3;
	if (least * labels.length <= room + 1) {
		const preferred = Math.max(least, ...labels.map((label) => label.length + 1));
		const width = preferred * labels.length <= room + 1 ? preferred : least;
		const draw = (cell: HeatMapCell): string => `${mark(cell)} ${number(cell).padStart(digits)}`.padEnd(width);
		return { width, gap: 1, draw };
	}
	const width = Math.min(WIDEST, Math.max(1, Math.floor(room / labels.length)));
	return { width, gap: 0, draw: (cell) => mark(cell).repeat(width) };
}

/** Each label over the first letter of its column, but those without room; the last one at least flush right. */
function headings(labels: readonly string[], width: number): string {
	let line = '';
	for (const [i, label] of labels.entries()) {
		const from = i * width;
		if (line !== '' && line.length + 1 > from) continue;
		const next = labels.length * width;
		if (from + label.length > next && i > 0) continue;
		line = line.padEnd(from) + label;
	}
	const last = labels[labels.length - 1];
	const end = Math.max(labels.length * width, last.length);
	return line.endsWith(last) || line.length + 1 > end - last.length ? line : line.padEnd(end - last.length) + last;
}

/** Only the marks that occur. */
function legendLines(cells: HeatMap['cells'], { legend }: Scale): string[] {
	const marks = (['branches', 'failed', 'unknown'] as const).filter((kind) =>
		cells.some((line) => line.includes(kind)),
	);
	const lines: string[] = [];
	for (const [shade, meaning] of [...legend, ...marks.map((kind) => MARKS[kind])]) {
		const entry = `${shade} ${meaning}`;
		const last = lines.length - 1;
		if (last >= 0 && lines[last].length + GAP.length + entry.length <= WIDTH - INDENT) lines[last] += GAP + entry;
		else lines.push(entry);
	}
	return lines;
}
