/** What a map says, in text and in files, and what becomes of one that is not whole. */
import { describe, expect, it } from 'vitest';
import { readAxis } from '../../../src/experiment/map/axis.js';
import { type MapPlan, stabilityMap } from '../../../src/experiment/map/stability-map.js';
import type { TaskResult } from '../../../src/experiment/task/task.js';
import { mapJson, pointsCsv } from '../../../src/report/map/files.js';
import { mapReport } from '../../../src/report/map/text.js';
import { digestOf, landLaboratory, plan, sharp } from '../../support/map-worlds.js';

/** Down at 300/s when fresh, at 300/s over the attempts when begun collapsed; the laboratory reads both axes as 0..1. */
const land = sharp((x, y, start) => 600 * x >= (start === 'fresh' ? 300 : 300 / (1 + 3 * y)));
const axes = {
	x: readAxis(['traffic.rate', '0/s', '600/s'], 9, '--x'),
	y: readAxis(['clients.apps.retry.attempts 1 4'], 4, '--y'),
};
const unit = (axis: MapPlan['x'], text: string): string => {
	const { values, texts } = axis;
	return String((values[texts.indexOf(text)] - values[0]) / (values[values.length - 1] - values[0]));
};
const rates = plan(9, {
	...axes,
	caseAt: (x, y, start) => plan(9).caseAt(unit(axes.x, x), unit(axes.y, y), start),
});
const report = async (requestedPlan: MapPlan, laboratory = landLaboratory(land)) =>
	mapReport({ label: 'database', map: await stabilityMap(requestedPlan, laboratory.run), notes: [], rerun: 'again' });

it('draws the plane, counts the regions, tells the lines and how sure all of it is', async () => {
	expect(await report(rates)).toMatchInlineSnapshot(`
		"  database: stability, seeds from 1

		  clients.apps.retry.attempts
		             4 o V V V # x # x #
		               o o V V # x # x #
		               o o V V # x # x #
		             1 o o o o # x # x #
		               0/s 150/s   600/s
		                    traffic.rate

		                                                                  seen  inferred
		  o .  safe        ends up from either start                         9         0
		  V v  vulnerable  up when fresh; begun collapsed, it stays down     7         0
		  # x  doomed      goes down even when fresh                        12         8
		  ? -  undecided   the runs do not tell                              0         0

		  REGIONS ALONG traffic.rate
		  at 4           safe up to 0/s, vulnerable 75/s to 225/s, doomed from 300/s
		  at 3           safe up to 75/s, vulnerable 150/s to 225/s, doomed from 300/s
		  at 2           safe up to 75/s, vulnerable 150/s to 225/s, doomed from 300/s
		  at 1           safe up to 225/s, doomed from 300/s

		  HOW SURE
		  runs           264; a grid of 9 x 4 takes 1,440, 20 from either start: 5.5
		                 times as many; 28 of 36 points were looked at
		  points         P(collapsed) is above or below 50% at 95%, judged after 6, 12
		                 and 20 runs at 98.3% each
		  lines          known to one step of the finest grid, at most 75/s by 1
		  the rest       taken to be like the points around it, never looked at: a
		                 region smaller than a cell of the first net (150/s by 1) may be
		                 missed
		  check          none of the inferred points was looked at; --check 40 would
		                 look at forty

		  again: again
		"
	`);
});

it('has a line per start and point in its table', async () => {
	const map = await stabilityMap(rates, landLaboratory(land).run);
	const lines = pointsCsv(map).trimEnd().split('\n');
	expect(lines[0]).toBe('x,y,x_value,y_value,start,hits,n,low,high,region,inferred,why,needed_seconds');
	expect(lines[1]).toMatch(/^0\/s,1,0,1,fresh,0,6,0,0\.49\d+,safe,false,,$/);
	expect(lines.at(-1)).toMatch(/^600\/s,4,600,4,fresh,6,6,0\.5\d+,1,doomed,false,,$/);
	const inferred = lines.filter((line) => line.endsWith(',true,,'));
	expect(inferred).toHaveLength(map.points.filter(({ estimates }) => estimates === null).length);
	expect(inferred[0]).toMatch(/,,,,,(safe|doomed),true,,$/);
});

