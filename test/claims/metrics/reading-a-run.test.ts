/** What a run's figures may say of it: as much as its time buckets, its triggers and its requests show, and no more. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/experiment/task/judge.js';
import { quantity } from '../../../src/metrics/definitions/metrics.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { cascade, cascadeWhy } from '../../../src/metrics/reading/cascade.js';
import { wholeRun } from '../../../src/metrics/reading/cell-sums.js';
import { collapse } from '../../../src/metrics/reading/collapse.js';
import { peak } from '../../../src/metrics/reading/milestones.js';
import { headline } from '../../../src/report/run/headline.js';
import { findings, runVerdict } from '../../../src/report/run/run-findings.js';
import { summary } from '../../../src/report/run/summary.js';
import { timeseriesCsv } from '../../../src/report/run/tables.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { decision, outcomeOf, type Recipe, RULES } from '../../support/outcome-builder.js';

const WORLD = { ...RULES, platforms: ['edge'], markers: [] };
const value = (name: string, outcome: Outcome) => quantity(name)?.read(outcome, wholeRun(outcome), WORLD);
const open = (name: string, outcome: Outcome) => quantity(name)?.undecided?.(outcome, wholeRun(outcome), WORLD);
const fault = (fromUs: number, toUs: number | null) => ({ kind: 'fault', name: 'f', fromUs, toUs }) as const;

/** So many first attempts a bucket, of which a share fails while it is bad, each with three retries. */
function retrying(born: number, isBad: (bucket: number) => boolean, more: Recipe = {}): Outcome {
	return outcomeOf({
		toUs: 120e6,
		fill: (b) => ({
			...{ born, first_attempts: born, attempts: isBad(b) ? 4 * born : born },
			...{ first_failed_by_birth: isBad(b) ? born : 0, succeeded: isBad(b) ? 0 : born },
			...{ lost_by_birth: isBad(b) ? born : 0 },
		}),
		triggers: [fault(20e6, 40e6)],
		...more,
	});
}

describe('a peak over thin time buckets', () => {
	it('is read over as many of them as hold 30 first attempts', () => {
		const thin = retrying(9, (b) => b >= 20 && b < 40);
		expect(peak(thin, 'amplification')).toEqual({ value: 4, atUs: 20e6, toUs: 24e6 });
		expect(value('peak-retry-share', thin)).toBe(0.75);
		// The last of them belong to no further stretch, and count all the same.
		expect(
			peak(
				retrying(9, (b) => b >= 116),
				'amplification',
			)?.value,
		).toBe(4);
	});

	it('is that of one bucket where buckets hold enough', () => {
		expect(
			peak(
				retrying(30, (b) => b === 20),
				'amplification',
			),
		).toEqual({ value: 4, atUs: 20e6, toUs: 21e6 });
		expect(
			peak(
				retrying(15, (b) => b === 20),
				'amplification',
			)?.value,
		).toBe(2.5);
	});

	it('cannot be read from fewer, unless there was no retry', () => {
		const few = retrying(1, (b) => b >= 20 && b < 24, { toUs: 29e6 });
		expect(value('peak-amplification', few)).toBeNull();
		expect(open('peak-amplification', few)?.why).toContain('29 first attempts are too few');
		const calm = retrying(1, () => false, { toUs: 29e6 });
		expect(value('peak-amplification', calm)).toBe(1);
		expect(open('peak-amplification', calm)).toBeNull();
	});
});

describe('half of all attempts being retries, in coarse time buckets', () => {
	const coarse = (retries: number) =>
		outcomeOf({
			toUs: 120e6,
			bucketUs: 20e6,
			fill: (b) => ({ born: 2000, first_attempts: 2000, attempts: 2000 + (b === 2 ? retries : 0) }),
			triggers: [fault(45e6, 50e6)],
		});
	it('is known no finer than they are', () => {
		expect(value('half-retries', coarse(3000))).toBe(45e6);
		expect(open('half-retries', coarse(3000))?.range).toEqual([45e6, 60e6]);
	});

	it('is undecided where a second of it may hide, and never where none can', () => {
		expect(open('half-retries', coarse(500))).toMatchObject({ range: null, why: expect.stringContaining('20s') });
		expect(open('half-retries', coarse(50))).toBeNull();
	});
});

