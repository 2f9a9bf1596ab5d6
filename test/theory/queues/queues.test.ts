/** Open queues without impatience or retries: M/M/1, M/M/c, M/M/c/K, M/D/1, M/G/1; and Q1 to Q7 of the facts. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { type Distribution, meanUs, scv } from '../../../src/model/distributions/distribution.js';
import { build, exponential, S, total } from '../../support/world-builder.js';
import { erlangC, mg1, mm1SojournQuantile, mmc, mmck } from '../formulas.js';
import {
	BIN,
	compare,
	deviationS,
	type Figures,
	family,
	LENGTH,
	level,
	meanS,
	meanSize,
	perSecond,
	quantileS,
	readTable,
	shareWithoutWait,
	sizes,
	tableFigures,
} from '../support.js';

const PERCENT_2 = 1.02;
const { POSITIVE_INFINITY: UNBOUNDED } = Number;

interface Queue {
	readonly lam: number;
	readonly service: Distribution;
	readonly workers?: number;
	/** waiting places */
	readonly queueLimit?: number;
	/** requests per replication, and seconds before they count */
	readonly jobs?: number;
	readonly warmUpS?: number;
}

const queue = ({ lam, service, workers = 1, queueLimit = UNBOUNDED, jobs = 25_000, warmUpS = 500 }: Queue) =>
	build({
		rate: lam,
		seconds: warmUpS + Math.ceil((LENGTH * jobs) / lam),
		warmUpS,
		edge: { workers, queueLimit, service: [service] },
		over: { recordInSystem: true },
	});

const read = (o: Outcome) => ({
	W: meanS(o, 'attempt'),
	Wq: meanS(o, 'wait'),
	L: meanSize(o),
	Lq: level(o, 'waiting_us'),
	busy: level(o, 'busy_us'),
	throughput: perSecond(o, 'outcome_ok'),
	pBlock: total(o, 'fate_rejected') / total(o, 'born'),
	withoutWait: shareWithoutWait(o),
	WqStd: deviationS(o, 'wait'),
	WStd: deviationS(o, 'attempt'),
});

/** All that is read, with the tables that `exact` asks for. */
const readAll = (exact: Figures) => (o: Outcome) => {
	const p = sizes(o);
	return {
		...read(o),
		...readTable('p_n', exact, (n) => (n < p.length ? p[n] : 0)),
		...readTable('sojourn', exact, (q) => quantileS(o, 'attempt', q)),
		...readTable('wait', exact, (q) => quantileS(o, 'wait', q)),
	};
};

