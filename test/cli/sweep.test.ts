/** `sweep` and `merge` as a user runs them: flags and units, mistakes, shards, kill -9, and what is left behind. */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutShort, MAIN, retrystorm, scratch } from './cli.js';

/** Twelve seconds; with few workers for its load it does not come back from its blip. */
const TIP = `name: tip
duration: 12s
traffic: { rate: 150/s }
edge: { service: { exponential: 20ms }, workers: 4, queue: 200 }
clients:
  apps: { timeout: 300ms, retry: { attempts: 4, backoff: 50ms } }
faults: { blip: { at: 2s, for: 2s, errors: 60% } }
verdicts: { recovered: { window: 3s }, collapsed: { last: 3s } }
expect: [{ that: lost, below: 10% }]
variants:
  calm: { faults: { blip: { errors: 0% } } }
`;
const cwd = scratch({ 'tip.yaml': TIP, 'storm.yaml': TIP });
const go = (line: string, more: readonly string[] = [], how = {}) =>
	retrystorm([...line.split(' '), ...more], { cwd, ...how });
const read = (...path: string[]): string => readFileSync(join(cwd, ...path), 'utf8');
const FILES = ['summary.json', 'points.csv', 'manifest.json', 'page.json', 'report.html'];
const bytes = (dir: string): string[] => FILES.map((file) => read(dir, file));
const GRID = 'sweep tip.yaml -P traffic.rate 60/s 180/s 120/s -L edge.workers 3,5 --reps 4';

/** Sends a signal once the journal in a folder holds some of the runs. */
const interrupted = (line: string, folder: string, signal: NodeJS.Signals) =>
	cutShort(line.split(' '), { cwd, journal: join(cwd, folder, 'journal.ndjson'), bytes: 25_000, signal });

describe('a grid', () => {
	it('is drawn, and left as six files', async () => {
		const { code, out, err } = await go(`${GRID} -o grid`);
		expect(code).toBe(0);
		expect(err).toBe('4 points x 4 replications = 16 runs\nresults: grid\n');
		expect(out).toContain(`
  P(COLLAPSED)
  ↓ traffic.rate   → edge.workers
        3     5
   60/s ·   0 ·   0
  180/s █ 100 █ 100

  · 0%   ░ below 33%   ▒ 33% to 67%   ▓ above 67%   █ 100%
`);
		expect(out).toContain(
			'  again: retrystorm sweep tip.yaml -P traffic.rate 60/s 180/s 120/s -L edge.workers 3,5 --reps 4 --seed 1\n',
		);
		expect(
			Math.max(
				...out
					.split('\n')
					.filter((line) => !line.includes('again:'))
					.map((line) => [...line].length),
			),
		).toBeLessThanOrEqual(80);
		expect(readdirSync(join(cwd, 'grid')).sort()).toEqual([...FILES, 'journal.ndjson'].sort());
		const summary = JSON.parse(read('grid', 'summary.json'));
		expect(summary).toMatchObject({ kind: 'sweep', partial: false, shard: null, design: { kind: 'grid', total: 4 } });
		expect(summary.points.map(({ values }: { values: string[] }) => values)).toEqual([
			['60/s', '3'],
			['60/s', '5'],
			['180/s', '3'],
			['180/s', '5'],
		]);
		expect(read('grid', 'points.csv')).toMatch(
			/^traffic\.rate,edge\.workers,hits,n,undecided,low,high,unavailable,[^\n]*\n60\/s,3,0,4,0,0,0\.527\d+,/,
		);
	});

	it('says of a point what its replications say', async () => {
		const args = 'run tip.yaml --set traffic.rate=180/s --set edge.workers=5 --reps 4 --no-results --format json';
		const run = JSON.parse((await go(args)).out);
		const [, , , point] = JSON.parse(read('grid', 'summary.json')).points;
		const { hits, of, share, interval } = run.probabilities.collapsed;
		expect(point.probabilities.collapsed).toEqual({ hits, of, share, interval });
		const [{ name, figures }] = run.branches;
		expect(name).toBe('collapsed');
		expect(point.figures.lost).toEqual({ runs: 4, mean: figures.lost.mean, interval: figures.lost.interval });
		expect(point.held.hits).toBe(0);
	});

	it('prints the same as its files hold', async () => {
		expect((await go(`${GRID} -o grid --resume --format json -q`)).out).toBe(read('grid', 'summary.json'));
		expect((await go(`${GRID} -o grid --resume --format csv -q`)).out).toBe(read('grid', 'points.csv'));
	});

	it('has the same bytes with one worker, and goes on with more replications or another picture', async () => {
		const before = bytes('grid');
		await go(`${GRID} -o grid-1 --workers 1`);
		expect(bytes('grid-1')).toEqual(before);
		const lines = (): number => read('grid-1', 'journal.ndjson').split('\n').length;
		expect(lines()).toBe(18);
		const { out } = await go(`${GRID} -o grid-1 --resume --show retries`);
		expect(out).toMatch(/\n {2}RETRIES\n/);
		expect(lines()).toBe(18);
		await go(`${GRID} -o grid-1 --resume --reps 5`);
		expect(lines()).toBe(22);
		expect(JSON.parse(read('grid-1', 'summary.json')).points[0].runs).toBe(5);
	});

	it('has a folder of its own for every design', async () => {
		const { err } = await go('sweep tip.yaml -L edge.workers 5 --reps 1 --set duration=3s');
		const other = await go('sweep tip.yaml -L edge.workers 6 --reps 1 --set duration=3s --variant calm');
		expect(err).toMatch(/results: results\/tip\/base\/sweep-[0-9a-f]{8}\n/);
		expect(other.err).toMatch(/results: results\/tip\/calm\/sweep-[0-9a-f]{8}\n/);
		expect(
			JSON.parse(other.out === '' ? '{}' : read(other.err.trim().split(': ').at(-1) as string, 'manifest.json')),
		).toMatchObject({
			variant: 'calm',
			scenario: { duration: '3s', faults: { blip: { errors: '0%' } } },
		});
	});
});

