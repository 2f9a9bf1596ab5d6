/** `map`: the files it leaves, the same bytes from any number of workers and after a stop, and what its flags refuse. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutShort, retrystorm, scratch, sizeOf } from './cli.js';

/** As scenarios/stability.yaml, in small: 100/s, a queue of 2 s, two attempts. */
const LITTLE = `name: little
duration: 20s
traffic: { rate: 50/s }
edge: { service: 20ms, workers: 2, queue: 200 }
clients: { apps: { timeout: 500ms, retry: { attempts: 2, backoff: 50ms } } }
verdicts: { collapsed: { last: 5s, below: 50% } }
variants:
  pushed: { faults: { push: { at: 2s, for: 3s, speed: 0 } } }
`;
const cwd = scratch({ 'little.yaml': LITTLE });
// No timeout within a fifth of the wait in a full queue, of which a map would warn.
const AXES = ['--x', 'traffic.rate', '20/s', '140/s', '9', '--y', 'clients.apps.timeout', '250ms', '3850ms', '4'];
const [X, Y] = [AXES.slice(0, 5), AXES.slice(5)];
/** Two values a side. */
const TINY = [
	'--resolution',
	'2',
	'--x',
	'traffic.rate',
	'20/s',
	'140/s',
	'--y',
	'clients.apps.timeout',
	'250ms',
	'3s',
];
const tiny = (args: readonly string[]) =>
	retrystorm(['map', 'little.yaml', ...TINY, '--reps', '6', '--workers', '1', ...args], { cwd });
const map = (args: readonly string[], how = {}) =>
	retrystorm(['map', 'little.yaml', ...AXES, '--reps', '6', ...args], { cwd, ...how });
/** Sends a signal once the journal in a folder has grown by some runs. */
function interrupted(args: readonly string[], folder: string, signal: NodeJS.Signals) {
	const journal = join(cwd, folder, 'journal.ndjson');
	const line = ['map', 'little.yaml', ...AXES, '--reps', '6', ...args];
	return cutShort(line, { cwd, journal, bytes: sizeOf(journal) + 150_000, signal });
}

const FILES = ['manifest.json', 'page.json', 'points.csv', 'report.html', 'summary.json'];
const filesIn = (dir: string) => FILES.map((file) => readFileSync(join(cwd, dir, file), 'utf8'));

describe('a map', () => {
	it('shows three regions and leaves its files, the same for any number of workers', async () => {
		const [one, two] = await Promise.all(
			['1', '2'].map((workers) => map(['--workers', workers, '--out', `w${workers}`, '--check', '5'])),
		);
		expect(two).toEqual({ code: 0, out: one.out, err: 'results: w2\n' });
		expect(one).toMatchObject({ code: 0, err: 'results: w1\n' });
		expect(one.out).toMatch(/ [o.] .* [Vv] .* [#x]$/m);
		for (const region of ['safe', 'vulnerable', 'doomed']) expect(one.out).toContain(` ${region} `);
		expect(one.out).toContain('again: retrystorm map little.yaml --x traffic.rate 20/s 140/s 9 --y');
		expect(readdirSync(join(cwd, 'w1')).toSorted()).toEqual(['journal.ndjson', ...FILES]);
		expect(filesIn('w1')).toEqual(filesIn('w2'));
		const summary = JSON.parse(filesIn('w1')[FILES.indexOf('summary.json')]);
		expect(summary).toMatchObject({ kind: 'map', partial: false, firstSeed: 1, points: { all: 36 } });
		expect(summary.runs.taken).toBeLessThan(summary.runs.grid);
		expect(summary.check.of).toBeGreaterThan(0);
	});

	it('goes on where a signal or a kill has ended it, to the same bytes', async () => {
		const slower = ['--set', 'duration=30s', '--workers', '2'];
		await map([...slower, '--out', 'whole']);
		const cut = await interrupted([...slower, '--out', 'cut'], 'cut', 'SIGINT');
		expect(cut.code).toBe(105);
		expect(cut.out).toContain('INTERRUPTED');
		expect(cut.err).toContain('interrupted: --resume goes on');
		expect(JSON.parse(filesIn('cut')[FILES.indexOf('summary.json')])).toMatchObject({ partial: true });
		const refused = await map([...slower, '--out', 'cut']);
		expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--resume goes on with it') });
		await interrupted([...slower, '--out', 'cut', '--resume'], 'cut', 'SIGKILL');
		expect((await map([...slower, '--out', 'cut', '--resume'])).code).toBe(0);
		expect(filesIn('cut')).toEqual(filesIn('whole'));
	});

	it('grows finer from the journal of a coarser one', async () => {
		const lines = (dir: string): number => readFileSync(join(cwd, dir, 'journal.ndjson'), 'utf8').split('\n').length;
		await tiny(['--out', 'grown']);
		const before = lines('grown');
		await tiny(['--resolution', '3', '--out', 'grown', '--resume']);
		await tiny(['--resolution', '3', '--out', 'afresh']);
		expect(filesIn('grown')).toEqual(filesIn('afresh'));
		expect(lines('grown')).toBe(lines('afresh'));
		expect(before).toBeGreaterThan(4 * 6);
	});

	it('says what pushes the system by itself', async () => {
		const { out } = await tiny(['--variant', 'pushed', '--no-results']);
		expect(out).toMatch(/^ {2}little, pushed: stability, seeds from 1$/m);
		expect(out.replace(/\n +/g, ' ')).toContain('every run meets fault push: what that takes down for good is drawn');
	});

	it('prints its points or its summary', async () => {
		const csv = await tiny(['--no-results', '--format', 'csv']);
		expect(csv.out).toMatch(
			/^x,y,x_value,y_value,start,hits,n,low,high,region,inferred,why,needed_seconds\n20\/s,250ms,20,0\.25,fresh,0,6,/,
		);
		const json = await tiny(['--no-results', '--format', 'json']);
		expect(JSON.parse(json.out)).toMatchObject({ kind: 'map', axes: { x: { path: 'traffic.rate', values: 2 } } });
		expect([csv.err, json.err]).toEqual(['', '']);
	});
});

describe('flags', () => {
	it.each<[string[], number, string]>([
		[X, 2, "required option '--y <path min max...>' not specified"],
		[[...X, '--y', 'clients.apps.timeout', '1s'], 2, 'error: --y: found "clients.apps.timeout 1s", a path with its'],
		[[...X, '--y', 'traffic.rate', '1/s', '5/s'], 2, 'which --x has already'],
		[[...X, ...Y, '--bound', '100%'], 2, 'error: --bound: found "100%", a share above 0% and below 100% would do'],
		[[...X, ...Y, '--bound', '10%'], 2, 'to tell P(collapsed) above 10% from below it; at least '],
		[[...X, ...Y, '--coarse', '1'], 2, 'error: --coarse: found 1, 2 or more would do'],
		[[...X, ...Y, '--seed', '1.5'], 2, "'1.5' is invalid"],
		[[...X, '--y', 'clients.apps.timeuot', '1s', '5s'], 104, 'did you mean timeout?'],
		[
			[...X, '--y', 'clients.apps.retry.attempts', '1', '5'],
			104,
			'whole numbers alone: clients.apps.retry.attempts 1 5 5 would do',
		],
	])('%j end with %i', async (args, code, like) => {
		const ended = await retrystorm(['map', 'little.yaml', ...args, '--no-results'], { cwd });
		expect(ended.err).toContain(like);
		expect(ended).toMatchObject({ code, out: '' });
	});
});
