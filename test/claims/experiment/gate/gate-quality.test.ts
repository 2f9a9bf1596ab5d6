/** What gates are worth: runs written by hand, whose answer can be checked with a pencil, and the closed form beside them. */
import { describe, expect, it } from 'vitest';
import { runTask } from '../../../../src/executors/run-task.js';
import type { DetectionOptions } from '../../../../src/experiment/gate/check-power.js';
import { DEFAULTS, gateQuality } from '../../../../src/experiment/gate/gate-quality.js';
import { binomialAbove } from '../../../../src/experiment/statistics/binomial.js';
import { wilson } from '../../../../src/experiment/statistics/proportion.js';
import { gateCaseOf } from '../../../../src/experiment/task/case.js';
import type { Digest } from '../../../../src/experiment/task/digest.js';
import {
	type CheckReadings,
	type GateRun,
	gateRun,
	type RolloutRecord,
	type SampleCount,
} from '../../../../src/experiment/task/gate-record.js';
import { quantity } from '../../../../src/metrics/definitions/metrics.js';
import { wholeRun } from '../../../../src/metrics/reading/cell-sums.js';
import { checksCsv, gateCsv, gateJson, gateRows } from '../../../../src/report/gate/files.js';
import { detectionSentence } from '../../../../src/report/gate/gate-sentences.js';
import { gateReport } from '../../../../src/report/gate/text.js';
import { loader } from '../../../support/experiment-builder.js';
import { decision, outcomeOf, RULES } from '../../../support/outcome-builder.js';

const GATED = `name: gated
duration: 80s
classes: { plain: {}, affected: {} }
mixes: { production: { plain: 80%, affected: 20% }, staging: { plain: 99.9%, affected: 0.1% } }
mix: production
traffic: { rate: 200/s }
edge: { service: 10ms, nodes: 20, workers: 2, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2, backoff: 100ms } } }
changes: { patch: { match: { class: affected }, fails: 80% } }
rollouts:
  patch:
    at: 20s
    stages:
      canary:
        scope: { nodes: 25% }
        hold: 30s
        gate: { numerator: failures, accounting: first-attempts, above: 5%, window: 10s, every: 5s, minSamples: 50 }
      everyone: {}
variants:
  staging: { mix: staging }
  late: { changes: { patch: { onset: 31s } } }
  slow: { changes: { patch: { onset: 21s } } }
  fixed: { changes: { patch: { fails: 0% } } }
  lax: { rollouts: { patch: { stages: { canary: { gate: { above: 50% } } } } } }
`;
const load = loader(GATED);
const BASE: DetectionOptions = { ...DEFAULTS, elsewhere: { label: 'base', world: load('base').world } };

/** n looks of so many samples, so many of them bad, all of them full. */
function checkReadings(count: number, { samples, bad }: SampleCount, more: Partial<CheckReadings> = {}): CheckReadings {
	const [all, above] = [count * samples, bad / samples > 0.05 && samples >= 50 ? count : 0];
	const one = count === 0 ? null : { samples, bad };
	const full = { count, samples: all, bad: count * bad, above };
	const withoutData = samples < 50 ? count : 0;
	// Every second one shares no sample with the others: a window of 10 s every 5 s.
	const every = Math.ceil(count / 2);
	const apart = { full: every, samples: every * samples, bad: every * bad };
	const looked = { count, samples: all, bad: count * bad, withoutData, tripped: false };
	return { ...looked, full, clipped: [], apart, first: one, worst: one, ...more };
}

const CALM: SampleCount = { samples: 500, bad: 1 };
const watched = (
	verdict: RolloutRecord['verdict'],
	of: CheckReadings,
	more: Partial<RolloutRecord> = {},
): RolloutRecord => ({
	verdict,
	trip: null,
	alertAfterUs: null,
	exposedFirstAttempts: 10_000,
	exposedShare: 0.1,
	exposedNodeUs: 100e6,
	looks: [of],
	...more,
});

/** @param failed first attempts beyond the twin, of the 10,000 that met the change */
function made(
	verdict: RolloutRecord['verdict'],
	failed: number,
	of: CheckReadings,
	twin: Partial<RolloutRecord> = {},
): GateRun {
	const trip = { afterUs: 10e6, by: 'gate', rollout: 'patch', stage: 'canary' };
	const tripped = verdict === 'tripped';
	return {
		changed: watched(verdict, { ...of, tripped }, tripped ? { trip } : {}),
		harmless: watched('passed', checkReadings(5, CALM), twin),
		excess: { beforeVerdict: { firstFailed: failed, lost: failed / 2 }, firstFailed: failed },
		effectAfterUs: null,
	};
}

