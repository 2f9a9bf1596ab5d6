/**
 * The look-ahead changes how a run is computed and nothing about what it yields: in every world where it applies, the engine
 * that goes from event to event ends with the same outcome.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../../../../src/engines/discrete/engine.js';
import { canLookAhead } from '../../../../../../src/engines/discrete/nodes/lookahead/lookahead-conditions.js';
import { LATENCIES, type Outcome } from '../../../../../../src/metrics/outcome.js';
import type { Distribution } from '../../../../../../src/model/distributions/distribution.js';
import type { World } from '../../../../../../src/model/world.js';
import { randomWorld } from '../../../../../support/random-world.js';
import { build, exponential, policy, S, steps } from '../../../../../support/world-builder.js';

/** Events of a random world that runs away. */
const MANY = 20_000;
const SEED = { seed: 20251205 };

/** A random world with everything taken out that lookahead cannot deal with. */
function calmed(world: World, timeoutsUs: readonly (number | null)[]): World {
	const timeoutOf = (index: number): Distribution | null => {
		const us = timeoutsUs[index % timeoutsUs.length];
		return us === null ? null : { kind: 'constant', us };
	};
	return {
		...world,
		changes: [],
		rollouts: [],
		faults: [],
		start: null,
		classes: world.classes.map((c) => ({ ...c, errorProbability: 0 })),
		choice: world.choice === 'random' ? 'random' : 'round-robin',
		recordInSystem: false,
		groups: world.groups.map((g) => ({
			...g,
			discipline: 'fifo',
			codel: null,
			onFull: 'reject',
			abandoned: 'serve',
			rejectCostUs: 0,
			perInFlight: 0,
			shed: [],
		})),
		populations: world.populations.map((p, index) => ({
			...p,
			latency: { kind: 'constant', us: 0 },
			timeout: timeoutOf(index),
			timeoutClock: 'per-attempt',
			patience: null,
			lateAnswer: 'ignore',
			layers: p.layers.map((layer) => ({
				...layer,
				delay: { ...layer.delay, perClient: false },
				timeout: null,
				lastTryUs: null,
				budget: null,
				limiter: null,
				breaker: null,
				hedge: null,
			})),
		})),
		limits: { ...world.limits, events: MANY },
	};
}

function run(world: World, seed: number, lookahead: boolean, slicesUs: readonly number[] = []): Outcome {
	const engine = new DiscreteEngine(world, seed, { lookahead });
	for (const sliceUs of slicesUs) engine.advance(engine.nowUs + sliceUs);
	engine.advance(Number.POSITIVE_INFINITY);
	return engine.outcome();
}

/** Sums of squares beyond 2^53 depend on the order of addition in their last digits; everything else is exact. */
function assertSame(ahead: Outcome, stepped: Outcome): void {
	const withoutSquares = (outcome: Outcome) => ({
		...outcome,
		latency: LATENCIES.map((l) =>
			outcome.latency[l].map((h) => ({ ...h, sumSquaresUs2: h.sumSquaresUs2.toPrecision(12) })),
		),
	});
	const [ours, theirs] = [withoutSquares(ahead), withoutSquares(stepped)];
	// Comparing for a report takes seconds: only where there is something to report.
	if (!isDeepStrictEqual(ours, theirs)) expect(ours).toEqual(theirs);
}

const timeouts = fc.array(fc.constantFrom(null, 0, 1_000, 100_000, 250_000, S), { minLength: 1, maxLength: 3 });

describe('a world whose stays are looked ahead', () => {
	it('yields what going from event to event yields', () => {
		fc.assert(
			fc.property(randomWorld, timeouts, fc.nat(1000), (world, timeoutsUs, seed) => {
				const calm = calmed(world, timeoutsUs);
				expect(canLookAhead(calm)).toBe(true);
				const ahead = run(calm, seed, true);
				// A limit stops a run in the middle of an instant, of which each way has done another part by then.
				fc.pre(ahead.stopped === null);
				assertSame(ahead, run(calm, seed, false));
			}),
			{ ...SEED, numRuns: 300 },
		);
	});

	it('does so however the run is sliced', () => {
		fc.assert(
			fc.property(randomWorld, timeouts, fc.nat(1000), fc.array(fc.nat(3 * S), { maxLength: 8 }), (...drawn) => {
				const [world, timeoutsUs, seed, slicesUs] = drawn;
				const calm = calmed(world, timeoutsUs);
				assertSame(run(calm, seed, true, slicesUs), run(calm, seed, true));
			}),
			{ ...SEED, numRuns: 100 },
		);
	});

	const storm = build({
		rate: steps([0, 200], [20, 500], [40, 200]),
		seconds: 90,
		warmUpS: 10,
		bucketS: 1,
		edge: { workers: 3, queueLimit: 200, service: [exponential(0.01)] },
		clients: {
			timeout: { kind: 'constant', us: 0.4 * S },
			layers: [policy({ attempts: 4, growth: { kind: 'fixed', baseUs: 50_000 }, jitter: { kind: 'full' } })],
		},
	});

	it('does so in a storm, with waits and services across buckets, warm-up and horizon', () => {
		for (let seed = 1; seed <= 5; seed++) assertSame(run(storm, seed, true), run(storm, seed, false));
	});

	it('balances its books wherever a run is stopped', () => {
		for (const events of [1, 10, 1_000, 9_999, 33_333]) {
			const world = { ...storm, limits: { ...storm.limits, events } };
			const outcome = run(world, 1, true);
			expect(outcome.stopped?.limit).toBe('events');
			const { openAtStart, born, succeeded, failed, open } = outcome.audit.requests;
			expect(openAtStart + born).toBe(succeeded + failed + open);
		}
		const engine = new DiscreteEngine(storm, 1);
		engine.advance(35.0123 * S);
		engine.stop('signal', 0);
		expect(engine.outcome().stopped).toEqual({ limit: 'signal', bound: 0, atUs: 35.0123 * S });
	});

	it('stops at the same request when too many are in flight', () => {
		const world = { ...storm, limits: { ...storm.limits, inFlight: 150 } };
		const ahead = run(world, 1, true);
		expect(ahead.stopped?.limit).toBe('inFlight');
		assertSame(ahead, run(world, 1, false));
	});
});

describe('lookahead', () => {
	it('does not apply where something may disturb a stay or listens to its end', () => {
		const calm = build({ rate: 1, seconds: 1 });
		expect(canLookAhead(calm)).toBe(true);
		const disturbed: World[] = [
			{ ...calm, choice: 'least-outstanding' },
			{ ...calm, recordInSystem: true },
			{ ...calm, start: { held: [{ abandoned: 1, live: 0 }], backoff: [0] } },
			build({ rate: 1, seconds: 1, edge: { discipline: 'lifo' } }),
			build({ rate: 1, seconds: 1, edge: { abandoned: 'cancel-queued' } }),
			build({ rate: 1, seconds: 1, edge: { onFull: 'silent' } }),
			build({ rate: 1, seconds: 1, edge: { perInFlight: 0.1 } }),
			build({ rate: 1, seconds: 1, clients: { latency: { kind: 'constant', us: 1 } } }),
			build({ rate: 1, seconds: 1, clients: { patience: exponential(1) } }),
			build({ rate: 1, seconds: 1, clients: { lateAnswer: 'accept' } }),
		];
		for (const world of disturbed) expect(canLookAhead(world)).toBe(false);
	});
});
