/** Errors of the file system in words: which file or folder it is, what stands in the way, and the exit code. */
import { EXIT, UserError } from '../kernel/errors.js';
import { disk } from './disk.js';

/** @throws UserError (exit 1) */
export function makeFolder(folder: string): void {
	try {
		disk().mkdir(folder);
	} catch (error) {
		throw new UserError(`${folder}: error: cannot be made a folder: ${writeFault(error)}`, EXIT.unexpected);
	}
}

/** An error of the file system in words; others stay what they are. */
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

export function writeFault(error: unknown, flag: 'w' | 'wx' = 'w'): string {
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
