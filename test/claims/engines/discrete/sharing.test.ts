/**
 * Processor sharing, worked out by hand: two requests of 2 s of work come at 1 s and 2 s to a node with one worker. Each
 * has half of it while both are there, so the first is done at 4 s and the second at 5 s.
 */
import { describe, expect, it } from 'vitest';
import type { NodeGroup } from '../../../../src/model/node-group.js';
import type { Population } from '../../../../src/model/population.js';
import { UNAVAILABLE } from '../../../../src/model/reply.js';
import type { World } from '../../../../src/model/world.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { plan, stage } from '../../../support/rollout-plans.js';
import { build, change, constant, fault, policy, run, S, total } from '../../../support/world-builder.js';

interface Plan {
	readonly arrivalsS?: readonly number[];
	readonly edge?: Partial<NodeGroup>;
	readonly clients?: Partial<Population>;
	readonly over?: Partial<World>;
}

const shared = ({ arrivalsS = [1, 2], edge = {}, clients = {}, over = {} }: Plan = {}) => {
	const world = build({
		rate: [],
		seconds: 10,
		bucketS: 1,
		edge: { discipline: 'processor-sharing', service: [constant(2)], ...edge },
		clients,
		over: { arrivals: { kind: 'instants', atUs: arrivalsS.map((s) => s * S) }, ...over },
	});
	return run(world, 1);
};

type Run = ReturnType<typeof shared>;
const seconds = (o: Run, measure: string): number => total(o, measure) / S;
const latencies = (o: Run) => {
	const { count, sumUs, minUs, maxUs } = o.latency.attempt[0];
	return { count, sum: sumUs / S, min: minUs / S, max: maxUs / S };
};
const perSecond = (o: Run, measure: string) => Array.from({ length: 7 }, (_, t) => total(o, measure, t, t + 1) / S);

describe('two requests that share a worker', () => {
	it('slow each other down, and none waits', () => {
		const o = shared();
		expect(latencies(o)).toEqual({ count: 2, sum: 6, min: 3, max: 3 });
		expect(perSecond(o, 'busy_us')).toEqual([0, 1, 1, 1, 1, 0, 0]);
		expect(total(o, 'waiting_us')).toBe(0);
		expect(o.latency.wait[0]).toMatchObject({ count: 2, maxUs: 0 });
		expect(o.audit.queues).toEqual({ openAtStart: 0, arrivals: 0, departures: 0, waiting: 0 });
	});

	it('waste what they are given once their clients have left', () => {
		// The first client leaves at 3 s, when it has had 1.5 s of work; the second at 4 s, when it has had 1 s.
		const o = shared({ clients: { timeout: constant(2) } });
		expect(seconds(o, 'useful_us')).toBe(2.5);
		expect(perSecond(o, 'wasted_us')).toEqual([0, 0, 0, 0.5, 1, 0, 0]);
		expect(total(o, 'fate_served_late')).toBe(2);
	});

	it.each(['serve', 'drop-at-dequeue', 'cancel-queued'] as const)(
		'%s: nobody is taken out, for nobody waits',
		(abandoned) => {
			const o = shared({ clients: { timeout: constant(2) }, edge: { abandoned } });
			expect(total(o, 'fate_served_late')).toBe(2);
			expect(seconds(o, 'busy_us')).toBe(4);
		},
	);

	it('cancel-in-service: who is left works faster from then on', () => {
		// The first is cancelled at 3 s, when the second has had half a second; at 4 s, when that is cancelled, one and a half.
		const o = shared({ clients: { timeout: constant(2) }, edge: { abandoned: 'cancel-in-service' } });
		expect(total(o, 'fate_cancelled_in_service')).toBe(2);
		expect(perSecond(o, 'useful_us')).toEqual([0, 1, 1, 1, 0, 0, 0]);
		expect(total(o, 'wasted_us')).toBe(0);
	});

	it('hold what they have while the speed is 0, and the worker is busy with it', () => {
		const o = shared({ over: { faults: [fault(2, 3, { kind: 'speed', factor: 0 })] } });
		expect(latencies(o)).toEqual({ count: 2, sum: 8, min: 4, max: 4 });
		expect(perSecond(o, 'busy_us')).toEqual([0, 1, 1, 1, 1, 1, 0]);
	});

	it('lose it all in a crash', () => {
		const o = shared({ over: { faults: [fault(3, 4, { kind: 'crash' })] } });
		expect(total(o, 'fate_lost')).toBe(2);
		expect(perSecond(o, 'wasted_us')).toEqual([0, 1, 1, 0, 0, 0, 0]);
	});

	it('hear of a crash that resets, and are served by one that keeps', () => {
		const over = { faults: [fault(3, 4, { kind: 'crash' })] };
		expect(total(shared({ over, edge: { crashWork: 'reset' } }), 'outcome_refused')).toBe(2);
		expect(latencies(shared({ over, edge: { crashWork: 'kept' } }))).toMatchObject({ count: 2, sum: 6 });
	});

	it('are cut by the end of the run', () => {
		const o = shared({ over: { horizonUs: 3 * S } });
		expect(o.audit.workerUs).toEqual({
			total: 3 * S,
			useful: 0,
			wasted: 0,
			rejecting: 0,
			underWay: 2 * S,
			idle: S,
		});
	});

	it('have the length that the version at their start gives them', () => {
		const world = { changes: [change({ costFactor: 2 })] };
		const rollout = plan({
			atUs: 1.5 * S,
			stages: [stage({ name: 'all', holdUs: 0 })],
		});
		// The second one has 4 s of work: it is alone from 4 s on, with 3 s left.
		expect(latencies(shared({ over: { ...world, rollouts: [rollout] } }))).toEqual({
			count: 2,
			sum: 8,
			min: 3,
			max: 5,
		});
		const failing = { changes: [change({ failProbability: 1 })], rollouts: [rollout] };
		const o = shared({ over: failing });
		expect(o.passages.firstErrorUs).toBe(5 * S);
		expect(total(o, 'outcome_error')).toBe(1);
		expect(perSecond(o, 'useful_us')).toEqual([0, 1, 0.5, 0.5, 0, 0, 0]);
	});
});

