/**
 * A stability map as text for a terminal, 80 columns, legible without colour: the plane in letters, how many points each
 * region has, where regions end along x, and what was saved, and may have been missed, by not looking everywhere.
 */

import { type Axis, onAxis } from '../../experiment/map/axis.js';
import { REGIONS, type StabilityRegion } from '../../experiment/map/point-runs.js';
import type { StabilityMap } from '../../experiment/map/stability-map.js';
import { type MapSummary, mapSummary, type RegionStretch, type UndecidedPoint } from '../../experiment/map/summary.js';
import { kindOfReason } from '../../experiment/replicate/reasons.js';
import { present } from '../../experiment/statistics/moments.js';
import { proportionText } from '../../experiment/statistics/proportion.js';
import { durationText } from '../../experiment/task/judge.js';
import { formatShare } from '../../kernel/units.js';
import { formatCount } from '../../metrics/definitions/format.js';
import { failureLines } from '../text/failure-lines.js';
import { plain, type Style } from '../text/style.js';
import { clip, entry, WIDTH, wrap } from '../text/text-table.js';
import { LETTERS, plane } from './plane.js';

export interface MapReport {
	readonly label: string;
	readonly map: StabilityMap;
	/** what to know about the scenario, such as a trigger in it */
	readonly notes: readonly string[];
	/** the command that gives the map again; null leaves the line out */
	readonly rerun: string | null;
}

const LABEL = 15;
/** Lines of the plane whose regions are told in words. */
const LINES = 9;

/** With a line feed at its end. */
export function mapReport({ label, map, notes, rerun }: MapReport, style: Style = plain): string {
	const answer = mapSummary(map);
	const title = `${label}: stability, seeds from ${map.plan.firstSeed}`;
	const lines = [
		...wrap(title, WIDTH - 2).map((line) => style('title', `  ${line}`)),
		...(map.interrupted ? [style('bad', '  INTERRUPTED: what follows is what it has so far')] : []),
		...failed(map, style),
		...notes.flatMap((note) => wrap(note, WIDTH - 2)).map((line) => `  ${line}`),
		'',
		...plane(map, style),
		'',
		...legend(answer, map, style),
		'',
		style('title', clip(`  REGIONS ALONG ${map.plan.x.path}`, WIDTH)),
		...sampledLines(answer).flatMap(({ y, stretches }) =>
			entry(`at ${map.plan.y.texts[y]}`, inWords(stretches, map.plan.x), LABEL),
		),
		'',
		...undecidedLines(answer, map, style),
		style('title', '  HOW SURE'),
		...certainty(answer, map).flatMap(([head, text]) => entry(head, text, LABEL)),
	];
	if (rerun !== null) lines.push('', ...wrap(`again: ${rerun}`, WIDTH - 2).map((line) => style('dim', `  ${line}`)));
	return `${lines.join('\n')}\n`;
}

function failed({ failures, plan: { x, y } }: StabilityMap, style: Style): string[] {
	const columns = x.values.length;
	const texts = failures.map(({ point, start, seed, failure }) => {
		const place = `${x.texts[point % columns]}, ${y.texts[Math.floor(point / columns)]}`;
		return `${place}, ${start} start, seed ${seed}: ${failure.message}`;
	});
	return failureLines(texts, style);
}

export const MEANING: Readonly<Record<StabilityRegion, string>> = {
	safe: 'ends up from either start',
	vulnerable: 'up when fresh; begun collapsed, it stays down',
	doomed: 'goes down even when fresh',
	undecided: 'the runs do not tell',
};

function legend({ counts }: MapSummary, { partial }: StabilityMap, style: Style): string[] {
	const line = (cells: readonly string[]): string => {
		const [letters, name, meaning, lookedAt, inferred] = cells;
		return `  ${letters.padEnd(5)}${name.padEnd(12)}${meaning.padEnd(46)}${lookedAt.padStart(5)}${inferred.padStart(10)}`;
	};
	return [
		style('title', line(['', '', '', 'seen', 'inferred'])),
		...REGIONS.map((region) => {
			const { simulated, inferred } = LETTERS[region];
			const numbers = [counts[region].lookedAt, counts[region].inferred].map(formatCount);
			return line([`${simulated} ${inferred}`, region, MEANING[region], ...numbers]);
		}),
		...(partial ? ['  blank: not known yet'] : []),
	];
}

