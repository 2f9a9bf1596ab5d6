/**
 * Tables of counts: a column of instants and one of counts, with a header; or a column of instants alone, each row a request.
 * The interval is the commonest step between rows. A first column `minute` or `second` of small whole numbers counts from midnight of
 * a day that nobody named.
 */
import type { Count } from '../../../experiment/fit/observe/observation.js';
import { type LineReading, type LogKind, type LogReader, observedAttempt } from './log-format.js';
import { anyInstant, type LoggedInstant } from './timestamps.js';

const TIME = /^(time|timestamp|date|datetime|period|ts|minute|second|start|starttime|_time)$/i;
const COUNT = /^(count|counts|value|requests?|hits|n|total|invocations?)$/i;
const CLASS = /^(service|path|route|uri|class|endpoint)$/i;
const INDEX_UNIT_US: Readonly<Record<string, number>> = { minute: 60e6, second: 1e6 };

export const CSV_COUNTS: LogKind = {
	title: 'CSV counts per interval',
	knows: (line) => columnsOf(line) !== null || looksLikeRow(line),
	open: (first) => new CsvReader(first),
};

interface Columns {
	readonly time: number;
	/** null: each row is a request */
	readonly count: number | null;
	/** what kind of request a row counts; null: all are one */
	readonly kind: number | null;
	readonly header: readonly string[];
}

/** Of a header; null where the line is none. */
function columnsOf(line: string): Columns | null {
	const header = cells(line);
	const time = header.findIndex((name) => TIME.test(name));
	const count = header.findIndex((name) => COUNT.test(name));
	const kind = header.findIndex((name) => CLASS.test(name));
	return time < 0 ? null : { time, count: count < 0 ? null : count, kind: kind < 0 ? null : kind, header };
}

const cells = (line: string): string[] => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

function looksLikeRow(line: string): boolean {
	const row = cells(line);
	if (row.length < 2 || line.startsWith('{')) return false;
	return /^\d{1,6}$/.test(row[0]) || row.some((cell) => anyInstant(cell) !== null);
}

class CsvReader implements LogReader {
	readonly assumed: readonly string[];
	readonly #columns: Columns;
	readonly #everyUs: number;

	constructor(first: readonly string[]) {
		const found = columnsOf(first[0]);
		this.#columns = found === null ? { time: 0, count: 1, kind: null, header: [] } : found;
		const instants = first.flatMap((line) => {
			const at = this.#instant(cells(line));
			return at === null ? [] : [at.us];
		});
		this.#everyUs = commonestStep(instants);
		const index = this.#indexUnitUs() === null ? [] : ['the table counts from 00:00 of a day that it does not name'];
		const rows = this.#columns.count === null ? ['each row of the table is one request'] : [];
		this.assumed = [...index, ...rows];
	}

	read(line: string): LineReading {
		const row = cells(line);
		const { time, count, kind } = this.#columns;
		if (columnsOf(line) !== null) return null;
		const at = this.#instant(row);
		if (at === null) return `no instant: ${row[time]}`;
		const path = kind === null || row[kind] === undefined ? '-' : row[kind];
		if (count === null)
			return observedAttempt({ timeUs: at.us, zoneMinutes: at.zoneMinutes, method: '-', path, status: 200 });
		const value = row[count] === undefined || row[count] === '' ? Number.NaN : Number(row[count]);
		if (!Number.isFinite(value)) return `no count: ${row[count]}`;
		if (value < 0) return `a count below zero: ${row[count]}`;
		const of: Omit<Count, 'fromUs' | 'zoneMinutes' | 'count'> = {
			everyUs: this.#everyUs,
			method: '-',
			path,
			status: null,
			attempt: null,
		};
		return { ...of, fromUs: at.us, zoneMinutes: at.zoneMinutes, count: value };
	}

	end(): readonly Count[] {
		return [];
	}

	#indexUnitUs(): number | null {
		const { time, header } = this.#columns;
		const unit = header[time] === undefined ? undefined : INDEX_UNIT_US[header[time].toLowerCase()];
		return unit === undefined ? null : unit;
	}

	#instant(row: readonly string[]): LoggedInstant | null {
		const cell = row[this.#columns.time];
		if (cell === undefined) return null;
		const unit = this.#indexUnitUs();
		if (unit !== null && /^\d{1,7}$/.test(cell)) return { us: Number(cell) * unit, zoneMinutes: null };
		return anyInstant(cell);
	}
}

/** Between neighbours; a second of fewer than two rows. */
function commonestStep(instants: readonly number[]): number {
	const seen = new Map<number, number>();
	for (let i = 1; i < instants.length; i++) {
		const step = instants[i] - instants[i - 1];
		const before = seen.get(step);
		if (step > 0) seen.set(step, before === undefined ? 1 : before + 1);
	}
	return [...seen].reduce((best, one) => (one[1] > best[1] ? one : best), [1e6, 0])[0];
}
