/**
 * Rows as CSV that a spreadsheet or a data frame reads (RFC 4180, lines end with a line feed): quoted where it must be, and no
 * text is taken for a formula. Written here because the library that did it needs node's Buffer, which a browser does not have.
 */
type Field = string | number | null;

/** Rows as CSV; null is an empty field, and no text is a formula. */
export const csv = (rows: readonly (readonly Field[])[]): string =>
	rows.map((row) => `${row.map((field) => quoted(inert(field))).join(',')}\n`).join('');

const quoted = (field: Field): string => {
	if (field === null) return '';
	const text = String(field);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/**
 * Spreadsheets take a cell that begins with = + - @, a tab or a line end for a formula, whoever wrote it: an apostrophe in
 * front makes it text (OWASP, "CSV Injection"). A number with a sign stays one.
 */
const inert = (field: Field): Field =>
	typeof field === 'string' && /^[=+\-@\t\r\n]/.test(field) && !SIGNED.test(field) ? `'${field}` : field;

const SIGNED = /^[+-]\d+(\.\d+)?(e[+-]?\d+)?%?$/i;
