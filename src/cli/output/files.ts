/** Reads scenarios and writes files. Every error names the file and what is wrong with it. */
import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { type Text, writeFile } from '../../executors/disk.js';
import { makeFolder, readFault, unwritable } from '../../executors/disk-faults.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { MAX_TEXT_BYTES } from '../../scenario/document/text-size.js';

/**
 * Reads a file, or standard input for `-`; a device that never ends is left at the size no scenario may have.
 * @param what it should be, for error texts
 * @throws UserError (exit 2) when it cannot be read, (exit 104) when it is too large
 */
export async function readText(file: string, what = 'scenario'): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	try {
		for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
			chunks.push(chunk);
			bytes += chunk.length;
			if (bytes > MAX_TEXT_BYTES) break;
		}
	} catch (error) {
		throw new UserError(`${file}: error: cannot be read: ${readFault(error)}`, EXIT.usage);
	}
	if (bytes > MAX_TEXT_BYTES) {
		const most = `${MAX_TEXT_BYTES / 1024 ** 2} MiB`;
		throw new UserError(`${file}:1:1: error: found more than ${most}, a ${what} of at most ${most} would do`);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/**
 * Writes a file, and the folders above it: the old one stands until the new one is whole.
 * @param flag `wx` refuses to overwrite
 * @throws UserError (exit 1) when it cannot be written
 */
export function writeText(file: string, text: Text, flag: 'w' | 'wx' = 'w'): void {
	makeFolder(dirname(file));
	try {
		writeFile(file, text, flag);
	} catch (error) {
		throw unwritable(file, error, flag);
	}
}
