/**
 * One process at a time: a file beside the one that is guarded names who has it. A lock whose process is gone (kill -9)
 * is taken over; one of another host is not, for nobody can tell.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { EXIT, UserError } from '../kernel/errors.js';

/** Held by this process. A stranger's may bear our number: the first process of a container always has the same. */
const ours = new Set<string>();

/**
 * Takes the lock of a file.
 * @returns gives it back
 * @throws UserError (exit 2) while another has it, (exit 1) where no lock can be written
 */
export function lock(file: string): () => void {
	const path = `${file}.lock`;
	while (!create(path, file)) {
		const text = read(path);
		const holder = text === null || text === '' ? null : holderOf(text, path);
		if (holder !== null) {
			const would = `its end would do, or deleting ${path} where it is gone`;
			throw new UserError(`${file}: error: found ${holder} writing it, ${would}`, EXIT.usage);
		}
		if (text !== null) takeAway(path, text);
	}
	ours.add(path);
	return () => {
		if (ours.delete(path)) unlinkSync(path);
	};
}

/** Written aside and linked: a lock is never seen half written. @returns false where there is one already */
function create(path: string, file: string): boolean {
	const aside = asideOf(path);
	try {
		writeFileSync(aside, JSON.stringify({ pid: process.pid, host: hostname() }));
		linkSync(aside, path);
		return true;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return false;
		throw new UserError(`${file}: error: cannot be locked: ${message}`, EXIT.unexpected);
	} finally {
		remove(aside);
	}
}

/** Of several processes that find the same dead lock, one moves it aside; whoever moves a fresh one gives it back. */
function takeAway(path: string, dead: string): void {
	const aside = asideOf(path);
	try {
		renameSync(path, aside);
		if (read(aside) !== dead) linkSync(aside, path);
	} catch {
		// Somebody was faster.
	}
	remove(aside);
}

const asideOf = (path: string): string => `${path}.${process.pid}`;

function read(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}

function remove(path: string): void {
	try {
		unlinkSync(path);
	} catch {
		// It is gone, which is what was wanted.
	}
}

/** Who holds a lock, in words; null where nobody does any more. */
function holderOf(text: string, path: string): string | null {
	const { pid, host } = JSON.parse(text) as { readonly pid: number; readonly host: string };
	if (host !== hostname()) return `process ${pid} of ${host}`;
	if (pid === process.pid) return ours.has(path) ? 'this process' : null;
	try {
		process.kill(pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
	}
	return `process ${pid}`;
}
