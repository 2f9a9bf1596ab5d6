/** Laws that hold between two worlds: what must not matter does not, and what must be equal is equal event for event. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import type { Budget } from '../../../src/model/retry/policy.js';
import type { World } from '../../../src/model/world.js';
import {
	build,
	constant,
	drawn,
	exponential,
	policy,
	population,
	requestClass,
	run,
	S,
	steps,
	total,
} from '../../support/world-builder.js';

/** An overloaded queue with timeouts and retries. */
const storm = (k = 1): World =>
	build({
		rate: steps([0, 80 * k], [30 / k, 140 * k], [60 / k, 80 * k]),
		seconds: 120 / k,
		bucketS: 1 / k,
		edge: { workers: 10, queueLimit: 60, service: [exponential(0.1 / k)] },
		clients: {
			timeout: constant(0.5 / k),
			layers: [
				policy({
					attempts: 3,
					growth: { kind: 'exponential', baseUs: (0.2 * S) / k, multiplier: 2, capUs: (2 * S) / k },
					jitter: { kind: 'full' },
				}),
			],
		},
	});

const dimensionless = (o: Outcome) => ({
	amplification: total(o, 'attempts') / total(o, 'born'),
	lost: total(o, 'lost_by_birth') / total(o, 'born'),
	unavailable: total(o, 'first_failed_by_birth') / total(o, 'born'),
	wasted: total(o, 'wasted_us') / total(o, 'busy_us'),
});

function expectAlike(one: (seed: number) => Outcome, other: (seed: number) => Outcome, n = 16): void {
	const mean = (runs: Outcome[]) => {
		const figures = runs.map(dimensionless);
		return (key: keyof ReturnType<typeof dimensionless>) => {
			const values = figures.map((f) => f[key]);
			const m = values.reduce((a, b) => a + b, 0) / n;
			return { m, v: values.reduce((sum, x) => sum + (x - m) ** 2, 0) / (n - 1) / n };
		};
	};
	const seeds = Array.from({ length: n }, (_, k) => k + 1);
	const a = mean(seeds.map(one));
	const b = mean(seeds.map((seed) => other(seed + 1000)));
	for (const key of ['amplification', 'lost', 'unavailable', 'wasted'] as const) {
		expect(Math.abs(a(key).m - b(key).m), key).toBeLessThanOrEqual(4 * Math.sqrt(a(key).v + b(key).v));
	}
}

describe('what does not matter', () => {
	it.each([2, 10])('scaling all rates by %d and all times by its inverse', (k) => {
		expectAlike(
			(seed) => run(storm(), seed),
			(seed) => run(storm(k), seed),
		);
	});

	it('splitting a Poisson source in two', () => {
		const whole = storm();
		const [clients] = whole.populations;
		const curve = whole.sources[0].curve.map((p) => ({ ...p, fromRate: p.fromRate / 2, toRate: p.toRate / 2 }));
		const split: World = {
			...whole,
			populations: [
				{ ...clients, name: 'left', share: 0.5 },
				{ ...clients, name: 'right', share: 0.5 },
			],
			sources: [0, 1].map((p) => ({ region: 0, population: p, share: 0.5, curve })),
		};
		expectAlike(
			(seed) => run(whole, seed),
			(seed) => run(split, seed),
		);
	});

	it('an unused class and an unused region change no event', () => {
		const plain = storm();
		const [nodes] = plain.groups;
		const idle: World = {
			...plain,
			classes: [...plain.classes, requestClass({ name: 'idle' })],
			mixes: [{ fromUs: 0, mix: 'all', shares: [1, 0] }],
			regions: [...plain.regions, { name: 'empty', share: 0, failover: [], platformShares: [1] }],
			groups: [
				{ ...nodes, service: [nodes.service[0], nodes.service[0]] },
				{ ...nodes, region: 1, firstNode: 1, service: [nodes.service[0], nodes.service[0]] },
			],
			nodeCount: 2,
		};
		expect(Array.from(run(idle, 3).cells)).toEqual(Array.from(run(plain, 3).cells));
	});
});

it('a last bucket that the horizon cuts short counts no back-off beyond it', () => {
	const outcome = run(
		build({
			rate: steps([0, 20], [5, 0]),
			seconds: 10.5,
			bucketS: 4,
			edge: { queueLimit: 0, service: [constant(1_000)] },
			clients: { layers: [policy({ attempts: 2, growth: { kind: 'fixed', baseUs: 1_000 * S } })] },
		}),
		1,
	);
	// everyone but the first is rejected once and sleeps to the end of the run: the area is the sum of what was left of it
	const asleep = total(outcome, 'outcome_rejected');
	expect(total(outcome, 'backoff_us')).toBeLessThanOrEqual(asleep * 10.5 * S);
	expect(total(outcome, 'backoff_us', 8)).toBe(asleep * 2.5 * S);
});

describe('what is the same thing said twice', () => {
	const with_ = (layers: World['populations'][number]['layers']): World => {
		const world = storm();
		return { ...world, populations: [{ ...world.populations[0], layers }] };
	};
	const retrying = storm().populations[0].layers[0];

	it('zero retries and no policy', () => {
		const none = run(with_([policy()]), 5);
		const one = run(with_([{ ...retrying, attempts: 1 }]), 5);
		expect(Array.from(one.cells)).toEqual(Array.from(none.cells));
	});

	it('a zero budget and no retries, but for the refusals counted', () => {
		const budget: Budget = {
			kind: 'ratio-bucket',
			ratio: 0.1,
			capacity: 0,
			initial: 0,
			cost: 1,
			threshold: 1,
			strict: false,
			credit: 'per-call',
			scope: 'population',
		};
		const broke = run(with_([{ ...retrying, budget }]), 5);
		const none = run(with_([policy()]), 5);
		expect(total(broke, 'attempts')).toBe(total(broke, 'born'));
		expect(total(broke, 'suppressed')).toBe(total(broke, 'failed'));
		for (const measure of ['born', 'succeeded', 'failed', 'outcome_timeout', 'useful_us', 'wasted_us']) {
			expect(total(broke, measure)).toBe(total(none, measure));
		}
	});

	it('an orbit that returns at once and an ordinary waiting line', () => {
		const [lam, mu, c] = [3.2, 1, 4];
		// mean number waiting in M/M/4 at 3.2/s, from the oracle MMC-1
		const Lq = 2.3857298871496186;
		const waiting = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
			const o = run(
				build({
					rate: lam,
					seconds: 21_000,
					warmUpS: 1_000,
					edge: { workers: c, queueLimit: 0, service: [exponential(1 / mu)] },
					clients: population({ layers: [drawn(50)] }),
				}),
				seed,
			);
			return total(o, 'backoff_us') / (o.toUs - o.fromUs);
		});
		const mean = waiting.reduce((a, b) => a + b, 0) / waiting.length;
		const se = Math.sqrt(waiting.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 7 / 8);
		// the orbit is a little longer than the line: each return finds the worker up to 1/50 s late
		expect(mean).toBeGreaterThan(Lq - 4 * se);
		expect(mean).toBeLessThan(Lq + 4 * se + 0.15);
	});
});
