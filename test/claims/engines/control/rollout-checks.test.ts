/** What checks, approvals, blockers and people do beyond a plain threshold, rule by rule, on made-up readings. */
import { describe, expect, test } from 'vitest';
import type { CheckSample } from '../../../../src/model/gates/condition.js';
import type { CounterRule } from '../../../../src/model/gates/failure-counter.js';
import * as rollout from '../../../../src/model/rollout/rollout-controller.js';
import {
	alert,
	autoRevert,
	check,
	drive,
	gate,
	observation,
	people,
	plan,
	type Read,
	revert,
	S,
	stage,
} from '../../../support/rollout-plans.js';

const UNTIL_US = 1_000 * S;
const when = (ride: ReturnType<typeof drive>, what: string) =>
	ride.decisions.filter((d) => d.what === what).map((d) => d.atUs / S);
/** Failed where the digit of the k-th look (10 s apart, from 110 s on) is 1, no data where it is -. */
const readings =
	(digits: string): Read =>
	(_, nowUs) => {
		const digit = digits[Math.round((nowUs - 110 * S) / (10 * S))] ?? '0';
		if (digit === '-') return { value: null, samples: 0 };
		return { value: digit === '1' ? 0.5 : digit === '?' ? 0.07 : 0, samples: 1000 };
	};
const watched = (rule: Partial<CounterRule>, digits: string, over: Parameters<typeof check>[0] = {}) => {
	const rolloutGate = { ...check({ name: 'watch', ...over, rule }), fromStage: 0 };
	return drive(plan({ stages: [stage({ holdUs: 500 * S })], gates: [rolloutGate] }), readings(digits), UNTIL_US);
};

describe('a verdict', () => {
	test.each([
		['more than 2 in all', { kind: 'total-above', limit: 2 }, '0101001', 170],
		['at least 2 in all', { kind: 'total-at-least', limit: 2 }, '0101001', 140],
		['3 in a row', { kind: 'consecutive', limit: 3 }, '0110111', 170],
		['2 of the last 3', { kind: 'k-of-n', limit: 2, of: 3 }, '010010101', 170],
	] as const)('by %s', (_, fail, digits, second) => {
		expect(when(watched({ fail }, digits), 'tripped')).toEqual([second]);
	});

	test('forgets with a pass where it may', () => {
		const fail = { kind: 'total-at-least', limit: 3 } as const;
		expect(when(watched({ fail, reset: 'on-pass' }, '1101101110'), 'tripped')).toEqual([190]);
		expect(when(watched({ fail, reset: 'never' }, '1101101110'), 'tripped')).toEqual([140]);
	});

	test('forgets with the next stage where it may', () => {
		const fail = { kind: 'total-at-least', limit: 2 } as const;
		const two = (reset: CounterRule['reset']) =>
			drive(
				plan({
					stages: [stage({ holdUs: 30 * S }), stage({ name: 'rest', holdUs: 300 * S })],
					gates: [{ ...check({ rule: { fail, reset } }), fromStage: 0 }],
				}),
				readings('10000100100'),
				UNTIL_US,
			);
		expect(when(two('never'), 'tripped')).toEqual([160]);
		expect(when(two('on-stage'), 'tripped')).toEqual([190]);
	});

	test('takes effect in place of the next measurement where it is asked to', () => {
		const ride = watched({ evaluate: 'next-tick' }, '01000');
		expect(when(ride, 'measured')).toEqual([110, 120]);
		expect(when(ride, 'tripped')).toEqual([130]);
	});

	test.each([
		['pass', [], 'completed'],
		['fail', [120], 'reverted'],
		['wait', [], 'completed'],
		['inconclusive', [], 'completed'],
	] as const)('without data: %s', (noData, tripped, at) => {
		const ride = watched({ noData }, '0-0');
		expect(when(ride, 'tripped')).toEqual(tripped);
		expect(ride.state.phase.at).toBe(at);
	});

	test('pauses once more than so many were inconclusive, between success and failure', () => {
		const condition = { kind: 'threshold', above: 0.1, passUpTo: 0.05 } as const;
		const ride = watched({ inconclusiveLimit: 1 }, '?0?0', { condition });
		expect(when(ride, 'paused')).toEqual([130]);
		expect(ride.state.phase.at).toBe('held');
	});

	test('of a dry run goes on telling, also where it takes the place of a measurement', () => {
		const ride = watched({ evaluate: 'next-tick' }, '01', { onFail: 'none' });
		expect(when(ride, 'would-trip').slice(0, 3)).toEqual([130, 140, 150]);
	});

	test('of a dry run only tells', () => {
		const ride = watched({}, '01', { onFail: 'none' });
		expect([when(ride, 'would-trip').length > 0, when(ride, 'tripped')]).toEqual([true, []]);
	});

	test('may freeze all changes: the next rollout is blocked, by name', () => {
		const ride = watched({}, '01', { onFail: 'freeze' });
		expect(ride.freezes).toEqual([120 * S]);
		const other = drive(plan(), readings(''), 200 * S, { show: () => ({ frozenBy: 'patch' }) });
		expect(other.pushes).toEqual([]);
		expect(other.decisions.map((d) => d.text)).toEqual(['all changes are frozen by patch']);
	});

	test('may page people, who then do what they do', () => {
		const responders = people({ detect: { kind: 'delay', us: 900 * S }, declareUs: 10 * S, diagnoseUs: 20 * S });
		const rolloutGate = { ...check({ onFail: 'page' }), fromStage: 0 };
		const p = plan({ stages: [stage({ holdUs: 500 * S })], gates: [rolloutGate], people: responders });
		const ride = drive(p, readings('01'), UNTIL_US);
		expect(['paged', 'detected', 'declared', 'diagnosed', 'decided'].map((what) => when(ride, what)[0])).toEqual([
			120, 120, 130, 150, 210,
		]);
	});
});

