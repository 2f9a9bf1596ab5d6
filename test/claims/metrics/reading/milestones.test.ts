/** Milestones and verdicts of hand-made runs: each definition of MODEL section 10 at its edges. */
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../../src/metrics/definitions/metrics.js';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { cascade } from '../../../../src/metrics/reading/cascade.js';
import { wholeRun } from '../../../../src/metrics/reading/cell-sums.js';
import { collapse } from '../../../../src/metrics/reading/collapse.js';
import * as when from '../../../../src/metrics/reading/milestones.js';
import { recovery } from '../../../../src/metrics/reading/recovery.js';
import { SERVER_ERROR } from '../../../../src/model/reply.js';
import type { World } from '../../../../src/model/world.js';
import { headline } from '../../../../src/report/run/headline.js';
import { runVerdict } from '../../../../src/report/run/run-findings.js';
import { decision, outcomeOf, type Recipe, RULES, stormOutcome } from '../../../support/outcome-builder.js';
import { build, constant, fault, policy, run, steps } from '../../../support/world-builder.js';

const value = (name: string, outcome: Outcome) => quantity(name)?.read(outcome, wholeRun(outcome), RULES);

/** 1000 requests a second of which `failed(b)` fail at first; a change in force from 30 s to 60 s. */
function failing(failed: (bucket: number) => number, more: Recipe = {}): Outcome {
	return outcomeOf({
		toUs: 120e6,
		fill: (b) => ({
			...{ born: 1000, first_failed_by_birth: failed(b) },
			// nothing is open: whose first attempt did not fail has succeeded
			...{ first_failed: failed(b), succeeded: 1000 - failed(b) },
		}),
		triggers: [{ kind: 'change', name: 'patch', fromUs: 30e6, toUs: 60e6 }],
		...more,
	});
}

describe('the storm', () => {
	const storm = stormOutcome();
	it.each([
		['first-error', 30.2e6],
		['impact-start', 30e6],
		['queue-full', 33.4e6],
		['half-retries', 30e6],
		['peak-amplification-at', 30e6],
		['detected', 45e6],
		['declared', 50e6],
		['decided', 60e6],
		['mitigation-started', 65e6],
		['mitigated', 70e6],
		['recovered', 80e6],
		['first-recovery', 80e6],
		['time-to-detect', 15e6],
		['time-to-mitigate', 40e6],
		['time-to-recover', 50e6],
		['revert-after', 30e6],
		['recovery-after-trigger', 10e6],
		['collapsed', 0],
		['cascaded', 1],
		['recovered-at-all', 1],
	])('%s', (name, wanted) => {
		expect(value(name, storm)).toBe(wanted);
	});
});

