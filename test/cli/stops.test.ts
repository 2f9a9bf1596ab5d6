/** Runs that do not come to their end: by a signal, or by a limit that has a name. What there is so far is kept and marked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNAWAY, retrystorm, scratch } from './cli.js';

const cwd = scratch({ 'runaway.yaml': RUNAWAY });
const read = (...path: string[]) => JSON.parse(readFileSync(join(cwd, ...path), 'utf8'));

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (name) => {
	it('ends with 105, and keeps what there is', async () => {
		const args = ['run', 'runaway.yaml', '-o', name];
		const { code, out, err } = await retrystorm(args, { cwd, signal: { name, afterMs: 1500 } });
		expect(code).toBe(105);
		expect(out).toContain('STOPPED by a signal at ');
		expect(out).not.toContain('COLLAPSED');
		expect(err).toMatch(/results: SIG\w+\ninterrupted after \d+\.\d+ s of simulated time; results are partial/);
		for (const file of ['summary.json', 'manifest.json']) {
			expect(read(name, file)).toMatchObject({ partial: true, stopped: { limit: 'signal' } });
		}
		expect(read(name, 'summary.json').counts.born).toBeGreaterThan(0);
		expect(readFileSync(join(cwd, name, 'timeseries.csv'), 'utf8').split('\n').length).toBeGreaterThan(2);
	});

	it('ends several runs, and says which never began', async () => {
		const input = `${RUNAWAY}variants:\n  other: { duration: 19h }\n`;
		const args = ['run', '-', '--variant', 'all', '-o', `${name}-all`];
		const { code, out, err } = await retrystorm(args, { cwd, input, signal: { name, afterMs: 1500 } });
		expect(code).toBe(105);
		expect(out).toContain('STOPPED by a signal');
		expect(err).toContain('interrupted before they began: other\n');
	});
});

describe('106', () => {
	it.each([
		['inFlight', '2000', []],
		['events', '100000', []],
		['attempts', '30000', ['edge.queue=unlimited', 'clients.apps.retry.backoff=0s', 'clients.apps.timeout=1s']],
		['memory', '64MiB', ['edge.queue=unlimited', 'clients.apps.retry.backoff=0s', 'clients.apps.timeout=1s']],
		['attemptsPerInstant', '500', ['clients.apps.retry.backoff=0s', 'edge.onFull=reject']],
		['wall', '300ms', []],
		// A single slice of time would be longer than the limit here: it has to be cut.
		['wall', '400ms', ['record.bucket=1h', 'duration=20h']],
	])('limits.%s = %s', async (limit, bound, more) => {
		const sets = [`limits.${limit}=${bound}`, ...more].flatMap((set) => ['--set', set]);
		const out = `${limit}-${more.length}`;
		const ended = await retrystorm(['run', 'runaway.yaml', '-o', out, ...sets], { cwd });
		expect(ended.code).toBe(106);
		expect(ended.out).toContain(`STOPPED by limits.${limit} = `);
		expect(ended.err).toMatch(new RegExp(`^stopped by limits\\.${limit} = .* results are partial and marked so$`, 'm'));
		for (const file of ['summary.json', 'manifest.json']) {
			expect(read(out, file)).toMatchObject({ partial: true, stopped: { limit } });
		}
	});

	it('also before the first event: the limit has its name, and no results are promised', async () => {
		const sets = ['--set', 'limits.wall=1us'];
		const { code, err } = await retrystorm(['run', 'runaway.yaml', '-o', 'early', ...sets], { cwd });
		expect(code).toBe(106);
		expect(err).toBe('stopped by limits.wall = 0.001 s after 0.000 s of simulated time; there are no results\n');
	});

	it('also where only a run to compare with was stopped', async () => {
		const input = `${RUNAWAY.replace('duration: 20h', 'duration: 5s')}limits: { events: 50000 }
expect: [{ that: lost, versus: { variant: wild, as: ratio }, below: 9 }]
variants:
  calm: { traffic: { rate: 1/s } }
  wild: { traffic: { rate: 900/s } }
`;
		const { code, err } = await retrystorm(['run', '-', '--no-results', '--variant', 'calm'], { cwd, input });
		expect(code).toBe(106);
		expect(err).toBe('calm: what it is compared with, wild, did not come to its end\n');
	});
});
