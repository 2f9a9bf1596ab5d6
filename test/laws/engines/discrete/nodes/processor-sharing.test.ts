/**
 * Processor sharing against two things that it must equal: first come, first served, where there is a worker for
 * everybody, and the exact fluid of a few jobs, worked out step by step in real numbers.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawer } from '../../../../../src/engines/discrete/time/sampler.js';
import { Streams } from '../../../../../src/kernel/random.js';
import type { Discipline, NodeGroup } from '../../../../../src/model/node-group.js';
import { SERVER_ERROR } from '../../../../../src/model/reply.js';
import type { World } from '../../../../../src/model/world.js';
import {
	ALL_FAILURES,
	build,
	constant,
	exponential,
	fault,
	policy,
	run,
	S,
	total,
} from '../../../../support/world-builder.js';

describe('with a worker for every attempt', () => {
	const world = (discipline: Discipline, edge: Partial<NodeGroup>, over: Partial<World>): World =>
		build({
			rate: 40,
			seconds: 60,
			warmUpS: 5,
			bucketS: 1,
			edge: { nodes: 3, workers: 1_000, discipline, perInFlight: 0.01, service: [exponential(0.3)], ...edge },
			clients: {
				latency: exponential(0.01),
				timeout: exponential(0.5),
				layers: [
					policy({
						attempts: 3,
						on: ALL_FAILURES,
						growth: { kind: 'fixed', baseUs: 70_001 },
						jitter: { kind: 'full' },
					}),
				],
			},
			over: { nodeCount: 3, recordInSystem: true, ...over },
		});

	it.each([
		{ name: 'and nothing else', edge: {}, over: {} },
		{ name: 'clients who cancel', edge: { abandoned: 'cancel-in-service' as const }, over: {} },
		{ name: 'slow workers', edge: {}, over: { faults: [fault(10, 20, { kind: 'speed', factor: 0.5 })] } },
		{ name: 'workers that stop', edge: {}, over: { faults: [fault(10, 12, { kind: 'speed', factor: 0 })] } },
		{ name: 'crashes', edge: { crashWork: 'reset' as const }, over: { faults: [fault(10, 12, { kind: 'crash' })] } },
		{
			name: 'errors',
			edge: {},
			over: { faults: [fault(10, 20, { kind: 'error', probability: 0.3, reply: SERVER_ERROR })] },
		},
	])('it is first come, first served, event for event: $name', ({ edge, over }) => {
		for (let seed = 1; seed <= 5; seed++) {
			// A look that finds nobody done counts as an event, and nothing else tells the two apart.
			const shared = { ...run(world('processor-sharing', edge, over), seed), events: 0 };
			const inTurn = { ...run(world('fifo', edge, over), seed), events: 0 };
			if (!isDeepStrictEqual(shared, inTurn)) expect(shared).toEqual(inTurn);
			expect(total(shared, 'outcome_ok')).toBeGreaterThan(1_000);
		}
	});
});

interface Job {
	readonly atUs: number;
	readonly workUs: number;
}

/** Sojourns in us, in real numbers: between two events each job present gets min(1, workers / present) of the time. */
function fluid(jobs: readonly Job[], workers: number): number[] {
	const left = jobs.map(({ workUs }) => workUs);
	const sojourns = jobs.map(() => 0);
	const here = new Set<number>();
	let nowUs = 0;
	let next = 0;
	while (next < jobs.length || here.size > 0) {
		const pace = Math.min(1, workers / here.size);
		const comesUs = next < jobs.length ? jobs[next].atUs : Number.POSITIVE_INFINITY;
		const [first] = [...here].sort((a, b) => left[a] - left[b] || a - b);
		const doneUs = first === undefined ? Number.POSITIVE_INFINITY : nowUs + left[first] / pace;
		const thenUs = Math.min(comesUs, doneUs);
		for (const job of here) left[job] -= (thenUs - nowUs) * pace;
		nowUs = thenUs;
		if (doneUs <= comesUs) {
			here.delete(first);
			sojourns[first] = nowUs - jobs[first].atUs;
		} else here.add(next++);
	}
	return sojourns;
}

