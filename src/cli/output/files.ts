/** Reads scenarios and writes files. Every error names the file and what is wrong with it. */
import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { disk, type Text, writeFile } from '../../executors/disk.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { MAX_TEXT_BYTES } from '../../scenario/document/yaml-source.js';

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

/** @throws UserError (exit 1) */
export function makeFolder(folder: string): void {
	try {
		disk().mkdir(folder);
	} catch (error) {
		throw new UserError(`${folder}: error: cannot be made a folder: ${writeFault(error)}`, EXIT.unexpected);
	}
}

/** An error of the file system in words; others are bugs, and stay what they are. */
export function unwritable(file: string, error: unknown, flag: 'w' | 'wx' = 'w'): unknown {
	if (codeAndMessage(error).code === undefined) return error;
	return new UserError(`${file}: error: cannot be written: ${writeFault(error, flag)}`, EXIT.unexpected);
}

const codeAndMessage = (error: unknown): NodeJS.ErrnoException => error as NodeJS.ErrnoException;

export function readFault(error: unknown): string {
	const { code, message } = codeAndMessage(error);
	switch (code) {
		case 'ENOENT':
			return 'there is no such file';
		case 'EISDIR':
			return 'it is a folder';
		case 'ENOTDIR':
			return 'a part of its path is a file';
		case 'EACCES':
		case 'EPERM':
			return 'permission denied';
		default:
			return message;
	}
}

function writeFault(error: unknown, flag: 'w' | 'wx' = 'w'): string {
	const { code, message } = codeAndMessage(error);
	switch (code) {
		case 'EEXIST':
			return flag === 'wx' ? 'it exists already (--force overwrites it)' : 'a file stands in its place';
		case 'ENOTDIR':
			return 'a part of its path is a file';
		case 'EISDIR':
			return 'a folder stands in its place';
		case 'EACCES':
		case 'EPERM':
			return 'permission denied';
		case 'EROFS':
			return 'the file system is read-only';
		case 'ENOSPC':
		case 'EDQUOT':
			return 'no space is left';
		case 'ENAMETOOLONG':
			return 'its name is too long for the file system';
		default:
			return message;
	}
}