describe('the places of a sharing node', () => {
	it('are its workers and its limit; all that are in share the workers', () => {
		const o = shared({ arrivalsS: [1, 1, 1, 1], edge: { workers: 2, queueLimit: 1 } });
		expect(total(o, 'fate_rejected')).toBe(1);
		expect(o.passages.queueFullUs).toEqual([S]);
		expect(latencies(o)).toEqual({ count: 3, sum: 9, min: 3, max: 3 });
		expect(seconds(o, 'busy_us')).toBe(6);
	});

	it('beyond the workers are what a shedding rule calls its queue', () => {
		const rule = {
			utilisationAbove: null,
			classes: null,
			retriesOnly: false,
			share: 1,
			reply: UNAVAILABLE,
			fromUs: 0,
			toUs: 10 * S,
		};
		const o = shared({ arrivalsS: [1, 1, 1, 1], edge: { shed: [{ ...rule, queueAbove: 1 }] } });
		expect(total(o, 'fate_shed')).toBe(1);
	});

	it('are counted by who looks for the node that holds least', () => {
		const o = shared({
			arrivalsS: [1, 1, 1, 1],
			edge: { nodes: 2 },
			over: { nodeCount: 2, choice: 'least-outstanding' },
		});
		expect(latencies(o)).toEqual({ count: 4, sum: 16, min: 4, max: 4 });
	});

	it('are shared by the workers that answer no rejections, which come first', () => {
		// Two share the worker from 1 s on; the third is rejected, and its second of work begins when the first is done.
		const o = shared({
			arrivalsS: [1, 2, 2.5],
			edge: { queueLimit: 1, rejectCostUs: S },
		});
		expect(latencies(o)).toEqual({ count: 2, sum: 3 + 4, min: 3, max: 4 });
		expect(perSecond(o, 'rejecting_us')).toEqual([0, 0, 0, 0, 1, 0, 0]);
		expect(perSecond(o, 'busy_us')).toEqual([0, 1, 1, 1, 0, 1, 0]);
	});
});

describe('rounding', () => {
	it('moves no end by more than half a microsecond, and loses no worker time', () => {
		// Seven that come at once on three workers: each has 3/7 of one, and all are done after 7/3 s = 2333333.3 us.
		const o = shared({ arrivalsS: Array(7).fill(1), edge: { workers: 3, service: [constant(1)] } });
		expect(o.latency.attempt[0]).toMatchObject({ minUs: 2_333_333, maxUs: 2_333_333 });
		expect(total(o, 'busy_us')).toBe(3 * 2_333_333);
		expect(o.audit.workerUs.useful).toBe(3 * 2_333_333);
	});

	it('leaves a retry of the same instant behind the answer that caused it', () => {
		const o = shared({
			arrivalsS: [1, 1],
			edge: { queueLimit: 0 },
			clients: { layers: [policy({ attempts: 2, growth: { kind: 'fixed', baseUs: 2 * S } })] },
		});
		// The second comes back at 3 s, when the worker has just become free.
		expect(total(o, 'succeeded')).toBe(2);
		expect(total(o, 'outcome_rejected')).toBe(1);
	});
});

describe('a scenario', () => {
	const load = (edge: string) =>
		loadScenario(`name: a\nduration: 10s\ntraffic: { rate: 1/s }\nedge: { service: 10ms, ${edge} }\n`, {
			file: 'a.yaml',
		});

	it('warns of what has no effect where no attempt waits', () => {
		const { warnings } = load(
			'discipline: processor-sharing, codel: { target: 5ms, interval: 100ms }, abandoned: cancel-queued',
		);
		expect(warnings.map(({ text }) => text)).toEqual([
			'a.yaml:4:55: warning: edge.codel: nobody waits under processor-sharing: codel does nothing; shed would do',
			'a.yaml:4:107: warning: edge.abandoned: nobody waits under processor-sharing: cancel-queued at the node does nothing; cancel-in-service would do',
		]);
	});
});