function ask(runs: readonly GateRun[], variant = 'base', options = BASE) {
	const of = gateCaseOf('gated', load(variant));
	const nothing = { values: {}, judgements: [], curves: { fromUs: 0, stepUs: 1, steps: {} }, events: 0 };
	const results = runs.map((gate, k) => ({ digest: { ...nothing, seed: 1 + k, gate } as unknown as Digest }));
	const found = { of, firstSeed: 1, results };
	return { found, quality: gateQuality(found, options) };
}

const SEEN = { samples: 250, bad: 40 };

describe('ground truth', () => {
	it('tells hits, misses, false alarms and correct passes', () => {
		const runs = [
			...Array.from({ length: 5 }, () => made('tripped', 400, checkReadings(1, SEEN))),
			...Array.from({ length: 2 }, () => made('passed', 400, checkReadings(5, CALM))),
			made('inconclusive', 400, checkReadings(5, { samples: 10, bad: 2 })),
			// Ten of ten thousand are the limit, and not above it.
			made('tripped', 10, checkReadings(1, SEEN)),
			made('passed', 10, checkReadings(5, CALM), {
				verdict: 'tripped',
				trip: { afterUs: 5e6, by: 'gate', rollout: 'patch', stage: 'canary' },
			}),
		];
		const { quality, found } = ask(runs);
		expect(quality.truth).toEqual([
			{ of: 'harm', runs: 8, tripped: 5, passed: 2, inconclusive: 1, unwatched: 0, undecided: 0 },
			{ of: 'no-harm', runs: 2, tripped: 1, passed: 1, inconclusive: 0, unwatched: 0, undecided: 0 },
			{ of: 'harmless-twin', runs: 10, tripped: 1, passed: 9, inconclusive: 0, unwatched: 0, undecided: 0 },
		]);
		expect([quality.detect.hits, quality.falseAlarm.hits, quality.inconclusive.hits]).toEqual([6, 1, 1]);
		// Wilson's interval of 6 in 10.
		expect(quality.detect.interval.low).toBeCloseTo(0.3127, 3);
		expect(quality.detect.interval.high).toBeCloseTo(0.8318, 3);
		expect(quality.detectors).toEqual([{ by: 'gate', stage: 'canary', before: 'everyone', runs: 6 }]);
		const text = gateReport(quality, null);
		for (const cell of ['5 hit', '2 miss', '1 false alarm', '9 correct']) expect(text).toContain(cell);
		for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
		expect(gateCsv(found, quality).trimEnd().split('\n')).toHaveLength(11);
		expect(checksCsv(quality).trimEnd().split('\n')).toHaveLength(2);
		expect(gateJson(quality, '0')).toMatchObject({ kind: 'gate', probabilities: { detect: { hits: 6, of: 10 } } });
	});

	it('is what failed up to the verdict, or up to the end: the random numbers of a stopped run differ from those of its twin', () => {
		// Of 8 first attempts that met the change 3 failed for it; after the verdict the twin lost 3 of its own.
		const run = made('tripped', 3, checkReadings(1, SEEN));
		const stopped = {
			...run,
			changed: { ...run.changed, exposedFirstAttempts: 8 },
			excess: { beforeVerdict: { firstFailed: 3, lost: 0 }, firstFailed: 0 },
		};
		const grown = { ...run, excess: { beforeVerdict: { firstFailed: 0, lost: 0 }, firstFailed: 400 } };
		const { quality, found } = ask([stopped, grown, made('tripped', 0, checkReadings(1, SEEN))]);
		const [harm, none] = quality.truth;
		expect([harm.tripped, none.tripped]).toEqual([2, 1]);
		expect(gateReport(quality, null)).toContain('2 hit');
		expect(gateJson(quality, '0')).toMatchObject({ truth: [{ of: 'harm', tripped: 2 }, { tripped: 1 }, {}] });
		const [head, ...rows] = gateRows(found, quality);
		expect(rows.map((row) => row[head.indexOf('harm')])).toEqual(['true', 'true', 'false']);
	});

	it('has times and costs with intervals, over the runs that have them', () => {
		const runs = [8e6, 10e6, 12e6].map((afterUs, k): GateRun => {
			const run = made('tripped', 100 * (k + 1), checkReadings(1, SEEN));
			const trip = { afterUs, by: 'gate', rollout: 'patch', stage: 'canary' };
			return { ...run, changed: { ...run.changed, trip } };
		});
		const { time, harmed, exposure } = ask([...runs, made('passed', 200, checkReadings(5, CALM))]).quality;
		expect([time.mean.n, time.mean.mean, time.median.value]).toEqual([3, 10e6, 10e6]);
		// Student: 4.303 x 2 s / sqrt(3).
		expect(time.mean.interval?.high).toBeCloseTo(10e6 + 4.968e6, -4);
		expect([harmed.firstFailed.mean, harmed.lost.mean, exposure.share.mean]).toEqual([200, 100, 0.1]);
	});

	it('is reported for a rollout without checks, too', () => {
		const { changed } = gateRun(outcomeOf({}), outcomeOf({}), load('base').world);
		// Its tools were never asked: whatever held it up, that is no verdict.
		expect(changed.verdict).toBe('undecided');
		expect(changed.looks[0]).toMatchObject({ count: 0, first: null, tripped: false });
		const { world } = load('base');
		const rollouts = world.rollouts.map((plan) => ({
			...plan,
			stages: plan.stages.map((stage) => ({ ...stage, gates: [] })),
		}));
		const bare = outcomeOf({ decisions: [decision(20e6, 'push', { rollout: 'patch', stage: 'canary' })] });
		expect(gateRun(bare, bare, { ...world, rollouts }).changed.verdict).toBe('unwatched');
	});
});

