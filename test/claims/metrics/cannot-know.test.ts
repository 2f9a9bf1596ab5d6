/** Worlds in which a run cannot know: too few requests, coarse time buckets, a mark below the baseline, no trigger at all. */
import { describe, expect, it } from 'vitest';
import { judge, loadScenario, simulate } from '../../../src/index.js';
import { quantity } from '../../../src/metrics/definitions/metrics.js';
import { wholeRun } from '../../../src/metrics/reading/cell-sums.js';
import { headline } from '../../../src/report/run/headline.js';
import { runVerdict } from '../../../src/report/run/run-findings.js';
import { timeline } from '../../../src/report/run/timeline.js';

const COARSE = `name: coarse
duration: 90s
record: { bucket: 30s }
traffic: { rate: 100/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 3 } } }
faults: { f: { at: 40s, for: 5s, errors: 100% } }
verdicts: { recovered: { window: 10s }, collapsed: { last: 10s, below: 50% } }
expect: [ { that: amplification, at: 42s, below: x2 }, { that: peak-amplification, below: x2 }, { that: peak-amplification, above: x1.2 } ]
`;
const ERRORS = `name: errors
duration: 60s
traffic: { rate: 100/s }
classes: { c: { service: { exponential: 20ms }, errors: 10% } }
edge: { workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
faults: { f: { at: 20s, for: 5s, errors: 50% } }
verdicts: { collapsed: { last: 10s, below: 50% }, recovered: { window: 10s } }
`;
const FEW = `name: few
duration: 60s
traffic: { rate: 0.05/s }
edge: { service: { exponential: 20ms }, workers: 4, queue: 10 }
clients: { apps: { timeout: 1s, retry: { attempts: 4 } } }
faults: { f: { at: 10s, for: 5s, errors: 100% } }
verdicts: { recovered: { window: 10s }, collapsed: { last: 10s, below: 50% } }
`;

function run(text: string, ...set: string[]) {
	const scenario = loadScenario(text, { file: 'a.yaml', set });
	const { world } = scenario;
	const outcome = simulate(scenario);
	const verdicts = judge(scenario.expectations, outcome, world, () => outcome).map(({ verdict }) => verdict);
	const undecided = (name: string) => quantity(name)?.undecided?.(outcome, wholeRun(outcome), world);
	const value = (name: string) => quantity(name)?.read(outcome, wholeRun(outcome), world);
	return { outcome, world, verdicts, undecided, value, text: runVerdict(outcome, world, headline(outcome, world)) };
}

describe('coarse time buckets', () => {
	it('leave an instant within one, and an upper bound on a peak, undecided; shorter ones decide', () => {
		expect(run(COARSE).verdicts).toEqual(['undecided', 'undecided', 'pass']);
		expect(run(COARSE, 'record.bucket=1s').verdicts).toEqual(['fail', 'fail', 'pass']);
	});

	it('give what was lost under a trigger as a range, and keep the order of time', () => {
		const { text, outcome, world } = run(COARSE);
		expect(text).toContain('lost 0% to 100% (in time buckets of 30s) at worst');
		expect(run(COARSE, 'record.bucket=5s').text).toMatch(/CASCADED: the whole edge lost 9\d(\.\d+)?% at worst/);
		const instants = timeline(outcome, world).map(({ atUs }) => atUs);
		expect(instants).toEqual(instants.toSorted((a, b) => a - b));
	});
});

it('a mark of recovery below what fails without any trigger is not judged', () => {
	expect(run(ERRORS).text).toMatch(
		/recovery not judged: \d+(\.\d)?% of first attempts fail before any trigger, more than/,
	);
	expect(run(ERRORS, 'verdicts.recovered.failures=20%').text).toMatch(/recovered \+2\ds/);
});

it('without a trigger there is no impact and nothing to recover from, whatever fails', () => {
	const { text, value } = run(ERRORS, 'faults=null');
	expect(text).toContain('no impact');
	expect([value('impact-start'), value('recovered-at-all')]).toEqual([null, null]);
});

it('a trigger that meets too few requests has an undecided impact, collapse and cascade', () => {
	const { undecided } = run(FEW);
	expect(undecided('impact-start')?.why).toContain('too few requests were made while a trigger was in force');
	expect(undecided('collapsed')?.why).toContain('a longer verdicts.collapsed.last, or a higher rate, may decide');
	expect(undecided('cascaded')?.why).toContain('a higher rate, or a longer trigger, may decide');
	const harmless = ['traffic.rate=2/s', 'faults.f={ at: 20s, for: 90s, speed: x1 }', 'verdicts.collapsed.last=10s'];
	expect(run(FEW, ...harmless).undecided('collapsed')?.why).toContain('fewer than 30 requests');
});
