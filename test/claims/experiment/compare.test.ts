/** Comparisons over runs written by hand: what is paired, what is said of it, when it is a regression, and what is run. */
import { describe, expect, it } from 'vitest';
import {
	type CompareOptions,
	type ComparisonSide,
	compare,
	DEFAULTS,
	type RunValues,
	runSides,
} from '../../../src/experiment/compare/compare.js';
import { DIRECTED, preferenceFor } from '../../../src/experiment/compare/metric-direction.js';
import { regressionDecision } from '../../../src/experiment/compare/regression-decision.js';
import { HEADLINES } from '../../../src/experiment/replicate/branch-statistics.js';
import type { Task, TaskResult } from '../../../src/experiment/task/task.js';
import { QUANTITIES, quantity } from '../../../src/metrics/definitions/metrics.js';
import { endSentence, sentence } from '../../../src/report/compare/compare-sentences.js';
import { comparisonJson, differencesCsv, pairsCsv } from '../../../src/report/compare/files.js';
import { compareReport } from '../../../src/report/compare/text.js';
import { smallCase } from '../../support/experiment-builder.js';

const NOTHING: RunValues = Object.fromEntries(QUANTITIES.map(({ name }) => [name, null]));
/** A run that measured no more than this, and to which a thousand requests came. */
const ran = (values: RunValues): RunValues => ({ ...NOTHING, born: 1000, collapsed: 0, ...values });
const side = (label: string, runs: readonly (RunValues | null)[], firstSeed = 1): ComparisonSide => ({
	label,
	firstSeed,
	runs,
	failures: runs.flatMap((run, k) => (run === null ? [{ seed: firstSeed + k, kind: 'bug', message: 'broke' }] : [])),
	curves: null,
});
/** n runs whose values of one quantity lie evenly around a centre. */
const series = (label: string, name: string, centre: number, spread: number, n = 40): ComparisonSide =>
	side(
		label,
		Array.from({ length: n }, (_, k) => ran({ [name]: centre + spread * ((k % 5) - 2) })),
	);

function said(name: string, baseline: ComparisonSide, other: ComparisonSide, options: Partial<CompareOptions> = {}) {
	const comparison = compare([baseline, other], { ...DEFAULTS, measures: [name], ...options });
	const [versus] = comparison.others;
	const measured = versus.measures.get(name);
	if (measured === undefined) throw new Error(`no ${name}`);
	return {
		text: sentence(versus, name, measured),
		ruling: measured.ruling,
		measured,
		versus,
		gate: regressionDecision(comparison),
	};
}

describe('requests that are open when the runs end', () => {
	const of = (label: string, lost: number, open: number, n = 10): ComparisonSide =>
		side(
			label,
			Array.from({ length: n }, (_, k) =>
				ran({
					lost: lost / (1000 - open),
					'lost-by-birth': lost,
					'open-requests': open,
					unavailable: 0.01 * (k % 2),
					'first-failed-by-birth': k % 2,
					'request-p99': 0.1,
				}),
			),
		);

	it('leave a branch without answers undecided, and are reported', () => {
		const { ruling, gate, text, versus } = said('lost', of('a', 10, 0), of('slow', 0, 900));
		expect(ruling).toEqual({ finding: 'unclear', verdict: 'undecided', further: null });
		expect(gate.verdict).toBe('inconclusive');
		expect(versus.open).toEqual({ baseline: { open: 0, born: 10_000 }, other: { open: 9000, born: 10_000 } });
		expect(text).toBe(
			'slow: lost requests undecided: requests that are open when the runs end (0 of 10,000 of the baseline, 9,000 of 10,000 of slow) could turn it in 10 of 10 pairs',
		);
		const comparison = compare([of('a', 10, 0), of('slow', 0, 900)], { ...DEFAULTS, measures: ['lost'] });
		expect(compareReport(comparison, null)).toMatch(/open at end +a 0 of 10,000 requests, slow 9,000 of 10,000/);
		expect(JSON.stringify(comparisonJson(comparison, '0'))).toContain('"open":{"baseline":{"open":0,"born":10000}');
		expect(said('request-p99', of('a', 10, 0), of('slow', 0, 900)).ruling.verdict).toBe('undecided');
	});

	it('decide nothing where the order stays for every result of them', () => {
		const better = said('lost', of('a', 300, 5), of('b', 3, 5));
		expect(better.ruling).toMatchObject({ finding: 'better', verdict: 'holds' });
		const worse = said('lost', of('a', 3, 5), of('b', 300, 5));
		expect(worse.ruling).toMatchObject({ finding: 'worse', verdict: 'regressed' });
		expect(said('request-p99', of('a', 300, 5), of('b', 3, 5)).ruling.verdict).toBe('holds');
	});

	it('are the same in runs that are the same', () => {
		expect(said('lost', of('a', 10, 50), of('b', 10, 50)).ruling).toMatchObject({ finding: 'same', verdict: 'holds' });
	});

	it('say how many pairs decided of an end', () => {
		const ends = (n: number) =>
			side(
				's',
				Array.from({ length: 15 }, (_, k) => ran({ 'recovered-at-all': k < n ? 1 : null })),
			);
		const comparison = compare([ends(1), { ...ends(3), label: 'b' }]);
		expect(compareReport(comparison, null).replaceAll(/\s+/g, ' ')).toContain('(1 of 15 pairs decided)');
	});
});

