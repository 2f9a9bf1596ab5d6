/**
 * A panel as a figure: uPlot's canvas on the shared stage, a caption that states the finding, a legend with the values at
 * the crosshair, and the data as a table. It is a slider for the keyboard: arrows move the crosshair, + and - zoom.
 */
import uPlot from 'uplot';
import { details, h } from '../dom/dom.js';
import { dataTable } from './data-table.js';
import { drawPlane } from './heat-map.js';
import { legendOf } from './legend.js';
import { drawMarks, placeMarks } from './marks.js';
import { drawOpenTail } from './open-tail.js';
import { css, dashOf, inkOf, onScheme, textureOf } from './palette.js';
import type { Line, Panel } from './panel.js';
import { onPaper } from './paper.js';
import type { SharedAxis } from './shared-axis.js';

const HEIGHT = 190;
const TALL = 260;

/** @param time writes seconds on the axis as people read them */
export function chart(panel: Panel, stage: SharedAxis, time: (x: number) => string): HTMLElement {
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
	const markRow = h('div', { class: 'marks' });
	const figure = h(
		'figure',
		{ id: panel.id, class: 'panel' },
		h('h3', {}, panel.title),
		h('figcaption', { id: `${panel.id}-caption` }, panel.caption),
		stage.marks.length > 0 ? markRow : null,
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
		legend.time.textContent = x === null ? '' : time(at === null ? x : panel.x[at]);
		if (x === null) return;
		const when = time(at === null ? x : panel.x[at]);
		plotAt.setAttribute('aria-valuenow', String(Math.round(x)));
		plotAt.setAttribute('aria-valuetext', `${when}: ${texts.join(', ')}`);
	};
	stage.join({ point, show: (from, to) => plot?.setScale('x', { min: from, max: to }) });
	plotAt.addEventListener('keydown', (event) => {
		if (!event.ctrlKey && !event.metaKey && !event.altKey && stage.key(event.key, event.shiftKey))
			event.preventDefault();
	});
	const draw = (): void => {
		plot = new uPlot(optionsOf(panel, stage, time, width(), markRow), dataOf(panel), plotAt);
		for (const canvas of plotAt.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');
	};
	// uPlot measures: it is made once the figure stands in the page.
	new ResizeObserver(() => {
		if (plotAt.clientWidth === 0) return;
		if (plot === null) draw();
		else if (plot.width !== width()) plot.setSize({ width: width(), height: plot.height });
	}).observe(plotAt);
	onScheme(() => plot?.redraw(false, true));
	onPaper((paper) => {
		if (paper !== null && plot === null) draw();
		plot?.setSize({ width: paper ?? width(), height: plot.height });
		plot?.redraw(false, true);
	});
	return figure;
}

function optionsOf(
	panel: Panel,
	stage: SharedAxis,
	time: (x: number) => string,
	width: number,
	row: HTMLElement,
): uPlot.Options {
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
		padding: [6, 26, 0, 0],
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
					if (panel.openFrom !== undefined) drawOpenTail(u, panel.openFrom);
					if (panel.plane !== undefined) drawPlane(u, panel.plane);
				},
			],
			draw: [
				(u) => {
					drawMarks(u, stage.marks);
					placeMarks(u, row, stage.marks, panel.anchors === true);
				},
			],
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
