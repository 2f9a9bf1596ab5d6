/**
 * Claims about how versions travel: before a plant that remembers every lever, and from a scenario's text to what is served.
 * The world: nodes 0-2 west older, 3-7 west newer, 8-10 east older, 11-15 east newer.
 */
import { describe, expect, it, test } from 'vitest';
import type { Batches, Propagation, Regenerate } from '../../../../src/model/rollout/propagation.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { attend, type FakePlant, fault, flow, world } from '../../../support/control-plant.js';
import { autoRevert, people, plan, push, revert, S, stage } from '../../../support/rollout-plans.js';
import { run, total } from '../../../support/world-builder.js';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const ALL = range(0, 15);
const rollout = (propagation: Propagation, over = {}) => plan({ stages: [stage({ propagation })], ...over });
const seconds = (us: readonly number[]) => us.map((t) => t / S);

/** Over which seconds a node was down. */
function down(plant: FakePlant, node: number): (readonly [number, number | undefined])[] {
	const [gone, back] = [true, false].map((on) => seconds(plant.when('crashed', node, on)));
	return gone.map((from, i) => [from, back[i]]);
}

describe('pull', () => {
	it('reaches all nodes within the interval, evenly, and no node goes down', () => {
		const { plant } = attend(world({ rollouts: [rollout({ kind: 'pull', everyUs: 60 * S })] }));
		const us = ALL.map((node) => plant.when('change', node, 0, true)[0]);
		expect(us.every((t) => Number.isInteger(t) && t >= 100 * S && t <= 160 * S)).toBe(true);
		expect(new Set(us).size).toBe(16);
		// Mean 30 s, standard error 60 / sqrt(12 x 16).
		const mean = us.reduce((sum, t) => sum + t / S - 100, 0) / 16;
		expect(Math.abs(mean - 30)).toBeLessThan(4 * (60 / Math.sqrt(12 * 16)));
		expect(plant.pulls.some(([, lever]) => lever === 'crashed')).toBe(false);
	});

	it('uses the same random numbers as an even push', () => {
		const arrivals = (propagation: Propagation) => {
			const { plant } = attend(world({ rollouts: [rollout(propagation)] }));
			return ALL.map((node) => plant.when('change', node, 0, true));
		};
		expect(arrivals({ kind: 'pull', everyUs: 60 * S })).toEqual(
			arrivals(push({ kind: 'uniform', fromUs: 0, toUs: 60 * S })),
		);
	});
});

describe('batches', () => {
	const batches = (over: Partial<Batches> = {}): Batches => ({
		kind: 'batches',
		share: 0.4,
		surge: 0,
		unavailable: 0.4,
		restartUs: 10 * S,
		...over,
	});

	test('go through each group, lowest numbers first; a node comes back on the new version', () => {
		const { plant, room } = attend(world({ rollouts: [rollout(batches())] }));
		// 40% of 5 are 2; of 3 they are 1 (unavailable rounds down).
		expect(range(3, 7).map((node) => down(plant, node))).toEqual(
			[100, 100, 110, 110, 120].map((from) => [[from, from + 10]]),
		);
		expect(range(0, 2).map((node) => down(plant, node))).toEqual([100, 110, 120].map((from) => [[from, from + 10]]));
		for (const node of ALL) {
			expect(plant.when('change', node, 0, true)).toEqual(plant.when('crashed', node, false));
		}
		expect(room.activeNodes(0)).toBe(16);
	});

	test('of surge lose nothing', () => {
		const { plant } = attend(world({ rollouts: [rollout(batches({ surge: 0.4, unavailable: 0 }))] }));
		expect(plant.pulls.some(([, lever]) => lever === 'crashed')).toBe(false);
		expect(range(3, 7).map((node) => seconds(plant.when('change', node, 0, true)))).toEqual(
			[110, 110, 120, 120, 130].map((at) => [at]),
		);
	});

	test('that are cancelled stop: a node that is down returns at its planned time, on the old version, and no other node is changed', () => {
		const armed = autoRevert(120 * S, { above: 0.25, everyUs: 15 * S });
		const trouble = [...flow(0, 'firstReceived', 0, 400 * S), ...flow(0, 'retriesMarked', 100 * S, 400 * S)];
		const { plant, room, when } = attend(world({ rollouts: [rollout(batches(), { autoRevert: armed })] }), trouble);
		expect(seconds(when('revert'))).toEqual([115]);
		expect(down(plant, 5)).toEqual([[110, 120]]);
		expect(plant.when('change', 5, 0)).toEqual([]);
		expect(down(plant, 7)).toEqual([]);
		expect(seconds(plant.when('change', 3, 0, false))).toEqual([115]);
		expect(room.activeNodes(0)).toBe(0);
		expect(when('reverted')).toEqual([115 * S]);
	});

	test.each([
		{ what: 'ends within the restart', fromS: 90, toS: 105, downs: [[90, 110]] },
		{ what: 'outlasts the restart', fromS: 105, toS: 130, downs: [[100, 130]] },
		{
			what: 'begins as the restart ends',
			fromS: 110,
			toS: 120,
			downs: [[100, 120]],
		},
		{
			what: 'is over before',
			fromS: 50,
			toS: 60,
			downs: [
				[50, 60],
				[100, 110],
			],
		},
	])('a crash that $what neither ends it nor is ended by it', ({ fromS, toS, downs }) => {
		const crash = fault({ effect: { kind: 'crash' }, fromUs: fromS * S, toUs: toS * S });
		const { plant } = attend(world({ rollouts: [rollout(batches())], faults: [crash] }));
		expect(down(plant, 3)).toEqual(downs);
	});

	test('of two rollouts at once on one node: it is back when the longer one is', () => {
		const two = [
			rollout(batches()),
			rollout(batches({ restartUs: 25 * S }), { name: 'other', change: 1, atUs: 105 * S }),
		];
		const { plant } = attend(world({ rollouts: two }));
		expect(down(plant, 3)).toEqual([[100, 130]]);
	});
});

