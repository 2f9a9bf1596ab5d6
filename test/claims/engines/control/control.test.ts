/** Claims about the control room, made before a plant that remembers every lever. The world: nodes 0-2 west older, 3-7 west newer, 8-10 east older, 11-15 east newer. */
import { describe, expect, test } from 'vitest';
import { SERVER_ERROR } from '../../../../src/model/reply.js';
import type { Rollout, StageScope } from '../../../../src/model/rollout/rollout-controller.js';
import { attend, fault, flow, world } from '../../../support/control-plant.js';
import {
	alert,
	autoRevert,
	type CheckOver,
	gate,
	people,
	plan,
	push,
	revert,
	S,
	stage,
} from '../../../support/rollout-plans.js';

const scope = (over: Partial<StageScope> = {}): StageScope => ({ ...stage().scope, ...over });
const rollout = (over: Partial<Rollout>) => world({ rollouts: [plan(over)] });
const uniform = (toUs: number) => ({ kind: 'uniform', fromUs: 0, toUs }) as const;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a world without faults and rollouts never calls', () => {
	const { runs, room } = attend(world());
	expect(runs).toEqual([]);
	expect(room.nextUs).toBe(Number.POSITIVE_INFINITY);
});

test('a rollout that nothing watches is called for its push, its nodes and the end of its hold alone', () => {
	expect(attend(rollout({})).runs).toEqual([100 * S, 190 * S]);
});

describe('a stage reaches', () => {
	const reach = (over: Partial<StageScope>) => {
		const { room, plant } = attend(rollout({ stages: [stage({ scope: scope(over) })] }));
		const nodes = room.stageNodes(0, 0);
		expect(range(0, 15).filter((node) => plant.when('change', node, 0, true).length === 1)).toEqual(nodes);
		expect(room.activeNodes(0)).toBe(nodes.length);
		return { nodes, canary: plant.pulls.filter(([, lever]) => lever === 'canary') };
	};

	test('every node, unless it is told otherwise', () => {
		expect(reach({})).toEqual({ nodes: range(0, 15), canary: [] });
	});

	test('one region, one platform', () => {
		expect(reach({ regions: [false, true], platforms: [true, false] }).nodes).toEqual([8, 9, 10]);
	});

	test('a share of the nodes: the lowest of each group, rounded up', () => {
		expect(reach({ nodeShare: 0.4 }).nodes).toEqual([0, 1, 3, 4, 8, 9, 11, 12]);
		expect(reach({ nodeShare: 0.01 }).nodes).toEqual([0, 3, 8, 11]);
	});

	test('a diverted share of the requests: as large a share of the nodes, at least one of each group', () => {
		const { nodes, canary } = reach({ requestShare: 0.3, requestMode: 'divert' });
		expect(nodes).toEqual([0, 3, 4, 8, 11, 12]);
		expect(canary).toEqual([[100 * S, 'canary', 0, 0.3, 'divert']]);
		expect(reach({ requestShare: 0.01, nodeShare: 0.4 }).nodes).toEqual([0, 1, 3, 4, 8, 9, 11, 12]);
	});

	test('a flagged share of the requests: every node', () => {
		const { nodes, canary } = reach({ requestShare: 0.01, requestMode: 'flag' });
		expect(nodes).toEqual(range(0, 15));
		expect(canary).toEqual([[100 * S, 'canary', 0, 0.01, 'flag']]);
	});

	test.each([
		['diverted, then everybody', [0.05, 'divert'], [1, 'divert'], [[190, 1, 'divert']]],
		['flagged, then everybody, whatever mode that names', [0.05, 'flag'], [1, 'divert'], [[190, 1, 'flag']]],
		[
			'diverted, then flagged',
			[0.05, 'divert'],
			[0.5, 'flag'],
			[
				[190, 1, 'divert'],
				[190, 0.5, 'flag'],
			],
		],
		['as large a share as before', [0.05, 'divert'], [0.05, 'divert'], []],
	] as const)('%s', (_, first, second, then) => {
		const scopeOf = ([requestShare, requestMode]: typeof first | typeof second) => scope({ requestShare, requestMode });
		const stages = [stage({ scope: scopeOf(first) }), stage({ name: 'rest', scope: scopeOf(second) })];
		const { plant, room } = attend(rollout({ stages }));
		const pulls = plant.pulls.filter(([, lever]) => lever === 'canary').map(([at, , , ...to]) => [at / S, ...to]);
		expect(pulls).toEqual([[100, ...first], ...then]);
		if (second[0] === 1) expect(room.activeNodes(0)).toBe(16);
	});
});

