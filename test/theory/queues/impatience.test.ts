/**
 * Clients who stop waiting: Erlang-A and constant patience in the queue (the request leaves the line, whoever is in
 * service stays), and deadlines the server does not know. Q9 to Q11 of the facts.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { build, constant, exponential, total } from '../../support/world-builder.js';
import { solve } from '../chain.js';
import { deadlineWasted, mmcd } from '../formulas.js';
import { compare, type Figures, family, LENGTH, level, meanS, meanSize, perSecond, shareAtLeast } from '../support.js';

const PERCENT_2 = 1.02;

const share = (o: Outcome, measure: string): number => total(o, measure) / total(o, 'born');

/** Erlang-A as a birth-death chain, cut where the queue never gets. */
function erlangA(lam: number, mu: number, c: number, theta: number) {
	const most = c + 40 + Math.ceil((4 * lam) / theta);
	const chain = solve([0], ([n]) => [
		[[Math.min(n + 1, most)], lam],
		[[Math.max(n - 1, 0)], Math.min(n, c) * mu + Math.max(0, n - c) * theta],
	]);
	const Lq = chain.mean(([n]) => Math.max(0, n - c));
	const pAbandon = (theta * Lq) / lam;
	return { Lq, pAbandon, pWait: chain.mean(([n]) => (n >= c ? 1 : 0)), meanWaitAll: Lq / lam };
}

const impatient = (lam: number, mu: number, c: number, theta: number, jobs = 25_000, warmUpS = 100) =>
	build({
		rate: lam,
		seconds: warmUpS + Math.ceil((LENGTH * jobs) / lam),
		warmUpS,
		edge: { workers: c, service: [exponential(1 / mu)], abandoned: 'cancel-queued' },
		clients: { patience: exponential(1 / theta) },
		over: { recordInSystem: true },
	});

const readImpatient = (c: number) => (o: Outcome) => ({
	pAbandon: share(o, 'fate_cancelled_queued'),
	// Arrivals see time averages: a request waits when all workers are busy.
	pWait: shareAtLeast(o, c),
	meanWaitAll: total(o, 'waiting_us') / total(o, 'born') / 1e6,
	meanWaitServed: meanS(o, 'wait'),
	Lq: level(o, 'waiting_us'),
	L: meanSize(o),
	throughput: perSecond(o, 'fate_served_in_time') + perSecond(o, 'fate_served_late'),
	utilisation: level(o, 'busy_us') / c,
});

describe('Erlang-A (exponential patience, cancel-queued)', () => {
	const off = (lam: number, mu: number, c: number, theta: number): Record<string, Figures> => ({
		'services are 2 % short': erlangA(lam, mu * PERCENT_2, c, theta),
		'arrivals are 2 % few': erlangA(lam / PERCENT_2, mu, c, theta),
	});

	it.each(family('ERLANG_A'))('$id', ({ params: { lam, mu, c, theta }, answers }) => {
		expect(erlangA(lam, mu, c, theta).pAbandon).toBeCloseTo(answers.p_abandon, 7);
		compare({
			world: impatient(lam, mu, c, theta, 60_000),
			read: readImpatient(c),
			exact: {
				pAbandon: answers.p_abandon,
				pWait: answers.p_wait,
				meanWaitAll: answers.mean_wait_all,
				meanWaitServed: answers.mean_wait_served,
				Lq: answers.Lq,
				L: answers.L,
				throughput: answers.throughput,
				utilisation: answers.utilisation,
			},
			off: { ...off(lam, mu, c, theta), 'patience is 5 % long': erlangA(lam, mu, c, theta / 1.05) },
			telling: ['Lq', 'pAbandon'],
		});
	});

	it.each([
		{ lam: 48, mu: 1, c: 50, theta: 0.5, exact: [0.46777407, 0.03091225, 0.0618245] },
		{ lam: 50, mu: 1, c: 50, theta: 1, exact: [0.51880832, 0.05632501, 0.05632501] },
		{ lam: 12, mu: 10, c: 1, theta: 0.2, exact: [0.97925887, 0.18395094, 0.9197547] },
		{ lam: 10, mu: 10, c: 1, theta: 1, exact: [0.81247943, 0.18752057, 0.18752057] },
	])('Q9: $lam/s on $c workers of $mu/s, patience rate $theta', ({ lam, mu, c, theta, exact }) => {
		const [pWait, pAbandon, meanWaitAll] = exact;
		compare({
			world: impatient(lam, mu, c, theta, 60_000),
			read: readImpatient(c),
			exact: { pWait, pAbandon, meanWaitAll },
			off: off(lam, mu, c, theta),
			telling: ['pWait', 'pAbandon', 'meanWaitAll'],
		});
	});
});

