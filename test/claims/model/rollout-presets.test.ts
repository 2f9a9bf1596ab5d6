/** Presets behave as their systems are documented to: each rule, on made-up readings, with its instants. */
import { describe, expect, test } from 'vitest';
import { ROLLOUT_PRESET_NAMES } from '../../../src/catalog/rollouts.js';
import type { CheckSample } from '../../../src/model/gates/condition.js';
import type { Rollout } from '../../../src/model/rollout/rollout-controller.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { type DriveOptions, drive, type Read, S } from '../../support/rollout-plans.js';

const MINUTE = 60 * S;

/** The plan that a scenario of one line makes, its first push at 0 s. */
function planOf(rollout: string): Rollout {
	const text = `
name: preset
duration: 40h
traffic: { rate: 1/m }
edge: { groups: { all: { nodes: 20, workers: 1 } }, service: 10ms }
changes: { patch: { fails: 10% } }
rollouts: { patch: { at: 0s, ${rollout} } }
`;
	return loadScenario(text, { file: 'preset.yaml' }).world.rollouts[0];
}

/** Readings by check: a share of a thousand, nothing, or no answer. */
const readings =
	(of: (check: string, nowUs: number) => number | null | 'unreachable'): Read =>
	({ check }, nowUs) => {
		const value = of(check.name, nowUs);
		if (value === 'unreachable') return value;
		const canary = { value, samples: value === null ? 0 : 1000 };
		const points = [0, 1, 2].map((i) => 0.01 + i * 1e-3);
		return { canary, control: canary, short: null, points: { canary: points, control: points } };
	};
const ride = (rollout: string, of: Parameters<typeof readings>[0], untilUs = 3 * 60 * MINUTE, how: DriveOptions = {}) =>
	drive(planOf(rollout), readings(of), untilUs, how);
const minutes = (log: ReturnType<typeof drive>, what: string, check?: string) =>
	log.decisions
		.filter((d) => d.what === what && (check === undefined || d.check === check))
		.map(({ atUs }) => atUs / MINUTE);

test.each(ROLLOUT_PRESET_NAMES.map((name) => [name]))('%s runs to its end where nothing is bad', (name) => {
	const log = ride(`preset: ${name}`, () => 0, 40 * 60 * MINUTE, {
		show: () => ({ stageSamples: 1000 }),
	});
	expect(minutes(log, 'tripped')).toEqual([]);
	expect(log.state.phase.at).toBe('completed');
});

describe('Argo Rollouts', () => {
	test('aborts when more than failureLimit measurements failed: at the fourth, 15 minutes after the first', () => {
		const log = ride('preset: argo', () => 0.2);
		// The analysis starts with the second step, and measures at once.
		expect(minutes(log, 'measured')).toEqual([10, 15, 20, 25]);
		expect(minutes(log, 'tripped')).toEqual([25]);
		expect(minutes(log, 'revert')).toEqual([25]);
	});

	test('counts totals: passes in between forgive nothing', () => {
		const log = ride('preset: argo', (_, nowUs) => ((nowUs / MINUTE) % 10 === 5 ? 0.2 : 0), 6 * 60 * MINUTE);
		expect(minutes(log, 'tripped')).toEqual([]);
		const longer = 'preset: argo, stages: { weight-80: { hold: 2h } }';
		const again = ride(longer, (_, nowUs) => ((nowUs / MINUTE) % 10 === 5 ? 0.2 : 0));
		expect(minutes(again, 'tripped')).toEqual([45]);
	});

	test('starts the next measurement an interval after the last one finished', () => {
		const log = ride('preset: argo, gates: { success-rate: { takes: 30s } }', () => 0, 40 * MINUTE);
		expect(minutes(log, 'measured')).toEqual([10.5, 16, 21.5, 27, 32.5, 38]);
	});

	test('retries an error after 10 s, and fails with the fifth in a row', () => {
		const log = ride('preset: argo', () => 'unreachable');
		expect(minutes(log, 'measured').map((m) => Math.round(m * 60))).toEqual([600, 610, 620, 630, 640]);
		expect(minutes(log, 'tripped').map((m) => Math.round(m * 60))).toEqual([640]);
	});

	test('takes an empty result for an error', () => {
		const log = ride('preset: argo', (_, nowUs) => (nowUs < 11 * MINUTE ? null : 0), 20 * MINUTE);
		expect(log.decisions.filter((d) => d.what === 'measured').map((d) => d.outcome)).toContain('no-data');
		expect(minutes(log, 'tripped').length).toBe(1);
	});

	test('pauses, and does not abort, where neither condition is met', () => {
		const log = ride('preset: argo, gates: { success-rate: { passUpTo: 1% } }', () => 0.03);
		expect(minutes(log, 'paused')).toEqual([10]);
		expect(minutes(log, 'tripped')).toEqual([]);
		expect(log.state.phase.at).toBe('held');
		expect(log.pushes.length).toBe(2);
	});

	test('goes back to weight 0 in one step, or in reverse steps as capacity comes back', () => {
		expect(ride('preset: argo', () => 0.2).waves).toEqual([25 * MINUTE]);
		const steps = ride('preset: argo, revert: { shape: steps, gap: 1m }', () => 0.2);
		// The fourth failure comes with the third step (40 and 60 per cent are out).
		expect(steps.waves.map((us) => us / MINUTE)).toEqual([25, 26, 27]);
		const capacity = ride('preset: argo, revert: { shape: capacity, waves: 4 }', () => 0.2, 3 * 60 * MINUTE, {
			returnUs: 2 * MINUTE,
		});
		expect(capacity.waves.map((us) => us / MINUTE)).toEqual([25, 27, 29, 31]);
	});
});

