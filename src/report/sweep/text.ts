/**
 * A sweep as text for a terminal, 80 columns: what was swept, the picture of one quantity, a line per point with its
 * intervals, and what failed. Where some runs of a point collapse, its means stand apart by branch.
 */

import type { End } from '../../experiment/replicate/branch-statistics.js';
import { type SweepAxis, writeAmount } from '../../experiment/sweep/axes.js';
import { spokenName } from '../../metrics/definitions/metrics.js';
import { labelOf } from '../../scenario/variants.js';
import { plain, type Style } from '../text/style.js';
import { clip, entry, WIDTH, wrap } from '../text/text-table.js';
import { isEnd } from './picture-cells.js';
import { clockOf, type PointRow, type SweepSummary } from './summary.js';
import { picture } from './sweep-chart.js';
import { figureText, shareText } from './sweep-numbers.js';
import { undecidedTexts } from './undecided-points.js';

export interface SweepReport {
	readonly summary: SweepSummary;
	/** the quantity of the picture */
	readonly show: string;
	/** the command that gives it all again; null leaves the line out */
	readonly rerun: string | null;
}

/** More points, and more axes of them, than these are left to the files. */
const MOST_LINES = 40;
const MOST_AXES = 8;
/** Longer paths of axes are cut. */
const MOST_LABEL = 45;
/** Failures that are told by point; the others are counted. */
const MOST_FAILURES = 5;

/** With a line feed at its end. */
export function sweepReport({ summary, show, rerun }: SweepReport, style: Style = plain): string {
	const drawn = picture(summary, show);
	const labelWidth = Math.min(MOST_LABEL, Math.max(...summary.axes.map(({ path }) => path.length))) + 3;
	const lines = [
		...wrap(titleOf(summary), WIDTH - 2).map((line) => style('title', `  ${line}`)),
		...summary.axes.flatMap((axis) => entry(axis.path, valuesText(axis), labelWidth)),
		...failureLines(summary).map((line) => style('bad', line)),
	];
	if (drawn !== null) lines.push('', style('title', `  ${drawn.title.toUpperCase()}`), ...drawn.lines);
	lines.push('', style('title', '  POINTS'), ...tableLines(summary, show));
	const undecided = undecidedLines(summary, show);
	if (undecided.length > 0)
		lines.push('', style('title', '  UNDECIDED'), ...undecided.map((line) => style('open', line)));
	if (rerun !== null) lines.push('', style('dim', `  again: ${rerun}`));
	return `${lines.join('\n')}\n`;
}

/** "hello, canary: 12 points x 20 replications (seeds 1 to 20)" */
export function titleOf(summary: SweepSummary): string {
	const { design, points, seeds, shard } = summary;
	const kind = design.kind === 'lhs' ? ' of a Latin hypercube' : '';
	const part = shard === null ? '' : `, shard ${shard.index}/${shard.of}: ${points.length} of them`;
	const under = `seeds ${seeds.first} to ${seeds.first + seeds.runs - 1}`;
	const cut = points.some(({ interrupted }) => interrupted > 0) ? ', INTERRUPTED' : '';
	return `${labelOf(summary)}: ${design.total} points${kind} x ${seeds.runs} replications (${under})${part}${cut}`;
}

function valuesText(axis: SweepAxis): string {
	if (!('values' in axis)) return `${writeAmount(axis.min, axis)} to ${writeAmount(axis.max, axis)}`;
	const { values } = axis;
	const last = values[values.length - 1];
	return values.length <= 6 ? values.join(', ') : `${values.slice(0, 3).join(', ')}, ..., ${last} (${values.length})`;
}

function failureLines({ axes, points }: SweepSummary): string[] {
	const failed = points.filter(({ failures }) => failures.length > 0);
	const shown = failed.slice(0, MOST_FAILURES).map(({ values, failures }) => {
		const at = axes.map(({ path }, i) => `${path}=${values[i]}`).join(', ');
		const [{ seed, message }] = failures;
		return `FAILED at ${at}: ${failures.length} of its runs; seed ${seed}: ${message}`;
	});
	const more = failed.length - shown.length;
	if (more > 0) shown.push(`FAILED at ${more} points more`);
	return shown.flatMap((text) => wrap(text, WIDTH - 2)).map((line) => `  ${line}`);
}

