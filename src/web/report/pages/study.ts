/** The page of a study of record: its planes, how to read them, and every row with its intervals. */
import type { StudyPage, StudyPlane } from '../../../report/study/page-data.js';
import { gridChart } from '../chart/grid-figure.js';
import type { Grid, GridChartCell } from '../chart/grid-shape.js';
import { h, section, table } from '../dom/dom.js';
import { opening } from '../sections/header.js';

export function studyPage(page: StudyPage): Node[] {
	const { version, rows, head, planes, reading } = page;
	return [
		opening({ ...page, kicker: `Retrystorm ${version}: a study of record, simulated` }),
		section('planes', 'At a glance', ...planes.map((plane, i) => gridChart(gridOf(plane, i)))),
		section('reading', 'Reading', h('ul', { class: 'said' }, ...reading.map((sentence) => h('li', {}, sentence)))),
		section('rows', 'All rows', table('All rows', head, rows)),
	];
}

function gridOf(
	{ title, caption, boundary, down, across, cells, texts, briefs, scale, unit, ramp, most }: StudyPlane,
	i: number,
): Grid {
	const depth = scale === 'log' ? (value: number) => Math.log10(1 + value) : (value: number) => value;
	const back = scale === 'log' ? (value: number) => 10 ** value - 1 : (value: number) => value;
	const values = cells.flat().flatMap((cell) => (typeof cell === 'number' ? [depth(cell)] : []));
	return {
		id: `plane-${i}`,
		title,
		caption,
		down,
		across,
		cells: cells.map((row) => row.map((cell): GridChartCell => (typeof cell === 'number' ? depth(cell) : null))),
		least: 0,
		ramp,
		most: most === null ? values.reduce((a, b) => Math.max(a, b), 0) : depth(most),
		show: (value) => `${Math.round(back(value)).toLocaleString('en-US')} ${unit}`,
		textAt: (row, column) => texts[row][column],
		briefAt: (row, column) => briefs[row][column],
		words: [],
		boundary:
			boundary === null
				? null
				: {
						meaning: boundary.meaning,
						sideOf: (row, column) => {
							const cell = cells[row][column];
							return typeof cell === 'number' ? String(cell > boundary.above) : null;
						},
					},
		dotted: null,
	};
}
