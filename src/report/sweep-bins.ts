/** The points of a Latin hypercube lie on no grid: over two axes they are gathered into one, each cell with the points in it. */
import { type SweepAxis, writeAmount } from '../experiment/sweep-axes.js';
import { heatMap, type Side } from './heat-map.js';
import { cellOf, scaleFor } from './sweep-cells.js';
import { clockOf, type SweepSummary } from './sweep-summary.js';

/** Rows and columns: as many as leave a point or more per cell on average, but no more than these. */
const MOST_BINS = 8;

/** @param summary of two axes */
export function gathered(summary: SweepSummary, show: string): string[] {
	const { axes, points, design } = summary;
	const most = Math.min(MOST_BINS, Math.max(2, Math.floor(Math.sqrt(design.total))));
	const [down, across] = axes.map((axis) => binsOf(axis, most));
	const cells = down.side.labels.map((_, i) =>
		across.side.labels.map((_, j) => {
			const inside = points.filter(({ values: [a, b] }) => down.binOf(a) === i && across.binOf(b) === j);
			return cellOf(inside, show);
		}),
	);
	const scale = scaleFor(show, cells.flat(), clockOf(summary));
	return heatMap({ down: down.side, across: across.side, cells, scale });
}

/** Where a value stands on its axis. */
export const placeOf = (value: string, axis: SweepAxis): number =>
	'values' in axis
		? axis.values.indexOf(value)
		: Number(value.slice(axis.prefix.length, value.length - axis.unit.length));

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
		return { side: { name, labels }, binOf: (value) => Math.floor((placeOf(value, axis) * bins) / values.length) };
	}
	const { min, max } = axis;
	const labels = Array.from({ length: most }, (_, k) => {
		const start = Number((min + (k / most) * (max - min)).toPrecision(3));
		return `${writeAmount(start, axis)}+`;
	});
	const binOf = (value: string): number =>
		max > min ? Math.min(most - 1, Math.floor(((placeOf(value, axis) - min) / (max - min)) * most)) : 0;
	return { side: { name, labels }, binOf };
}
