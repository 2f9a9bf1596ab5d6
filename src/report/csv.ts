/**
 * Tables for a spreadsheet or a data frame. `timeseries.csv` is tidy: one row per bucket of the measured window and
 * place, one column per measure; `decisions.csv` is the decision log, unfolded.
 */
import { type Options, stringify } from 'csv-stringify/sync';
import { spanOf, wholeRun } from '../metrics/figures.js';
import { MEASURES } from '../metrics/measures.js';
import type { Outcome } from '../metrics/outcome.js';
import { DIMENSIONS } from '../model/world.js';

/** Left to itself the library writes true as 1 and false as an empty field. */
const OPTIONS: Options = { record_delimiter: '\n', cast: { boolean: (value) => (value ? 'true' : 'false') } };

/** Rows handed to the library at once: its sync form keeps all that it is given in memory. */
const CHUNK = 2000;

/** Cells of the measured window. Times are the start of a bucket, in seconds from the window's start and, with a date, UTC. */
export function timeseriesCsv(outcome: Outcome): string {
	const dimensions = DIMENSIONS.filter((d) => outcome.places.some((place) => place[d] !== undefined));
	const span = spanOf(outcome, wholeRun(outcome));
	const names = MEASURES.map(({ name }) => name);
	let text = stringify([[...timeHeader(outcome), ...dimensions, ...names]], OPTIONS);
	if (span === null) return text;
	let rows: (string | number)[][] = [];
	for (let bucket = span.first; bucket < span.end; bucket++) {
		const time = timeCells(outcome, bucket * outcome.bucketUs);
		outcome.places.forEach((place, p) => {
			const at = (bucket * outcome.places.length + p) * MEASURES.length;
			const where = dimensions.map((d) => place[d] ?? '');
			rows.push([...time, ...where, ...outcome.cells.subarray(at, at + MEASURES.length)]);
		});
		if (rows.length < CHUNK) continue;
		text += stringify(rows, OPTIONS);
		rows = [];
	}
	return text + stringify(rows, OPTIONS);
}

/** The decision log, one line per decision; what was not read stays empty. */
export function decisionsCsv(outcome: Outcome): string {
	const header = [...timeHeader(outcome), 'rollout', 'stage', 'by', 'what', 'seen', 'limit', 'samples', 'text'];
	const rows = outcome.decisions.map(({ atUs, rollout, stage, by, what, seen, limit, samples, text }) => [
		...timeCells(outcome, atUs),
		rollout,
		stage,
		by,
		what,
		seen,
		limit,
		samples,
		text,
	]);
	return stringify([header, ...rows], OPTIONS);
}

function timeHeader(outcome: Outcome): string[] {
	return outcome.date === null ? ['offset_s'] : ['time', 'offset_s'];
}

function timeCells(outcome: Outcome, us: number): (string | number)[] {
	const offset = (us - outcome.fromUs) / 1e6;
	return outcome.date === null ? [offset] : [isoTime(outcome.date, outcome.clockUs + us), offset];
}

/** "2025-12-05T08:47:02Z", with milliseconds where there are some. @param date ISO 8601 day @param us after its midnight */
export function isoTime(date: string, us: number): string {
	const ms = Date.parse(`${date}T00:00:00Z`) + Math.floor(us / 1000);
	return new Date(ms).toISOString().replace('.000Z', 'Z');
}
