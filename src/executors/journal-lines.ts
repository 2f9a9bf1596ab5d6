/**
 * The lines of a journal as text: one JSON object each, its checksum first. A line that was cut, or of which one bit
 * flipped, is told from a whole one.
 */
import { crc32 } from 'node:zlib';
import type { TaskResult } from '../experiment/task/task.js';

/** The first line: what the journal is of. */
export interface JournalHead {
	/** raised when a line changes its meaning */
	readonly format: number;
	/** of retrystorm: other versions may run otherwise */
	readonly version: string;
	readonly design: Design;
}

/** What an experiment asks. */
export interface Design {
	/** fingerprint of all that decides its results */
	readonly hash: string;
	/** for people: "run hello.yaml, 40 replications from seed 1" */
	readonly about: string;
}

/** Every other line: how one task ended. */
export type JournalEntry = { readonly key: string; readonly seed: number } & TaskResult;

/** Every line begins so, and goes on with eight hex digits: CRC-32 of the line as it would be without its checksum. */
export const LINE_START = '{"crc":"';
const LINE = /^\{"crc":"([0-9a-f]{8})",/;

/** @returns the line with its line feed */
export function writeLine(value: JournalHead | JournalEntry): string {
	const text = JSON.stringify(value, (_, part) => (part === Number.POSITIVE_INFINITY ? INFINITE : part));
	return `${LINE_START}${checksum(text)}",${text.slice(1)}\n`;
}

/** @param line without its line feed; null where it is not what was written */
export function readLine(line: string): JournalHead | JournalEntry | null {
	const found = LINE.exec(line);
	if (found === null) return null;
	const text = `{${line.slice(found[0].length)}`;
	if (checksum(text) !== found[1]) return null;
	return JSON.parse(text, (name, part) => (part === INFINITE && !TEXTS.has(name) ? Number.POSITIVE_INFINITY : part));
}

/** A factor over nothing has no bound, and JSON has no number for that. */
const INFINITE = 'Infinity';
/** Fields whose words stay words. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'message', 'about']);

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