describe('regenerate', () => {
	const half = (over: Partial<Regenerate> = {}): Regenerate => ({
		kind: 'regenerate',
		everyUs: 50 * S,
		bad: 0.5,
		...over,
	});
	/** Instants of every turn of a node, and what it turned to. */
	const turns = (plant: FakePlant, node: number) =>
		plant.pulls.filter(([, lever, who]) => lever === 'change' && who === node).map(([at, , , , on]) => [at / S, on]);

	it('makes all nodes come and go together, at the files that differ from the one before', () => {
		const { plant } = attend(world({ rollouts: [rollout(half())] }));
		const found = turns(plant, 0);
		expect(found.length).toBeGreaterThan(4);
		for (const node of ALL) expect(turns(plant, node)).toEqual(found);
		found.forEach(([at, on], i) => {
			expect(on).toBe(i % 2 === 0);
			expect((Number(at) - 100) % 50).toBe(0);
		});
	});

	it('is bad in the share of files that it is said to be', () => {
		const w = world({ rollouts: [rollout(half({ everyUs: S }))], horizonUs: 2_100 * S });
		const { plant } = attend(w);
		const found = turns(plant, 0).concat([[2_101, false]]);
		let badS = 0;
		for (let i = 0; i < found.length - 1; i++) if (found[i][1]) badS += Number(found[i + 1][0]) - Number(found[i][0]);
		expect(Math.abs(badS / 2_001 - 0.5)).toBeLessThan(4 * (0.5 / Math.sqrt(2_001)));
	});

	it('stops when it is taken back, for good', () => {
		const responders = people({
			detect: { kind: 'delay', us: 0 },
			declareUs: 0,
			decide: { kind: 'delay', us: 320 * S },
			rollback: revert({ propagation: { kind: 'constant', us: 2 * S } }),
		});
		const { plant, room, when } = attend(world({ rollouts: [rollout(half({ bad: 1 }), { people: responders })] }));
		expect(turns(plant, 0)).toEqual([
			[100, true],
			[422, false],
		]);
		expect(room.activeNodes(0)).toBe(0);
		expect(seconds(when('reverted'))).toEqual([422]);
	});

	it('hands the nodes of a later push over to it', () => {
		const west = { ...stage().scope, regions: [true, false] };
		const stages = [
			stage({ name: 'half', scope: west, propagation: half(), holdUs: 300 * S }),
			stage({ name: 'rest', propagation: push({ kind: 'constant', us: 0 }) }),
		];
		const { plant, room } = attend(world({ rollouts: [plan({ stages })] }));
		expect(turns(plant, 0).filter(([at]) => Number(at) > 400)).toEqual([]);
		expect(turns(plant, 8)).toEqual([[400, true]]);
		expect(room.activeNodes(0)).toBe(16);
	});
});

/** 400 requests a second, spread evenly over eight nodes; the patch fails all it touches and is pushed at 10 s. */
const scenario = (propagation: string, more = '') => `
name: travel
duration: 60s
traffic: { rate: 400/s }
edge: { nodes: 8, workers: 4, service: { constant: 1ms } }
clients: { apps: { timeout: 1s } }
changes: { patch: { fails: 100% } }
rollouts:
  patch:
    at: 10s
    stages: { all: { propagation: ${propagation} } }
${more}
`;

