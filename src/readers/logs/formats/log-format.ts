/** A kind of log: how its lines are recognised, and how one is read. Readers open no file; lines come in. */
import type { Count, ObservedAttempt } from '../../../experiment/fit/observe/observation.js';

/** What a line says; `null`: nothing of a request, as it should be; a text: why it cannot be read. */
export type LineReading = ObservedAttempt | Count | readonly (ObservedAttempt | Count)[] | null | string;

/** What numbers over time are: a total since some start, requests a second, requests of each step, or none of these. */
export type CountedAs = 'counter' | 'rate' | 'increase' | 'gauge';

/** What the author says of a log, where it does not say it itself. */
export interface Answers {
	/** null: by evidence, or asked */
	readonly as: { readonly kind: CountedAs; readonly windowUs: number | null } | null;
}

export const NO_ANSWERS: Answers = { as: null };

/** Lines of another log that a document holds. */
export interface InnerLines {
	/** "an answer of Loki" */
	readonly within: string;
	readonly lines: readonly string[];
}

/** What a whole text says; a text: why it cannot be read. */
export type WholeReading = readonly (ObservedAttempt | Count)[] | InnerLines | string;

export interface LogReader {
	/** in place of the kind's, where only the lines tell */
	readonly title?: string;
	/** @param line without its line feed, never empty */
	read(line: string): LineReading;
	/** what only the whole text says */
	end(): WholeReading;
	/** what was taken for granted in reading, for the reader of the findings */
	readonly assumed: readonly string[];
	/** what the log does not say and nobody can guess */
	readonly asked?: readonly string[];
}

export interface LogKind {
	/** "combined access log (nginx, Apache)" */
	readonly title: string;
	/** whether a line looks like one of this kind */
	knows(line: string): boolean;
	/** where lines cannot be judged one by one: how many of the first ones are of this kind */
	knowsAll?(first: readonly string[]): number;
	/** lines may be as long as a document */
	readonly long?: boolean;
	/** @param first the first lines of the log: a table has a header there */
	open(first: readonly string[], answers?: Answers): LogReader;
}

/** A kind whose lines each stand for themselves. */
export const lineKind = (
	title: string,
	knows: (line: string) => boolean,
	read: (line: string) => LineReading,
	assumed: readonly string[] = [],
): LogKind => ({ title, knows, open: () => ({ read, end: () => [], assumed }) });

export const isCount = (one: ObservedAttempt | Count): one is Count => 'count' in one;

/** An attempt, of which most logs leave some fields open: `-` stands for a method or path that is not said. */
export function observedAttempt(
	fields: Pick<ObservedAttempt, 'timeUs' | 'zoneMinutes' | 'status'> &
		Partial<Omit<ObservedAttempt, 'method' | 'path'>> & {
			readonly method: string | null;
			readonly path: string | null;
		},
): ObservedAttempt {
	const {
		timeUs,
		startUs = timeUs,
		zoneMinutes,
		method,
		path,
		status,
		durationUs = null,
		client = null,
		id = null,
		attempt = null,
		tries = null,
	} = fields;
	const named = { method: method === null ? '-' : method, path: path === null ? '-' : path };
	return { timeUs, startUs, zoneMinutes, ...named, status, durationUs, client, id, attempt, tries };
}
