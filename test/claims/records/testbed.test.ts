/**
 * The testbed without its packages: the upstream's pool of workers does what the simulator's edge does, the pages are those
 * that the recordings give, and nobody is left behind who was told to stop.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ROOT, scratch } from '../../cli/cli.js';

const TESTBED = join(ROOT, 'test/real/testbed');
/** The part of pool.mjs that is used here. */
interface Pool {
	speed: number;
	admit(done: () => void): { left(): void } | null;
}
const load = async (name: string) => await import(join(TESTBED, name));

describe('the pool of the upstream', () => {
	const world = { workers: 1, queue: 1, meanMs: 100, abandoned: 'serve', seed: 1 };
	const make = async (more: object = {}): Promise<Pool> => new (await load('pool.mjs')).Pool({ ...world, ...more });
	beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
	afterEach(() => void vi.useRealTimers());

	it('has so many workers and places, and no more', async () => {
		const pool = await make();
		const done = vi.fn();
		expect([pool.admit(done), pool.admit(done), pool.admit(done)].map((job) => job === null)).toEqual([
			false,
			false,
			true,
		]);
		vi.advanceTimersByTime(10_000);
		expect(done).toHaveBeenCalledTimes(2);
		expect(pool.admit(done)).not.toBeNull();
	});

	it('serves exponential times of its mean', async () => {
		const pool = await make({ workers: 100 });
		let ms = 0;
		let served = 0;
		// A hundred at a time: the fake clock looks through all timers for each that is due.
		for (let round = 0; round < 100; round++) {
			const startMs = performance.now();
			for (let i = 0; i < 100; i++) {
				pool.admit(() => {
					ms += performance.now() - startMs;
					served++;
				});
			}
			vi.advanceTimersByTime(5_000);
		}
		expect(served).toBe(10_000);
		// Four standard errors; a timer is late by 0.4 ms in the mean, which is taken off, and is not late here.
		expect(Math.abs(ms / 10_000 - 99.6)).toBeLessThan((4 * 100) / Math.sqrt(10_000));
	});

	it('goes on with what is under way at the new speed', async () => {
		const plain = await make();
		const at: number[] = [];
		plain.admit(() => at.push(performance.now()));
		const startMs = performance.now();
		vi.advanceTimersByTime(10_000);
		const lengthMs = at[0] - startMs;
		const slowed = await make();
		slowed.admit(() => at.push(performance.now()));
		const againMs = performance.now();
		vi.advanceTimersByTime(Math.floor(lengthMs / 2));
		slowed.speed = 0.25;
		vi.advanceTimersByTime(10_000);
		const half = Math.floor(lengthMs / 2);
		expect(Math.abs(at[1] - againMs - (half + 4 * (lengthMs - half)))).toBeLessThan(3);
	});

	it.each([
		['serve', 1],
		['cancel', 0],
	])('abandoned work: %s', async (abandoned, served) => {
		const pool = await make({ abandoned });
		const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()];
		const job = pool.admit(first);
		pool.admit(second);
		job?.left();
		// Cancelled, its worker has taken the next one, and there is a place again.
		expect(pool.admit(third) === null).toBe(abandoned === 'serve');
		vi.advanceTimersByTime(10_000);
		expect(first).toHaveBeenCalledTimes(served);
		expect(second).toHaveBeenCalledTimes(1);
	});
});

describe('a run that is told to stop', () => {
	const alive = (pid: number): boolean => {
		try {
			return process.kill(pid, 0);
		} catch {
			return false;
		}
	};
	/** By /proc, which has them on Linux alone. */
	const childrenOf = (pid: number): number[] =>
		readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

	it.runIf(process.platform === 'linux').each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
		'by %s leaves no process behind',
		async (signal) => {
			const child = spawn(process.execPath, [join(TESTBED, 'main.mjs'), '--smoke', 'fetch'], { stdio: 'ignore' });
			const gone = new Promise((done) => child.on('exit', done));
			const pid = Number(child.pid);
			await vi.waitUntil(() => childrenOf(pid).length === 2, { timeout: 20_000, interval: 50 });
			const children = childrenOf(pid);
			child.kill(signal);
			await gone;
			await vi.waitUntil(() => !children.some(alive), { timeout: 10_000, interval: 50 });
			expect(children.some(alive)).toBe(false);
		},
	);
});

describe('the pages', () => {
	const record = (name: string): string => readFileSync(join(ROOT, 'results/real', name), 'utf8');
	const figures: { name: string }[] = JSON.parse(record('figures.json'));

	const ofAllRecordings = async (): Promise<void> => {
		const dir = scratch();
		await promisify(execFile)(process.execPath, [join(TESTBED, 'main.mjs'), '--pages', dir]);
		for (const name of ['README.md', 'figures.json']) {
			expect(readFileSync(join(dir, name), 'utf8'), name).toBe(record(name));
		}
	};
	if (process.env.RECORDS === 'all') it('are those that the recordings give, to the byte', ofAllRecordings, 600_000);

	it('are those that the figures give, to the byte', async () => {
		const { readmeOf } = await load('pages.mjs');
		expect(readmeOf(figures)).toBe(record('README.md'));
	});

	it('have the figures that two of the recordings give', async () => {
		const { rowsOf } = await load('pages.mjs');
		const names = ['fetch', 'got'];
		const rows = await rowsOf(join(ROOT, 'results/real/recordings'), names);
		expect(JSON.parse(JSON.stringify(rows))).toEqual(figures.filter(({ name }) => names.includes(name)));
	}, 120_000);

	it('read figures alike from what was measured and what was simulated', async () => {
		const { figuresOf } = await load('figures.mjs');
		const world = { ratePerSecond: 10, slow: { toS: 10 } };
		const attempts = [...new Array(10).fill(20), ...new Array(10).fill(10)];
		const ok = attempts.map((_, i) => (i < 12 ? 5 : 10));
		const none = attempts.map(() => 0);
		const fails = { rejected: none, timeout: none, error: none, refused: none };
		const series = { steps: { attempts, ok, ...fails }, firstAttempts: attempts.map(() => 10) };
		expect(figuresOf(series, 200, world)).toEqual({ perRequest: 1.5, peak: 2, recovery: 0 });
		const late = { ...series, steps: { ...series.steps, ok: ok.map((n, i) => (i < 15 ? 5 : n)) } };
		expect(figuresOf(late, 200, world).recovery).toBe(3);
		const refusing = { ...series, steps: { ...series.steps, refused: none.map((_, i) => Number(i === 12)) } };
		expect(figuresOf(refusing, 200, world).recovery).toBe(0);
		const failing = { ...series, steps: { ...series.steps, refused: none.map((_, i) => 3 * Number(i === 12)) } };
		expect(figuresOf(failing, 200, world).recovery).toBe(3);
		expect(figuresOf({ ...series, steps: { ...series.steps, ok: ok.map(() => 5) } }, 200, world).recovery).toBeNull();
	});
});
