/** The data behind a chart. */
import { button, h, table } from '../dom/dom.js';
import type { Panel } from './panel.js';

const PAGE = 25;

/** Twenty-five rows at a time, of every value that was drawn. */
export function dataTable(panel: Panel, time: (x: number) => string): HTMLElement {
	const { plane } = panel;
	const at = plane === undefined || panel.lines.length > 0 ? panel.x : plane.columns.slice(0, plane.cells.length);
	const rowNames =
		plane === undefined
			? []
			: plane.rows.length > 0
				? plane.rows
				: plane.edges.slice(0, -1).map((edge, i) => `${panel.y.show(edge)} to ${panel.y.show(plane.edges[i + 1])}`);
	const head = [panel.xName ?? 'time', ...panel.lines.map(({ label }) => label), ...rowNames];
	const holder = h('div', { class: 'data' });
	let from = 0;
	const turn = (by: number): void => {
		from = Math.max(0, Math.min(from + by, Math.max(0, at.length - 1)));
		const rows = at.slice(from, from + PAGE).map((x, k) => {
			const i = from + k;
			const values = panel.lines.map(({ values }) => (values[i] === null ? '' : panel.y.show(Number(values[i]))));
			const cells = plane === undefined ? [] : plane.cells[i].map((value) => (value === null ? '' : plane.show(value)));
			return [time(x), ...values, ...cells];
		});
		const last = Math.min(at.length, from + PAGE);
		holder.replaceChildren(
			table(`${panel.title}, rows ${from + 1} to ${last}`, head, rows),
			h(
				'p',
				{ class: 'pager' },
				button('Earlier', () => turn(-PAGE), { disabled: from === 0 }),
				` rows ${at.length === 0 ? 0 : from + 1} to ${last} of ${at.length} `,
				button('Later', () => turn(PAGE), { disabled: last >= at.length }),
			),
		);
	};
	turn(0);
	return holder;
}
