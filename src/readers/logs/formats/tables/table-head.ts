/** The head of a table: its delimiter, its columns, and the first rows below. */
import { anyInstant } from '../timestamps.js';
import { cellsOf, delimiterOf } from './cells.js';
import { type Columns, columnsOf, isHeader } from './columns.js';

/** Columns that hold the lines of another log. */
export const HOLDS_LINES = /^(?:@message|_raw|textPayload)$/;

export interface TableHead {
	readonly delimiter: string;
	readonly columns: Columns;
	/** rows of the sample, without the header */
	readonly rows: readonly (readonly string[])[];
}

/** The header of a table and what stands below it; null where there is none, or no column of instants. */
export function headOf(first: readonly string[]): TableHead | null {
	if (/^\s*[[{<#]/.test(first[0])) return null;
	const delimiter = delimiterOf(first);
	if (delimiter === null) return null;
	const rows = first.map((line) => cellsOf(line, delimiter));
	const at = rows.slice(0, 5).findIndex(isHeader);
	const below = rows.slice(at + 1);
	const columns = at < 0 ? bare(below) : columnsOf(rows[at]);
	if (columns === null || columns.time === null || below.length === 0) return null;
	if (columns.header.some((name) => HOLDS_LINES.test(name))) return null;
	const { time } = columns;
	const timed = below.filter((row) => timeOf(row[time], columns.header[time]) !== null);
	return timed.length * 2 < below.length ? null : { delimiter, columns, rows: below };
}

/** Without a header two columns are an instant and a number; more than two could be anything. */
function bare(rows: readonly (readonly string[])[]): Columns | null {
	const two = rows.every((row) => row.length === 2) && rows.every(([, value]) => Number.isFinite(Number(value)));
	if (!two || statuses(rows.map(([, value]) => value))) return null;
	return columnsOf(['time', 'value']);
}

const USUAL = new Set([
	200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 422, 429,
	499, 500, 501, 502, 503, 504,
]);

/** Numbers that are all statuses of HTTP count nothing. */
export const statuses = (cells: readonly string[]): boolean =>
	cells.length > 0 &&
	cells.every((cell) => cell === '0' || USUAL.has(Number(cell))) &&
	cells.some((cell) => cell !== '0');

const INDEX_UNIT_US: Readonly<Record<string, number>> = { minute: 60e6, second: 1e6 };

/** An instant; or, in a column `minute` or `second`, a number since midnight of a day that nobody named. */
export function timeOf(cell: string | undefined, name: string) {
	if (cell === undefined) return null;
	const unit = INDEX_UNIT_US[name.toLowerCase()];
	if (unit !== undefined && /^\d{1,7}$/.test(cell)) return { us: Number(cell) * unit, zoneMinutes: null };
	return anyInstant(cell);
}

export const isIndexed = ({ columns, rows }: TableHead): boolean =>
	columns.time !== null &&
	INDEX_UNIT_US[columns.header[columns.time].toLowerCase()] !== undefined &&
	rows.some((row) => /^\d{1,7}$/.test(row[columns.time as number]));