/** Some lines of the plane, evenly from the top to the bottom. */
export function sampledLines({ lines }: MapSummary): MapSummary['lines'] {
	const count = Math.min(LINES, lines.length);
	const at = (k: number): number => (count === 1 ? 0 : Math.round((k * (lines.length - 1)) / (count - 1)));
	return Array.from({ length: count }, (_, k) => lines[at(count - 1 - k)]);
}

/** Reasons, each with the number of points that have it and the first of them. */
export function undecidedTexts({ undecided }: MapSummary, { plan: { x, y } }: StabilityMap): string[] {
	const found = new Map<string, UndecidedPoint[]>();
	for (const one of undecided) {
		const kind = `${one.start} ${kindOfReason(one.why)}`;
		found.set(kind, [...(found.get(kind) ?? []), one]);
	}
	return [...found.values()].map((all) => {
		const [first] = all;
		const points = all.length;
		const needed = present(all.map(({ neededUs }) => neededUs));
		const would = needed.length < points ? '' : ` (${durationText(Math.max(...needed), { fromUs: 0 })} would decide)`;
		const place = `${x.path}=${x.texts[first.x]}, ${y.path}=${y.texts[first.y]}`;
		const where = points === 1 ? `at ${place}` : `at ${formatCount(points)} points, such as ${place}`;
		return `${where}, ${first.start} start: ${first.why}${would}`;
	});
}

function undecidedLines(answer: MapSummary, map: StabilityMap, style: Style): string[] {
	const texts = undecidedTexts(answer, map);
	if (texts.length === 0) return [];
	const lines = texts.flatMap((text) => wrap(text, WIDTH - 2)).map((line) => style('open', `  ${line}`));
	return [style('title', '  UNDECIDED'), ...lines, ''];
}

/** "safe up to 150/s, vulnerable 160/s to 290/s, doomed from 300/s" */
export function inWords(stretches: readonly RegionStretch[], { texts }: Axis): string {
	return stretches
		.map(({ region, from, to }) => {
			const name = region === null ? 'not known' : region;
			if (from === 0 && to === texts.length - 1) return `${name} all along`;
			if (from === 0) return `${name} up to ${texts[to]}`;
			if (to === texts.length - 1) return `${name} from ${texts[from]}`;
			return from === to ? `${name} at ${texts[from]}` : `${name} ${texts[from]} to ${texts[to]}`;
		})
		.join(', ');
}

export function certainty(answer: MapSummary, { plan, runs, check }: StabilityMap): [head: string, text: string][] {
	const { x, y, stoppingRule } = plan;
	const most = stoppingRule.sizes[stoppingRule.sizes.length - 1];
	const [columns, rows] = [x.values.length, y.values.length];
	const step = (of: { readonly x: number; readonly y: number }): string =>
		[onAxis(x, rounded(of.x)), onAxis(y, rounded(of.y))].join(' by ');
	const grid = `a grid of ${columns} x ${rows} takes ${formatCount(answer.gridRuns)}, ${most} from either start`;
	const pointsSeen = `${formatCount(answer.lookedAt)} of ${formatCount(answer.points)} points were looked at`;
	return [
		['runs', `${formatCount(runs)}; ${grid}: ${rounded(answer.gridRuns / runs, 2)} times as many; ${pointsSeen}`],
		[
			'points',
			`P(collapsed) is above or below ${formatShare(stoppingRule.bound)} at ${formatShare(stoppingRule.confidence)}, judged after ${listed(stoppingRule.sizes)} runs at ${formatShare(rounded(stoppingRule.eachConfidence, 3))} each`,
		],
		['lines', `known to one step of the finest grid, at most ${step(answer.cell)}`],
		[
			'the rest',
			`taken to be like the points around it, never looked at: a region smaller than a cell of the first net (${step(answer.net)}) may be missed`,
		],
		['check', checkText(check)],
	];
}

function checkText(check: StabilityMap['check']): string {
	if (check === null) return 'none of the inferred points was looked at; --check 40 would look at forty';
	return `inferred points of another region than inferred: ${proportionText(check)}`;
}

const listed = (sizes: readonly number[]): string =>
	sizes.length === 1 ? String(sizes[0]) : `${sizes.slice(0, -1).join(', ')} and ${sizes[sizes.length - 1]}`;

const rounded = (value: number, digits = 6): number => Number(value.toPrecision(digits));
