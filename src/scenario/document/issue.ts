/**
 * A mistake in a scenario: its place in the author's text, what was found and what would do. The line format is that of
 * compilers, so editors can jump to it.
 */

import { EXIT, UserError } from '../../kernel/errors.js';
import { printable } from '../../kernel/printable.js';

export interface Issue {
	readonly severity: 'error' | 'warning';
	readonly file: string;
	/** 1-based position in the file; null for a value that came in through --set */
	readonly line: number | null;
	readonly column: number | null;
	/** the --set argument the value came from */
	readonly set: string | null;
	/** dotted path of the field, empty for the file as a whole */
	readonly path: string;
	readonly message: string;
	/** the whole line: `file:line:col: error: path: message` */
	readonly text: string;
}

/** A scenario that cannot be used. The message is all lines joined; exit code 104. */
export class InvalidScenario extends UserError {
	override name = 'InvalidScenario';

	constructor(readonly issues: readonly Issue[]) {
		super(issues.map((issue) => issue.text).join('\n'), EXIT.invalid);
	}
}

export function issueAt(
	severity: Issue['severity'],
	place: Pick<Issue, 'file' | 'line' | 'column' | 'set'>,
	path: string,
	message: string,
): Issue {
	const where =
		place.set !== null
			? `--set ${place.set}`
			: place.line === null
				? place.file
				: `${place.file}:${place.line}:${place.column}`;
	return {
		severity,
		...place,
		path,
		message,
		text: oneLine(`${where}: ${severity}: ${path === '' ? '' : `${path}: `}${message}`),
	};
}

/** Names come from the author's file: a line break or another control character in one must not break the line. */
const oneLine = printable;

/** The order of the text; what came in through --set stands last. */
export function byPlace(a: Issue, b: Issue): number {
	const [lineA, lineB] = [a.line, b.line].map((line) => (line === null ? Number.MAX_SAFE_INTEGER : line));
	return lineA === lineB ? Number(a.column) - Number(b.column) : lineA - lineB;
}