describe('a push', () => {
	const stages = [stage({ propagation: push(uniform(20 * S)) })];
	const arrivals = (w = rollout({ stages }), seed = 1) => {
		const { plant } = attend(w, [], { seed });
		return range(0, 15).map((node) => plant.when('change', node, 0, true)[0]);
	};

	test('takes a time of its own to each node, in whole microseconds', () => {
		const us = arrivals();
		expect(us.every((t) => Number.isInteger(t) && t >= 100 * S && t <= 120 * S)).toBe(true);
		expect(new Set(us).size).toBe(16);
	});

	test('has the same random draws under the same seed, independent of other rollouts and revisions', () => {
		expect(arrivals()).toEqual(arrivals());
		expect(arrivals()).not.toEqual(arrivals(undefined, 2));
		const busier = world({ rollouts: [plan({ name: 'other', change: 1, stages }), plan({ stages })] });
		expect(arrivals(busier)).toEqual(arrivals());
	});

	test('does not reach a node twice', () => {
		const two = [stage({ scope: scope({ regions: [true, false] }) }), stage({ name: 'rest' })];
		const { plant } = attend(rollout({ stages: two }));
		expect(plant.when('change', 0, 0)).toEqual([100 * S]);
		expect(plant.when('change', 8, 0)).toEqual([190 * S]);
	});

	test('leaves a node that is on its way as it is: no second draw, no earlier arrival', () => {
		const slow = { kind: 'constant', us: 150 * S } as const;
		const { plant } = attend(rollout({ stages: [stage({ propagation: push(slow) }), stage({ name: 'rest' })] }));
		expect(plant.when('change', 8, 0)).toEqual([250 * S]);
	});
});

describe('a revert', () => {
	const retriesFrom = (us: number) => [
		...flow(0, 'firstReceived', 0, 400 * S),
		...flow(0, 'retriesMarked', us, 400 * S),
	];
	const armed = autoRevert(120 * S, { above: 0.25, everyUs: 5 * S });

	test('goes back in waves of equal numbers, each at start + k x gap, after the decision delay', () => {
		const how = revert({ decisionDelayUs: 7 * S, waves: 5, waveGapUs: 15 * S });
		const { plant, when, decisions } = attend(rollout({ autoRevert: armed, revert: how }), retriesFrom(100 * S));
		expect(when('tripped', 'auto-revert')).toEqual([105 * S]);
		expect(when('revert')).toEqual([112 * S]);
		const off = range(0, 15).map((node) => plant.when('change', node, 0, false)[0] / S);
		expect(off).toEqual([112, 112, 112, 127, 127, 127, 142, 142, 142, 157, 157, 157, 172, 172, 172, 172]);
		expect(decisions.filter((d) => d.what === 'wave').map((d) => [d.atUs / S, d.text])).toEqual(
			[112, 127, 142, 157, 172].map((s, k) => [s, `wave ${k + 1} of 5`]),
		);
		expect(when('reverted')).toEqual([172 * S]);
	});

	test('has as many waves as nodes at most', () => {
		const stages = [stage({ scope: scope({ regions: [true, false], platforms: [true, false] }) })];
		const how = revert({ waves: 10, waveGapUs: S });
		const { when } = attend(rollout({ stages, autoRevert: armed, revert: how }), retriesFrom(100 * S));
		expect(when('wave')).toEqual([105, 106, 107].map((s) => s * S));
	});

	test('calls off activations still on their way, and is over when the last node is back', () => {
		const stages = [stage({ propagation: push(uniform(200 * S)) })];
		const how = revert({ propagation: uniform(5 * S) });
		const { plant, room, when } = attend(rollout({ stages, autoRevert: armed, revert: how }), retriesFrom(130 * S));
		const [startUs] = when('revert');
		const on = range(0, 15).filter((node) => plant.when('change', node, 0, true).length > 0);
		expect(on.length).toBeGreaterThan(0);
		expect(on.length).toBeLessThan(16);
		expect(on.every((node) => plant.when('change', node, 0, true)[0] <= startUs)).toBe(true);
		const back = on.map((node) => plant.when('change', node, 0, false)[0]);
		expect(Math.min(...back)).toBeGreaterThan(startUs);
		expect(when('reverted')).toEqual([Math.max(...back)]);
		expect(room.activeNodes(0)).toBe(0);
		expect(room.triggers(1000 * S)).toEqual([
			{ kind: 'change', name: 'patch', fromUs: 100 * S, toUs: Math.max(...back) },
		]);
	});

	test('before any node has the change is over at once', () => {
		const stages = [stage({ propagation: push({ kind: 'constant', us: 300 * S }) })];
		const { plant, when } = attend(rollout({ stages, autoRevert: armed }), retriesFrom(100 * S));
		expect(when('reverted')).toEqual([105 * S]);
		expect(plant.pulls).toEqual([]);
	});

	test('to a poisoned target brings the other change, which stays a trigger', () => {
		const how = revert({ poisonedBy: 1, propagation: { kind: 'constant', us: 3 * S } });
		const { plant, room } = attend(rollout({ autoRevert: armed, revert: how }), retriesFrom(100 * S));
		expect(plant.when('change', 9, 0, false)).toEqual([108 * S]);
		expect(plant.when('change', 9, 1, true)).toEqual([108 * S]);
		expect([room.activeNodes(0), room.activeNodes(1)]).toEqual([0, 16]);
		expect(room.triggers(1000 * S)).toEqual([
			{ kind: 'change', name: 'patch', fromUs: 100 * S, toUs: 108 * S },
			{ kind: 'change', name: 'poison', fromUs: 108 * S, toUs: null },
		]);
	});
});

