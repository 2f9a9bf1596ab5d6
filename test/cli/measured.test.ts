/** `compare FILE --measured RECORDING`: the shipped recording fits, files and exit codes are those that it says, bad input is named. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, ROOT, retrystorm, SMALL, scratch } from './cli.js';

const SCENARIO = join(ROOT, 'scenarios/real/testbed-a.yaml');
const RECORDING = join(ROOT, 'scenarios/real/testbed-a/attempts.ndjson.gz');
const cwd = scratch({
	'small.yaml': `${SMALL.replace('expect: [', 'record: { bucket: 1s }\nexpect: [{ that: coverage, above: 99% }, ')}`,
	'empty.ndjson': '',
	'text.ndjson': 'not a recording\nnot one either\n',
	'short.ndjson': [0, 0.1, 0.2].map((t) => JSON.stringify({ t, attempt: 1, code: 200, ms: 1 })).join('\n'),
	'access.log': Array.from(
		{ length: 40 },
		(_, i) => `192.0.2.1 - - [23/Nov/2026:12:00:0${Math.floor(i / 8)} +0000] "GET / HTTP/1.1" 200 10 "-" "test"`,
	).join('\n'),
	'calm.ndjson': Array.from({ length: 20 }, (_, i) => JSON.stringify({ t: i / 4, attempt: 1, code: 200, ms: 1 })).join(
		'\n',
	),
});
mkdirSync(join(cwd, 'folder'));
writeFileSync(join(cwd, 'endless.bin'), Buffer.alloc(2_000_000));
writeFileSync(join(cwd, 'other.ndjson'), '{"time":1}\n'.repeat(50_000));
writeFileSync(join(cwd, 'binary.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
const compare = (args: readonly string[], how = {}) => retrystorm(['compare', ...args], { cwd, ...how });

describe('testbed-a', () => {
	let ended: Ended;
	beforeAll(async () => {
		ended = await compare([SCENARIO, '--measured', RECORDING, '--seed', '1', '--out', 'out', '-q']);
	}, 120_000);
	const json = () => JSON.parse(readFileSync(join(cwd, 'out/measured.json'), 'utf8'));

	it('has at least nine of ten buckets of every outcome inside the band, and amplification within 3 %', () => {
		expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
		const { measures, amplification, buckets, level } = json();
		expect({ buckets, level }).toEqual({ buckets: 40, level: 0.95 });
		for (const name of ['attempts', 'ok', 'rejected', 'timeout']) {
			expect(measures[name].inside.of, name).toBe(40);
			expect(measures[name].inside.share, name).toBeGreaterThanOrEqual(0.9);
		}
		expect(Math.abs(amplification.bias)).toBeLessThan(0.03);
	});

	it('tells coverage and bias of each measure, and what was promised', () => {
		expect(ended.out).toMatch(/attempts {7}38 of 40 \(95%\) inside; bias: -0\.\d+%; predicted/);
		expect(ended.out).toContain('✓ coverage between 90% and 100% · 95% of the buckets');
		expect(ended.out).toMatch(/✓ amplification-error below 3% · 0\.\d+%/);
		for (const line of ended.out.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
	});

	it('measures what the recording holds', () => {
		const lines = gunzipSync(readFileSync(RECORDING)).toString().trim().split('\n');
		const { measures, recording, amplification } = json();
		expect(recording).toMatchObject({ attempts: lines.length, unreadable: 0 });
		const sent = measures.attempts.bins.reduce((sum: number, bin: { measured: number }) => sum + bin.measured, 0);
		expect(sent).toBe(lines.length);
		const first = lines.filter((line) => JSON.parse(line).attempt === 1).length;
		expect(amplification.measured).toBeCloseTo(lines.length / first, 9);
	});

	it('leaves the same as CSV, a line for each bucket and measure', () => {
		const lines = readFileSync(join(cwd, 'out/measured.csv'), 'utf8').trim().split('\n');
		expect(lines[0]).toBe('from_s,measure,measured,predicted,low,high,place');
		expect(lines.length).toBe(1 + 40 * 8);
	});
});

describe('what is promised of a recording', () => {
	it('is judged beside one, and ends with 99 where it fails', async () => {
		const { code, out } = await compare([
			'small.yaml',
			'--measured',
			'calm.ndjson',
			'--reps',
			'39',
			'-q',
			'--no-results',
		]);
		expect(code).toBe(99);
		expect(out).toMatch(/✗ coverage above 99% · 0% of the buckets/);
	});

	it('is not asked without one, and that is said', async () => {
		const { code, err } = await retrystorm(['run', 'small.yaml', '--no-results'], { cwd });
		expect(code).toBe(0);
		expect(err).toContain('small.yaml: not asked: coverage above 99%; retrystorm compare small.yaml --measured');
		const test = await retrystorm(['test', 'small.yaml', '--variant', 'base', '--progress', 'none'], { cwd });
		expect(test.err).toContain('not asked: coverage above 99%');
	});

	it('takes a bound and nothing else', async () => {
		const text = SMALL.replace('expect: [', 'expect: [{ that: coverage, above: 90%, over: "0s..1s" }, ');
		const { code, err } = await retrystorm(['check', '-'], { cwd, input: text });
		expect(code).toBe(104);
		expect(err).toContain('found over, but coverage is asked of the whole recording');
	});
});

describe('a log that fit reads', () => {
	it('is a recording as well, laid on the clock of a scenario that has one', async () => {
		const args = ['small.yaml', '--measured', 'access.log', '--set', 'date=2026-11-23', '--set', 'from=11:59:58'];
		const { out, err } = await compare([...args, '--reps', '39', '--no-results', '--format', 'json']);
		expect(err).toContain('access.log: combined access log');
		const { recording, notes, measures } = JSON.parse(out);
		expect(recording).toMatchObject({ attempts: 40, unreadable: 0 });
		expect(notes.join(' ')).toContain('begins 2s after the scenario; the first 2 buckets');
		const bins: { fromS: number; measured: number | null }[] = measures.attempts.bins;
		expect(bins.slice(0, 4).map(({ measured }) => measured)).toEqual([null, null, 8, 8]);
	});
});

describe('bad input', () => {
	it.each([
		['nowhere.ndjson', 'cannot be read'],
		['folder', 'it is no file'],
		['empty.ndjson', 'found no attempt, two or more would do'],
		['text.ndjson', 'found 2 of 2 lines that are no attempt (line 1: no JSON; line 2: no JSON)'],
		['binary.gz', 'cannot be read'],
		['endless.bin', 'it has a line of more than a million characters'],
		['other.ndjson', 'found 1000 of 1000 lines that are no attempt (line 1: t is no time; line 2: t is no time'],
		['short.ndjson', 'found 200ms of attempts, at least one bucket of 1s'],
	])('%s: %s', async (file, message) => {
		const { code, err } = await compare(['small.yaml', '--measured', file, '--no-results', '-q']);
		expect(code).toBe(2);
		expect(err).toContain(`${file}: error: `);
		expect(err).toContain(message);
	});

	it('flags that belong to a comparison of branches are refused', async () => {
		const { code, err } = await compare(['small.yaml', '--measured', 'calm.ndjson', '--fail-on', 'regression']);
		expect(code).toBe(2);
		expect(err).toContain('cannot be used with');
	});

	it('one branch, and enough runs for a band', async () => {
		const two = await compare(['small.yaml', 'calm', '--measured', 'calm.ndjson', '--no-results']);
		expect(two).toMatchObject({
			code: 2,
			err: expect.stringContaining('holds one branch beside a recording, found 2'),
		});
		const few = await compare(['small.yaml', '--measured', 'calm.ndjson', '--reps', '38', '--no-results']);
		expect(few).toMatchObject({ code: 2, err: expect.stringContaining('39 or more would do') });
	});
});
