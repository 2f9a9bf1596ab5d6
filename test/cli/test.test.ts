/** `test`: scenario files as a test suite, its exit codes, and what it writes where. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNAWAY, retrystorm, SMALL, scratch } from './cli.js';

const LUCKY = SMALL.replace('expect: [', 'replications: 5\nexpect: [{ that: P(collapsed), below: 50% }, ');
const CALM = SMALL.slice(0, SMALL.indexOf('  proud:'));
const cwd = scratch({ 'small.yaml': SMALL, 'lucky.yaml': LUCKY, 'calm.yaml': CALM, 'runaway.yaml': RUNAWAY });
const test = (args: readonly string[], how = {}) => retrystorm(['test', ...args], { cwd, ...how });

describe('exit codes', () => {
	it('0 when all hold, in every variant of every file', async () => {
		expect(await test(['calm.yaml', 'lucky.yaml', '--variant', 'base'])).toEqual({
			code: 0,
			out: `PASS: all 3 expectations hold
2 variants of 2 files, 6 runs, 3 expectations: 3 hold
PASS: all 3 expectations hold
`,
			err: '',
		});
		expect((await test(['calm.yaml', '--variant', 'calm'])).out).toBe(
			'PASS: the expectation holds\n1 variant of 1 file, 1 run, 1 expectation: 1 holds\n',
		);
	});

	it('99 when one fails', async () => {
		expect(await test(['small.yaml', 'lucky.yaml'])).toMatchObject({
			code: 99,
			out: expect.stringMatching(
				/^FAIL 2 of 7 expectations\n✗ small\.yaml, proud: amplification equals 1: x1\.\d+ \(seed 1\)\n✗ lucky\.yaml, proud: .* fails in 5 of 5: .*\n6 variants of 2 files, 18 runs, 7 expectations: 5 hold, 2 fail\nFAIL 2 of 7 expectations: failed in small\.yaml, proud \(1 of 1\), lucky\.yaml, proud \(1 of 1\)\n$/,
			),
		});
	});

	it('3 when more replications would have to decide, 99 where another fails', async () => {
		const open = await test(['lucky.yaml', '--reps', '4', '--variant', 'base']);
		expect(open).toMatchObject({
			code: 3,
			out: `UNDECIDED 1 of 2 expectations
? lucky.yaml: P(collapsed) below 50% at 95%: 0% (0 of 4; below 52.7% at 95%: the rule of 3/n); 1 more would decide if the share stays
1 variant of 1 file, 4 runs, 2 expectations: 1 holds, 1 inconclusive
`,
		});
		expect((await test(['lucky.yaml', '--reps', '4'])).code).toBe(99);
	});

	it('106 when a limit stopped a run, for every result of the others', async () => {
		const input = LUCKY.replace('variants:', 'limits: { events: 1000 }\nvariants:');
		const { code, out } = await test(['-', '--variant', 'proud'], { input });
		expect(code).toBe(106);
		expect(out).toMatch(
			/^UNDECIDED 1 of 1 expectation\n✗ -, proud: 5 of 5 runs did not come to an end: stopped by limits\.events = 1,000 .* \(seed 1\)\n/,
		);
		expect(out).toContain('? -, proud: amplification equals 1: no run came to its end\n');
	});

	it('104 with the mistakes of all files and variants, before anything runs', async () => {
		const input = `${SMALL.replace('rate: 200/s', 'rate: 200')}  odd: { expect: [{ that: P(lost), above: 1% }] }\n`;
		const { code, out, err } = await test(['runaway.yaml', '-', 'small.yaml', '--junit', 'never.xml'], { input });
		expect({ code, out, junit: existsSync(join(cwd, 'never.xml')) }).toEqual({ code: 104, out: '', junit: false });
		expect(err.match(/^-:\d+:\d+: error: (traffic\.rate|variants\.odd\.expect\[0\]\.that): /gm)).toHaveLength(2);
		const clam = await test(['small.yaml', 'calm.yaml', '--variant', 'proud']);
		expect(clam).toMatchObject({ code: 104, out: '' });
		expect(clam.err).toMatch(/^calm\.yaml: error: found "proud", which is no variant here/);
	});

	it('2 for a file that cannot be read, and for flags that mean nothing', async () => {
		const gone = await test(['small.yaml', 'gone.yaml', 'lost.yaml']);
		expect(gone).toMatchObject({ code: 2, out: '' });
		expect(gone.err.match(/there is no such file/g)).toHaveLength(2);
		for (const args of [
			['--reps', '0'],
			['--workers', '1.5'],
			['--seed', 'x'],
			['--seed', '9007199254740991'],
		]) {
			expect(await test(['lucky.yaml', ...args])).toMatchObject({ code: 2, out: '' });
		}
	});

	it.each(['SIGINT', 'SIGTERM'] as const)('105 after %s, with what is finished', async (name) => {
		const args = ['runaway.yaml', 'small.yaml', '--workers', '2', '--junit', `${name}.xml`, '--progress', 'json'];
		// The first word tells of the first small one that is finished.
		const { code, out } = await test(args, { signal: { name, afterMs: 4000, onceHeard: true } });
		expect(code).toBe(105);
		// The endless one keeps one thread, the other finishes the small ones.
		expect(out).toMatch(/^FAIL 1 of 3 expectations\n✗ small\.yaml, proud: amplification equals 1: /);
		expect(out).toContain('interrupted before a run came to an end: runaway.yaml\n');
		expect(readFileSync(join(cwd, `${name}.xml`), 'utf8')).toContain(
			'<error type="incomplete" message="1 of 1 run did not come',
		);
	});
});

describe('--junit', () => {
	it('writes the same bytes every time, for any number of workers', async () => {
		const files = ['small.yaml', 'lucky.yaml'];
		const texts: string[] = [];
		for (const workers of ['1', '2', '3']) {
			const { code } = await test([...files, '--workers', workers, '--junit', `${workers}/junit.xml`]);
			expect(code).toBe(99);
			texts.push(readFileSync(join(cwd, workers, 'junit.xml'), 'utf8'));
		}
		expect(texts[0]).toContain(
			'<testsuites name="retrystorm: FAIL 2 of 7 expectations" tests="7" failures="2" errors="0" skipped="0">',
		);
		expect(new Set(texts).size).toBe(1);
	});

	it('that cannot be written is 1, and the verdicts are told', async () => {
		const { code, out, err } = await test(['calm.yaml', '--junit', 'small.yaml/junit.xml']);
		expect(code).toBe(1);
		expect(out).toContain('2 hold\n');
		expect(err).toMatch(/^small\.yaml: error: cannot be made a folder/);
	});
});

it('replication k runs under the seed + k: any of them is a run of its own', async () => {
	const { out } = await test(['small.yaml', '--variant', 'proud', '--reps', '2', '--seed', '41']);
	const values = [...out.matchAll(/(x[\d.]+) \(seed (\d+)\)/g)].map(([, value, seed]) => [value, seed]);
	expect(values.map(([, seed]) => seed)).toEqual(['41', '42']);
	for (const [value, seed] of values) {
		const alone = await retrystorm(['run', 'small.yaml', '--variant', 'proud', '--seed', seed, '--no-results'], {
			cwd,
		});
		expect(alone.out).toMatch(new RegExp(`✗ amplification equals 1 +${value}\n`));
	}
});

it('--format json is one document, --progress json tells how far it is', async () => {
	const { out, err } = await test(['lucky.yaml', '--format', 'json', '--progress', 'json', '--variant', 'base']);
	expect(JSON.parse(out)).toMatchObject({ kind: 'test', runs: 5, passed: 2, suites: [{ label: 'lucky.yaml' }] });
	expect(JSON.parse(err.trimEnd().split('\n').at(-1) as string)).toMatchObject({ done: 5, total: 5 });
});

it('tells warnings, unless it is to be quiet', async () => {
	const input = CALM.replace('20ms', '20us');
	expect((await test(['-'], { input })).err).toContain('warning: edge.service');
	expect((await test(['-', '-q'], { input })).err).toBe('');
});