describe('Flagger', () => {
	const bad =
		(from: number, upTo = Number.POSITIVE_INFINITY) =>
		(check: string, nowUs: number) =>
			check === 'request-success-rate' && nowUs >= from * MINUTE && nowUs < upTo * MINUTE ? 0.05 : 0;

	test('holds the weight while ticks fail, and rolls back at the tick after the threshold: (10 + 1) minutes', () => {
		const log = ride('preset: flagger', bad(0));
		expect(minutes(log, 'measured', 'request-success-rate')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
		expect(minutes(log, 'tripped')).toEqual([11]);
		// The first failed tick holds the stage back; that is no lack of data.
		expect([minutes(log, 'waiting'), minutes(log, 'inconclusive')]).toEqual([[1], []]);
		expect(log.pushes).toEqual([0]);
	});

	test('raises the weight with every good tick', () => {
		expect(ride('preset: flagger', () => 0).pushes.map((us) => us / MINUTE)).toEqual([0, 1, 2, 3, 4, 5]);
	});

	test('never forgives: five bad ticks, two good ones, five bad ones', () => {
		const log = ride('preset: flagger', (check, nowUs) => bad(1, 6)(check, nowUs) + bad(8)(check, nowUs));
		expect(minutes(log, 'tripped')).toEqual([13]);
		expect(log.pushes.map((us) => us / MINUTE)).toEqual([0, 6, 7]);
	});

	test('takes no data for a failure', () => {
		const log = ride('preset: flagger', (check) => (check === 'request-duration' ? null : 0));
		expect(minutes(log, 'tripped', 'request-duration')).toEqual([11]);
	});
});

describe('Kayenta', () => {
	/** Twenty points a side, the canary's shifted; the readings themselves are of no account. */
	const shifted =
		(shift: (check: string, nowUs: number) => number | null): Read =>
		({ check }, nowUs): CheckSample => {
			const control = Array.from({ length: 20 }, (_, i) => 0.01 + i * 1e-4);
			const by = shift(check.name, nowUs);
			const canary = by === null ? [] : control.map((value, i) => value + by + (i % 3) * 1e-5);
			return { canary: { value: 0.01, samples: 1000 }, control: null, short: null, points: { canary, control } };
		};
	const judged = (shift: Parameters<typeof shifted>[0]) =>
		drive(planOf('preset: kayenta'), shifted(shift), 2 * 60 * MINUTE);
	const scores = (log: ReturnType<typeof drive>) =>
		log.decisions.filter((d) => d.what === 'scored').map((d) => Math.round(Number(d.seen)));

	test('lets pass what is no worse', () => {
		const log = judged(() => 0);
		expect(scores(log)).toEqual([100, 100, 100]);
		expect(log.pushes.length).toBe(2);
	});

	test('fails below marginal at once: one of three groups is high', () => {
		const log = judged((check) => (check === 'errors' ? 0.05 : 0));
		expect(scores(log)).toEqual([67]);
		expect(minutes(log, 'tripped')).toEqual([20]);
	});

	test('lets an earlier judgement be marginal, but not the last one', () => {
		const text = 'preset: kayenta, stages: { canary: { score: { marginal: 50 } } }';
		const log = (bad: number) =>
			drive(
				planOf(text),
				shifted((check, nowUs) => (check === 'errors' && nowUs <= bad * MINUTE ? 0.05 : 0)),
				120 * MINUTE,
			);
		expect([scores(log(40)), minutes(log(40), 'tripped')]).toEqual([[67, 67, 100], []]);
		expect([scores(log(60)), minutes(log(60), 'tripped')]).toEqual([[67, 67, 67], [60]]);
	});

	test('scores 0 where half of the metrics or more have no data', () => {
		const log = judged((check) => (check === 'errors' ? 0 : null));
		expect(scores(log)).toEqual([0]);
		expect(minutes(log, 'tripped')).toEqual([20]);
	});
});

describe('the others', () => {
	test('AWS: an active alarm, or another deployment, blocks the push; a bake waits for its samples; thirds go back', () => {
		const busy = (nowUs: number) => (nowUs < 30 * MINUTE ? ['other'] : []);
		const show = (nowUs: number) => ({ others: busy(nowUs), stageSamples: nowUs < 2 * 60 * MINUTE ? 99 : 100 });
		const log = ride('preset: aws', (_, nowUs) => (nowUs < 20 * MINUTE ? 0.02 : 0), 3 * 60 * MINUTE, { show });
		expect(minutes(log, 'push')).toEqual([30, 120]);
		expect(log.decisions.filter((d) => d.what === 'blocked').map((d) => d.text)).toEqual([
			'other is under way',
			'an alarm is active',
			'other is under way',
		]);
		expect(minutes(log, 'waiting')).toEqual([90]);
		const fails = ride('preset: aws', (_, nowUs) => (nowUs > 5 * MINUTE ? 0.02 : 0), 60 * MINUTE);
		expect(fails.waves.map((us) => us / MINUTE)).toEqual([6, 7, 8]);
	});

	test('LaunchDarkly: reverts once the interval lies above the control, waits while there is no data', () => {
		const read =
			(failures: number | null): Read =>
			() => {
				const share = (value: number) => ({ value, samples: 2000 });
				const canary = failures === null ? { value: null, samples: 0 } : share(failures);
				return { canary, control: share(0.01), short: null, points: null };
			};
		const plan = planOf('preset: launchdarkly');
		expect(minutes(drive(plan, read(0.1), 60 * MINUTE), 'tripped')).toEqual([1]);
		expect(minutes(drive(plan, read(0.01), 60 * MINUTE), 'tripped')).toEqual([]);
		expect(drive(plan, read(null), 60 * MINUTE).state.phase.at).toBe('completed');
	});

	test('Kubernetes and a global push: nothing watches, nothing goes back', () => {
		for (const name of ['kubernetes', 'global-push']) {
			const log = ride(`preset: ${name}`, () => 1);
			expect([...minutes(log, 'measured'), ...log.waves]).toEqual([]);
		}
	});

	test('the corrected process: the gate within 90 s, the auto-revert within two minutes of a push', () => {
		const gate = ride('preset: corrected', () => 0.06);
		expect(minutes(gate, 'tripped', 'gate').map((m) => m * 60)).toEqual([10]);
		const late = ride('preset: corrected', (_, nowUs) => (nowUs > 200 * S ? 0.11 : 0));
		expect(minutes(late, 'tripped').map((m) => Math.round(m * 60))).toEqual([205]);
		const later = ride('preset: corrected', (_, nowUs) => (nowUs > 210 * S ? 0.11 : 0));
		expect(minutes(later, 'tripped')).toEqual([]);
	});
});

describe('a preset in a scenario', () => {
	test('lies under what its author writes, and null deletes', () => {
		const plan = planOf('preset: flagger, gates: { request-duration: null, request-success-rate: { above: 5% } }');
		expect(plan.gates.map(({ name, condition }) => [name, condition])).toEqual([
			['request-success-rate', { kind: 'threshold', above: 0.05, passUpTo: 0.05 }],
		]);
	});

	test('that is unknown is reported with its place and the valid values', () => {
		expect(() => planOf('preset: flager')).toThrow(
			/preset\.yaml:7:\d+: error: rollouts\.patch\.preset: found "flager", which is no preset of a rollout; did you mean flagger\?/,
		);
	});
});
