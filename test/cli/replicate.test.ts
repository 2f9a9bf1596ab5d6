/** `run --reps`: many seeds on many cores, told as probabilities with intervals, and never lost. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cutShort, MAIN, RUNAWAY, retrystorm, scratch } from './cli.js';

/** One thread that serves oldest first, and clients that give up and ask again: HotOS'25, in small. Ends either way. */
const LUCK = `name: luck
duration: 300s
traffic: { rate: 5/s, spikes: { rush: { at: 50s, for: 60s, factor: x3 } } }
edge: { service: { exponential: 100ms }, workers: 1, queue: 60 }
clients: { apps: { timeout: 5s, retry: { attempts: 6, backoff: 0s } } }
verdicts: { collapsed: { last: 60s, below: 95% } }
`;
const cwd = scratch({ 'luck.yaml': LUCK, 'runaway.yaml': RUNAWAY });
const text = (...path: string[]) => readFileSync(join(cwd, ...path), 'utf8');
const SAME_BYTES = ['summary.json', 'replications.csv', 'bands.csv', 'manifest.json', 'page.json', 'report.html'];
const run = (...args: string[]) => retrystorm(['run', 'luck.yaml', ...args], { cwd });

describe('run --reps', () => {
	it('gives the same bytes on one core and on two, and a seed for every line', async () => {
		for (const workers of ['1', '2']) {
			const { code, out } = await run('--reps', '30', '--seed', '7', '--workers', workers, '-o', `w${workers}`);
			expect(code).toBe(0);
			expect(out).toContain('luck: 30 replications (seeds 7 to 36)');
		}
		for (const file of SAME_BYTES) expect(text('w1', file)).toBe(text('w2', file));
		const lines = text('w1', 'replications.csv').trimEnd().split('\n');
		const columns = lines[0].split(',');
		expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(
			Array.from({ length: 30 }, (_, k) => String(7 + k)),
		);
		// The summary counts what the lines say, and any of them can be looked at alone.
		const collapsed = lines.slice(1).map((line) => line.split(',')[columns.indexOf('collapsed')]);
		const { probabilities, branches } = JSON.parse(text('w1', 'summary.json'));
		expect(probabilities.collapsed).toMatchObject({ of: 30, hits: collapsed.filter((c) => c === 'true').length });
		expect(branches.reduce((sum: number, { runs }: { runs: number }) => sum + runs, 0)).toBe(30);
		const alone = JSON.parse((await run('--seed', '9', '--format', 'json', '--no-results')).out);
		expect(String(alone.verdicts.collapsed)).toBe(collapsed[2]);
		expect(Number(lines[3].split(',')[columns.indexOf('born')])).toBe(alone.counts.born);
	});

	it('bounds what never happened by the rule of three', async () => {
		const { out } = await run('--reps', '20', '--set', 'traffic.spikes.rush.factor=x1', '--no-results');
		expect(out).toContain('P(collapsed)   0% (0 of 20; below 13.9% at 95%: the rule of 3/n)');
		expect(out).not.toContain('  COLLAPSED,');
	});

	it('stops by itself once P(collapsed) is known well enough', async () => {
		const { out } = await run('--until-halfwidth', '10%', '--format', 'json', '--no-results');
		const { seeds, probabilities } = JSON.parse(out);
		const [low, high] = probabilities.collapsed.interval;
		expect((high - low) / 2).toBeLessThanOrEqual(0.1);
		expect(seeds.runs).toBeGreaterThanOrEqual(20);
		const capped = JSON.parse(
			(await run('--until-halfwidth', '1%', '--max-reps', '25', '--format', 'json', '--no-results')).out,
		);
		expect(capped.seeds.runs).toBe(25);
	});

	it('prints a line per replication, or none of its own', async () => {
		const { out } = await run('--reps', '3', '--format', 'csv', '--no-results');
		expect(out.trimEnd().split('\n')).toHaveLength(4);
		const { err } = await run('--reps', '3', '--progress', 'json', '--no-results', '-q');
		const last = JSON.parse(err.trimEnd().split('\n').at(-1) ?? '');
		expect(last).toMatchObject({ done: 3, total: 3, failed: 0 });
	});

	it('reports a replication that passes a limit, and goes on with the rest', async () => {
		const { code, out } = await run('--reps', '4', '--set', 'limits.events=4000', '--no-results');
		expect(out).toMatch(/FAILED seed \d+: stopped by limits.events = 4,000/);
		expect(code).toBe(106);
	});

	it.each([
		[['--reps', '0'], 'A whole number from 1 up would do'],
		[['--until-halfwidth', '60%'], 'a share above 0% and below 50% would do'],
		[['--reps', '3', '--until-halfwidth', '5%'], "cannot be used with option '--until-halfwidth"],
		[['--reps', '3', '--check-determinism'], 'either would do'],
		[['--reps', '3', '--resume', '--restart'], "cannot be used with option '--restart'"],
		[['--reps', '3', '--workers', 'many'], 'A whole number from 1 up would do'],
	])('refuses %j', async (args, words) => {
		const { code, err } = await run(...args);
		expect(err).toContain(words);
		expect(code).toBe(2);
	});
});

