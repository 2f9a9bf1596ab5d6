/** Figures of a run that its end leaves open: they are told as ranges, as undecided, or not at all. */
import { describe, expect, it } from 'vitest';
import { explain, loadScenario, simulate, withoutRetries } from '../../../../src/index.js';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { cascaded } from '../../../../src/metrics/reading/cascade.js';
import { recovery } from '../../../../src/metrics/reading/recovery.js';
import { headline } from '../../../../src/report/run/headline.js';
import { retriesText } from '../../../../src/report/run/retries-finding.js';
import { findings, runVerdict } from '../../../../src/report/run/run-findings.js';
import { runReport } from '../../../../src/report/run/text.js';
import { outcomeOf, RULES } from '../../../support/outcome-builder.js';

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
	const CRASH = `name: crash
duration: 35s
traffic: { rate: 70/s }
edge: { nodes: 2, workers: 5, service: { exponential: 100ms }, queue: 10000, crash: { work: kept } }
clients: { apps: { timeout: 1s, retry: { attempts: 4 } } }
faults: { f: { at: 5s, for: 5s, crash: true, where: { node: 1 } } }
`;
	const told = (text: string) => {
		const scenario = load(text);
		const outcome = simulate(scenario);
		const explained = explain(outcome, simulate({ ...scenario, world: withoutRetries(scenario.world) }));
		if (explained === 'stopped') throw new Error('a run was stopped');
		return { explained, text: retriesText(outcome, explained, scenario.world) };
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
		const { explained } = told(CRASH);
		const { lost, direct, moreWithoutRetries, addedByRetries } = explained;
		expect(moreWithoutRetries).toBeGreaterThanOrEqual(0);
		expect(direct + moreWithoutRetries + addedByRetries).toBe(lost);
	});

	it('names the twin where the direct losses are those of the twin', () => {
		const { explained, text } = told(CRASH);
		expect(explained.directOfTwin).toBe(true);
		expect(text).toMatch(/^of [\d,]+ lost, \d+ failed by the fault itself in the twin without retries, 0 more/);
		const own = told(CRASH.replace('duration: 35s', 'duration: 6s'));
		expect(own.explained.directOfTwin).toBeUndefined();
		expect(own.text).not.toContain('itself in the twin');
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

/** 100 requests a second, 10 a second in region b; a fault from 20s to 30s. */
const places = (born: number, lost: number): Outcome =>
	outcomeOf({
		places: [{ region: 'a' }, { region: 'b' }],
		fill: (b, { region }) =>
			region === 'a'
				? { born: 100, first_attempts: 100, attempts: 100, lost_by_birth: 0, succeeded: 100 }
				: { born, first_attempts: born, attempts: born, lost_by_birth: b === 25 ? lost : 0, succeeded: born },
		triggers: [{ kind: 'fault', name: 'f', fromUs: 20e6, toUs: 30e6 }],
	});

describe('the hardest-hit place', () => {
	const verdict = (outcome: Outcome) => runVerdict(outcome, { ...RULES, markers: [] }, headline(outcome, RULES));
	it('is not said to be the worst where one with fewer requests lost more', () => {
		const said = '(more was lost where fewer than 30 requests were made: too few there to tell)';
		expect(verdict(places(2, 1))).toContain(said);
		expect(verdict(places(2, 0))).not.toContain('too few');
		expect(verdict(places(3, 1))).not.toContain('too few');
	});

	it('is unknown where every place has too few', () => {
		const few = outcomeOf({
			fill: (b) => ({ born: 1, lost_by_birth: b === 25 ? 1 : 0, succeeded: 1 }),
			triggers: [{ kind: 'fault', name: 'f', fromUs: 20e6, toUs: 30e6 }],
		});
		expect(verdict(few)).toContain('cascade undecided: too few requests in each place to tell');
	});
});

it('what failed by itself is told in words that fit errors of the class too', () => {
	const scenario = load(`name: base
duration: 60s
traffic: { rate: 50/s }
classes: { web: { errors: 5% } }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s } }
faults: { f: { at: 30s, for: 5s, errors: 10% } }
`);
	const outcome = simulate(scenario);
	const text = findings(outcome, scenario.world, headline(outcome, scenario.world), null)[1].text;
	expect(text).toMatch(
		/ = \d+ direct \+ \d+ failed for other reasons \(full queues, timeouts, errors of their class\)/,
	);
	expect(text).not.toContain('collateral');
});

describe('a curve of thin buckets', () => {
	/** 10 first attempts a second; in one second all of them are sent three times. */
	const thin = (toUs: number, peakAt: number): string =>
		runReport({
			outcome: outcomeOf({
				toUs,
				fill: (b) => ({ born: 10, first_attempts: 10, attempts: b === peakAt ? 40 : 10, succeeded: 10 }),
			}),
			world: { ...RULES, markers: [] },
			judgements: [],
			rerun: null,
		});
	it.each([25, 58, 59])('has the range of the peak in the headline: %ss', (peakAt) => {
		const text = thin(60e6, peakAt);
		expect(text).toContain('peak x2 at');
		expect(text).toMatch(/^ {2}amplification .* x1\.\.x2$/m);
	});

	it('is not drawn of too few', () => {
		expect(thin(2e6, 1)).toMatch(/^ {2}amplification +too few: less than 30 first attempts$/m);
	});
});