it('a point has the verdict of its probabilistic expectations', async () => {
	const input = TIP.replace('expect: [', 'expect: [{ that: P(collapsed), below: 60% }, ');
	const line = 'sweep - -P traffic.rate 60/s 180/s 120/s --reps 4 --no-results --format json';
	const { code, out } = await go(line, [], { input });
	expect(code).toBe(0);
	const said = JSON.parse(out).points.map(({ verdict, held, each }: Record<string, unknown>) => ({
		verdict,
		held,
		each,
	}));
	expect(said).toMatchObject([
		{ verdict: 'pass', held: { hits: 4, of: 4 } },
		{ verdict: 'fail', held: { hits: 0, of: 4 } },
	]);
	// Of P(collapsed) hits are collapses, of the other expectation they are runs in which it held.
	expect(said[0].each).toEqual([
		{ verdict: 'pass', hits: 0, of: 4 },
		{ verdict: 'pass', hits: 4, of: 4 },
	]);
	expect(said[1].each).toMatchObject([
		{ verdict: 'inconclusive', hits: 4, of: 4, why: expect.stringContaining('4 of 4') },
		{ verdict: 'fail', hits: 0, of: 4, why: expect.stringContaining('fails in 4 of 4') },
	]);
});

it('one axis is told in bars, a Latin hypercube by its parts', async () => {
	const one = await go(
		'sweep -P clients.apps.timeout 100ms 300ms 200ms tip.yaml --reps 2 --no-results -q --set duration=3s',
	);
	expect(one.out).toMatch(/\n {2}P\(COLLAPSED\)\n {2}100ms {2}/);
	const lhs =
		'sweep tip.yaml --design lhs -n 9 -P traffic.rate 50/s 60/s -P edge.workers 4 6 1 --reps 1 --no-results -q --set duration=3s';
	const { code, out } = await go(lhs);
	expect(code).toBe(0);
	expect(out).toMatch(/\n {10}4 +5 +6\n {4}50\/s\+ [·?░]/);
	expect((await go(lhs)).out).toBe(out);
	expect((await go(`${lhs} --seed 2 --format csv`)).out).not.toBe((await go(`${lhs} --format csv`)).out);
});

