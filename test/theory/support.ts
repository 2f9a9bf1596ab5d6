/**
 * Engine against theory. A world is run on several seeds; each figure's mean must lie within four standard errors of the
 * exact answer (and an allowance where figures are binned), and the runs must be long enough to tell: a world whose
 * rates are 2 % off would give another mean by more than those four standard errors.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Latency, Outcome } from '../../src/metrics/outcome.js';
import { merge, quantile } from '../../src/metrics/recording/histogram.js';
import type { World } from '../../src/model/world.js';
import { run, S, total } from '../support/world-builder.js';

/** Figures by name: measured in one run, or exact. */
export type Figures = Readonly<Record<string, number>>;

/** Makes every run of the theory tests so many times longer: the long suite sets it. */
export const LENGTH = Number(process.env.THEORY_LENGTH ?? 1);

/** Relative error that a histogram's bins may cause: a quantile is the middle of a bin at most 1/128 wide. */
export const BIN = 0.004;

export interface Comparison {
	readonly world: World;
	readonly read: (outcome: Outcome) => Figures;
	readonly exact: Figures;
	/** the exact answers of worlds with a rate 2 % off: for each, the runs must tell by one of `telling` */
	readonly off: Readonly<Record<string, Figures>>;
	readonly telling: readonly string[];
	/** relative allowance for single figures, stated where it is given; 0 elsewhere */
	readonly allowance?: Figures;
	readonly replications?: number;
	readonly firstSeed?: number;
}

/** Runs, compares, and names every figure that is off together with all the others. */
export function compare(c: Comparison): void {
	const { replications = 20, firstSeed = 1, allowance = {} } = c;
	const runs = Array.from({ length: replications }, (_, k) => c.read(run(c.world, firstSeed + k)));
	const rows = Object.entries(c.exact).map(([name, exact]) => {
		const { mean, se } = statistics(runs.map((figures) => figures[name]));
		const bound = 4 * se + (allowance[name] ?? 0) * Math.abs(exact);
		return { name, exact, mean, se, bound, agrees: Math.abs(mean - exact) <= bound };
	});
	if (process.env.THEORY_TABLE !== undefined) console.table(rows);
	const off = rows.filter((row) => !row.agrees);
	expect(off, `beyond four standard errors, of ${JSON.stringify(rows)}`).toEqual([]);
	for (const [what, figures] of Object.entries(c.off)) {
		const tells = rows.filter(({ name, exact, bound }) => {
			return c.telling.includes(name) && Math.abs(figures[name] - exact) > bound;
		});
		const powers = rows.map(({ name, exact, bound }) => [name, Math.abs(figures[name] - exact) / bound]);
		expect(tells.length, `too short to tell that ${what}: shift / bound ${JSON.stringify(powers)}`).toBeGreaterThan(0);
	}
}

export function statistics(values: readonly number[]): { mean: number; se: number; variance: number } {
	const mean = values.reduce((a, b) => a + b, 0) / values.length;
	const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
	return { mean, se: Math.sqrt(variance / values.length), variance };
}

/** Length of the measured window in seconds. */
export const windowS = (o: Outcome): number => (o.toUs - o.fromUs) / S;

/** Events of a measure per second, or the mean level where the measure is a time (waiting lines, busy workers). */
export const perSecond = (o: Outcome, measure: string): number => total(o, measure) / windowS(o);
export const level = (o: Outcome, measure: string): number => total(o, measure) / (o.toUs - o.fromUs);

const times = (o: Outcome, latency: Latency) => merge(o.latency[latency]);

/** Mean of a latency in seconds. */
export function meanS(o: Outcome, latency: Latency): number {
	const { sumUs, count } = times(o, latency);
	return sumUs / count / S;
}

/** Standard deviation of a latency in seconds. */
export function deviationS(o: Outcome, latency: Latency): number {
	const { sumUs, sumSquaresUs2, count } = times(o, latency);
	return Math.sqrt(sumSquaresUs2 / count - (sumUs / count) ** 2) / S;
}

