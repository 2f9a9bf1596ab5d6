/** `run`: what goes in, what comes out on which stream, which files are left, and with which code it ends. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MEASURES } from '../../src/metrics/recording/counters.js';
import { retrystorm, SMALL, scratch } from './cli.js';

const cwd = scratch({ 'small.yaml': SMALL, 'small.json': JSON.stringify(parse(SMALL)) });
const run = (args: readonly string[], how = {}) => retrystorm(['run', ...args], { cwd, ...how });
const FILES = [
	'decisions.csv',
	'manifest.json',
	'page.json',
	'report.html',
	'summary.json',
	'timeseries.csv',
	'timing.json',
];
const json = (...path: string[]) => JSON.parse(readFileSync(join(cwd, ...path), 'utf8'));

describe('exit codes', () => {
	it('0 when every expectation holds', async () => {
		const { code, out, err } = await run(['small.yaml', '--no-results']);
		expect(code).toBe(0);
		expect(out).toContain('✓ amplification above 1');
		expect(err).toBe('');
	});

	it('99 when one fails', async () => {
		const { code, out } = await run(['small.yaml', '--variant', 'proud', '--no-results']);
		expect(code).toBe(99);
		expect(out).toContain('✗ amplification equals 1');
	});

	it('3 when replications would have to tell, 99 when another fails beside', async () => {
		const set = (more: string) => `expect=[{ that: P(collapsed), below: 1% }${more}]`;
		const open = await run(['small.yaml', '--no-results', '--set', set('')]);
		expect(open.code).toBe(3);
		expect(open.out).toMatch(
			/ {2}\? P\(collapsed\) below 1% at 95%\n +no; one run cannot tell: --reps 299 or more could\n/,
		);
		const failing = await run(['small.yaml', '--no-results', '--set', set(', { that: lost, above: 99% }')]);
		expect(failing.code).toBe(99);
		const share = 'expect=[{ that: lost, below: 99%, share: 95%, confidence: 99% }]';
		const often = await run(['small.yaml', '--format', 'json', '--no-results', '--set', share]);
		expect(often.code).toBe(3);
		expect(JSON.parse(often.out).expectations).toMatchObject([
			{ text: 'lost below 99% in at least 95% of runs at 99%', that: 'lost', verdict: 'inconclusive' },
		]);
	});

	it('99 when one of several variants fails', async () => {
		expect((await run(['small.yaml', '--variant', 'all', '--no-results'])).code).toBe(99);
	});
});

describe('input', () => {
	it('reads standard input for -', async () => {
		const { code, out } = await run(['-', '--no-results'], { input: SMALL });
		expect(code).toBe(0);
		expect(out).toContain('again: retrystorm run - --seed 1\n');
	});

	it('reads JSON, with the same outcome', async () => {
		const [yaml, other] = await Promise.all(
			['small.yaml', 'small.json'].map((file) => run([file, '--no-results', '--format', 'json'])),
		);
		expect(other).toEqual(yaml);
	});

	it('reads a file with a byte order mark and Windows line ends', async () => {
		const input = `\uFEFF${SMALL.replaceAll('\n', '\r\n')}`;
		expect((await run(['-', '--no-results'], { input })).code).toBe(0);
	});
});

describe('variants', () => {
	it('tells the first in full, of the others the verdicts, and then all side by side', async () => {
		const args = ['small.yaml', '--variant', 'proud', '--variant', 'calm', '--no-results'];
		const { out } = await run(args);
		const marks = [
			'small, proud, seed 1\n',
			'TIMELINE',
			'CURVES',
			'small, calm, seed 1\n',
			'✓ lost equals 0%',
			'times fewer lost',
		];
		const found = marks.map((mark) => out.lastIndexOf(mark));
		expect(found).not.toContain(-1);
		expect(found).toEqual(found.toSorted((a, b) => a - b));
		expect(out.match(/TIMELINE/g)).toHaveLength(1);
		expect(out.match(/^ {2}verdict /gm)).toHaveLength(2);
	});

	it('all is the file as it stands and each variant', async () => {
		const { out } = await run(['small.yaml', '--variant', 'all', '--no-results', '--format', 'json']);
		expect(JSON.parse(out).map(({ variant }: { variant: string }) => variant)).toEqual(['base', 'calm', 'proud']);
	});

	it('all leaves the file as it stands out where a variant only gives it a name', async () => {
		const input = `${SMALL}  as-is: { about: the same }\n`;
		const { out } = await run(['-', '--variant', 'all', '--no-results', '--format', 'json'], { input });
		expect(JSON.parse(out).map(({ variant }: { variant: string }) => variant)).toEqual(['calm', 'proud', 'as-is']);
	});

	it('one twice runs once', async () => {
		const args = ['small.yaml', '--variant', 'calm', '--variant', 'calm', '--no-results', '--format', 'json'];
		expect(JSON.parse((await run(args)).out).variant).toBe('calm');
	});

	it('may be named before the file', async () => {
		expect((await run(['--variant', 'calm', '--set', 'duration=4s', 'small.yaml', '--no-results'])).code).toBe(0);
	});

	it('an unknown one is 104, with the one that may be meant', async () => {
		const { code, err, out } = await run(['small.yaml', '--variant', 'clam']);
		expect({ code, out }).toEqual({ code: 104, out: '' });
		expect(err).toMatch(/^small\.yaml: error: found "clam".*did you mean calm\?\n$/);
	});

	it('mistakes of several are told at once', async () => {
		const input = `${SMALL}  a: { edge: { workers: none } }\n  b: { duration: never }\n`;
		const { code, err } = await run(['-', '--variant', 'a', '--variant', 'b'], { input });
		expect(code).toBe(104);
		expect(err).toMatch(/^-:14:\d+: error: variants\.a\.edge\.workers: /m);
		expect(err).toMatch(/^-:15:\d+: error: variants\.b\.duration: /m);
	});
});

describe('--set', () => {
	it('changes a field, and stands in the rerun line', async () => {
		const args = ['small.yaml', '--set', 'duration=3s', '--set', 'edge.queue="2s"', '--no-results'];
		const { code, out } = await run(args);
		expect(code).toBe(0);
		expect(out).toContain('\n  3s: ');
		expect(out).toContain(`again: retrystorm run small.yaml --seed 1 --set duration=3s --set 'edge.queue="2s"'\n`);
	});

	it.each([
		['duration=soon', 'duration: '],
		['edge.workerz=3', 'edge.workerz: '],
		['nonsense', ''],
		['=3', ''],
		['clients.apps.timeout=[', ''],
	])('%s is 104 and named', async (set, path) => {
		const { code, err, out } = await run(['small.yaml', '--set', set]);
		expect({ code, out }).toEqual({ code: 104, out: '' });
		expect(err.startsWith(`--set ${set}: error: ${path}`)).toBe(true);
	});
});

describe('the seed', () => {
	it.each(['1.5', '-1', 'x', '9007199254740992', ''])('%j is refused', async (seed) => {
		const { code, err } = await run(['small.yaml', `--seed=${seed}`]);
		expect(code).toBe(2);
		expect(err).toBe(`error: --seed: found "${seed}", an integer from 0 up to 2^53 would do\n`);
	});

	it('comes from RETRYSTORM_SEED, and --seed is stronger', async () => {
		const env = { RETRYSTORM_SEED: '7' };
		const args = ['small.yaml', '--no-results', '--format', 'json'];
		expect(JSON.parse((await run(args, { env })).out).seed).toBe(7);
		expect(JSON.parse((await run([...args, '--seed', '8'], { env })).out).seed).toBe(8);
		const { code, err } = await run(args, { env: { RETRYSTORM_SEED: 'luck' } });
		expect(code).toBe(2);
		expect(err).toContain('RETRYSTORM_SEED: found "luck"');
	});
});

describe('files', () => {
	it('go to results/NAME/VARIANT/SEED', async () => {
		const { code, err } = await run(['small.yaml', '--seed', '3']);
		expect(code).toBe(0);
		expect(err).toBe('\nresults: results/small/base/3\n');
		expect(readdirSync(join(cwd, 'results/small/base/3')).toSorted()).toEqual(FILES);
		expect(json('results/small/base/3/timing.json').wall_ms).toBeGreaterThan(0);
		expect(json('results/small/base/3/manifest.json')).toMatchObject({ seed: 3, variant: 'base', partial: false });
	});

	it('go where -o says, one folder for each of several variants', async () => {
		await run(['small.yaml', '-o', 'one', '--seed', '3']);
		expect(readdirSync(join(cwd, 'one')).toSorted()).toEqual(FILES);
		await run(['small.yaml', '-o', 'two', '--variant', 'calm', '--variant', 'proud']);
		expect(readdirSync(join(cwd, 'two')).toSorted()).toEqual(['calm', 'page.json', 'proud', 'report.html']);
		expect(readdirSync(join(cwd, 'two/calm')).toSorted()).toEqual(FILES);
	});

	it('name the text they were made from by the hash that sha256sum prints', async () => {
		await run(['small.yaml', '-o', 'hashed']);
		const { createHash } = await import('node:crypto');
		expect(json('hashed/manifest.json').scenarioSha256).toBe(createHash('sha256').update(SMALL).digest('hex'));
	});

	it('that cannot be written lose nothing: the text is printed, the code is 1', async () => {
		writeFileSync(join(cwd, 'in-the-way'), '');
		const { code, out, err } = await run(['small.yaml', '--variant', 'all', '-o', 'in-the-way']);
		expect(code).toBe(1);
		expect(out).toContain('Against small, ');
		expect(err).toMatch(/^in-the-way\/base: error: cannot be made a folder: a part of its path is a file; --out DIR/);
		expect(err).toMatch(/^in-the-way\/proud: /m);
	});

	it.skipIf(process.getuid?.() === 0)('in a read-only place are such files', async () => {
		const place = scratch();
		chmodSync(place, 0o500);
		const { code, out, err } = await run(['small.yaml', '-o', join(place, 'x')]);
		expect({ code, told: out.includes('EXPECTATIONS') }).toEqual({ code: 1, told: true });
		expect(err).toContain('permission denied');
	});

	it('that are folders are such files too', async () => {
		await run(['small.yaml', '-o', 'folder/summary.json/x']);
		const { code, err } = await run(['small.yaml', '-o', 'folder']);
		expect(code).toBe(1);
		expect(err).toContain('folder/summary.json: error: cannot be written: a folder stands in its place');
	});

	it('are left out with --no-results', async () => {
		const { err } = await run(['small.yaml', '--no-results', '-o', 'none']);
		expect(err).toBe('');
		expect(existsSync(join(cwd, 'none'))).toBe(false);
	});
});

describe('formats', () => {
	it('json is one document and nothing else', async () => {
		const { out, err } = await run(['small.yaml', '--format', 'json', '-o', 'j']);
		expect(out).toBe(readFileSync(join(cwd, 'j/summary.json'), 'utf8'));
		expect(err).toBe('results: j\n');
	});

	it('csv is the time series and nothing else', async () => {
		const { out } = await run(['small.yaml', '--format', 'csv', '-o', 'c']);
		expect(out).toBe(readFileSync(join(cwd, 'c/timeseries.csv'), 'utf8'));
		const [head, ...rows] = out.trimEnd().split('\n');
		expect(head.split(',')).toEqual(['offset_s', ...MEASURES.map(({ name }) => name), 'open_by_birth']);
		expect(rows).toHaveLength(5);
	});

	it('csv of several runs is refused', async () => {
		const { code, err, out } = await run(['small.yaml', '--format', 'csv', '--variant', 'all']);
		expect({ code, out }).toEqual({ code: 2, out: '' });
		expect(err).toBe('error: --format csv prints one run, found 3; one --variant would do\n');
	});

	it('-q takes the notes away, not the verdicts', async () => {
		const { code, out, err } = await run(['small.yaml', '-q', '-o', 'q', '--variant', 'proud']);
		expect({ code, err }).toEqual({ code: 99, err: '' });
		expect(out).toContain('✗ amplification equals 1');
	});
});