describe('mistakes', () => {
	it.each([
		['sweep tip.yaml', 'error: found no axis, -P path MIN MAX STEP or -L path a,b,c would do\n'],
		[
			'sweep tip.yaml -P edge.workers 3 5',
			'error: -P edge.workers: found no STEP, one would do; only --design lhs goes without\n',
		],
		['sweep tip.yaml -P traffic.rate 1k/s 2000/s 1k/s', 'MIN, MAX and STEP in one unit would do'],
		['sweep tip.yaml -P edge.workers 1 9 1 -L edge.workers 3', 'error: found edge.workers as two axes'],
		['sweep tip.yaml -L edge.workers 3 --shard 4/3', 'error: --shard: found "4/3"'],
		['sweep tip.yaml -L edge.workers 3 --show losst', 'error: --show: found "losst", did you mean lost?\n'],
		['sweep tip.yaml -L edge.workers 3 -n 9', 'error: -n is for --design lhs'],
		['sweep tip.yaml -L edge.workers 3 --reps 0', 'A whole number from 1 up would do'],
		['sweep tip.yaml -P edge.workers 1 200000 1', 'found 200000 points, at most 100000 would do'],
		['sweep -L edge.workers 3', "missing required argument 'file'"],
		['sweep gone.yaml -L edge.workers 3', 'gone.yaml: error: cannot be read'],
	])('%s is 2', async (line, says) => {
		const { code, out, err } = await go(line);
		expect({ code, out }).toEqual({ code: 2, out: '' });
		expect(err).toContain(says);
	});

	it('of any point are 104, all at once, before anything runs', async () => {
		const { code, out, err } = await go(
			'sweep tip.yaml -P edge.workers 0 2 1 -L clients.apps.timeout 1s,soon -L edge.quue 1,2 -o never',
		);
		expect({ code, out }).toEqual({ code: 104, out: '' });
		expect(err.split('\n')).toEqual([
			expect.stringMatching(
				/^tip\.yaml: error: edge\.workers: found 0, .* \(at 4 of 12 points, first at edge\.workers=0, clients\.apps\.timeout=1s, edge\.quue=1\)$/,
			),
			expect.stringMatching(/^tip\.yaml: error: edge\.quue: unknown field; did you mean queue\? \(at all 12 points\)$/),
			expect.stringMatching(
				/^tip\.yaml: error: clients\.apps\.timeout: found "soon", .* \(at 6 of 12 points, first at .*\)$/,
			),
			'',
		]);
		expect(existsSync(join(cwd, 'never'))).toBe(false);
	});

	it('of the file itself are told as ever', async () => {
		const { code, err } = await go('sweep tip.yaml -L edge.workers 3 --set edge.queue=soon');
		expect(code).toBe(104);
		expect(err).toMatch(/^--set edge\.queue=soon: error: edge\.queue: found "soon"/);
	});
});