describe('an experiment that is interrupted', () => {
	it('keeps what is finished, says so, and goes on with --resume to the same files', async () => {
		const long = ['--reps', '60', '--set', 'duration=3000s'];
		const journal = join(cwd, 'stopped', 'journal.ndjson');
		const when = { cwd, journal, bytes: 20_000, signal: 'SIGINT' } as const;
		const { code, out, err } = await cutShort(['run', 'luck.yaml', ...long, '-o', 'stopped'], when);
		expect(err).toContain('results: stopped');
		expect(code).toBe(105);
		expect(out).toContain('FAILED seed');
		expect(JSON.parse(text('stopped', 'summary.json'))).toMatchObject({ partial: true });
		const again = await run(...long, '-o', 'stopped');
		expect(again.code).toBe(2);
		expect(again.err).toContain('--resume goes on with it, --restart forgets it');
		expect((await run(...long, '-o', 'stopped', '--resume')).code).toBe(0);
		expect((await run(...long, '-o', 'whole')).code).toBe(0);
		for (const file of SAME_BYTES) expect(text('stopped', file)).toBe(text('whole', file));
		expect((await run(...long, '-o', 'whole', '--reps', '3')).code).toBe(0);
	}, 180_000);

	it('survives kill -9 at any moment', async () => {
		const args = [MAIN, 'run', 'luck.yaml', '--reps', '40', '--set', 'duration=1500s', '-o'];
		let kills = 0;
		for (let ended = false; !ended; ) {
			const child = spawn(process.execPath, [...args, 'killed', '--resume', '-q'], { cwd, stdio: 'ignore' });
			const exit = new Promise<number | null>((done) => child.on('close', done));
			const stop = new AbortController();
			// Later and later, by a factor: a busy machine starts late.
			const killed = sleep(350 * 1.2 ** kills, undefined, { signal: stop.signal }).then(
				() => child.kill('SIGKILL'),
				() => false,
			);
			ended = (await exit) === 0;
			stop.abort();
			if (await killed) kills++;
		}
		expect(kills).toBeGreaterThan(2);
		await run('--reps', '40', '--set', 'duration=1500s', '-o', 'unkilled');
		for (const file of SAME_BYTES) expect(text('killed', file)).toBe(text('unkilled', file));
		expect(readdirSync(join(cwd, 'killed')).sort()).toEqual([...SAME_BYTES, 'journal.ndjson'].sort());
	}, 180_000);

	it('refuses the journal of another experiment', async () => {
		await run('--reps', '2', '-o', 'other');
		const { code, err } = await run('--reps', '2', '-o', 'other', '--seed', '5', '--resume');
		expect(code).toBe(2);
		expect(err).toContain('found a journal of another experiment');
		expect(existsSync(join(cwd, 'other', 'journal.ndjson.lock'))).toBe(false);
	});
});