describe('collapsed', () => {
	const ending = (goodput: (b: number) => number, toUs: number | null, fromUs = 20e6) =>
		outcomeOf({
			toUs: 100e6,
			fill: (b) => ({
				...{ born: 100, succeeded: goodput(b), lost_by_birth: 100 - goodput(b) },
				first_failed_by_birth: b * 1e6 >= fromUs && (toUs === null || b * 1e6 < toUs) ? 30 : 0,
			}),
			triggers: [fault(fromUs, toUs)],
		});
	it('is decided by goodput that stays up, though a trigger that did harm ends in the window, or never', () => {
		expect(
			collapse(
				ending(() => 70, 90e6),
				WORLD,
			).collapsed,
		).toBe(false);
		expect(
			collapse(
				ending(() => 70, null),
				WORLD,
			).collapsed,
		).toBe(false);
	});

	it('is undecided where goodput was down for some of it, or the trigger came within it', () => {
		expect(
			collapse(
				ending((b) => (b >= 86 && b < 98 ? 20 : 100), 90e6),
				WORLD,
			).collapsed,
		).toBeNull();
		expect(
			collapse(
				ending(() => 70, null, 85e6),
				WORLD,
			).collapsed,
		).toBeNull();
	});

	it('is undecided of a trigger that ends within it and did no harm: it may have helped', () => {
		const harmless = outcomeOf({
			toUs: 100e6,
			fill: () => ({ born: 100, succeeded: 100 }),
			triggers: [fault(20e6, 90e6)],
		});
		expect(collapse(harmless, WORLD).collapsed).toBeNull();
	});
});

describe('a run that was down before its first trigger', () => {
	const down = outcomeOf({
		toUs: 200e6,
		fill: (b) => ({ born: 100, succeeded: b < 10 ? 100 : 0, lost_by_birth: b < 10 ? 0 : 100 }),
		triggers: [fault(100e6, 120e6)],
	});
	it('has one verdict: the trigger is not told to have brought it down', () => {
		const text = runVerdict(down, WORLD, headline(down, WORLD));
		expect(text).toContain('COLLAPSED since +10s, before the first trigger');
		expect(text).not.toContain('CASCADED');
		expect(text).toContain('versus: no-trigger');
	});

	it('has none by a trigger that lasts to the end either', () => {
		const lasting = { ...down, triggers: [fault(100e6, null)] };
		expect(collapse(lasting, WORLD).collapsed).toBeNull();
		expect(cascade(lasting, WORLD)?.cascaded).toBeNull();
		expect(cascadeWhy(lasting, WORLD)).toContain('down before the first trigger');
	});
});

describe('detected', () => {
	const alarmed = (pushUs: number, tripUs: number) =>
		retrying(100, (b) => b >= 20 && b < 40, {
			triggers: [fault(20e6, 40e6), { kind: 'change', name: 'push', fromUs: pushUs, toUs: null }],
			decisions: [decision(pushUs, 'push'), decision(tripUs, 'tripped', { by: 'gate' })],
		});
	it('belongs to the change that may have done the harm: the false alarm of a later push is none', () => {
		expect(value('detected', alarmed(30e6, 35e6))).toBeNull();
		expect(value('time-to-detect', alarmed(30e6, 35e6))).toBeNull();
		// Nor is one that was raised before the fault began.
		expect(value('detected', alarmed(5e6, 10e6))).toBeNull();
		expect(value('detected', alarmed(15e6, 25e6))).toBe(25e6);
	});
});

describe('the same world beside itself', () => {
	it('has a difference of 0, also with open requests', () => {
		const outcome = outcomeOf({ fill: () => ({ born: 100, succeeded: 90, succeeded_by_birth: 90 }) });
		const versus = { variant: 'no-trigger', as: 'difference' } as const;
		const expectation = {
			text: 'lost versus no-trigger equals 0%',
			that: 'lost',
			selection: wholeRun(outcome),
			versus,
			bound: { above: null, below: null, equals: { value: 0, tolerance: 0 }, between: null, never: false },
			requiredProbability: null,
		};
		const twin = { ...outcome, cells: outcome.cells.slice() };
		expect(judge([expectation], outcome, WORLD, () => twin)).toMatchObject([{ seen: 0, verdict: 'pass' }]);
		const other = { ...outcome, events: 7 };
		expect(judge([expectation], outcome, WORLD, () => other)).toMatchObject([{ verdict: 'undecided' }]);
	});
});

