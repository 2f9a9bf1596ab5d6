/** Draws what happened on a chart, under the numbers of the chain of events. */
import type uPlot from 'uplot';
import { css } from './palette.js';
import type { Mark } from './shared-axis.js';

/** A line at everything that happened, with its number in the chain of events, as far as there is room. */
export function drawMarks(u: uPlot, marks: readonly Mark[]): void {
	const { ctx, bbox } = u;
	const dpr = devicePixelRatio;
	ctx.save();
	ctx.lineWidth = dpr;
	ctx.font = `600 ${10 * dpr}px system-ui, sans-serif`;
	ctx.textAlign = 'center';
	let free = Number.NEGATIVE_INFINITY;
	for (const { x, number, kind } of marks) {
		const at = u.valToPos(x, 'x', true);
		if (at < bbox.left - 1 || at > bbox.left + bbox.width + 1) continue;
		ctx.strokeStyle = css(`--${kind}`);
		ctx.setLineDash(kind === 'note' ? [2 * dpr, 3 * dpr] : [5 * dpr, 3 * dpr]);
		ctx.globalAlpha = 0.75;
		ctx.beginPath();
		ctx.moveTo(at, bbox.top);
		ctx.lineTo(at, bbox.top + bbox.height);
		ctx.stroke();
		ctx.globalAlpha = 1;
		if (at < free) continue;
		ctx.fillStyle = css('--text');
		ctx.fillText(String(number), at, bbox.top - 4 * dpr);
		free = at + 16 * dpr;
	}
	ctx.restore();
}
