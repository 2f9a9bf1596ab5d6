/**
 * Laws that relate two worlds to each other: what must not change when units, names or unused things do, and what must
 * coincide when a switch is turned to nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { column, MEASURES } from '../../src/metrics/measures.js';
import type { Outcome } from '../../src/metrics/outcome.js';
import type { RetryPolicy } from '../../src/model/retry/policy.js';
import type { World } from '../../src/model/world.js';
import { randomWorld } from '../random-world.js';
import { mmc } from '../theory/formulas.js';
import { level, statistics } from '../theory/support.js';
import {
	ALL_FAILURES,
	build,
	constant,
	drawn,
	exponential,
	group,
	policy,
	population,
	run,
	S,
	steps,
	total,
} from '../world-builder.js';

const check = (law: (world: World, seed: number) => void, numRuns = 150) =>
	fc.assert(fc.property(randomWorld, fc.nat(1_000), law), { numRuns, seed: 20251205 });

const withLayers = (world: World, of: (layer: RetryPolicy) => RetryPolicy): World => ({
	...world,
	populations: world.populations.map((p) => ({ ...p, layers: p.layers.map(of) })),
});

/** A spike on a small edge: time is told in units of `unitS` seconds, so that another unit is the same world. */
const spike = (unitS: number, over: Partial<World> = {}): World => ({
	...build({
		rate: steps([0, 5 / unitS], [20 * unitS, 12 / unitS], [40 * unitS, 5 / unitS]),
		seconds: 100 * unitS,
		bucketS: 10 * unitS,
		edge: { workers: 2, queueLimit: 20, service: [exponential(0.2 * unitS)] },
		clients: {
			timeout: constant(unitS),
			layers: [
				policy({
					attempts: 4,
					growth: { kind: 'exponential', baseUs: 0.2 * unitS * S, multiplier: 2, capUs: 2 * unitS * S },
					jitter: { kind: 'full' },
				}),
			],
		},
	}),
	...over,
});

/** Figures without a unit. */
const shares = (o: Outcome): number[] => [
	total(o, 'attempts') / total(o, 'first_attempts'),
	total(o, 'succeeded') / total(o, 'born'),
	total(o, 'fate_served_late') / total(o, 'attempts'),
	total(o, 'outcome_rejected') / total(o, 'attempts'),
	level(o, 'busy_us'),
	level(o, 'waiting_us'),
	level(o, 'backoff_us'),
];

/** Means over disjoint seeds differ by no more than four standard errors, and those are small enough to mean something. */
function expectAlike(a: World, b: World, read: (o: Outcome) => number[], seeds = 150): void {
	const runs = (world: World, firstSeed: number) =>
		Array.from({ length: seeds }, (_, k) => read(run(world, firstSeed + k)));
	const [left, right] = [runs(a, 1), runs(b, 10_001)];
	left[0].forEach((_, figure) => {
		const x = statistics(left.map((r) => r[figure]));
		const y = statistics(right.map((r) => r[figure]));
		const se = Math.hypot(x.se, y.se);
		expect(Math.abs(x.mean - y.mean), `figure ${figure}: ${x.mean} and ${y.mean}`).toBeLessThanOrEqual(4 * se);
		expect(4 * se, `figure ${figure} is too noisy: ${x.mean}`).toBeLessThan(0.25 * x.mean);
	});
}

describe('units', () => {
	it.each([0.1, 10])('rates x k with times and buckets / k leave what has no unit: unit of %d s', (unitS) => {
		expectAlike(spike(1), spike(unitS), shares);
	});

	it('the very same luck gives the very same counts when times are ten times as long', () => {
		// Rounding to whole microseconds alone may tell the two apart, and a thousand requests hardly ever meet it.
		const counts = (o: Outcome) => ['born', 'attempts', 'succeeded', 'failed', 'fate_served_late'].map((m) => total(o, m));
		expect(counts(run(spike(1), 7))).toEqual(counts(run(spike(10), 7)));
	});
});

describe('splitting a Poisson source', () => {
	it('into two populations of half the share changes nothing', () => {
		const one = spike(1);
		const [p] = one.populations;
		const half = (k: number) => ({
			...one.sources[0],
			population: k,
			share: 0.5,
			curve: one.sources[0].curve.map((c) => ({ ...c, fromRate: c.fromRate / 2, toRate: c.toRate / 2 })),
		});
		const two = spike(1, {
			populations: [
				{ ...p, share: 0.5 },
				{ ...p, share: 0.5, name: 'others' },
			],
			sources: [half(0), half(1)],
		});
		expectAlike(one, two, shares);
	});
});

