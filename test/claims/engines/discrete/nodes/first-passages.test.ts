/** First passages at the event's instant: a queue is full, its line is empty again; and the last success of a run. */
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../../../src/engines/discrete/engine.js';
import { quantity } from '../../../../../src/metrics/definitions/metrics.js';
import type { Outcome } from '../../../../../src/metrics/outcome.js';
import { wholeRun } from '../../../../../src/metrics/reading/cell-sums.js';
import type { World } from '../../../../../src/model/world.js';
import {
	build,
	constant,
	exponential,
	fault,
	group,
	policy,
	run,
	S,
	steps,
} from '../../../../support/world-builder.js';

const value = (name: string, o: Outcome, world: World, where = {}) =>
	quantity(name)?.read(o, { ...wholeRun(o), where }, world);

/** One worker, two places, 1 s of work each; who comes at the same instant comes in order. */
const line = (arrivalsS: readonly number[], over: Partial<World> = {}): World =>
	build({
		rate: [],
		seconds: 20,
		bucketS: 1,
		edge: { queueLimit: 2, service: [constant(1)] },
		over: { arrivals: { kind: 'instants', atUs: arrivalsS.map((s) => s * S) }, ...over },
	});

describe('a line that was full', () => {
	it('is drained when its last one is served, and not when one that was never full is', () => {
		// At 1 s a line of one is empty again and was never full; at 4.3 s the third takes the last place, and at 6 s begins.
		const world = line([0, 0.5, 4, 4.2, 4.3, 4.5]);
		const o = run(world, 1);
		expect(o.passages).toMatchObject({ queueFullUs: [4.3 * S], queueDrainedUs: [6 * S] });
		expect(value('queue-full', o, world)).toBe(4.3 * S);
		expect(value('queue-drained', o, world)).toBe(6 * S);
		expect(value('time-to-drain', o, world)).toBeCloseTo(1.7 * S, 3);
		// Whether or not it turns anybody away.
		expect(run(line([4, 4.2, 4.3]), 1).passages).toMatchObject({ queueFullUs: [4.3 * S], queueDrainedUs: [6 * S] });
		expect(run(line([4, 4.2]), 1).passages).toMatchObject({ queueFullUs: [null], queueDrainedUs: [null] });
	});

	it('is the first of many that counts', () => {
		const world = line([0, 0, 0, 0, 8, 8, 8, 8]);
		expect(run(world, 1).passages).toMatchObject({ queueFullUs: [0], queueDrainedUs: [2 * S] });
	});

	it('has not drained where the run ends before', () => {
		const world = line([0, 0, 0, 0], { horizonUs: 2 * S });
		expect(value('queue-drained', run(world, 1), world)).toBeNull();
	});

	it('is seen at the same instant whether stays are foreseen or not, and whichever line says it first', () => {
		const world = build({
			rate: steps([0, 90], [10, 300], [20, 90]),
			seconds: 60,
			bucketS: 1,
			edge: { nodes: 3, queueLimit: 30, service: [exponential(0.03)] },
			clients: { layers: [policy({ attempts: 2, growth: { kind: 'fixed', baseUs: 100_000 } })] },
			over: { nodeCount: 3 },
		});
		for (let seed = 1; seed <= 5; seed++) {
			const [foreseen, stepped] = [true, false].map((lookahead) => {
				const engine = new DiscreteEngine(world, seed, { lookahead });
				engine.advance(Number.POSITIVE_INFINITY);
				return engine.outcome().passages;
			});
			expect(foreseen).toEqual(stepped);
			expect(Number(foreseen.queueDrainedUs[0])).toBeGreaterThan(Number(foreseen.queueFullUs[0]));
		}
	});

	it('is told by platform', () => {
		const older = group({ name: 'older', queueLimit: 1, service: [constant(1)] });
		const newer = group({ name: 'newer', platform: 1, firstNode: 1, queueLimit: 9, service: [constant(0.1)] });
		const world = line([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], {
			platforms: ['older', 'newer'],
			groups: [older, newer],
			nodeCount: 2,
			regions: [{ name: 'world', share: 1, failover: [], platformShares: [0.5, 0.5] }],
			recordBy: ['platform'],
		});
		const o = run(world, 1);
		expect(value('queue-drained', o, world)).toBe(S);
		expect(value('queue-drained', o, world, { platform: 'older' })).toBe(S);
		expect(value('queue-drained', o, world, { platform: 'newer' })).toBeNull();
	});

	it('drains at once in a crash that loses it', () => {
		const scope = { regions: null, platforms: null, groups: null, nodes: null, nodeShare: 1 };
		const crash = { name: 'crash', fromUs: 1.5 * S, toUs: 3 * S, scope, effect: { kind: 'crash' as const } };
		expect(run(line([0, 0, 0, 0], { faults: [crash] }), 1).passages.queueDrainedUs).toEqual([1.5 * S]);
	});

	it('may be full as the run begins, and is what its workers cannot take where they are shared', () => {
		const start = { held: [{ abandoned: 3, live: 0 }], backoff: [0] };
		const inTurn = line([], { start });
		expect(run(inTurn, 1).passages).toMatchObject({ queueFullUs: [0], queueDrainedUs: [2 * S] });
		const shared = { ...inTurn, groups: [{ ...inTurn.groups[0], discipline: 'processor-sharing' as const }] };
		expect(run(shared, 1).passages).toMatchObject({ queueFullUs: [0], queueDrainedUs: [3 * S] });
	});
});

