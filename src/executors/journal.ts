/**
 * Remembers how the tasks of an experiment ended, in a file that only grows: kill -9 at any moment loses no more than the
 * tasks under way. To resume is to run the same experiment again over what the journal remembers.
 */
import { constants, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Laboratory, Task, TaskResult } from '../experiment/task/task.js';
import { EXIT, UserError } from '../kernel/errors.js';
import { disk, statOf, writeWhole } from './disk.js';
import { makeFolder, unwritable } from './disk-faults.js';
import { type Design, type JournalEntry, type JournalHead, LINE_START, readLine, writeLine } from './journal-lines.js';
import { type Lock, lock } from './lock.js';

export type { Design } from './journal-lines.js';

export interface JournalOptions {
	/** of retrystorm */
	readonly version: string;
	readonly design: Design;
	/** false: whatever the file holds is forgotten */
	readonly resume: boolean;
	/** called once the lock is held and before anything is touched; what it throws leaves all as it was */
	readonly onLocked?: () => void;
}

export interface Journal {
	/** how many tasks it knows the end of */
	readonly size: number;
	/** for people: what was found odd, and mended */
	readonly notes: readonly string[];
	/** how a task ended; undefined where that is not known */
	lookUp(task: Task): TaskResult | undefined;
	/** Keeps a result, if it would come again: a digest, or a limit that simulated things have passed. */
	append(task: Task, result: TaskResult): void;
	/** @throws UserError where another process has taken over the journal's lock */
	assertHeld(): void;
	/** Gives the file back. */
	close(): void;
}

const FORMAT = 1;
const LINE_FEED = 10;

/**
 * Opens the journal of an experiment, or begins it. Lines are handed to the operating system one by one and are safe from
 * the end of this process; they are forced to the disk (fsync) when the journal begins and when it is closed, so that
 * the end of the machine may take the last of them.
 * @throws UserError (exit 2) where it is another experiment's or another version's, damaged, or in use
 * @throws UserError (exit 1) where it cannot be written, then or later
 */
export function openJournal(file: string, options: JournalOptions): Journal {
	let held: Lock | null = null;
	try {
		makeFolder(dirname(file));
		held = lock(file);
		options.onLocked?.();
		return new FileJournal(file, held, options);
	} catch (error) {
		held?.release();
		throw unwritable(file, error);
	}
}

/** A laboratory that asks another only for what the journal does not know, each task once, and writes down what it says. */
export function journaled(inner: Laboratory, journal: Journal): Laboratory {
	return async (tasks, onResult) => {
		const results: TaskResult[] = new Array(tasks.length);
		const give = (index: number, result: TaskResult, from: 'run' | 'memory'): void => {
			results[index] = result;
			onResult?.(index, result, from);
		};
		const missing = new Map<string, number[]>();
		for (const [index, task] of tasks.entries()) {
			const known = journal.lookUp(task);
			if (known !== undefined) give(index, known, 'memory');
			else missing.set(nameOf(task), [...(missing.get(nameOf(task)) ?? []), index]);
		}
		const places = [...missing.values()];
		if (places.length === 0) return results;
		await inner(
			places.map(([first]) => tasks[first]),
			(missingIndex, result, from) => {
				const [first, ...same] = places[missingIndex];
				journal.append(tasks[first], result);
				give(first, result, from);
				for (const index of same) give(index, result, 'memory');
			},
		);
		return results;
	};
}

class FileJournal implements Journal {
	readonly notes: string[] = [];
	readonly #known = new Map<string, TaskResult>();
	readonly #open: number;
	/** where the next line goes */
	#end = 0;

