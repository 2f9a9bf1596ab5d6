/**
 * Whatever world an author writes, the engine finishes it, its books balance, and it does the same thing twice: in one
 * go, in slices, and with its timeouts kept in rings or in the event queue.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

describe('rare combinations', () => {
	const WORLDS = 300;
	const sample = fc.sample(anyWorld, { numRuns: WORLDS, seed: SEED });
	const shareOf = (is: (world: World) => boolean): number => sample.filter(is).length / WORLDS;
	const crashes = ({ faults }: World): boolean => faults.some(({ effect }) => effect.kind === 'crash');
	const hedges = ({ populations }: World): boolean =>
		populations.some(({ layers }) => layers.some((l) => l.hedge !== null));
	const guarded = ({ populations }: World): boolean =>
		populations.some(({ layers }) => layers.filter((l) => l.budget !== null && l.breaker !== null).length > 1);
	const shared = ({ groups }: World): boolean => groups.some(({ discipline }) => discipline === 'processor-sharing');

	it.each([
		['hedging and crashes', (world: World) => hedges(world) && crashes(world)],
		['guards on several layers', guarded],
		['shared workers and faults', (world: World) => shared(world) && world.faults.length > 0],
	])('are in one world of ten at least: %s', (_, is) => {
		expect(shareOf(is)).toBeGreaterThan(0.1);
	});

	it('are looked for under the seed of the day, which is printed', () => {
		const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
		const daysApart = Math.abs(SEED - today);
		// A test that begins before midnight may end after it.
		if (process.env.RANDOM_SEED === undefined) expect(daysApart).toBeLessThan(9000);
		else expect(SEED).toBe(Number(process.env.RANDOM_SEED));
		const source = readFileSync(join(import.meta.dirname, '../../support/random-seed.ts'), 'utf8');
		expect(source).toContain('console.log(`random worlds of seed');
		const long = readFileSync(join(import.meta.dirname, '../../long/random-worlds.test.ts'), 'utf8');
		expect(long).toContain('RANDOM_SEED + ');
	});
});