describe('impact start', () => {
	it('is the first 10-s window strictly above twice the baseline + 0.1 points', () => {
		// The baseline is 1 in 1000, so a window may fail 30 of 10,000 and not 31.
		expect(when.baseline(failing(() => 1))).toBe(0.001);
		expect(when.impactStart(failing((b) => (b >= 40 ? 3 : 1)))).toBeNull();
		const barely = failing((b) => (b >= 40 ? (b === 49 ? 4 : 3) : 1));
		expect(when.impactStart(barely)).toBe(40e6);
	});

	it('does not begin before the first trigger, though a window before it would see the failures', () => {
		expect(when.impactStart(failing((b) => (b >= 30 ? 500 : 0)))).toBe(30e6);
		expect(when.impactStart(failing((b) => (b >= 35 ? 500 : 0)))).toBe(35e6);
		// Failures of calm times within the window are not its beginning.
		expect(when.impactStart(failing((b) => (b >= 45 ? 500 : b % 10 === 2 ? 2 : 0)))).toBe(45e6);
	});

	it('takes the baseline from the warm-up where the trigger comes with the window', () => {
		const outcome = failing((b) => (b < 30 ? 20 : 30), { fromUs: 30e6 });
		expect(when.baseline(outcome)).toBe(0.02);
		expect(when.impactStart(outcome)).toBeNull();
	});

	it('is where the loss begins, and never in the calm part of its window', () => {
		const harmless = { kind: 'fault', name: 'harmless', fromUs: 5e6, toUs: 95e6 } as const;
		const real = { kind: 'fault', name: 'real', fromUs: 40e6, toUs: 50e6 } as const;
		const outcome = failing((b) => (b >= 40 && b < 50 ? 1000 : 0), { triggers: [harmless, real] });
		expect(value('impact-start', outcome)).toBe(40e6);
		expect(value('time-to-recover', outcome)).toBe(10e6);
	});

	it('is undecided where no calm time tells what fails anyhow', () => {
		const down = { kind: 'fault', name: 'down', fromUs: 0, toUs: null } as const;
		const thin = (failed: number, more: Recipe = {}) =>
			outcomeOf({
				toUs: 60e6,
				fill: () => ({ born: 20, first_failed_by_birth: failed, succeeded: 20 - failed }),
				triggers: [down],
				...more,
			});
		expect(when.impact(thin(1))).toMatchObject({ atUs: null, why: expect.stringContaining('too little calm time') });
		expect(when.impact(thin(0))).toMatchObject({ atUs: null, why: null });
		expect(when.impact(thin(10))).toMatchObject({ atUs: 0, why: null });
	});

	it('is told by what is left of its window where the run ends within it', () => {
		const late = (failed: number, toUs: number) => failing((b) => (b >= 30 ? failed : 0), { toUs });
		expect(when.impact(late(1000, 34e6))).toMatchObject({ atUs: 30e6, why: null });
		expect(when.impact(late(0, 34e6))).toMatchObject({ atUs: null, why: null });
		expect(when.impact(late(1, 34e6))).toMatchObject({ atUs: null, why: expect.any(String), neededToUs: 40e6 });
		expect(when.impact(late(1000, 30.5e6))?.why).not.toBeNull();
	});

	it('is undecided in time buckets longer than its window, unless they show it, or nothing failed', () => {
		const coarse = (failed: number) =>
			outcomeOf({
				toUs: 300e6,
				bucketUs: 60e6,
				fill: (b) => ({ born: 60_000, first_failed_by_birth: b === 2 ? failed : 0 }),
				triggers: [{ kind: 'fault', name: 'f', fromUs: 120e6, toUs: 122e6 }],
			});
		expect(when.impact(coarse(50))).toMatchObject({ atUs: null, why: expect.stringContaining('buckets of 60s') });
		expect(when.impact(coarse(0))).toMatchObject({ atUs: null, why: null });
		expect(when.impact(coarse(6_000))).toMatchObject({ atUs: 120e6, why: null });
	});

	it('never comes in a calm world without triggers', () => {
		expect(when.impactStart(failing(() => 50, { triggers: [] }))).toBeNull();
	});
});

