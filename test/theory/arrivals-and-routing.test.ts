/** Bursty arrivals (MMPP/M/1), and the shorter of two queues. */
import { describe, expect, it } from 'vitest';
import { build, exponential, steps } from '../support/world-builder.js';
import { solve } from './chain.js';
import {
	compare,
	type Figures,
	family,
	LENGTH,
	level,
	meanS,
	meanSize,
	perSecond,
	readTable,
	shareAtLeast,
	shareWithoutWait,
	tableFigures,
} from './support.js';

const PERCENT_2 = 1.02;

describe('MMPP/M/1', () => {
	it.each(family('MMPP_M1'))('$id', ({ params: { lam1, lam2, r12, r21, mu }, answers, tables }) => {
		const closed = (l1: number, l2: number, m: number): Figures => {
			const chain = solve([0, 0], ([n, phase]) => [
				[[Math.min(n + 1, 1_200), phase], phase === 0 ? l1 : l2],
				[[Math.max(n - 1, 0), phase], n > 0 ? m : 0],
				[[n, 1 - phase], phase === 0 ? r12 : r21],
			]);
			const L = chain.mean(([n]) => n);
			return { L, W: (L * (r12 + r21)) / (l1 * r21 + l2 * r12) };
		};
		expect(closed(lam1, lam2, mu).L / answers.L).toBeCloseTo(1, 6);
		const exact = {
			L: answers.L,
			Lq: answers.Lq,
			W: answers.W,
			Wq: answers.Wq,
			arrivals: answers.mean_arrival_rate,
			empty: answers.p_empty,
			...tableFigures('p_N_ge', tables.p_N_ge),
		};
		const warmUpS = 10_000;
		compare({
			world: build({
				rate: steps([0, 1]),
				seconds: warmUpS + LENGTH * 150_000,
				warmUpS,
				edge: { service: [exponential(1 / mu)] },
				over: {
					arrivals: { kind: 'mmpp', ratesPerSecond: [lam1, lam2], switchPerSecond: [r12, r21] },
					recordInSystem: true,
				},
			}),
			read: (o) => ({
				L: meanSize(o),
				Lq: level(o, 'waiting_us'),
				W: meanS(o, 'attempt'),
				Wq: meanS(o, 'wait'),
				arrivals: perSecond(o, 'born'),
				empty: 1 - shareAtLeast(o, 1),
				...readTable('p_N_ge', exact, (n) => shareAtLeast(o, n)),
			}),
			exact,
			off: {
				'services are 2 % short': closed(lam1, lam2, mu * PERCENT_2),
				'arrivals are 2 % few': closed(lam1 / PERCENT_2, lam2 / PERCENT_2, mu),
			},
			telling: ['L', 'W'],
		});
	});
});

describe('the shorter of two queues', () => {
	it.each(family('JSQ2'))('$id', ({ params: { lam, mu, nodes, c }, answers }) => {
		const closed = (l: number, m: number): Figures => {
			// The longer queue and the shorter one; ties go either way, which is the same by symmetry.
			const chain = solve([0, 0], ([long, short]) => {
				const sorted = (a: number, b: number) => [Math.max(a, b), Math.min(a, b)];
				return [
					[sorted(long, Math.min(short + 1, 120)), l],
					[sorted(Math.max(long - 1, 0), short), long > 0 ? m : 0],
					[sorted(long, Math.max(short - 1, 0)), short > 0 ? m : 0],
				];
			});
			const L = chain.mean(([a, b]) => a + b);
			return { L, W: L / l, someIdle: chain.mean(([, b]) => (b === 0 ? 1 : 0)) };
		};
		// The oracle's "at least one idle" leaves out the states with both idle.
		const someIdle = closed(lam, mu).someIdle;
		expect(closed(lam, mu).L / answers.L).toBeCloseTo(1, 6);
		expect(
			[answers.p_at_least_one_idle, answers.p_at_least_one_idle + answers.p_both_idle].map((x) => x.toFixed(6)),
		).toContain(someIdle.toFixed(6));
		compare({
			world: build({
				rate: lam,
				seconds: 1_000 + LENGTH * 40_000,
				warmUpS: 1_000,
				edge: { nodes, workers: c, service: [exponential(1 / mu)] },
				over: { choice: 'least-outstanding', recordInSystem: true },
			}),
			read: (o) => ({ L: nodes * meanSize(o), W: meanS(o, 'attempt'), someIdle: shareWithoutWait(o) }),
			exact: { L: answers.L, W: answers.W, someIdle },
			off: {
				'services are 2 % short': closed(lam, mu * PERCENT_2),
				'arrivals are 2 % few': closed(lam / PERCENT_2, mu),
			},
			telling: ['W'],
		});
	});
});