describe('a gate', () => {
	const watched = gate({ above: 0.1, everyUs: 90 * S, minSamples: 100, metric: { scope: 'stage' } });
	const west = stage({ name: 'canary', scope: scope({ regions: [true, false] }), gates: [watched] });
	const stages = [west, stage({ name: 'rest' })];
	const often = { above: 0.1, everyUs: 10 * S, minSamples: 100 };

	test('sees its stage only', () => {
		const quiet = flow(3, 'firstReceived', 0, 400 * S);
		const storm = flow(9, 'retriesMarked', 0, 400 * S, 50);
		const { when, decisions, room } = attend(rollout({ stages }), [...quiet, ...storm]);
		expect(when('passed')).toEqual([190 * S]);
		expect(decisions.find((d) => d.what === 'measured')).toMatchObject({
			seen: 0,
			limit: 0.1,
			samples: 300,
			stage: 'canary',
		});
		expect(room.activeNodes(0)).toBe(16);
	});

	test('forgets what came before its window, and counts what came at its first instant but not at its last', () => {
		const at = (us: number) => ({ atUs: us, node: 3, count: 'firstReceived', by: 1 }) as const;
		const happenings = [at(160 * S - 1), at(160 * S), at(190 * S - 1), at(190 * S)];
		const { decisions } = attend(rollout({ stages }), happenings, { untilUs: 190 * S });
		expect(decisions.find((d) => d.what === 'measured')?.samples).toBe(2);
	});

	test('clips its window at the deploy', () => {
		const early = gate({ ...often, metric: { scope: 'stage', windowUs: 60 * S } });
		const { decisions } = attend(
			rollout({ stages: [{ ...west, gates: [early] }] }),
			flow(3, 'firstReceived', 0, 400 * S),
		);
		const measured = decisions.filter((d) => d.what === 'measured').map((d) => d.samples);
		expect(measured).toEqual([100, 200, 300, 400, 500, 600, 600, 600, 600]);
	});

	test('without enough samples pauses; it goes on measuring and expands once it may', () => {
		const { when, room } = attend(rollout({ stages }), flow(3, 'firstReceived', 250 * S, 400 * S));
		expect(when('inconclusive')).toEqual([190 * S]);
		expect(when('measured')).toEqual([190 * S, 280 * S]);
		expect(when('passed')).toEqual([280 * S]);
		expect(when('push')).toEqual([100 * S, 280 * S]);
		expect(room.activeNodes(0)).toBe(16);
	});

	test('that trips while paused takes the change back', () => {
		const late = [...flow(3, 'firstReceived', 250 * S, 400 * S), ...flow(3, 'retriesUnmarked', 250 * S, 400 * S)];
		const { when, room } = attend(rollout({ stages }), late);
		expect(when('tripped', 'gate')).toEqual([280 * S]);
		expect(room.activeNodes(0)).toBe(0);
	});

	test('of a later stage opens its own window: the new nodes, from the new push on', () => {
		const long = gate({ ...often, metric: { scope: 'stage', windowUs: 1000 * S } });
		const twice = [{ ...west, gates: [long] }, stage({ name: 'rest', gates: [long] })];
		const traffic = [...flow(3, 'firstReceived', 0, 400 * S), ...flow(9, 'firstReceived', 0, 400 * S)];
		const { decisions } = attend(rollout({ stages: twice }), traffic);
		const samples = (name: string) =>
			decisions.filter((d) => d.what === 'measured' && d.stage === name).map((d) => d.samples);
		expect(samples('canary')).toEqual(range(1, 9).map((k) => 100 * k));
		expect(samples('rest')).toEqual(range(1, 9).map((k) => 200 * k));
	});

	test('may be of no use, where the hold has no length: no data, so it pauses', () => {
		const none = [{ ...west, holdUs: 0 }, stage({ name: 'rest' })];
		const { when } = attend(rollout({ stages: none }), flow(3, 'firstReceived', 0, 110 * S), { untilUs: 150 * S });
		expect(when('inconclusive')).toEqual([100 * S]);
		expect(when('push')).toEqual([100 * S]);
	});
});