describe('recovered', () => {
	it('is the start of the first window from which on all stay at or below the share', () => {
		// 0.5 % of 10 windows of 1000: 50 failures are allowed in ten seconds.
		const again = failing((b) => ((b >= 30 && b < 50) || (b >= 60 && b < 65) ? 500 : 0));
		expect(when.recovered(again, RULES)).toBe(65e6);
		expect(when.firstRecovery(again, RULES)).toBe(50e6);
		expect(
			when.recovered(
				failing((b) => (b >= 30 ? 5 : 0)),
				RULES,
			),
		).toBe(30e6);
		expect(
			when.recovered(
				failing((b) => (b === 110 ? 51 : b >= 30 ? 5 : 0)),
				RULES,
			),
		).toBeNull();
	});

	it('needs one whole good window before the run ends', () => {
		expect(
			when.recovered(
				failing((b) => (b >= 30 && b < 110 ? 500 : 0)),
				RULES,
			),
		).toBe(110e6);
		expect(
			when.recovered(
				failing((b) => (b >= 30 && b < 111 ? 500 : 0)),
				RULES,
			),
		).toBeNull();
		expect(
			value(
				'recovered-at-all',
				failing((b) => (b >= 30 ? 500 : 0)),
			),
		).toBe(0);
	});

	it('is not shown by an absence of traffic: everything fails, and then no request comes', () => {
		const calls = (b: number): number => (b < 60 || b >= 90 ? 1000 : 0);
		const until = (seconds: number) =>
			outcomeOf({
				toUs: seconds * 1e6,
				fill: (b) => {
					const failed = b >= 30 && b < 60 ? 1000 : 0;
					return { born: calls(b), first_failed_by_birth: failed, first_failed: failed, succeeded: calls(b) - failed };
				},
				triggers: [{ kind: 'fault', name: 'outage', fromUs: 30e6, toUs: 60e6 }],
			});
		expect(when.recovered(until(85), RULES)).toBeNull();
		expect(when.firstRecovery(until(85), RULES)).toBeNull();
		// Windows of ten seconds; the first with a call in it is the one that ends with second 90.
		expect(when.recovered(until(120), RULES)).toBe(81e6);
	});

	it('applies to nothing where there was no impact: every word of it is blank', () => {
		const harmless = failing(() => 0);
		for (const name of ['recovered', 'recovered-at-all', 'recovery-after-trigger', 'time-to-recover']) {
			expect(value(name, harmless), name).toBeNull();
			expect(quantity(name)?.undecided?.(harmless, wholeRun(harmless), RULES), name).toBeNull();
		}
	});

	it('is not before its loss ends, though a good window may begin with the end of it', () => {
		// 3 s of 9 % are 0.45 % of a minute.
		const rules = { ...RULES, verdicts: { ...RULES.verdicts, recoveredWindowUs: 60e6 } };
		const outcome = failing((b) => (b >= 30 && b < 70 ? 90 : 0), {
			toUs: 200e6,
			triggers: [{ kind: 'fault', name: 'f', fromUs: 30e6, toUs: 70e6 }],
		});
		expect(when.recovered(outcome, rules)).toBe(70e6);
	});

	it('is told by 30 requests at least: a window that holds fewer is as long as it takes', () => {
		const few = (born: number, toUs = 200e6) =>
			outcomeOf({
				toUs,
				fill: (b) => ({ born, first_failed_by_birth: b >= 60 && b < 100 ? born : 0 }),
				triggers: [{ kind: 'fault', name: 'f', fromUs: 60e6, toUs: 100e6 }],
			});
		expect(recovery(few(2), RULES)).toMatchObject({ recovered: true, atUs: 100e6 });
		expect(recovery(few(3), RULES)).toMatchObject({ recovered: true, atUs: 100e6 });
		expect(recovery(few(2, 114e6), RULES)).toMatchObject({
			recovered: null,
			why: expect.stringContaining('only 28 first attempts were decided'),
		});
		expect(recovery(few(2, 115e6), RULES)).toMatchObject({ recovered: true, atUs: 100e6 });
	});

	it('is not before the end of the trigger that did the harm, though its last failure may have been earlier', () => {
		const faint = (healedAt: number) =>
			failing((b) => (b >= 30 && b < healedAt && b % 2 === 0 ? 14 : 0), {
				toUs: 200e6,
				triggers: [
					{ kind: 'fault', name: 'f', fromUs: 30e6, toUs: 71.5e6 },
					{ kind: 'fault', name: 'later', fromUs: 120e6, toUs: 130e6 },
				],
			});
		expect(when.recovered(faint(72), RULES)).toBe(71.5e6);
		// A minute without a failure is no chance: it had healed.
		const early = failing((b) => (b >= 30 && b < 40 ? 500 : 0), {
			toUs: 200e6,
			triggers: [{ kind: 'fault', name: 'f', fromUs: 30e6, toUs: 71.5e6 }],
		});
		expect(when.recovered(early, RULES)).toBe(40e6);
		// So short a fault that no window is bad.
		const rules = { ...RULES, verdicts: { ...RULES.verdicts, recoveredWindowUs: 60e6 } };
		const short = failing((b) => (b === 30 ? 200 : 0), {
			toUs: 200e6,
			triggers: [{ kind: 'fault', name: 'f', fromUs: 30e6, toUs: 30.2e6 }],
		});
		expect(value('impact-start', short)).toBe(30e6);
		expect(when.recovered(short, rules)).toBe(30.2e6);
	});

	it('is told no finer than coarse time buckets, and undecided where they cannot tell', () => {
		const coarse = (toUs: number, background = 0) =>
			failing((b) => (b === 4 ? 5000 : background), {
				toUs: 200e6,
				bucketUs: 10e6,
				triggers: [{ kind: 'fault', name: 'f', fromUs: 41e6, toUs }],
			});
		expect(recovery(coarse(46e6), RULES)).toMatchObject({ recovered: true, atUs: 50e6, range: [46e6, 50e6] });
		// A window that begins within a bucket may hold the failures of two; the last one cannot.
		expect(recovery(coarse(46e6, 4), RULES)).toMatchObject({ recovered: true, atUs: 50e6, range: [46e6, 190e6] });
		const open = quantity('recovered')?.undecided?.(coarse(46e6), wholeRun(coarse(46e6)), RULES);
		expect(open).toMatchObject({ range: [46e6, 50e6], why: expect.stringContaining('time bucket') });
	});

	it('is undecided in time buckets longer than its window', () => {
		const coarse = failing((b) => (b === 1 ? 500 : 0), {
			toUs: 300e6,
			bucketUs: 60e6,
			triggers: [{ kind: 'fault', name: 'f', fromUs: 60e6, toUs: 120e6 }],
		});
		expect(recovery(coarse, RULES)).toMatchObject({ recovered: null, why: expect.stringContaining('buckets of 60s') });
	});

	it('is told apart from a run that healed before its trigger ended', () => {
		expect(
			value(
				'recovery-after-trigger',
				failing((b) => (b >= 30 && b < 40 ? 500 : 0)),
			),
		).toBe(0);
		expect(
			value(
				'recovery-after-trigger',
				failing((b) => (b >= 30 && b < 90 ? 500 : 0)),
			),
		).toBe(30e6);
	});
});