describe('sentences', () => {
	it('say by how much, how sure, and that the arrivals were the same', () => {
		const baseline = side(
			'hello',
			Array.from({ length: 40 }, () => ran({ lost: 0.2 })),
		);
		const { text, ruling } = said('lost', baseline, series('canary', 'lost', 0.001, 0.0005));
		expect(text).toBe('canary: fewer lost requests by 99.5% ± 0.1% (same arrivals: 40 of 40 pairs)');
		expect(ruling).toEqual({ finding: 'better', verdict: 'holds', further: null });
	});

	it('check the arrivals instead of assuming them', () => {
		const other = series('canary', 'lost', 0.001, 0.0004);
		const runs = other.runs.map((run, k) => (run === null || k % 4 > 0 ? run : { ...run, born: 999 }));
		const { text } = said('lost', series('hello', 'lost', 0.2, 0), { ...other, runs });
		expect(text).toMatch(/\(same arrivals: 30 of 40 pairs\)$/);
	});

	it('do not call what is not told apart the same, nor the same what is', () => {
		const baseline = series('hello', 'amplification', 2, 0);
		const near = said('amplification', baseline, series('canary', 'amplification', 2.001, 0.01));
		expect(near.text).toBe('canary: no difference in amplification: -0.18% to +0.28%');
		expect(near.ruling).toMatchObject({ finding: 'same', verdict: 'holds' });
		const wide = said('amplification', baseline, series('canary', 'amplification', 2.01, 0.5));
		expect(wide.text).toBe('canary: amplification not told apart: -11% to +12%');
		expect(wide.ruling).toMatchObject({ finding: 'unclear', verdict: 'undecided' });
		const equal = said('amplification', baseline, series('canary', 'amplification', 2, 0));
		expect(equal.text).toBe('canary: no difference in amplification: the same in every pair');
	});

	it('know which way is better', () => {
		const findings = (name: string) => [
			said(name, series('a', name, 0.5, 0), series('b', name, 0.4, 0.01)).ruling.finding,
			said(name, series('a', name, 0.5, 0), series('b', name, 0.6, 0.01)).ruling.finding,
		];
		for (const name of ['lost', 'unavailable', 'amplification', 'request-p99', 'outage-minutes']) {
			expect(findings(name), name).toEqual(['better', 'worse']);
		}
		for (const name of ['goodput', 'goodput-share', 'success-rate']) {
			expect(findings(name), name).toEqual(['worse', 'better']);
		}
		for (const name of ['born', 'saved', 'failure-p99']) expect(findings(name), name).toEqual(['less', 'more']);
	});

	it('speak in points or units where the baseline has nothing to be relative to', () => {
		const share = said('lost', series('a', 'lost', 0, 0), series('b', 'lost', 0.023, 0.002));
		expect(share.text).toBe('b: more lost requests by 2.30 ± 0.09 points, from 0% (same arrivals: 40 of 40 pairs)');
		const time = said('time-to-recover', series('a', 'time-to-recover', 0, 0), series('b', 'time-to-recover', 12, 1));
		expect(time.text).toBe('b: longer time to recover by 12s ± 460ms, from 0s (same arrivals: 40 of 40 pairs)');
		expect(time.ruling.verdict).toBe('regressed');
	});

	it('never round what is left to nothing', () => {
		const { text } = said('lost', series('a', 'lost', 0.5, 0.05), series('b', 'lost', 0.0001, 0.000_04));
		expect(text).toContain('fewer lost requests by 99.980% ± 0.003%');
		const none = said('lost', series('a', 'lost', 0.5, 0.05), series('b', 'lost', 0, 0));
		expect(none.text).toContain('fewer lost requests by 100% in every pair');
	});

	it('give both ends where they are not as far', () => {
		const { text, measured } = said('lost', series('a', 'lost', 0.1, 0.03, 5), series('b', 'lost', 0.9, 0, 5));
		// Over a constant, Fieller's ends are those of the lower mean: 0.1 ± t(4) s / sqrt(5), s = 0.03 sqrt(2.5).
		const reach = 2.776445 * 0.03 * Math.SQRT1_2;
		expect(measured.paired.relative.interval?.low).toBeCloseTo(0.9 / (0.1 + reach) - 1, 4);
		expect(measured.paired.relative.interval?.high).toBeCloseTo(0.9 / (0.1 - reach) - 1, 4);
		expect(text).toContain('b: more lost requests by 800%, 466% to 2090% (');
	});

	it('count the pairs that were dropped, and whose fault it was', () => {
		const baseline = series('a', 'time-to-recover', 60, 1);
		const runs = series('b', 'time-to-recover', 30, 1).runs.map((run, k) => (k < 3 ? ran({}) : k === 3 ? null : run));
		const { text, versus } = said('time-to-recover', baseline, side('b', runs));
		expect(text).toMatch(
			/^b: shorter time to recover by 50\.\d% ± 0\.\d% \(same arrivals: 39 of 39 pairs; 4 of 40 pairs dropped\)$/,
		);
		expect(versus.pairs).toBe(39);
		const never = said('time-to-recover', baseline, series('b', 'lost', 0, 0));
		expect(never.text).toBe('b: time to recover: no pair measured it (40 of 40 runs of the baseline, 0 of b)');
		expect(never.ruling).toEqual({ finding: 'unmeasured', verdict: null, further: null });
	});
});

