/** Reads scenarios and writes results. Every error names the file and what would do. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, UserError } from '../kernel/check.js';

const STANDARD_INPUT = 0;

/** @throws UserError (exit 2) when it cannot be read */
export function readText(file: string): string {
	try {
		return readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8');
	} catch (error) {
		throw new UserError(`${file}: error: cannot be read: ${reason(error)}`, EXIT.usage);
	}
}

/** @throws UserError (exit 1) when it cannot be written */
export function writeText(file: string, text: string, flag: 'w' | 'wx' = 'w'): void {
	try {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text, { flag });
	} catch (error) {
		throw new UserError(`${file}: error: cannot be written: ${reason(error)}`, EXIT.unexpected);
	}
}

export function writeAll(dir: string, files: Readonly<Record<string, string>>): void {
	for (const [name, text] of Object.entries(files)) writeText(join(dir, name), text);
}

function reason(error: unknown): string {
	const { code, message } = error as NodeJS.ErrnoException;
	switch (code) {
		case 'ENOENT':
			return 'there is no such file';
		case 'EISDIR':
			return 'it is a folder';
		case 'EEXIST':
			return 'it exists already (--force overwrites it)';
		case 'EACCES':
		case 'EPERM':
			return 'permission denied';
		default:
			return message;
	}
}