interface Column {
	readonly title: string;
	readonly cell: (row: PointRow) => string;
	readonly right: boolean;
}

/** A column is as wide as what stands in it; figures fill what is left of the line. */
function tableLines(summary: SweepSummary, show: string): string[] {
	const shown = summary.points.slice(0, MOST_LINES);
	const columns: { readonly lines: readonly string[] }[] = [];
	let room = WIDTH - 2;
	for (const column of columnsOf(summary, show)) {
		const lines = aligned(column, shown);
		if (lines[0].length > room) continue;
		columns.push({ lines });
		room -= lines[0].length + 2;
	}
	const rows = [null, ...shown].map((_, i) => `  ${columns.map(({ lines }) => lines[i]).join('  ')}`.trimEnd());
	const more = summary.points.length - shown.length;
	return more > 0 ? [...rows, `  and ${more} more points (points.csv, --format csv)`] : rows;
}

function columnsOf(summary: SweepSummary, show: string): Column[] {
	const { axes, quantities, expectations } = summary;
	const clock = clockOf(summary);
	const widest = Math.max(4, Math.floor(36 / axes.length) - 2);
	const names = shortNames(axes.map(({ path }) => path));
	const axisColumns = names.slice(0, MOST_AXES).map((name, i): Column => {
		const cell = ({ values }: PointRow): string => clip(values[i], widest);
		return { title: clip(name, widest), cell, right: true };
	});
	const ends: readonly End[] = isEnd(show) && show !== 'collapsed' ? ['collapsed', show] : ['collapsed'];
	const shares = ends.map((end): Column => {
		return { title: `P(${end})`, cell: ({ probabilities, runs }) => shareText(probabilities[end], runs), right: false };
	});
	const held: Column[] =
		expectations.length === 0
			? []
			: [
					{ title: 'held', cell: heldText, right: true },
					{ title: 'verdict', cell: ({ verdict }) => (verdict === null ? '-' : verdict), right: false },
				];
	const figures = quantities.toSorted((a, b) => Number(b === show) - Number(a === show));
	const means = figures.map((name): Column => {
		return { title: spokenName(name), cell: ({ figures: of }) => figureText(name, of[name], clock), right: true };
	});
	return [...axisColumns, ...shares, ...held, ...means];
}

/** "3/5", "3/4, 1 undecided", "undecided" */
function heldText({ held }: PointRow): string {
	if (held === null) return '-';
	if (held.undecided === undefined) return `${held.hits}/${held.of}`;
	return held.of === 0 ? 'undecided' : `${held.hits}/${held.of}, ${held.undecided} undecided`;
}

/** Where runs could not tell of what is shown, or of an expectation, and why; and what was open when they ended. */
function undecidedLines(summary: SweepSummary, show: string): string[] {
	return undecidedTexts(summary, show)
		.flatMap((text) => wrap(text, WIDTH - 2))
		.map((line) => `  ${line}`);
}

/** Title and cells, all as wide as the widest. */
function aligned({ title, cell, right }: Column, rows: readonly PointRow[]): string[] {
	const texts = [title, ...rows.map(cell)];
	const width = Math.max(...texts.map((text) => text.length));
	return texts.map((text) => (right ? text.padStart(width) : text.padEnd(width)));
}

/** The shortest ends of dotted paths that tell them apart. */
function shortNames(paths: readonly string[]): string[] {
	return paths.map((path) => {
		const steps = path.split('.');
		for (let count = 1; count < steps.length; count++) {
			const name = steps.slice(-count).join('.');
			if (paths.filter((other) => `.${other}`.endsWith(`.${name}`)).length === 1) return name;
		}
		return path;
	});
}
