/** Scenario text with a comment beside each line, as an import writes it: where the value comes from, or that it is a guess. */
import { stringify } from 'yaml';
import type { Note } from './provenance-notes.js';

/** Written on one line. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export interface Line {
	readonly key: string;
	readonly value: Plain | Block;
	/** what stands beside it */
	readonly note: Note | null;
	/** what stands above it */
	readonly above: readonly Note[];
}

/** A map of lines below its key. */
export class Block {
	constructor(readonly lines: readonly Line[]) {}
}

export const line = (
	key: string,
	value: Plain | Block,
	note: Note | null = null,
	above: readonly Note[] = [],
): Line => ({
	key,
	value,
	note,
	above,
});

/** @param depth how many levels (of two spaces) it stands below the document */
export function write(lines: readonly Line[], depth = 0): string {
	const indent = '  '.repeat(depth);
	return lines
		.map(({ key: name, value, note, above }) => {
			const key = keyed(name);
			const head = above.map((each) => commented(each, indent)).join('');
			const beside = note === null ? '' : ` # ${said(note)}`;
			if (!(value instanceof Block)) return `${head}${indent}${key}: ${flow(value)}${beside}\n`;
			if (value.lines.length === 0) return `${head}${indent}${key}: {}${beside}\n`;
			return `${head}${indent}${key}:${beside}\n${write(value.lines, depth + 1)}`;
		})
		.join('');
}

/** A note on lines of its own, and what was left out because of it. */
const commented = (note: Note, indent: string): string =>
	`${indent}# ${said(note)}\n${note.sketch === null ? '' : `${indent}#   ${note.sketch}\n`}`;

const said = ({ kind, at, text }: Note): string => `${kind}: ${text} (${at})`;

/** A name that would be read as a number or as null is quoted: 1e5 is 100000 otherwise. */
const keyed = (key: string): string => stringify(key, { lineWidth: 0 }).trimEnd();

/** Quoted as older readers of YAML need it, to whom 09:02 is a number. */
const flow = (value: Plain): string =>
	stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true, version: '1.1' }).trimEnd();

/** The value alone, for those who look into it. */
export function plainOf(lines: readonly Line[]): { readonly [key: string]: Plain } {
	return Object.fromEntries(
		lines.map(({ key, value }) => [key, value instanceof Block ? plainOf(value.lines) : value]),
	);
}
