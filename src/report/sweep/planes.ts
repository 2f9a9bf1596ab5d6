/** A sweep as planes of cells, for the terminal and the page alike: slices of a grid, or a Latin hypercube gathered into one. */
import type { SweepAxis } from '../../experiment/sweep/axes.js';
import type { HeatMapAxis, HeatMapCell } from '../text/heat-map.js';
import { binsOf } from './bins.js';
import { cellOf } from './picture-cells.js';
import type { PointRow, SweepSummary } from './summary.js';

export interface SweepPlane {
	/** which slice it is: "clients.apps.timeout = 2s, edge.workers = 4"; '' where there is but one */
	readonly name: string;
	readonly down: HeatMapAxis;
	readonly across: HeatMapAxis;
	/** by row, then by column */
	readonly cells: readonly (readonly HeatMapCell[])[];
}

/** Of the last two axes of a grid, one for each combination of the others. @param show an end, or a figure that is kept */
export function slicesOf(summary: SweepSummary, show: string): SweepPlane[] {
	const { axes, points, design } = summary;
	const [down, across] = axes.slice(-2).map(sideOf);
	const perSlice = down.labels.length * across.labels.length;
	const byNumber = new Map<number, PointRow[]>(points.map((row) => [row.point, [row]]));
	const cells = Array.from({ length: design.total }, (_, point) => cellOf(byNumber.get(point) ?? [], show));
	return Array.from({ length: cells.length / perSlice }, (_, slice) => {
		const all = cells.slice(slice * perSlice, (slice + 1) * perSlice);
		const plane = down.labels.map((_, i) => all.slice(i * across.labels.length, (i + 1) * across.labels.length));
		return { name: axes.length > 2 ? sliceName(summary, slice) : '', down, across, cells: plane };
	});
}

/** Rows and columns: as many as leave a point or more per cell on average, but no more than these. */
const MOST_BINS = 8;

/** Points that lie on no grid, over two of their axes. @param pair their places among the axes */
export function gatheredOf({ axes, points, design }: SweepSummary, show: string, [a, b] = [0, 1]): SweepPlane {
	const most = Math.min(MOST_BINS, Math.max(2, Math.floor(Math.sqrt(design.total))));
	const [down, across] = [axes[a], axes[b]].map((axis) => binsOf(axis, most));
	const cells = down.side.labels.map((_, i) =>
		across.side.labels.map((_, j) => {
			const inside = points.filter(({ values }) => down.binOf(values[a]) === i && across.binOf(values[b]) === j);
			return cellOf(inside, show);
		}),
	);
	return { name: '', down: down.side, across: across.side, cells };
}

/** Of an axis of a grid, which has steps. */
export function sideOf(axis: SweepAxis): HeatMapAxis {
	return { name: axis.path, labels: 'values' in axis ? axis.values : [] };
}

function sliceName({ axes }: SweepSummary, slice: number): string {
	let rest = slice;
	const parts = axes
		.slice(0, -2)
		.map(sideOf)
		.toReversed()
		.map(({ name, labels }) => {
			const label = labels[rest % labels.length];
			rest = Math.floor(rest / labels.length);
			return `${name} = ${label}`;
		});
	return parts.toReversed().join(', ');
}
