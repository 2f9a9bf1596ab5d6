/** Rejected clients who come back: retrial queues, retries with a probability and with a count. Q12, Q13 of the facts. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import type { RetryPolicy } from '../../../src/model/retry/policy.js';
import { build, drawn, exponential, total } from '../../support/world-builder.js';
import { type Moves, solve } from '../chain.js';
import { compare, type Figures, family, LENGTH, level, meanSize, perSecond } from '../support.js';

const PERCENT_2 = 1.02;

interface Place {
	readonly lam: number;
	readonly mu: number;
	readonly c: number;
	/** places in all */
	readonly K: number;
}

const world = ({ lam, mu, c, K }: Place, policy: RetryPolicy, jobs: number, warmUpS: number) =>
	build({
		rate: lam,
		seconds: warmUpS + Math.ceil((LENGTH * jobs) / lam),
		warmUpS,
		edge: { workers: c, queueLimit: K - c, service: [exponential(1 / mu)] },
		clients: { layers: [policy] },
		over: { recordInSystem: true },
	});

const read = (o: Outcome) => ({
	pBlock: total(o, 'first_failed_by_birth') / total(o, 'born'),
	pBlockAny: total(o, 'outcome_rejected') / total(o, 'attempts'),
	busy: level(o, 'busy_us'),
	orbit: level(o, 'backoff_us'),
	timeInOrbit: total(o, 'backoff_us') / total(o, 'born') / 1e6,
	attemptRate: perSecond(o, 'attempts'),
	amplification: total(o, 'attempts') / total(o, 'first_attempts'),
	throughput: perSecond(o, 'outcome_ok'),
	succeeded: total(o, 'succeeded') / total(o, 'born'),
	giveUpRate: perSecond(o, 'failed'),
	L: meanSize(o),
	secondRejected: total(o, 'attempts_3') / total(o, 'attempts_2'),
	thirdRejected: total(o, 'failed') / total(o, 'attempts_3'),
});

/** Everybody who is rejected comes back with probability p after an exponential time of rate nu. */
function orbiting({ lam, mu, c, K }: Place, p: number, nu: number, most: number): Figures {
	const moves: Moves = ([n, orbit]) => {
		const served = [[Math.max(n - 1, 0), orbit], Math.min(n, c) * mu] as const;
		if (n < K) {
			return [served, [[n + 1, orbit], lam], [[n + 1, Math.max(orbit - 1, 0)], orbit * nu]];
		}
		return [served, [[n, Math.min(orbit + 1, most)], p * lam], [[n, Math.max(orbit - 1, 0)], orbit * nu * (1 - p)]];
	};
	const chain = solve([0, 0], moves);
	const orbit = chain.mean(([, m]) => m);
	return {
		pBlock: chain.mean(([n]) => (n === K ? 1 : 0)),
		orbit,
		busy: chain.mean(([n]) => Math.min(n, c)),
		L: chain.mean(([n]) => n),
		attemptRate: lam + nu * orbit,
	};
}

const off = (place: Place, answers: (place: Place) => Figures): Record<string, Figures> => ({
	'services are 2 % short': answers({ ...place, mu: place.mu * PERCENT_2 }),
	'arrivals are 2 % few': answers({ ...place, lam: place.lam / PERCENT_2 }),
});

