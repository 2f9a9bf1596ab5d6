/** Variants of one scenario as columns, with one plain sentence on what they spared. */
import { timesFewer } from '../../experiment/task/judge.js';
import { formatQuantity, formatSpan } from '../../metrics/definitions/format.js';
import { type QuantityKind, quantity, spokenName } from '../../metrics/definitions/metrics.js';
import type { Outcome } from '../../metrics/outcome.js';
import { bucketLengthUs, minus, total, wholeRun } from '../../metrics/reading/cell-sums.js';
import { firstDecision, impact, type Rules } from '../../metrics/reading/milestones.js';
import type { Style } from '../text/style.js';
import { row, WIDTH, wrap } from '../text/text-table.js';
import { headline, read } from './headline.js';
import { mayFailItself } from './retries-finding.js';

export interface Column {
	readonly label: string;
	readonly outcome: Outcome;
	readonly world: Rules;
	/** the same world without its rollouts, same seed; null: not run, and where the first column has one, no factor is told */
	readonly twin: Outcome | null;
}

const PER_BLOCK = 4;
const LABEL_WIDTH = 22;
const CELL_WIDTH = (WIDTH - 2 - LABEL_WIDTH) / PER_BLOCK;

/** Columns four at a time, the first one again at the head of each block to compare with; ends with a line feed. */
export function sideBySide(columns: readonly Column[], style: Style = (_, text) => text): string {
	if (columns.length === 0) return '';
	const lines: string[] = [];
	for (const block of blocks(columns)) {
		if (lines.length > 0) lines.push('');
		lines.push(
			style(
				'title',
				`  ${row(
					'',
					block.map(({ label }) => label),
					LABEL_WIDTH,
					CELL_WIDTH,
				)}`,
			),
		);
		for (const [label, cell] of rowsFor(columns)) {
			lines.push(
				`  ${row(
					label,
					block.map((column) => cell(column, columns[0])),
					LABEL_WIDTH,
					CELL_WIDTH,
				)}`,
			);
		}
	}
	const sentence = closing(columns);
	if (sentence !== null) lines.push('', ...wrap(sentence, WIDTH - 2).map((line) => `  ${line}`));
	return `${lines.join('\n')}\n`;
}

/** The same as a table of texts. */
export function sideBySideTable(columns: readonly Column[]): SideBySide | null {
	if (columns.length < 2) return null;
	return {
		labels: columns.map(({ label }) => label),
		rows: rowsFor(columns).map(([label, cell]) => ({
			label,
			cells: columns.map((column) => cell(column, columns[0])),
		})),
		sentence: closing(columns),
	};
}

export interface SideBySide {
	readonly labels: readonly string[];
	readonly rows: readonly { readonly label: string; readonly cells: readonly string[] }[];
	/** what the others spared against the first */
	readonly sentence: string | null;
}

function blocks(columns: readonly Column[]): (readonly Column[])[] {
	const found = [columns.slice(0, PER_BLOCK)];
	for (let next = PER_BLOCK; next < columns.length; next += PER_BLOCK - 1) {
		found.push([columns[0], ...columns.slice(next, next + PER_BLOCK - 1)]);
	}
	return found;
}

type CellText = (column: Column, first: Column) => string;

/** Rows that speak of changes stand only where there are some, the one on limits only where one has stopped a run. */
function rowsFor(columns: readonly Column[]): typeof ROWS {
	const changed = columns.some(({ outcome }) => outcome.changes.length > 0);
	const split = columns.some(({ outcome }) => mayFailItself(outcome));
	const stopped = columns.some(({ outcome }) => outcome.stopped !== null);
	return ROWS.filter(
		([label]) =>
			(changed || !OF_CHANGES.includes(label)) &&
			(split || !SPLIT.includes(label)) &&
			(stopped || label !== STOPPED_BY),
	);
}

const STOPPED_BY = 'stopped by';
const OF_CHANGES: readonly string[] = ['exposure', 'detected', 'reverted'];
const SPLIT: readonly string[] = ['  direct', '  collateral'];

const ROWS: readonly (readonly [string, CellText])[] = [
	[STOPPED_BY, ({ outcome: { stopped } }) => (stopped === null ? '-' : stopped.limit)],
	[spokenName('unavailable'), byName('unavailable')],
	['lost', byName('lost')],
	['  direct', byName('lost-direct')],
	['  collateral', byName('lost-collateral')],
	['lost requests', ({ outcome, world }) => as('count', headline(outcome, world).lost, outcome)],
	['as full outage', byName('outage-minutes')],
	['amplification max', byName('peak-amplification')],
	['exposure', ({ outcome }) => exposure(outcome)],
	['detected', byName('detected')],
	[
		'reverted',
		({ outcome }) =>
			as(
				'instant',
				firstDecision(outcome, (d) => d.what === 'reverted'),
				outcome,
			),
	],
	['recovered', recoveredCell],
	['cascaded', verdictCell('cascaded')],
	['collapsed', verdictCell('collapsed')],
	['times fewer lost', (column, first) => (column === first ? '1' : fewer(column, first))],
];

