/** Where decisions end, a curve does: behind its last value, what is open when the run ends is grey. */
import type uPlot from 'uplot';
import { css } from './palette.js';
import type { Values } from './panel.js';

/** Said in the caption of a panel that has such a tail. */
export const OPEN_TAIL = ' Grey at the end: too many requests are still open there to tell.';

/** Where the tail begins that none of these courses fills; undefined where one of them reaches the end. */
export function openFrom(courses: readonly Values[], x: readonly number[]): number | undefined {
	const last = courses.reduce(
		(most, values) =>
			Math.max(
				most,
				values.findLastIndex((value) => value !== null),
			),
		-1,
	);
	return last < 0 || last + 1 >= x.length ? undefined : x[last + 1];
}

export function drawOpenTail(u: uPlot, from: number): void {
	const { ctx, bbox } = u;
	const left = Math.max(bbox.left, u.valToPos(from, 'x', true));
	const right = bbox.left + bbox.width;
	if (left >= right) return;
	ctx.save();
	ctx.globalAlpha = 0.35;
	ctx.fillStyle = css('--faint');
	ctx.fillRect(left, bbox.top, right - left, bbox.height);
	ctx.restore();
}
