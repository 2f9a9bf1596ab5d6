/**
 * The one door to the disk: every file that a command writes goes through these calls. A file is written beside its place,
 * synced and renamed, so that a crash or a full disk at any call leaves the old bytes or the new ones, and never a part.
 * Tests put calls that fail in place of the machine's, at each call in turn.
 */
import {
	closeSync,
	constants,
	fchmodSync,
	fsyncSync,
	ftruncateSync,
	linkSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	realpathSync,
	renameSync,
	type Stats,
	unlinkSync,
	writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What changes a file system, one system call each. */
export interface DiskCalls {
	readonly mkdir: (folder: string) => void;
	readonly open: (file: string, flags: number) => number;
	readonly chmod: (open: number, mode: number) => void;
	/** @returns how many bytes were taken, which may be fewer; position null: where the file stands */
	readonly write: (open: number, bytes: Uint8Array, position: number | null) => number;
	readonly truncate: (open: number, length: number) => void;
	readonly sync: (open: number) => void;
	readonly close: (open: number) => void;
	readonly rename: (from: string, to: string) => void;
	readonly link: (from: string, to: string) => void;
	readonly unlink: (file: string) => void;
}

const MACHINE: DiskCalls = {
	mkdir: (folder) => mkdirSync(folder, { recursive: true }),
	open: (file, flags) => openSync(file, flags, 0o666),
	chmod: fchmodSync,
	write: (open, bytes, position) => writeSync(open, bytes, 0, bytes.length, position),
	truncate: ftruncateSync,
	sync: fsyncSync,
	close: closeSync,
	rename: renameSync,
	link: linkSync,
	unlink: unlinkSync,
};

let calls: DiskCalls = MACHINE;

/** Puts other calls in place of the machine's. @returns puts the machine's back */
export function replaceDiskCalls(others: (machine: DiskCalls) => DiskCalls): () => void {
	calls = others(MACHINE);
	return () => {
		calls = MACHINE;
	};
}

/** The calls as they are now, for whoever keeps a file open (the journal, a lock). */
export const disk = (): DiskCalls => calls;

/** A text, or a long one in pieces. */
export type Text = string | Iterable<string>;

/** Writes all bytes, however few of them each call takes. */
export function writeWhole(open: number, bytes: Uint8Array, position: number | null = null): void {
	for (let done = 0; done < bytes.length; ) {
		const taken = calls.write(open, bytes.subarray(done), position === null ? null : position + done);
		if (taken <= 0) throw Object.assign(new Error('no space is left'), { code: 'ENOSPC' });
		done += taken;
	}
}

/** A file whose bytes are safe beside its place. */
export interface Staged {
	/** Gives it its name. */
	readonly commit: () => void;
	/** Deletes it, unless it has its name by now. */
	readonly discard: () => void;
}

/**
 * Writes a file beside its place. A device or a pipe has no place beside it: it is written at the commit. A symbolic link
 * that the author names is followed; one in a folder of results is replaced, and what it points to stays as it is.
 * @param how `wx` refuses to overwrite
 * @throws whatever the system says; nothing is left behind then
 */
export function stage(file: string, text: Text, how: 'w' | 'wx' = 'w', links: 'follow' | 'replace' = 'follow'): Staged {
	const there = statOf(file);
	if (how === 'wx' && there !== null) throw coded('EEXIST');
	const target = there?.isSymbolicLink() === true && links === 'follow' ? followed(file) : file;
	const old = target === file ? there : statOf(target);
	if (old?.isDirectory() === true) throw coded('EISDIR');
	if (old !== null && !old.isFile() && !old.isSymbolicLink())
		return { commit: () => writeInto(target, constants.O_WRONLY, text), discard: () => {} };
	const aside = asideOf(target);
	const discard = (): void => {
		try {
			removeIfThere(aside);
		} catch {
			// There is an error to tell, and this is not it.
		}
	};
	try {
		removeIfThere(aside);
		writeInto(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, text, old?.isFile() ? old.mode : null);
	} catch (error) {
		discard();
		throw error;
	}
	return { commit: () => (how === 'w' ? calls.rename(aside, target) : claim(aside, target)), discard };
}

/** Writes one file: its old bytes stand until the new ones are safe. @throws whatever the system says; the file is then as it was */
export function writeFile(file: string, text: Text, how: 'w' | 'wx' = 'w'): void {
	const staged = stage(file, text, how);
	try {
		staged.commit();
	} catch (error) {
		staged.discard();
		throw error;
	}
	syncFolder(dirname(file));
}

/** Deletes a file that may not be there. */
export function removeIfThere(file: string): void {
	if (statOf(file) !== null) calls.unlink(file);
}

/** What is there itself, not what it points to; null where nothing is: below a file that is no folder nothing can be. */
export function statOf(file: string): Stats | null {
	try {
		return lstatSync(file, { throwIfNoEntry: false }) ?? null;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
		throw error;
	}
}

/** Files that processes which were killed have left half written in a folder. */
export function leftBehind(folder: string): string[] {
	return readdirSync(folder)
		.filter((name) => /^\..+\.\d+\.part$/.test(name))
		.map((name) => join(folder, name));
}

/** What a folder holds survives the machine's end once the folder is synced; some file systems refuse, and need none. */
export function syncFolder(folder: string): void {
	let open: number;
	try {
		open = calls.open(folder, constants.O_RDONLY);
	} catch (error) {
		if (isRefusal(error)) return;
		throw error;
	}
	try {
		calls.sync(open);
	} catch (error) {
		if (!isRefusal(error)) throw error;
	} finally {
		calls.close(open);
	}
}

function writeInto(file: string, flags: number, text: Text, mode: number | null = null): void {
	const open = calls.open(file, flags);
	try {
		if (mode !== null) calls.chmod(open, mode & 0o7777);
		for (const piece of typeof text === 'string' ? [text] : text) writeWhole(open, Buffer.from(piece));
		if ((flags & constants.O_EXCL) !== 0) calls.sync(open);
	} finally {
		calls.close(open);
	}
}

/** Gives a file its name, unless another has it by now. A file system without hard links can only be asked beforehand. */
function claim(aside: string, file: string): void {
	try {
		calls.link(aside, file);
	} catch (error) {
		if (!isRefusal(error)) throw error;
		if (statOf(file) !== null) throw coded('EEXIST');
		calls.rename(aside, file);
		return;
	}
	calls.unlink(aside);
}

/** Where a link leads; a link to nothing leads to the file that is to be made. */
function followed(link: string): string {
	try {
		return realpathSync(link);
	} catch {
		return link;
	}
}

const asideOf = (file: string): string => join(dirname(file), `.${basename(file).slice(0, 200)}.${process.pid}.part`);

const coded = (code: string): Error => Object.assign(new Error(code), { code });

/** What file systems say to calls that they do not have. */
const REFUSALS: ReadonlySet<string | undefined> = new Set([
	'EPERM',
	'EINVAL',
	'ENOTSUP',
	'EOPNOTSUPP',
	'ENOSYS',
	'EISDIR',
	'EACCES',
]);
const isRefusal = (error: unknown): boolean => REFUSALS.has((error as NodeJS.ErrnoException).code);
