/** `compare`: what it takes for a branch, what it says, which files it leaves, and the code it ends with. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT, RUNAWAY, retrystorm, SMALL, scratch } from './cli.js';

const HELLO = `${readFileSync(join(ROOT, 'scenarios/hello.yaml'), 'utf8')}
variants:
  no-retries: { clients: { apps: { retry: null } } }
  jittery: { clients: { apps: { retry: { backoff: { jitter: equal } } } } }
  renamed: { about: The same again., expect: [{ that: lost, below: 50% }] }
`;
const cwd = scratch({ 'small.yaml': SMALL, 'hello.yaml': HELLO, 'runaway.yaml': RUNAWAY });
const compare = (args: readonly string[], how = {}) => retrystorm(['compare', ...args], { cwd, ...how });
const quiet = ['--no-results', '-q'];
const read = (...path: string[]) => readFileSync(join(cwd, ...path), 'utf8');
const FILES = ['differences.csv', 'manifest.json', 'page.json', 'pairs.csv', 'report.html', 'summary.json'];
const filesIn = (dir: string) => Object.fromEntries(FILES.map((name) => [name, read(dir, name)]));

describe('sentences', () => {
	it('tell what retries are good for, and what they cost', async () => {
		const { code, out, err } = await compare(['hello.yaml:no-retries', 'base', '--reps', '12', '-q', '--no-results']);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		// Without retries the blip fails half of a sixth of all requests: 8.3 %. Four attempts lose a sixteenth of them.
		expect(out).toMatch(/✓ hello: fewer lost requests by 8\d(\.\d)?% ± 0\.\d% \(same arrivals: 12 of 12 pairs\)\n/);
		expect(out).toMatch(/✓ hello: more goodput by [78](\.\d)?% ± 0\.\d% \(same arrivals: 12 of 12 pairs\)\n/);
		// 200/s for 10 s, each failure tried again: 1 + (1/2 + 1/4 + 1/8) / 6 attempts.
		expect(out).toMatch(/✗ hello: more amplification by 14\.\d% ± 0\.\d% \(same/);
		expect(out).toMatch(/\? hello: first-attempt failures not told apart: -\d\.\d% to \+\d\.\d%\n/);
		expect(out).toMatch(/REGRESSION: hello: amplification, peak-amplification,\s+retry-share/);
		for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
	});

	it('rest on pairs that are worth several times as many independent runs', async () => {
		const { out } = await compare(['hello.yaml', 'jittery', '--reps', '12', '--format', 'json', ...quiet]);
		const { measures } = JSON.parse(out).others[0];
		expect(measures.amplification.gain).toBeGreaterThan(2);
		expect(measures.born).toMatchObject({ difference: 0, gain: 'unlimited' });
		expect(measures['request-p99']).toMatchObject({ finding: 'worse', verdict: 'regressed' });
	});

	it('find no difference where there is none', async () => {
		const { code, out } = await compare(['hello.yaml', 'renamed', '--reps', '4', '--fail-on', 'regression', ...quiet]);
		expect(code).toBe(0);
		expect(out).toContain('= renamed: no difference in lost requests: the same in every pair\n');
		expect(out).toContain('no regression');
	});

	it('see different arrivals', async () => {
		const busier = HELLO.replace('variants:', 'variants:\n  busier: { traffic: { rate: 220/s } }');
		const { out } = await compare(['-', 'busier', '--reps', '3', ...quiet], { input: busier });
		expect(out).toContain('same arrivals  in 0 of 3 pairs');
		expect(out).toMatch(/\(same arrivals: 0\s+of 3 pairs\)/);
	});
});

describe('exit codes of --fail-on regression', () => {
	const gated = (...args: string[]) => compare([...args, '--fail-on', 'regression', ...quiet]);

	it('99 when something is worse for sure', async () => {
		expect(await gated('hello.yaml', 'no-retries', '--reps', '5')).toMatchObject({ code: 99, err: '' });
	});

	it('3 when nothing is, and too few pairs were seen', async () => {
		const { code, out } = await gated('small.yaml', 'small.yaml:calm', 'base', '--reps', '1');
		expect(code).toBe(3);
		expect(out).toMatch(/undecided: [\s\S]* more pairs\s+would\s+decide/);
	});

	it('0 when all is better, and when nothing but the measures asked for counts', async () => {
		expect((await gated('small.yaml', 'calm', '--reps', '8')).code).toBe(0);
		expect((await gated('hello.yaml:no-retries', 'base', '--reps', '5', '--measure', 'lost')).code).toBe(0);
	});

	it('0 within the tolerance, 99 beyond it', async () => {
		const args = ['hello.yaml:no-retries', 'base', '--reps', '5', '--measure', 'amplification', '--tolerance'];
		expect((await gated(...args, '20%')).code).toBe(0);
		expect((await gated(...args, '10%')).code).toBe(99);
	});

	it('106 when a limit stopped a run, for every result of the others', async () => {
		const { code, out } = await gated('small.yaml', 'calm', '--reps', '2', '--set', 'limits.events=1000');
		expect(code).toBe(106);
		expect(out).toContain('FAILED small, seed 1: ');
		expect(out).toContain('undecided: no pair says anything');
	});
});

describe('results', () => {
	it('are the same bytes for one worker and for two, and name what was run', async () => {
		const at = (workers: string) => ['hello.yaml', 'no-retries', '--reps', '5', '--workers', workers, '--out', workers];
		const [one, two] = [await compare(at('1')), await compare(at('2'))];
		expect(one.out.replace(/--out 1/, '')).toBe(two.out.replace(/--out 2/, ''));
		expect(two.err).toBe('results: 2\n');
		expect(filesIn('1')).toEqual(filesIn('2'));
		const manifest = JSON.parse(read('1', 'manifest.json'));
		expect(manifest.runs.map(({ label, variant, seeds }: Record<string, unknown>) => [label, variant, seeds])).toEqual([
			['hello', 'base', { first: 1, runs: 5 }],
			['no-retries', 'no-retries', { first: 1, runs: 5 }],
		]);
		expect(read('1', 'pairs.csv').trimEnd().split('\n')).toHaveLength(1 + 2 * 5);
	});

	it('go to results/compare by default, as JSON and CSV too', async () => {
		const args = ['small.yaml', 'calm', '--reps', '3', '--seed', '7'];
		const [json, csv] = [
			await compare([...args, '--format', 'json']),
			await compare([...args, '--format', 'csv', '-q']),
		];
		const dir = join('results', 'compare', 'small-vs-calm-from-7');
		expect(json.err).toBe(`results: ${dir}\n`);
		expect(json.out).toBe(read(dir, 'summary.json'));
		expect(csv.out).toBe(read(dir, 'differences.csv'));
		const { others, partial, regression } = JSON.parse(json.out);
		expect(partial).toBe(false);
		expect(regression).toMatchObject({ verdict: expect.any(String) });
		expect(others[0].measures.born).toMatchObject({
			pairs: 3,
			dropped: 0,
			difference: 0,
			finding: 'same',
			verdict: null,
		});
		expect(others[0].measures.lost.sentence).toMatch(/^calm: /);
	});

	it('run equal worlds once, and none for expectations', async () => {
		await compare(['small.yaml', 'proud', 'calm', '--reps', '4', '--out', 'once', '-q']);
		// The head, and two worlds under four seeds: proud differs from small in nothing but its promise.
		expect(read('once', 'journal.ndjson').trimEnd().split('\n')).toHaveLength(1 + 2 * 4);
	});

	it('go on where they were left', async () => {
		const at = (dir: string, ...more: string[]) => ['small.yaml', 'calm', '--out', dir, '-q', ...more];
		await compare(at('whole', '--reps', '6'));
		await compare(at('cut', '--reps', '6'));
		// As after kill -9: no summary, the last line cut.
		rmSync(join(cwd, 'cut', 'summary.json'));
		const journal = read('cut', 'journal.ndjson');
		writeFileSync(join(cwd, 'cut', 'journal.ndjson'), journal.slice(0, Math.floor(journal.length / 2)));
		const refused = await compare(at('cut', '--reps', '6'));
		expect(refused.code).toBe(2);
		expect(refused.err).toContain('--resume goes on with it');
		const { code, err } = await compare(at('cut', '--reps', '6', '--resume'));
		expect(code).toBe(0);
		expect(err).toContain('the last line was cut short');
		expect(filesIn('cut')).toEqual(filesIn('whole'));
		const other = await compare([
			'small.yaml',
			'proud',
			'--set',
			'traffic.rate=100/s',
			'--out',
			'cut',
			'--resume',
			'-q',
		]);
		expect(other.code).toBe(2);
		expect(other.err).toContain('another experiment (compare small.yaml calm from seed 1)');
	});

	it('keep what is finished when interrupted', async () => {
		const args = ['runaway.yaml', 'small.yaml', '--reps', '2', '--out', 'stopped', '--workers', '1', '-q'];
		const { code, out } = await compare(args, { signal: { name: 'SIGINT', afterMs: 2500 } });
		expect(code).toBe(105);
		expect(out).toContain('FAILED runaway, seed 1: interrupted');
		expect(JSON.parse(read('stopped', 'summary.json')).partial).toBe(true);
	});
});

describe('folders of run --reps', () => {
	beforeAll(async () => {
		const run = (variant: string, dir: string) =>
			retrystorm(['run', 'hello.yaml', '--variant', variant, '--reps', '6', '--seed', '3', '--out', dir, '-q'], {
				cwd,
			});
		await Promise.all([run('base', 'of-base'), run('no-retries', 'of-no-retries')]);
	});

	it('say what fresh runs of the same seeds say', async () => {
		const [saved, fresh] = [
			await compare(['of-base', 'of-no-retries', '--out', 'kept', '-q']),
			await compare(['hello.yaml', 'no-retries', '--seed', '3', '--reps', '6', '--out', 'fresh', '-q']),
		];
		const said = (text: string) => text.replace(/again: [\s\S]*/, '');
		expect(said(saved.out)).toBe(said(fresh.out));
		for (const name of ['pairs.csv', 'summary.json']) expect(read('kept', name)).toBe(read('fresh', name));
		expect(existsSync(join(cwd, 'kept', 'journal.ndjson'))).toBe(false);
		const [of] = JSON.parse(read('kept', 'manifest.json')).runs;
		expect(of).toMatchObject({ label: 'hello', name: 'hello', variant: 'base', seeds: { first: 3, runs: 6 } });
	});

	it('stand beside fresh runs, on the seeds that both have', async () => {
		const { out } = await compare(['of-base', 'hello.yaml', 'no-retries', '--reps', '5', ...quiet]);
		expect(out).toContain('NO-RETRIES AGAINST HELLO (1), seeds 3 to 5: 3 pairs');
		// The same seeds of the same world.
		expect(out).toContain('= hello (2): no difference in lost requests: the same in every pair');
	});

	it('are not written over', async () => {
		const { code, err } = await compare(['of-base', 'hello.yaml', '--out', 'of-base']);
		expect(code).toBe(2);
		expect(err).toContain('error: --out: found of-base, which is compared itself');
	});
});

describe('mistakes', () => {
	it.each([
		[['hello.yaml'], 2, 'error: found one run, a second to compare with it would do'],
		[
			['hello.yaml', 'no-retreis'],
			104,
			'hello.yaml: error: found "no-retreis", which is no variant here; did you mean',
		],
		[['hello.yaml', 'no-retries', '--measure', 'losts'], 2, 'error: --measure: found "losts"; did you mean lost?'],
		[['hello.yaml', 'no-retries', '--measure', 'collapsed'], 2, 'error: --measure: found "collapsed"'],
		[['hello.yaml', 'no-retries', '--tolerance', 'some'], 2, 'error: --tolerance: found "some"'],
		[['hello.yaml', 'no-retries', '--confidence', '100%'], 2, 'error: --confidence: found 100%'],
		[['hello.yaml', 'no-retries', '--fail-on', 'luck'], 2, 'Allowed choices are regression'],
	])('%j', async (args, code, says) => {
		const found = await compare(args);
		expect(found).toMatchObject({ code, out: '' });
		expect(found.err).toContain(says);
	});
});
