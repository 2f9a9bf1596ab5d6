/** Who computes replications: the same bytes from any number of threads, and what befalls one task is that task's alone. */
import { afterAll, describe, expect, it } from 'vitest';
import { inlineLaboratory } from '../../../src/executors/inline.js';
import { openLaboratory, type ThreadOptions } from '../../../src/executors/threads.js';
import type { Case } from '../../../src/experiment/task/case.js';
import type { Task, TaskResult } from '../../../src/experiment/task/task.js';
import type { World } from '../../../src/model/world.js';
import { RUNAWAY } from '../../cli/cli.js';
import { bytesOf, failureOf, replications, smallCase } from '../../support/experiment-builder.js';

const opened: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(opened.map((close) => close())));

function open(options: ThreadOptions) {
	const laboratory = openLaboratory(options);
	opened.push(laboratory.close);
	return laboratory.run;
}

const small = smallCase();
const calm = smallCase('calm');
const tasks = [...replications(small, 6), ...replications(calm, 6), ...replications(small, 6, 7)];
/** Breaks off when it is read at its end. */
const { verdicts: _, ...wordless } = small.world;
const broken: Case = { ...small, key: 'broken', world: wordless as World };
const bounded = smallCase('base', ['limits.events=1000']);
const endless = smallCase('base', [], RUNAWAY);
const UNRULY = new URL('../../support/failing-worker.mjs', import.meta.url);
const [EXIT, HOARD, LOOP, THROW] = [1_000_000, 1_000_001, 1_000_002, 1_000_003];

describe('any number of workers', () => {
	it('gives the same bytes in the order asked', async () => {
		const inline = bytesOf(await inlineLaboratory()(tasks));
		expect(new Set(inline).size).toBe(tasks.length);
		for (const workers of [1, 2, 8]) {
			const reported: number[] = [];
			const results = await open({ workers })(tasks, (index, result, from) => {
				reported.push(index);
				expect([from, result]).toEqual(['run', result]);
			});
			expect(bytesOf(results), `${workers} workers`).toEqual(inline);
			expect(reported.toSorted((a, b) => a - b)).toEqual(tasks.map((_, i) => i));
		}
	});

	it('answers several callers at once, and a call without tasks at once', async () => {
		const run = open({ workers: 2 });
		const [a, none, b] = await Promise.all([run(tasks.slice(0, 3)), run([]), run(tasks.slice(3, 5))]);
		expect(bytesOf([...a, ...none, ...b])).toEqual(bytesOf(await inlineLaboratory()(tasks.slice(0, 5))));
	});
});