describe('the gate', () => {
	const judged = (centre: number, spread: number, tolerance = 0.01) =>
		said('lost', series('a', 'lost', 0.2, 0), series('b', 'lost', centre, spread), { tolerance });

	it.each([
		['better for sure', 0.1, 0.001, 'holds'],
		['worse for sure', 0.21, 0.001, 'regressed'],
		['worse for sure, all of it within the tolerance', 0.2005, 0.0001, 'holds'],
		['worse for sure, some of it beyond the tolerance', 0.2021, 0.001, 'regressed'],
		['either way, within the tolerance', 0.2, 0.001, 'holds'],
		['either way, beyond the tolerance', 0.2, 0.05, 'undecided'],
		['better, or barely worse', 0.19, 0.024, 'holds'],
	])('%s', (_, centre, spread, verdict) => {
		expect(judged(centre, spread).ruling.verdict).toBe(verdict);
	});

	it('tolerates what it is told to', () => {
		expect(judged(0.21, 0.001, 0.06).gate.verdict).toBe('pass');
		expect(judged(0.21, 0.001, 0.04).gate.verdict).toBe('fail');
		expect(judged(0.2005, 0.0001, 0).gate.verdict).toBe('fail');
	});

	it('says how many pairs more would decide, and they do', () => {
		const { gate: found } = judged(0.205, 0.05);
		expect(found).toMatchObject({
			verdict: 'inconclusive',
			regressed: [],
			undecided: [{ label: 'b', measure: 'lost' }],
		});
		const further = Number(found.further);
		const withPairs = (n: number) => said('lost', series('a', 'lost', 0.2, 0, n), series('b', 'lost', 0.205, 0.05, n));
		const enough = 5 * Math.ceil((40 + further) / 5);
		expect(withPairs(enough).ruling.verdict).toBe('regressed');
		expect(withPairs(5 * Math.floor((40 + 0.8 * further) / 5)).ruling.verdict).toBe('undecided');
	});

	it('has no say over what has no direction, and does not pass what it could not judge', () => {
		const found = said('born', series('a', 'born', 100, 0), series('b', 'born', 900, 0));
		expect(found.ruling.verdict).toBe(null);
		// P(collapsed) was seen and holds.
		expect(found.gate.verdict).toBe('pass');
		const blind = (label: string) => side(label, [NOTHING, NOTHING]);
		expect(said('lost', blind('a'), blind('b')).gate).toMatchObject({ verdict: 'inconclusive', further: null });
	});

	it('minds collapse: surely more often, perhaps, on no seed that was well', () => {
		const collapsing = (label: string, hits: number, n = 40) =>
			side(
				label,
				Array.from({ length: n }, (_, k) => ran({ lost: 0, collapsed: k < hits ? 1 : 0 })),
			);
		const found = (before: number, after: number) =>
			regressionDecision(compare([collapsing('a', before), collapsing('b', after)]));
		expect(found(0, 20)).toMatchObject({ verdict: 'fail', regressed: [{ label: 'b', measure: 'P(collapsed)' }] });
		expect(found(0, 2)).toMatchObject({ verdict: 'inconclusive', undecided: [{ measure: 'P(collapsed)' }] });
		expect(found(10, 10)).toMatchObject({ verdict: 'pass' });
		expect(found(20, 5)).toMatchObject({ verdict: 'pass' });
	});

	it('does not let a change pass of which no run could tell whether it collapses', () => {
		const undecided = (label: string) =>
			side(
				label,
				Array.from({ length: 10 }, () => ran({ lost: 0.1, collapsed: null })),
			);
		expect(regressionDecision(compare([undecided('a'), undecided('b')]))).toMatchObject({
			verdict: 'inconclusive',
			undecided: [{ label: 'b', measure: 'P(collapsed)' }],
			further: null,
		});
	});
});

