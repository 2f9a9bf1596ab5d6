/**
 * The events on a chart: a line at each on the canvas, and above it their numbers as links to the table of events. Numbers
 * that would hide each other become one ("7-9"); hover and focus list what they are.
 */
import type uPlot from 'uplot';
import { h } from '../dom/dom.js';
import { css } from './palette.js';
import type { Mark } from './shared-axis.js';

/** A line at everything that happened. */
export function drawMarks(u: uPlot, marks: readonly Mark[]): void {
	const { ctx, bbox } = u;
	const dpr = devicePixelRatio;
	ctx.save();
	ctx.lineWidth = dpr;
	ctx.globalAlpha = 0.75;
	for (const { x, kind } of marks) {
		const at = u.valToPos(x, 'x', true);
		if (at < bbox.left - 1 || at > bbox.left + bbox.width + 1) continue;
		ctx.strokeStyle = css(`--${kind}`);
		ctx.setLineDash(kind === 'note' ? [2 * dpr, 3 * dpr] : [5 * dpr, 3 * dpr]);
		ctx.beginPath();
		ctx.moveTo(at, bbox.top);
		ctx.lineTo(at, bbox.top + bbox.height);
		ctx.stroke();
	}
	ctx.restore();
}

export interface Cluster {
	/** of its middle, in pixels */
	readonly at: number;
	readonly marks: readonly Mark[];
}

/** Room for a number and its padding. */
const widthOf = (marks: readonly Mark[]): number => 8 + 7 * labelOf(marks).length;

/** Marks in order of time, those together whose numbers would touch. */
export function clustersOf(placed: readonly { readonly at: number; readonly mark: Mark }[]): Cluster[] {
	const clusters: { first: number; last: number; marks: Mark[] }[] = [];
	const middle = ({ first, last }: { first: number; last: number }): number => (first + last) / 2;
	for (const { at, mark } of placed.toSorted((a, b) => a.at - b.at || a.mark.number - b.mark.number)) {
		clusters.push({ first: at, last: at, marks: [mark] });
		while (clusters.length > 1) {
			const [left, right] = clusters.slice(-2);
			if (middle(right) - middle(left) >= (widthOf(left.marks) + widthOf(right.marks)) / 2 + 2) break;
			clusters.splice(-2, 2, { first: left.first, last: right.last, marks: [...left.marks, ...right.marks] });
		}
	}
	// Within a time bucket the table has events in another order than their instants.
	return clusters.map((one) => ({
		at: middle(one),
		marks: one.marks.toSorted((a, b) => a.number - b.number),
	}));
}

/** "7", or "7-9": events are numbered in order of time. */
export const labelOf = (marks: readonly Mark[]): string =>
	marks.length === 1 ? String(marks[0].number) : `${marks[0].number}-${marks[marks.length - 1].number}`;

/** Puts the numbers above the plot, after every draw. @param anchors whether rows of the table lead back to these */
export function placeMarks(u: uPlot, row: HTMLElement, marks: readonly Mark[], anchors: boolean): void {
	const dpr = devicePixelRatio;
	const [left, width] = [u.bbox.left / dpr, u.bbox.width / dpr];
	const placed = marks
		.map((mark) => ({ mark, at: left + u.valToPos(mark.x, 'x') }))
		.filter(({ at }) => at >= left - 1 && at <= left + width + 1);
	row.replaceChildren(
		...clustersOf(placed).map(({ at, marks: some }) => {
			const list = some.map(({ number, text }) => `${number}: ${text}`);
			const link = h(
				'a',
				{
					class: `mark ${some[0].kind}${at > u.width / 2 ? ' late' : ''}`,
					href: `#event-${some[0].number}`,
					tabindex: anchors ? 0 : -1,
					'aria-label': `${labelOf(some)}: ${list.join('; ')}`,
					'data-events': some.map(({ number }) => number).join(' '),
				},
				labelOf(some),
				...(anchors ? some.map(({ number }) => h('i', { id: `mark-${number}` })) : []),
				h('span', { class: 'tip', 'aria-hidden': 'true' }, ...list.map((text) => h('span', {}, text))),
			);
			link.style.left = `${at}px`;
			return link;
		}),
	);
}