it('no traffic after the last failures is no recovery, and open requests are not the reason', () => {
	const silent = failing((b) => (b >= 30 && b < 60 ? 500 : 0), {
		toUs: 300e6,
		fill: (b): Record<string, number> =>
			b < 60 ? { born: 1000, first_failed_by_birth: b < 30 ? 0 : 500, succeeded: 1000 } : {},
	});
	expect(recovery(silent, RULES)).toMatchObject({ recovered: null, why: 'no request was made at the end of the run' });
});

describe('what is open at the end of a run', () => {
	/** Overloaded for ever: nobody is answered in time, and whoever was born in the last `timeoutS` does not know it yet. */
	const collapsed = (timeoutS: number | null, windowS: number, over: Partial<World> = {}) => {
		const world = build({
			rate: steps([0, 20], [100, 400], [200, 150]),
			seconds: 400,
			bucketS: 1,
			edge: { workers: 1, service: [constant(0.01)] },
			clients: { timeout: timeoutS === null ? null : constant(timeoutS) },
			over: { trafficTriggers: [{ name: 'rush', fromUs: 100e6, toUs: 200e6 }], ...over },
		});
		return {
			world: { ...world, verdicts: { ...world.verdicts, recoveredWindowUs: windowS * 1e6 } },
			outcome: run(world, 1),
		};
	};

	it.each([
		{ timeoutS: 10, windowS: 10, isRecovered: 0 },
		// More windows are open than one is long, but goodput says that it is down.
		{ timeoutS: 2, windowS: 1, isRecovered: 0 },
		{ timeoutS: 10, windowS: 1, isRecovered: 0 },
		{ timeoutS: 30, windowS: 10, isRecovered: 0 },
	])('is not fine: a timeout of $timeoutS s, windows of $windowS s', ({ timeoutS, windowS, isRecovered }) => {
		const { world, outcome } = collapsed(timeoutS, windowS);
		expect(collapse(outcome, world).collapsed).toBe(true);
		expect(when.recovered(outcome, world)).toBeNull();
		expect(when.firstRecovery(outcome, world)).toBeNull();
		expect(quantity('recovered-at-all')?.read(outcome, wholeRun(outcome), world)).toBe(isRecovered);
	});

	it('is not fine where clients wait for ever', () => {
		const { world, outcome } = collapsed(null, 10);
		// Nobody ever fails, and half of the run is still waiting when it ends.
		expect(outcome.audit.requests.failed).toBe(0);
		expect(when.recovered(outcome, world)).toBeNull();
	});

	it('does not spoil a healthy end, whose last windows cannot be told yet', () => {
		const world = build({
			rate: 40,
			seconds: 60,
			bucketS: 1,
			edge: { workers: 1_000, service: [constant(0.9)] },
			clients: { timeout: constant(5) },
			over: { faults: [fault(20, 30, { kind: 'speed', factor: 0 })] },
		});
		const short = { ...world, verdicts: { ...world.verdicts, recoveredWindowUs: 2e6, failureShare: 0.01 } };
		const outcome = run(short, 1);
		// 36 of the last 80 are open, and might fail. Who came within 5 s before the end of the fault was answered in time.
		expect(when.recovered(outcome, short)).toBe(26e6);
	});

	it('does not count twice whose first attempt has failed already and who tries for ever', () => {
		const world = build({
			rate: 400,
			seconds: 200,
			bucketS: 1,
			edge: { workers: 1_000, service: [constant(0.1)] },
			clients: { layers: [policy({ attempts: Infinity, growth: { kind: 'fixed', baseUs: 1_000e6 } })] },
			over: { faults: [fault(20, 180, { kind: 'error', probability: 0.009, reply: SERVER_ERROR })] },
		});
		// 0.9 % fail, and wait to the end; twice as many would be too many.
		const strict = { ...world, verdicts: { ...world.verdicts, recoveredWindowUs: 60e6, failureShare: 0.012 } };
		const outcome = run(strict, 1);
		expect(outcome.audit.requests.open).toBeGreaterThan(40);
		expect(when.recovered(outcome, strict)).toBe(20e6);
	});
});

