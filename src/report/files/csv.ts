/** Rows as CSV that a spreadsheet or a data frame reads: quoted where it must be, and no text is taken for a formula. */
import { type Options, stringify } from 'csv-stringify/sync';

/** Left to itself the library writes true as 1 and false as an empty field, and a carriage return without quotes. */
const OPTIONS: Options = {
	record_delimiter: '\n',
	quoted_match: /\r/,
	cast: { boolean: (value) => (value ? 'true' : 'false') },
};

type Field = string | number | null;

/** Rows as CSV; null is an empty field, and no text is a formula. */
export const csv = (rows: readonly (readonly Field[])[]): string =>
	stringify(
		rows.map((row) => row.map(inert)),
		OPTIONS,
	);

/**
 * Spreadsheets take a cell that begins with = + - @, a tab or a line end for a formula, whoever wrote it: an apostrophe in
 * front makes it text (OWASP, "CSV Injection"). A number with a sign stays one.
 */
const inert = (field: Field): Field =>
	typeof field === 'string' && /^[=+\-@\t\r\n]/.test(field) && !SIGNED.test(field) ? `'${field}` : field;

const SIGNED = /^[+-]\d+(\.\d+)?(e[+-]?\d+)?%?$/i;