describe('from the text of a scenario', () => {
	/** Shares of the attempts sent over some seconds, by client outcome. */
	function watched(propagation: string, more = '') {
		const { world } = loadScenario(scenario(propagation, more), { file: 'travel.yaml' });
		const outcome = run(world, 1);
		return (measure: string, fromS: number, toS: number) =>
			total(outcome, measure, fromS, toS) / total(outcome, 'attempts', fromS, toS);
	}
	/** Of 400 a second for so many of them: four standard errors. */
	const near = (found: number, share: number, forS: number) =>
		expect(Math.abs(found - share)).toBeLessThanOrEqual(4 * Math.sqrt((share * (1 - share)) / (400 * forS)));

	it('a plain delay still is one', () => {
		const share = watched('20s');
		expect(share('outcome_error', 0, 30)).toBe(0);
		expect(share('outcome_error', 31, 60)).toBe(1);
	});

	it('who asks every 16 s has it within 16 s, half of them after 8', () => {
		const share = watched('{ pull: 16s }');
		expect(share('outcome_error', 0, 10)).toBe(0);
		expect(share('outcome_error', 27, 60)).toBe(1);
		const half = share('outcome_error', 10, 26);
		// The mean of eight even delays.
		expect(Math.abs(half - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 8));
		expect(share('outcome_refused', 0, 60)).toBe(0);
	});

	it('batches adopt in steps; only those of unavailable cost capacity', () => {
		const surge = watched('{ batches: 25%, restart: 5s }');
		const away = watched('{ batches: 25%, surge: 0%, unavailable: 25%, restart: 5s }');
		for (const [k, fromS] of [10, 15, 20, 25].entries()) {
			near(surge('outcome_error', fromS + 1, fromS + 5), 0.25 * k, 4);
			near(away('outcome_error', fromS + 1, fromS + 5), 0.25 * k, 4);
			expect(surge('outcome_refused', fromS, fromS + 5)).toBe(0);
			near(away('outcome_refused', fromS + 1, fromS + 5), 0.25, 4);
		}
		for (const share of [surge, away]) {
			expect(share('outcome_error', 31, 60)).toBe(1);
			expect(share('outcome_refused', 31, 60)).toBe(0);
		}
	});

	it('a half-upgraded source swings between all and nothing, until it is taken back', () => {
		const people = `    people: { detect: 25s, decide: 0s }`;
		const share = watched('{ regenerate: 3s, bad: 50% }', people);
		const files = Array.from({ length: 8 }, (_, i) => share('outcome_error', 11 + 3 * i, 13 + 3 * i));
		// But for the few that are on their way as a second begins or ends.
		expect(new Set(files.map((part) => Number(part.toFixed(1))))).toEqual(new Set([0, 1]));
		for (const part of files) expect(Math.min(part, Math.abs(1 - part))).toBeLessThan(0.01);
		expect(share('outcome_error', 0, 10)).toBe(0);
		expect(share('outcome_error', 36, 60)).toBe(0);
	});

	it('nodes that ask on the way back, too', () => {
		const { world } = loadScenario(scenario('0s', '    revert: { propagation: { pull: 60s } }'), {
			file: 'travel.yaml',
		});
		expect(world.rollouts[0].revert.propagation).toEqual({ kind: 'uniform', fromUs: 0, toUs: 60 * S });
	});

	test.each([
		['5s', push({ kind: 'constant', us: 5 * S })],
		['{ exponential: 5s }', push({ kind: 'exponential', meanUs: 5 * S })],
		['{ p50: 5s, p99: 5s }', push({ kind: 'constant', us: 5 * S })],
		['{ pull: 60s }', { kind: 'pull', everyUs: 60 * S }],
		[
			'{ batches: 25%, restart: 10s }',
			{ kind: 'batches', share: 0.25, surge: 0.25, unavailable: 0, restartUs: 10 * S },
		],
		[
			'{ batches: 30%, surge: 10%, unavailable: 20%, restart: 10s }',
			{ kind: 'batches', share: 0.3, surge: 0.1, unavailable: 0.2, restartUs: 10 * S },
		],
		['{ regenerate: 5m, bad: 50% }', { kind: 'regenerate', everyUs: 300 * S, bad: 0.5 }],
	])('%s is read as what it says', (text, propagation) => {
		const { world } = loadScenario(scenario(text), { file: 'travel.yaml' });
		expect(world.rollouts[0].stages[0].propagation).toEqual(propagation);
	});
});
