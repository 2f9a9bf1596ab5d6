/**
 * Writes a folder of results as one. All files are safe beside their places before the first of the old ones goes; the old
 * summary is deleted first and the new one written last, so that a folder with a summary is always of one run. Whoever
 * writes holds the folder's lock.
 */
import { join } from 'node:path';
import { leftBehind, removeIfThere, type Staged, stage, statOf, syncFolder, type Text } from '../../executors/disk.js';
import { makeFolder, unwritable } from '../../executors/disk-faults.js';
import { type Lock, lock } from '../../executors/lock.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { readResultFile } from '../input/result-file.js';
import { EXTRA_FILE, JOURNAL, MANIFEST, RESULT_FILES, SUMMARY } from './file-names.js';

export type Files = Readonly<Record<string, Text>>;

/** Whether an unfinished experiment that is there may be deleted; a command without such a flag cannot be told to. */
type Restart = boolean | 'no such flag';

/**
 * Takes the folder's lock, which experiments share, and writes.
 * @throws UserError (exit 1) where a file cannot be written, (exit 2) where another process or experiment has the folder
 */
export function lockAndWrite(dir: string, files: Files, restart: Restart): void {
	makeFolder(dir);
	const held = lock(join(dir, JOURNAL));
	try {
		refuseUnfinished(dir, restart);
		removeOld(dir, JOURNAL);
		writeFolder(dir, files, held);
	} finally {
		held.release();
	}
}

/** Writes the files of a folder whose lock is held. @throws UserError (exit 1): the old files stand, or no summary does */
export function writeFolder(dir: string, files: Files, held: Pick<Lock, 'assertHeld'>): void {
	const staged: { readonly file: string; readonly one: Staged }[] = [];
	// A page that several variants share has no summary of its own.
	const last = SUMMARY in files ? SUMMARY : EXTRA_FILE;
	const names = Object.keys(files).sort((a, b) => Number(a === last) - Number(b === last));
	try {
		for (const part of guarded(dir, () => leftBehind(dir))) guarded(part, () => removeIfThere(part));
		for (const name of names) {
			const file = join(dir, name);
			staged.push({ file, one: guarded(file, () => stage(file, files[name], 'w', 'replace')) });
		}
		held.assertHeld();
		dropHead(dir);
		for (const name of staleIn(dir)) if (!names.includes(name)) removeOld(dir, name);
		for (const { file, one } of staged) {
			if (file === join(dir, last)) guarded(dir, () => syncFolder(dir));
			guarded(file, one.commit);
		}
		guarded(dir, () => syncFolder(dir));
	} catch (error) {
		for (const { one } of staged) one.discard();
		throw error;
	}
}

/** @throws UserError (exit 2) where the folder holds an experiment that did not come to its end, and nobody gave it up */
export function refuseUnfinished(dir: string, restart: Restart): void {
	if (restart === true || !isThere(dir, JOURNAL) || isFinished(join(dir, SUMMARY))) return;
	const ways =
		restart === 'no such flag'
			? 'the command that began it ends it with --resume; here --out DIR goes elsewhere'
			: '--resume goes on with it, --restart forgets it, and --out DIR goes elsewhere';
	throw new UserError(
		`${join(dir, JOURNAL)}: error: found an experiment that did not come to its end; ${ways}`,
		EXIT.usage,
	);
}

function isFinished(summary: string): boolean {
	try {
		const { partial, interrupted, failures, points } = JSON.parse(readResultFile(summary));
		if (partial === false) return true;
		// What limits have stopped is finished: it would stop there again.
		if (interrupted === true || !(Array.isArray(failures) || Array.isArray(points))) return false;
		const cut = [...(failures ?? []), ...(points ?? [])];
		return cut.every((one) => one.kind !== 'interrupted' && !(one.interrupted > 0));
	} catch {
		return false;
	}
}

/** From here on the folder is of nothing that came to its end. */
export function dropHead(dir: string): void {
	const there = [SUMMARY, EXTRA_FILE].filter((name) => isThere(dir, name));
	for (const name of there) removeOld(dir, name);
	if (there.length > 0) guarded(dir, () => syncFolder(dir));
}

function removeOld(dir: string, name: string): void {
	const file = join(dir, name);
	guarded(file, () => removeIfThere(file));
}

/** In a folder that is not ours a file with one of our names is its owner's. */
function staleIn(dir: string): readonly string[] {
	return isOurs(dir) ? RESULT_FILES.filter((name) => isThere(dir, name)) : [];
}

function isThere(dir: string, name: string): boolean {
	const file = join(dir, name);
	return guarded(file, () => statOf(file)) !== null;
}

function isOurs(dir: string): boolean {
	try {
		const found: unknown = JSON.parse(readResultFile(join(dir, MANIFEST)));
		return found !== null && typeof found === 'object' && 'tool' in found && found.tool === 'retrystorm';
	} catch {
		return false;
	}
}

function guarded<T>(file: string, act: () => T): T {
	try {
		return act();
	} catch (error) {
		throw unwritable(file, error);
	}
}
