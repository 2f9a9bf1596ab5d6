/**
 * A sweep as a picture: bars over one axis, a heat map over two, slices of it over more. The points of a Latin hypercube lie
 * on no grid and are gathered into one; over more than two axes they have no picture, only the table.
 */
import { ENDS, type End } from '../experiment/answer.js';
import { type SweepAxis, writeAmount } from '../experiment/sweep-axes.js';
import { type Clock, formatQuantity } from '../metrics/format.js';
import { type Cell, heatMap, linearScale, type Scale, type Side, shareScale } from './heat-map.js';
import { type Bar, bars } from './sweep-bars.js';
import { clockOf, type FigureRow, kindOf, type PointRow, type SweepSummary, scaleOf } from './sweep-summary.js';
import { figureText, shareText } from './sweep-words.js';

export interface Picture {
	/** what is shown: "P(collapsed)" */
	readonly title: string;
	readonly lines: readonly string[];
}

/** More slices of a grid, rows of one, or bars, than these are left to the files. */
const MOST_SLICES = 6;
const MOST_ROWS = 100;
const MOST_BARS = 60;
/** A Latin hypercube is gathered into at most so many rows and columns. */
const MOST_BINS = 8;

/** @param show one of the verdicts with yes or no, or a figure that the sweep keeps @returns null where there is none to draw */
export function picture(summary: SweepSummary, show: string): Picture | null {
	const { axes, points, design } = summary;
	const title = isEnd(show) ? `P(${show})` : show;
	if (axes.length === 1) {
		const lines = points.length > MOST_BARS ? [] : barLines(summary, show);
		return lines.length === 0 ? null : { title, lines };
	}
	if (design.kind === 'lhs') return axes.length === 2 ? { title, lines: gathered(summary, show) } : null;
	const [down] = axes.slice(-2).map(sideOf);
	return down.labels.length > MOST_ROWS ? null : { title, lines: slices(summary, show) };
}

/** In order of the axis; dark up to the lower end of the interval, light up to the upper. */
function barLines(summary: SweepSummary, show: string): string[] {
	const clock = clockOf(summary);
	const rows = inOrder(summary);
	const all = rows.map((row): Bar => {
		const [label] = row.values;
		if (isEnd(show)) {
			const share = row.probabilities[show];
			const [low, high] = share.interval;
			return { label, reach: share.of === 0 ? null : { low, high }, text: shareText(share) };
		}
		const figure = row.figures[show];
		return { label, reach: reachOf(figure), text: figureText(show, figure, clock) };
	});
	if (all.length === 0) return [];
	if (isEnd(show)) return bars(all, { value: 1, text: '100%' });
	const most = all.reduce((far, { reach }) => Math.max(far, reach === null ? 0 : reach.high), 0);
	const value = most > 0 ? most : 1;
	return bars(all, { value, text: formatQuantity(kindOf(show), value * scaleOf(show), clock) });
}

function reachOf({ mean, interval }: FigureRow): Bar['reach'] {
	if (interval !== null) return { low: Math.max(0, interval[0]), high: interval[1] };
	return mean === null ? null : { low: mean, high: mean };
}

/** The points of a stretch come in the order of the design; a bar chart is read along the axis. */
function inOrder({ axes: [axis], points }: SweepSummary): PointRow[] {
	const place = ({ values: [value] }: PointRow): number =>
		'values' in axis ? axis.values.indexOf(value) : amountOf(value, axis);
	return points.toSorted((a, b) => place(a) - place(b));
}

/** Heat maps of the last two axes, one for each combination of the others. */
function slices(summary: SweepSummary, show: string): string[] {
	const { axes, points } = summary;
	const [down, across] = axes.slice(-2).map(sideOf);
	const perSlice = down.labels.length * across.labels.length;
	const byNumber = new Map(points.map((row) => [row.point, row]));
	const cells = Array.from({ length: summary.design.total }, (_, index) => cellOf(byNumber.get(index), show));
	const scale = scaleFor(show, cells, clockOf(summary));
	const count = cells.length / perSlice;
	const lines: string[] = [];
	for (let slice = 0; slice < Math.min(count, MOST_SLICES); slice++) {
		const all = cells.slice(slice * perSlice, (slice + 1) * perSlice);
		const plane = down.labels.map((_, i) => all.slice(i * across.labels.length, (i + 1) * across.labels.length));
		if (slice > 0) lines.push('');
		if (axes.length > 2) lines.push(`  ${sliceName(summary, slice)}`);
		lines.push(...heatMap({ down, across, cells: plane, scale }));
	}
	if (count > MOST_SLICES) lines.push('', `  and ${count - MOST_SLICES} more slices: points.csv has them all`);
	return lines;
}