describe('one run', () => {
	const S = 1e6;
	const look = (atS: number, share: number | null, samples: number) =>
		decision(atS * S, 'measured', { by: 'gate', stage: 'canary', seen: share, limit: 0.05, samples });
	const push = decision(20 * S, 'push', { stage: 'canary' });
	const failing = (from: number) => (bucket: number) => ({
		born: 100,
		first_attempts: 100,
		first_failed_by_birth: bucket >= from ? 10 : 0,
		lost_by_birth: bucket >= from ? 4 : 0,
	});

	it('is compared with its twin up to the verdict on the world, for every verdict of the twin', () => {
		const trip = decision(30 * S, 'tripped', { by: 'gate', stage: 'canary' });
		const outcome = outcomeOf({ fill: failing(20), decisions: [push, look(30, 0.1, 500), trip] });
		const twinTrip = { ...trip, atUs: 25 * S };
		const twin = outcomeOf({ fill: failing(28), decisions: [push, look(25, 0.1, 100), twinTrip] });
		const { excess, changed, harmless } = gateRun(outcome, twin, load('base').world);
		expect(excess.beforeVerdict).toMatchObject({ firstFailed: 80, lost: 32 });
		expect(excess.firstFailed).toBe(80);
		expect([changed.trip?.afterUs, harmless.trip?.afterUs]).toEqual([10 * S, 5 * S]);
	});

	it('has full looks once the deploy does not clip the window; a clipped one has a size of its own', () => {
		const decisions = [
			push,
			{ ...look(25, 0.02, 50), clippedToUs: 5 * S },
			look(30, 0.03, 100),
			look(35, 0.06, 100),
			look(40, null, 0),
		];
		const outcome = outcomeOf({ decisions });
		const [found] = gateRun(outcome, outcome, load('base').world).changed.looks;
		expect(found).toMatchObject({ count: 4, samples: 250, bad: 10, withoutData: 1, tripped: false });
		expect(found.full).toEqual({ count: 3, samples: 200, bad: 9, above: 1 });
		expect(found.clipped).toEqual([50]);
		// From the end, windows of 10 s: [30, 40), [20, 30).
		expect(found.apart).toEqual({ full: 2, samples: 100, bad: 3 });
		expect([found.first, found.worst]).toEqual([
			{ samples: 100, bad: 3 },
			{ samples: 100, bad: 6 },
		]);
	});

	it('without data is inconclusive, never a pass', () => {
		const verdict = (...decisions: ReturnType<typeof decision>[]) => {
			const outcome = outcomeOf({ decisions: [push, ...decisions] });
			return gateRun(outcome, outcome, load('base').world).changed.verdict;
		};
		expect(verdict(look(30, null, 0), look(35, 0.01, 49))).toBe('inconclusive');
		expect(verdict(look(30, null, 0), look(35, 0.01, 50))).toBe('passed');
		expect(verdict(look(30, 0.01, 50), decision(50 * S, 'inconclusive', { by: 'gate' }))).toBe('inconclusive');
		expect(verdict(look(30, 0.01, 50), decision(50 * S, 'tripped', { by: 'people' }))).toBe('passed');
	});
});