describe('a condition', () => {
	const sample = (over: Partial<CheckSample>): CheckSample => ({
		canary: { value: 0.05, samples: 1000 },
		control: null,
		short: null,
		points: null,
		...over,
	});
	const outcome = (condition: NonNullable<Parameters<typeof check>[0]>['condition'], read: CheckSample) => {
		const p = plan({ autoRevert: autoRevert(60 * S, { condition, minSamples: 10 }) });
		return drive(p, () => read, 115 * S).decisions.find((d) => d.what === 'measured')?.outcome;
	};
	const control = (value: number | null, samples = 1000) => sample({ control: { value, samples } });

	test('against a control: strictly above the difference, or the ratio; no control is no data', () => {
		const by = (as: 'difference' | 'ratio', above: number) =>
			({ kind: 'control', as, above, control: 'rest' }) as const;
		expect(outcome(by('difference', 0.025), control(0.025))).toBe('passed');
		expect(outcome(by('difference', 0.02), control(0.025))).toBe('failed');
		expect(outcome(by('ratio', 2), control(0.025))).toBe('passed');
		expect(outcome(by('ratio', 1.9), control(0.025))).toBe('failed');
		expect(outcome(by('ratio', 1.9), control(null, 0))).toBe('no-data');
		expect(outcome(by('ratio', 1.9), control(0.025, 9))).toBe('no-data');
	});

	test('of a burn rate: both windows', () => {
		const burn = { kind: 'burn-rate', slo: 0.999, factor: 14.4, shortUs: S } as const;
		expect(outcome(burn, sample({ short: { value: 0.02, samples: 100 } }))).toBe('failed');
		expect(outcome(burn, sample({ short: { value: 0.01, samples: 100 } }))).toBe('passed');
		expect(outcome(burn, sample({ short: { value: null, samples: 0 } }))).toBe('no-data');
	});
});

