/** Laws of the rollout controller, on random plans and random readings; no engine is near. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetricReading } from '../../../../src/model/gates/gate-metric.js';
import * as rollout from '../../../../src/model/rollout/rollout-controller.js';
import {
	alert,
	autoRevert,
	type CheckOver,
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

const RUNS = { seed: 20251205, numRuns: 300 };
const UNTIL_US = 3_000 * S;

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((s) => s * S);
const aCheck: fc.Arbitrary<CheckOver> = fc.record({
	everyUs: seconds(1, 60),
	minSamples: fc.integer({ min: 0, max: 50 }),
});
const aRevert = fc
	.record({ decisionDelayUs: seconds(0, 60), waves: fc.integer({ min: 1, max: 12 }), waveGapUs: seconds(0, 30) })
	.map((over) => revert(over));
const aStage = fc
	.record({ name: fc.constantFrom('a', 'b', 'c'), holdUs: seconds(0, 200), gates: fc.option(aCheck) })
	.map(({ gates, ...over }) => stage({ ...over, gates: gates === null ? [] : [gate(gates)] }));
const aCrew = fc
	.record({
		detect: fc.oneof(
			aCheck.map((over) => ({ kind: 'alert' as const, alert: alert(over) })),
			seconds(0, 300).map((us) => ({ kind: 'delay' as const, us })),
		),
		declareUs: seconds(0, 200),
		decide: fc.oneof(
			seconds(0, 1500).map((us) => ({ kind: 'at' as const, us })),
			seconds(0, 300).map((us) => ({ kind: 'delay' as const, us })),
		),
		rollback: aRevert,
	})
	.map((over) => people(over));
const aPlan = fc
	.record({
		stages: fc.array(aStage, { minLength: 1, maxLength: 4 }),
		revert: aRevert,
		autoRevert: fc.option(fc.tuple(aCheck, seconds(0, 300)).map(([over, armedUs]) => autoRevert(armedUs, over))),
		people: fc.option(aCrew),
	})
	.map((over) => plan(over));
/** Mostly quiet readings, some missing, some alarming; the same for the same watch and instant. */
const someReadings = fc.infiniteStream(
	fc.record({
		value: fc.option(fc.double({ min: 0, max: 0.115, noNaN: true }), { freq: 8 }),
		samples: fc.integer({ min: 0, max: 400 }),
	}),
);
const reader =
	(stream: Iterator<MetricReading>): Read =>
	() => {
		const { value, samples } = stream.next().value;
		return samples === 0 ? { value: null, samples } : { value, samples };
	};
const at =
	(value: number | null, samples = 1000): Read =>
	() => ({ value, samples });

/** The instants of one kind of decision. */
const when = (ride: ReturnType<typeof drive>, what: string, by?: string) =>
	ride.decisions.filter((d) => d.what === what && (by === undefined || d.by === by)).map((d) => d.atUs);

