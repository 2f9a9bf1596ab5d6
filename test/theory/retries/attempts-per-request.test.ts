/** What retries come to when nothing waits: attempts per request, layers, back-off, and a herd that an outage gathers. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { SERVER_ERROR } from '../../../src/model/reply.js';
import type { RetryPolicy } from '../../../src/model/retry/policy.js';
import type { World } from '../../../src/model/world.js';
import { build, constant, drawn, fault, policy, requestClass, run, S, total } from '../../support/world-builder.js';
import { compare, deviationS, type Figures, family, LENGTH, statistics } from '../support.js';

const SERVICE_S = 0.01;

/** A class whose attempts fail with probability f, on a node that never fills. */
function failing(f: number, layers: readonly RetryPolicy[], rate = 100, seconds = 600): World {
	return build({
		rate,
		seconds: seconds * LENGTH,
		bucketS: seconds,
		edge: { workers: 100_000, service: [constant(SERVICE_S)] },
		clients: { layers },
		over: { classes: [requestClass({ errorProbability: f })] },
	});
}

const perRequest = (o: Outcome, measure: string): number => total(o, measure) / total(o, 'born');

const failureTime = (o: Outcome) => o.latency.failure[0];

/** Three layers of n attempts each are told apart by name only. */
const nested = (n: number, depth: number): RetryPolicy[] =>
	Array.from({ length: depth }, (_, k) => policy({ name: `layer-${k}`, attempts: n }));

describe('retry algebra', () => {
	it.each(family('RETRY_ALGEBRA'))('$id: one layer', ({ params: { f, max_attempts, base, cap }, answers, tables }) => {
		const growth = { kind: 'exponential', baseUs: base * S, multiplier: 2, capUs: cap * S } as const;
		const world = failing(f, [policy({ attempts: max_attempts, growth, jitter: { kind: 'full' } })]);
		const used = Object.values(tables.p_attempts_used);
		const serviceS = max_attempts * SERVICE_S;
		compare({
			world,
			read: (o) => ({
				attempts: perRequest(o, 'attempts'),
				succeeded: total(o, 'succeeded') / (total(o, 'succeeded') + total(o, 'failed')),
				backoffS: perRequest(o, 'backoff_us') / S,
				exhaustedBackoffS: failureTime(o).sumUs / failureTime(o).count / S - serviceS,
				exhaustedDeviationS: deviationS(o, 'failure'),
				'used[0]': 1 - perRequest(o, 'attempts_2'),
				'used[1]': perRequest(o, 'attempts_2') - perRequest(o, 'attempts_3'),
				'used[2]': perRequest(o, 'attempts_3') - perRequest(o, 'attempts_4'),
				'used[3]': perRequest(o, 'attempts_4'),
			}),
			exact: {
				attempts: answers.expected_attempts,
				succeeded: answers.success_probability,
				backoffS: answers.mean_total_backoff,
				exhaustedBackoffS: answers.mean_total_backoff_given_exhausted,
				exhaustedDeviationS: answers.sd_total_backoff_given_exhausted,
				...Object.fromEntries(used.map((p, k) => [`used[${k}]`, p])),
			},
			// Requests open at the end have not used all their attempts: at most a second's worth of the whole run.
			allowance: { attempts: 2e-4, backoffS: 1e-3, 'used[1]': 1e-3, 'used[2]': 1e-3, 'used[3]': 1e-3 },
			off: { 'failures are 2 % many': { attempts: (1 - (f * 1.02) ** 4) / (1 - f * 1.02) } },
			telling: ['attempts'],
		});
	});

	it.each(family('RETRY_ALGEBRA'))('$id: $params.layers layers', ({ params: { f, max_attempts, layers }, answers }) => {
		const bottom = (p: number) => (1 - p ** (max_attempts ** layers)) / (1 - p);
		compare({
			world: failing(f, nested(max_attempts, layers)),
			read: (o) => ({ attempts: perRequest(o, 'attempts'), lost: total(o, 'failed') }),
			exact: { attempts: answers.layered_expected_bottom_attempts, lost: 0 },
			allowance: { attempts: 1e-4 },
			off: { 'failures are 2 % many': { attempts: bottom(f * 1.02) } },
			telling: ['attempts'],
		});
		const all = attemptsOfOneRequest(1, nested(max_attempts, layers));
		expect(all).toBe(answers.layered_worst_case_attempts);
	});

	it.each([
		{ id: 'R1', p: 0.1, n: 4, attempts: 1.111 },
		{ id: 'R1', p: 0.5, n: 4, attempts: 1.875 },
		{ id: 'R1', p: 0.9, n: 4, attempts: 3.439 },
	])('$id: $n attempts that fail with probability $p make $attempts', ({ p, n, attempts }) => {
		const closed = (q: number) => (1 - q ** n) / (1 - q);
		expect(closed(p)).toBeCloseTo(attempts, 3);
		compare({
			world: failing(p, [policy({ attempts: n })]),
			read: (o) => ({ attempts: perRequest(o, 'attempts'), lost: total(o, 'failed') / total(o, 'born') }),
			exact: { attempts: closed(p), lost: p ** n },
			allowance: { attempts: 1e-4, lost: 1e-4 },
			// A failure probability that is 2 % off; 3 % at p = 0.1, where one attempt in nine hundred is at stake.
			off: { 'failures are off': { attempts: closed(Math.min(1, p * (p < 0.5 ? 1.03 : 1.02))) } },
			telling: ['attempts'],
			replications: p < 0.5 ? 40 : 20,
		});
	});

	it.each([
		{ id: 'R1', what: '4 attempts', attempts: 4, layers: [policy({ attempts: 4 })] },
		{ id: 'R2', what: '3 layers of 4', attempts: 64, layers: nested(4, 3) },
		{ id: 'R2', what: '5 layers of 3', attempts: 243, layers: nested(3, 5) },
		{
			id: 'R2',
			what: '4 in the app over 3 in the SDK',
			attempts: 12,
			layers: [policy({ attempts: 3 }), policy({ name: 'app', attempts: 4 })],
		},
		{ id: 'R2', what: '4 hops of 3', attempts: 81, layers: nested(3, 4) },
		{ id: 'R4', what: 'a cap of 3', attempts: 3, layers: [policy({ attempts: 3 })] },
	])('$id: $what where everything fails make exactly $attempts', ({ attempts, layers }) => {
		expect(attemptsOfOneRequest(1, layers)).toBe(attempts);
	});

	it.each([
		{ id: 'R2', n: 4, depth: 3 },
		{ id: 'R2', n: 3, depth: 5 },
	])('$id: depth bites only near certain failure: $depth layers of $n make 2.000 at one half', ({ n, depth }) => {
		compare({
			world: failing(0.5, nested(n, depth)),
			read: (o) => ({ attempts: perRequest(o, 'attempts') }),
			exact: { attempts: (1 - 0.5 ** (n ** depth)) / 0.5 },
			allowance: { attempts: 1e-4 },
			off: { 'failures are 2 % many': { attempts: 1 / (1 - 0.51) } },
			telling: ['attempts'],
		});
	});
});

