/**
 * The shipped map against theory. A queue that does C a second and keeps K waiting, with a attempts per request and a
 * timeout T, both constant (HotOS 2021, section 2.1; HotOS 2025, running example):
 *
 * - a fresh system goes down where load exceeds C and a full queue takes longer than T to serve: load > C and T < K/C
 * - one that begins with a full queue of work for nobody stays down where its retries keep the queue full and it takes
 *   longer than T to serve: load > C/a and T < K/C
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inlineLaboratory } from '../../src/executors/inline.js';
import { readAxis } from '../../src/experiment/axis.js';
import { planLooks } from '../../src/experiment/looks.js';
import { stabilityMap } from '../../src/experiment/map.js';
import { mapAnswer } from '../../src/experiment/map-answer.js';
import { casesOf } from '../../src/experiment/map-worlds.js';
import { ROOT } from '../cli/cli.js';

const file = 'scenarios/stability.yaml';
const text = readFileSync(join(ROOT, file), 'utf8');
const CAPACITY = 100;
const WAIT_S = 500 / CAPACITY;
const ATTEMPTS = 3;

it('draws the lines C/a, C and K/C within a step of the finest grid', async () => {
	const x = readAxis(['traffic.rate', '10/s', '130/s'], 17, '--x');
	const y = readAxis(['clients.apps.timeout', '500ms', '8s'], 9, '--y');
	const looks = planLooks(0.5, 5);
	const plan = { x, y, caseAt: casesOf({ text, file }, x, y), firstSeed: 1, looks, coarse: 5, check: 0 };
	const map = await stabilityMap(plan, inlineLaboratory());
	const { counts, cell, gridRuns } = mapAnswer(map);
	expect(map.failures).toEqual([]);
	let near = 0;
	for (const point of map.points) {
		const [rate, timeoutS] = [x.values[point.x], y.values[point.y] / 1e6];
		const lines = [rate - CAPACITY, rate - CAPACITY / ATTEMPTS];
		if (lines.some((off) => Math.abs(off) < cell.x) || Math.abs(timeoutS - WAIT_S) < cell.y / 1e6) {
			near++;
			continue;
		}
		const down = (load: number): boolean => rate > load && timeoutS < WAIT_S;
		const region = down(CAPACITY) ? 'doomed' : down(CAPACITY / ATTEMPTS) ? 'vulnerable' : 'safe';
		expect(point.region, `at ${rate}/s and ${timeoutS} s`).toBe(region);
	}
	expect(near).toBeLessThan(map.points.length / 2);
	for (const region of ['safe', 'vulnerable', 'doomed'] as const) {
		expect(counts[region].lookedAt, region).toBeGreaterThan(10);
	}
	expect(counts.undecided.lookedAt).toBe(0);
	expect(map.runs).toBeLessThan(gridRuns / 2);
});
