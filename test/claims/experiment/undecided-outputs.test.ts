/** What could not be told is said in every output of many runs: text, JSON, CSV and page, with how many runs and why. */
import { describe, expect, it } from 'vitest';
import { runTask } from '../../../src/executors/run-task.js';
import { judgeRecording } from '../../../src/experiment/measure/judge-recording.js';
import { measuredVsPredicted } from '../../../src/experiment/measure/measured-vs-predicted.js';
import { replicationSummary } from '../../../src/experiment/replicate/branch-statistics.js';
import { judgeReplications } from '../../../src/experiment/replicate/probabilistic-expectations.js';
import { countReasons, reasonsText } from '../../../src/experiment/replicate/reasons.js';
import { sweepPoints } from '../../../src/experiment/sweep/axes.js';
import { pointVerdict, sweptQuantities } from '../../../src/experiment/sweep/sweep.js';
import { caseOf } from '../../../src/experiment/task/case.js';
import type { RunSeries } from '../../../src/metrics/reading/attempt-series.js';
import { measuredText } from '../../../src/report/measure/files.js';
import { replicateJson, replicationsCsv } from '../../../src/report/replicate/files.js';
import { replicateReport } from '../../../src/report/replicate/text.js';
import { junit } from '../../../src/report/suite/junit.js';
import { pointsCsv } from '../../../src/report/sweep/csv.js';
import { sweepPage } from '../../../src/report/sweep/page.js';
import { type SweepSummary, sweepSummary } from '../../../src/report/sweep/summary.js';
import { sweepReport } from '../../../src/report/sweep/text.js';
import { closingJudgement } from '../../../src/report/text/judgement.js';
import { loader } from '../../support/experiment-builder.js';

/** Nobody is answered from 20 s on; the run ends with the fault. */
const HANG = `name: hang
duration: 60s
traffic: { rate: 50/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: unlimited }
clients: { apps: { timeout: 10s, retry: { attempts: 1 } } }
faults: { hang: { at: 20s, for: 40s, speed: x0 } }
expect:
  - { that: first-recovery, never: true }
  - { that: failure-p99, below: 12s }
`;

async function runs(text: string, count = 3, set: readonly string[] = []) {
	const load = loader(text, set);
	const of = caseOf('hang', load('base'), load);
	const results = await Promise.all(Array.from({ length: count }, (_, k) => runTask({ of, seed: 1 + k })));
	const found = { of, firstSeed: 1, results };
	return { of, found, said: replicationSummary(found), judged: judgeReplications(of.expectations, results) };
}

describe('many runs that end too early', () => {
	it('leave a recovery, and times of requests that are open, undecided: never "never", never a pass', async () => {
		const { found, said, judged } = await runs(HANG);
		expect(judged.map(({ verdict }) => verdict)).toEqual(['undecided', 'undecided']);
		expect(judged[0].text).toContain('undecided in 3 of 3: less than its window is left');
		expect(judged[1].text).toMatch(/open when the run ends; coolDown: 10s would decide \(seed 1\)$/);
		const [head, first] = replicationsCsv(found).split('\n');
		const cell = (name: string) => first.split(',')[head.split(',').indexOf(name)];
		for (const name of ['first-recovery', 'recovered', 'time-to-recover', 'collapsed'])
			expect([name, cell(name)]).toEqual([name, 'undecided']);
		expect(said.open).toMatchObject({ runs: 3 });
		expect(said.open.requests).toBeGreaterThan(1000);
		expect(said.branches[0].figures.get('time-to-recover')).toMatchObject({ undecided: 3, mean: { n: 0 } });
		const text = replicateReport({
			answer: said,
			judged,
			clock: { date: null, clockUs: 0, fromUs: 0, toUs: 60e6 },
			rerun: null,
		});
		expect(text).toMatch(/open at end +[\d,]+ of [\d,]+ requests, in 3 runs/);
		expect(text).toMatch(/time-to-recover +undecided in 3 of 3 runs/);
		expect(replicateJson(said, judged, '0')).toMatchObject({
			open: { runs: 3 },
			probabilities: { collapsed: { undecided: 3, reasons: [{ runs: 3 }] } },
			branches: [{ figures: { 'time-to-recover': { runs: 0, undecided: 3, mean: null } } }],
		});
	});

	it('have no time to recover where there is no trigger, and nothing undecided about it', async () => {
		const { said } = await runs(HANG.replace(/faults.*\n/, ''), 2);
		expect(said.branches[0].figures.has('time-to-recover')).toBe(false);
	});
});