describe('words of a run', () => {
	const response = (outcome: Outcome): string | undefined =>
		findings(outcome, WORLD, headline(outcome, WORLD), null).find(({ label }) => label === 'response')?.text;

	it('report no mitigation where a trigger is in force, and nothing about it without a trigger', () => {
		expect(response(retrying(100, (b) => b >= 20, { triggers: [fault(20e6, null)] }))).toContain('not mitigated');
		const none = retrying(100, (b) => b >= 20, { triggers: [] });
		// Without a trigger nothing has an impact, and there is nothing to respond to.
		expect(response(none)).toBeUndefined();
	});

	it('tell not recovered from not judged, and both from no impact, in text and JSON', () => {
		const readings = (outcome: Outcome) => {
			const json = summary(outcome, WORLD, [], '0') as { verdicts: { recovered: unknown } };
			return [runVerdict(outcome, WORLD, headline(outcome, WORLD)), json.verdicts.recovered] as const;
		};
		const [bad, isBad] = readings(retrying(100, (b) => b >= 20));
		expect([bad.includes('NOT RECOVERED'), isBad]).toEqual([true, false]);
		const [early, isEarly] = readings(retrying(100, (b) => b >= 20, { toUs: 45e6 }));
		expect([early.includes('recovery not judged'), isEarly]).toEqual([true, 'undecided']);
		const [calm, isCalm] = readings(retrying(100, () => false));
		expect([calm.includes('no impact'), isCalm]).toEqual([true, null]);
	});

	it('call a bound on the recovery broken where it is already too late, though recovery is not judged', () => {
		const late = retrying(100, (b) => (b >= 20 && b < 40) || (b >= 110 && b < 115), {
			triggers: [fault(20e6, 40e6), fault(110e6, 115e6)],
		});
		const expecting = (that: string, below: number | null, never = false) => ({
			...{ text: that, that, selection: wholeRun(late), versus: null, requiredProbability: null },
			bound: { above: null, below, equals: null, between: null, never },
		});
		const verdicts = judge(
			[
				expecting('recovered', 45e6),
				expecting('time-to-recover', 25e6),
				expecting('recovered', 118e6),
				expecting('recovered', null, true),
			],
			late,
			WORLD,
			() => late,
		).map(({ verdict }) => verdict);
		expect(verdicts).toEqual(['fail', 'fail', 'undecided', 'undecided']);
	});

	it('give an instant that is read from coarse time buckets as two', () => {
		const coarse = retrying(2000, (b) => b === 2, { bucketUs: 10e6, triggers: [fault(24e6, 29e6)] });
		const text = runVerdict(coarse, WORLD, headline(coarse, WORLD));
		expect(text).toContain('recovered +29s to +30s');
		expect(response(coarse)).toContain('from +24s to +30s (impact)');
	});
});

describe('the time to drain', () => {
	const passages = { firstErrorUs: null, queueFullUs: [null], queueDrainedUs: [47e6], firstFullDrainedUs: [null] };
	it('counts from the end of the last trigger where no node was ever full, and ends at queue-drained', () => {
		const never = retrying(100, () => false, { passages });
		expect([value('queue-drained', never), value('time-to-drain', never)]).toEqual([47e6, 7e6]);
		const full = retrying(100, () => false, {
			passages: { ...passages, queueFullUs: [25e6], firstFullDrainedUs: [47e6] },
		});
		expect([value('queue-drained', full), value('time-to-drain', full)]).toEqual([47e6, 22e6]);
	});
});

describe('timeseries.csv', () => {
	it('counts in each bucket who was born there and is open when the run ends', () => {
		const lines = timeseriesCsv(
			outcomeOf({ toUs: 2e6, fill: (b) => ({ born: 9, lost_by_birth: 2, succeeded_by_birth: 7 - 3 * b }) }),
		)
			.trimEnd()
			.split('\n')
			.map((line) => line.split(','));
		expect(lines.map((cells) => cells.at(-1))).toEqual(['open_by_birth', '0', '3']);
	});
});

describe('check', () => {
	const warned = (more: string): string[] =>
		loadScenario(
			`name: short\nduration: 60s\ntraffic: { rate: 10/s }\nedge: { workers: 4, service: 5ms }\nclients: { apps: { timeout: 1s } }\n${more}\n`,
			{ file: 'a.yaml' },
		).warnings.map(({ text }) => text);

	it('says of a fault that outlasts the run by how much', () => {
		const found = warned('faults: { f: { at: 20s, for: 90s, errors: 5% } }').join('\n');
		expect(found).toContain('fault f ends 50s after the end of the measured window');
		expect(found).not.toContain('ends 0s before');
		const never = warned('faults: { f: { at: 20s, for: 40s, errors: 5% } }').join('\n');
		expect(never).toContain('fault f ends with the measured window');
	});

	it('says that a run is shorter than what a verdict of it looks at, where one is asked for', () => {
		const verdicts = 'verdicts: { collapsed: { last: 90s, below: 50% } }';
		expect(warned(verdicts)).toEqual([]);
		expect(warned(`${verdicts}\nexpect: [ { that: collapsed, equals: false } ]`).join('\n')).toContain(
			'collapsed will be undecided: the measured window is shorter than the 90s that are judged',
		);
	});
});
