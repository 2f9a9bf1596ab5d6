/** Draws a plane of cells on a chart's canvas, under its lines: the more there is, the denser the colour. */
import type uPlot from 'uplot';
import { css } from './ink.js';
import type { Plane } from './panel.js';

/** A little must be seen beside a lot: density grows with the square root. */
const density = (value: number, most: number): number =>
	most > 0 ? 0.12 + 0.88 * Math.sqrt(Math.min(1, value / most)) : 0;

export function drawPlane(u: uPlot, { edges, cells, columns, most }: Plane): void {
	const { ctx, bbox } = u;
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	ctx.fillStyle = css('--ramp');
	const ys = edges.map((edge) => Math.round(u.valToPos(edge, 'y', true)));
	const xs = columns.map((column) => Math.round(u.valToPos(column, 'x', true)));
	cells.forEach((column, k) => {
		if (xs[k + 1] < bbox.left || xs[k] > bbox.left + bbox.width) return;
		column.forEach((value, row) => {
			if (value === null || value <= 0) return;
			ctx.globalAlpha = density(value, most);
			ctx.fillRect(xs[k], ys[row + 1], Math.max(1, xs[k + 1] - xs[k]), Math.max(1, ys[row] - ys[row + 1]));
		});
	});
	ctx.restore();
}