describe('reasons', () => {
	it('are told of all runs, each with how many gave it', () => {
		const reasons = countReasons([
			{ seed: 1, why: '12 of 40 requests are open' },
			{ seed: 2, why: 'fault down is in force to the end' },
			{ seed: 3, why: '9 of 41 requests are open' },
		]);
		expect(reasonsText(reasons)).toBe(
			'in 2: 12 of 40 requests are open (seed 1); in 1: fault down is in force to the end',
		);
		expect(
			reasonsText(
				countReasons([
					{ seed: 1, why: 'a' },
					{ seed: 2, why: 'a' },
				]),
			),
		).toBe('a');
	});
});

const AXIS = { path: 'faults.hang.for', values: ['5s', '40s'] };

async function swept(): Promise<SweepSummary> {
	const points = sweepPoints([AXIS], { kind: 'grid' });
	const quantities = sweptQuantities('time-to-recover');
	const verdicts = await Promise.all(
		points.map(async (point) => {
			const { found } = await runs(HANG, 2, [`faults.hang.for=${point.values[0]}`, 'duration=60s']);
			return pointVerdict(point, found, quantities);
		}),
	);
	const clock = { date: null, clockUs: 0, fromUs: 0, toUs: 60e6 };
	const design = { kind: 'grid', hash: '', total: 2 } as const;
	const head = { name: 'hang', variant: 'base', version: '0', design, axes: [AXIS], seeds: { first: 1, runs: 2 } };
	return sweepSummary(
		{ ...head, shard: null, show: 'collapsed', quantities, expectations: ['a', 'b'], clock },
		verdicts,
	);
}

describe('a sweep with undecided points', () => {
	it('counts a run that could not tell as neither held nor not, and names and draws such points', async () => {
		const summary = await swept();
		const [, open] = summary.points;
		expect(open.probabilities.collapsed).toMatchObject({ of: 0, share: null });
		expect(open.held).toMatchObject({ hits: 0, of: 0, undecided: 2 });
		expect(open.verdict).toBe('undecided');
		const text = sweepReport({ summary, show: 'collapsed', rerun: null });
		expect(text).toMatch(/^ +40s +undecided +undecided +undecided /m);
		expect(text.replace(/\s+/g, ' ')).toContain(
			'P(collapsed) at 1 of 2 points (faults.hang.for=40s): fault hang ends within the window that is judged',
		);
		const [head, , second] = [...pointsCsv(summary)].join('').split('\n');
		const cell = (name: string) => second.split(',')[head.split(',').indexOf(name)];
		expect([cell('undecided'), cell('held_n'), cell('held_undecided')]).toEqual(['2', '0', '2']);
		expect([cell('open_runs'), cell('time-to-recover_undecided')]).toEqual(['2', '2']);
		expect(cell('why')).toContain('fault hang ends within the window');
		expect([cell('needed_seconds'), open.probabilities.collapsed.neededSeconds]).toEqual(['90', 90]);
		expect(text.replace(/\s+/g, ' ')).toContain('(a duration of 90s would decide)');
		const about = { label: 'hang', story: null, asked: '', rerun: '' } as never;
		const page = sweepPage(summary, about, null);
		expect(page.verdicts.map(({ text: said }) => said)).toContain(
			'P(collapsed) is undecided at 1 of 2 points: no run could tell',
		);
		const line = page.pictures.find(({ name }) => name === 'collapsed')?.line;
		expect(line).toMatchObject({ undecided: [false, true], values: [0, null], high: [expect.any(Number), 1] });
	});
});

