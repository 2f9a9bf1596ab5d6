/**
 * A panel as a figure: uPlot's canvas on the shared stage, a caption that states the finding, a legend with the values at
 * the crosshair, and the data as a table. It is a slider for the keyboard: arrows move the crosshair, + and - zoom.
 */
import uPlot from 'uplot';
import { button, details, h, table } from './dom.js';
import { drawPlane } from './heat.js';
import { css, dashOf, inkOf, onScheme, swatch, textureOf } from './ink.js';
import type { Line, Panel } from './panel.js';
import type { Mark, Stage } from './stage.js';

const PAGE = 25;
const HEIGHT = 190;
const TALL = 260;

/** @param time writes seconds on the axis as people read them */
export function chart(panel: Panel, stage: Stage, time: (x: number) => string): HTMLElement {
	const plotAt = h('div', {
		class: 'plot',
		role: 'slider',
		tabindex: 0,
		'aria-label': `${panel.title}: crosshair along ${panel.xName ?? 'time'}`,
		'aria-describedby': `${panel.id}-caption`,
		'aria-valuemin': Math.round(stage.start),
		'aria-valuemax': Math.round(stage.end),
		'aria-valuenow': Math.round(stage.start),
		'aria-valuetext': 'nothing chosen; arrow keys move the crosshair, plus and minus zoom, Escape shows all',
	});
	const legend = legendOf(panel);
	const figure = h(
		'figure',
		{ id: panel.id, class: 'panel' },
		h('h3', {}, panel.title),
		h('figcaption', { id: `${panel.id}-caption` }, panel.caption),
		plotAt,
		legend.list,
		details('Data behind this chart', () => [dataTable(panel, time)]),
	);
	let plot: uPlot | null = null;
	const width = (): number => Math.max(240, plotAt.clientWidth);
	const point = (x: number | null): void => {
		plot?.setCursor({ left: x === null ? -10 : plot.valToPos(x, 'x'), top: 10 }, false);
		const at = x === null ? null : nearest(panel.x, x);
		const texts = legend.say(at, x);
		if (x === null) return;
		const when = time(at === null ? x : panel.x[at]);
		legend.time.textContent = when;
		plotAt.setAttribute('aria-valuenow', String(Math.round(x)));
		plotAt.setAttribute('aria-valuetext', `${when}: ${texts.join(', ')}`);
	};
	stage.join({ point, show: (from, to) => plot?.setScale('x', { min: from, max: to }) });
	plotAt.addEventListener('keydown', (event) => {
		if (!event.ctrlKey && !event.metaKey && !event.altKey && stage.key(event.key, event.shiftKey))
			event.preventDefault();
	});
	const draw = (): void => {
		plot = new uPlot(optionsOf(panel, stage, time, width()), dataOf(panel), plotAt);
		for (const canvas of plotAt.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');
	};
	// uPlot measures: it is made once the figure stands in the page.
	new ResizeObserver(() => {
		if (plotAt.clientWidth === 0) return;
		if (plot === null) draw();
		else if (plot.width !== width()) plot.setSize({ width: width(), height: plot.height });
	}).observe(plotAt);
	onScheme(() => plot?.redraw(false, true));
	return figure;
}

function optionsOf(panel: Panel, stage: Stage, time: (x: number) => string, width: number): uPlot.Options {
	const { least, most, log, show } = panel.y;
	const axis = (): uPlot.Axis => ({
		stroke: () => css('--faint'),
		grid: { stroke: () => css('--grid'), width: 1 },
		ticks: { stroke: () => css('--grid'), width: 1 },
		font: '12px system-ui, sans-serif',
	});
	// One width for all panels: the same instant stands at the same place in each.
	const side = Math.round(Math.min(0.4 * width, Math.max(width < 520 ? 70 : 100, 28 + 7 * stage.longestName)));
	const named = panel.plane !== undefined && panel.plane.rows.length > 0 ? panel.plane : null;
	return {
		width,
		height: panel.height ?? (panel.tall ? TALL : HEIGHT),
		tzDate: (x) => uPlot.tzDate(new Date(x * 1000), 'Etc/UTC'),
		legend: { show: false },
		padding: [18, 26, 0, 0],
		scales: {
			x: { time: true, range: () => [stage.from, stage.to] },
			y: {
				distr: log ? 3 : 1,
				range: (_, low, high) => [
					least === undefined ? low : least,
					most === undefined ? Math.max(high * 1.05, (least === undefined ? 0 : least) + 1e-9) : most,
				],
			},
		},
		axes: [
			{ ...axis(), size: 34, space: width < 520 ? 62 : 90, values: (_, splits) => splits.map(time) },
			named === null
				? {
						...axis(),
						size: side,
						...(log ? { splits: (_: uPlot, __: number, low: number, high: number) => decades(low, high) } : {}),
						values: (_, splits) => splits.map((value) => (value === null ? '' : show(value))),
					}
				: {
						...axis(),
						size: side,
						grid: { show: false },
						splits: () => named.rows.map((_, row) => row + 0.5),
						values: () => named.rows.map((name) => (named.inside ? '' : name)),
					},
		],
		series: [{}, ...orderOf(panel).map((line) => seriesOf(line))],
		bands: (panel.bands ?? []).map(({ high, low, ink }) => ({
			series: [high + 1, low + 1],
			fill: () => `color-mix(in srgb, ${inkOf(ink)} 22%, transparent)`,
		})),
		cursor: {
			y: false,
			points: { show: panel.plane === undefined },
			drag: { x: true, y: false, setScale: false },
			bind: {
				dblclick: () => () => {
					stage.reset();
					return null;
				},
			},
		},
		hooks: {
			setCursor: [
				(u) => {
					const { left, event } = u.cursor;
					if (event === undefined || left === undefined) return;
					stage.point(left < 0 ? null : u.posToVal(left, 'x'));
				},
			],
			setSelect: [
				(u) => {
					const { left, width: wide } = u.select;
					if (wide > 4) stage.zoom(u.posToVal(left, 'x'), u.posToVal(left + wide, 'x'));
					u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
				},
			],
			drawAxes: [
				(u) => {
					if (panel.plane !== undefined) drawPlane(u, panel.plane);
				},
			],
			draw: [(u) => drawMarks(u, stage.marks)],
		},
	};
}

/** Powers of ten between two values: an axis that begins at a half of one says round numbers all the same. */
function decades(low: number, high: number): number[] {
	const first = Math.ceil(Math.log10(low) - 1e-9);
	const last = Math.floor(Math.log10(high) + 1e-9);
	return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => 10 ** (first + k));
}