describe('a metric', () => {
	const read = (metric: CheckOver, happenings: Parameters<typeof attend>[1]) => {
		const { decisions } = attend(
			rollout({ stages: [stage({ gates: [gate({ above: 9, everyUs: 90 * S, ...metric })] })] }),
			happenings,
		);
		const first = decisions.find((d) => d.what === 'measured');
		return [first?.seen, first?.samples];
	};
	const all = (counts: Record<string, number>) =>
		Object.entries(counts).map(([count, by]) => ({ atUs: 170 * S, node: 5, count: count as 'born', by }));
	const counts = all({
		firstReceived: 100,
		retriesMarked: 30,
		retriesUnmarked: 20,
		causedMarked: 12,
		causedUnmarked: 6,
		firstFailed: 10,
		attemptsFailed: 45,
		errorsFirst: 5,
		errorsAll: 15,
		born: 80,
		lost: 8,
		firstDecided: 90,
		attemptsDecided: 135,
		requestsDecided: 75,
	});

	test.each([
		['retry share', {}, 50 / 150, 150],
		['retry ratio', { accounting: 'first-attempts' }, 50 / 100, 100],
		['marked retry share', { retries: 'marked' }, 30 / 150, 150],
		[
			'marked retry ratio: reloads look like first attempts',
			{ retries: 'marked', accounting: 'first-attempts' },
			30 / 120,
			120,
		],
		['caused retry share: first attempts here and the retries they caused', { where: 'caused' }, 18 / 118, 118],
		['caused and marked', { where: 'caused', retries: 'marked' }, 12 / 118, 118],
		['retries per birth', { accounting: 'logical-requests' }, 50 / 80, 80],
		['failed first attempts', { numerator: 'failures', accounting: 'first-attempts' }, 10 / 90, 90],
		['failed attempts', { numerator: 'failures' }, 45 / 135, 135],
		['lost requests', { numerator: 'failures', accounting: 'logical-requests' }, 8 / 75, 75],
		['errors at first attempts', { numerator: 'errors', accounting: 'first-attempts' }, 5 / 90, 90],
		['errors', { numerator: 'errors' }, 15 / 135, 135],
	] as const)('%s', (_, metric, value, samples) => {
		expect(read({ metric }, counts)).toEqual([value, samples]);
	});

	test('has no value where nothing was counted below the line', () => {
		expect(read({}, all({ lost: 8, attemptsFailed: 3 }))).toEqual([null, 0]);
	});

	test('over the rollout counts a node only from the instant it took the change up', () => {
		const slow = stage({
			propagation: push({ kind: 'constant', us: 80 * S }),
			gates: [gate({ above: 9, everyUs: 90 * S, metric: { scope: 'rollout', windowUs: 60 * S } })],
		});
		const { decisions } = attend(rollout({ stages: [slow] }), flow(5, 'firstReceived', 0, 400 * S));
		expect(decisions.find((d) => d.what === 'measured')?.samples).toBe(100);
	});

	test('may have a window and an interval that share no more than a tick, and a push at any microsecond', () => {
		const odd = gate({ above: 9, everyUs: 7_030_000, metric: { windowUs: 9_010_000 } });
		const happenings = Array.from({ length: 40_000 }, (_, i) => ({
			atUs: i * 10_007,
			node: 2,
			count: 'firstReceived' as const,
		}));
		const { decisions } = attend(rollout({ atUs: 100_000_019, stages: [stage({ gates: [odd] })] }), happenings);
		const measured = decisions.filter((d) => d.what === 'measured');
		expect(measured.length).toBe(13);
		for (const { atUs, samples } of measured) {
			const fromUs = Math.max(100_000_019, atUs - 9_010_000);
			expect(samples).toBe(happenings.filter((h) => h.atUs >= fromUs && h.atUs < atUs).length);
		}
	});
});