describe('on random plans and readings', () => {
	const everyRide = (law: (ride: ReturnType<typeof drive>, p: rollout.Rollout) => void) =>
		fc.assert(
			fc.property(aPlan, someReadings, (p, stream) => void law(drive(p, reader(stream), UNTIL_US), p)),
			RUNS,
		);

	test('nothing expands at or after a trip, or a decision of people', () => {
		let tripped = 0;
		everyRide((ride) => {
			const firstUs = Math.min(...when(ride, 'tripped'), ...when(ride, 'decided'));
			if (firstUs < Infinity) tripped++;
			const index = ride.decisions.findIndex((d) => d.what === 'tripped' || d.what === 'decided');
			if (index < 0) return;
			expect(ride.decisions.slice(index).some((d) => d.what === 'push' || d.what === 'completed')).toBe(false);
			expect(ride.pushes.filter((us) => us > firstUs)).toEqual([]);
		});
		expect(tripped).toBeGreaterThan(100);
	});

	test('there is one revert at most, its waves are k x gap apart, and its delay follows the verdict', () => {
		everyRide((ride, p) => {
			const reverts = ride.decisions.filter((d) => d.what === 'revert');
			expect(reverts.length).toBeLessThanOrEqual(1);
			if (reverts.length === 0) return expect(ride.waves).toEqual([]);
			const [{ by, atUs }] = reverts;
			const how = rollout.revertPlan(p, by as rollout.Reverter);
			const verdictUs = by === 'people' ? when(ride, 'decided') : when(ride, 'tripped', by);
			expect(atUs).toBe(verdictUs[0] + how.decisionDelayUs);
			const waves = Array.from({ length: Math.min(how.waves, 8) }, (_, k) => atUs + k * how.waveGapUs);
			expect(ride.waves).toEqual(waves.filter((us) => us <= UNTIL_US));
		});
	});

	test('an auto-revert trips only while the newest push is armed, both ends included', () => {
		everyRide((ride, p) => {
			for (const us of when(ride, 'measured', 'auto-revert')) {
				const pushUs = Math.max(...ride.pushes.filter((push) => push < us));
				expect(us - pushUs).toBeLessThanOrEqual(p.autoRevert?.armedUs ?? Number.NaN);
				expect((us - pushUs) % (p.autoRevert?.schedule.everyUs ?? Number.NaN)).toBe(0);
			}
		});
	});

	test('who has not decided when all is back stands down, once, and decides nothing after', () => {
		everyRide((ride, p) => {
			const stoodDown = when(ride, 'stood-down');
			expect(stoodDown.length).toBeLessThanOrEqual(1);
			if (p.people === null) return expect(stoodDown).toEqual([]);
			const backUs = when(ride, 'reverted');
			const decidedUs = when(ride, 'decided');
			if (stoodDown.length > 0) expect(decidedUs).toEqual([]);
			if (backUs.length > 0 && decidedUs.length === 0) expect(stoodDown[0]).toBeLessThanOrEqual(backUs[0]);
			if (decidedUs.length > 0 && backUs.length > 0) expect(ride.state.response?.at).toBe('done');
		});
	});

	test('the state of the response and the phase of the rollout never contradict each other', () => {
		everyRide((ride) => {
			for (const { phase, response } of ride.states) {
				const byPeople = 'by' in phase && phase.by === 'people';
				expect(response?.at === 'decided').toBe(byPeople && phase.at === 'revert-decided');
				expect(response?.at === 'rolling-back').toBe(byPeople && phase.at === 'reverting');
				expect(response?.at === 'done').toBe(byPeople && phase.at === 'reverted');
			}
		});
	});

	test('a stage behind a gate is followed by the next one only after that gate passed', () => {
		everyRide((ride, p) => {
			const passes = when(ride, 'passed', 'gate');
			const gated = p.stages.slice(0, ride.pushes.length - 1).filter((s) => s.gates.length > 0);
			expect(passes.length).toBeGreaterThanOrEqual(gated.length);
			for (const d of ride.decisions.filter((d) => d.what === 'passed')) {
				expect(d.seen).not.toBeNull();
				expect(d.seen as number).toBeLessThanOrEqual(d.limit as number);
			}
		});
	});

	test('a step before anything is due changes nothing', () => {
		fc.assert(
			fc.property(aPlan, someReadings, fc.integer({ min: 0, max: 3_000 }), (p, stream, stopS) => {
				const { state } = drive(p, reader(stream), stopS * S);
				const nextUs = rollout.nextUs(p, state);
				if (nextUs === null || nextUs <= stopS * S + 1) return;
				const active = state.phase.at === 'reverted' || state.phase.at === 'waiting' ? 0 : 8;
				if (state.phase.at === 'reverting') return;
				expect(rollout.step(p, state, observation({ active }), stopS * S + 1)).toEqual([state, []]);
			}),
			RUNS,
		);
	});
});

