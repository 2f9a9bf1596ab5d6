/**
 * Whether both simulators say the same of a world. Without chance they must agree to the last count; with it every mean
 * must lie within four standard errors, and what does not is asked again with fresh seeds and four times the runs.
 */
import type { Scenario } from '../../src/engine.js';
import { byTheBook, byTheEngine, COUNTS, TIMES } from './figures.js';
import type { Figures } from './simulator/ledgers.js';

export interface Disagreement {
	readonly figure: string;
	readonly book: string;
	readonly engine: string;
}

export function compareExactly(scenario: Scenario): Disagreement[] {
	const [book, engine] = [byTheBook(scenario, 1), byTheEngine(scenario, 1)];
	const slackUs = 2 * (book.attempts + book.born);
	return [...COUNTS, ...TIMES]
		.filter((name) => Math.abs(book[name] - engine[name]) > (TIMES.includes(name) ? slackUs : 0))
		.map((figure) => ({ figure, book: String(book[figure]), engine: String(engine[figure]) }));
}

const STANDARD_ERRORS = 4;

export function compareByMeans(scenario: Scenario, seed: number, runs: number): Disagreement[] {
	const suspects = apart(scenario, seed, runs, [...COUNTS, ...TIMES]);
	if (suspects.length === 0) return [];
	return apart(
		scenario,
		seed + 1_000_000,
		4 * runs,
		suspects.map(({ figure }) => figure),
	);
}

/** Figures whose means are more than four standard errors apart. */
function apart(scenario: Scenario, seed: number, runs: number, figures: readonly string[]): Disagreement[] {
	const many = (run: (scenario: Scenario, seed: number) => Figures): Figures[] =>
		Array.from({ length: runs }, (_, i) => run(scenario, seed + i));
	const [book, engine] = [many(byTheBook), many(byTheEngine)];
	return figures.flatMap((figure) => {
		const [one, other] = [momentsOf(book, figure), momentsOf(engine, figure)];
		const error = Math.sqrt((one.variance + other.variance) / runs);
		if (Math.abs(one.mean - other.mean) <= STANDARD_ERRORS * error) return [];
		return [{ figure, book: text(one, runs), engine: text(other, runs) }];
	});
}

/** A count that is seldom above zero may show no variance at all; it has at least that of one event in all the runs. */
function momentsOf(all: readonly Figures[], figure: string): { mean: number; variance: number } {
	const values = all.map((one) => one[figure]);
	const mean = values.reduce((a, b) => a + b, 0) / values.length;
	const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
	return { mean, variance: Math.max(variance, 1 / values.length) };
}

const text = ({ mean, variance }: { mean: number; variance: number }, runs: number): string =>
	`${mean.toPrecision(6)} +- ${Math.sqrt(variance / runs).toPrecision(2)}`;
