/** Retry arithmetic and small retry worlds: zombies in a queue, independent failures, an outage and its herd. R1, R2, R4. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/metrics/outcome.js';
import type { RetryPolicy } from '../../src/model/retry/policy.js';
import { ALL_FAILURES, build, constant, drawn, exponential, fault, policy, run, steps, total } from '../world-builder.js';
import { compare, type Figures, family, LENGTH, level, meanSize, perSecond, statistics } from './support.js';

/** What the figures of a world would be if each were so much off: the runs must be able to tell. */
const shifted = (exact: Figures, factor: number): Figures =>
	Object.fromEntries(Object.entries(exact).map(([name, value]) => [name, value * factor]));

/** Clients give up and come back while their old job is served all the same. Collapsed starts wait for their own issue. */
describe('first come, first served with zombies', () => {
	it.each(family('ZFCFS_METASTABLE'))('$id', ({ params: { lam, mu, K, theta, p, nu }, answers }) => {
		const exact = {
			goodput: answers.goodput,
			attemptRate: answers.attempt_rate,
			amplification: answers.amplification,
			rejectRate: answers.reject_rate,
			timeoutRate: answers.timeout_rate,
			giveUpRate: answers.giveup_rate,
			utilisation: answers.utilisation,
			wasted: answers.wasted_work_fraction,
			L: answers.mean_in_system,
			orbit: answers.mean_orbit,
		};
		compare({
			world: build({
				rate: lam,
				seconds: 2_000 + Math.ceil((LENGTH * 60_000) / lam),
				warmUpS: 2_000,
				edge: { queueLimit: K - 1, service: [exponential(1 / mu)] },
				clients: { timeout: exponential(1 / theta), layers: [drawn(nu, { probability: p })] },
				over: { recordInSystem: true },
			}),
			read: (o: Outcome) => ({
				goodput: perSecond(o, 'succeeded'),
				attemptRate: perSecond(o, 'attempts'),
				amplification: total(o, 'attempts') / total(o, 'born'),
				rejectRate: perSecond(o, 'outcome_rejected'),
				timeoutRate: perSecond(o, 'outcome_timeout'),
				giveUpRate: perSecond(o, 'failed'),
				utilisation: level(o, 'busy_us'),
				wasted: total(o, 'wasted_us') / total(o, 'busy_us'),
				L: meanSize(o),
				orbit: level(o, 'backoff_us'),
			}),
			exact,
			off: { 'everything is 2 % off': shifted(exact, 1.02) },
			telling: ['goodput', 'attemptRate', 'amplification'],
		});
	});
});

/** Attempts fail by a coin, service takes next to nothing. */
const coin = (failing: number, layers: readonly RetryPolicy[], requests: number) =>
	build({
		rate: 100,
		seconds: Math.ceil((LENGTH * requests) / 100),
		edge: { workers: 1_000, service: [constant(0.001)] },
		clients: { layers },
		over: { classes: [{ name: 'request', priority: 0, errorProbability: failing }] },
	});

