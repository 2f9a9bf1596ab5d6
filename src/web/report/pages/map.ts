/** The page of a stability map: the plane of regions with the lines between them, and how sure it is. */
import type { MapPage } from '../../../report/map/page-data.js';
import { gridChart } from '../chart/grid-figure.js';
import { type Grid, wordCell } from '../chart/grid-shape.js';
import { h, section } from '../dom/dom.js';
import { closingOf, openingOf } from '../sections/experiment.js';
import { findingList } from '../sections/header.js';

export function mapPage(page: MapPage): Node[] {
	return [
		openingOf(page, 'where it is stable'),
		section(
			'plane',
			'Safe, vulnerable, doomed',
			...page.notes.map((note) => h('p', { class: 'hint' }, note)),
			gridChart(gridOf(page)),
		),
		section('along', `Regions along ${page.across.name}`, findingList(page.along)),
		section('sure', 'How sure', findingList(page.sure)),
		closingOf(page),
	].filter((node) => node !== null);
}

const REGIONS = [
	{ letter: 's', name: 'safe', ink: 3 },
	{ letter: 'v', name: 'vulnerable', ink: 1 },
	{ letter: 'd', name: 'doomed', ink: 4 },
	{ letter: 'u', name: 'undecided', ink: 8 },
] as const;

function gridOf({ down, across, rows, meanings }: MapPage): Grid {
	const regionAt = (row: number, column: number): number => {
		const letter = rows[row][column].toLowerCase();
		return REGIONS.findIndex((region) => region.letter === letter);
	};
	const cells = rows.map((row, i) => [...row].map((_, j) => (regionAt(i, j) < 0 ? null : wordCell(regionAt(i, j)))));
	const counts = REGIONS.map(({ name, letter }) => ({
		name,
		count: [...rows.join('')].filter((one) => one.toLowerCase() === letter).length,
	}));
	const nonEmpty = counts.filter(({ count }) => count > 0).map(({ name, count }) => `${count} ${name}`);
	return {
		id: 'map',
		title: `${down.name} against ${across.name}`,
		caption: `Of ${rows.join('').length} points ${nonEmpty.join(', ')}.`,
		down,
		across,
		cells,
		ramp: 'plain',
		least: 0,
		most: 1,
		show: String,
		words: REGIONS.map(({ name, ink }) => ({ label: `${name}: ${meanings[name]}`, ink })),
		boundary: {
			meaning: 'line between regions',
			sideOf: (row, column) => (regionAt(row, column) < 0 ? null : REGIONS[regionAt(row, column)].name),
		},
		dotted: {
			meaning: 'looked at; the others are inferred',
			at: (row, column) => /[A-Z]/.test(rows[row][column]),
		},
	};
}