function sideOf(axis: SweepAxis): Side {
	return { name: axis.path, labels: 'values' in axis ? axis.values : [] };
}

/** "clients.apps.timeout = 2s, edge.workers = 4" */
function sliceName({ axes }: SweepSummary, slice: number): string {
	const leading = axes.slice(0, -2).map(sideOf);
	let rest = slice;
	const parts = leading.toReversed().map(({ name, labels }) => {
		const label = labels[rest % labels.length];
		rest = Math.floor(rest / labels.length);
		return `${name} = ${label}`;
	});
	return parts.toReversed().join(', ');
}

/** A grid of a Latin hypercube's points: every cell has what the points in it say together. */
function gathered(summary: SweepSummary, show: string): string[] {
	const { axes, points, design } = summary;
	const most = Math.min(MOST_BINS, Math.max(2, Math.floor(Math.sqrt(design.total))));
	const [down, across] = axes.map((axis) => binsOf(axis, most));
	const cells = down.side.labels.map((_, i) =>
		across.side.labels.map((_, j) => {
			const inside = points.filter(({ values: [a, b] }) => down.binOf(a) === i && across.binOf(b) === j);
			return together(inside, show);
		}),
	);
	const scale = scaleFor(show, cells.flat(), clockOf(summary));
	return heatMap({ down: down.side, across: across.side, cells, scale });
}

interface Bins {
	readonly side: Side;
	readonly binOf: (value: string) => number;
}

/** Few values have a bin each, in their order; many, and stretches, share equal parts, named by where they begin. */
function binsOf(axis: SweepAxis, most: number): Bins {
	const name = axis.path;
	if ('values' in axis) {
		const { values } = axis;
		const bins = Math.min(most, values.length);
		const starts = Array.from({ length: bins }, (_, k) => values[Math.ceil((k * values.length) / bins)]);
		const labels = bins < values.length ? starts.map((start) => `${start}+`) : starts;
		return { side: { name, labels }, binOf: (value) => Math.floor((values.indexOf(value) * bins) / values.length) };
	}
	const { min, max } = axis;
	const labels = Array.from({ length: most }, (_, k) => {
		const start = Number((min + (k / most) * (max - min)).toPrecision(3));
		return `${writeAmount(start, axis)}+`;
	});
	const binOf = (value: string): number =>
		max > min ? Math.min(most - 1, Math.floor(((amountOf(value, axis) - min) / (max - min)) * most)) : 0;
	return { side: { name, labels }, binOf };
}

/** The number of a value of a stretch. */
const amountOf = (value: string, { prefix, unit }: { prefix: string; unit: string }): number =>
	Number(value.slice(prefix.length, value.length - unit.length));

function scaleFor(show: string, cells: readonly Cell[], clock: Clock): Scale {
	if (isEnd(show)) return shareScale;
	const values = cells.filter((cell) => typeof cell === 'number');
	return linearScale(values, (value) => formatQuantity(kindOf(show), value, clock));
}

/** Whether a name is that of a verdict with yes or no. */
export const isEnd = (name: string): name is End => ENDS.some((end) => end === name);

const cellOf = (row: PointRow | undefined, show: string): Cell => together(row === undefined ? [] : [row], show);

/** Hits of all runs; of a figure the mean over points. In the unit of the quantity. */
function together(rows: readonly PointRow[], show: string): Cell {
	const known = rows.filter(({ runs, failures }) => runs + failures.length > 0);
	if (known.length === 0) return 'absent';
	const value = isEnd(show) ? sharePooled(known, show) : meanPooled(known, show);
	if (value !== null) return value;
	return known.every(({ runs }) => runs === 0) ? 'failed' : 'unknown';
}

function sharePooled(rows: readonly PointRow[], end: End): number | null {
	const of = sum(rows.map(({ probabilities }) => probabilities[end].of));
	return of === 0 ? null : sum(rows.map(({ probabilities }) => probabilities[end].hits)) / of;
}

function meanPooled(rows: readonly PointRow[], name: string): number | null {
	const means = rows.map(({ figures }) => figures[name].mean).filter((mean) => mean !== null);
	return means.length === 0 ? null : (scaleOf(name) * sum(means)) / means.length;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
