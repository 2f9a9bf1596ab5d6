/**
 * Impatient clients whose jobs stay behind as zombies, at nodes that share their workers among all: the stationary
 * figures, and what a burst of traffic leaves behind.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { build, drawn, exponential, run, S, steps, total } from '../../support/world-builder.js';
import { type Moves, type State, solve } from '../chain.js';
import { compare, type Figures, family, LENGTH, statistics } from '../support.js';
import { type Rates, readZombies, zombieAnswers } from './zombie-figures.js';

const PERCENT_2 = 1.02;
const MOST_IN_ORBIT = 30;

/** State: jobs whose clients wait, zombies, clients in orbit. */
function sharedZombies({ lam, mu, c, K, theta, p, nu }: Rates, cancels: boolean): Figures {
	const moves: Moves = ([live, dead, orbit]) => {
		const n = live + dead;
		const pace = n === 0 ? 0 : (mu * Math.min(n, c)) / n;
		const more = Math.min(orbit + 1, MOST_IN_ORBIT);
		const left = cancels ? dead : dead + 1;
		const out: [State, number][] = [];
		if (live > 0) {
			out.push([[live - 1, dead, orbit], live * pace]);
			out.push([[live - 1, left, more], live * theta * p], [[live - 1, left, orbit], live * theta * (1 - p)]);
		}
		if (dead > 0) out.push([[live, dead - 1, orbit], dead * pace]);
		if (n < K) out.push([[live + 1, dead, orbit], lam]);
		else out.push([[live, dead, more], lam * p]);
		if (orbit > 0 && n < K) out.push([[live + 1, dead, orbit - 1], orbit * nu]);
		else if (orbit > 0) out.push([[live, dead, orbit - 1], orbit * nu * (1 - p)]);
		return out;
	};
	const chain = solve([0, 0, 0], moves);
	const busy = (live: number, dead: number) =>
		live === 0 ? 0 : (mu * Math.min(live + dead, c) * live) / (live + dead);
	return {
		goodput: chain.mean(([live, dead]) => busy(live, dead)),
		orbit: chain.mean(([, , orbit]) => orbit),
		inSystem: chain.mean(([live, dead]) => live + dead),
	};
}

interface Place extends Rates {
	readonly cancels: boolean;
	readonly rate: Parameters<typeof build>[0]['rate'];
	readonly seconds: number;
	readonly warmUpS?: number;
	readonly bucketS?: number;
}

const world = ({ mu, c, K, theta, p, nu, cancels, ...plan }: Place) =>
	build({
		...plan,
		edge: {
			discipline: 'processor-sharing',
			workers: c,
			queueLimit: K - c,
			service: [exponential(1 / mu)],
			abandoned: cancels ? 'cancel-in-service' : 'serve',
		},
		clients: { timeout: exponential(1 / theta), layers: [drawn(nu, { probability: p })] },
		over: { recordInSystem: true },
	});

describe('zombie work under processor sharing', () => {
	it.each(family('ZPS_METASTABLE'))('$id (stationary figures)', ({ params, answers }) => {
		const { lam, mu, c, K, theta, p, nu } = params;
		const rates = { lam, mu, c, K, theta, p, nu };
		const cancels = Boolean(params.cancel_on_timeout);
		const closed = sharedZombies(rates, cancels);
		expect(closed.goodput / answers.goodput).toBeCloseTo(1, 6);
		expect(closed.orbit / answers.mean_orbit).toBeCloseTo(1, 6);
		// Without zombies the node is never seen half full, and what is cancelled is neither wasted nor late.
		const { wasted: _, wastedCompletions: __, ...remaining } = zombieAnswers(answers);
		const exact = cancels
			? remaining
			: { ...zombieAnswers(answers), halfFull: answers.p_n_ge_half_K, full: answers.p_n_eq_K };
		const warmUpS = 2_000;
		compare({
			world: world({ ...rates, cancels, rate: lam, seconds: warmUpS + LENGTH * 40_000, warmUpS }),
			read: readZombies(exact, K, c),
			exact: cancels ? { ...exact, rejectRate: 0 } : exact,
			off: {
				'services are 2 % short': sharedZombies({ ...rates, mu: mu * PERCENT_2 }, cancels),
				'arrivals are 2 % few': sharedZombies({ ...rates, lam: lam / PERCENT_2 }, cancels),
			},
			telling: ['goodput', 'orbit', 'inSystem'],
		});
	});
});

/** Sum of a measure from the start of the run to an instant. */
const until = (o: Outcome, measure: string, t: number): number => total(o, measure, 0, t);

/** What there is at an instant: attempts sent and without a fate are in the node, open requests without an attempt in orbit. */
function expectedFigures(o: Outcome, t: number, K: number): Figures {
	const fates = ['served_in_time', 'served_late', 'rejected'].reduce((sum, f) => sum + until(o, `fate_${f}`, t), 0);
	const outcomes = ['ok', 'timeout', 'rejected'].reduce((sum, f) => sum + until(o, `outcome_${f}`, t), 0);
	const n = until(o, 'attempts', t) - fates;
	const open = until(o, 'born', t) - until(o, 'succeeded', t) - until(o, 'failed', t);
	return {
		mean_in_system: n,
		mean_orbit: open - (until(o, 'attempts', t) - outcomes),
		p_n_ge_half_K: n >= K / 2 ? 1 : 0,
		expected_successes: until(o, 'succeeded', t),
		expected_attempts: until(o, 'attempts', t),
	};
}

describe('a burst under processor sharing', () => {
	it.each(family('ZPS_TRIGGER'))('$id', ({ params, schedule, grid }) => {
		const { mu, c, K, theta, p, nu } = params;
		expect(schedule.every((piece) => piece.mu === mu)).toBe(true);
		const rate = steps(...schedule.map((piece) => [piece.t, piece.lam] as const));
		const seconds = Math.max(...grid.map(({ t }) => t));
		const plan = world({ lam: 0, mu, c, K, theta, p, nu, cancels: false, rate, seconds, bucketS: 10 });
		const runs = Array.from({ length: 1_500 * LENGTH }, (_, k) => {
			const o = run(plan, k + 1);
			return grid.map(({ t }) => expectedFigures(o, t, K));
		});
		const off: string[] = [];
		grid.forEach(({ t, ...exact }, at) => {
			for (const [name, answer] of Object.entries(exact)) {
				// What is next to certain has no spread to be judged by.
				if (name === 'p_n_ge_half_K' && (answer < 0.01 || answer > 0.99)) continue;
				const { mean, se } = statistics(runs.map((figures) => figures[at][name]));
				if (Math.abs(mean - answer) > 4 * se) off.push(`${name} at ${t} s: ${mean} against ${answer}, s.e. ${se}`);
			}
		});
		expect(off).toEqual([]);
		const last = statistics(runs.map((figures) => figures[grid.length - 1].expected_successes));
		expect(4 * last.se).toBeLessThan(0.02 * last.mean);
		expect(plan.horizonUs).toBe(seconds * S);
	});
});
