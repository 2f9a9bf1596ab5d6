/** `fit` as a user runs it: what goes where, what it ends with, and what it says to logs that are none, or that lie. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { attempt, combined, DATA, excerpt, NOON } from '../support/logs.js';
import { retrystorm, scratch } from './cli.js';

const two = (line: string, n: number): string[] => Array.from({ length: n }, () => line);
/** Two minutes, two requests a second. */
const calm = Array.from({ length: 240 }, (_, i) => combined(NOON + Math.floor(i / 2)));
const cwd = scratch({
	'calm.log': calm.join('\n'),
	'empty.log': '',
	'blank.log': '\n\n\n',
	'one.log': combined(NOON),
	'instant.log': two(combined(NOON), 10).join('\n'),
	'prose.txt': 'Dear diary,\ntoday nothing came.\n',
	'six-percent.log': [...calm.slice(0, 94), ...two('?', 6)].join('\n'),
	'four-percent.log': [...calm.slice(0, 96), 'x', 'y', 'z', 'w'].join('\n'),
	'jump.log': [...calm, combined(NOON - 2 * 3600), ...calm].join('\n'),
	'future.log': [...calm, combined(NOON + 3650 * 86_400)].join('\n'),
	'past.log': [combined(NOON - 40 * 86_400), ...calm].join('\n'),
	'swapped.log': [...calm.slice(0, 100), ...calm.slice(104), ...calm.slice(100, 104)].join('\n'),
	'zones.log': calm.map((line, i) => (i % 2 === 0 ? line : line.replace('+0000', '-0000'))).join('\n'),
	'two-zones.log': calm.map((line, i) => (i % 2 === 0 ? line : shifted(line))).join('\n'),
	'some-zones.log': calm.map((line, i) => (i % 2 === 0 ? line : line.replace(' +0000', ''))).join('\n'),
	'hole.log': [...calm, ...Array.from({ length: 240 }, (_, i) => combined(NOON + 1000 + Math.floor(i / 2)))].join('\n'),
	'negative.log': calm.map((line, i) => `${line} rt=${i % 100 === 7 ? '-' : ''}0.010`).join('\n'),
});
const go = (...args: string[]) => retrystorm(['fit', ...args], { cwd });

/** The same instant, an hour further east. */
function shifted(line: string): string {
	return line.replace(/:(\d\d):(\d\d:\d\d) \+0000/, (_, hour, rest) => `:${Number(hour) + 1}:${rest} +0100`);
}

writeFileSync(join(cwd, 'calm.log.gz'), gzipSync(calm.join('\n')));
writeFileSync(join(cwd, 'cut.log.gz'), gzipSync(calm.join('\n')).subarray(0, 200));
writeFileSync(join(cwd, 'binary'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 10, 0]));

