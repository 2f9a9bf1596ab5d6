/** The legend of a chart, with the values at the crosshair; what it says is read out, too. */
import { h } from '../dom/dom.js';
import { swatch } from './palette.js';
import type { Panel } from './panel.js';

export function legendOf(panel: Panel): {
	list: HTMLElement;
	time: HTMLElement;
	say: (at: number | null, x: number | null) => string[];
} {
	const time = h('span', { class: 'when' });
	const { lines, bands = [] } = panel;
	const cells = lines.map(() => h('b', {}));
	const entries = lines.flatMap((line, i) =>
		line.edge
			? []
			: [
					h(
						'li',
						{},
						swatch(line.ink, line.apart ?? (line.stacked ? 'area' : 'line')),
						h('span', {}, line.label),
						cells[i],
					),
				],
	);
	const textAt = (i: number, at: number | null): string => {
		const value = at === null ? null : lines[i].values[at];
		return value === null || value === undefined ? '' : panel.y.show(value);
	};
	const cell = panel.plane === undefined ? null : h('b', {});
	if (cell !== null && panel.plane !== undefined) {
		const { most, show, unit, words } = panel.plane;
		const key = words?.map(({ label, ink }) => h('li', {}, swatch(ink, 'area'), h('span', {}, label))) ?? [
			h('li', {}, h('span', { class: 'ramp', 'aria-hidden': 'true' }), h('span', {}, `0 to ${show(most)} ${unit}`)),
		];
		entries.push(...key, h('li', {}, cell));
	}
	return {
		list: h('ul', { class: 'legend' }, h('li', {}, time), ...entries),
		time,
		say: (at, x) => {
			const texts = lines.map((line, i) => {
				const band = bands.find(({ middle }) => middle === i);
				const text = textAt(i, at);
				const around =
					band === undefined || text === '' ? '' : ` (${textAt(band.low, at)} to ${textAt(band.high, at)})`;
				cells[i].textContent = text + around;
				return text === '' || line.edge ? '' : `${line.label} ${text}${around}`;
			});
			if (cell !== null && panel.plane !== undefined) {
				cell.textContent = x === null ? '' : highest(panel, x);
				texts.push(cell.textContent);
			}
			return texts.filter((text) => text !== '');
		},
	};
}

/** The row of a plane that holds most at a time, or the word of each row. */
function highest({ plane, y }: Panel, x: number): string {
	if (plane === undefined) return '';
	const column = plane.columns.findLastIndex((start) => start <= x);
	const cells = column < 0 ? undefined : plane.cells[Math.min(column, plane.cells.length - 1)];
	if (cells === undefined) return '';
	if (plane.words !== undefined) {
		const said = cells.flatMap((value, row) => (value === null ? [] : [`${plane.rows[row]}: ${plane.show(value)}`]));
		return said.length === 0 ? 'nothing' : said.join(', ');
	}
	let best = -1;
	cells.forEach((value, row) => {
		if (value !== null && value > 0 && (best < 0 || value > Number(cells[best]))) best = row;
	});
	if (best < 0) return 'nothing';
	const name =
		plane.rows.length > 0 ? plane.rows[best] : `${y.show(plane.edges[best])} to ${y.show(plane.edges[best + 1])}`;
	return `most: ${name}, ${plane.show(Number(cells[best]))}`;
}