describe('a node without waiting places', () => {
	it.each(['fifo', 'processor-sharing'] as const)('is full when its last worker is taken: %s', (discipline) => {
		const world = build({
			rate: [],
			seconds: 20,
			edge: { workers: 2, queueLimit: 0, service: [constant(1)], discipline },
			over: { arrivals: { kind: 'instants', atUs: [1 * S, 3 * S, 3.5 * S] } },
		});
		for (const lookahead of [true, false]) {
			const engine = new DiscreteEngine(world, 1, { lookahead });
			engine.advance(Number.POSITIVE_INFINITY);
			expect(engine.outcome().passages).toMatchObject({ queueFullUs: [3.5 * S], queueDrainedUs: [null] });
		}
	});
});

describe('a line that was never full', () => {
	const unlimited = (over: Partial<World>): World =>
		build({
			rate: 40,
			seconds: 60,
			bucketS: 1,
			edge: { service: [constant(0.02)] },
			over,
		});

	it('is drained when it is empty again after the fault', () => {
		const hang = fault(10, 20, { kind: 'speed', factor: 0 });
		const world = unlimited({ faults: [hang], arrivals: { kind: 'curve', process: 'regular' } });
		const o = run(world, 1);
		// 400 wait; 50 a second are served, and 40 a second come.
		expect(Number(value('queue-drained', o, world)) / S).toBeGreaterThan(58);
		expect(value('queue-full', o, world)).toBeNull();
		// Where no node was ever full it counts from the end of the fault: 400 over 50 - 40 a second.
		expect(value('time-to-drain', o, world)).toBe(39.9 * S);
		const two = unlimited({
			faults: [fault(10, 13, { kind: 'speed', factor: 0 }), fault(1, 1.2, { kind: 'speed', factor: 0 })],
		});
		expect(Number(value('queue-drained', run(two, 1), two)) / S).toBeGreaterThan(15);
	});

	it('and after a spike, foreseen or not', () => {
		const world = build({
			rate: steps([0, 40], [10, 90], [15, 40]),
			seconds: 60,
			bucketS: 1,
			edge: { service: [constant(0.02)] },
			over: { trafficTriggers: [{ name: 'spike', fromUs: 10 * S, toUs: 15 * S }] },
		});
		for (let seed = 1; seed <= 5; seed++) {
			const [foreseen, stepped] = [true, false].map((lookahead) => {
				const engine = new DiscreteEngine(world, seed, { lookahead });
				engine.advance(Number.POSITIVE_INFINITY);
				return engine.outcome().passages;
			});
			expect(foreseen).toEqual(stepped);
			expect(Number(foreseen.queueDrainedUs[0])).toBeGreaterThan(20 * S);
		}
	});

	it('has nothing to drain where no attempt waited at the end of the trigger, or there was no trigger', () => {
		expect(run(unlimited({}), 1).passages.queueDrainedUs).toEqual([null]);
		const late = unlimited({
			faults: [fault(10, 11, { kind: 'latency', factor: 2 })],
			arrivals: { kind: 'instants', atUs: [0] },
		});
		expect(run(late, 1).passages.queueDrainedUs).toEqual([null]);
	});
});