describe('independent failures', () => {
	it.each(family('RETRY_ALGEBRA'))('$id', ({ params: { f, max_attempts, base, cap, layers }, answers, tables }) => {
		const jittered = policy({
			attempts: max_attempts,
			growth: { kind: 'exponential', baseUs: base * 1e6, multiplier: 2, capUs: cap * 1e6 },
			jitter: { kind: 'full' },
		});
		const used = tables.p_attempts_used;
		const exact = {
			attempts: answers.expected_attempts,
			succeeded: answers.success_probability,
			backoff: answers.mean_total_backoff,
			second: 1 - used[0],
			third: 1 - used[0] - used[1],
		};
		compare({
			world: coin(f, [jittered], 50_000),
			read: (o) => ({
				attempts: total(o, 'attempts') / total(o, 'born'),
				succeeded: total(o, 'succeeded') / (total(o, 'succeeded') + total(o, 'failed')),
				backoff: total(o, 'backoff_us') / total(o, 'born') / 1e6,
				second: total(o, 'attempts_2') / total(o, 'born'),
				third: total(o, 'attempts_3') / total(o, 'born'),
			}),
			exact,
			off: { 'everything is 2 % off': shifted(exact, 1.02) },
			telling: ['attempts', 'backoff'],
			// requests under way when the run ends have not all their attempts yet: a second of 500
			allowance: { attempts: 0.0005, backoff: 0.001, second: 0.001, third: 0.002 },
		});
		const stack = Array.from({ length: layers }, (_, k) => policy({ name: `layer-${k}`, attempts: max_attempts }));
		const nested = { attempts: answers.layered_expected_bottom_attempts };
		compare({
			world: coin(f, stack, 50_000),
			read: (o) => ({ attempts: total(o, 'attempts') / total(o, 'born') }),
			exact: nested,
			off: { 'everything is 2 % off': shifted(nested, 1.02) },
			telling: ['attempts'],
		});
	});

	it.each([
		[0.1, 1.111],
		[0.5, 1.875],
		[0.9, 3.439],
	])('R1: four attempts at failure %d', (failing, attempts) => {
		expect((1 - failing ** 4) / (1 - failing)).toBeCloseTo(attempts, 3);
		const exact = { attempts: (1 - failing ** 4) / (1 - failing) };
		compare({
			world: coin(failing, [policy({ attempts: 4 })], 20_000),
			read: (o) => ({ attempts: total(o, 'attempts') / total(o, 'born') }),
			exact,
			off: { 'everything is 2 % off': shifted(exact, 1.02) },
			telling: ['attempts'],
		});
	});

	it.each([
		{ row: 'R4: a cap of three', attempts: [3], all: 3 },
		{ row: 'R2: three layers of four', attempts: [4, 4, 4], all: 64 },
		{ row: 'R2: five layers of three', attempts: [3, 3, 3, 3, 3], all: 243 },
		{ row: 'R2: an app of four over an SDK of three', attempts: [3, 4], all: 12 },
	])('$row: exactly $all sends when everything fails', ({ attempts, all }) => {
		const world = build({
			rate: steps([0, 50], [10, 0]),
			seconds: 20,
			edge: { workers: 1_000, service: [constant(0.001)] },
			clients: { layers: attempts.map((n, k) => policy({ name: `layer-${k}`, attempts: n })) },
			over: { classes: [{ name: 'request', priority: 0, errorProbability: 1 }] },
		});
		const outcome = run(world, 1);
		expect(total(outcome, 'attempts')).toBe(all * total(outcome, 'born'));
		expect(total(outcome, 'failed')).toBe(total(outcome, 'born'));
	});
});

describe('the herd of an outage', () => {
	it.each(family('OUTAGE_HERD'))('$id', ({ params: { lam, nu, outage }, answers }) => {
		const world = build({
			rate: lam,
			seconds: outage + 1,
			bucketS: 1,
			edge: { workers: 1_000_000, service: [constant(0.000_01)] },
			clients: { layers: [drawn(nu, { on: ALL_FAILURES })] },
			over: { faults: [fault(0, outage, { kind: 'error', probability: 1 })] },
		});
		const runs = Array.from({ length: 200 * LENGTH }, (_, k) => {
			const o = run(world, k + 1);
			const attempts = total(o, 'attempts', 0, outage);
			const late = total(o, 'attempts', outage - 1, outage);
			return { attempts, late, waiting: total(o, 'born', 0, outage) - total(o, 'succeeded', 0, outage) };
		});
		const near = (values: number[], exact: number, allowance = 0): void => {
			const { mean, se } = statistics(values);
			expect(Math.abs(mean - exact), `mean ${mean}, exact ${exact}, s.e. ${se}`).toBeLessThanOrEqual(4 * se + allowance);
		};
		near(
			runs.map((r) => r.attempts),
			answers.mean_attempts_during_outage,
		);
		near(
			runs.map((r) => r.waiting),
			answers.mean_waiting_at_end,
		);
		// the last second lies half a second before the end on average, and the rate grows by lam nu a second
		near(
			runs.map((r) => r.late),
			answers.attempt_rate_just_before_end - (lam * nu) / 2,
		);
		const spread = statistics(runs.map((r) => r.attempts)).variance;
		const exact = answers.var_attempts_during_outage;
		expect(Math.abs(spread - exact)).toBeLessThanOrEqual(4 * exact * Math.sqrt(2 / (runs.length - 1)));
	});
});
