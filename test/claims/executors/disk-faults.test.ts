/**
 * A crash, a full disk and a short write at each system call of every command that writes: the author's file is the old or
 * the new one, a folder with a whole summary is of one run, an error says what is wrong, and the next run mends it all. CI tries
 * every other call; the long tests, which set DISK_FAULTS=all, try each.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { program } from '../../../src/cli/program.js';
import { UserError } from '../../../src/kernel/errors.js';
import { scratch } from '../../cli/cli.js';
import { FAULTS, type Fault, NEEDS_SPACE, onFaultyDisk } from '../../support/faulty-disk.js';

const TINY = `name: tiny
duration: 1s
traffic: { rate: 20/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 10 }
clients: { apps: { timeout: 1s, retry: { attempts: 2, backoff: 100ms } } }
changes: { patch: { fails: 10% } }
rollouts:
  patch: { at: 100ms, stages: { pilot: { hold: 200ms, gate: { above: 50%, window: 100ms } }, everyone: {} } }
expect: [{ that: amplification, above: 0 }]
variants:
  calm: { traffic: { rate: 10/s } }
`;
const ENVOY = `route: { cluster: up, retry_policy: { retry_on: 5xx, num_retries: 2 } }\n`;
const LOG = Array.from(
	{ length: 60 },
	(_, k) => `1.2.3.4 - - [10/Oct/2020:13:55:${String(k).padStart(2, '0')} +0000] "GET / HTTP/1.0" 200 23\n`,
).join('');
const RECORDING = Array.from({ length: 20 }, (_, k) =>
	JSON.stringify({ t: k / 20, ms: 20, attempt: 1, code: 200 }),
).join('\n');

const dir = scratch({ 'tiny.yaml': TINY, 'envoy.yaml': ENVOY, 'log.txt': LOG, 'recording.ndjson': RECORDING });
const at = (...parts: string[]): string => join(dir, ...parts);
const work = at('work');
const tiny = at('tiny.yaml');
const one = ['--workers', '1', '-q', '--no-report'];

/** Of the calls of a command, every how many one is made to fail. */
const EVERY = process.env.DISK_FAULTS === 'all' ? 1 : 2;

interface Command {
	/** what stands there before */
	readonly before: readonly (readonly string[])[];
	readonly args: readonly string[];
	/** a file of the author's, or folders of results */
	readonly file?: string;
	readonly folders?: readonly string[];
	/** every how many calls a fault is tried, where a command takes long or writes like another one */
	readonly stride?: number;
}

const out = join(work, 'out');
const file = join(work, 'mine.yaml');
const results = (args: readonly string[], ...folders: string[]): Command => ({
	before: [[...args, '--seed', '1', '--out', out]],
	// A folder of another seed is written over by those alone who say so.
	args: [...args, '--seed', '2', '--out', out, ...(args[0] === 'run' ? ['--restart'] : [])],
	folders: folders.length === 0 ? [out] : folders.map((name) => join(out, name)),
});
const variants = ['--variant', 'base', '--variant', 'calm'];

const COMMANDS: Readonly<Record<string, Command>> = {
	new: { before: [], args: ['new', file, '-f'], file },
	import: { before: [], args: ['import', at('envoy.yaml'), '-f', '-o', file], file },
	fit: { before: [], args: ['fit', at('log.txt'), '-q', '-f', '-o', file], file },
	mix: { before: [], args: ['mix', at('log.txt'), at('log.txt'), '-q', '-f', '-o', file], file },
	test: { before: [], args: ['test', tiny, '--reps', '1', '--workers', '1', '-q', '--junit', file], file },
	run: results(['run', tiny, '-q']),
	'run of two variants': { ...results(['run', tiny, '-q', ...variants], 'base', 'calm', ''), stride: 3 },
	'run --reps': results(['run', tiny, '--reps', '2', ...one]),
	compare: { ...results(['compare', tiny, 'calm', '--reps', '2', ...one]), stride: 2 },
	gate: results(['gate', tiny, '--reps', '1', ...one]),
	sweep: results(['sweep', tiny, '-L', 'traffic.rate', '10/s,20/s', '--reps', '1', ...one]),
	map: {
		...results([
			'map',
			tiny,
			'--x',
			'traffic.rate',
			'5/s',
			'9/s',
			'--y',
			'edge.workers',
			'2',
			'4',
			'--resolution',
			'2',
			'--coarse',
			'2',
			'--reps',
			'6',
			...one,
		]),
		stride: 9,
	},
	measured: { ...results(['compare', tiny, '--measured', at('recording.ndjson'), '--reps', '40', ...one]), stride: 5 },
	merge: {
		before: [
			[
				'sweep',
				tiny,
				'-L',
				'traffic.rate',
				'10/s,20/s',
				'--reps',
				'1',
				...one,
				'--seed',
				'2',
				'--out',
				join(work, 'shards'),
				'--shard',
				'0/1',
			],
			['sweep', tiny, '-L', 'traffic.rate', '10/s,20/s', '--reps', '1', ...one, '--seed', '1', '--out', out],
		],
		args: ['merge', join(work, 'shards', 'shard-0-of-1'), '-q', '--out', out],
		folders: [out],
	},
	report: {
		before: [['run', tiny, '-q', '--seed', '1', '--out', out]],
		args: ['report', out, '-q'],
		file: join(out, 'report.html'),
	},
};