describe('a threshold', () => {
	test('trips strictly above: a reading at the limit never does, the next float up does', () => {
		fc.assert(
			fc.property(aPlan, fc.double({ min: 0.001, max: 0.9, noNaN: true }), (p, above) => {
				const condition = { kind: 'threshold', above, passUpTo: above } as const;
				const levelled = {
					...p,
					people: null,
					stages: p.stages.map((s) => ({ ...s, gates: s.gates.map((one) => ({ ...one, condition })) })),
					autoRevert: p.autoRevert === null ? null : { ...p.autoRevert, condition },
				};
				expect(when(drive(levelled, at(above), UNTIL_US), 'tripped')).toEqual([]);
				const over = drive(levelled, at(above + above * Number.EPSILON), UNTIL_US);
				expect(when(over, 'passed')).toEqual([]);
				const measuredAt = when(over, 'measured');
				if (measuredAt.length > 0) expect(when(over, 'tripped')[0]).toBe(measuredAt[0]);
			}),
			RUNS,
		);
	});

	test('no data, or one sample too few, never passes and never trips: the rollout pauses and measures on', () => {
		fc.assert(
			fc.property(seconds(1, 60), seconds(1, 200), fc.boolean(), (everyUs, holdUs, nothing) => {
				const p = plan({ stages: [stage({ gates: [gate({ everyUs, minSamples: 20 })], holdUs }), stage()] });
				const ride = drive(p, nothing ? at(null, 0) : at(0.9, 19), UNTIL_US);
				expect(ride.pushes).toEqual([p.atUs]);
				expect([...when(ride, 'passed'), ...when(ride, 'tripped'), ...when(ride, 'completed')]).toEqual([]);
				expect(when(ride, 'inconclusive')).toEqual([p.atUs + holdUs]);
				expect(ride.state.phase.at).toBe('paused');
				const readings = Math.floor((UNTIL_US - p.atUs) / everyUs) + (holdUs % everyUs === 0 ? 0 : 1);
				expect(when(ride, 'measured').length).toBe(readings);
			}),
			RUNS,
		);
	});

	test('passes, or trips, from exactly the least number of samples on', () => {
		const p = plan({ stages: [stage({ gates: [gate({ minSamples: 20, everyUs: 90 * S })] })] });
		expect(when(drive(p, at(0.05, 20), UNTIL_US), 'passed')).toEqual([190 * S]);
		expect(when(drive(p, at(0.5, 20), UNTIL_US), 'tripped')).toEqual([190 * S]);
	});

	test('that trips at the same instant as another is logged too, but there is one revert: by the gate', () => {
		const p = plan({
			stages: [stage({ gates: [gate({ everyUs: 30 * S })] })],
			autoRevert: autoRevert(120 * S, { everyUs: 30 * S }),
		});
		const ride = drive(p, at(0.5), UNTIL_US);
		expect(ride.decisions.filter((d) => d.what === 'tripped').map((d) => d.by)).toEqual(['gate', 'auto-revert']);
		expect(ride.decisions.filter((d) => d.what === 'revert').map((d) => d.by)).toEqual(['gate']);
	});

	test('is asked at every k x everyUs and at the end of the hold, and at no other instant', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200 }), (everyUs, holdUs) => {
				const p = plan({ atUs: 7, stages: [stage({ holdUs, gates: [gate({ everyUs })] })] });
				const measuredAt = when(drive(p, at(null, 0), 400), 'measured').map((us) => us - 7);
				const due = Array.from({ length: 394 }, (_, t) => t).filter(
					(t) => t > 0 && (t % everyUs === 0 || t === holdUs),
				);
				expect(measuredAt).toEqual(due);
			}),
			RUNS,
		);
	});
});