/** Quantiles are middles of bins. */
const binned = (exact: Figures): Figures =>
	Object.fromEntries(Object.keys(exact).flatMap((n) => (/^(sojourn|wait)\[/.test(n) ? [[n, BIN]] : [])));

function check(world: Queue, exact: Figures, telling: readonly string[], off: Record<string, Figures>): void {
	compare({ world: queue(world), read: readAll(exact), exact, off, telling, allowance: binned(exact) });
}

/** Probabilities that are seen often enough to be measured. */
const oftenSeen = (p: number): boolean => p > 1e-3;
const isPositive = (us: number): boolean => us > 0;

describe('M/M/1', () => {
	it.each(family('MM1'))('$id', ({ params: { lam, mu }, answers, tables }) => {
		expect(mmc(lam, mu, 1).W).toBeCloseTo(answers.W, 9);
		const exact = {
			W: answers.W,
			Wq: answers.Wq,
			L: answers.L,
			Lq: answers.Lq,
			busy: answers.rho,
			withoutWait: 1 - answers.rho,
			...tableFigures('p_n', tables.p_n, oftenSeen),
			...tableFigures('sojourn', tables.sojourn_quantile),
			...tableFigures('wait', tables.wait_quantile, isPositive),
		};
		check(
			{ lam, service: exponential(1 / mu), jobs: lam > 0.8 * mu ? 150_000 : 30_000, warmUpS: 4_000 },
			exact,
			['W', 'L'],
			{
				'services are 2 % short': mmc(lam, mu * PERCENT_2, 1),
				'arrivals are 2 % few': mmc(lam / PERCENT_2, mu, 1),
			},
		);
	});

	it.each([
		{ rho: 0.5, L: 1, W: 2, p99: 9.21 },
		{ rho: 0.8, L: 4, W: 5, p99: 23.026 },
		{ rho: 0.9, L: 9, W: 10, p99: 46.052 },
		{ rho: 0.95, L: 19, W: 20, p99: 92.103 },
	])('Q1: load $rho', ({ rho, L, W, p99 }) => {
		expect(mm1SojournQuantile(rho, 1, 0.99)).toBeCloseTo(p99, 3);
		const exact = { L, W, 'sojourn[0.99]': p99 };
		// The nearer to full, the slower the queue forgets: about 1 / (1 - sqrt(rho))^2 services.
		const jobs = rho > 0.9 ? 300_000 : rho > 0.8 ? 100_000 : 30_000;
		check({ lam: rho, service: exponential(1), jobs, warmUpS: rho > 0.9 ? 12_000 : 4_000 }, exact, ['W', 'L'], {
			'services are 2 % short': mmc(rho, PERCENT_2, 1),
			'arrivals are 2 % few': mmc(rho / PERCENT_2, 1, 1),
		});
	});
});

describe('M/M/c', () => {
	it.each(family('MMC'))('$id', ({ params: { lam, mu, c }, answers, tables }) => {
		expect(mmc(lam, mu, c).Wq).toBeCloseTo(answers.Wq, 9);
		const exact = {
			W: answers.W,
			Wq: answers.Wq,
			L: answers.L,
			Lq: answers.Lq,
			withoutWait: 1 - answers.erlang_c,
			...tableFigures('sojourn', tables.sojourn_quantile),
			...tableFigures('wait', tables.wait_quantile),
		};
		check({ lam, service: exponential(1 / mu), workers: c, jobs: 40_000 }, exact, ['Wq'], {
			'services are 2 % short': mmc(lam, mu * PERCENT_2, c),
			'arrivals are 2 % few': mmc(lam / PERCENT_2, mu, c),
		});
	});

	it.each([
		{ id: 'Q2', c: 1, rho: 0.8, C: 0.8, W: 5 },
		{ id: 'Q2', c: 2, rho: 0.8, C: 0.711111, W: 2.777778 },
		{ id: 'Q2', c: 5, rho: 0.8, C: 0.554113, W: 1.554113 },
		{ id: 'Q2', c: 10, rho: 0.8, C: 0.40918, W: 1.20459 },
		{ id: 'Q2', c: 20, rho: 0.8, C: 0.256078, W: 1.064019 },
		{ id: 'Q2', c: 50, rho: 0.8, C: 0.086953, W: 1.008695 },
		{ id: 'Q2', c: 100, rho: 0.8, C: 0.019646, W: 1.000982 },
		{ id: 'Q3', c: 5, rho: 0.5, C: 0.130371, W: 1 + 0.130371 / 2.5 },
		{ id: 'Q3', c: 10, rho: 0.5, C: 0.036105, W: 1 + 0.036105 / 5 },
		{ id: 'Q4', c: 10, rho: 0.9, C: 0.668732, W: 1 + 0.668732 },
	])('$id: $c workers at load $rho', ({ c, rho, C, W }) => {
		expect(erlangC(rho * c, 1, c)).toBeCloseTo(C, 5);
		const answers = (lam: number, mu: number) => ({ W: mmc(lam, mu, c).W, withoutWait: 1 - erlangC(lam, mu, c) });
		check({ lam: rho * c, service: exponential(1), workers: c }, { W, withoutWait: 1 - C }, ['W', 'withoutWait'], {
			'services are 2 % short': answers(rho * c, PERCENT_2),
			// Far from full the sojourn is the service, and only the waiting tells the arrivals.
			...(C > 0.1 ? { 'arrivals are 2 % few': answers((rho * c) / PERCENT_2, 1) } : {}),
		});
	});
});

describe('M/M/c/K', () => {
	it.each(family('MMCK'))('$id', ({ params: { lam, mu, c, K }, answers, tables }) => {
		expect(mmck(lam, mu, c, K).pBlock).toBeCloseTo(answers.p_block, 9);
		const exact = {
			pBlock: answers.p_block,
			throughput: answers.throughput,
			L: answers.L,
			Lq: answers.Lq,
			busy: answers.utilisation * c,
			W: answers.W_accepted,
			Wq: answers.Wq_accepted,
			withoutWait: 1 - answers.p_wait_given_accepted,
			...tableFigures('sojourn', tables.sojourn_quantile_accepted),
			...tableFigures('wait', tables.wait_quantile_accepted),
		};
		const jobs = 25_000;
		check(
			{ lam, service: exponential(1 / mu), workers: c, queueLimit: K - c, jobs, warmUpS: 2_000 },
			exact,
			['pBlock'],
			{
				'services are 2 % short': mmck(lam, mu * PERCENT_2, c, K),
				'arrivals are 2 % few': mmck(lam / PERCENT_2, mu, c, K),
			},
		);
	});

	const q5: readonly { lam: number; mu: number; c: number; K: number; exact: Figures }[] = [
		{ lam: 9, mu: 10, c: 1, K: 10, exact: { pBlock: 0.050813731, L: 3.9694406, W: 0.46466007 } },
		{ lam: 12, mu: 10, c: 1, K: 10, exact: { pBlock: 0.1925865, L: 6.7107087, W: 0.69261378 } },
		{ lam: 15, mu: 10, c: 1, K: 35, exact: { pBlock: 0.33333349, L: 33.000016, W: 3.3000024 } },
		{ lam: 8, mu: 1, c: 10, K: 10, exact: { pBlock: 0.12166106 } },
		{ lam: 18, mu: 2, c: 10, K: 20, exact: { pBlock: 0.029510062, L: 11.039661, W: 0.63196379 } },
	];
	it.each(q5)('Q5: $lam/s on $c workers of $mu/s, $K places', ({ lam, mu, c, K, exact }) => {
		const closed: Figures = mmck(lam, mu, c, K);
		for (const [name, value] of Object.entries(exact)) expect(closed[name] / value).toBeCloseTo(1, 6);
		check({ lam, service: exponential(1 / mu), workers: c, queueLimit: K - c, warmUpS: 100 }, exact, ['pBlock', 'L'], {
			'services are 2 % short': mmck(lam, mu * PERCENT_2, c, K),
			'arrivals are 2 % few': mmck(lam / PERCENT_2, mu, c, K),
		});
	});
});

/** M/G/1 by the mean and the squared coefficient of variation of its law. */
const off = (lam: number, law: Distribution): Record<string, Figures> => ({
	'services are 2 % short': mg1(lam, meanUs(law) / S / PERCENT_2, scv(law)),
	'arrivals are 2 % few': mg1(lam / PERCENT_2, meanUs(law) / S, scv(law)),
});

const means = ({ Wq, W, Lq, L }: Figures): Figures => ({ Wq, W, Lq, L });

describe('M/D/1', () => {
	it.each(family('MD1'))('$id', ({ params: { lam, D }, answers, tables }) => {
		const service = { kind: 'constant', us: D * S } as const;
		const exact = {
			...means(answers),
			...tableFigures('p_n', tables.p_n, oftenSeen),
			...tableFigures('wait', tables.wait_quantile),
		};
		check({ lam, service, jobs: 30_000 }, exact, ['Wq'], off(lam, service));
	});
});

describe('M/G/1', () => {
	it.each(family('MG1_LOGNORMAL'))('$id', ({ params: { lam, mean, scv }, answers }) => {
		const service = { kind: 'lognormal', meanUs: mean * S, scv } as const;
		const exact = { ...means(answers), WqStd: answers.Wq_std, WStd: answers.W_std };
		check({ lam, service, jobs: 100_000, warmUpS: 2_000 }, exact, ['Wq'], off(lam, service));
	});

	it.each(family('MG1_HYPEREXP'))('$id', ({ params: { lam, p, mu1, mu2 }, answers, tables }) => {
		const phases = [
			{ probability: p, meanUs: S / mu1 },
			{ probability: 1 - p, meanUs: S / mu2 },
		];
		const service = { kind: 'hyperexponential', phases } as const;
		const exact = {
			...means(answers),
			WqStd: answers.Wq_std,
			WStd: answers.W_std,
			...tableFigures('wait', tables.wait_quantile),
		};
		check({ lam, service, jobs: 100_000, warmUpS: 2_000 }, exact, ['Wq'], off(lam, service));
	});

	const second = { meanUs: S };
	const laws: readonly { id: string; name: string; law: Distribution; lam: number; Wq: number; jobs?: number }[] = [
		{ id: 'Q6', name: 'deterministic', law: { kind: 'constant', us: S }, lam: 0.8, Wq: 2 },
		{ id: 'Q6', name: 'Erlang-4', law: { kind: 'erlang', stages: 4, ...second }, lam: 0.8, Wq: 2.5 },
		{ id: 'Q6', name: 'exponential', law: exponential(1), lam: 0.8, Wq: 4 },
		{ id: 'Q6', name: 'gamma, cv2 4', law: { kind: 'gamma', scv: 4, ...second }, lam: 0.8, Wq: 10, jobs: 100_000 },
		{
			id: 'Q6',
			name: 'log-normal, sigma 1',
			law: { kind: 'lognormal', scv: Math.E - 1, ...second },
			lam: 0.8,
			Wq: 5.436564,
		},
		{ id: 'Q7', name: 'Weibull, shape 2', law: { kind: 'weibull', meanUs: S / 10, shape: 2 }, lam: 8, Wq: 0.254648 },
		{
			id: 'Q7',
			name: 'one in a thousand is slow',
			law: {
				kind: 'mixture',
				parts: [
					{ weight: 0.999, of: exponential(0.1) },
					{ weight: 0.001, of: exponential(10) },
				],
			},
			lam: 0.8 / 0.1099,
			Wq: 4.003276,
			jobs: 1_200_000,
		},
	];
	it.each(laws)('$id: $name', ({ law, lam, Wq, jobs = 40_000 }) => {
		expect(mg1(lam, meanUs(law) / S, scv(law)).Wq).toBeCloseTo(Wq, 5);
		check({ lam, service: law, jobs, warmUpS: lam > 1 ? 1_000 : 2_000 }, { Wq }, ['Wq'], off(lam, law));
	});
});