beforeAll(() => {
	vi.spyOn(process.stdout, 'write').mockReturnValue(true);
	vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => {
	vi.restoreAllMocks();
	process.exitCode = undefined;
});

async function command(args: readonly string[]): Promise<void> {
	process.exitCode = undefined;
	await program().parseAsync([process.execPath, 'retrystorm', ...args]);
}

const OLD = 'the only copy\n';
/** Of no moment: wall times, and what only a resumed experiment reads. */
const APART = new Set(['timing.json', 'journal.ndjson']);

/** Short, so that a difference can be read; what a summary says of itself stays. */
const shortened = (text: string): string =>
	`${text.replace(/^\{"crc":"\w+","summaryCrc":"\w+",/, '{').slice(0, 14)}${/"partial": (true|false)/.exec(text)?.[0]} ${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;

/** What a folder of results holds, without its folders. */
function filesIn(folder: string): Record<string, string> {
	const names = existsSync(folder) ? readdirSync(folder) : [];
	const files = names.filter((name) => !APART.has(name) && statSync(join(folder, name)).isFile());
	return Object.fromEntries(files.map((name) => [name, shortened(readFileSync(join(folder, name), 'utf8'))]));
}
const whole = (files: Record<string, string>): boolean => {
	const { 'summary.json': summary, 'page.json': page } = files;
	// A page of several variants has no summary of its own: its data is written last.
	return summary === undefined ? page?.startsWith('{"kind":"runs"') === true : summary.includes('"partial": false');
};

/** The number of a process that has ended: a test's own process only plays dead. */
const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
function bury(): void {
	for (const name of readdirSync(work, { recursive: true, encoding: 'utf8' }))
		if (name.endsWith('.lock')) writeFileSync(join(work, name), JSON.stringify({ pid: gone, host: hostname() }));
}

describe.each(Object.entries(COMMANDS))('%s', (name, { before, args, file: mine, folders = [], stride = 1 }) => {
	const saved = at(`saved ${name}`);
	const states: { old: Record<string, string>[]; fresh: Record<string, string>[]; made: string } = {
		old: [],
		fresh: [],
		made: '',
	};
	const calls: string[] = [];
	const restore = (): void => {
		rmSync(work, { recursive: true, force: true });
		cpSync(saved, work, { recursive: true });
	};

	beforeAll(async () => {
		rmSync(work, { recursive: true, force: true });
		for (const earlier of before) await command(earlier);
		if (mine !== undefined) {
			const { writeText } = await import('../../../src/cli/output/files.js');
			writeText(mine, OLD);
		}
		cpSync(work, saved, { recursive: true });
		states.old = folders.map(filesIn);
		calls.push(...(await onFaultyDisk(null, 0, () => command(args))).calls);
		states.fresh = folders.map(filesIn);
		if (mine !== undefined) states.made = readFileSync(mine, 'utf8');
	});

	/** A write between many alike: the lines of a journal. */
	const inJournal = (k: number): boolean => calls.slice(k - 3, k + 2).filter((call) => call === 'write').length === 5;

	function check(where: string): void {
		if (mine !== undefined) expect([OLD, states.made], where).toContain(readFileSync(mine, 'utf8'));
		for (const [i, folder] of folders.entries()) {
			const files = filesIn(folder);
			if (!whole(files)) continue;
			const shown = Object.fromEntries(Object.entries(files).filter(([one]) => !/^\.|\.lock/.test(one)));
			expect([states.old[i], states.fresh[i]], `${where}: ${relative(work, folder)}`).toContainEqual(shown);
		}
	}

	it('writes through the one door', () => {
		expect(calls.filter((call) => call === 'write').length).toBeGreaterThan(0);
		expect(calls.filter((call) => call === 'sync').length).toBeGreaterThan(0);
	});

	it.each(FAULTS)('%s', async (fault: Fault) => {
		for (let k = FAULTS.indexOf(fault) % stride; k < calls.length; k += stride * EVERY) {
			if (inJournal(k)) continue;
			if (fault === 'short' && calls[k] !== 'write') continue;
			if (fault === 'full' && !NEEDS_SPACE.has(calls[k])) continue;
			const where = `${fault} at call ${k} of ${calls.length}, ${calls[k]}`;
			restore();
			const { error } = await onFaultyDisk(fault, k, () => command(args));
			check(where);
			if (fault === 'short') {
				expect(error, where).toBe(null);
				expect(folders.map(filesIn), where).toEqual(states.fresh);
				continue;
			}
			if (fault === 'full') {
				if (error !== null) expect(error, where).toBeInstanceOf(UserError);
				if (error !== null) expect((error as Error).message, where).toMatch(/no space is left|ENOSPC/);
				continue;
			}
			// `run` tells of it, and ends with 1.
			if (error === null && k < calls.length - 4) expect(process.exitCode, where).toBe(1);
			if (k % 6 !== 0 && k < calls.length - 3) continue;
			bury();
			// `merge` and `report` have nothing to give up.
			await command(/^(new|import|fit|mix|test|merge|report)/.test(name) ? args : [...args, '--restart']);
			expect(folders.map(filesIn), where).toEqual(states.fresh);
			if (mine !== undefined) expect(readFileSync(mine, 'utf8'), where).toBe(states.made);
		}
	});
});

describe('a symbolic link', () => {
	const precious = at('precious.txt');

	it('in a folder of results is replaced, and what it points to stays', async () => {
		rmSync(work, { recursive: true, force: true });
		await command(['run', tiny, '-q', '--no-report', '--out', out]);
		const summary = readFileSync(join(out, 'summary.json'), 'utf8');
		writeFileSync(precious, 'precious');
		for (const name of ['summary.json', 'timeseries.csv', 'manifest.json']) {
			rmSync(join(out, name));
			symlinkSync(precious, join(out, name));
		}
		await command(['run', tiny, '-q', '--no-report', '--out', out]);
		expect(readFileSync(precious, 'utf8')).toBe('precious');
		expect(readFileSync(join(out, 'summary.json'), 'utf8')).toBe(summary);
		expect(lstatSync(join(out, 'timeseries.csv')).isFile()).toBe(true);
	});

	it('that the author names is followed: the link stays one', async () => {
		writeFileSync(precious, 'precious');
		rmSync(file, { force: true });
		symlinkSync(precious, file);
		await command(['new', file, '-f']);
		expect(lstatSync(file).isSymbolicLink()).toBe(true);
		expect(readFileSync(precious, 'utf8')).toContain('duration:');
		await expect(command(['new', file])).rejects.toThrow('it exists already');
	});
});

it('files of an earlier command are removed from a folder, files of others stay', async () => {
	rmSync(work, { recursive: true, force: true });
	await command(['run', tiny, '--reps', '1', ...one, '--out', out]);
	writeFileSync(join(out, 'notes.txt'), 'mine');
	await command(['run', tiny, '-q', '--no-report', '--out', out]);
	expect(readdirSync(out).sort()).toEqual([
		'decisions.csv',
		'manifest.json',
		'notes.txt',
		'summary.json',
		'timeseries.csv',
		'timing.json',
	]);
	const elsewhere = join(work, 'site');
	mkdirSync(elsewhere);
	writeFileSync(join(elsewhere, 'points.csv'), 'mine');
	writeFileSync(join(elsewhere, 'manifest.json'), '{"name":"a site"}');
	await command(['run', tiny, '-q', '--no-report', '--out', elsewhere]);
	expect(readFileSync(join(elsewhere, 'points.csv'), 'utf8')).toBe('mine');
});