describe('people on December 5', () => {
	const alarm = alert({
		above: 0.05,
		everyUs: S,
		metric: { numerator: 'failures', accounting: 'first-attempts', windowUs: 60 * S },
	});
	const responders = people({
		detect: { kind: 'alert', alert: alarm },
		declareUs: 120 * S,
		decide: { kind: 'at', us: 600 * S },
		rollback: revert({ waves: 4, waveGapUs: 15 * S, propagation: { kind: 'constant', us: 5 * S } }),
	});
	const traffic = [
		...flow(0, 'firstReceived', 0, 900 * S, 100),
		...flow(0, 'firstDecided', 0, 900 * S, 100),
		...flow(0, 'attemptsDecided', 0, 900 * S, 100),
	];

	test('see, declare, decide on the hour, and are back three gaps and one delivery later', () => {
		const w = rollout({ people: responders });
		const { when, room, decisions } = attend(w, [...traffic, ...flow(0, 'firstFailed', 120 * S, 900 * S, 28)]);
		// 28 % from 120 s on, clipped at the push at 100 s: above 5 % of the window once 28 (t - 120) > 5 (t - 100).
		expect(when('detected')).toEqual([125 * S]);
		expect(decisions.find((d) => d.what === 'detected')).toMatchObject({
			by: 'people',
			seen: 28 / 500,
			limit: 0.05,
			samples: 25_000,
		});
		expect(when('declared')).toEqual([245 * S]);
		expect(when('completed')).toEqual([190 * S]);
		expect(when('decided')).toEqual([600 * S]);
		expect(when('wave')).toEqual([600, 615, 630, 645].map((s) => s * S));
		expect(when('reverted', 'people')).toEqual([650 * S]);
		expect(room.triggers(900 * S)).toEqual([{ kind: 'change', name: 'patch', fromUs: 100 * S, toUs: 650 * S }]);
	});

	test('do nothing where nothing trips, and are not called after the horizon', () => {
		const { when, room } = attend(rollout({ people: responders }), traffic);
		expect(when('detected')).toEqual([]);
		expect(room.triggers(900 * S)).toEqual([{ kind: 'change', name: 'patch', fromUs: 100 * S, toUs: null }]);
	});

	test.each([
		['the whole edge, over every push since the first', 'global', 205 * S],
		['the newest stage, from its own push on', 'stage', 195 * S],
	] as const)('watch %s', (_, where, detectedUs) => {
		// The canary fails nowhere; the second push at 190 s brings 20 %. Since 100 s that is above 2.1 % once 20 (t - 190) > 2.1 (t - 100): 200.6 s.
		const watching = alert({
			above: 0.021,
			everyUs: 5 * S,
			metric: { ...alarm.metric, scope: where, windowUs: 1000 * S },
		});
		const stages = [stage({ scope: scope({ regions: [true, false] }) }), stage({ name: 'rest' })];
		const w = rollout({ stages, people: { ...responders, detect: { kind: 'alert', alert: watching } } });
		const { when } = attend(w, [...traffic, ...flow(0, 'firstFailed', 190 * S, 900 * S, 20)]);
		expect(when('detected')).toEqual([detectedUs]);
	});

	test('stand down when the auto-revert was faster, and the room is quiet from then on', () => {
		const armed = autoRevert(120 * S, { everyUs: 5 * S, metric: { numerator: 'failures' } });
		const failing = [
			...flow(0, 'firstFailed', 120 * S, 900 * S, 28),
			...flow(0, 'attemptsFailed', 120 * S, 900 * S, 28),
		];
		const { when, room } = attend(rollout({ people: responders, autoRevert: armed }), [...traffic, ...failing]);
		expect(when('tripped', 'auto-revert')).toEqual([135 * S]);
		expect(when('detected')).toEqual([125 * S]);
		expect(when('stood-down')).toEqual([135 * S]);
		expect([...when('declared'), ...when('decided')]).toEqual([]);
		expect(room.nextUs).toBe(Number.POSITIVE_INFINITY);
	});
});

