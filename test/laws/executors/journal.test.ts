/** Laws of the journal: cut anywhere it gives what is whole, damaged anywhere it says where, and it is one experiment's. */
import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type JournalOptions, journaled, openJournal } from '../../../src/executors/journal.js';
import { BEAT_MS } from '../../../src/executors/lock.js';
import type { Laboratory, OnResult, Task, TaskResult } from '../../../src/experiment/task/task.js';
import { EXIT, UserError } from '../../../src/kernel/errors.js';
import { replications, smallCase } from '../../support/experiment-builder.js';

const dir = mkdtempSync(join(tmpdir(), 'retrystorm-journal-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const fresh = (bytes?: string | Buffer): string => {
	const file = join(dir, `${++files}.ndjson`);
	if (bytes !== undefined) writeFileSync(file, bytes);
	return file;
};

const OPTIONS: JournalOptions = { version: '1', design: { hash: 'abc', about: 'what is asked' }, resume: true };
const open = (file: string, over: Partial<JournalOptions> = {}) => openJournal(file, { ...OPTIONS, ...over });

const NO_STEPS = { 'goodput-share': [], unavailable: [], amplification: [], 'attempt-rate': [] };

/** Short results with what is hard to write: Infinity, a word for it, letters of several bytes, a line feed. */
const result = (seed: number): TaskResult => ({
	digest: {
		seed,
		values: { lost: 0.1 + seed, mitigated: null },
		judgements: [
			{ seen: Number.POSITIVE_INFINITY, verdict: 'pass', text: 'Infinity' },
			{ seen: null, verdict: 'no-data', text: 'ünïcode 🌊\n"' },
		],
		curves: { fromUs: 0, stepUs: 1e6, steps: { ...NO_STEPS, unavailable: [1e-7, null, 1e21] } },
		events: 12345,
	},
});
const limit: TaskResult = { failure: { kind: 'limit', limit: 'events', message: 'stopped by limits.events = 5' } };
const tasks = replications(smallCase(), 3);
const results = [result(1), limit, result(3)];

/** A journal of the three tasks. */
const whole = ((): Buffer => {
	const file = fresh();
	const journal = open(file);
	for (const [i, task] of tasks.entries()) journal.append(task, results[i]);
	journal.close();
	return readFileSync(file);
})();
/** Where each line ends, its line feed included. */
const ends = [...whole.keys()].filter((i) => whole[i] === 10).map((i) => i + 1);

const known = (file: string): (TaskResult | undefined)[] => {
	const journal = open(file);
	journal.close();
	return tasks.map((task) => journal.lookUp(task));
};

/** The UserError that is thrown. */
function refusal(act: () => unknown): UserError {
	try {
		act();
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
	throw new Error('nothing was refused');
}

describe('what was written', () => {
	it('is read again, to the bit', () => {
		const file = fresh(whole);
		expect(known(file)).toEqual(results);
		expect(JSON.stringify(known(file))).toBe(JSON.stringify(results));
		expect(readFileSync(file)).toEqual(whole);
	});

	it('is one JSON object per line, without what another run may end otherwise', () => {
		const file = fresh();
		const journal = open(file);
		const failures: TaskResult[] = [
			{ failure: { kind: 'bug', message: 'x' } },
			{ failure: { kind: 'interrupted', message: 'x' } },
			{ failure: { kind: 'limit', limit: 'wall', message: 'x' } },
		];
		for (const [i, failure] of failures.entries()) journal.append(tasks[i], failure);
		journal.append(tasks[1], limit);
		expect([journal.size, journal.lookUp(tasks[0]), journal.lookUp(tasks[1])]).toEqual([1, undefined, limit]);
		journal.close();
		const lines = readFileSync(file, 'utf8')
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(lines).toMatchObject([
			{ format: 1, version: '1', design: OPTIONS.design },
			{ key: tasks[1].of.key, seed: 2, ...limit },
		]);
	});

	it('may be there twice', () => {
		const file = fresh(Buffer.concat([whole, whole.subarray(ends[0])]));
		expect(known(file)).toEqual(results);
	});

	it('is forgotten without --resume', () => {
		const file = fresh(whole);
		const journal = open(file, { resume: false });
		expect(journal.size).toBe(0);
		journal.close();
		expect(readFileSync(file)).toEqual(whole.subarray(0, ends[0]));
		open(fresh('no journal at all\n'), { resume: false }).close();
	});
});

it('cut at any byte, it gives every whole line, and goes on as if nothing had happened', () => {
	const file = fresh();
	for (let at = 0; at <= whole.length; at++) {
		writeFileSync(file, whole.subarray(0, at));
		const journal = open(file);
		const lines = ends.filter((end) => end <= at).length;
		const cut = at > 0 && !ends.includes(at);
		expect(
			tasks.map((task) => journal.lookUp(task)),
			`cut at ${at}`,
		).toEqual(results.map((r, i) => (i + 1 < lines ? r : undefined)));
		expect(journal.notes.length, `cut at ${at}`).toBe(cut ? 1 : 0);
		if (cut) expect(journal.notes[0]).toMatch(new RegExp(`^${file}:${lines + 1}: the last line was cut short`));
		for (const [i, task] of tasks.entries()) if (journal.lookUp(task) === undefined) journal.append(task, results[i]);
		journal.close();
		expect(readFileSync(file).equals(whole), `cut at ${at}`).toBe(true);
	}
});

it('with any bit flipped, it names the line, or runs the last task again', () => {
	const file = fresh();
	for (let at = 0; at < whole.length; at++) {
		const bytes = Buffer.from(whole);
		bytes[at] ^= 1 << (at % 8);
		writeFileSync(file, bytes);
		const line = ends.filter((end) => end <= at).length + 1;
		if (at === whole.length - 1) {
			expect(known(file)).toEqual([...results.slice(0, 2), undefined]);
			continue;
		}
		const { message, exit } = refusal(() => open(file));
		expect(message, `flipped at ${at}`).toMatch(new RegExp(`^${file}:${line}: error: found `));
		expect(exit).toBe(EXIT.usage);
		expect(readFileSync(file).equals(bytes)).toBe(true);
	}
});

describe('refused, with the reason, untouched', () => {
	it.each([
		['another version', { version: '2' }, 'found a journal of version 1, 2 would do'],
		[
			'another design',
			{ design: { hash: 'abd', about: 'something else' } },
			'found a journal of another experiment (what is asked), one of this (something else) would do',
		],
		[
			'a scenario that has changed',
			{ design: { hash: 'abd', about: OPTIONS.design.about } },
			'another experiment (what was asked then, before the scenario changed)',
		],
	])('%s', (_, over, says) => {
		const file = fresh(whole);
		const { message, exit } = refusal(() => open(file, over));
		expect(message.startsWith(`${file}:1: error: `)).toBe(true);
		expect(message).toContain(says);
		expect(exit).toBe(EXIT.usage);
		expect(readFileSync(file)).toEqual(whole);
		expect(existsSync(`${file}.lock`)).toBe(false);
	});

	it.each(['a text of somebody\n', 'a text', '{}\n', '{"crc":"00000000","format":1}\n', '\n'])(
		'%j is no journal',
		(text) => {
			const file = fresh(text);
			expect(refusal(() => open(file)).message).toContain(`${file}:1: error: found no journal`);
			expect(readFileSync(file, 'utf8')).toBe(text);
		},
	);

	it('a file that cannot be written', () => {
		const { message, exit } = refusal(() => open(join(fresh('x'), 'journal.ndjson')));
		expect(message).toMatch(/: error: cannot be made a folder: a file stands in its place$/);
		expect(exit).toBe(EXIT.unexpected);
	});
});

describe('a lock', () => {
	const lockOf = (file: string, holder: object): void => writeFileSync(`${file}.lock`, JSON.stringify(holder));
	/** The number of a process that has ended. */
	const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));

	it('keeps a second writer out, even of the same process', () => {
		const file = fresh(whole);
		const journal = open(file);
		expect(refusal(() => open(file)).message).toMatch(/error: this process is writing it; wait for its end/);
		journal.close();
		open(file).close();
		lockOf(file, { pid: process.ppid, host: hostname() });
		expect(refusal(() => open(file))).toMatchObject({
			message: expect.stringContaining(`error: process ${process.ppid} is writing it`),
			exit: EXIT.usage,
		});
		lockOf(file, { pid: gone, host: `not-${hostname()}` });
		expect(refusal(() => open(file)).message).toMatch(
			new RegExp(`error: process ${gone} of not-${hostname()} is writing it: .* try again in \\d+ s`),
		);
	});

	it('of another machine expires when it has been silent for a minute, by the clock of the file system', () => {
		const file = fresh(whole);
		lockOf(file, { pid: gone, host: `not-${hostname()}` });
		const nowS = Date.now() / 1000;
		utimesSync(`${file}.lock`, nowS - 50, nowS - 50);
		expect(refusal(() => open(file)).message).toMatch(/last sign of life is 5\d s old/);
		utimesSync(`${file}.lock`, nowS - 70, nowS - 70);
		const journal = open(file);
		expect(tasks.map((task) => journal.lookUp(task))).toEqual(results);
		journal.close();
	});

	it('gives signs of life while it is held, and is lost to who takes it over', () => {
		vi.useFakeTimers();
		const file = fresh(whole);
		const journal = open(file);
		utimesSync(`${file}.lock`, 1, 1);
		vi.advanceTimersByTime(BEAT_MS + 1);
		expect(statSync(`${file}.lock`).mtimeMs).toBeGreaterThan(Date.parse('2020-01-01'));
		vi.useRealTimers();
		lockOf(file, { pid: gone, host: 'another' });
		expect(refusal(() => journal.append(tasks[0], results[0]))).toMatchObject({
			message: expect.stringContaining('another process has taken over'),
			exit: EXIT.unexpected,
		});
		journal.close();
		expect(readFileSync(`${file}.lock`, 'utf8')).toContain('another');
		expect(readFileSync(file)).toEqual(whole);
	});

	it.runIf(existsSync('/proc/self/stat'))('of a process whose number was given to another is taken over', () => {
		const file = fresh(whole);
		const journal = open(file);
		const held = JSON.parse(readFileSync(`${file}.lock`, 'utf8'));
		journal.close();
		const startOfParent = readFileSync(`/proc/${process.ppid}/stat`, 'latin1')
			.replace(/^.*\) /, '')
			.split(' ')[19];
		lockOf(file, { ...held, pid: process.ppid, start: startOfParent });
		expect(refusal(() => open(file)).message).toContain(`process ${process.ppid} is writing it`);
		lockOf(file, { ...held, pid: process.ppid, start: String(Number(startOfParent) - 1) });
		open(file).close();
	});

	it.each(['{', 'null', '{"pid":"1","host":"a"}', '{"pid":-1,"host":"a"}', '{"pid":1}'])(
		'that is damaged (%s) is explained',
		(text) => {
			const file = fresh(whole);
			writeFileSync(`${file}.lock`, text);
			expect(refusal(() => open(file))).toMatchObject({
				message: `${file}.lock: error: the lock file is damaged, so it does not say which process writes ${file}; if none does, delete the lock file`,
				exit: EXIT.usage,
			});
			expect(readFileSync(file)).toEqual(whole);
		},
	);

	it('that is a symbolic link is not followed, nor is a journal that is one', () => {
		const file = fresh(whole);
		const target = fresh('not ours');
		symlinkSync(target, `${file}.lock`);
		expect(refusal(() => open(file)).message).toContain('the lock file is damaged');
		const link = join(dir, 'link.ndjson');
		symlinkSync(target, link);
		expect(refusal(() => open(link)).message).toContain('it is a symbolic link');
		expect(refusal(() => open(link, { resume: false })).message).toContain('it is a symbolic link');
		expect(readFileSync(target, 'utf8')).toBe('not ours');
	});

	it.each([
		['of a process that is gone', gone],
		['of a stranger with our number', process.pid],
	])('%s is taken over', (_, pid) => {
		const file = fresh(whole);
		lockOf(file, { pid, host: hostname() });
		const journal = open(file);
		expect(JSON.parse(readFileSync(`${file}.lock`, 'utf8')).pid).toBe(process.pid);
		journal.close();
		expect(existsSync(`${file}.lock`)).toBe(false);
	});
});

describe('a journaled laboratory', () => {
	/** Answers in reverse, and notes what it is asked. */
	const requested: Task[] = [];
	const inner: Laboratory = async (given, onResult) => {
		requested.push(...given);
		const answers = given.map(({ seed }) => results[seed - 1]);
		for (let i = given.length - 1; i >= 0; i--) onResult?.(i, answers[i], 'run');
		return answers;
	};

	it('asks only for what is missing, each task once, and tells where results come from', async () => {
		const journal = open(fresh(whole.subarray(0, ends[1])));
		const reports: Parameters<OnResult>[] = [];
		const [a, b, c] = tasks;
		const mine = await journaled(inner, journal)([c, a, b, c], (...all) => reports.push(all));
		expect(mine).toEqual([results[2], results[0], limit, results[2]]);
		expect(requested).toEqual([c, b]);
		expect(reports.map(([index, , from]) => [index, from])).toEqual([
			[1, 'memory'],
			[2, 'run'],
			[0, 'run'],
			[3, 'memory'],
		]);
		for (const [index, answer] of reports) expect(answer).toBe(mine[index]);
		await journaled(inner, journal)(tasks);
		expect(requested).toHaveLength(2);
		expect(journal.size).toBe(3);
		journal.close();
	});
});
