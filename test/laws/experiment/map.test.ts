/** The map against the full grid: the same regions, never more runs; what it may miss, it is seen to miss. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stabilityMap } from '../../../src/experiment/map/stability-map.js';
import { mapSummary } from '../../../src/experiment/map/summary.js';
import { mapJson, pointsCsv } from '../../../src/report/map/files.js';
import { type Land, landLaboratory, plan, sharp, truth } from '../../support/map-worlds.js';

const LANDS: Readonly<Record<string, Land>> = {
	'a diagonal': sharp((x, y) => x + y > 0.93),
	'a steep line': sharp((x, y) => x > 0.4 + 0.05 * y),
	'a curve': sharp((x, y) => x * x + y * y > 0.55),
	'two bands that lean': sharp((x, y, start) => x > (start === 'fresh' ? 0.7 : 0.35) + 0.2 * (y - 0.5)),
	'a hyperbola: load x attempts': sharp((x, y, start) => (start === 'fresh' ? x > 0.9 : x * (1 + 3 * y) > 0.8)),
	'a wave': sharp((x, y) => y > 0.5 + 0.3 * Math.sin(6 * x)),
	'an island as large as a cell of the first net': sharp((x, y) => Math.hypot(x - 0.37, y - 0.63) < 0.19),
	'nothing but up': sharp(() => false),
	'nothing but down': sharp(() => true),
};

describe.each(Object.entries(LANDS))('%s', (_, land) => {
	it.each([5, 9, 17, 33, 65])('on a side of %i points is that of the full grid', async (points) => {
		const { run, asked } = landLaboratory(land);
		const map = await stabilityMap(plan(points), run);
		const { values } = map.plan.x;
		expect(map.points.map(({ x, y }) => [values[x], values[y]])).toHaveLength(points * points);
		for (const { x, y, region } of map.points) {
			expect(region, `at ${values[x]}, ${values[y]}`).toBe(truth(land, values[x], values[y]));
		}
		expect(map.runs).toBe(asked.runs);
		const full = landLaboratory(land);
		const grid = await stabilityMap(plan(points, { coarse: points }), full.run);
		expect(full.asked.places.size).toBe(points * points);
		expect(map.points.map(({ region }) => region)).toEqual(grid.points.map(({ region }) => region));
		expect(map.runs).toBeLessThanOrEqual(grid.runs);
		if (points > 5) expect(map.runs).toBeLessThan(grid.runs);
	});
});

it('finds a line with a small part of the grid’s runs', async () => {
	const { run, asked } = landLaboratory(LANDS['two bands that lean']);
	const map = await stabilityMap(plan(65), run);
	const { gridRuns, lookedAt } = mapSummary(map);
	expect(lookedAt).toBe(asked.places.size);
	expect(gridRuns).toBe(65 * 65 * 2 * 20);
	expect(lookedAt / 65 ** 2).toBeLessThan(0.25);
	expect(gridRuns / map.runs).toBeGreaterThan(10);
});

describe('lines that chance draws', () => {
	/** Where two starts go down: right of lines that never turn back on a scale as small as a cell of the first net. */
	const line = fc.record({
		at: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
		lean: fc.double({ min: -0.8, max: 0.8, noNaN: true }),
	});
	const sides = fc.record({ columns: fc.integer({ min: 2, max: 40 }), rows: fc.integer({ min: 2, max: 40 }) });

	it('are those of the full grid, on sides of any two numbers of points', async () => {
		await fc.assert(
			fc.asyncProperty(line, line, sides, async (one, other, { columns, rows }) => {
				const right = (l: typeof one, x: number, y: number): boolean => x > l.at + l.lean * (y - 0.5);
				const land = sharp((x, y, start) => right(one, x, y) || (start === 'collapsed' && right(other, x, y)));
				const { run } = landLaboratory(land);
				const mapPlan = plan(columns, { rows });
				const map = await stabilityMap(mapPlan, run);
				const grid = await stabilityMap({ ...mapPlan, coarse: 257 }, run);
				const wrong = map.points.filter(({ region }, i) => region !== grid.points[i].region);
				// A corner of the plane that a line cuts off within one cell of the first net is all that may be missed.
				for (const { x, y } of wrong) {
					const [fromSide, fromEnd] = [Math.min(x, columns - 1 - x) / columns, Math.min(y, rows - 1 - y) / rows];
					expect(Math.max(fromSide, fromEnd), `point ${x}, ${y}`).toBeLessThan(0.3);
				}
				expect(wrong.length).toBeLessThanOrEqual(0.03 * columns * rows);
				expect(map.runs).toBeLessThanOrEqual(grid.runs);
			}),
			{ numRuns: 150, seed: 3 },
		);
	});
});