/** Exact where everything fails: attempts / births, once all requests have ended. */
function attemptsOfOneRequest(f: number, layers: readonly RetryPolicy[]): number {
	const world = failing(f, layers, 1, 100);
	const births = [{ fromUs: 0, toUs: 50 * S, fromRate: 1, toRate: 1 }];
	const o = run({ ...world, sources: [{ ...world.sources[0], curve: births }] }, 1);
	expect(total(o, 'failed')).toBe(total(o, 'born'));
	return perRequest(o, 'attempts');
}

describe('the herd that an outage gathers', () => {
	it.each(family('OUTAGE_HERD'))('$id', ({ params: { lam, nu, outage }, answers }) => {
		for (const kind of ['crash', 'error'] as const) {
			const effect = kind === 'crash' ? ({ kind } as const) : ({ kind, probability: 1, reply: SERVER_ERROR } as const);
			const world = build({
				rate: lam,
				seconds: outage,
				bucketS: 1,
				edge: { workers: 100_000, service: [constant(0)] },
				clients: { layers: [drawn(nu)] },
				over: { faults: [fault(0, outage + 1, effect)] },
			});
			// Over the last second the rate climbs by lam nu a second, to what it is just before the end.
			const lastSecond = (o: Outcome) => total(o, 'attempts', outage - 1, outage);
			const read = (o: Outcome) => ({
				attempts: total(o, 'attempts'),
				waiting: o.audit.requests.open,
				rateBeforeEnd: lastSecond(o) + (lam * nu) / 2,
			});
			const exact = {
				attempts: answers.mean_attempts_during_outage,
				waiting: answers.mean_waiting_at_end,
				rateBeforeEnd: answers.attempt_rate_just_before_end,
			};
			const closed = (l: number, v: number): Figures => ({ attempts: l * outage + (v * l * outage ** 2) / 2 });
			compare({
				world,
				read,
				exact,
				off: {
					'arrivals are 2 % few': closed(lam / 1.02, nu),
					'retries are 2 % slow': closed(lam, nu / 1.02),
				},
				telling: ['attempts'],
				replications: 200 * LENGTH,
			});
			const runs = Array.from({ length: 200 * LENGTH }, (_, k) => read(run(world, 1_000 + k)));
			// A sample variance of n values strays by sqrt(2 / (n - 1)) of itself.
			const stray = 4 * Math.sqrt(2 / (runs.length - 1));
			const attempts = statistics(runs.map((r) => r.attempts)).variance / answers.var_attempts_during_outage;
			const waiting = statistics(runs.map((r) => r.waiting)).variance / answers.var_waiting_at_end;
			expect(Math.abs(attempts - 1), `variance of attempts, ${kind}`).toBeLessThan(stray);
			expect(Math.abs(waiting - 1), `variance of those waiting, ${kind}`).toBeLessThan(stray);
		}
	});
});