describe.each([1, 2])('a failure among %i workers', (workers) => {
	const mixed: Task[] = [
		tasks[0],
		{ of: broken, seed: 1 },
		tasks[1],
		{ of: bounded, seed: 1 },
		tasks[2],
		tasks[6],
		{ of: bounded, seed: 1 },
	];

	it('is that task’s, and the rest goes on', async () => {
		const results = await open({ workers })(mixed);
		const good = [0, 2, 4, 5];
		expect(bytesOf(good.map((i) => results[i]))).toEqual(bytesOf(await inlineLaboratory()(good.map((i) => mixed[i]))));
		expect(failureOf(results[1])).toEqual({
			kind: 'bug',
			message: expect.stringMatching(/ \(at 6000000 us of simulated time\)$/),
		});
		expect(failureOf(results[3])).toEqual({
			kind: 'limit',
			limit: 'events',
			message: expect.stringMatching(/^stopped by limits\.events = 1,000 after \d\.\d{3} s of simulated time$/),
		});
		expect(results[6]).toEqual(results[3]);
	});

	it('by wall time is told so', async () => {
		const slow = smallCase('base', ['limits.wall=150ms'], RUNAWAY);
		const [result] = await open({ workers })([{ of: slow, seed: 1 }]);
		expect(failureOf(result)).toMatchObject({
			kind: 'limit',
			limit: 'wall',
			message: expect.stringMatching(/^stopped by limits\.wall = 0\.15 s after [\d.]+ s of simulated time$/),
		});
	});

	it('of a run that is only compared with names it', async () => {
		const text = `${RUNAWAY.replace('20h', '1s')}limits: { events: 30000 }
expect: [{ that: lost, versus: { variant: wild, as: ratio }, below: 9 }]
variants:
  calm: { traffic: { rate: 1/s } }
  wild: {}
`;
		const [result] = await open({ workers })([{ of: smallCase('calm', [], text), seed: 1 }]);
		expect(failureOf(result)).toMatchObject({
			limit: 'events',
			message: expect.stringMatching(/^what it is compared with, wild: stopped by /),
		});
	});

	it('a signal interrupts what is not finished and keeps what is', async () => {
		const abort = new AbortController();
		const requested: Task[] = [tasks[0], tasks[1], { of: endless, seed: 1 }, { of: endless, seed: 2 }, tasks[2]];
		let finished = 0;
		const results = await open({ workers, signal: abort.signal })(requested, () => {
			if (++finished === 2) setTimeout(() => abort.abort(), 100);
		});
		expect(bytesOf(results.slice(0, 2))).toEqual(bytesOf(await inlineLaboratory()(requested.slice(0, 2))));
		for (const result of results.slice(2)) {
			expect(failureOf(result)).toMatchObject({ kind: 'interrupted', message: expect.stringMatching(/^interrupted/) });
		}
		expect(await open({ workers, signal: abort.signal })(requested)).toEqual(
			requested.map(() => ({ failure: { kind: 'interrupted', message: 'interrupted before it began' } })),
		);
	});

	it('of a callback ends the whole, and no other task begins', async () => {
		let reported = 0;
		const run = open({ workers });
		const full = run(tasks, () => {
			reported++;
			throw new Error('no space is left');
		});
		await expect(full).rejects.toThrow('no space is left');
		const after = await run(tasks.slice(0, 1));
		expect(reported).toBeLessThanOrEqual(workers);
		expect('digest' in after[0]).toBe(true);
	});
});

describe('a thread that dies', () => {
	const good = replications(small, 5);
	const among = (seed: number): Task[] => [good[0], good[1], { of: small, seed }, good[2], good[3], good[4]];

	it.each([
		['by process.exit', EXIT, 'bug', 'its thread died: exit code 7'],
		['by an error of nobody', THROW, 'bug', 'its thread died: thrown by nobody’s fault'],
		['of hunger', HOARD, 'bug', /^its thread died: Worker terminated due to reaching memory limit/],
		['for it does not come back', LOOP, 'limit', /^stopped by limits\.wall = 2 s: its thread did not come back$/],
	])('%s costs its task and no other', async (_, seed, kind, says) => {
		const run = open({ workers: 2, worker: UNRULY, heapMb: 40, graceMs: 0 });
		const patient = smallCase('base', ['limits.wall=2s']);
		const requested = among(seed).map((task) => ({ ...task, of: patient }));
		const results: readonly TaskResult[] = [...(await run(requested)), ...(await run(requested.slice(3)))];
		expect(failureOf(results[2])).toMatchObject({ kind, message: expect.stringMatching(says) });
		const others: TaskResult[] = results.filter((__, i) => i !== 2);
		expect(bytesOf(others)).toEqual(bytesOf(await inlineLaboratory()([...good, ...good.slice(2)])));
	});

	it('as often as it likes', async () => {
		const run = open({ workers: 2, worker: UNRULY });
		const results = await run([EXIT, EXIT, EXIT, EXIT, EXIT, 1].map((seed) => ({ of: small, seed })));
		expect(results.map((result) => 'digest' in result)).toEqual([false, false, false, false, false, true]);
	});

	it('before it starts fails the tasks, and no call hangs', async () => {
		const run = open({ workers: 2, worker: new URL('./nowhere.mjs', import.meta.url) });
		const results = await run(good);
		for (const result of results) {
			expect(failureOf(result)).toMatchObject({
				kind: 'bug',
				message: expect.stringMatching(/^its thread died: .*nowhere\.mjs/),
			});
		}
	});
});
