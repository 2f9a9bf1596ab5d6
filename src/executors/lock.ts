/**
 * One process at a time: a file beside the one that is guarded names who has it. On the same machine the process table
 * tells whether the holder is alive: its number and its start time, for numbers are used again. From elsewhere its
 * heartbeat tells: the holder writes to the lock every ten seconds, and one that is silent for a minute is gone.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { EXIT, UserError } from '../kernel/errors.js';
import { disk, removeIfThere, writeWhole } from './disk.js';
import { writeFault } from './disk-faults.js';

/** Who holds a lock, as its file says. */
interface Holder {
	readonly pid: number;
	readonly host: string;
	/** which process table its number is of: the boot and the name space of processes; '' where the system does not say */
	readonly table: string;
	/** when it started, in the table's own ticks; '' where the system does not say */
	readonly start: string;
}

export interface Lock {
	/** Gives it back. */
	readonly release: () => void;
	/** @throws UserError (exit 1) where another process has taken it over, because this one was silent for too long */
	readonly assertHeld: () => void;
}

export const BEAT_MS = 10_000;
export const SILENT_MS = 60_000;

/** Held by this process. A stranger's may bear our number: the first process of a container always has the same. */
const ours = new Set<string>();

/**
 * Takes the lock of a file.
 * @throws UserError (exit 2) while another has it or where it is damaged, (exit 1) where no lock can be written
 */
export function lock(file: string): Lock {
	const path = `${file}.lock`;
	const own = JSON.stringify(self());
	for (;;) {
		const nowMs = create(path, file, own);
		if (nowMs === null) break;
		const found = read(path);
		if (found === null) continue;
		refuseLiving(file, path, found, nowMs);
		takeAway(path, found.text);
	}
	ours.add(path);
	const beat = setInterval(() => touch(path, own), BEAT_MS);
	beat.unref();
	const held = (): boolean => read(path)?.text === own;
	return {
		release: () => {
			clearInterval(beat);
			if (ours.delete(path) && held()) disk().unlink(path);
		},
		assertHeld: () => {
			if (held()) return;
			throw new UserError(
				`${file}: error: another process has taken over ${path}, because this one was silent for more than ${SILENT_MS / 1000} s; nothing more is written here`,
				EXIT.unexpected,
			);
		},
	};
}

/** @throws UserError where the holder lives, or may live */
function refuseLiving(file: string, path: string, { text, changedMs }: Found, nowMs: number): void {
	// What is left of a lock after the machine went down while it was made.
	if (text === '') return;
	const holder = readHolder(text);
	if (holder === null) {
		throw new UserError(
			`${path}: error: the lock file is damaged, so it does not say which process writes ${file}; if none does, delete the lock file`,
			EXIT.usage,
		);
	}
	const { pid, host } = holder;
	const whose = host === hostname() ? `process ${pid}` : `process ${pid} of ${host}`;
	const state = stateOf(holder, path);
	if (state === 'gone') return;
	if (state === 'alive') {
		const who = pid === process.pid ? 'this process' : whose;
		throw new UserError(`${file}: error: ${who} is writing it; wait for its end (the lock is ${path})`, EXIT.usage);
	}
	const silentMs = Math.max(0, nowMs - changedMs);
	if (silentMs > SILENT_MS) return;
	const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;
	throw new UserError(
		`${file}: error: ${whose} is writing it: its last sign of life is ${seconds(silentMs)} old; a process that is silent for ${seconds(SILENT_MS)} counts as ended: try again in ${seconds(SILENT_MS - silentMs + 1)} (the lock is ${path})`,
		EXIT.usage,
	);
}

/** Written aside and linked: a lock is never seen half written. @returns null where it is ours now, else the time on the clock of its file system */
function create(path: string, file: string, text: string): number | null {
	const aside = `${path}.${process.pid}`;
	let nowMs = 0;
	try {
		removeIfThere(aside);
		const open = disk().open(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
		try {
			writeWhole(open, Buffer.from(text));
			disk().sync(open);
			nowMs = fstatSync(open).mtimeMs;
		} finally {
			disk().close(open);
		}
		disk().link(aside, path);
		return null;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return nowMs;
		throw new UserError(`${file}: error: cannot be locked: ${writeFault(error)}`, EXIT.unexpected);
	} finally {
		remove(aside);
	}
}

/** Of several processes that find the same dead lock, one moves it aside; whoever moves a fresh one gives it back. */
function takeAway(path: string, dead: string): void {
	const aside = `${path}.${process.pid}`;
	try {
		disk().rename(path, aside);
		if (read(aside)?.text !== dead) disk().link(aside, path);
	} catch {
		// Somebody was faster.
	}
	remove(aside);
}

/** A sign of life: the same bytes again, so that the file system's own clock says when. */
function touch(path: string, own: string): void {
	if (read(path)?.text !== own) return;
	try {
		const open = disk().open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
		try {
			writeWhole(open, Buffer.from(own), 0);
		} finally {
			disk().close(open);
		}
	} catch {
		// Silence is all that others will hear.
	}
}

interface Found {
	readonly text: string;
	readonly changedMs: number;
}

/** Opened each time, so that a network file system asks its server. A symbolic link is a lock that cannot be read. */
function read(path: string): Found | null {
	let open: number;
	try {
		open = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : { text: '?', changedMs: 0 };
	}
	try {
		return { text: readFileSync(open, 'utf8'), changedMs: fstatSync(open).mtimeMs };
	} catch {
		return { text: '?', changedMs: 0 };
	} finally {
		closeSync(open);
	}
}

function remove(path: string): void {
	try {
		removeIfThere(path);
	} catch {
		// A file too many harms nobody.
	}
}

function readHolder(text: string): Holder | null {
	try {
		const { pid, host, table = '', start = '' } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
		if (!Number.isSafeInteger(pid) || Number(pid) <= 0) return null;
		if (typeof host !== 'string' || typeof table !== 'string' || typeof start !== 'string') return null;
		return { pid: Number(pid), host, table, start };
	} catch {
		return null;
	}
}

/** @returns elsewhere: in a process table that cannot be seen from here */
function stateOf({ pid, host, table, start }: Holder, path: string): 'alive' | 'gone' | 'elsewhere' {
	const here = self();
	if (host !== here.host || (table !== '' && table !== here.table)) return 'elsewhere';
	if (pid === process.pid) return ours.has(path) ? 'alive' : 'gone';
	try {
		process.kill(pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
	}
	const now = startOf(pid);
	return start !== '' && now !== '' && now !== start ? 'gone' : 'alive';
}

const self = (): Holder => ({ pid: process.pid, host: hostname(), table: tableOf(), start: startOf(process.pid) });

function tableOf(): string {
	try {
		return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
	} catch {
		return '';
	}
}

/** The 22nd field of its line in /proc; the second, its name, may hold anything but ends with the last parenthesis. */
function startOf(pid: number): string {
	try {
		const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
		return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
	} catch {
		return '';
	}
}