describe('the end of the arming', () => {
	const p = (armedUs: number) => plan({ autoRevert: autoRevert(armedUs) });
	const badFrom =
		(us: number): Read =>
		(_, nowUs) => ({ value: nowUs >= us ? 0.5 : 0, samples: 100 });

	test('is included: a share that crosses at exactly 120 s reverts', () => {
		const ride = drive(p(120 * S), badFrom(220 * S), UNTIL_US);
		expect(when(ride, 'tripped', 'auto-revert')).toEqual([220 * S]);
	});

	test('ends the response: no action follows 10 s later, though the rollout had completed', () => {
		const ride = drive(p(120 * S), badFrom(230 * S), UNTIL_US);
		expect(when(ride, 'tripped')).toEqual([]);
		expect(ride.state.phase.at).toBe('completed');
	});

	test('moves with a later push', () => {
		const two = { ...p(120 * S), stages: [stage(), stage({ name: 'rest' })] };
		expect(when(drive(two, badFrom(300 * S), UNTIL_US), 'tripped')).toEqual([300 * S]);
		expect(when(drive(two, badFrom(311 * S), UNTIL_US), 'tripped')).toEqual([]);
	});
});

describe('people', () => {
	const bad: Read = () => ({ value: 0.5, samples: 100 });

	test('never decide before the declaration', () => {
		const early = plan({ people: people({ decide: { kind: 'at', us: 150 * S } }) });
		const ride = drive(early, bad, UNTIL_US);
		expect(when(ride, 'detected')).toEqual([160 * S]);
		expect(when(ride, 'declared')).toEqual([280 * S]);
		expect(when(ride, 'decided')).toEqual([280 * S]);
	});

	test('stop the expansion of a half-done rollout and take back what is deployed', () => {
		const stages = [stage({ holdUs: 500 * S }), stage({ name: 'rest' })];
		const ride = drive(
			plan({ stages, people: people({ rollback: revert({ waves: 4, waveGapUs: 15 * S }) }) }),
			bad,
			UNTIL_US,
		);
		expect(ride.pushes).toEqual([100 * S]);
		expect(ride.waves).toEqual([340, 355, 370, 385].map((s) => s * S));
		expect(when(ride, 'reverted', 'people')).toEqual([385 * S]);
		expect(ride.state.response).toEqual({ at: 'done' });
	});

	test('take over a revert that waits longer than theirs, and leave alone one that is under way', () => {
		const responders = people({ declareUs: 0, decide: { kind: 'delay', us: 0 } });
		const gates = [gate({ everyUs: 50 * S })];
		const slow = plan({
			stages: [stage({ gates })],
			revert: revert({ decisionDelayUs: 1000 * S }),
			people: responders,
		});
		const taken = drive(slow, bad, UNTIL_US);
		expect(when(taken, 'tripped', 'gate')).toEqual([150 * S]);
		expect(when(taken, 'revert')).toEqual(when(taken, 'revert', 'people'));
		expect(when(taken, 'reverted', 'people')).toEqual([160 * S]);
		const underWay = plan({ ...slow, revert: revert({ waves: 3, waveGapUs: 100 * S }) });
		const left = drive(underWay, bad, UNTIL_US);
		expect(when(left, 'stood-down')).toEqual([160 * S]);
		expect(when(left, 'reverted', 'gate')).toEqual([350 * S]);
	});

	test('decide at the instant a hold ends, and the next stage is not pushed', () => {
		const responders = people({
			detect: { kind: 'delay', us: 90 * S },
			declareUs: 0,
			decide: { kind: 'delay', us: 0 },
		});
		const ride = drive(plan({ stages: [stage(), stage({ name: 'rest' })], people: responders }), bad, UNTIL_US);
		expect(ride.pushes).toEqual([100 * S]);
		expect(when(ride, 'reverted')).toEqual([190 * S]);
	});
});

test('a plan that counts errors among lost requests is refused in words', () => {
	const gates = [check({ metric: { numerator: 'errors', accounting: 'logical-requests' } })];
	expect(() => rollout.start(plan({ stages: [stage({ gates })] }))).toThrow(
		/rollouts\.patch: a lost request has no error class/,
	);
});

test('a controller that is stepped late says so', () => {
	expect(() => rollout.step(plan(), rollout.start(plan()), observation(), 101 * S)).toThrow(/missed its step/);
});
