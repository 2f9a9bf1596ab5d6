/** Rows of a table as text: one delimiter a file, quotes as RFC 4180 has them. */

import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { Tally } from '../tally.js';

const DELIMITERS = [',', '\t', ';', '|'];
/** Most rows have as many cells as the commonest. */
const MOST = 0.8;

/** Cells of a row. Quotes are rare and a log has millions of rows: without them a row is cut at its delimiter. */
export function cellsOf(line: string, delimiter: string): readonly string[] {
	if (!line.includes('"')) return line.split(delimiter).map(trimmed);
	try {
		const rows: string[][] = parse(line, {
			delimiter,
			relax_quotes: true,
			relax_column_count: true,
			ltrim: true,
			rtrim: true,
		});
		return rows.length === 0 ? [] : rows[0];
	} catch (error) {
		// Text with quotes that are none of a table.
		if (error instanceof CsvError) return [];
		throw error;
	}
}

const trimmed = (cell: string): string => cell.trim();

/** The delimiter that cuts most rows into as many cells; null where none does. */
export function delimiterOf(first: readonly string[]): string | null {
	const lines = first.slice(0, 50);
	let best: { readonly delimiter: string; readonly cells: number; readonly alike: number } | null = null;
	for (const delimiter of DELIMITERS) {
		const widths = new Tally<number>();
		for (const line of lines) {
			const n = mayBeRow(line) ? cellsOf(line, delimiter).length : 0;
			widths.add(n);
		}
		const [[cells, alike]] = widths.commonest;
		if (cells < 2 || alike < MOST * lines.length) continue;
		if (best === null || alike > best.alike || (alike === best.alike && cells > best.cells))
			best = { delimiter, cells, alike };
	}
	return best === null ? null : best.delimiter;
}

/** Four delimiters are tried on each line: a document in JSON, of megabytes in one line, is not cut four times. */
const LONGEST_ROW = 8192;

const mayBeRow = (line: string): boolean => line.length <= LONGEST_ROW && !/^\s*[[{]/.test(line) && balanced(line);

/** A cell may go on over the next line: then its quotes are not closed on this one. */
export function balanced(line: string): boolean {
	let quotes = 0;
	for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes++;
	return quotes % 2 === 0;
}

/** Puts together what a quoted cell spreads over several lines. */
export class RowJoiner {
	#open = '';

	/** @returns null while a quote is open */
	row(line: string): string | null {
		if (this.#open === '') {
			if (!line.includes('"') || balanced(line)) return line;
			this.#open = line;
			return null;
		}
		const joined = `${this.#open}\n${line}`;
		const closed = balanced(joined);
		this.#open = closed || joined.length > MOST_JOINED ? '' : joined;
		return this.#open === '' ? joined : null;
	}
}

/** A longer cell is a quote that nobody closed. */
const MOST_JOINED = 65_536;
