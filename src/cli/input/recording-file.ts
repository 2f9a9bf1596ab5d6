/** Opens a recording of attempts, packed or not, and gives its lines to the reader. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Recording } from '../../experiment/measure/recording.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { AttemptReader } from '../../readers/recording/recorded-attempts.js';
import { unpacked } from './decompress.js';

export interface RecordingFile {
	readonly recording: Recording;
	/** of the file as it lies there, hexadecimal */
	readonly sha256: string;
	/** the first lines that were passed over */
	readonly complaints: readonly string[];
}

/** @throws UserError (exit 2) where it cannot be read, or is no recording */
export async function readRecording(file: string): Promise<RecordingFile> {
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
	return { recording: reader.end(), sha256: hash.digest('hex'), complaints: reader.complaints };
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
