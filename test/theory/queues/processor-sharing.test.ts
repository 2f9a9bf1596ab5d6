/** Processor sharing: M/G/1-PS is insensitive to the law of service, and M/M/c-PS has the numbers of M/M/c. Q8 of the facts. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { type Distribution, meanUs } from '../../../src/model/distributions/distribution.js';
import { build, constant, exponential, S, total } from '../../support/world-builder.js';
import { mmc, mmck } from '../formulas.js';
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
	sizes,
	tableFigures,
} from '../support.js';

const PERCENT_2 = 1.02;

interface Shared {
	readonly lam: number;
	readonly services: readonly Distribution[];
	readonly workers?: number;
	/** places beyond the workers */
	readonly queueLimit?: number;
	/** shares of the classes that have those services; equal ones unless given */
	readonly shares?: readonly number[];
	readonly jobs?: number;
}

const shared = ({ lam, services, workers = 1, queueLimit = Infinity, shares, jobs = 100_000 }: Shared) => {
	const warmUpS = 4_000;
	const world = build({
		rate: lam,
		seconds: warmUpS + Math.ceil((LENGTH * jobs) / lam),
		warmUpS,
		edge: { discipline: 'processor-sharing', workers, queueLimit, service: services },
		clients: { classes: services.map((_, index) => index) },
		over: { recordInSystem: true, recordBy: services.length > 1 ? ['class'] : [] },
	});
	return shares === undefined ? world : { ...world, mixes: [{ ...world.mixes[0], shares }] };
};

const read = (exact: Figures) => (o: Outcome) => {
	const p = sizes(o);
	return {
		W: meanS(o, 'attempt'),
		WStd: deviationS(o, 'attempt'),
		L: meanSize(o),
		busy: level(o, 'busy_us'),
		throughput: perSecond(o, 'outcome_ok'),
		pBlock: total(o, 'fate_rejected') / total(o, 'born'),
		waits: level(o, 'waiting_us') + meanS(o, 'wait'),
		...readTable('p_n', exact, (n) => (n < p.length ? p[n] : 0)),
		...readTable('sojourn', exact, (q) => quantileS(o, 'attempt', q)),
	};
};

/** Mean sojourn of each class, by the size of its jobs. */
const readSizes = (names: readonly string[]) => (o: Outcome) =>
	Object.fromEntries(
		names.map((name, index) => [name, o.latency.attempt[index].sumUs / o.latency.attempt[index].count / S]),
	);

const off = (lam: number, mu: number, c: number): Record<string, Figures> => ({
	'services are 2 % short': mmc(lam, mu * PERCENT_2, c),
	'arrivals are 2 % few': mmc(lam / PERCENT_2, mu, c),
});

/** Jobs of three sizes among exponential ones: a tenth of the jobs each, 1 s a job on average. */
const BYSTANDERS = 0.7;
const probes = (sizesS: readonly number[]): { services: Distribution[]; shares: number[] } => {
	const meanS = (1 - 0.1 * sizesS.reduce((a, b) => a + b, 0)) / BYSTANDERS;
	return { services: [...sizesS.map(constant), exponential(meanS)], shares: [...sizesS.map(() => 0.1), BYSTANDERS] };
};

describe('M/M/c-PS', () => {
	it.each(family('MMC_PS'))('$id', ({ params: { lam, mu, c }, answers, tables }) => {
		const exact = {
			W: answers.W,
			L: answers.L,
			WStd: answers.W_std,
			busy: c * answers.rho,
			waits: 0,
			...tableFigures('p_n', tables.p_n),
			...tableFigures('sojourn', tables.sojourn_quantile),
		};
		const binned = Object.fromEntries(Object.keys(exact).flatMap((n) => (n.startsWith('sojourn') ? [[n, BIN]] : [])));
		compare({
			world: shared({ lam, services: [exponential(1 / mu)], workers: c }),
			read: read(exact),
			exact,
			allowance: binned,
			off: off(lam, mu, c),
			telling: ['W', 'L'],
		});
	});

	it.each(family('MMC_PS'))('$id: the sojourn of a job by its size', ({ params: { lam, mu, c }, tables }) => {
		// The closed form holds for one worker, whatever the law of service.
		expect([mu, c]).toEqual([1, 1]);
		const bySize = tables.mean_sojourn_given_size;
		const names = Object.keys(bySize);
		for (const name of names) expect(bySize[name]).toBeCloseTo(Number(name) / (1 - lam), 9);
		const scaled = (rho: number) => Object.fromEntries(names.map((name) => [name, Number(name) / (1 - rho)]));
		compare({
			world: shared({ lam, ...probes(names.map(Number)) }),
			read: readSizes(names),
			exact: bySize,
			off: { 'services are 2 % short': scaled(lam / PERCENT_2), 'arrivals are 2 % few': scaled(lam / PERCENT_2) },
			telling: names,
		});
	});

	it('has the numbers in the system of M/M/4, and all of its busy workers', () => {
		const { W, L } = mmc(3.2, 1, 4);
		const world = shared({ lam: 3.2, services: [exponential(1)], workers: 4 });
		const exact = { W, L, busy: 3.2, waits: 0 };
		compare({ world, read: read(exact), exact, off: off(3.2, 1, 4), telling: ['W', 'L'] });
	});

	it('rejects an attempt that finds workers + limit in the node', () => {
		const { pBlock, throughput, L } = mmck(1.2, 1, 2, 5);
		const world = shared({ lam: 1.2, services: [exponential(1)], workers: 2, queueLimit: 3 });
		const exact = { pBlock, throughput, L };
		compare({
			world,
			read: read(exact),
			exact,
			off: {
				'services are 2 % short': { ...mmck(1.2, PERCENT_2, 2, 5) },
				'arrivals are 2 % few': { ...mmck(1.2 / PERCENT_2, 1, 2, 5) },
			},
			telling: ['pBlock', 'L'],
		});
	});
});

describe('Q8: M/G/1-PS at load 0.8', () => {
	const rho = 0.8;
	const laws: readonly { name: string; law: Distribution }[] = [
		{ name: 'deterministic', law: constant(1) },
		{ name: 'exponential', law: exponential(1) },
		{ name: 'log-normal, sigma 1', law: { kind: 'lognormal', meanUs: S, scv: Math.E - 1 } },
		{
			name: 'hyperexponential',
			law: {
				kind: 'hyperexponential',
				phases: [
					{ probability: 0.9, meanUs: 0.5 * S },
					{ probability: 0.1, meanUs: 5.5 * S },
				],
			},
		},
	];
	it.each(laws)('$name: E[T] = 5, and N is geometric', ({ law }) => {
		expect(meanUs(law)).toBeCloseTo(S, 3);
		const geometric = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`p_n[${n}]`, (1 - rho) * rho ** n]));
		const exact = { W: 5, L: 4, busy: rho, waits: 0, ...geometric };
		compare({
			world: shared({ lam: rho, services: [law] }),
			read: read(exact),
			exact,
			off: off(rho, 1, 1),
			telling: ['W', 'L'],
		});
	});
});
