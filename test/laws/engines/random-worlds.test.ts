/**
 * Whatever world an author writes, the engine finishes it, its books balance, and it does the same thing twice: in one
 * go, in slices, and with its timeouts kept in rings or in the event queue.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../src/engines/discrete/engine.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { column, MAX_LAYERS, MEASURES } from '../../../src/metrics/recording/counters.js';
import type { Distribution } from '../../../src/model/distributions/distribution.js';
import type { World } from '../../../src/model/world.js';
import { randomWorld } from '../../support/random-world.js';
import { run, total } from '../../support/world-builder.js';

const RUNS = Number(process.env.RANDOM_WORLDS ?? 300);
const SEED = Number(process.env.RANDOM_SEED ?? 20251205);

const aSeed = fc.nat(1_000);
const check = (law: (world: World, seed: number) => void) =>
	fc.assert(fc.property(randomWorld, aSeed, law), { numRuns: RUNS, seed: SEED });

function inSlices(world: World, seed: number, slicesUs: readonly number[]): Outcome {
	const engine = new DiscreteEngine(world, seed);
	for (const sliceUs of slicesUs) engine.advance(engine.nowUs + sliceUs);
	engine.advance(Number.POSITIVE_INFINITY);
	return engine.outcome();
}

/** No node works more than its workers can, and no line holds more than its places: per bucket, over all nodes. */
function assertCapacities(world: World, outcome: Outcome): void {
	const sum = (of: (g: World['groups'][number]) => number) => world.groups.reduce((n, g) => n + g.nodes * of(g), 0);
	const workers = sum((g) => g.workers);
	const waitingPlaces = sum((g) => g.queueLimit);
	const { cells, bucketUs, places, buckets } = outcome;
	for (let bucket = 0; bucket < buckets; bucket++) {
		const read = (name: string): number => {
			let value = 0;
			for (let p = 0; p < places.length; p++)
				value += cells[(bucket * places.length + p) * MEASURES.length + column(name)];
			return value;
		};
		const lengthUs = Math.max(0, Math.min(bucketUs, outcome.toUs - bucket * bucketUs));
		expect(read('busy_us') + read('rejecting_us')).toBeLessThanOrEqual(workers * lengthUs);
		if (waitingPlaces < Number.POSITIVE_INFINITY) {
			expect(read('waiting_us')).toBeLessThanOrEqual(waitingPlaces * lengthUs);
		}
		expect(read('backoff_us')).toBeGreaterThanOrEqual(0);
	}
	for (let i = 0; i < cells.length; i++) if (!(cells[i] >= 0)) throw new Error(`cell ${i} holds ${cells[i]}`);
}

describe('a random world', () => {
	it('finishes, and its books balance', () => {
		check((world, seed) => {
			const outcome = run(world, seed);
			assertCapacities(world, outcome);
			const all = (name: string) => total(outcome, name, 0);
			expect(all('outcome_ok')).toBe(all('fate_served_in_time'));
			expect(all('outcome_rejected')).toBeLessThanOrEqual(all('fate_rejected'));
			expect(all('outcome_shed')).toBeLessThanOrEqual(all('fate_shed'));
			expect(all('outcome_error')).toBeLessThanOrEqual(all('fate_failed'));
			expect(all('attempts') - all('first_attempts')).toBeLessThanOrEqual(
				Array.from({ length: 8 }, (_, k) => all(`retries_layer_${k + 1}`)).reduce((a, b) => a + b),
			);
			if (outcome.toUs > outcome.fromUs) {
				for (let k = 0; k < MAX_LAYERS; k++) {
					const ofLayer = outcome.retriesOf.filter((_, i) => i % MAX_LAYERS === k).reduce((a, b) => a + b, 0);
					expect(ofLayer).toBe(total(outcome, `retries_layer_${k + 1}`));
				}
			}
			if (outcome.stopped === null) expect(outcome.toUs).toBe(world.horizonUs);
		});
	});

	it('does the same twice, and in slices', () => {
		fc.assert(
			fc.property(randomWorld, aSeed, fc.array(fc.nat(2_000_000), { maxLength: 6 }), (world, seed, slices) => {
				const once = run(world, seed);
				expect(isDeepStrictEqual(run(world, seed), once)).toBe(true);
				expect(isDeepStrictEqual(inSlices(world, seed, slices), once)).toBe(true);
			}),
			{ numRuns: RUNS, seed: SEED },
		);
	});

	it('does the same whether constant timeouts are kept in rings or in the event queue', () => {
		let compared = 0;
		check((world, seed) => {
			const withTimeouts = (timeout: (us: number) => Distribution): World => ({
				...world,
				populations: world.populations.map((p, i) => ({
					...p,
					timeout: timeout([50_000, 250_000][i]),
					timeoutClock: 'per-attempt',
					patience: null,
					layers: p.layers.map((layer) => ({ ...layer, timeout: null })),
				})),
			});
			const inRings = run(
				withTimeouts((us) => ({ kind: 'constant', us })),
				seed,
			);
			const inQueue = run(
				withTimeouts((us) => ({ kind: 'uniform', fromUs: us, toUs: us })),
				seed,
			);
			// Rings drop stale timeouts without counting an event, so runs that a limit stopped end at different instants.
			if (inRings.stopped !== null || inQueue.stopped !== null) return;
			compared++;
			expect(isDeepStrictEqual({ ...inRings, events: 0 }, { ...inQueue, events: 0 })).toBe(true);
		});
		expect(compared).toBeGreaterThan(RUNS / 3);
	});
});
