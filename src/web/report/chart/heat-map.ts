/** Draws a plane of cells on a chart's canvas, under its lines: the more there is, the denser the colour. */
import type uPlot from 'uplot';
import { css, textureOf } from './palette.js';
import type { PanelPlane } from './panel.js';

/** A little must be seen beside a lot: density grows with the square root. */
const density = (value: number, most: number): number =>
	most > 0 ? 0.12 + 0.88 * Math.sqrt(Math.min(1, value / most)) : 0;

export function drawPlane(u: uPlot, { rows, inside, edges, cells, columns, most, words }: PanelPlane): void {
	const { ctx, bbox } = u;
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	ctx.fillStyle = css('--ramp');
	const fillings = words?.map(({ ink }) => textureOf(ink, ctx));
	const ys = edges.map((edge) => Math.round(u.valToPos(edge, 'y', true)));
	const xs = columns.map((column) => Math.round(u.valToPos(column, 'x', true)));
	// Rows that have names stand apart, by as much as a name takes where it stands in its row.
	const above = rows.length === 0 ? 0 : inside ? NAME_HEIGHT * devicePixelRatio : 1;
	cells.forEach((column, k) => {
		if (xs[k + 1] < bbox.left || xs[k] > bbox.left + bbox.width) return;
		column.forEach((value, row) => {
			if (value === null || (fillings === undefined && value <= 0)) return;
			if (fillings === undefined) ctx.globalAlpha = density(value, most);
			else ctx.fillStyle = fillings[value];
			const [top, bottom] = [ys[row + 1] + above, ys[row]];
			ctx.fillRect(xs[k], top, Math.max(1, xs[k + 1] - xs[k]), Math.max(1, bottom - top));
		});
	});
	if (inside) for (const [row, name] of rows.entries()) writeInside(u, name, row);
	ctx.restore();
}

/** Room for a name above the cells of its row, in pixels. */
const NAME_HEIGHT = 18;

function writeInside({ ctx, bbox, valToPos }: uPlot, name: string, row: number): void {
	const dpr = devicePixelRatio;
	ctx.globalAlpha = 1;
	ctx.font = `${12 * dpr}px system-ui, sans-serif`;
	ctx.textAlign = 'left';
	ctx.fillStyle = css('--text');
	ctx.fillText(name, bbox.left + 4 * dpr, valToPos(row + 1, 'y', true) + 13 * dpr);
}