describe('with fewer workers', () => {
	it('it is the fluid of the textbook, but for the rounding of ends', () => {
		const gaps = fc.array(fc.integer({ min: 0, max: 3 * S }), { minLength: 1, maxLength: 40 });
		const law = { kind: 'lognormal', meanUs: 2 * S, scv: 3 } as const;
		fc.assert(
			fc.property(gaps, fc.integer({ min: 1, max: 4 }), fc.nat(1_000), (gapsUs, workers, seed) => {
				let nowUs = 0;
				const atUs = gapsUs.map((gap) => (nowUs += gap));
				const draw = drawer(law, new Streams(seed).uniform('service/world/edge/0'));
				const exact = fluid(
					atUs.map((at) => ({ atUs: at, workUs: draw() })),
					workers,
				);
				const world = build({
					rate: [],
					seconds: 600,
					bucketS: 2,
					edge: { discipline: 'processor-sharing', workers, service: [law] },
					over: { arrivals: { kind: 'instants', atUs } },
				});
				const { count, sumUs, minUs, maxUs } = run(world, seed).latency.attempt[0];
				expect(count).toBe(exact.length);
				// An end moved by half a microsecond moves what the others get by less than that.
				const slackUs = exact.length;
				expect(Math.abs(minUs - Math.min(...exact))).toBeLessThanOrEqual(slackUs);
				expect(Math.abs(maxUs - Math.max(...exact))).toBeLessThanOrEqual(slackUs);
				expect(Math.abs(sumUs - exact.reduce((a, b) => a + b, 0))).toBeLessThanOrEqual(exact.length * slackUs);
			}),
			{ numRuns: 150, seed: 20251205 },
		);
	});

	it('completion times do not depend on how often the state is read', () => {
		const world = build({
			rate: 12,
			seconds: 600,
			edge: { discipline: 'processor-sharing', workers: 3, queueLimit: 40, service: [exponential(0.25)] },
			clients: { timeout: constant(2), layers: [policy({ attempts: 2 })] },
		});
		const [rarely, often] = [600, 0.25].map((bucketS) => run({ ...world, bucketUs: bucketS * S }, 1));
		expect(often.latency).toEqual(rarely.latency);
		expect(often.events).toBe(rarely.events);
		for (const measure of ['busy_us', 'succeeded', 'attempts', 'fate_served_late']) {
			expect(total(often, measure), measure).toBe(total(rarely, measure));
		}
		// What rounding takes from one it gives to the next of the same bucket: useful and wasted time may differ by that.
		const jobs = total(rarely, 'attempts');
		expect(Math.abs(total(often, 'wasted_us') - total(rarely, 'wasted_us'))).toBeLessThan(jobs);
	});

	it('the workers are busy while an attempt is in the node, and each busy microsecond belongs to one attempt', () => {
		for (let seed = 1; seed <= 10; seed++) {
			const world = build({
				rate: 12,
				seconds: 300,
				bucketS: 1,
				edge: { discipline: 'processor-sharing', workers: 3, queueLimit: 40, service: [exponential(0.25)] },
				clients: { timeout: constant(2), layers: [policy({ attempts: 2 })] },
				over: { recordInSystem: true },
			});
			const o = run(world, seed);
			const busyUs = (o.inSystemUs ?? [])[0].reduce((sum, us, n) => sum + us * Math.min(n, 3), 0);
			expect(total(o, 'busy_us')).toBe(busyUs);
			expect(total(o, 'wasted_us')).toBeGreaterThan(0);
			for (let second = 0; second < 300; second++) {
				expect(total(o, 'busy_us', second, second + 1)).toBeLessThanOrEqual(3 * S);
			}
		}
	});
});