describe('fit', () => {
	it('prints a scenario that loads and runs, and what it found beside it', async () => {
		const { code, out, err } = await go('calm.log');
		expect(code).toBe(0);
		expect(err).toContain('calm.log: combined access log (nginx, Apache): 50 of the first 50 lines\n');
		// Nobody knows which of them are first ones.
		expect(err).toContain('  attempts       2/s');
		expect(parse(out).traffic.counts).toEqual({ every: '1s', exact: true, values: Array(120).fill(2) });
		expect(await retrystorm(['check', '-'], { cwd, input: out })).toMatchObject({ code: 0, err: '' });
		const run = await retrystorm(['run', '-', '--no-results', '-q'], { cwd, input: out });
		expect(run.code).toBe(0);
		expect(run.out).toContain('240 requests');
	});

	it('gives every number its origin', async () => {
		const { out } = await go('calm.log', '-q');
		const numbers = out.split('\n').filter((line) => /:.*\d/.test(line.replace(/#.*/, '')));
		// What an origin stands for may follow below it: the mix of a list of mixes, the values of the counts.
		const below = /^ +(every|exact|values): |^mix: /;
		expect(numbers.length).toBeGreaterThan(10);
		expect(numbers.filter((line) => !below.test(line) && !/# (measured|assumed): /.test(line))).toEqual([]);
	});

	it('writes a file, then tells what it found, and overwrites none unasked', async () => {
		const first = await go('calm.log', '-o', 'calm.yaml');
		expect(first.code).toBe(0);
		expect(first.out).toMatch(/^ {2}calm\.log: combined access log/);
		expect(first.err).toContain('wrote calm.yaml; run it with: retrystorm run calm.yaml\n');
		expect(await go('calm.log', '-o', 'calm.yaml')).toMatchObject({
			code: 1,
			err: expect.stringContaining('it exists already'),
		});
		expect(await go('calm.log', '-o', 'calm.yaml', '-f', '-q')).toMatchObject({ code: 0, err: '' });
	});

	it('reads gzip, with any file name, and standard input', async () => {
		const plain = await go('calm.log', '-q');
		const packed = await go('calm.log.gz', '-q');
		const piped = await retrystorm(['fit', '-', '-q'], { cwd, input: calm.join('\r\n') });
		const values = ({ out }: { out: string }) => parse(out).traffic.counts.values;
		expect(values(packed)).toEqual(values(plain));
		expect(values(piped)).toEqual(values(plain));
	});

	it('says as JSON and as CSV what it found', async () => {
		const json = JSON.parse((await go('calm.log', '--format', 'json', '-q')).out);
		expect(json).toMatchObject({
			from: NOON,
			every: 1,
			intervals: 120,
			total: 240,
			attempts: { kind: 'not identifiable' },
		});
		expect(json.ratePerSecond).toEqual({ of: 'attempts', mean: 2, interval: [2, 2] });
		const csv = (await go('calm.log', '--format', 'csv', '-q')).out.split('\n');
		expect(csv[0]).toBe('from_s,attempts,first_attempts,failures,fitted,hole');
		expect(csv[1]).toBe(`${NOON},2,2,0,2,false`);
	});

	it('groups as it is told', async () => {
		const { out } = await go(
			join(DATA, 'testbed-a/access.log'),
			'--classes',
			'write=POST *',
			'--classes',
			'static=/static/*',
			'-q',
		);
		expect(Object.keys(parse(out).classes).toSorted()).toEqual(['other', 'static', 'write']);
		const wrong = await go('calm.log', '--classes', 'write');
		expect(wrong).toMatchObject({
			code: 2,
			err: expect.stringContaining('error: --classes: found "write", NAME=PATTERN'),
		});
	});

	it('takes several logs as one traffic', async () => {
		const { out } = await go('calm.log', 'calm.log.gz', '-q');
		expect(parse(out).traffic.counts.values).toEqual(Array(120).fill(4));
		expect(parse(out).edge.nodes).toBe(2);
	});

	it('holds the busiest part where it is told how long that is', async () => {
		const { out } = await go('hole.log', '--window', '60s', '-q');
		expect(parse(out).duration).toBe('60s');
		expect(out).toContain('# measured: the busiest 60s of the log');
	});

	it('can write a curve in place of counts', async () => {
		const { out } = await go('calm.log', '--traffic', 'fitted', '-q');
		expect(parse(out).traffic).toEqual({ rate: '2/s' });
	});
});

describe('fit refuses', () => {
	it.each([
		['.', 2, '.: error: cannot be read: it is a folder'],
		['nothing.log', 2, 'nothing.log: error: cannot be read: there is no such file'],
		[
			'binary',
			104,
			'binary:1: error: found a binary file, a log of text lines (or one that gzip or zstd has packed) would do',
		],
		['cut.log.gz', 2, 'cut.log.gz: error: cannot be read: unexpected end of file'],
		['empty.log', 104, 'empty.log:1: error: found an empty log, one with requests at two instants or more would do'],
		['blank.log', 104, 'blank.log:1: error: found an empty log'],
		[
			'one.log',
			104,
			'one.log: error: found a single request, requests at two instants or more would do: a rate takes time',
		],
		['instant.log', 104, 'instant.log: error: found 10 requests at one instant'],
		['prose.txt', 104, 'prose.txt:1: error: found a log of no known kind, which begins with "Dear diary,"'],
		[
			'six-percent.log',
			104,
			'six-percent.log:95: error: found 6 of 100 lines that cannot be read, at most 5% would do; line 95: not a line of an access log; line 96:',
		],
		[
			'jump.log',
			104,
			'jump.log:241: error: found a clock that goes back by 2h1m59s; a log in the order of its clock would do, or --any-order',
		],
		[
			'future.log',
			104,
			'future.log:241: error: found a clock that leaps ahead by 3650 days, with 1 of 241 lines on one side',
		],
		['past.log', 104, 'past.log:2: error: found a clock that leaps ahead by 40 days, with 1 of 241 lines on one side'],
		[
			'some-zones.log',
			104,
			'some-zones.log:2: error: found an instant with UTC at line 1 and one without a zone at line 2',
		],
	])('%s', async (file, code, message) => {
		const ended = await go(file);
		expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
		expect(ended.err).toContain(message);
	});

	it('flags that say nothing', async () => {
		expect(await go('calm.log', '--every', '7s')).toMatchObject({
			code: 2,
			err: expect.stringContaining('error: --every: found 7s, one of 1s, 2s, 10s'),
		});
		expect(await go('calm.log', '--train', '2')).toMatchObject({ code: 2, err: expect.stringContaining('--train') });
		expect(await go('calm.log', '--window', 'long')).toMatchObject({
			code: 2,
			err: expect.stringContaining('--window'),
		});
		expect(await go('calm.log', '--train', '60%', '--every', '60s')).toMatchObject({
			code: 2,
			err: expect.stringContaining('ten of each would do'),
		});
	});
});

describe('fit says', () => {
	it('which lines it could not read', async () => {
		const { code, err } = await go('four-percent.log');
		expect(code).toBe(0);
		expect(err.replace(/\s+/g, ' ')).toContain(
			'unreadable 4 lines, left out; line 97: not a line of an access log; line 98:',
		);
		expect(err).not.toContain('line 100:');
	});

	it('that a negative duration is no duration', async () => {
		const { err } = await go('negative.log');
		expect(err).toContain('3 lines, left out; line 8: a negative duration: -0.010 s;');
	});

	it('how far lines are out of order, and counts them where their clock says', async () => {
		const { out, err } = await go('swapped.log');
		expect(err.replace(/\s+/g, ' ')).toContain(
			'out of order 4 lines, by 69s at most (line 237): each counted where its clock says',
		);
		expect(parse(out).traffic.counts.values).toEqual(Array(120).fill(2));
		const jumped = await go('jump.log', '--any-order');
		expect(jumped.code).toBe(0);
		expect(jumped.err.replace(/\s+/g, ' ')).toContain(
			'by 2h1m59s at most (line 241): each counted where its clock says (--any-order)',
		);
	});

	it('that zones differ, and turns them all to UTC', async () => {
		const { out, err } = await go('two-zones.log');
		expect(err).toContain('time zones     UTC, +01:00: all turned to UTC');
		expect(parse(out).traffic.counts.values).toEqual(Array(120).fill(2));
	});

	it('where the log has a hole', async () => {
		const { out, err } = await go('hole.log');
		expect(err.replace(/\s+/g, ' ')).toContain(
			'hole 14m40s from 2026-11-23T12:02:00Z without a request, where about 1760 would have come',
		);
		expect(out).toContain('# A hole in the log: 14m40s from 2026-11-23T12:02:00Z without a request');
		// The hole is fitted to nothing: outside of it two come a second.
		expect(err).toContain('attempts       2/s, 2/s to 2/s');
	});

	it('that years without a line are a hole, where it is told to take them', async () => {
		const { code, out, err } = await go('future.log', '--any-order', '--window', '2m');
		expect(code).toBe(0);
		expect(err).toMatch(/hole +\d+h/);
		expect(out).toContain('# A hole in the log: ');
	});
});

it('a line of 30 MB is one that cannot be read, counted and named, and the log is read', async () => {
	const lines = Array.from(
		{ length: 200 },
		(_, i) =>
			`10.0.0.1 - - [23/Nov/2024:10:${20 + Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')} +0000] "GET /a HTTP/1.1" 200 12 "-" "curl" rt=0.012`,
	);
	writeFileSync(join(cwd, 'long.log'), lines.toSpliced(100, 0, 'z'.repeat(30_000_000)).join('\n'));
	const { code, out } = await go('long.log', '-q', '-o', 'long.yaml', '--force');
	expect(code).toBe(0);
	expect(out).toMatch(/unreadable +1 lines, left out; line 101: a line of 30000000 characters/);
	expect(out).toMatch(/read +200 attempts/);
});

describe('the backtest', () => {
	it('stands beside naive forecasts, and says so where it is no better', async () => {
		const file = join(cwd, 'week.csv');
		const rows = Array.from(
			{ length: 14 * 24 },
			(_, i) => `${NOON + 3600 * i},${1000 + Math.round(500 * Math.sin((2 * Math.PI * i) / 24))}`,
		);
		writeFileSync(file, ['timestamp,count', ...rows].join('\n'));
		const { out } = await go(file, '--train', '60%', '-o', 'week.yaml');
		expect(out).toContain('BACKTEST: 201 intervals of 1h learnt, 135 forecast');
		expect(out).toMatch(/naive: the same time yesterday +0 +0\.0%/);
		expect(out).toContain('the fit is no better than the best naive forecast');
	});
});

it('an estimate of attempts has its assumption', async () => {
	const lines = Array.from({ length: 400 }, (_, i) => attempt({ t: NOON + i, req: i, attempt: 1, code: 200, ms: 10 }));
	writeFileSync(join(cwd, 'attempts.ndjson'), lines.join('\n'));
	const { out } = await go('attempts.ndjson', '-q');
	expect(out).toContain(
		'attempts: 1 # measured: the most that is no rarity, by the number of the attempt; 1, 1 to 1 at 95% attempts per request',
	);
	expect(excerpt('testbed-a/access.log').length).toBeGreaterThan(100);
});

describe('--replay', () => {
	const log = join(DATA, 'testbed-a/access.ndjson.gz');

	it('of the log of a storm: every outcome lies in its band, amplification and what was lost within 5 %', async () => {
		const args = [log, '--replay', '--out', 'storm.yaml', '--reps', '39', '--format', 'json'];
		const { code, out } = await go(...args);
		expect(code).toBe(0);
		const { measures, amplification } = JSON.parse(out);
		for (const name of ['ok', 'rejected', 'timeout']) {
			expect(measures[name].inside.share, name).toBeGreaterThanOrEqual(0.9);
			expect(measures[name].sharpness.width / (31_372 / 40), name).toBeLessThan(0.5);
		}
		expect(Math.abs(amplification.bias)).toBeLessThan(0.05);
		const lost = (of: 'measured' | 'predicted') => measures.rejected.total[of] + measures.timeout.total[of];
		expect(Math.abs(lost('predicted') / lost('measured') - 1)).toBeLessThan(0.05);
		const { faults, edge, variants } = parse(readFileSync(join(cwd, 'storm.yaml'), 'utf8'));
		expect(Object.keys(faults['trouble-1'])).toEqual(['at', 'for', 'speed']);
		expect(Math.abs(edge.queue - 150)).toBeLessThan(35);
		expect(Object.keys(variants)).toEqual(['untroubled']);
	}, 120_000);

	it('needs a place for the scenario', async () => {
		const { code, err } = await go('calm.log', '--replay');
		expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('--replay: found no --out') });
	});
});
