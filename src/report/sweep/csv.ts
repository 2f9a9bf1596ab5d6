/** `points.csv`: one line per point of a sweep. Its axes, how often it collapsed, its figures, and how often its expectations held. */
import { csv } from '../files/csv.js';
import type { FigureRow, PointRow, SweepSummary } from './summary.js';

/** Lines in one piece. */
const CHUNK = 2000;

/**
 * Values of axes as they were written, with their unit; hits, n, low and high are of P(collapsed); of a figure its mean and
 * interval, times in seconds; `held` of `held_n` runs kept every expectation that one run can keep, and `verdict` is the worst
 * over all runs: pass, fail or inconclusive, empty where there is no expectation.
 */
export function* pointsCsv({ axes, quantities, points }: SweepSummary): Generator<string> {
	const figures = quantities.flatMap((name) => [name, `${name}_low`, `${name}_high`]);
	const paths = axes.map(({ path }) => path);
	yield csv([[...paths, 'hits', 'n', 'low', 'high', ...figures, 'held', 'held_n', 'verdict', 'failed', 'failure']]);
	for (let from = 0; from < points.length; from += CHUNK) {
		yield csv(points.slice(from, from + CHUNK).map((row) => cells(row, quantities)));
	}
}

function cells({ values, probabilities, figures, held, verdict, failures }: PointRow, quantities: readonly string[]) {
	const { hits, of, interval } = probabilities.collapsed;
	return [
		...values,
		hits,
		of,
		...interval,
		...quantities.flatMap((name) => figureCells(figures[name])),
		held === null ? null : held.hits,
		held === null ? null : held.of,
		verdict,
		failures.length,
		failures.length === 0 ? null : failures[0].message,
	];
}

const figureCells = ({ mean, interval }: FigureRow): (number | null)[] =>
	interval === null ? [mean, null, null] : [mean, ...interval];