describe('M/M/c + D (constant patience, cancel-queued)', () => {
	const world = (lam: number, mu: number, c: number, tau: number, jobs: number) =>
		build({
			rate: lam,
			seconds: 200 + Math.ceil((LENGTH * jobs) / lam),
			warmUpS: 200,
			edge: { workers: c, service: [exponential(1 / mu)], abandoned: 'cancel-queued' },
			clients: { timeout: constant(tau) },
			over: { recordInSystem: true },
		});
	const readAll = (c: number) => (o: Outcome) => ({
		...readImpatient(c)(o),
		inTime: share(o, 'outcome_ok'),
		goodput: perSecond(o, 'outcome_ok'),
	});
	const off = (lam: number, mu: number, c: number, tau: number): Record<string, Figures> => ({
		'services are 2 % short': mmcd(lam, mu * PERCENT_2, c, tau),
		'arrivals are 2 % few': mmcd(lam / PERCENT_2, mu, c, tau),
	});

	it.each(family('MMC_D_PATIENCE'))('$id', ({ params: { lam, mu, c, tau }, answers }) => {
		expect(mmcd(lam, mu, c, tau).pAbandon).toBeCloseTo(answers.p_abandon, 9);
		expect(mmcd(lam, mu, c, tau).pWait).toBeCloseTo(answers.p_wait, 9);
		compare({
			world: world(lam, mu, c, tau, 40_000),
			read: readAll(c),
			exact: {
				pAbandon: answers.p_abandon,
				pWait: answers.p_wait,
				meanWaitAll: answers.mean_wait_all,
				meanWaitServed: answers.mean_wait_served,
				Lq: answers.Lq,
				throughput: answers.throughput,
				utilisation: answers.utilisation,
				inTime: answers.fraction_response_within_tau,
				goodput: answers.goodput_within_tau,
			},
			off: off(lam, mu, c, tau),
			telling: ['pAbandon'],
		});
	});

	it.each([
		{ lam: 12, mu: 10, tau: 0.5, pAbandon: 0.22385542, jobs: 25_000 },
		{ lam: 9.3, mu: 10, tau: 4, pAbandon: 0.0041785, jobs: 60_000 },
		{ lam: 15, mu: 10, tau: 5, pAbandon: 0.33333333, jobs: 25_000 },
	])('Q10: $lam/s, leaving after $tau s', ({ lam, mu, tau, pAbandon, jobs }) => {
		expect(mmcd(lam, mu, 1, tau).pAbandon).toBeCloseTo(pAbandon, 8);
		compare({
			world: world(lam, mu, 1, tau, jobs),
			read: readAll(1),
			exact: { pAbandon },
			off: off(lam, mu, 1, tau),
			telling: ['pAbandon'],
		});
	});
});

describe('deadlines the server does not know', () => {
	const world = (lam: number, mu: number, c: number, K: number, tau: number, jobs: number, warmUpS: number) =>
		build({
			rate: lam,
			seconds: warmUpS + Math.ceil((LENGTH * jobs) / lam),
			warmUpS,
			edge: { workers: c, queueLimit: K - c, service: [exponential(1 / mu)], abandoned: 'serve' },
			clients: { timeout: constant(tau) },
		});
	const read = (c: number) => (o: Outcome) => ({
		pReject: share(o, 'outcome_rejected'),
		pLate: share(o, 'outcome_timeout'),
		onTime: share(o, 'outcome_ok'),
		goodput: perSecond(o, 'outcome_ok'),
		wasted: total(o, 'fate_served_late') / (total(o, 'fate_served_late') + total(o, 'fate_served_in_time')),
		utilisation: level(o, 'busy_us') / c,
	});
	const off = (lam: number, mu: number, c: number, K: number, tau: number): Record<string, Figures> => ({
		'services are 2 % short': deadlineWasted(lam, mu * PERCENT_2, c, K, tau),
		'arrivals are 2 % few': deadlineWasted(lam / PERCENT_2, mu, c, K, tau),
	});

	it.each(family('DEADLINE_WASTED'))('$id', ({ params: { lam, mu, c, K, tau }, answers }) => {
		const places = K === null ? Number.POSITIVE_INFINITY : K;
		const closed = deadlineWasted(lam, mu, c, places, tau);
		expect(closed.pLate).toBeCloseTo(answers.p_late, 8);
		expect(closed.onTime).toBeCloseTo(answers.on_time_fraction, 8);
		compare({
			world: world(lam, mu, c, places, tau, 50_000, 4_000),
			read: read(c),
			exact: {
				pReject: answers.p_reject,
				pLate: answers.p_late,
				onTime: answers.on_time_fraction,
				goodput: answers.goodput,
				wasted: answers.wasted_fraction_of_completions,
				utilisation: answers.utilisation,
			},
			off: off(lam, mu, c, places, tau),
			telling: ['pLate'],
		});
	});

	it.each([
		{ lam: 9, mu: 10, T: 0.5, late: 0.606531, jobs: 25_000 },
		{ lam: 9.3, mu: 10, T: 4, late: 0.06081, jobs: 80_000 },
		{ lam: 9.5, mu: 10, T: 3, late: 0.22313, jobs: 80_000 },
		{ lam: 9.5, mu: 10, T: 9, late: 0.011109, jobs: 420_000 },
	])('Q11: late after $T s at $lam/s', ({ lam, mu, T, late, jobs }) => {
		const places = Number.POSITIVE_INFINITY;
		compare({
			world: world(lam, mu, 1, places, T, jobs, 1_500),
			read: read(1),
			exact: { pLate: late },
			off: off(lam, mu, 1, places, T),
			telling: ['pLate'],
		});
	});
});
