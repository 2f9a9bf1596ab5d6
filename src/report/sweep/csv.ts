/** `points.csv`: one line per point of a sweep. Its axes, how often it collapsed, its figures, and how often its expectations held. */

import { BRANCHES, type BranchName } from '../../experiment/replicate/branch-statistics.js';
import { csv } from '../files/csv.js';
import type { FigureRow, PointRow, SweepSummary } from './summary.js';

/** Lines in one piece. */
const CHUNK = 2000;

/**
 * Values of axes as they were written, with their unit; hits, n, low and high are of P(collapsed), over the runs that could tell; `undecided` could not; of a figure its mean and
 * interval, times in seconds; `held` of `held_n` runs kept every expectation that one run can keep, and `verdict` is the worst
 * over all runs: pass, fail, no-data, undecided or inconclusive, empty where there is no expectation; `held_undecided` runs could not tell.
 * `open_requests` were open when runs ended, in `open_runs` of them; `why` says why runs could not tell of a collapse, `needed_seconds` with which
 * duration of the scenario all of them could (empty where none is known to do), and
 * `NAME_undecided` how many could not tell that figure. Where the runs of a point end in more than
 * one branch, its figures are empty and follow in a line for each: `branch` says which.
 */
export function* pointsCsv({ axes, quantities, points }: SweepSummary): Generator<string> {
	const figures = quantities.flatMap((name) => [name, `${name}_low`, `${name}_high`]);
	const paths = axes.map(({ path }) => path);
	yield csv([
		[
			...paths,
			'hits',
			'n',
			'undecided',
			'low',
			'high',
			...figures,
			'held',
			'held_n',
			'verdict',
			'failed',
			'failure',
			'held_undecided',
			'open_requests',
			'open_runs',
			'why',
			'needed_seconds',
			...quantities.map((name) => `${name}_undecided`),
			'branch',
		],
	]);
	for (let from = 0; from < points.length; from += CHUNK) {
		yield csv(
			points.slice(from, from + CHUNK).flatMap((row) => [cells(row, quantities), ...branchLines(row, quantities)]),
		);
	}
}

function cells(
	{ values, runs, probabilities, figures, open, held, verdict, failures }: PointRow,
	quantities: readonly string[],
) {
	const { hits, of, interval } = probabilities.collapsed;
	return [
		...values,
		hits,
		of,
		runs - of,
		...(of === 0 ? [null, null] : interval),
		...quantities.flatMap((name) => figureCells(figures[name])),
		held === null ? null : held.hits,
		held === null ? null : held.of,
		verdict,
		failures.length,
		failures.length === 0 ? null : failures[0].message,
		held === null ? null : undecidedOf(held),
		open.requests,
		open.runs,
		probabilities.collapsed.why ?? null,
		probabilities.collapsed.neededSeconds ?? null,
		...quantities.map((name) => undecidedOf(figures[name])),
		null,
	];
}

/** Figures alone, of each branch that some figure of the point is kept for. */
function branchLines({ values, figures }: PointRow, quantities: readonly string[]) {
	const of = (name: string, branch: BranchName) => figures[name].branches?.find((one) => one.branch === branch);
	const taken = BRANCHES.filter((branch) => quantities.some((name) => of(name, branch) !== undefined));
	return taken.map((branch) => [
		...values,
		...[null, null, null, null, null],
		...quantities.flatMap((name) => figureCells(of(name, branch) ?? NOTHING)),
		...Array.from({ length: 10 }, () => null),
		...quantities.map((name) => of(name, branch)?.undecided ?? null),
		branch,
	]);
}

const undecidedOf = ({ undecided }: { readonly undecided?: number }): number =>
	undecided === undefined ? 0 : undecided;

const NOTHING = { mean: null, interval: null };

const figureCells = ({ mean, interval }: Pick<FigureRow, 'mean' | 'interval'>): (number | null)[] =>
	interval === null ? [mean, null, null] : [mean, ...interval];
