/** Opens logs and hands on their lines: files or standard input, compressed or not, a piece at a time, with a word on how far it is. */
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { readFault } from '../../executors/disk-faults.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { formatShare } from '../../kernel/units.js';
import { CLEAR } from '../output/terminal-output.js';
import { fitting } from '../progress/line.js';
import { CHUNK_BYTES, TooWellPacked, unpacked } from './decompress.js';

/** A longer line is none; an answer of Prometheus is a single one. */
const MAX_LINE = 256 * 1024 * 1024;
const EVERY_MS = 100;

export interface LineOptions {
	/** no progress */
	readonly quiet: boolean;
}

/**
 * Calls for each line of a file, or of standard input for `-`, without its line feed.
 * @throws UserError (exit 2) when it cannot be read, (exit 104) when it is no text
 */
export async function eachLine(file: string, take: (line: string) => void, { quiet }: LineOptions): Promise<void> {
	const progress = progressOf(file, quiet);
	const decoder = new StringDecoder('utf8');
	// The beginning of a line whose end has not come, in pieces: a line of many chunks is put together once.
	let rest: string[] = [];
	let restLength = 0;
	let begun = false;
	try {
		for await (const chunk of await unpacked(source(file), ({ length }) => progress.read(length))) {
			const bytes: Buffer = chunk;
			if (!begun && bytes.subarray(0, 4096).includes(0)) throw noText(file);
			begun = true;
			const lines = decoder.write(bytes).split('\n');
			if (lines.length > 1) {
				take(rest.join('') + lines[0]);
				for (let i = 1; i + 1 < lines.length; i++) take(lines[i]);
				rest = [];
				restLength = 0;
			}
			const last = lines[lines.length - 1];
			rest.push(last);
			restLength += last.length;
			if (restLength > MAX_LINE) throw tooLong(file);
		}
		const last = rest.join('') + decoder.end();
		if (last !== '') take(last);
	} catch (error) {
		if (error instanceof TooWellPacked) throw new UserError(`${file}: error: ${error.message}`, EXIT.usage);
		if (!isFault(error)) throw error;
		throw new UserError(`${file}: error: cannot be read: ${readFault(error)}`, EXIT.usage);
	} finally {
		progress.clear();
	}
}

const source = (file: string): Readable =>
	file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });

const noText = (file: string): UserError =>
	new UserError(
		`${file}:1: error: found a binary file, a log of text lines (or one that gzip or zstd has packed) would do`,
	);

const tooLong = (file: string): UserError =>
	new UserError(`${file}: error: found a line of more than ${MAX_LINE / 1024 ** 2} MiB, shorter ones would do`);

const isFault = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error;

/** A line on standard error, only where that is a terminal: how much of the file is read. */
function progressOf(file: string, quiet: boolean) {
	if (quiet || !process.stderr.isTTY) return { read: () => {}, clear: () => {} };
	const size = file === '-' ? null : (statSync(file, { throwIfNoEntry: false })?.size ?? null);
	let [bytes, reportedMs] = [0, 0];
	return {
		read: (more: number) => {
			bytes += more;
			const nowMs = performance.now();
			if (nowMs - reportedMs < EVERY_MS) return;
			reportedMs = nowMs;
			const of = size === null || size === 0 ? '' : `  ${bar(bytes / size)} ${formatShare(bytes / size, 0)}`;
			process.stderr.write(CLEAR + fitting(`${file}  ${Math.round(bytes / 1e6)} MB${of}`, process.stderr.columns));
		},
		clear: () => process.stderr.write(CLEAR),
	};
}

const BAR = 20;

const bar = (share: number): string => {
	const full = Math.min(BAR, Math.floor(BAR * share));
	return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`;
};