describe('an expectation without samples', () => {
	it('is called the same, and fails, in one run and in many, with and without P(), and in JUnit', async () => {
		const { of } = await runs(HANG);
		const silent = [1, 2].map((seed) => ({
			digest: { seed, judgements: [{ seen: null, verdict: 'no-data' as const, text: 'no samples' }] },
		}));
		const [first] = of.expectations;
		const share = {
			...first,
			requiredProbability: { of: 'probability', bound: first.bound, confidence: 0.95 } as const,
		};
		for (const expectation of [first, share]) {
			const [one] = judgeReplications([expectation], silent);
			expect(one.verdict).toBe('no-data');
			expect(one.text).toContain('no samples');
			const suite = { file: 'a.yaml', of: { ...of, label: 'a' }, replications: 2 };
			const xml = junit([{ suite, judged: [one], failures: [] } as never], 1);
			expect(xml).toContain('<failure type="no-data"');
			expect(xml).toContain('failures="1" errors="0"');
		}
		expect(closingJudgement([{ label: 'a', verdicts: ['no-data'] }]).text).toContain('FAIL 1 of 1');
	});
});

describe('JUnit', () => {
	const EXPECT = [
		'expect=[{ that: recovered-at-all, equals: true }, { that: recovered, below: 59s }, { that: recovery-after-trigger, below: 30s }]',
	];
	const xmlOf = async (text: string, set: readonly string[] = []) => {
		const { of, judged } = await runs(text, 2, [...EXPECT, ...set]);
		return junit([{ suite: { file: 'a.yaml', of, replications: 2 }, judged, failures: [] }], 1);
	};
	const elements = (xml: string) =>
		[...xml.matchAll(/<(failure|error) type="([^"]+)"[^>]*>([^<]*)/g)].map((one) => one.slice(1));

	it('tells a recovery that a run ends too early for as an error of its own kind', async () => {
		const told = elements(await xmlOf(HANG));
		expect(told.map(([element, type]) => [element, type])).toEqual(Array(3).fill(['error', 'undecided']));
		for (const [, , text] of told) expect(text).toContain('less than its window is left');
	});

	it('tells a failure, with the reason, where there was no impact to recover from', async () => {
		const told = elements(
			await xmlOf(HANG, ['faults={ quiet: { at: 20s, for: 5s, speed: x0.99 } }', 'traffic.rate=5/s']),
		);
		expect(told).toHaveLength(3);
		for (const [element, , text] of told)
			expect([element, text]).toEqual(['failure', expect.stringContaining('no impact')]);
	});

	it('tells a failure where it had its time and did not recover', async () => {
		const down = ['duration=120s', 'clients.apps.timeout=1s', 'clients.apps.retry.attempts=5', 'traffic.rate=300/s'];
		const told = elements(await xmlOf(HANG, [...down, 'faults={ hang: { at: 20s, for: 10s, speed: x0 } }']));
		expect(told.map(([element, type]) => [element, type])).toEqual(Array(3).fill(['failure', 'fail']));
	});
});

describe('a recording inside its band', () => {
	const series = (attempts: number): RunSeries =>
		({
			stepUs: 1e6,
			firstAttempts: [100, 100],
			steps: new Proxy({}, { get: (_, name) => (name === 'attempts' ? [attempts, attempts] : [0, 0]) }),
		}) as unknown as RunSeries;
	const bound = { above: null, below: null, equals: null, between: null, never: false };
	const judgedBy = (spread: number) => {
		const worlds = Array.from({ length: 40 }, (_, k) => series(100 + Math.round((spread * k) / 39)));
		const found = measuredVsPredicted(series(100 + Math.round(spread / 2)), worlds, 0.9);
		return judgeRecording(
			[
				{ text: 'a', that: 'coverage', bound: { ...bound, above: 0.9 } },
				{ text: 'b', that: 'amplification-error', bound: { ...bound, below: 0.05 } },
			] as never,
			found,
		);
	};

	it('holds where the band says something', () => {
		expect(judgedBy(20).map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
	});

	it('is undecided where the band is wider than what was measured, and says so', () => {
		const [coverage] = judgedBy(900);
		expect(coverage.verdict).toBe('undecided');
		expect(measuredText(coverage)).toMatch(/band is 1\d\d% of what was measured wide: too wide to judge/);
	});
});
