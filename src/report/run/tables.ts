/**
 * The tables of one run. `timeseries.csv` is tidy: one row per bucket of the measured window and place, one column per measure, and the
 * requests born in the bucket that are open when the run ends;
 * `decisions.csv` is the decision log, unfolded.
 */

import type { Outcome } from '../../metrics/outcome.js';
import { bucketRangeOf, wholeRun } from '../../metrics/reading/cell-sums.js';
import { column, MEASURES } from '../../metrics/recording/counters.js';
import { DIMENSIONS } from '../../model/world.js';
import { csv } from '../files/csv.js';

const [BORN, SUCCEEDED, LOST] = ['born', 'succeeded_by_birth', 'lost_by_birth'].map(column);

/** Characters in one piece: the table of a long run may be longer than a string can be. */
const CHUNK = 1_000_000;

/** Cells of the measured window. Times are the start of a bucket, in seconds from the window's start and, with a date, UTC. */
export function timeseriesCsv(outcome: Outcome): string {
	return [...timeseriesChunks(outcome)].join('');
}

/** The same in pieces: the table of a long run may be longer than a string can be. */
export function* timeseriesChunks(outcome: Outcome): Generator<string> {
	const dimensions = DIMENSIONS.filter((d) => outcome.places.some((place) => place[d] !== undefined));
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	const names = MEASURES.map(({ name }) => name);
	yield csv([[...timeHeader(outcome), ...dimensions, ...names, 'open_by_birth']]);
	if (span === null) return;
	// What may need quoting is quoted once per place; the many cells are plain numbers, and joining them is five times faster.
	const where = outcome.places.map((place) => quoted(dimensions.map((d) => place[d] ?? '')));
	let rows = '';
	for (let bucket = span.first; bucket < span.end; bucket++) {
		const time = timeCells(outcome, bucket * outcome.bucketUs).join(',');
		for (let p = 0; p < where.length; p++) {
			const at = (bucket * where.length + p) * MEASURES.length;
			const cells = outcome.cells.subarray(at, at + MEASURES.length);
			const open = cells[BORN] - cells[SUCCEEDED] - cells[LOST];
			rows += `${time},${where[p]}${cells.join(',')},${open}\n`;
		}
		if (rows.length < CHUNK) continue;
		yield rows;
		rows = '';
	}
	yield rows;
}

/** Names as the leading cells of a line, each with its comma. */
export function quoted(names: readonly string[]): string {
	return names.length === 0 ? '' : csv([[...names, '']]).trimEnd();
}

/** The decision log, one line per decision; what was not read stays empty. */
export function decisionsCsv(outcome: Outcome): string {
	const header = [
		...timeHeader(outcome),
		'rollout',
		'stage',
		'by',
		'check',
		'what',
		'seen',
		'limit',
		'samples',
		'outcome',
		'counter',
		'text',
	];
	const rows = outcome.decisions.map((decision) => [
		...timeCells(outcome, decision.atUs),
		decision.rollout,
		decision.stage,
		decision.by,
		decision.check,
		decision.what,
		decision.seen,
		decision.limit,
		decision.samples,
		decision.outcome,
		decision.counter,
		decision.text,
	]);
	return csv([header, ...rows]);
}

export function timeHeader(outcome: Outcome): string[] {
	return outcome.date === null ? ['offset_s'] : ['time', 'offset_s'];
}

export function timeCells(outcome: Outcome, us: number): (string | number)[] {
	const offset = (us - outcome.fromUs) / 1e6;
	return outcome.date === null ? [offset] : [isoTime(outcome.date, outcome.clockUs + us), offset];
}

/** "2025-12-05T08:47:02Z", with milliseconds where there are some. @param date ISO 8601 day @param us after its midnight */
export function isoTime(date: string, us: number): string {
	const ms = Date.parse(`${date}T00:00:00Z`) + Math.floor(us / 1000);
	return new Date(ms).toISOString().replace('.000Z', 'Z');
}
