/** How far an experiment is: the count, and the three ways it is told. */
import { describe, expect, it } from 'vitest';
import { batchProgress, type Outlet, type ProgressMode } from '../../../src/cli/progress/batch.js';
import { Tally } from '../../../src/cli/progress/progress-count.js';
import { digest } from '../../../src/experiment/task/digest.js';
import type { Laboratory, TaskResult } from '../../../src/experiment/task/task.js';
import { replications, smallCase } from '../../support/experiment-builder.js';
import { outcomeOf, RULES } from '../../support/outcome-builder.js';

const of = smallCase();
const other = smallCase('calm');
const good = outcomeOf({ fill: () => ({ born: 10, succeeded: 10 }) });
const lost = outcomeOf({ fill: () => ({ born: 10, succeeded: 1 }) });
const silent = outcomeOf({});
const [well, collapsed, mute] = [good, lost, silent].map((o): TaskResult => ({ digest: digest(o, RULES, []) }));
const failed: TaskResult = { failure: { kind: 'bug', message: 'x' } };
/** Not Wilson's: an interval that shows what it was asked. */
const interval = (hits: number, n: number) => ({ low: hits / n / 2, high: (hits + n) / (2 * n) });
const task = { of, seed: 1 };
const WIPED = '\r\u001b[2K';

describe('a tally', () => {
	it('knows nothing at first', () => {
		expect(new Tally(0, interval).at(1000)).toEqual({
			done: 0,
			failed: 0,
			remembered: 0,
			total: null,
			perSecond: null,
			secondsLeft: null,
			collapsed: null,
		});
	});

	it('rates what ran now, not what was remembered', () => {
		const tally = new Tally(5000, interval);
		tally.plan(10);
		for (const from of ['memory', 'memory', 'run', 'run', 'run'] as const) tally.add(task, well, from);
		expect(tally.at(7000)).toMatchObject({ done: 5, remembered: 2, perSecond: 1.5, secondsLeft: 5 / 1.5 });
		for (let i = 0; i < 5; i++) tally.add(task, failed, 'run');
		expect(tally.at(9000)).toMatchObject({ done: 10, failed: 5, perSecond: 2, secondsLeft: 0 });
	});

	it('estimates P(collapsed) from those that could tell, while they are of one case', () => {
		const tally = new Tally(0, interval);
		for (const result of [well, collapsed, mute, failed, well, collapsed]) tally.add(task, result, 'run');
		expect(tally.at(1).collapsed).toEqual({ hits: 2, of: 4, estimate: { share: 0.5, low: 0.25, high: 0.75 } });
		tally.add({ of: other, seed: 1 }, well, 'memory');
		expect(tally.at(1).collapsed).toEqual({ hits: 2, of: 5, estimate: null });
	});
});

describe('told', () => {
	/** Twelve results, a quarter of a second apart. */
	async function progressLines(mode: ProgressMode, isTTY: boolean, columns = 200): Promise<string[]> {
		const written: string[] = [];
		let nowMs = 0;
		const outlet: Outlet = { write: (text) => written.push(text), isTTY, columns, nowMs: () => nowMs };
		const progress = batchProgress(mode, interval, outlet);
		const inner: Laboratory = async (tasks, onResult) => {
			const results = tasks.map(({ seed }) => (seed % 4 === 0 ? collapsed : seed === 11 ? failed : well));
			for (const [i, result] of results.entries()) {
				nowMs += 250;
				onResult?.(i, result, 'run');
			}
			return results;
		};
		progress.plan(12);
		let passedOn = 0;
		const results = await progress.watch(inner)(replications(of, 12), () => passedOn++);
		expect([results.length, passedOn]).toEqual([12, 12]);
		progress.end();
		return written;
	}

	it('on a terminal, as one line that is wiped at the end', async () => {
		const lines = await progressLines('auto', true);
		expect(lines).toHaveLength(14);
		for (const line of lines) expect([line.startsWith(WIPED), /[\n\r]/.test(line.slice(1))]).toEqual([true, false]);
		expect(lines[0]).toBe(`${WIPED}0/12`);
		expect(lines[4]).toBe(`${WIPED}4/12  4/s  2 s left  P(collapsed) 25.0% [12.5%, 62.5%]`);
		expect(lines[12]).toMatch(/12\/12 {2}4\/s {2}0 s left {2}P\(collapsed\) 27\.3% \[.*\] {2}1 failed$/);
		expect(lines[13]).toBe(WIPED);
	});

	it('no wider than the terminal', async () => {
		for (const line of await progressLines('auto', true, 20)) expect(line.slice(WIPED.length).length).toBeLessThan(20);
	});

	it('as JSON, at most every second and at the end', async () => {
		const lines = await progressLines('json', false);
		const standings = lines.map((line) => JSON.parse(line));
		expect(standings.map(({ done }) => done)).toEqual([1, 5, 9, 12]);
		expect(standings[3]).toMatchObject({ total: 12, failed: 1, secondsLeft: 0, collapsed: { hits: 3, of: 11 } });
		for (const line of lines) expect(line.endsWith('}\n')).toBe(true);
		expect(await progressLines('json', true)).toEqual(lines);
	});

	it('not to a pipe, and not where it is switched off', async () => {
		expect(await progressLines('auto', false)).toEqual([]);
		expect(await progressLines('none', true)).toEqual([]);
	});
});
