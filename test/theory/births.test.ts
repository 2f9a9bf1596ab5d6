/**
 * How many requests are born in a time bucket, mean and variance, for each process of arrivals. Four standard errors: of a
 * mean over n buckets sqrt(v / n), of a variance about v sqrt(2 / n) where counts are nearly normal.
 */
import { describe, expect, it } from 'vitest';
import { perBucket } from '../../src/metrics/reading/cell-sums.js';
import type { ArrivalLaw } from '../../src/model/traffic.js';
import type { World } from '../../src/model/world.js';
import { build, constant, population, run, S, steps } from '../support/world-builder.js';

const SECONDS = 4_000;
const SHARES = [0.5, 0.3, 0.2];

/** A world that does nothing but count births, one second a bucket, of three populations. */
const births = (arrivals: ArrivalLaw, rate: number, over: Partial<World> = {}): World =>
	build({
		rate,
		seconds: SECONDS,
		bucketS: 1,
		edge: { workers: 10_000, service: [constant(0)] },
		over: {
			arrivals,
			populations: SHARES.map((share, i) => population({ name: `p${i}`, share })),
			sources: SHARES.map((share, i) => ({ region: 0, population: i, share, curve: steps([0, rate * share]) })),
			recordBy: ['population'],
			...over,
		},
	});

const moments = (counts: Float64Array): { mean: number; variance: number } => {
	const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
	return { mean, variance: counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1) };
};

/** @param share of the populations together; 1: all of them */
const compare = (world: World, where: { population?: string }, exact: { mean: number; variance: number }): void => {
	const counts = perBucket(run(world, 3), where, 'born');
	if (counts === null) throw new Error('the populations are recorded');
	const { mean, variance } = moments(counts);
	const n = counts.length;
	expect(Math.abs(mean - exact.mean)).toBeLessThan(4 * Math.sqrt(exact.variance / n) + 1 / n + 1e-9);
	expect(Math.abs(variance - exact.variance)).toBeLessThan(
		4 * exact.variance * Math.sqrt((2 + 1 / exact.mean) / n) + 1e-2,
	);
};

/**
 * Variance of the counts of a two-phase MMPP in an interval t, from the stationary law (Fischer and Meier-Hellstern):
 * mean + 2 (l1 - l2)^2 r12 r21 / r^3 (t - (1 - e^(-r t)) / r), with r = r12 + r21.
 */
const mmppVariance = (l1: number, l2: number, r12: number, r21: number, t: number): number => {
	const r = r12 + r21;
	const mean = ((l1 * r21 + l2 * r12) / r) * t;
	return mean + ((2 * (l1 - l2) ** 2 * r12 * r21) / r ** 3) * (t - (1 - Math.exp(-r * t)) / r);
};

describe('births per second', () => {
	it.each([
		[{}, 40, 40],
		[{ population: 'p1' }, 12, 12],
	])('Poisson, %j', (where, mean, variance) => {
		compare(births({ kind: 'curve', process: 'poisson' }, 40), where, { mean, variance });
	});

	it('regular: in all exactly so many, and of a share binomially many', () => {
		const world = births({ kind: 'curve', process: 'regular' }, 40);
		compare(world, {}, { mean: 40, variance: 0 });
		compare(world, { population: 'p1' }, { mean: 12, variance: 40 * 0.3 * 0.7 });
	});

	it('MMPP: one phase for all, so that a share is as bursty as the whole', () => {
		const law: ArrivalLaw = { kind: 'mmpp', ratesPerSecond: [10, 70], switchPerSecond: [5, 5] };
		const world = births(law, 1);
		const curve = (share: number) => steps([0, share]);
		const sources = world.sources.map((source) => ({ ...source, curve: curve(source.share) }));
		const shared = { ...world, sources };
		compare(shared, {}, { mean: 40, variance: mmppVariance(10, 70, 5, 5, 1) });
		compare(shared, { population: 'p1' }, { mean: 12, variance: mmppVariance(3, 21, 5, 5, 1) });
	});

	it('exact counts: in all what was recorded, and of a share binomially many', () => {
		const counts = Array.from({ length: SECONDS }, () => 40);
		const world = births({ kind: 'counts', fromUs: 0, intervalUs: S, counts }, 40);
		compare(world, {}, { mean: 40, variance: 0 });
		compare(world, { population: 'p1' }, { mean: 12, variance: 40 * 0.3 * 0.7 });
	});

	it('exact counts are uniform in their interval: half an interval has binomially many', () => {
		const counts = Array.from({ length: SECONDS / 2 }, () => 80);
		const world = births({ kind: 'counts', fromUs: 0, intervalUs: 2 * S, counts }, 40);
		compare(world, {}, { mean: 40, variance: 80 / 4 });
	});
});