describe('a stage', () => {
	const two = (over: Partial<rollout.Stage>) =>
		plan({ stages: [stage({ holdUs: 30 * S, ...over }), stage({ name: 'rest' })] });

	test('waits for the samples it must have received', () => {
		const ride = drive(two({ minSamples: 50 }), readings(''), UNTIL_US, {
			show: (nowUs) => ({ stageSamples: (nowUs - 100 * S) / S }),
		});
		expect(ride.pushes).toEqual([100 * S, 150 * S]);
		expect(when(ride, 'waiting')).toEqual([130]);
	});

	test('waits for a person, who refuses once there is an incident', () => {
		const p = two({ approvalUs: 60 * S });
		expect(drive(p, readings(''), UNTIL_US).pushes).toEqual([100 * S, 190 * S]);
		const responders = people({ detect: { kind: 'delay', us: 80 * S }, declareUs: 500 * S });
		const ride = drive({ ...p, people: responders }, readings(''), 400 * S);
		expect([when(ride, 'refused'), ride.pushes, ride.state.phase.at]).toEqual([[190], [100 * S], 'held']);
	});

	test('is not pushed inside the calendar, nor beside others, nor under an alarm; it says why, once', () => {
		const blockers: rollout.Blockers = {
			alarm: alert({ name: 'alarm' }, true),
			others: true,
			calendar: [{ fromUs: 90 * S, toUs: 125 * S, text: 'at night' }],
			everyUs: 10 * S,
		};
		const ride = drive(
			plan({ blockers }),
			(_, nowUs) => ({ value: nowUs < 165 * S ? 0.5 : 0, samples: 10 }),
			UNTIL_US,
			{
				show: (nowUs) => ({ others: nowUs < 145 * S ? ['other'] : [] }),
			},
		);
		// The look at 170 s is known to the next time the push is asked for.
		expect(when(ride, 'push')).toEqual([180]);
		const quiet = drive(plan({ blockers }), readings(''), UNTIL_US, {
			show: (nowUs) => ({ others: nowUs < 145 * S ? ['other'] : [] }),
		});
		expect(quiet.decisions.slice(0, 3).map((d) => [d.atUs / S, d.what, d.text])).toEqual([
			[100, 'blocked', 'other is under way'],
			[150, 'push', 'stage everywhere, held for 90s'],
			[240, 'completed', 'every stage has been held'],
		]);
	});
});

describe('a rollback', () => {
	test('waits between waves until the nodes that are back are well', () => {
		const between = check({ name: 'between', mustPass: true, everyUs: 10 * S, metric: { scope: 'returned' } });
		const responders = people({
			detect: { kind: 'delay', us: 20 * S },
			declareUs: 0,
			decide: { kind: 'delay', us: 0 },
			rollback: revert({ waves: 3, waveGapUs: 5 * S, between }),
		});
		const ride = drive(
			plan({ people: responders }),
			(_, nowUs) => ({ value: nowUs < 145 * S ? 0.5 : 0, samples: 10 }),
			UNTIL_US,
		);
		expect(ride.waves.map((us) => us / S)).toEqual([120, 150, 160]);
	});

	test('cannot begin while the tools of its people do not answer', () => {
		const responders = people({ detect: { kind: 'delay', us: 0 }, declareUs: 0, tools: { retryUs: 30 * S } });
		const ride = drive(plan({ people: responders }), readings(''), UNTIL_US, {
			show: (nowUs) => ({ toolsWork: nowUs > 200 * S }),
		});
		expect(when(ride, 'locked-out')).toEqual([160, 190]);
		expect(when(ride, 'revert')).toEqual([220]);
	});
});

test('a step shows what it was given, and nothing else', () => {
	const p = plan({ stages: [stage({ gates: [gate()] })] });
	const [state] = rollout.step(p, rollout.start(p), observation(), 100 * S);
	expect(Object.keys(state.tallies)).toEqual(['gate:gate']);
	expect(() => structuredClone(state)).not.toThrow();
});
