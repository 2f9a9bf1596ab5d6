/** What counts as the load of a node: for the length of a service, for the balancing, and for CoDel. */
import { describe, expect, it } from 'vitest';
import { ran, ratio } from '../../../../support/scenario-runs.js';
import { build, constant, run, total } from '../../../../support/world-builder.js';

const FILE = `name: load
duration: 20s
traffic: { rate: 100/s, process: regular }
edge: { workers: 4, queue: 0, service: 5ms }
clients: { apps: { timeout: 1s } }
`;
const meanServiceMs = (set: readonly string[]): number => {
	const outcome = ran(FILE, set);
	return total(outcome, 'useful_us') / total(outcome, 'fate_served_in_time') / 1_000;
};

describe('perInFlight', () => {
	it('counts other requests in service: a request that is alone has its plain service time', () => {
		expect(meanServiceMs(['edge.perInFlight=1'])).toBeCloseTo(5, 6);
		expect(meanServiceMs(['edge.perInFlight=1', 'edge.discipline=processor-sharing'])).toBeCloseTo(5, 6);
	});

	it('does not count workers that answer rejections', () => {
		// The second begins beside the first and takes 20 ms; the third is rejected, which keeps a worker busy up to 110 ms
		// from 10 ms on; the fourth begins beside nobody.
		const world = build({
			rate: 1,
			seconds: 1,
			edge: { workers: 2, queueLimit: 0, service: [constant(0.01)], rejectCostUs: 100_000, perInFlight: 1 },
			over: { arrivals: { kind: 'instants', atUs: [0, 1_000, 2_000, 30_000] } },
		});
		expect(total(run(world, 1), 'useful_us')).toBe(10_000 + 20_000 + 10_000);
	});
});

describe('least-outstanding', () => {
	it('takes a worker that only burns the cost of a rejection for a free one: a node that rejects draws traffic', () => {
		const set = [
			'edge.choice=least-outstanding',
			'edge.nodes=2',
			'edge.workers=1',
			'edge.service={ exponential: 10ms }',
			'edge.rejectCost=1s',
			'traffic={ rate: 150/s }',
		];
		// A node that burns a second for each of its rejections holds nobody, so that everybody is sent there.
		expect(ratio(ran(FILE, set), 'outcome_rejected', 'attempts')).toBeGreaterThan(0.9);
	});

	it('counts what is on its way', () => {
		const world = build({
			rate: 1,
			seconds: 1,
			edge: { nodes: 4, queueLimit: 0, service: [constant(0.01)] },
			clients: { latency: constant(0.001) },
			over: { choice: 'least-outstanding', arrivals: { kind: 'instants', atUs: [0, 0, 0, 0] } },
		});
		expect(total(run(world, 1), 'succeeded')).toBe(4);
	});
});

describe('CoDel with drop-at-dequeue', () => {
	const HELD = [
		'edge={ workers: 1, queue: unlimited, service: 10ms, abandoned: drop-at-dequeue, codel: { target: 5ms, interval: 100ms } }',
		'traffic={ rate: 300/s }',
		'clients.apps.timeout=8ms',
	];
	it('drops abandoned attempts first: of those that waited more than twice the target, only live ones are shed', () => {
		const outcome = ran(FILE, HELD);
		expect(total(outcome, 'fate_dropped_at_dequeue')).toBeGreaterThan(1_000);
		expect(total(outcome, 'fate_shed')).toBe(0);
	});

	it('and their waits tell CoDel that the line is long: a client with patience is shed', () => {
		const outcome = ran(FILE, [
			...HELD,
			'edge.codel.target=3ms',
			'clients.apps.share=90%',
			'clients.patient={ share: 10%, timeout: 1s }',
		]);
		expect(total(outcome, 'fate_shed')).toBeGreaterThan(100);
	});
});