function byName(name: string): CellText {
	const named = quantity(name);
	return ({ outcome, world }) => as(named === undefined ? 'count' : named.kind, read(outcome, world, name), outcome);
}

function verdictCell(name: string): CellText {
	return (column, first) => {
		const text = byName(name)(column, first);
		return text === '-' ? 'undecided' : text;
	};
}

function as(kind: QuantityKind, value: number | null, outcome: Outcome): string {
	return formatQuantity(kind, value, outcome);
}

function recoveredCell({ outcome, world }: Column): string {
	const hit = impact(outcome);
	if (hit === null || hit.why !== null) return 'impact undecided';
	if (hit.atUs === null) return 'no impact';
	const back = read(outcome, world, 'recovered');
	if (back !== null) {
		const open = quantity('recovered')?.undecided?.(outcome, wholeRun(outcome), world);
		// In coarse time buckets: not later than this.
		const range = open === undefined || open === null ? null : open.range;
		return range === null ? as('instant', back, outcome) : `by ${as('instant', range[1], outcome)}`;
	}
	const found = headline(outcome, world).recovery;
	return found === null || found.recovered === null ? 'not judged' : 'NOT RECOVERED';
}

/** The largest share of nodes that ran a change at once, and for how long any did (whole buckets). */
function exposure(outcome: Outcome): string {
	const span = { first: Math.floor(outcome.fromUs / outcome.bucketUs), end: outcome.buckets };
	const n = outcome.changes.length;
	let most = 0;
	let exposed = 0;
	for (let bucket = span.first; bucket < span.end; bucket++) {
		const shares = outcome.adoption.subarray(bucket * n, (bucket + 1) * n);
		const share = shares.reduce((high, value) => Math.max(high, value), 0);
		most = Math.max(most, share);
		if (share > 0) exposed += bucketLengthUs(outcome, bucket);
	}
	return exposed === 0 ? '-' : `${as('share', most, outcome)}, ${formatSpan(exposed)}`;
}

/** Lost requests beyond those that the world loses without its rollouts. */
function excess({ outcome, twin }: Column): number | null {
	const lost = total(outcome, wholeRun(outcome), 'lost_by_birth');
	return twin === null ? lost : minus(lost, total(twin, wholeRun(twin), 'lost_by_birth'));
}

/** Excess over a twin and losses as they stand are two measures: only like is compared with like. */
const comparable = (column: Column, first: Column): boolean => (column.twin === null) === (first.twin === null);

function fewer(column: Column, first: Column): string {
	if (!comparable(column, first)) return '-';
	const factor = timesFewer(excess(column), excess(first));
	return factor === null || factor === Number.POSITIVE_INFINITY
		? as('factor', factor, column.outcome)
		: `${Number(factor.toPrecision(3))}`;
}

function closing(columns: readonly Column[]): string | null {
	const [first, ...rest] = columns;
	const others = rest.filter((column) => comparable(column, first));
	if (others.length === 0) return null;
	const worst = excess(first);
	if (worst === null) return null;
	if (worst <= 0) {
		const what = first.twin === null ? 'nothing' : 'nothing to its change';
		return `${first.label} lost ${what}, so there was nothing to spare.`;
	}
	const cuts: string[] = [];
	const more: string[] = [];
	for (const column of others) {
		const own = excess(column);
		if (own === null) more.push(`of ${column.label} nothing is known`);
		else if (own > worst) more.push(`${column.label} lost ${Number((own / worst).toPrecision(3))} times as many`);
		else
			cuts.push(
				`${column.label}${cuts.length === 0 ? ' cut lost requests' : ''} by ${cut(1 - Math.max(0, own) / worst)}`,
			);
	}
	const beyond = first.twin === null || cuts.length === 0 ? '' : ' (beyond what is lost without any rollout)';
	const parts = [cuts.length === 0 ? '' : `${listed(cuts)}${beyond}`, ...more].filter((part) => part !== '');
	return `Against ${first.label}, ${parts.join('; ')}.`;
}

function listed(items: readonly string[]): string {
	return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** Rounded down, so that "100%" means every one. */
function cut(share: number): string {
	const scale = share > 0.99 ? 10_000 : 1000;
	return `${Math.floor(share * scale) / (scale / 100)}%`;
}
