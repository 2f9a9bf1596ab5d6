/**
 * A plane of two parameters as a figure: cells on a canvas by hand, the line where one side ends drawn across them, a
 * cursor for mouse and keyboard that says what it stands on, and the cells as a table.
 */
import { details, h, table } from '../dom/dom.js';
import { draw, layoutOf } from './grid-draw.js';
import { type Grid, wordCell, wordOf } from './grid-shape.js';
import { onScheme, swatch } from './palette.js';

export function gridChart(grid: Grid): HTMLElement {
	const { id, title, caption, down, across } = grid;
	const canvas = h('canvas', { 'aria-hidden': 'true' });
	const plot = h(
		'div',
		{
			class: 'grid-plot',
			role: 'application',
			tabindex: 0,
			'aria-label': `${title}: ${down.labels.length} by ${across.labels.length} cells, arrow keys move`,
			'aria-describedby': `${id}-caption`,
		},
		canvas,
	);
	const said = h('p', { class: 'readout', 'aria-live': 'polite' }, 'Point at a cell, or move with the arrow keys.');
	let at: readonly [row: number, column: number] | null = null;
	const paint = (): void => {
		if (plot.clientWidth > 0) draw(canvas, grid, layoutOf(grid, plot.clientWidth), at);
	};
	const go = (row: number, column: number): void => {
		at = [clamp(row, down.labels.length), clamp(column, across.labels.length)];
		said.textContent = readout(grid, ...at);
		paint();
	};
	plot.addEventListener('pointermove', ({ offsetX, offsetY }) => {
		const { left, top, cellWidth, cellHeight } = layoutOf(grid, plot.clientWidth);
		const [row, column] = [Math.floor((offsetY - top) / cellHeight), Math.floor((offsetX - left) / cellWidth)];
		if (row >= 0 && row < down.labels.length && column >= 0 && column < across.labels.length) go(row, column);
	});
	plot.addEventListener('keydown', (event) => {
		const move = MOVES[event.key];
		if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		if (at === null) go(down.labels.length - 1, 0);
		else go(at[0] + move[0], at[1] + move[1]);
	});
	new ResizeObserver(paint).observe(plot);
	onScheme(paint);
	return h(
		'figure',
		{ id, class: 'panel grid' },
		h('h3', {}, title),
		h('figcaption', { id: `${id}-caption` }, caption),
		plot,
		said,
		legendOf(grid),
		details('Data behind this chart', () => [dataTable(grid)]),
	);
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
	ArrowUp: [-1, 0],
	ArrowDown: [1, 0],
	ArrowLeft: [0, -1],
	ArrowRight: [0, 1],
};

const clamp = (i: number, count: number): number => Math.min(count - 1, Math.max(0, i));

function readout(grid: Grid, row: number, column: number): string {
	const { down, across, dotted } = grid;
	const place = `${across.name} ${across.labels[column]}, ${down.name} ${down.labels[row]}`;
	const how = dotted?.at(row, column) === true ? ` (${dotted.meaning})` : '';
	return `${place}: ${textOf(grid, row, column)}${how}`;
}

function textOf({ show, words, cells, textAt }: Grid, row: number, column: number): string {
	const cell = cells[row][column];
	if (cell === null) return 'not known';
	if (textAt !== undefined) return textAt(row, column);
	return cell < 0 ? words[wordOf(cell)].label : show(cell);
}

function legendOf({ least, most, ramp: colour, show, cells, words, boundary, dotted }: Grid): HTMLElement {
	const used = cells.flat();
	const items = words
		.filter((_, i) => used.includes(wordCell(i)))
		.map(({ label, ink }) => h('li', {}, swatch(ink, 'area'), h('span', {}, label)));
	if (used.some((cell) => cell !== null && cell >= 0)) {
		const ramp = h('span', { class: `ramp ${colour}`, 'aria-hidden': 'true' });
		items.unshift(h('li', {}, ramp, h('span', {}, `${show(least)} to ${show(most)}`)));
	}
	if (boundary !== null)
		items.push(h('li', {}, h('span', { class: 'edge', 'aria-hidden': 'true' }), h('span', {}, boundary.meaning)));
	if (dotted !== null)
		items.push(h('li', {}, h('span', { class: 'dot', 'aria-hidden': 'true' }, '•'), h('span', {}, dotted.meaning)));
	return h('ul', { class: 'legend' }, ...items);
}

function dataTable(grid: Grid): HTMLElement {
	const { title, down, across, cells } = grid;
	const rows = cells.map((row, i) => [down.labels[i], ...row.map((_, j) => textOf(grid, i, j))]);
	return table(title, [`${down.name} \\ ${across.name}`, ...across.labels], rows);
}
