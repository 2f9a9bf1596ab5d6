/** Whatever the world: what is open when a run ends is neither good nor lost, a cool-down decides it, and no time is negative. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUANTITIES } from '../../../../src/metrics/definitions/metrics.js';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { openPerBucket, shareCurve } from '../../../../src/metrics/reading/by-birth.js';
import { perBucket, wholeRun } from '../../../../src/metrics/reading/cell-sums.js';
import type { World } from '../../../../src/model/world.js';
import { anyWorld } from '../../../support/random-world.js';
import { run } from '../../../support/world-builder.js';

const SEED = { seed: 20251205, endOnFailure: true };
/** Events of a random world that runs away. */
const MANY = 20_000;

const bounded = (world: World): World => ({ ...world, limits: { ...world.limits, events: MANY } });
const read = (outcome: Outcome, measure: string): Float64Array =>
	perBucket(outcome, {}, measure) ?? expect.fail(`${measure} was not recorded`);
const openOf = (outcome: Outcome, of: 'requests' | 'first-attempts'): Float64Array =>
	openPerBucket(outcome, {}, of) ?? expect.fail('nothing was recorded');

describe('what is open when a run ends', () => {
	it('is at most what was born and has not ended, and no first attempt that has failed', () => {
		fc.assert(
			fc.property(anyWorld, fc.nat(1000), (world, seed) => {
				const outcome = run(bounded(world), seed);
				const [requests, firsts] = [openOf(outcome, 'requests'), openOf(outcome, 'first-attempts')];
				const [born, failed] = [read(outcome, 'born'), read(outcome, 'first_failed_by_birth')];
				for (let bucket = 0; bucket < outcome.buckets; bucket++) {
					expect(requests[bucket]).toBeGreaterThanOrEqual(firsts[bucket]);
					expect(born[bucket]).toBeGreaterThanOrEqual(firsts[bucket] + failed[bucket]);
				}
			}),
			{ ...SEED, numRuns: 60 },
		);
	});

	it('is decided by a cool-down, which changes nothing that happened before', () => {
		fc.assert(
			fc.property(anyWorld, fc.nat(1000), (drawn, seed) => {
				const world = bounded(drawn);
				fc.pre(world.horizonUs % world.bucketUs === 0);
				const [cut, cooled] = [run(world, seed), run({ ...world, coolDownUs: 4 * world.bucketUs }, seed)];
				fc.pre(cut.stopped === null && cooled.stopped === null);
				expect(cooled).toMatchObject({ toUs: cut.toUs, buckets: cut.buckets, decisions: cut.decisions });
				for (const measure of ['born', 'attempts', 'succeeded', 'failed', 'outcome_ok'])
					expect(read(cooled, measure)).toEqual(read(cut, measure));
				const [failed, final] = [cut, cooled].map((of) => read(of, 'first_failed_by_birth'));
				const [open, left] = [cut, cooled].map((of) => openOf(of, 'first-attempts'));
				for (let bucket = 0; bucket < cut.buckets; bucket++) {
					expect(left[bucket]).toBeLessThanOrEqual(open[bucket]);
					expect(final[bucket]).toBeGreaterThanOrEqual(failed[bucket]);
					expect(final[bucket]).toBeLessThanOrEqual(failed[bucket] + open[bucket]);
				}
			}),
			{ ...SEED, numRuns: 40 },
		);
	});
});

describe('quantities', () => {
	it('lie within what is left open of them, and no time is negative', () => {
		fc.assert(
			fc.property(anyWorld, fc.nat(1000), (drawn, seed) => {
				const world = bounded(drawn);
				const outcome = run(world, seed);
				for (const { name, kind, read: value, undecided } of QUANTITIES) {
					const measured = value(outcome, wholeRun(outcome), world);
					if (measured !== null && kind === 'duration') expect(measured, name).toBeGreaterThanOrEqual(0);
					const open = undecided === undefined ? null : undecided(outcome, wholeRun(outcome), world);
					if (open === null || open.range === null || measured === null) continue;
					expect(measured, name).toBeGreaterThanOrEqual(open.range[0] - 1e-9 * Math.abs(open.range[0]));
					expect(measured, name).toBeLessThanOrEqual(open.range[1] * (1 + 1e-9));
				}
				for (const share of shareCurve(outcome, {}, 'first_failed_by_birth', 'first-attempts') ?? [])
					if (share !== null) expect(share).toBeLessThanOrEqual(1);
			}),
			{ ...SEED, numRuns: 60 },
		);
	});
});
