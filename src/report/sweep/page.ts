/** Makes the page's data of a sweep from its summary: what each quantity is over the axes, as planes or as a line. */

import { BRANCHES, type BranchName, ENDS } from '../../experiment/replicate/branch-statistics.js';
import { spokenName } from '../../metrics/definitions/metrics.js';
import { jsonOf } from '../files/json.js';
import { short } from '../page/bands.js';
import type { Assumptions, GridCell, GridPlane, PageHead, PageVerdict } from '../page/parts.js';
import type { HeatMapAxis } from '../text/heat-map.js';
import { placeOf } from './bins.js';
import type { SweepPage, SweepPicture } from './page-data.js';
import { isEnd } from './picture-cells.js';
import { gatheredOf, type SweepPlane, sideOf, slicesOf } from './planes.js';
import { type PointRow, type SweepSummary, scaleOf } from './summary.js';
import { titleOf } from './text.js';
import { undecidedTexts } from './undecided-points.js';

/** Cells of all pictures together, beyond which only the quantity that was asked for is drawn: points.csv has all. */
const MOST_CELLS = 60_000;
/** Slices of a grid of more than two axes, and pairs of axes of a Latin hypercube. */
const MOST_PLANES = 12;

export function sweepPage(summary: SweepSummary, about: PageHead, assumptions: Assumptions | null): SweepPage {
	const { show, quantities, points, version, ...head } = summary;
	const names = [show, ...[...ENDS, ...quantities].filter((name) => name !== show)];
	const shown = names.length * points.length > MOST_CELLS ? names.slice(0, 1) : names;
	return {
		kind: 'sweep',
		version,
		...about,
		label: `${about.label}: ${summary.axes.map(({ path }) => path).join(' × ')}`,
		asked: titleOf(summary),
		verdicts: verdictsOf(summary),
		findings: summary.axes
			.map((axis) => ({ label: axis.path, text: 'values' in axis ? valuesText(sideOf(axis)) : '' }))
			.filter(({ text }) => text !== '')
			.concat(undecidedTexts(summary, show).map((text) => ({ label: 'undecided', text }))),
		assumptions,
		show,
		pictures: shown.map((name) => pictureOf(summary, name)).filter(drawsAny),
		// The points themselves stay in summary.json: there may be a hundred thousand.
		summary: jsonOf({ ...head, version, show, quantities, points: points.length }),
	};
}

const valuesText = ({ labels }: HeatMapAxis): string =>
	labels.length <= 12
		? labels.join(', ')
		: `${labels.slice(0, 3).join(', ')}, … ${labels[labels.length - 1]} (${labels.length} values)`;

/** By the whole interval, not by the share: a point where it straddles a half is not told. */
function verdictsOf({ points }: SweepSummary): PageVerdict[] {
	const known = points.filter(({ probabilities: { collapsed } }) => collapsed.of > 0);
	const above = known.filter(({ probabilities: { collapsed } }) => collapsed.interval[0] > 0.5).length;
	const below = known.filter(({ probabilities: { collapsed } }) => collapsed.interval[1] < 0.5).length;
	const straddles = known.length - above - below;
	const parts = [
		`above one half at ${above} of ${points.length} points`,
		`below it at ${below}`,
		...(straddles === 0 ? [] : [`not told apart from it at ${straddles}`]),
	];
	const text = `P(collapsed) is ${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)} (whole intervals)`;
	const tone = above > 0 ? 'bad' : below === points.length ? 'good' : 'note';
	const silent = points.filter(({ runs, probabilities: { collapsed } }) => runs > 0 && collapsed.of === 0).length;
	const verdicts: PageVerdict[] = known.length === 0 ? [] : [{ text, tone }];
	if (silent > 0)
		verdicts.push({
			text: `P(collapsed) is undecided at ${silent} of ${points.length} points: no run could tell`,
			tone: 'open',
		});
	const failed = points.filter(({ failures }) => failures.length > 0).length;
	if (failed > 0) verdicts.push({ text: `runs failed at ${failed} points`, tone: 'bad' });
	return verdicts;
}

