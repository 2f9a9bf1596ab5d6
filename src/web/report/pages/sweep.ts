/** The page of a sweep: each quantity over the axes, as heat maps with the line at which half of the runs collapse, or along one axis. */
import { formatQuantity } from '../../../metrics/definitions/format.js';
import { kindOf } from '../../../metrics/definitions/metrics.js';
import type { GridCell, GridPlane } from '../../../report/page/parts.js';
import type { SweepPage, SweepPicture } from '../../../report/sweep/page-data.js';
import { chart } from '../chart/chart.js';
import { gridChart } from '../chart/grid-figure.js';
import { type Grid, type GridChartCell, wordCell } from '../chart/grid-shape.js';
import type { Panel } from '../chart/panel.js';
import { SharedAxis } from '../chart/shared-axis.js';
import { choice } from '../dom/choice.js';
import { h, section } from '../dom/dom.js';
import { closingOf, openingOf } from '../sections/experiment.js';

export function sweepPage(page: SweepPage): Node[] {
	const place = h('div', {});
	const nav = choice(
		'Show',
		page.pictures.map(({ title }) => title),
		(i) => {
			if (page.pictures.length > 0) place.replaceChildren(...drawn(page, page.pictures[i]));
		},
	);
	return [
		openingOf(page, 'a sweep over its parameters'),
		section('pictures', 'Over the parameters', nav, place),
		closingOf(page),
	].filter((node) => node !== null);
}

function drawn(page: SweepPage, picture: SweepPicture): Node[] {
	if (picture.line !== null) return [lineChart(picture, picture.line)];
	const collapsed = page.pictures.find(({ name }) => name === 'collapsed');
	const values = picture.planes.flatMap(({ cells }) => cells.flat()).filter((cell) => typeof cell === 'number');
	const scale =
		picture.scale === 'share'
			? { least: 0, most: 1 }
			: {
					least: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
					most: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
				};
	return picture.planes.map((plane, i) =>
		gridChart(gridOf(picture, plane, i, scale, collapsed === undefined ? null : collapsed.planes[i])),
	);
}

const NO_CLOCK = { date: null, clockUs: 0, fromUs: 0, toUs: 0 };

function showOf({ name, scale }: SweepPicture): (value: number) => string {
	const kind = scale === 'share' ? 'share' : kindOf(name);
	return (value) => formatQuantity(kind === 'instant' ? 'duration' : kind, Number(value.toPrecision(3)), NO_CLOCK);
}

/** The more of these, the worse. */
const HARM: readonly string[] = ['collapsed', 'cascaded', 'unavailable', 'lost', 'outage-minutes'];

const WORDS = [
	{ label: 'every run failed', ink: 4 },
	{ label: 'undecided: no run could tell', ink: 7 },
	{ label: 'some runs collapse: means apart in points.csv', ink: 2 },
	{ label: 'never, or nothing to measure', ink: 6 },
] as const;

function cellOf(cell: GridCell): GridChartCell {
	if (typeof cell === 'number') return cell;
	if (cell === 'branches') return wordCell(2);
	if (cell === 'none') return wordCell(3);
	return cell === 'failed' ? wordCell(0) : cell === 'unknown' ? wordCell(1) : null;
}

function gridOf(
	picture: SweepPicture,
	{ name, down, across, cells }: GridPlane,
	i: number,
	scale: Pick<Grid, 'least' | 'most'>,
	collapsed: GridPlane | null,
): Grid {
	const half = (row: number, column: number): string | null => {
		const share = collapsed === null ? null : collapsed.cells[row][column];
		return typeof share === 'number' ? (share > 0.5 ? 'down' : 'up') : null;
	};
	return {
		id: `plane-${i}`,
		title: name === '' ? `${picture.title} over ${across.name} and ${down.name}` : `${picture.title}, ${name}`,
		caption: findingOf(picture, cells, scale),
		down,
		across,
		cells: cells.map((row) => row.map(cellOf)),
		ramp: HARM.includes(picture.name) ? 'bad' : 'plain',
		...scale,
		show: showOf(picture),
		words: WORDS,
		boundary: collapsed === null ? null : { meaning: 'where half of the runs collapse', sideOf: half },
		dotted: null,
	};
}

