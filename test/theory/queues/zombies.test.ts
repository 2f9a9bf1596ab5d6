/**
 * Impatient clients whose jobs stay behind as zombies, first come, first served on one worker: the stationary figures.
 * First passages are in first-passages.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { build, drawn, exponential } from '../../support/world-builder.js';
import { type Moves, type State, solve } from '../chain.js';
import { compare, type Figures, family, LENGTH, tableFigures } from '../support.js';
import { readZombies, zombieAnswers } from './zombie-figures.js';

const PERCENT_2 = 1.02;
const MOST_IN_ORBIT = 60;

interface Rates {
	readonly lam: number;
	readonly mu: number;
	readonly K: number;
	readonly theta: number;
	readonly p: number;
	readonly nu: number;
}

/** State: clients in orbit, then the jobs from the head on, 1 while its client waits and 0 as a zombie. */
function zombies({ lam, mu, K, theta, p, nu }: Rates): Figures {
	const moves: Moves = ([orbit, ...jobs]) => {
		const with1 = Math.min(orbit + 1, MOST_IN_ORBIT);
		const out: [State, number][] = [];
		if (jobs.length > 0) out.push([[orbit, ...jobs.slice(1)], mu]);
		jobs.forEach((live, i) => {
			if (live === 0) return;
			const left = jobs.map((job, k) => (k === i ? 0 : job));
			out.push([[with1, ...left], theta * p], [[orbit, ...left], theta * (1 - p)]);
		});
		if (jobs.length < K) out.push([[orbit, ...jobs, 1], lam]);
		else out.push([[with1, ...jobs], lam * p]);
		if (orbit > 0 && jobs.length < K) out.push([[orbit - 1, ...jobs, 1], orbit * nu]);
		else if (orbit > 0) out.push([[orbit - 1, ...jobs], orbit * nu * (1 - p)]);
		return out;
	};
	const chain = solve([0], moves);
	return {
		goodput: mu * chain.mean(([, ...jobs]) => (jobs.length > 0 ? jobs[0] : 0)),
		orbit: chain.mean(([orbit]) => orbit),
		inSystem: chain.mean((state) => state.length - 1),
	};
}

describe('zombie work, first come, first served', () => {
	it.each(family('ZFCFS_METASTABLE'))('$id (stationary figures)', ({ params, answers, tables }) => {
		const { lam, mu, K, theta, p, nu } = params;
		const rates = { lam, mu, K, theta, p, nu };
		const closed = zombies(rates);
		expect(closed.goodput / answers.goodput).toBeCloseTo(1, 6);
		expect(closed.orbit / answers.mean_orbit).toBeCloseTo(1, 6);
		const exact = { ...zombieAnswers(answers), ...tableFigures('p_n', tables.p_n) };
		const warmUpS = 3_000;
		compare({
			world: build({
				rate: lam,
				seconds: warmUpS + LENGTH * 150_000,
				warmUpS,
				edge: { queueLimit: K - 1, service: [exponential(1 / mu)], abandoned: 'serve' },
				clients: { timeout: exponential(1 / theta), layers: [drawn(nu, { probability: p })] },
				over: { recordInSystem: true },
			}),
			read: readZombies(exact, K, 1),
			exact,
			off: {
				'services are 2 % short': zombies({ ...rates, mu: mu * PERCENT_2 }),
				'arrivals are 2 % few': zombies({ ...rates, lam: lam / PERCENT_2 }),
			},
			telling: ['goodput', 'orbit', 'inSystem'],
		});
	});
});