describe('mitigated', () => {
	it('waits for the last trigger, and never comes while one is in force', () => {
		const fault = { kind: 'fault', name: 'outage', fromUs: 10e6, toUs: 80e6 } as const;
		const change = { kind: 'change', name: 'patch', fromUs: 30e6, toUs: 60e6 } as const;
		expect(when.mitigated(outcomeOf({ toUs: 100e6, triggers: [fault, change] }))).toBe(80e6);
		expect(when.mitigated(outcomeOf({ toUs: 70e6, triggers: [fault, change] }))).toBeNull();
		expect(when.mitigated(outcomeOf({ triggers: [{ ...change, toUs: null }] }))).toBeNull();
		expect(when.mitigated(outcomeOf({}))).toBeNull();
	});
});

describe('decisions', () => {
	it('count a tripped gate as detected and decided, a person’s alert as detected only', () => {
		const gate = outcomeOf({
			decisions: [
				decision(5e6, 'push'),
				decision(17e6, 'tripped', { by: 'gate' }),
				decision(20e6, 'revert', { by: 'gate' }),
			],
		});
		expect(when.detected(gate)).toBe(17e6);
		expect(when.decided(gate)).toBe(17e6);
		expect(value('revert-after', gate)).toBe(12e6);
		const alert = outcomeOf({ decisions: [decision(5e6, 'push'), decision(9e6, 'detected', { by: 'people' })] });
		expect([when.detected(alert), when.decided(alert)]).toEqual([9e6, null]);
	});
});

describe('peak amplification', () => {
	it('is never below the amplification of the span, though its buckets are small', () => {
		const small = outcomeOf({
			toUs: 60e6,
			fill: (b) => ({ born: 10, first_attempts: b === 20 ? 40 : 10, attempts: b === 20 ? 40 : 30 }),
		});
		// Three of them hold 30 first attempts, and show x3; with the calm one among them the span has x2.87.
		expect(value('peak-amplification', small)).toBe(3);
		expect(value('amplification', small)).toBeLessThan(3);
		const none = outcomeOf({ toUs: 60e6, fill: () => ({ first_attempts: 1, attempts: 2 }) });
		expect(value('peak-amplification', none)).toBe(2);
	});
});

describe('times of which requests are open', () => {
	const left = (n: number): Outcome =>
		outcomeOf({
			toUs: 60e6,
			fill: () => ({ born: 100, succeeded_by_birth: 100 - n, attempts: 100, first_attempts: 100 }),
		});
	const open = (name: string, n: number) => quantity(name)?.undecided?.(left(n), wholeRun(left(n)), RULES);

	it('leave a share of failed attempts undecided by as many', () => {
		expect(open('attempts-failed', 0)).toBeNull();
		const found = open('attempts-failed', 20);
		expect(found?.range?.[1]).toBeCloseTo((found?.range?.[0] ?? Number.NaN) + 0.2, 12);
	});
});