function seriesOf(line: Line): uPlot.Series {
	const { ink, width = 1.6 } = line;
	if (line.stacked)
		return { width: 0.8, stroke: () => inkOf(ink), fill: (u) => textureOf(ink, u.ctx), points: { show: false } };
	if (line.apart !== undefined) {
		const isDot = line.apart === 'dot';
		const fill = (): string => (isDot ? inkOf(ink) : css('--card'));
		return {
			stroke: () => inkOf(ink),
			paths: () => null,
			points: { show: true, size: isDot ? 6 : 9, width: 2, fill },
		};
	}
	return {
		width,
		stroke: () => inkOf(ink),
		dash: dashOf(ink),
		points: line.dots ? { show: true, size: 6, fill: () => inkOf(ink) } : { show: false },
		spanGaps: line.dots === true,
	};
}

function dataOf(panel: Panel): uPlot.AlignedData {
	return [[...panel.x], ...orderOf(panel).map(({ values }) => [...values])] as uPlot.AlignedData;
}

/** Areas pile up from the first: drawn from the sum of all down to the first alone, each over the one before; lines over all of them. */
function orderOf({ lines, x }: Panel): Line[] {
	const sums = x.map(() => 0);
	const areas = lines
		.filter(({ stacked }) => stacked)
		.map((line): Line => {
			line.values.forEach((value, i) => {
				if (value !== null) sums[i] += value;
			});
			return { ...line, values: [...sums] };
		});
	return [...areas.toReversed(), ...lines.filter(({ stacked }) => !stacked)];
}

/** A line at everything that happened, with its number in the chain of events, as far as there is room. */
function drawMarks(u: uPlot, marks: readonly Mark[]): void {
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

function legendOf(panel: Panel): {
	list: HTMLElement;
	time: HTMLElement;
	say: (at: number | null, x: number | null) => string[];
} {
	const time = h('span', { class: 'when' }, 'values at the crosshair');
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

function nearest(x: readonly number[], at: number): number | null {
	if (x.length === 0) return null;
	let low = 0;
	let high = x.length - 1;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (x[middle] <= at) low = middle;
		else high = middle;
	}
	return Math.abs(x[low] - at) <= Math.abs(x[high] - at) ? low : high;
}

/** Twenty-five rows at a time, of every value that was drawn. */
function dataTable(panel: Panel, time: (x: number) => string): HTMLElement {
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
