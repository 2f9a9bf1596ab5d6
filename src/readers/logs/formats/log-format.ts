/** A kind of log: how its lines are recognised, and how one is read. Readers open no file; lines come in. */
import type { Count, ObservedAttempt } from '../../../experiment/fit/observe/observation.js';

/** What a line says; `null`: nothing of a request, as it should be; a text: why it cannot be read. */
export type LineReading = ObservedAttempt | Count | readonly Count[] | null | string;

export interface LogReader {
	/** @param line without its line feed, never empty */
	read(line: string): LineReading;
	/** what only the whole text says; a text: why it cannot be read */
	end(): readonly Count[] | string;
	/** what was taken for granted in reading, for the reader of the findings */
	readonly assumed: readonly string[];
}

export interface LogKind {
	/** "combined access log (nginx, Apache)" */
	readonly title: string;
	/** whether a line looks like one of this kind */
	knows(line: string): boolean;
	/** @param first the first lines of the log: a table has a header there */
	open(first: readonly string[]): LogReader;
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
	seen: Pick<ObservedAttempt, 'timeUs' | 'zoneMinutes' | 'status'> &
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
	} = seen;
	const named = { method: method === null ? '-' : method, path: path === null ? '-' : path };
	return { timeUs, startUs, zoneMinutes, ...named, status, durationUs, client, id, attempt, tries };
}