it('keeps 80 columns with any names of axes, and thins what is wider than the page', async () => {
	for (const [points, thinned] of [
		[2, false],
		[33, false],
		[65, false],
		[129, true],
	] as const) {
		const long = 'clients.a-population-with-a-name.retry.backoff.that.goes.on.and.on.until.the.end';
		const { path: _, ...x } = plan(points).x;
		const text = await report(plan(points, { x: { ...x, path: long } }));
		expect(text.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
		expect(text.includes('every 2. point')).toBe(thinned);
	}
});

describe('a map that is not whole', () => {
	const cut: TaskResult = { failure: { kind: 'interrupted', message: 'interrupted' } };

	it('keeps what was settled before the signal, and says that it is partial', async () => {
		let left = 150;
		const laboratory = landLaboratory(land, () => (left-- > 0 ? null : cut));
		const map = await stabilityMap(plan(33), laboratory.run);
		expect(map.partial).toBe(true);
		const simulated = map.points.filter((point) => point.estimates !== null);
		expect(simulated.length).toBeGreaterThan(0);
		expect(map.points.some(({ region }) => region === null)).toBe(true);
		const whole = await stabilityMap(plan(33), landLaboratory(land).run);
		for (const { x, y, region } of simulated) expect(region).toBe(whole.points[33 * y + x].region);
		const text = mapReport({ label: 'cut', map, notes: [], rerun: null });
		expect(text).toContain('INTERRUPTED');
		expect(text).toContain('blank: not known yet');
		expect(mapJson(map, 'cut', '1')).toMatchObject({ partial: true });
	});

	it('counts a failed run as none, and names it', async () => {
		const failure: TaskResult = { failure: { kind: 'limit', limit: 'events', message: 'stopped by limits.events' } };
		const broken = JSON.stringify([0, 0, 'fresh']);
		const { run } = landLaboratory(land, (key, seed) => (key === broken && seed === 3 ? failure : null));
		const map = await stabilityMap(plan(5), run);
		// Five of six that agree do not settle it; the next look does.
		expect(map.points[0].estimates?.fresh).toMatchObject({ hits: 0, n: 11 });
		expect(map.points[0].region).toBe('safe');
		expect(map.failures).toEqual([{ point: 0, start: 'fresh', seed: 3, ...failure }]);
		expect(mapReport({ label: 'a', map, notes: [], rerun: null })).toContain(
			'FAILED 0, 0, fresh start, seed 3: stopped by limits.events',
		);
	});

	it('leaves a point undecided that no run can tell', async () => {
		const { run } = landLaboratory(land, (_, seed) => ({ digest: digestOf(seed, null) }));
		const map = await stabilityMap(plan(5), run);
		expect(new Set(map.points.map(({ region }) => region))).toEqual(new Set(['undecided']));
	});

	it.each([
		[120e6, '110', ' (a duration of 110s would decide)'],
		[null, '', ''],
	])(
		'tells the reason, and the duration that would do, in JSON, CSV and text: %s us',
		async (neededToUs, cell, would) => {
			const why = 'fault f is in force to the end';
			const { run } = landLaboratory(land, (_, seed) => {
				const silent = digestOf(seed, null);
				const curves = { ...silent.curves, fromUs: 10e6 };
				return { digest: { ...silent, curves, undecided: { collapsed: { why, neededToUs } } } };
			});
			const map = await stabilityMap(plan(5), run);
			const told = `undecided in 6 runs: ${why}`;
			expect(mapJson(map, 'a', '1')).toMatchObject({
				undecided: map.points.map(() => ({
					start: 'fresh',
					why: told,
					neededSeconds: cell === '' ? null : Number(cell),
				})),
			});
			const lines = pointsCsv(map).trimEnd().split('\n').slice(1);
			for (const line of lines) expect(line.endsWith(`,fresh,0,0,,,undecided,false,${told},${cell}`)).toBe(true);
			const text = mapReport({ label: 'a', map, notes: [], rerun: null }).replace(/\s+/g, ' ');
			expect(text).toContain(`fresh start: ${told}${would}`);
			expect(text.includes('would decide')).toBe(would !== '');
		},
	);
});