describe('quantities of verdicts', () => {
	const S = 1e6;
	const at = (rollout: string, atS: number, what: Parameters<typeof decision>[1], by: 'plan' | 'gate' | 'people') =>
		decision(atS * S, what, { rollout, by });
	const outcome = outcomeOf({
		fill: (bucket) => ({ born: 10, first_attempts: 10, lost_by_birth: bucket >= 15 ? 1 : 0 }),
		exposure: { firstAttempts: 60, nodeUs: 7 * S },
		decisions: [
			at('one', 10, 'push', 'plan'),
			{ ...at('one', 20, 'measured', 'gate'), samples: 40 },
			at('two', 22, 'push', 'plan'),
			at('one', 25, 'push', 'plan'),
			{ ...at('one', 30, 'measured', 'gate'), samples: 60 },
			at('one', 30, 'tripped', 'gate'),
			at('two', 40, 'detected', 'people'),
			at('two', 45, 'inconclusive', 'gate'),
		],
	});
	const read = (name: string, where = {}) => quantity(name)?.read(outcome, wholeRun(outcome, where), RULES);

	it.each([
		['time-to-verdict', 20 * S, 20 * S, null],
		['time-to-alert', 18 * S, null, 18 * S],
		['stages-by-verdict', 3, 2, null],
		['gate-looks', 2, 2, 0],
		['gate-samples', 50, 50, null],
		['gate-inconclusive', 1, 0, 1],
		['lost-before-verdict', 15, 15, 38],
		['first-failed-before-verdict', 0, 0, 0],
		['exposed', 0.1, null, null],
		['exposed-first-attempts', 60, null, null],
		['exposed-node-time', 7 * S, null, null],
	])('%s', (name, all, one, two) => {
		expect([read(name), read(name, { change: 'one' }), read(name, { change: 'two' })]).toEqual([all, one, two]);
	});
});

describe('the closed form', () => {
	// Published power at small traffic: canary facts, section 7.
	it.each([
		[18, 0.05, 0.01, 0.6],
		[18, 0.28, 0.05, 0.997],
		[18, 0.001, 0.01, 0.018],
		[90, 0.05, 0.02, 0.94],
		[90, 0.01, 0.02, 0.23],
		[900, 0.01, 0.005, 0.95],
		[900, 0.001, 0.005, 0.002],
	])('of %i samples at %f above %f is %f', (n, p, threshold, power) => {
		expect(Math.abs(binomialAbove(n, p, threshold) - power)).toBeLessThan(0.006);
	});

	it('takes a share exactly at the threshold for no trip, as the gate does', () => {
		expect(binomialAbove(100, 1, 1)).toBe(0);
		expect(binomialAbove(1, 0.3, 0)).toBeCloseTo(0.3, 9);
		expect(binomialAbove(100, 0.29, 0.29)).toBeCloseTo(1 - binomialAtMost(100, 0.29, 29), 6);
		expect(binomialAbove(0, 0.5, 0.1)).toBe(0);
	});

	it('stands beside what was measured', () => {
		const runs = Array.from({ length: 4 }, () => made('tripped', 400, checkReadings(1, { samples: 100, bad: 8 })));
		const [check] = ask(runs).quality.checks;
		// 32 of 400, and 12 of the 6,000 samples of the twins that are counted once.
		const known = { struck: wilson(0.08, 400, 0.95), calm: wilson(0.002, 6000, 0.95) };
		expect(check.struck).toEqual({ samples: 100, share: 0.08, interval: known.struck, source: 'estimated' });
		expect(check.baseline).toEqual({ samples: 500, share: 0.002, interval: known.calm, source: 'estimated' });
		// Five full looks in the twin, two of them with no sample in common beside the first.
		expect(check.readings).toEqual({ all: 5, apart: 3, full: 5, clipped: [] });
		const [least, most] = [known.struck.low, known.struck.high].map((p) => binomialAbove(100, p, 0.05));
		expect(check.power?.look).toEqual({ low: least, high: most });
		expect(check.power?.hold.low).toBeCloseTo(1 - (1 - least) ** 3, 12);
		expect(check.power?.hold.high).toBeCloseTo(1 - (1 - most) ** 5, 12);
		expect(check.falseOdds?.look.high).toBeCloseTo(binomialAbove(500, known.calm.high, 0.05), 12);
		expect([check.detect.share, check.falseAlarm.share]).toEqual([1, 0]);
	});

	it('gives no power to a gate that gets fewer samples than it asks for', () => {
		const runs = [made('inconclusive', 400, checkReadings(5, { samples: 20, bad: 4 }))];
		expect(ask(runs).quality.checks[0].power).toEqual({
			look: { low: 0, high: 0 },
			hold: { low: 0, high: 0 },
		});
	});
});

