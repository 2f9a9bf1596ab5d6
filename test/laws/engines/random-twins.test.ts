/**
 * Laws between two worlds, event for event, over random ones: a switch turned to nothing is no switch, and what nobody
 * uses changes nothing. `metamorphic.test.ts` has the statistical ones, on one world.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { column, MEASURES } from '../../../src/metrics/recording/counters.js';
import type { RetryPolicy } from '../../../src/model/retry/policy.js';
import type { World } from '../../../src/model/world.js';
import { randomWorld } from '../../support/random-world.js';
import {
	ALL_FAILURES,
	constant,
	exponential,
	group,
	policy,
	population,
	requestClass,
	run,
} from '../../support/world-builder.js';

/** Who never tries again is found in no back-off. */
const withNobodyInBackoff = (world: World): World =>
	world.start === null ? world : { ...world, start: { ...world.start, backoff: world.populations.map(() => 0) } };

const check = (law: (world: World, seed: number) => void, worlds = randomWorld) =>
	fc.assert(fc.property(worlds, fc.nat(1_000), law), {
		numRuns: Number(process.env.RANDOM_WORLDS ?? 80),
		seed: Number(process.env.RANDOM_SEED ?? 20251205),
	});

/** Of a layer, what it makes of failures alone: waiting less, holding sends back and copying them is done without retries too. */
const RETRIES_ALONE = { timeout: null, limiter: null, breaker: null, hedge: null } as const;

const withLayers = (world: World, of: (layer: RetryPolicy) => RetryPolicy): World => ({
	...world,
	populations: world.populations.map((p) => ({ ...p, layers: p.layers.map(of) })),
});

describe('retries turned to nothing', () => {
	const checkPlain = (law: (world: World, seed: number) => void) => check(law, randomWorld.map(withNobodyInBackoff));
	const plain = (world: World) => ({
		...world,
		populations: world.populations.map((p) => ({ ...p, layers: [policy()] })),
	});

	it('layers of one attempt are no policy, event for event', () => {
		checkPlain((world, seed) => {
			const once = withLayers(world, (layer) => ({ ...layer, ...RETRIES_ALONE, attempts: 1, attemptsFor: [] }));
			expect(isDeepStrictEqual(run(once, seed), run(plain(world), seed))).toBe(true);
		});
	});

	it('layers that try nothing again, or with probability 0, are no policy, event for event', () => {
		checkPlain((world, seed) => {
			const none = run(plain(world), seed);
			const onNothing = withLayers(world, (layer) => ({ ...layer, ...RETRIES_ALONE, on: [] }));
			const never = withLayers(world, (layer) => ({ ...layer, ...RETRIES_ALONE, probability: 0 }));
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
		checkPlain((world, seed) => {
			const empty = withLayers(world, (layer) => ({
				...layer,
				...RETRIES_ALONE,
				attempts: 3,
				attemptsFor: [],
				on: ALL_FAILURES,
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

describe('an unused part of a world', () => {
	/** What a run tells of requests and attempts, however many nodes and classes stand by. */
	const comparable = ({ cells, latency, latencyByBucket, events, toUs, passages, stopped }: Outcome) => ({
		cells,
		latency,
		latencyByBucket,
		events,
		toUs,
		passages,
		stopped,
	});
	const longer = (mask: readonly boolean[] | null): readonly boolean[] | null =>
		mask === null ? null : [...mask, true];

	it('another class changes nothing', () => {
		check((world, seed) => {
			const before = { ...world, recordBy: [] };
			const after: World = {
				...before,
				classes: [...world.classes, requestClass({ name: 'nobody' })],
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
				start: world.start === null ? null : { ...world.start, held: [...world.start.held, { abandoned: 0, live: 0 }] },
				changes: world.changes.map((c) => ({ ...c, regions: longer(c.regions) })),
				faults: world.faults.map((f) => ({ ...f, scope: { ...f.scope, regions: longer(f.scope.regions) } })),
			};
			expect(isDeepStrictEqual(comparable(run(after, seed)), comparable(run(before, seed)))).toBe(true);
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
			const start = world.start === null ? null : { ...world.start, backoff: [...world.start.backoff, 0] };
			const after = quiet ? { ...before, start, populations, sources } : { ...before, start, populations };
			const [left, right] = [run(after, seed), run(before, seed)];
			// Constant timeouts are kept in rings only where everybody's are, and rings count no stale ones as events.
			if (left.stopped !== null || right.stopped !== null) return;
			expect(isDeepStrictEqual({ ...comparable(left), events: 0 }, { ...comparable(right), events: 0 })).toBe(true);
		});
	});
});