/** A quantile of a latency in seconds. */
export function quantileS(o: Outcome, latency: Latency, q: number): number {
	const us = quantile(times(o, latency), q);
	if (us === null) throw new Error(`no ${latency} was recorded`);
	return us / S;
}

/** Share of the waits that were no wait at all. */
export const shareWithoutWait = (o: Outcome): number => times(o, 'wait').bins[0] / times(o, 'wait').count;

/** Share of time with n in the system of a node, averaged over its nodes; index n. */
export function sizes(o: Outcome): number[] {
	const us = o.inSystemUs?.[0];
	if (us === undefined) throw new Error('the world keeps no sizes');
	const sum = us.reduce((a, b) => a + b, 0);
	return Array.from(us, (t) => t / sum);
}

/** Mean number in the system of a node, and the share of time with at least `n` in it. */
export const meanSize = (o: Outcome): number => sizes(o).reduce((sum, p, n) => sum + n * p, 0);
export const shareAtLeast = (o: Outcome, n: number): number =>
	sizes(o).reduce((sum, p, k) => (k >= n ? sum + p : sum), 0);

/** One case of the oracle file. */
export interface Oracle {
	readonly id: string;
	readonly family: string;
	readonly params: Readonly<Record<string, number>>;
	/** the answers that are single numbers */
	readonly answers: Figures;
	/** the answers that are tables, such as p_n or quantiles: by name, then by key */
	readonly tables: Readonly<Record<string, Figures>>;
	/** rates over time, and the answers at instants: [] where nothing changes */
	readonly schedule: readonly Figures[];
	readonly grid: readonly Figures[];
	/** what the collapsed start holds, where it is said in numbers */
	readonly start: Figures;
}

interface RawCase {
	readonly id: string;
	readonly family: string;
	readonly params: Readonly<Record<string, number>> & {
		readonly schedule?: readonly Figures[];
		readonly collapsed_start?: Figures;
	};
	readonly answers: Readonly<Record<string, number | Figures>> & { readonly grid?: readonly Figures[] };
}

const raw: { readonly cases: readonly RawCase[] } = JSON.parse(
	readFileSync(new URL('../oracles/public.json', import.meta.url), 'utf8'),
);

export const ORACLES: readonly Oracle[] = raw.cases.map(({ id, family, params, answers }) => {
	const single: Record<string, number> = {};
	const tables: Record<string, Figures> = {};
	const { grid = [], ...byName } = answers;
	const { schedule = [], collapsed_start: start = {}, ...numbers } = params;
	for (const [name, answer] of Object.entries(byName)) {
		if (typeof answer === 'number') single[name] = answer;
		else tables[name] = answer;
	}
	return { id, family, params: numbers, answers: single, tables, schedule, grid, start };
});

/** The oracle cases of a family; the coverage test looks for these calls. */
export function family(name: string): Oracle[] {
	const found = ORACLES.filter((oracle) => oracle.family === name);
	if (found.length === 0) throw new Error(`the oracles have no family ${name}`);
	return found;
}

/** The entries of a table whose values pass, as figures named `prefix[key]`. */
export function tableFigures(prefix: string, table: Figures, passes: (value: number) => boolean = () => true): Figures {
	return Object.fromEntries(
		Object.entries(table).flatMap(([key, value]) => (passes(value) ? [[`${prefix}[${key}]`, value]] : [])),
	);
}

/** Reads figures named `prefix[key]` by their keys. */
export function readTable(prefix: string, exact: Figures, read: (key: number) => number): Figures {
	return Object.fromEntries(
		Object.keys(exact).flatMap((name) => {
			const key = name.startsWith(`${prefix}[`) ? Number(name.slice(prefix.length + 1, -1)) : Number.NaN;
			return Number.isNaN(key) ? [] : [[name, read(key)]];
		}),
	);
}
