/** A sweep as a picture: bars over one axis, a heat map over two, slices of it over more. Some have none, only the table. */

import { formatQuantity } from '../../metrics/definitions/format.js';
import { kindOf, spokenName } from '../../metrics/definitions/metrics.js';
import { heatMap } from '../text/heat-map.js';
import { WIDTH, wrap } from '../text/text-table.js';
import { type Bar, bars } from './bar-chart.js';
import { placeOf } from './bins.js';
import { isEnd, scaleFor } from './picture-cells.js';
import { gatheredOf, sideOf, slicesOf } from './planes.js';
import { clockOf, type FigureRow, type SweepSummary, scaleOf } from './summary.js';
import { figureText, shareText } from './sweep-numbers.js';

export interface SweepChart {
	/** what is shown: "P(collapsed)" */
	readonly title: string;
	readonly lines: readonly string[];
}

/** More slices of a grid, rows or columns of one, or bars, than these are left to the files. */
const MOST_SLICES = 6;
const MOST_ROWS = 100;
const MOST_COLUMNS = 240;
const MOST_BARS = 60;

/** @param show one of the verdicts with yes or no, or a figure that the sweep keeps @returns null where there is none to draw */
export function picture(summary: SweepSummary, show: string): SweepChart | null {
	const lines = linesOf(summary, show);
	return lines.length === 0 ? null : { title: isEnd(show) ? `P(${show})` : spokenName(show), lines };
}

function linesOf(summary: SweepSummary, show: string): string[] {
	const { axes, points, design } = summary;
	if (axes.length === 1) return points.length > MOST_BARS ? [] : barLines(summary, show);
	if (design.kind === 'lhs') return axes.length === 2 ? gathered(summary, show) : [];
	const [rows, columns] = axes.slice(-2).map((axis) => sideOf(axis).labels.length);
	return rows > MOST_ROWS || columns > MOST_COLUMNS ? [] : slices(summary, show);
}

/** Along the axis, whatever the order of the design. */
function barLines(summary: SweepSummary, show: string): string[] {
	const [axis] = summary.axes;
	const rows = summary.points.toSorted((a, b) => placeOf(a.values[0], axis) - placeOf(b.values[0], axis));
	if (rows.length === 0) return [];
	if (isEnd(show)) {
		const all = rows.map(({ values: [label], runs, probabilities: { [show]: share } }): Bar => {
			const [low, high] = share.interval;
			return { label, reach: share.of === 0 ? null : { low, high }, text: shareText(share, runs) };
		});
		return bars(all, { value: 1, text: '100%' });
	}
	const clock = clockOf(summary);
	const all = rows.map(({ values: [label], figures: { [show]: figure } }): Bar => {
		return { label, reach: reachOf(figure), text: figureText(show, figure, clock) };
	});
	const most = all.reduce((far, { reach }) => Math.max(far, reach === null ? 0 : reach.high), 0);
	const value = most > 0 ? most : 1;
	return bars(all, { value, text: formatQuantity(kindOf(show), value * scaleOf(show), clock) });
}

function reachOf({ mean, interval, branches }: FigureRow): Bar['reach'] {
	// From the lowest branch to the highest: no bar says that runs lie around their middle.
	const ends = (branches ?? []).flatMap((one) => (one.mean === null ? [] : (one.interval ?? [one.mean])));
	if (ends.length > 0) return { low: Math.max(0, Math.min(...ends)), high: Math.max(...ends) };
	if (interval !== null) return { low: Math.max(0, interval[0]), high: interval[1] };
	return mean === null ? null : { low: mean, high: mean };
}

/** Heat maps of the last two axes of a grid, one for each combination of the others. */
function slices(summary: SweepSummary, show: string): string[] {
	const planes = slicesOf(summary, show);
	const scale = scaleFor(
		show,
		planes.flatMap(({ cells }) => cells.flat()),
		clockOf(summary),
	);
	const lines: string[] = [];
	for (const [i, { name, ...plane }] of planes.slice(0, MOST_SLICES).entries()) {
		if (i > 0) lines.push('');
		if (name !== '') lines.push(...wrap(name, WIDTH - 2).map((line) => `  ${line}`));
		lines.push(...heatMap({ ...plane, scale }));
	}
	if (planes.length > MOST_SLICES)
		lines.push('', `  and ${planes.length - MOST_SLICES} more slices (points.csv, --format csv)`);
	return lines;
}

/** The points of a Latin hypercube lie on no grid: over two axes they are gathered into one, each cell with the points in it. */
function gathered(summary: SweepSummary, show: string): string[] {
	const { down, across, cells } = gatheredOf(summary, show);
	return heatMap({ down, across, cells, scale: scaleFor(show, cells.flat(), clockOf(summary)) });
}