function pictureOf(summary: SweepSummary, name: string): SweepPicture {
	const { axes, design } = summary;
	const head = {
		name,
		title: isEnd(name) ? `P(${name})` : spokenName(name),
		scale: isEnd(name) ? ('share' as const) : ('quantity' as const),
	};
	if (axes.length === 1) return { ...head, planes: [], line: lineOf(summary, name) };
	const planes =
		design.kind === 'lhs'
			? pairsOf(axes.length).map((pair) => gatheredOf(summary, name, pair))
			: slicesOf(summary, name);
	return { ...head, planes: planes.slice(0, MOST_PLANES).map(planeOf), line: null };
}

function pairsOf(axes: number): [number, number][] {
	return Array.from({ length: axes }, (_, a) => a).flatMap((a) =>
		Array.from({ length: axes - a - 1 }, (_, k): [number, number] => [a, a + 1 + k]),
	);
}

/** The first value of the lower axis stands at the bottom, as on any chart. */
const planeOf = ({ name, down, across, cells }: SweepPlane): GridPlane => ({
	name,
	down: { name: down.name, labels: down.labels.toReversed() },
	across,
	cells: cells
		.toReversed()
		.map((line) => line.map((cell): GridCell => (typeof cell === 'number' ? Number(cell.toPrecision(4)) : cell))),
});

/** Along the axis, whatever the order of the design. */
function lineOf({ axes: [axis], points }: SweepSummary, name: string): SweepPicture['line'] {
	const rows = points.toSorted((a, b) => placeOf(a.values[0], axis) - placeOf(b.values[0], axis));
	const read = rows.map((row) => estimateOf(row, name));
	return {
		path: axis.path,
		labels: rows.map(({ values: [label] }) => label),
		values: read.map(({ value }) => short(value)),
		low: read.map(({ low }) => short(low)),
		high: read.map(({ high }) => short(high)),
		undecided: rows.map((row, i) => read[i].value === null && isUndecided(row, name)),
		branches: branchLines(rows, name),
	};
}

/** Means of each branch, where runs of some point end in more than one: a line through all means would describe no run. */
function branchLines(rows: readonly PointRow[], name: string): NonNullable<SweepPicture['line']>['branches'] {
	if (isEnd(name)) return [];
	const meanAt = ({ figures }: PointRow, branch: BranchName): number | null => {
		const found = figures[name].branches?.find((one) => one.branch === branch);
		return found === undefined || found.mean === null ? null : found.mean * scaleOf(name);
	};
	return BRANCHES.map((branch) => ({ branch, values: rows.map((row) => short(meanAt(row, branch))) })).filter(
		({ values }) => values.some((value) => value !== null),
	);
}

/** In the unit of the quantity. */
function estimateOf(
	{ runs, probabilities, figures }: PointRow,
	name: string,
): { value: number | null; low: number | null; high: number | null } {
	if (isEnd(name)) {
		const { share, interval } = probabilities[name];
		// What no run could tell may be anything.
		if (share === null) return runs === 0 ? NOTHING : { value: null, low: 0, high: 1 };
		return { value: share, low: interval[0], high: interval[1] };
	}
	const { mean, interval } = figures[name];
	const scale = scaleOf(name);
	if (mean === null) return NOTHING;
	const [low, high] = interval === null ? [mean, mean] : interval;
	return { value: mean * scale, low: low * scale, high: high * scale };
}

const NOTHING = { value: null, low: null, high: null };

/** No run could tell, which is not the same as never. */
function isUndecided({ runs, probabilities, figures }: PointRow, name: string): boolean {
	if (runs === 0) return false;
	if (isEnd(name)) return probabilities[name].of === 0;
	return figures[name].branches === undefined && figures[name].undecided !== undefined;
}

const drawsAny = ({ planes, line }: SweepPicture): boolean =>
	planes.some(({ cells }) => cells.some((row) => row.some((cell) => typeof cell === 'number' || cell === 'unknown'))) ||
	line?.values.some((value, i) => value !== null || line.undecided[i]) === true;
