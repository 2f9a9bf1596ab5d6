/**
 * Whatever world an author writes, the engine finishes it, its books balance, and it does the same thing twice: in one
 * go, in slices, and with its timeouts kept in rings or in the event queue.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../src/engines/discrete/engine.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import type { Distribution } from '../../../src/model/distributions/distribution.js';
import type { World } from '../../../src/model/world.js';
import { RANDOM_SEED as SEED } from '../../support/random-seed.js';
import { anyWorld } from '../../support/random-world.js';
import { run } from '../../support/world-builder.js';
import { assertRuns } from '../../support/world-laws.js';

const RUNS = Number(process.env.RANDOM_WORLDS ?? 300);
/** Worlds that are run twice or three times, to compare; thousands in the long tests. */
const COMPARED = Number(process.env.RANDOM_WORLDS ?? 100);

const aSeed = fc.nat(1_000);
const check = (numRuns: number, law: (world: World, seed: number) => void) =>
	fc.assert(fc.property(anyWorld, aSeed, law), { numRuns, seed: SEED });

function inSlices(world: World, seed: number, slicesUs: readonly number[]): Outcome {
	const engine = new DiscreteEngine(world, seed);
	for (const sliceUs of slicesUs) engine.advance(engine.nowUs + sliceUs);
	engine.advance(Number.POSITIVE_INFINITY);
	return engine.outcome();
}

describe('a random world', () => {
	it('finishes, and its books balance', () => {
		check(RUNS, assertRuns);
	});

	it('does the same twice, and in slices', () => {
		fc.assert(
			fc.property(anyWorld, aSeed, fc.array(fc.nat(2_000_000), { maxLength: 6 }), (world, seed, slices) => {
				const once = run(world, seed);
				expect(isDeepStrictEqual(run(world, seed), once)).toBe(true);
				expect(isDeepStrictEqual(inSlices(world, seed, slices), once)).toBe(true);
			}),
			{ numRuns: COMPARED, seed: SEED },
		);
	});

	it('does the same whether constant timeouts are kept in rings or in the event queue', () => {
		let compared = 0;
		check(COMPARED, (world, seed) => {
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
		expect(compared).toBeGreaterThan(COMPARED / 3);
	});
});
