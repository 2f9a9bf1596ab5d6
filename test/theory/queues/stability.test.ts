/**
 * Maps against theory: a server that does C a second behind a first-in first-out queue, a attempts per request, timeout T,
 * regular arrivals and constant services. N. Bronson et al., "Metastable Failures in Distributed Systems" (HotOS 2021),
 * section 2.1: retries multiply the load by a, so a collapse lasts above C/a, although a fresh system carries up to C.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inlineLaboratory } from '../../../src/executors/inline.js';
import { readAxis } from '../../../src/experiment/map/axis.js';
import { casesOf } from '../../../src/experiment/map/map-cases.js';
import type { StabilityRegion } from '../../../src/experiment/map/point-runs.js';
import { type StabilityMap, stabilityMap } from '../../../src/experiment/map/stability-map.js';
import { stoppingRule } from '../../../src/experiment/map/stopping-rule.js';
import { mapSummary } from '../../../src/experiment/map/summary.js';
import { ROOT } from '../../cli/cli.js';

function mapped(file: string, axes: { readonly x: string; readonly y: string }, set: readonly string[] = []) {
	const text = readFileSync(join(ROOT, file), 'utf8');
	const [x, y] = [readAxis([axes.x], 5, '--x'), readAxis([axes.y], 5, '--y')];
	const caseAt = casesOf({ text, file, set }, x, y);
	return stabilityMap(
		{ x, y, caseAt, firstSeed: 1, stoppingRule: stoppingRule(0.5, 5), coarse: 3, check: 0 },
		inlineLaboratory(),
	);
}

/** What lies along x: lines from the lowest, and the regions around them, one more. */
interface Theory {
	readonly lines: readonly number[];
	readonly regions: readonly StabilityRegion[];
}

/** Every point must lie where theory says, but for those within a step of one of its lines, and where it says nothing. */
function compare({ points, plan: { x, y }, failures }: StabilityMap, theory: (y: number) => Theory | null): void {
	expect(failures).toEqual([]);
	const step = x.values[1] - x.values[0];
	let compared = 0;
	for (const point of points) {
		const at = x.values[point.x];
		const predicted = theory(y.values[point.y]);
		if (predicted === null) continue;
		const { lines, regions } = predicted;
		if (lines.some((line) => Math.abs(at - line) < step)) continue;
		compared++;
		expect(point.region, `at ${x.texts[point.x]}, ${y.texts[point.y]}`).toBe(
			regions[lines.filter((line) => at > line).length],
		);
	}
	expect(compared).toBeGreaterThan(0.6 * points.length);
}

it('load against timeout: a full queue of K is vulnerable only while it is too long to wait for', async () => {
	const [capacity, queue, attempts] = [100, 500, 3];
	const axes = { x: 'traffic.rate 10/s 130/s 13', y: 'clients.apps.timeout 500ms 8.5s 5' };
	const map = await mapped('scenarios/stability.yaml', axes);
	compare(map, (timeoutUs) => {
		const timeoutS = timeoutUs / 1e6;
		// K / C and a service: the last in a full queue is served in time.
		if (timeoutS > queue / capacity + 0.02) return { lines: [], regions: ['safe'] };
		// The queue shrinks by C - l, C - 2 l, ... over one timeout each until all its retries are there, and must not fall
		// below C T on the way: at l = C / a and a = 3 that is K - C T >= C T.
		if (timeoutS > queue / (2 * capacity)) return null;
		return { lines: [capacity / attempts, capacity], regions: ['safe', 'vulnerable', 'doomed'] };
	});
	const { counts, gridRuns } = mapSummary(map);
	for (const region of ['safe', 'vulnerable', 'doomed'] as const) expect(counts[region].lookedAt).toBeGreaterThan(5);
	expect(map.runs).toBeLessThan(gridRuns);
});

it('load against attempts: HotOS 2021 is vulnerable from 300/a to 300 a second, 150 for one retry', async () => {
	const axes = { x: 'traffic.rate 70/s 340/s 19', y: 'clients.apps.retry.attempts 1 3 3' };
	const set = ['faults=null', 'duration=60s', 'verdicts.collapsed.last=10s'];
	const map = await mapped('scenarios/studies/hotos-2021-thresholds.yaml', axes, set);
	compare(map, (attempts) =>
		attempts === 1
			? { lines: [300], regions: ['safe', 'doomed'] }
			: { lines: [300 / attempts, 300], regions: ['safe', 'vulnerable', 'doomed'] },
	);
	const { stretches } = mapSummary(map).lines[1];
	const { texts } = map.plan.x;
	expect(stretches.map(({ region, from, to }) => [region, texts[from], texts[to]])).toEqual([
		['safe', '70/s', '145/s'],
		['vulnerable', '160/s', '295/s'],
		['doomed', '310/s', '340/s'],
	]);
});