it('gives the shares of both sides as bounds where pairs are undecided', () => {
	const a = side('a', [ran({ collapsed: 0 }), ran({ collapsed: null }), ran({ collapsed: 0 })]);
	const b = side('b', [ran({ collapsed: 0 }), ran({ collapsed: 0 }), ran({ collapsed: 1 })]);
	const [versus] = compare([{ ...a, undecided: [[], ['collapsed'], []] }, b]).others;
	const { shares } = versus.ends.collapsed;
	expect(shares.bounds).toEqual({ baseline: [0, 1 / 3], other: [1 / 3, 1 / 3], difference: [0, 1 / 3] });
	expect(endSentence('a', versus, shares)).toMatch(
		/^0% to 33.3% of a, 33.3% of b: 0 to \+33.3 points, .*2 of 3 pairs decided/,
	);
});

describe('directions', () => {
	it('are those of quantities, and every headline has one', () => {
		for (const name of DIRECTED) expect(quantity(name), name).toBeDefined();
		expect(new Set(DIRECTED).size).toBe(DIRECTED.length);
		for (const name of HEADLINES) expect(preferenceFor(name), name).not.toBe('neutral');
		expect(preferenceFor('born')).toBe('neutral');
	});
});

describe('pairs', () => {
	it('are of the seeds that both have', () => {
		const a = side(
			'a',
			[0.1, 0.2, 0.3, 0.4].map((lost) => ran({ lost })),
			1,
		);
		const b = side(
			'b',
			[0.4, 0.5, 0.7].map((lost) => ran({ lost })),
			3,
		);
		const { measured, versus } = said('lost', a, b);
		expect(versus.seeds).toEqual({ first: 3, runs: 2 });
		expect(measured.paired).toMatchObject({ n: 2, dropped: 0 });
		expect(measured.paired.difference.mean).toBeCloseTo(0.1, 12);
		expect(measured.paired.varianceRatio).toBe(Number.POSITIVE_INFINITY);
	});

	it('leave out what has no bound', () => {
		const a = side('a', [ran({ 'retry-ratio': Number.POSITIVE_INFINITY }), ran({ 'retry-ratio': 1 })]);
		const { measured } = said('retry-ratio', a, a);
		expect(measured.paired).toMatchObject({ n: 1, dropped: 1 });
	});
});