describe('retries turned to nothing', () => {
	const plain = (world: World) => ({
		...world,
		populations: world.populations.map((p) => ({ ...p, layers: [policy()] })),
	});

	it('layers of one attempt are no policy, event for event', () => {
		check((world, seed) => {
			const once = withLayers(world, (layer) => ({ ...layer, attempts: 1, timeout: null }));
			expect(isDeepStrictEqual(run(once, seed), run(plain(world), seed))).toBe(true);
		});
	});

	it('layers that try nothing again, or with probability 0, are no policy, event for event', () => {
		check((world, seed) => {
			const none = run(plain(world), seed);
			const onNothing = withLayers(world, (layer) => ({ ...layer, on: [], timeout: null }));
			const never = withLayers(world, (layer) => ({ ...layer, probability: 0, timeout: null }));
			expect(isDeepStrictEqual(run(onNothing, seed), none)).toBe(true);
			expect(isDeepStrictEqual(run(never, seed), none)).toBe(true);
		});
	});

	it('a zero budget equals no retries, but for the refusals that are counted', () => {
		let refused = 0;
		const without = (o: Outcome): Outcome => {
			const cells = o.cells.slice();
			for (let at = column('suppressed'); at < cells.length; at += MEASURES.length) {
				refused += cells[at];
				cells[at] = 0;
			}
			return { ...o, cells };
		};
		check((world, seed) => {
			const empty = withLayers(world, (layer) => ({
				...layer,
				attempts: 3,
				on: ALL_FAILURES,
				timeout: null,
				budget: {
					kind: 'ratio-bucket',
					ratio: 1,
					capacity: 0,
					initial: 5,
					cost: 1,
					threshold: 0,
					strict: false,
					credit: 'per-call',
					scope: 'population',
				},
			}));
			expect(isDeepStrictEqual(without(run(empty, seed)), run(plain(world), seed))).toBe(true);
		});
		expect(refused).toBeGreaterThan(1_000);
	});
});

describe('retrials without a pause', () => {
	it('approach the ordinary queue as the retrial rate grows', () => {
		const orbit = (nu: number) =>
			statistics(
				Array.from({ length: 12 }, (_, k) => {
					const world = build({
						rate: 1.4,
						seconds: 10_200,
						warmUpS: 200,
						edge: { workers: 2, queueLimit: 0 },
						clients: { layers: [drawn(nu)] },
					});
					return level(run(world, 1 + k), 'backoff_us');
				}),
			);
		const { Lq } = mmc(1.4, 1, 2);
		const [slow, brisk, fast] = [orbit(1), orbit(8), orbit(100)];
		expect(slow.mean - Lq).toBeGreaterThan(4 * slow.se);
		expect(slow.mean).toBeGreaterThan(brisk.mean);
		expect(brisk.mean).toBeGreaterThan(fast.mean);
		// What remains of the distance falls as 1 / nu: about a hundredth of the one at nu = 1.
		expect(Math.abs(fast.mean - Lq)).toBeLessThan(4 * fast.se + (slow.mean - Lq) / 50);
		expect(4 * fast.se).toBeLessThan(0.15 * Lq);
	});
});

describe('what nobody uses', () => {
	/** What a run tells of requests and attempts, however many nodes and classes stand by. */
	const told = ({ cells, latency, latencyByBucket, events, toUs, passages, stopped }: Outcome) => ({
		cells,
		latency,
		latencyByBucket,
		events,
		toUs,
		passages,
		stopped,
	});
	const longer = (mask: readonly boolean[] | null): readonly boolean[] | null => (mask === null ? null : [...mask, true]);

	it('another class changes nothing', () => {
		check((world, seed) => {
			const before = { ...world, recordBy: [] };
			const after: World = {
				...before,
				classes: [...world.classes, { name: 'nobody', priority: 0, errorProbability: 0 }],
				mixes: world.mixes.map((mix) => ({ ...mix, shares: [...mix.shares, 0] })),
				groups: world.groups.map((g) => ({
					...g,
					service: [...g.service, exponential(9)],
					shed: g.shed.map((rule) => ({ ...rule, classes: longer(rule.classes) })),
				})),
				changes: world.changes.map((c) => ({ ...c, classes: longer(c.classes) })),
			};
			expect(isDeepStrictEqual(run(after, seed), run(before, seed))).toBe(true);
		});
	});

	it('another region changes nothing', () => {
		check((world, seed) => {
			// Waves of a rollback are shares of all its nodes, so rollouts would rightly notice.
			const before = { ...world, recordBy: [], rollouts: [] };
			const spare = group({ name: 'nobody', region: world.regions.length, firstNode: world.nodeCount });
			const after: World = {
				...before,
				regions: [
					...world.regions,
					{ name: 'nowhere', share: 0, failover: [0], platformShares: world.regions[0].platformShares },
				],
				groups: [...world.groups, { ...spare, service: world.groups[0].service }],
				nodeCount: world.nodeCount + 1,
				changes: world.changes.map((c) => ({ ...c, regions: longer(c.regions) })),
				faults: world.faults.map((f) => ({ ...f, scope: { ...f.scope, regions: longer(f.scope.regions) } })),
			};
			expect(isDeepStrictEqual(told(run(after, seed)), told(run(before, seed)))).toBe(true);
		});
	});

	it('another population without traffic changes nothing', () => {
		check((world, seed) => {
			const before = { ...world, recordBy: [] };
			const idle = population({ name: 'nobody', share: 0, timeout: constant(3), patience: exponential(1) });
			const populations = [...world.populations, idle];
			const nobody = { ...world.sources[0], population: world.populations.length, share: 0, curve: [] };
			const sources = [...world.sources, nobody];
			const quiet = world.arrivals.kind === 'curve' || world.arrivals.kind === 'mmpp';
			const after = quiet ? { ...before, populations, sources } : { ...before, populations };
			const [left, right] = [run(after, seed), run(before, seed)];
			// Constant timeouts are kept in rings only where everybody's are, and rings count no stale ones as events.
			if (left.stopped !== null || right.stopped !== null) return;
			expect(isDeepStrictEqual({ ...told(left), events: 0 }, { ...told(right), events: 0 })).toBe(true);
		});
	});
});
