/** Bursty arrivals, and a choice among nodes. Q2 stands with the other queues. */
import { describe, it } from 'vitest';
import { build, exponential, steps } from '../world-builder.js';
import { compare, type Figures, family, LENGTH, level, meanS, meanSize, shareAtLeast } from './support.js';

const shifted = (exact: Figures, factor: number): Figures =>
	Object.fromEntries(Object.entries(exact).map(([name, value]) => [name, value * factor]));

describe('MMPP/M/1', () => {
	it.each(family('MMPP_M1'))('$id', ({ params: { lam1, lam2, r12, r21, mu }, answers, tables }) => {
		const exact = {
			busy: answers.rho,
			L: answers.L,
			W: answers.W,
			'atLeast[5]': tables.p_N_ge[5],
			'atLeast[20]': tables.p_N_ge[20],
		};
		compare({
			world: build({
				rate: steps([0, 1]),
				seconds: 10_000 + 400_000 * LENGTH,
				warmUpS: 10_000,
				edge: { service: [exponential(1 / mu)] },
				over: {
					arrivals: { kind: 'mmpp', ratesPerSecond: [lam1, lam2], switchPerSecond: [r12, r21] },
					recordInSystem: true,
				},
			}),
			read: (o) => ({
				busy: level(o, 'busy_us'),
				L: meanSize(o),
				W: meanS(o, 'attempt'),
				'atLeast[5]': shareAtLeast(o, 5),
				'atLeast[20]': shareAtLeast(o, 20),
			}),
			exact,
			// at load 0.85 a rate that is 2 % off moves the queue by more than a tenth
			off: { 'the queue is a tenth off': shifted(exact, 1.1), 'the load is 2 % off': shifted(exact, 1.02) },
			telling: ['L', 'busy'],
		});
	});
});

describe('join the shorter of two queues', () => {
	it.each(family('JSQ2'))('$id', ({ params: { lam, mu, nodes, c }, answers }) => {
		const exact = { L: answers.L, W: answers.W, busy: nodes * answers.rho };
		compare({
			world: build({
				rate: lam,
				seconds: 5_000 + 100_000 * LENGTH,
				warmUpS: 5_000,
				edge: { nodes, workers: c, service: [exponential(1 / mu)] },
				over: { nodeCount: nodes, choice: 'least-outstanding', recordInSystem: true },
			}),
			read: (o) => ({ L: nodes * meanSize(o), W: meanS(o, 'attempt'), busy: level(o, 'busy_us') }),
			exact,
			// at load 0.8 a rate that is 2 % off moves the queue by more than 5 %
			off: { 'the queue is 5 % off': shifted(exact, 1.05), 'the load is 2 % off': shifted(exact, 1.02) },
			telling: ['L', 'W', 'busy'],
		});
	});
});