	constructor(
		private readonly file: string,
		private readonly held: Lock,
		{ version, design, resume }: JournalOptions,
	) {
		const head: JournalHead = { format: FORMAT, version, design };
		// Nothing is touched before it has been read and found to be ours.
		if (statOf(file)?.isSymbolicLink() === true)
			throw new UserError(`${file}: error: cannot be written: it is a symbolic link`, EXIT.unexpected);
		if (resume) this.#read(head);
		const { open, truncate, sync } = disk();
		this.#open = open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW);
		truncate(this.#open, this.#end);
		if (this.#end > 0) return;
		this.#write(writeLine(head));
		sync(this.#open);
	}

	get size(): number {
		return this.#known.size;
	}

	lookUp(task: Task): TaskResult | undefined {
		return this.#known.get(nameOf(task));
	}

	append({ of, seed }: Task, result: TaskResult): void {
		if (!comesAgain(result)) return;
		this.held.assertHeld();
		const entry: JournalEntry = { key: of.key, seed, ...result };
		this.#write(writeLine(entry));
		this.#remember(entry);
	}

	assertHeld(): void {
		this.held.assertHeld();
	}

	close(): void {
		try {
			disk().sync(this.#open);
			disk().close(this.#open);
		} catch (error) {
			throw unwritable(this.file, error);
		} finally {
			this.held.release();
		}
	}

	/** Mostly one call per line: a process that dies leaves whole lines, and at most one that is cut. */
	#write(line: string): void {
		const bytes = Buffer.from(line);
		try {
			writeWhole(this.#open, bytes);
			this.#end += bytes.length;
		} catch (error) {
			try {
				disk().truncate(this.#open, this.#end);
			} catch {
				// The next reader cuts what is left of the line.
			}
			throw unwritable(this.file, error);
		}
	}

	#remember({ key, seed, ...result }: JournalEntry): void {
		this.#known.set(`${key}/${seed}`, result);
	}

	/** Reads what is there, up to a last line that was cut. */
	#read(head: JournalHead): void {
		const bytes = readIfThere(this.file);
		for (let number = 1; this.#end < bytes.length; number++) {
			const feed = bytes.indexOf(LINE_FEED, this.#end);
			if (feed === -1) {
				this.#noteTail(bytes, number);
				return;
			}
			const line = readLine(bytes.toString('utf8', this.#end, feed));
			if (number === 1) this.#checkHead(line, head);
			else if (line === null || !('key' in line)) throw this.#refusal(number, DAMAGED);
			else this.#remember(line);
			this.#end = feed + 1;
		}
	}

	#noteTail(bytes: Buffer, number: number): void {
		const tail = bytes.toString('latin1', this.#end, this.#end + LINE_START.length);
		// A text without a line feed may be anything: only what began as a journal is cut.
		if (number === 1 && !LINE_START.startsWith(tail)) throw this.#refusal(1, NO_JOURNAL);
		const what = number === 1 ? 'nothing else is there, it begins afresh' : 'its task runs again';
		this.notes.push(`${this.file}:${number}: the last line was cut short: ${what}`);
	}

	#checkHead(line: JournalHead | JournalEntry | null, { format, version, design }: JournalHead): void {
		if (line === null || !('format' in line)) throw this.#refusal(1, NO_JOURNAL);
		if (line.format !== format) throw this.#refusal(1, `found a journal of format ${line.format}, ${format} would do`);
		if (line.version !== version) {
			throw this.#refusal(1, `found a journal of version ${line.version}, ${version} would do: they may run otherwise`);
		}
		if (line.design.hash === design.hash) return;
		const other =
			line.design.about === design.about ? 'what was asked then, before the scenario changed' : line.design.about;
		throw this.#refusal(1, `found a journal of another experiment (${other}), one of this (${design.about}) would do`);
	}

	#refusal(line: number, what: string): UserError {
		return new UserError(
			`${this.file}:${line}: error: ${what}; --restart deletes it and begins the experiment again, --out DIR begins one elsewhere`,
			EXIT.usage,
		);
	}
}

const NO_JOURNAL = 'found no journal, or one whose first line is damaged';
const DAMAGED = 'found a damaged line, a journal cut off before it would do';

const nameOf = ({ of, seed }: Task): string => `${of.key}/${seed}`;

/** Bugs are tried again, and so is what a signal, or a slow machine, has ended. */
const comesAgain = (result: TaskResult): boolean =>
	'digest' in result || (result.failure.kind === 'limit' && result.failure.limit !== 'wall');

function readIfThere(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return Buffer.alloc(0);
		throw new UserError(`${file}: error: cannot be read: ${message}`, EXIT.usage);
	}
}