describe('a tiny island', () => {
	const island = sharp((x, y) => Math.hypot(x - 0.375, y - 0.375) < 0.05);

	it('between the points of the first net is missed, and found by a finer first net', async () => {
		const { run } = landLaboratory(island);
		const found = async (coarse: number) => mapSummary(await stabilityMap(plan(33, { coarse }), run)).counts.doomed;
		expect(await found(5)).toEqual({ lookedAt: 0, inferred: 0 });
		const { lookedAt, inferred } = await found(9);
		expect(lookedAt + inferred).toBe(9);
	});

	it('is found close to a line, where cells are small', async () => {
		const beside = sharp((x, y) => x > 0.51 || Math.hypot(x - 0.43, y - 0.42) < 0.03);
		const map = await stabilityMap(plan(65), landLaboratory(beside).run);
		const { values } = map.plan.x;
		for (const { x, y, region } of map.points) expect(region).toBe(truth(beside, values[x], values[y]));
	});

	it('is found by a check that hits it, and then mapped whole', async () => {
		const { run } = landLaboratory(island);
		const map = await stabilityMap(plan(33, { check: 33 * 33 }), run);
		expect(map.check).toMatchObject({ hits: 9, n: 33 * 33 - 25 });
		const few = await stabilityMap(plan(33, { check: 200, firstSeed: 2 }), run);
		expect(few.check?.n).toBe(200);
		expect(few.check?.hits).toBeGreaterThan(0);
		const grid = await stabilityMap(plan(33, { coarse: 33, firstSeed: 2 }), run);
		expect(few.points.map(({ region }) => region)).toEqual(grid.points.map(({ region }) => region));
	});
});

describe('chance', () => {
	/** P(collapsed) rises from 0 to 1 along x, over the width of the plane when fresh, sooner when begun collapsed. */
	const slope: Land = (x, _, start) => Math.min(1, start === 'fresh' ? Math.max(0, 2 * x - 1) : 2 * x);

	it('leaves points undecided only where P is near the bound, and calls the others rightly', async () => {
		const { run } = landLaboratory(slope);
		const map = await stabilityMap(plan(65, { most: 60, coarse: 65, rows: 2 }), run);
		const { values } = map.plan.x;
		for (const { x, region } of map.points) {
			const ps = [slope(values[x], 0, 'fresh'), slope(values[x], 0, 'collapsed')];
			if (region === 'undecided') expect(Math.min(...ps.map((p) => Math.abs(p - 0.5)))).toBeLessThan(0.25);
			else if (ps.every((p) => Math.abs(p - 0.5) > 0.25)) expect(region).toBe(truth(slope, values[x], 0));
		}
		expect(mapSummary(map).counts.undecided.lookedAt).toBeGreaterThan(0);
	});

	it('is told from certainty by how many runs a point takes', async () => {
		const { run } = landLaboratory(slope);
		const map = await stabilityMap(plan(33, { coarse: 33, rows: 2 }), run);
		const taken = (x: number) => map.points[x].estimates?.fresh.n;
		expect([taken(0), taken(32)]).toEqual([6, 6]);
		expect(taken(24)).toBe(20);
		expect(map.points[32].estimates?.collapsed).toBeNull();
	});
});

it('gives the same bytes however tasks are dealt out, in rounds that results alone decide', async () => {
	const land = LANDS['two bands that lean'];
	const whole = landLaboratory(land);
	const once = await stabilityMap(plan(33, { check: 20 }), whole.run);
	const twice = await stabilityMap(plan(33, { check: 20 }), async (tasks) => {
		// The other end first, one at a time.
		const results = await Promise.all(tasks.toReversed().map((task) => landLaboratory(land).run([task])));
		return results.flat().toReversed();
	});
	expect(pointsCsv(twice)).toBe(pointsCsv(once));
	expect(JSON.stringify(mapJson(twice, 'a', '1'))).toBe(JSON.stringify(mapJson(once, 'a', '1')));
	expect(whole.asked.rounds).toBeLessThan(30);
});