describe('why a gate cannot detect a change', () => {
	const detection = (variant: string, run: GateRun, options = BASE) => {
		const [check] = ask([run], variant, options).quality.checks;
		return [check.detection, detectionSentence(check)];
	};
	const passed = (of: SampleCount) => made('passed', 400, checkReadings(5, of));
	const crying = { looks: [checkReadings(1, SEEN, { tripped: true })] };
	const wolf = made('tripped', 400, checkReadings(1, SEEN), crying);

	it.each([
		[
			'base',
			made('tripped', 400, checkReadings(1, SEEN)),
			'detects',
			'detects the change, and false alarms stay below 10% of rollouts. Detects in 1 of 1 runs (above 5%)',
		],
		['base', wolf, 'alarms', '1 of 1 runs (above 5%) measured'],
		[
			'staging',
			passed(CALM),
			'coverage',
			'cannot detect: only 0.1% of its traffic is affected (20% of all traffic in base)',
		],
		[
			'late',
			passed(CALM),
			'timing',
			'it reads for 30s after the push, and half of its nodes show the effect no sooner than 31s after it',
		],
		['slow', passed(CALM), 'timing', 'the effect comes 21s after it, too late to fill its window of 10s'],
		[
			'base',
			passed({ samples: 60, bad: 5 }),
			'sample-size',
			'8.3% of its samples are bad, above 5%, but it gets only 60',
		],
		['base', passed({ samples: 20, bad: 5 }), 'sample-size', 'no reading had enough data, which is not a pass'],
		['lax', passed(SEEN), 'limit', 'it reads 16%, not above 50%'],
		['fixed', made('passed', 0, checkReadings(5, CALM)), 'nothing', 'the change did no harm'],
		['base', made('passed', 400, checkReadings(0, CALM)), 'not-asked', 'no run reached its stage'],
	])('%s: %j', (variant, run, found, words) => {
		const [actual, text] = detection(variant, run);
		expect(actual).toBe(found);
		expect(text).toContain(words);
	});

	it.each([
		['many twins trip', 40, 10, 'alarms', 'alarms too often: it trips with the change, and false alarms exceed 10% of'],
		['few twins trip', 200, 2, 'detects', 'detects the change, and false alarms stay below 10% of rollouts'],
	])('%s: a verdict on both halves', (_, runs, tripped, found, words) => {
		const all = Array.from({ length: runs }, (__, k) =>
			k < tripped ? wolf : made('tripped', 400, checkReadings(1, SEEN)),
		);
		const [check] = ask(all).quality.checks;
		expect(check.detection).toBe(found);
		expect(detectionSentence(check)).toContain(words);
		expect(detectionSentence(check)).toMatch(
			/Detects in \d+ of \d+ runs .*; false alarms: .* per reading and .* per rollout/,
		);
	});

	it('tells the false alarms of a check that cannot detect, too', () => {
		const [check] = ask(
			Array.from({ length: 40 }, () => ({ ...passed(CALM), harmless: wolf.harmless })),
			'late',
		).quality.checks;
		expect(check.detection).toBe('timing');
		expect(detectionSentence(check)).toMatch(
			/Detects in 0 of 40 runs .* 40 of 40 runs .* measured: too often, above 10%/,
		);
	});

	it('is coverage only beside a world that has more', () => {
		const alone = { ...BASE, elsewhere: null };
		// Everybody has 0.1 %: the limit is what does not fit.
		expect(detection('staging', passed(CALM), alone)[0]).toBe('limit');
	});
});

describe('a task of a case with its twin', () => {
	it('keeps what its gates did, as plain data', async () => {
		const of = gateCaseOf('gated', load('base'));
		const result = await runTask({ of, seed: 1 });
		if (!('digest' in result)) throw new Error(result.failure.message);
		const { gate, values } = result.digest;
		expect(gate?.changed).toMatchObject({ verdict: 'tripped', trip: { by: 'gate', stage: 'canary' } });
		expect(gate?.harmless.verdict).toBe('passed');
		expect(values['time-to-verdict']).toBe(gate?.changed.trip?.afterUs);
		expect(values['stages-by-verdict']).toBe(1);
		expect(values['first-failed-before-verdict']).toBe(gate?.excess.beforeVerdict.firstFailed);
		expect(JSON.parse(JSON.stringify(gate))).toEqual(gate);
	});
});

function binomialAtMost(n: number, p: number, k: number): number {
	let [term, sum] = [(1 - p) ** n, 0];
	for (let i = 0; i <= k; i++) {
		sum += term;
		term *= ((n - i) / (i + 1)) * (p / (1 - p));
	}
	return sum;
}
