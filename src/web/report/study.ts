/** The page of a study of record: how to read it, its planes, and every row with its intervals. */
import { formatCount } from '../../metrics/format.js';
import type { StudyPage } from '../../report/page-data.js';
import { h, section, table } from './dom.js';
import { gridChart } from './grid.js';
import type { Cell } from './grid-shape.js';
import { opening } from './header.js';

export function studyPage(page: StudyPage): Node[] {
	const { version, rows, head, planes, reading } = page;
	return [
		opening({ ...page, kicker: `Retrystorm ${version}: a study of record, simulated` }),
		section('planes', 'At a glance', ...planes.map((plane, i) => gridChart(gridOf(plane, i)))),
		section('reading', 'Reading', h('ul', { class: 'said' }, ...reading.map((sentence) => h('li', {}, sentence)))),
		section('rows', 'All rows', table('All rows', head, rows)),
	];
}

function gridOf({ title, caption, boundary, down, across, cells, texts }: StudyPage['planes'][number], i: number) {
	const values = cells.flat().filter((cell) => typeof cell === 'number');
	const most = values.reduce((a, b) => Math.max(a, b), 0);
	return {
		id: `plane-${i}`,
		title,
		caption,
		down,
		across,
		cells: cells.map((row) => row.map((cell): Cell => (typeof cell === 'number' ? cell : null))),
		least: 0,
		most,
		show: formatCount,
		textAt: (row: number, column: number): string => texts[row][column],
		words: [],
		boundary:
			boundary === null
				? null
				: {
						meaning: boundary.meaning,
						sideOf: (row: number, column: number): string | null => {
							const cell = cells[row][column];
							return typeof cell === 'number' ? String(cell > boundary.above) : null;
						},
					},
		dotted: null,
	};
}
