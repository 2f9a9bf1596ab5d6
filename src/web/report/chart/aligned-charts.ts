/** Panels on one stage, with what drives all of them: the range that is seen, and the way back to all of it. */

import { button, h } from '../dom/dom.js';
import { chart } from './chart.js';
import type { Panel } from './panel.js';
import { type Mark, SharedAxis } from './shared-axis.js';

interface Staging {
	/** of the whole axis, in seconds, and how far an arrow key goes */
	readonly start: number;
	readonly end: number;
	readonly step: number;
	readonly marks: readonly Mark[];
	/** writes a place on the axis */
	readonly time: (x: number) => string;
}

/** Each call makes a stage of its own. */
export function staged(panels: readonly Panel[], staging: Staging, hint: string): Node[] {
	const { tools, charts } = stagedApart(panels, staging, hint);
	return [...tools, ...charts];
}

/** The same where the charts stand in several places of a page. */
export function stagedApart(
	panels: readonly Panel[],
	{ start, end, step, marks, time }: Staging,
	hint: string,
): { readonly tools: HTMLElement[]; readonly charts: HTMLElement[] } {
	const reset = button('Show all', () => stage.reset(), { disabled: true });
	const stage = new SharedAxis(start, end, step, marks, (zoomed) => {
		reset.disabled = !zoomed;
		range.textContent = `${time(stage.from)} to ${time(stage.to)}`;
	});
	// The same instant stands at the same place in all panels: they leave as much room as the longest name needs.
	const names = panels.flatMap(({ plane }) => (plane === undefined || plane.inside ? [] : plane.rows));
	stage.longestName = Math.max(0, ...names.map((name) => name.length));
	const range = h('span', { class: 'range', 'aria-live': 'polite' }, `${time(stage.from)} to ${time(stage.to)}`);
	return {
		tools: [h('p', { class: 'hint' }, hint), h('p', { class: 'tools' }, range, reset)],
		charts: panels.map((panel) => chart(panel, stage, time)),
	};
}

export const HOW =
	'Drag to zoom, double-click to see all; with the keyboard: arrows move the crosshair on all charts, + and − zoom, Escape shows all.';
