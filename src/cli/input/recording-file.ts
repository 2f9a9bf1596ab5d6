/** Opens a recording of attempts, packed or not, and gives its lines to the reader: our own format, or any log that `fit` reads. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Collector } from '../../experiment/fit/observe/collector.js';
import type { LogRecorder } from '../../experiment/fit/observe/log-recorder.js';
import { type Recording, spanOfRecording } from '../../experiment/measure/recording.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { AttemptReader } from '../../readers/recording/recorded-attempts.js';
import { unpacked } from './decompress.js';
import { collectAndRecord, type LogFlags } from './logs.js';
import { isOtherLog } from './recording-kind.js';

export interface RecordingFile {
	readonly recording: Recording;
	/** of the file as it lies there, hexadecimal */
	readonly sha256: string;
	/** the first lines that were passed over */
	readonly complaints: readonly string[];
	/** what the file does not tell, and so is not compared */
	readonly notes: readonly string[];
}

/** @throws UserError (exit 2) where it cannot be read, or is no recording */
export async function readRecording(file: string, flags: LogFlags = {}): Promise<RecordingFile> {
	const described = flags.as ?? flags.logFormat ?? flags.fields;
	if (described !== undefined || (await isOtherLog(file))) return await readLog(file, flags);
	const reader = new AttemptReader(file);
	const hash = createHash('sha256');
	try {
		if (!statSync(file).isFile()) throw new Error('it is no file');
		const text = await unpacked(createReadStream(file), (bytes) => hash.update(bytes));
		for await (const line of linesOf(text)) reader.line(line);
	} catch (error) {
		if (error instanceof UserError) throw error;
		const why = error instanceof Error ? error.message : String(error);
		const would = 'a file of attempts as JSON lines, gzipped or not, would do';
		throw new UserError(`${file}: error: cannot be read: ${why}; ${would}`, EXIT.usage);
	}
	return { recording: reader.end(), sha256: hash.digest('hex'), complaints: reader.complaints, notes: [] };
}

/** @throws UserError where a log says of no two instants what was sent */
async function readLog(file: string, flags: LogFlags): Promise<RecordingFile> {
	const { collector, recorder } = await collectAndRecord([file], flags);
	return { ...recordedIn(file, collector, recorder), sha256: await sha256Of([file]) };
}

/** What was recorded in logs, with what they do not tell. */
export function recordedIn(file: string, collector: Collector, recorder: LogRecorder): Omit<RecordingFile, 'sha256'> {
	const { recording, notes } = recorder.end();
	if (recording.attempts < 2 || !(spanOfRecording(recording).lengthS > 0))
		throw new UserError(
			`${file}: error: found no two attempts at different instants, two or more would do`,
			EXIT.usage,
		);
	const complaints = collector.files.flatMap(({ unreadable }) =>
		unreadable.first.map(({ line, why }) => `line ${line}: ${why}`),
	);
	return { recording, complaints, notes };
}

/** Of files as they lie there, one after another. */
export async function sha256Of(files: readonly string[]): Promise<string> {
	const hash = createHash('sha256');
	for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk);
	return hash.digest('hex');
}

/** Characters: an attempt takes a hundred, and what has no end of line is no text. */
const LONGEST_LINE = 1_000_000;

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of bytes) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = String(lines.pop());
		yield* lines;
		if (rest.length > LONGEST_LINE) throw new Error('it has a line of more than a million characters');
	}
	yield rest + decoder.decode();
}
