/** Tells a recording of attempts (`t`, `ms`, `attempt`, `code`) from a log of any other kind, by its first lines. */
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { recognise } from '../../readers/logs/formats/recognise.js';
import { isRecordedAttempt } from '../../readers/recording/recorded-attempts.js';
import { unpacked } from './decompress.js';

const LOOKED_AT = 1024 * 1024;
const FIRST_LINES = 50;

/** True: a log that `fit` reads. What cannot be read at all, or is of no kind, is told by the reader of recordings. */
export async function isOtherLog(file: string): Promise<boolean> {
	try {
		const lines = await firstLines(file);
		if (lines.length === 0 || lines.filter(isRecordedAttempt).length * 2 >= lines.length) return false;
		recognise(file, lines);
		return true;
	} catch {
		return false;
	}
}

async function firstLines(file: string): Promise<string[]> {
	const decoder = new StringDecoder('utf8');
	const stream = createReadStream(file);
	let text = '';
	try {
		for await (const chunk of await unpacked(stream, () => {})) {
			text += decoder.write(chunk);
			if (text.length > LOOKED_AT) break;
		}
	} finally {
		stream.destroy();
	}
	const lines = text.split(/\r?\n/);
	const whole = text.length > LOOKED_AT && lines.length > 1 ? lines.slice(0, -1) : lines;
	return whole.filter((line) => line !== '').slice(0, FIRST_LINES);
}