describe('faults', () => {
	const run = (...faults: Parameters<typeof fault>[0][]) => attend(world({ faults: faults.map(fault) }));
	const node = (n: number) => ({ regions: null, platforms: null, groups: null, nodes: [n], nodeShare: 1 });

	test('start and end on their nodes', () => {
		const { plant } = run({
			effect: { kind: 'crash' },
			scope: { ...node(0), nodes: null, groups: [false, true, false, false], nodeShare: 0.5 },
		});
		expect(plant.pulls).toEqual(
			[3, 4, 5]
				.flatMap((n) => [[10 * S, 'crashed', n, true]])
				.concat([3, 4, 5].map((n) => [20 * S, 'crashed', n, false])),
		);
	});

	test('multiply while they overlap, and leave a node exactly healthy', () => {
		const { plant } = run(
			{ effect: { kind: 'speed', factor: 0.3 }, scope: node(1) },
			{ effect: { kind: 'speed', factor: 0.7 }, scope: node(1), fromUs: 15 * S, toUs: 30 * S },
		);
		expect(plant.pulls).toEqual([
			[10 * S, 'speed', 1, 0.3],
			[15 * S, 'speed', 1, 0.3 * 0.7],
			[20 * S, 'speed', 1, 0.7],
			[30 * S, 'speed', 1, 1],
		]);
	});

	test('of errors strike independently, and other kinds keep out of their way', () => {
		const { plant } = run(
			{ effect: { kind: 'error', probability: 0.5, reply: SERVER_ERROR }, scope: node(2) },
			{ effect: { kind: 'error', probability: 0.2, reply: SERVER_ERROR }, scope: node(2), fromUs: 12 * S },
			{ effect: { kind: 'latency', factor: 3 }, scope: node(2), fromUs: 12 * S },
		);
		expect(plant.pulls.filter(([, lever]) => lever === 'error').map(([, , , p]) => p)).toEqual([0.5, 0.6, 0]);
		expect(plant.when('latency', 2)).toEqual([12 * S, 20 * S]);
	});

	test('of one kind that follow each other, or lie in each other, are one outage', () => {
		const { plant } = run(
			{ effect: { kind: 'partition' }, scope: node(4), fromUs: 10 * S, toUs: 20 * S },
			{ effect: { kind: 'partition' }, scope: node(4), fromUs: 12 * S, toUs: 15 * S },
			{ effect: { kind: 'partition' }, scope: node(4), fromUs: 20 * S, toUs: 25 * S },
		);
		expect(plant.pulls).toEqual([
			[10 * S, 'cutOff', 4, true],
			[25 * S, 'cutOff', 4, false],
		]);
	});

	test('in traffic pull no lever, and all are triggers until they end', () => {
		const faults = [
			fault({ effect: { kind: 'traffic', factor: 2 } }),
			fault({ name: 'long', effect: { kind: 'crash' }, scope: node(0), fromUs: 5 * S, toUs: 5000 * S }),
			fault({ name: 'after the end', effect: { kind: 'crash' }, fromUs: 1000 * S, toUs: 2000 * S }),
		];
		const { plant, room } = attend(world({ faults, trafficTriggers: [{ name: 'rush', fromUs: 7 * S, toUs: 8 * S }] }));
		expect(plant.pulls.filter(([at]) => at < 1000 * S)).toEqual([[5 * S, 'crashed', 0, true]]);
		expect(room.triggers(1000 * S)).toEqual([
			{ kind: 'fault', name: 'long', fromUs: 5 * S, toUs: null, plannedUs: 5000 * S },
			{ kind: 'traffic', name: 'rush', fromUs: 7 * S, toUs: 8 * S },
			{ kind: 'fault', name: 'outage', fromUs: 10 * S, toUs: 20 * S },
		]);
	});
});
