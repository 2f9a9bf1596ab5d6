/** Says of which kind a log is, by its first lines, and why; or what it looks like instead. */
import { UserError } from '../../../kernel/errors.js';
import { LOG_KINDS } from './kinds.js';
import type { LogKind } from './log-format.js';
import { refusalOf } from './refusals.js';
import { MOST_WRAPPERS, WRAPPERS } from './wrappers/wrappers.js';

/** So many lines are looked at. */
export const FIRST_LINES = 50;

export interface Recognised {
	readonly kind: LogKind;
	/** "48 of the first 50 lines" */
	readonly why: string;
	/** begins to take lines out of what collectors put around them, as `Wrapper.open` has it; null: nothing does */
	readonly unwrap: (() => Taker) | null;
	/** "combined access log (nginx, Apache), in docker json-file" */
	readonly title: string;
}

/** A line, an empty text for a part of one, null for something else. */
export type Taker = (line: string) => string | null;

/**
 * @param first lines of the log, none of them empty
 * @throws UserError (exit 104) for a log of no kind, with the line it begins with
 */
export function recognise(file: string, first: readonly string[]): Recognised {
	let inner = first;
	const openers: (() => Taker | null)[] = [];
	const titles: string[] = [];
	for (let depth = 0; depth <= MOST_WRAPPERS; depth++) {
		const found = kindOf(inner.slice(0, FIRST_LINES));
		if (found !== null) {
			const unwrap =
				openers.length === 0
					? null
					: () => {
							const takers = openers.map((open) => open()).filter((take) => take !== null);
							return (line: string) =>
								takers.reduce<string | null>((text, take) => (text === null || text === '' ? text : take(text)), line);
						};
			return { ...found, unwrap, title: [found.kind.title, ...titles.toReversed()].join(', in ') };
		}
		const lines = inner;
		const sample = lines.slice(0, FIRST_LINES);
		const around = WRAPPERS.map(({ title, open }) => ({ title, open, take: open(sample) })).find(
			({ take }) => take !== null,
		);
		if (around === undefined || around.take === null) break;
		const { take, open } = around;
		inner = lines.flatMap((line) => {
			const text = take(line);
			return text === null || text === '' ? [] : [text];
		});
		openers.push(() => open(sample));
		titles.push(around.title);
		if (inner.length === 0) break;
	}
	throw unknown(file, first);
}

function kindOf(first: readonly string[]): Pick<Recognised, 'kind' | 'why'> | null {
	if (first.length === 0) return null;
	const counted = LOG_KINDS.map((kind) => ({ kind, known: knownOf(kind, first) }));
	const best = counted.reduce((most, one) => (one.known > most.known ? one : most));
	if (best.known === 0 || best.known * 2 < first.length - 1) return null;
	return { kind: best.kind, why: `${best.known} of the first ${first.length} lines` };
}

/** A pattern is not tried on a line that is longer than any request's. */
const knownOf = (kind: LogKind, first: readonly string[]): number =>
	kind.knowsAll !== undefined
		? kind.knowsAll(first)
		: first.filter((line) => (kind.long === true || line.length <= LONGEST_LINE) && kind.knows(line)).length;

/** A line of a text log with more characters is none. */
export const LONGEST_LINE = 65_536;

function unknown(file: string, first: readonly string[]): UserError {
	const begins = first[0].length > 100 ? `${first[0].slice(0, 97)}...` : first[0];
	const { what, would } = refusalOf(first);
	return new UserError(
		`${file}:1: error: found ${what}, which begins with ${JSON.stringify(begins)}; ${would} would do`,
	);
}
