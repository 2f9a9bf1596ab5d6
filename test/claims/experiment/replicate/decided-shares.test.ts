/** A P() of which some runs could not tell: its interval holds whatever they would have told, in every output alike. */
import { describe, expect, it } from 'vitest';
import { runTask } from '../../../../src/executors/run-task.js';
import { replicationSummary } from '../../../../src/experiment/replicate/branch-statistics.js';
import { judgeReplications } from '../../../../src/experiment/replicate/probabilistic-expectations.js';
import { proportion, proportionOfDecided, proportionText } from '../../../../src/experiment/statistics/proportion.js';
import { sweepPoints } from '../../../../src/experiment/sweep/axes.js';
import { pointVerdict } from '../../../../src/experiment/sweep/sweep.js';
import { caseOf } from '../../../../src/experiment/task/case.js';
import { proportionJson } from '../../../../src/report/files/expectation-json.js';
import { replicateJson } from '../../../../src/report/replicate/files.js';
import { replicateReport } from '../../../../src/report/replicate/text.js';
import { loader } from '../../../support/experiment-builder.js';

describe('the share of the runs that could tell', () => {
	it('has the interval from none of the others to all of them', () => {
		const found = proportionOfDecided(0, 44, 16);
		expect(found).toMatchObject({ hits: 0, n: 44, share: 0, bounds: { undecided: 16, low: 0 } });
		expect(found.bounds?.high).toBeCloseTo(16 / 60, 12);
		expect(found.interval).toEqual({ low: proportion(0, 60).interval.low, high: proportion(16, 60).interval.high });
		expect(proportionText(found)).toBe('0% to 26.7% (0 of 44 decided, 16 undecided; 0% to 39% at 95%)');
		expect(proportionJson(found)).toMatchObject({ hits: 0, of: 44, undecided: 16, low: 0, high: 16 / 60 });
	});

	it('is the plain one where all could', () => {
		expect(proportionOfDecided(5, 40, 0)).toEqual(proportion(5, 40));
	});

	it('says nothing where none could', () => {
		expect(proportionText(proportionOfDecided(0, 0, 3))).toContain(
			'0% to 100% (0 of 0 decided, 3 undecided; 0% to 100%',
		);
	});
});

/** Queues grow under the fault to the end of some runs, and not of others: those that stay up are decided. */
const TEXT = `name: b
duration: 35s
traffic: { rate: 85/s }
edge: { nodes: 2, workers: 5, service: { exponential: 100ms }, queue: 10000, crash: { work: kept } }
clients: { apps: { timeout: 1s, retry: { attempts: 4 } } }
faults: { f: { at: 5s, for: 1s, crash: true, where: { node: 1 } } }
expect: [{ that: P(collapsed), below: 20% }]
`;

it('of a run, a sweep and an expectation the interval holds what a longer run shows', async () => {
	const of = caseOf('cut', loader(TEXT, [])('base'), loader(TEXT, []));
	const results = await Promise.all(Array.from({ length: 20 }, (_, k) => runTask({ of, seed: 1 + k })));
	const found = { of, firstSeed: 1, results };
	const said = replicationSummary(found);
	const { n, interval } = said.ends.collapsed;
	const open = said.undecided.collapsed.runs;
	expect(open).toBeGreaterThan(0);
	expect(n + open).toBe(20);
	expect(interval).toEqual(proportionOfDecided(said.ends.collapsed.hits, n, open).interval);
	const judged = judgeReplications(of.expectations, results);
	expect(judged[0].held.bounds).toMatchObject({ undecided: open });
	expect(judged[0].verdict).toBe('undecided');
	const clock = { date: null, clockUs: 0, fromUs: 0, toUs: 60e6 };
	const text = replicateReport({ answer: said, judged, clock, rerun: null }).replace(/\s+/g, ' ');
	expect(text).toContain(`${said.ends.collapsed.hits} of ${n} decided, ${open} undecided`);
	expect(replicateJson(said, judged, '0')).toMatchObject({
		probabilities: { collapsed: { interval: [interval.low, interval.high], high: said.ends.collapsed.bounds?.high } },
	});
	const [point] = sweepPoints([], { kind: 'grid' });
	expect(pointVerdict(point, found, []).ends.collapsed.interval).toEqual(interval);
});