describe('runs', () => {
	const cases = [smallCase(), smallCase('calm'), smallCase()];
	const values = (task: Task): RunValues =>
		ran({ lost: task.of.key === cases[0].key ? 0.5 : 0.25, 'request-p50': 2e6 });
	const result = (task: Task): TaskResult => ({
		digest: {
			seed: task.seed,
			values: values(task),
			judgements: [],
			curves: {
				fromUs: 0,
				stepUs: 0,
				steps: { 'goodput-share': [], unavailable: [], amplification: [], 'attempt-rate': [] },
			},
			events: 1,
		},
	});

	it('are asked for at once, seed by seed, equal ones once', async () => {
		const batches: Task[][] = [];
		const sides = await runSides(cases, { first: 7, runs: 3 }, async (tasks) => {
			batches.push([...tasks]);
			return tasks.map(result);
		});
		expect(batches).toHaveLength(1);
		expect(batches[0].map(({ of, seed }) => [of.label, seed])).toEqual(
			[7, 8, 9].flatMap((seed) => [
				['small, base', seed],
				['small, calm', seed],
			]),
		);
		expect(sides.map(({ runs }) => runs.map((run) => run?.lost))).toEqual([
			[0.5, 0.5, 0.5],
			[0.25, 0.25, 0.25],
			[0.5, 0.5, 0.5],
		]);
		// Times in seconds.
		expect(sides[0].runs[0]?.['request-p50']).toBe(2);
	});

	it('that failed cost their pair and no other, and are told', async () => {
		const sides = await runSides(cases.slice(0, 2), { first: 1, runs: 4 }, async (tasks) =>
			tasks.map((task, i) => (i === 2 ? { failure: { kind: 'limit', message: 'stopped' } } : result(task))),
		);
		const comparison = compare(sides);
		expect(comparison.others[0].pairs).toBe(3);
		expect(compareReport(comparison, null)).toContain('FAILED small, base, seed 2: stopped');
		expect(comparisonJson(comparison, '1')).toMatchObject({
			partial: true,
			failures: [{ label: 'small, base', seed: 2, kind: 'limit', message: 'stopped' }],
		});
		expect(pairsCsv(comparison).split('\n')[3]).toMatch(/^2,"small, base",,.*,stopped$/);
	});
});

describe('what is written', () => {
	const comparison = compare([series('a', 'lost', 0.25, 0.0625), series('b', 'lost', 0.5, 0.125)]);

	it('is tidy: a line for each seed and side, and one for each branch and quantity', () => {
		const pairs = pairsCsv(comparison).trimEnd().split('\n');
		expect(pairs).toHaveLength(1 + 2 * 40);
		expect(pairs[0]).toMatch(/^seed,run,unavailable,lost,.*,failure$/);
		expect(pairs[1]).toMatch(/^1,a,,0\.125,/);
		expect(pairs[2]).toMatch(/^1,b,,0\.25,/);
		const differences = differencesCsv(comparison).trimEnd().split('\n');
		expect(differences).toHaveLength(1 + QUANTITIES.filter(({ kind }) => kind !== 'boolean').length);
		expect(differences.find((line) => line.startsWith('b,lost,'))).toMatch(
			/^b,lost,40,0,0\.25,0\.5,0\.25,.*,1,1,1,5,less,worse$/,
		);
	});

	it('says which end a run could not tell, and leaves empty what never was', () => {
		const open = { ...ran({ collapsed: null }), 'recovered-at-all': null };
		const both = [{ ...side('a', [open, ran({})]), undecided: [['collapsed'], []] }, side('b', [ran({}), ran({})])];
		const [head, ...rows] = pairsCsv(compare(both)).trimEnd().split('\n');
		const cell = (row: string, name: string) => row.split(',')[head.split(',').indexOf(name)];
		expect(rows.map((row) => cell(row, 'collapsed'))).toEqual(['undecided', 'false', 'false', 'false']);
		expect(rows.map((row) => cell(row, 'recovered-at-all'))).toEqual(['', '', '', '']);
	});

	it('has an interval of ends that holds whatever the undecided runs were', () => {
		const ends = (label: string, collapsed: readonly (number | null)[]) => ({
			...side(
				label,
				collapsed.map((one) => ran({ collapsed: one })),
			),
			undecided: collapsed.map((one) => (one === null ? ['collapsed'] : [])),
		});
		const one = [...Array(14).fill(0), ...Array(6).fill(null)];
		const of = (baseline: readonly (number | null)[], other: readonly (number | null)[]) =>
			compare([ends('a', baseline), ends('b', other)]).others[0].ends.collapsed.shares;
		const open = of(one, Array(20).fill(0));
		// Six of twenty of the baseline may have collapsed: as if they had.
		const worst = of([...Array(14).fill(0), ...Array(6).fill(1)], Array(20).fill(0));
		expect(open.interval?.low).toBe(worst.interval?.low);
		expect(open).toMatchObject({ n: 14, dropped: 6 });
		expect(open.interval?.high).toBe(of(Array(20).fill(0), Array(20).fill(0)).interval?.high);
	});

	it('fits 80 columns', () => {
		const report = compareReport(comparison, 'retrystorm compare a b');
		for (const line of report.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
		expect(report).toContain('REGRESSION: b: lost');
	});
});