describe('cascaded', () => {
	const byPlace = (lostOlder: number): Outcome =>
		outcomeOf({
			toUs: 60e6,
			places: [
				{ region: 'weur', platform: 'older' },
				{ region: 'weur', platform: 'newer' },
			],
			fill: (b, { platform }) => ({
				born: 100,
				lost_by_birth: platform === 'older' && b >= 30 && b < 50 ? lostOlder : 0,
			}),
			triggers: [{ kind: 'change', name: 'patch', fromUs: 30e6, toUs: 50e6 }],
		});

	it('takes the share of one place while a trigger is in force, the bound included', () => {
		expect(cascade(byPlace(50), RULES)).toEqual({
			cascaded: true,
			place: { region: 'weur', platform: 'older' },
			lost: 0.5,
			lostRange: [0.5, 0.5],
			exact: true,
		});
		expect(cascade(byPlace(49), RULES)?.cascaded).toBe(false);
	});

	it('says so where cells are not kept by place', () => {
		expect(cascade(stormOutcome(), RULES)).toMatchObject({ cascaded: true, place: {}, lost: 0.5, exact: false });
	});

	it('is undecided where time buckets are so long that they could hide it', () => {
		const coarse = (lost: number) =>
			outcomeOf({
				toUs: 120e6,
				bucketUs: 60e6,
				fill: () => ({ born: 6000, succeeded: 6000 - lost, lost_by_birth: lost }),
				triggers: [{ kind: 'fault', name: 'f', fromUs: 60e6, toUs: 70e6 }],
			});
		expect(cascade(coarse(1000), RULES)?.cascaded).toBeNull();
		expect(cascade(coarse(100), { ...RULES, platforms: ['older'] })?.cascaded).toBe(false);
	});

	it('is undecided where a place that was not recorded apart could hide it, whether or not anybody asks', () => {
		const world = { ...RULES, platforms: ['older', 'newer'] };
		const lost = (n: number): Outcome =>
			outcomeOf({
				toUs: 60e6,
				fill: (b) => ({ born: 100, succeeded: 100 - n, lost_by_birth: b >= 30 && b < 50 ? n : 0 }),
				triggers: [{ kind: 'change', name: 'patch', fromUs: 30e6, toUs: 50e6 }],
			});
		const why = (n: number) => quantity('cascaded')?.undecided?.(lost(n), wholeRun(lost(n)), world)?.why;
		expect(cascade(lost(20), world)?.cascaded).toBeNull();
		expect(why(20)).toContain('not recorded apart');
		// All lost half of theirs, so one of them did; nothing lost hides nothing.
		expect(cascade(lost(50), world)?.cascaded).toBe(true);
		expect(cascade(lost(0), world)?.cascaded).toBe(false);
		expect(cascade(lost(20), { ...RULES, platforms: ['older'] })?.cascaded).toBe(false);
	});

	it('needs a trigger and 30 requests', () => {
		expect(cascade(outcomeOf({ fill: () => ({ born: 100, lost_by_birth: 100 }) }), RULES)).toBeNull();
		const few = outcomeOf({
			fill: () => ({ born: 1, lost_by_birth: 1 }),
			triggers: [{ kind: 'fault', name: 'f', fromUs: 0, toUs: 29e6 }],
		});
		expect(cascade(few, RULES)).toBeNull();
	});
});

describe('collapsed', () => {
	const ending = (succeeded: number, toUs: number | null): Outcome =>
		outcomeOf({
			toUs: 100e6,
			fill: (b) => ({ born: 100, succeeded: b < 80 ? 100 : succeeded }),
			triggers: [{ kind: 'traffic', name: 'spike', fromUs: 10e6, toUs }],
		});

	it('is a low goodput at the end although every trigger is gone', () => {
		expect(collapse(ending(49, 20e6), RULES)).toMatchObject({ collapsed: true, goodputShare: 0.49, triggered: false });
		expect(collapse(ending(50, 20e6), RULES).collapsed).toBe(false);
	});

	it('is no verdict on a run whose trigger lasts to the end, or into the window judged', () => {
		expect(collapse(ending(0, null), RULES)).toMatchObject({ collapsed: null, goodputShare: 0, triggered: true });
		expect(collapse(ending(0, 81e6), RULES)).toMatchObject({ collapsed: null, triggered: false, neededToUs: 101e6 });
		expect(collapse(ending(0, 80e6), RULES).collapsed).toBe(true);
	});

	it('is not said to outlive a trigger where there was none', () => {
		const outcome = outcomeOf({ toUs: 60e6, fill: (b) => ({ born: 100, succeeded: b < 20 ? 100 : 0 }) });
		const verdict = runVerdict(outcome, { ...RULES, markers: [] }, headline(outcome, RULES));
		expect(verdict).toContain('of demand, without any trigger');
		expect(verdict).not.toContain('every trigger is gone');
	});

	it('is undecided in a run shorter than what is judged', () => {
		const outcome = outcomeOf({ toUs: 19e6, fill: () => ({ born: 100, succeeded: 10 }) });
		expect(collapse(outcome, RULES)).toMatchObject({ collapsed: null, neededToUs: 20e6 });
	});

	it('before the first trigger leaves no cascade to judge', () => {
		const outcome = outcomeOf({
			toUs: 100e6,
			fill: (b) => ({ born: 100, succeeded: b < 10 ? 100 : 0, lost_by_birth: b < 10 ? 0 : 100 }),
			triggers: [{ kind: 'fault', name: 'f', fromUs: 50e6, toUs: 60e6 }],
		});
		expect(value('collapsed-before-trigger', outcome)).toBe(1);
		expect(cascade(outcome, RULES)?.cascaded).toBeNull();
	});

	it('is not known of a run without demand', () => {
		expect(value('collapsed', outcomeOf({}))).toBeNull();
	});
});