it('a point whose runs a limit stops is shown, and is 106; the others are finished', async () => {
	const { code, out, err } = await go(
		'sweep tip.yaml -L limits.events 1000,1000000 -P edge.workers 5 6 1 --reps 2 -o failing',
	);
	expect(code).toBe(106);
	expect(out).toContain('FAILED at limits.events=1000, edge.workers=5: 2 of its runs; seed 1: stopped');
	expect(out).toMatch(/\n +1000 ! +!\n +1000000 [·█░▒▓]/);
	expect(err).toContain('failed: runs at 2 of 4 points; summary.json and points.csv say which\n');
	const rows = read('failing', 'points.csv').trimEnd().split('\n');
	// Of a point whose runs end in more than one branch a line for each follows, which names the branch last.
	const points = rows.filter((row) => !/,(not collapsed|collapsed|undecided)$/.test(row));
	expect(points.map((row) => row.split(',')[3])).toEqual(['n', '0', '0', '2', '2']);
	expect(rows[1]).toMatch(/,2,"?stopped by limits\.events = 1,000 after/);
});

it('an interrupt keeps what is finished, is 105, and --resume ends it with the bytes of one that never was', async () => {
	const line = `${GRID} --set duration=30s --reps 16`;
	await go(`${line} -o whole`);
	const cut = await interrupted(`${line} -o cut`, 'cut', 'SIGINT');
	expect(cut.code).toBe(105);
	expect(cut.out).toContain('INTERRUPTED');
	expect(cut.err).toMatch(/interrupted: \d of 4 points are unfinished; sweep --resume goes on\n$/);
	expect(JSON.parse(read('cut', 'summary.json')).partial).toBe(true);
	expect(await go(`${line} -o cut`)).toMatchObject({
		code: 2,
		err: expect.stringContaining('--resume goes on with it'),
	});
	expect((await go(`${line} -o cut --resume`)).code).toBe(0);
	expect(bytes('cut')).toEqual(bytes('whole'));
});

it('kill -9 loses nothing', async () => {
	const line = `${GRID} --set duration=30s --reps 16 -o killed --resume`;
	await interrupted(line, 'killed', 'SIGKILL');
	expect(existsSync(join(cwd, 'killed', 'summary.json'))).toBe(false);
	expect(await go('merge killed')).toMatchObject({
		code: 2,
		err: expect.stringContaining('has not come to its end, sweep --resume ends it'),
	});
	expect((await go(line)).code).toBe(0);
	expect(bytes('killed')).toEqual(bytes('whole'));
});

describe('shards', () => {
	it('put together are one machine, and tell the same', async () => {
		const ended = await Promise.all([1, 2, 3].map((i) => go(`${GRID} --workers 1 --shard ${i}/3 -o parts`)));
		expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
		expect(ended[0].err).toMatch(
			/(^|\n)4 points x 4 replications = 16 runs; shard 1\/3 has \d points, \d runs\nresults: parts\/shard-1-of-3\n$/,
		);
		const { code, out, err } = await go('merge parts/shard-0-of-3 parts/shard-2-of-3 parts/shard-1-of-3 -o parts');
		expect({ code, err }).toEqual({ code: 0, err: 'results: parts\n' });
		expect(bytes('parts')).toEqual(bytes('grid'));
		const whole = await go(`${GRID} -o grid --resume`);
		expect(`${out}\n${whole.out.match(/ {2}again: .*\n/)?.[0]}`).toBe(whole.out);
	});

	it('that overlap are fine, those that lack or differ are not, and nothing is written', async () => {
		expect((await go('merge parts/shard-0-of-3 parts --no-results --format csv -q')).out).toBe(
			read('grid', 'points.csv'),
		);
		const lacking = await go('merge parts/shard-0-of-3 parts/shard-2-of-3 -o no');
		expect(lacking).toMatchObject({ code: 2, out: '' });
		expect(lacking.err).toMatch(/^error: found \d of 4 points; missing shard 1\/3\n$/);
		cpSync(join(cwd, 'parts/shard-1-of-3'), join(cwd, 'liar'), { recursive: true });
		writeFileSync(join(cwd, 'liar/summary.json'), read('liar/summary.json').replace('"runs":4,', '"runs":3,'));
		expect((await go('merge parts liar -o no')).err).toMatch(
			/^liar: error: says otherwise of point \d \(traffic\.rate=/,
		);
		await go(`${GRID} --reps 3 --shard 1/3 -o shorter`);
		expect((await go('merge parts/shard-0-of-3 shorter/shard-1-of-3 -o no')).err).toMatch(
			/found other seeds in its manifest\.json/,
		);
		writeFileSync(join(cwd, 'liar/summary.json'), read('liar/summary.json').slice(0, -100));
		expect((await go('merge parts liar cut gone -o no')).err).toBe(
			'liar/summary.json: error: found no summary of a sweep, or one that was cut off\n' +
				'gone: error: found no summary.json, a folder that sweep has written would do\n',
		);
		expect((await go('merge parts cut -o no')).err).toMatch(/^cut: error: found another sweep \(tip: /);
		expect((await go('merge parts --show retries -o no')).err).toMatch(/^error: --show: found "retries"/);
		expect(existsSync(join(cwd, 'no'))).toBe(false);
	});
});

it('the job arrays of the help run, whichever way they count', async () => {
	const { out } = await go('sweep --help');
	const lines = out.split('\n').filter((line) => line.startsWith('  retrystorm ') || line.startsWith('  parallel '));
	const array = lines.filter((line) => / --out out/.test(line));
	expect(array).toHaveLength(4);
	const bin = join(cwd, 'bin');
	mkdirSync(bin);
	const script = (name: string, text: string): void => {
		writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
		chmodSync(join(bin, name), 0o755);
	};
	script('retrystorm', `exec "${process.execPath}" "${MAIN}" "$@"`);
	// What GNU parallel does with {} and :::, one job after the other.
	const jobs = 'for i in $(echo "$*" | sed "s/.*::: //")';
	script('parallel', `${jobs}; do sh -c "$(echo "$*" | sed "s/ :::.*//; s/{}/$i/")" || exit 1; done`);
	const sh = (line: string, env: Readonly<Record<string, string>> = {}): Promise<number | null> =>
		new Promise((done) => {
			const quick = line.replace(/^( *(parallel )?retrystorm sweep \S+)/, '$1 --reps 1 --set duration=3s --workers 1');
			const child = spawn('sh', ['-c', quick], {
				cwd,
				stdio: 'ignore',
				env: { PATH: `${bin}:${process.env.PATH}`, ...env },
			});
			child.on('close', done);
		});
	const merge = array[3];
	for (const [line, name, first] of [
		[array[0], 'JOB_COMPLETION_INDEX', 0],
		[array[1], 'SLURM_ARRAY_TASK_ID', 1],
		[array[2], null, 0],
	] as const) {
		rmSync(join(cwd, 'out'), { recursive: true, force: true });
		const numbers = name === null ? [0] : Array.from({ length: 4 }, (_, i) => first + i);
		const codes = numbers.map((job) => sh(line, name === null ? {} : { [name]: String(job) }));
		expect(await Promise.all(codes)).toEqual(numbers.map(() => 0));
		expect(await sh(merge)).toBe(0);
		expect(JSON.parse(read('out', 'summary.json'))).toMatchObject({
			shard: null,
			partial: false,
			design: { total: 2 },
		});
	}
});