describe('M/M/c retrial queue', () => {
	it.each(family('MMC_RETRIAL'))('$id', ({ params: { lam, mu, c, nu }, answers }) => {
		const place = { lam, mu, c, K: c };
		const closed = (p: Place) => orbiting(p, 1, nu, 200);
		expect(closed(place).orbit / answers.mean_orbit).toBeCloseTo(1, 6);
		compare({
			world: world(place, drawn(nu), 40_000, 1_000),
			read,
			exact: {
				pBlock: answers.p_block,
				pBlockAny: answers.p_block_any_attempt,
				busy: answers.mean_busy,
				orbit: answers.mean_orbit,
				timeInOrbit: answers.mean_time_in_orbit,
				amplification: answers.attempts_per_request,
			},
			off: off(place, closed),
			telling: ['orbit'],
		});
	});

	it.each([
		{ lam: 0.5, mu: 1, nu: 1, orbit: 1, time: 2 },
		{ lam: 0.8, mu: 1, nu: 0.5, orbit: 9.6, time: 12 },
		{ lam: 0.8, mu: 1, nu: 5, orbit: 3.84, time: 4.8 },
	])('Q12: $lam/s on one worker, retrying at $nu/s', ({ lam, mu, nu, orbit, time }) => {
		// E[orbit] = rho / (1 - rho) (lam / nu + rho), and the mean time is 1 / lam of it.
		const closed = (p: Place) => {
			const rho = p.lam / p.mu;
			const orbit = (rho / (1 - rho)) * (p.lam / nu + rho);
			return { orbit, timeInOrbit: orbit / p.lam, pBlock: rho };
		};
		const place = { lam, mu, c: 1, K: 1 };
		expect(closed(place).orbit).toBeCloseTo(orbit, 9);
		compare({
			world: world(place, drawn(nu), 40_000, 1_500),
			read,
			exact: { orbit, timeInOrbit: time, pBlock: lam / mu, busy: lam / mu },
			off: off(place, closed),
			telling: ['orbit', 'timeInOrbit'],
		});
	});

	it.each([
		{ lam: 1.6, mu: 1, nu: 1, c: 2, orbit: 6.0470264, pBlock: 0.67529736 },
		{ lam: 4, mu: 1, nu: 5, c: 5, orbit: 2.8889166, pBlock: 0.50347633 },
		{ lam: 8, mu: 1, nu: 0.5, c: 10, orbit: 6.8623537, pBlock: 0.26200723 },
	])('Q13: $lam/s on $c workers, retrying at $nu/s', ({ lam, mu, nu, c, orbit, pBlock }) => {
		const place = { lam, mu, c, K: c };
		const closed = (p: Place) => orbiting(p, 1, nu, 200);
		expect(closed(place).orbit / orbit).toBeCloseTo(1, 6);
		compare({
			world: world(place, drawn(nu), 40_000, 500),
			read,
			exact: { orbit, pBlock, busy: lam / mu },
			off: off(place, closed),
			telling: ['orbit'],
		});
	});
});

describe('M/M/c/K with retries', () => {
	it.each(family('MMCK_RETRY_P'))('$id', ({ params: { lam, mu, c, K, p, nu }, answers }) => {
		const place = { lam, mu, c, K };
		const closed = (at: Place) => orbiting(at, p, nu, c > 10 ? 300 : 100);
		expect(closed(place).orbit / answers.mean_orbit).toBeCloseTo(1, 6);
		compare({
			world: world(place, drawn(nu, { probability: p }), 25_000, 200),
			read,
			exact: {
				pBlock: answers.p_reject_first_attempt,
				pBlockAny: answers.p_reject_any_attempt,
				attemptRate: answers.attempt_rate,
				amplification: answers.amplification,
				throughput: answers.throughput,
				succeeded: answers.success_fraction,
				giveUpRate: answers.giveup_rate,
				L: answers.L,
				orbit: answers.mean_orbit,
			},
			off: off(place, closed),
			telling: ['orbit'],
		});
	});

	it.each(family('MMCK_RETRY_N'))('$id', ({ params, answers }) => {
		const { lam, mu, c, K, nu_1, nu_2, max_attempts } = params;
		const place = { lam, mu, c, K };
		const closed = (at: Place): Figures => {
			const chain = solve([0, 0, 0], ([n, first, second]) => {
				const room = n < K;
				const after = room ? n + 1 : n;
				return [
					[[Math.max(n - 1, 0), first, second], Math.min(n, c) * at.mu],
					[[after, room ? first : Math.min(first + 1, 40), second], at.lam],
					[[after, Math.max(first - 1, 0), room ? second : Math.min(second + 1, 40)], first * nu_1],
					[[after, first, Math.max(second - 1, 0)], second * nu_2],
				];
			});
			return { L: chain.mean(([n]) => n), orbit: chain.mean(([, a, b]) => a + b) };
		};
		expect(closed(place).orbit / (answers.mean_orbit_1 + answers.mean_orbit_2)).toBeCloseTo(1, 6);
		compare({
			world: world(place, drawn([nu_1, nu_2], { attempts: max_attempts }), 40_000, 200),
			read,
			exact: {
				pBlock: answers.p_reject_first_attempt,
				secondRejected: answers.p_reject_second_attempt,
				thirdRejected: answers.p_reject_third_attempt,
				attemptRate: answers.attempt_rate,
				amplification: answers.amplification,
				throughput: answers.throughput,
				succeeded: answers.success_fraction,
				L: answers.L,
				// The two orbits together: the engine keeps one level of back-off.
				orbit: answers.mean_orbit_1 + answers.mean_orbit_2,
			},
			off: off(place, closed),
			telling: ['orbit', 'L'],
		});
	});
});