describe('time to drain', () => {
	it('belongs to one node: the first that was full', () => {
		// The slow one is full first and drains at 1 s, the other one is full after it and drains at 0.1 s.
		const slow = group({ name: 'slow', queueLimit: 1, service: [constant(1)] });
		const quick = group({ name: 'quick', firstNode: 1, queueLimit: 1, service: [constant(0.1)] });
		const world = line([0, 0, 0, 0], { groups: [slow, quick], nodeCount: 2 });
		const o = run(world, 1);
		expect(value('queue-full', o, world)).toBe(0);
		expect(value('queue-drained', o, world)).toBe(0.1 * S);
		expect(value('time-to-drain', o, world)).toBe(S);
	});
});

describe('quantities of a run', () => {
	it('the number in the system: M/M/1, exactly so many for exactly so long', () => {
		const world = build({
			rate: 1,
			seconds: 200_000,
			warmUpS: 1_000,
			edge: { service: [exponential(0.5)] },
			over: { recordInSystem: true },
		});
		for (const discipline of ['fifo', 'processor-sharing'] as const) {
			const groups = [{ ...world.groups[0], discipline }];
			const o = run({ ...world, groups }, 1);
			expect(Math.abs(Number(value('in-system', o, world)) - 1)).toBeLessThan(0.03);
			// P(N >= n) = 2^-n: five or more for 1 / 32 of the time, at most four for more than 95 % of it.
			expect(Math.abs(Number(value('in-system-at-least-5', o, world)) * 32 - 1)).toBeLessThan(0.1);
			expect(value('in-system-p95', o, world)).toBe(4);
			expect(value('in-system-at-least-0', o, world)).toBe(1);
			expect(value('in-system-at-least-999999', o, world)).toBe(0);
		}
		expect(value('in-system', run({ ...world, recordInSystem: false, horizonUs: 2_000 * S }, 1), world)).toBeNull();
	});

	it('last-success is the start of the last time bucket with one, of the span that is looked at', () => {
		const world = line([0, 3.2, 7.9]);
		const o = run(world, 1);
		expect(value('last-success', o, world)).toBe(8 * S);
		const early = { fromUs: 0, toUs: 8 * S, where: {} };
		expect(quantity('last-success')?.read(o, early, world)).toBe(4 * S);
		expect(quantity('last-success')?.read(o, { ...early, fromUs: 5 * S }, world)).toBeNull();
	});

	it('attempts-failed is the share of attempts with any outcome but a good one', () => {
		// Two of five are rejected and two time out at 1.5 s; of the four retries, two by two, one of each pair times out.
		const world = line([0, 0, 0, 0, 0]);
		const impatient = {
			...world,
			populations: [
				{
					...world.populations[0],
					timeout: constant(1.5),
					layers: [policy({ attempts: 2, growth: { kind: 'fixed' as const, baseUs: 5 * S } })],
				},
			],
		};
		const o = run(impatient, 1);
		expect(value('attempts', o, impatient)).toBe(9);
		expect(value('outcome-rejected', o, impatient)).toBe(2);
		expect(value('outcome-timeout', o, impatient)).toBe(4);
		expect(value('attempts-failed', o, impatient)).toBe(6 / 9);
	});
});