function findingOf(
	picture: SweepPicture,
	cells: GridPlane['cells'],
	{ least, most }: Pick<Grid, 'least' | 'most'>,
): string {
	const values = cells.flat().filter((cell) => typeof cell === 'number');
	const undecided = cells.flat().filter((cell) => cell === 'unknown').length;
	const open = undecided === 0 ? '' : ` Undecided at ${undecided} places: no run could tell.`;
	if (values.length === 0) return `Nothing is known here.${open}`;
	if (picture.scale === 'share') {
		const [never, always] = [
			values.filter((value) => value === 0).length,
			values.filter((value) => value === 1).length,
		];
		return `Never seen at ${never} of ${values.length} places, in every run at ${always}, in some runs at ${values.length - never - always}.${open}`;
	}
	const show = showOf(picture);
	return `Means over the runs of a point, from ${show(least)} to ${show(most)}; none where some of them collapse and others do not.${open}`;
}

/** Along one axis: values are as many places, whatever the distances between them. */
function lineChart(
	picture: SweepPicture,
	{ path, labels, values, low, high, undecided, branches }: NonNullable<SweepPicture['line']>,
): HTMLElement {
	const show = showOf(picture);
	const panel: Panel = {
		id: 'line',
		title: `${picture.title} along ${path}`,
		caption: `${said(values, labels, show)}${undecidedAt(undecided, labels)} The area is the interval at each point.`,
		xName: path,
		x: labels.map((_, i) => i),
		lines: [
			{ label: 'upper end of the interval', values: high, ink: 0, width: 0.7, edge: true },
			{ label: `${picture.title} (its interval)`, values, ink: 0, width: 2.2 },
			{ label: 'lower end of the interval', values: low, ink: 0, width: 0.7, edge: true },
			...(undecided.includes(true)
				? [
						{
							label: 'undecided: no run could tell',
							// A share that nobody could tell is drawn in the middle of what it may be.
							values: undecided.map((is) => (is ? (picture.scale === 'share' ? 0.5 : 0) : null)),
							ink: 7,
							apart: 'ring',
						} as const,
					]
				: []),
			...branches.map(
				({ branch, values: means }, i) =>
					({ label: `mean of the runs that end ${branch}`, values: means, ink: 1 + i, apart: 'dot' }) as const,
			),
		],
		bands: [{ high: 0, middle: 1, low: 2, ink: 0 }],
		y: { show, least: 0, ...(picture.scale === 'share' ? { most: 1.02 } : {}) },
		tall: true,
	};
	const last = Math.max(1, labels.length - 1);
	const stage = new SharedAxis(0, last, 1, [], () => {});
	return chart(panel, stage, (x) => (Number.isInteger(x) && x >= 0 && x < labels.length ? labels[x] : ''));
}

function undecidedAt(undecided: readonly boolean[], labels: readonly string[]): string {
	const at = labels.filter((_, i) => undecided[i]);
	return at.length === 0 ? '' : ` Undecided at ${at.join(', ')}: no run could tell.`;
}

function said(values: readonly (number | null)[], labels: readonly string[], show: (value: number) => string): string {
	const known = values.flatMap((value, i) => (value === null ? [] : [{ value, label: labels[i] }]));
	if (known.length === 0) return 'Nothing is known.';
	const [low, high] = [
		known.reduce((a, b) => (b.value < a.value ? b : a)),
		known.reduce((a, b) => (b.value > a.value ? b : a)),
	];
	if (low.value === high.value) return `${show(low.value)} everywhere.`;
	return `From ${show(low.value)} at ${low.label} to ${show(high.value)} at ${high.label}.`;
}
