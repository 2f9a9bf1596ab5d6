/** Figures of a run that its end leaves open: they are told as ranges, as undecided, or not at all. */
import { describe, expect, it } from 'vitest';
import { explain, loadScenario, simulate, withoutRetries } from '../../../../src/index.js';
import { cascaded } from '../../../../src/metrics/reading/cascade.js';
import { recovery } from '../../../../src/metrics/reading/recovery.js';
import { headline } from '../../../../src/report/run/headline.js';
import { retriesText } from '../../../../src/report/run/retries-finding.js';
import { findings } from '../../../../src/report/run/run-findings.js';

const load = (text: string, ...set: string[]) => loadScenario(text, { file: 'a.yaml', set });

describe('recovered', () => {
	const TWICE = `name: twice
duration: 120s
traffic: { rate: 50/s }
edge: { nodes: 2, service: { exponential: 50ms }, workers: 4, queue: 1000 }
clients: { apps: { timeout: 20s, retry: { attempts: 3 } } }
faults: { e: { at: 60s, for: 5s, errors: 100% }, f: { at: 78s, for: 40s, latency: x1.2 } }
verdicts: { recovered: { window: 10s }, collapsed: { last: 10s, below: 50% } }
`;
	it.each([['duration=120s'], ['faults.f.for=50s']])(
		'is not judged with less than its window after a later trigger: %s',
		(set) => {
			const scenario = load(TWICE, set);
			const found = recovery(simulate(scenario), scenario.world);
			expect(found).toMatchObject({ recovered: null, why: 'less than its window is left after the last trigger' });
		},
	);

	it('is judged with all of its window after it', () => {
		const scenario = load(TWICE, 'duration=128s');
		expect(recovery(simulate(scenario), scenario.world)).toMatchObject({ recovered: true, atUs: 65e6 });
	});
});

describe('while impaired', () => {
	const HALF = `name: half
duration: 89s
traffic: { rate: 200/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
faults: { f: { at: 20s, for: 10s, errors: 50% } }
`;
	it.each([
		['89s', 'from impact to the end of the last trigger (how long it was impaired is unknown)'],
		['90s', 'while impaired'],
	])('is as much with a duration of %s', (duration, words) => {
		const scenario = load(HALF, `duration=${duration}`);
		const outcome = simulate(scenario);
		const head = headline(outcome, scenario.world);
		expect(head.unavailableWhileImpaired).toBeCloseTo(0.49, 2);
		expect(findings(outcome, scenario.world, head, null)[0].text).toContain(`49% ${words}`);
	});
});

describe('what retries added', () => {
	const told = (text: string) => {
		const scenario = load(text);
		const outcome = simulate(scenario);
		const explained = explain(outcome, simulate({ ...scenario, world: withoutRetries(scenario.world) }));
		if (explained === 'stopped') throw new Error('a run was stopped');
		return { explained, text: retriesText(outcome, explained) };
	};
	it('is undecided where requests are open that could turn it', () => {
		const { explained, text } = told(`name: late
duration: 90s
record: { bucket: 60s }
traffic: { rate: 100/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2 } } }
faults: { f: { at: 70s, for: 30s, errors: 100% } }
`);
		expect(explained.addedRange).toEqual([-3, 2]);
		expect(text).toContain('between 3 saved and 2 added by retries, it is undecided which');
	});

	it('adds up, and no part of it is below 0', () => {
		const { explained } = told(`name: crash
duration: 35s
traffic: { rate: 70/s }
edge: { nodes: 2, workers: 5, service: { exponential: 100ms }, queue: 10000, crash: { work: kept } }
clients: { apps: { timeout: 1s, retry: { attempts: 4 } } }
faults: { f: { at: 5s, for: 5s, crash: true, where: { node: 1 } } }
`);
		const { lost, direct, moreWithoutRetries, addedByRetries } = explained;
		expect(moreWithoutRetries).toBeGreaterThanOrEqual(0);
		expect(direct + moreWithoutRetries + addedByRetries).toBe(lost);
	});
});

it('without traffic nobody can tell whether it cascaded', () => {
	const scenario = load(`name: quiet
duration: 60s
traffic: { rate: 0/s }
edge: { service: { exponential: 100ms }, workers: 5 }
clients: { apps: { timeout: 2s } }
`);
	expect(cascaded(simulate(scenario), scenario.world)).toBeNull();
});
