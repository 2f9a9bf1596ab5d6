/**
 * What one check can see at its traffic: the closed form beside what was measured, and, where it is blind, why. A check that
 * trips above a share T of n samples sees a share p with the binomial's P(X/n > T), as if samples were independent. Retries
 * are not, they come in bursts: the measured share of trips stands beside it.
 */
import { type Coverage, chanceOfOne, coverage, EVERYWHERE } from '../../model/coverage.js';
import { quantile } from '../../model/distributions/distribution.js';
import { isHarmless } from '../../model/harmless-twin.js';
import { medianDelayUs } from '../../model/rollout/propagation.js';
import type { World } from '../../model/world.js';
import { binomialAbove } from '../statistics/binomial.js';
import { present } from '../statistics/moments.js';
import { type Proportion, proportion } from '../statistics/proportion.js';
import { quantileOfSorted } from '../statistics/sample-quantile.js';
import {
	type CheckReadings,
	didHarm,
	type GateRun,
	type RolloutRecord,
	type SampleCount,
} from '../task/gate-record.js';
import type { PlannedCheck } from '../task/planned-checks.js';

/** Where a change could act, and the share of all first attempts there that it can touch. */
export interface Reference {
	readonly label: string;
	readonly share: number;
}

export interface CheckQuality {
	readonly check: PlannedCheck;
	/** runs in which it was asked, and tripped: of the world, and of the harmless twin */
	readonly detect: Proportion;
	readonly falseAlarm: Proportion;
	/** readings of a hold that nothing cut short, and how many of them are full and share no sample with one another; on the twin */
	readonly readings: { readonly all: number; readonly apart: number };
	/** share of all readings, of the world, that had fewer samples than it asks for */
	readonly withoutData: number | null;
	/** samples of a full reading and the share of them that counts: on the twin, at the first one of the world, and at its worst */
	readonly baseline: SampleShare | null;
	readonly struck: SampleShare | null;
	readonly worst: SampleShare | null;
	/** by the binomial law */
	readonly power: Odds | null;
	readonly falseOdds: Odds | null;
	/** share of the twin's full readings above the limit, measured */
	readonly falseShare: number | null;
	readonly coverage: Coverage;
	/** chance that a touched request is among the samples of a reading */
	readonly oneInWindow: number | null;
	/** where else the change touches more than here */
	readonly reference: Reference;
	/** from the push of the stage to the effect on half of its nodes, us: propagation and onset */
	readonly effectUs: number;
	readonly detection: Detection;
}

export interface SampleShare {
	readonly samples: number;
	readonly share: number;
}

/**
 * Chance to trip: at one reading (the first full one), and at any of a hold. The low end takes the first share to stay and
 * the readings that share no sample, the high end the worst share and all readings, as if they were independent.
 */
export interface Odds {
	readonly look: number;
	readonly hold: { readonly low: number; readonly high: number };
}

/**
 * sees: it tripped in at least 80 % of the runs that asked it · noise: so it did, and half as often in the harmless twins · coverage: the stage has none of the affected requests, or
 * hardly any beside what the change could touch · timing: the effect comes after the last reading, or too late to fill a
 * window · sample-size: enough of what it gets is bad, but it gets too little · limit: it gets enough, and in time, and less
 * than its limit is bad · nothing: the change does no harm · not-asked: no run came to it
 */
export type Detection = 'sees' | 'noise' | 'coverage' | 'timing' | 'sample-size' | 'limit' | 'nothing' | 'not-asked';

/** What one run of five may miss: the power that studies are planned for by custom. */
const SEES = 0.8;
/** A stage with less than this of the share elsewhere has hardly any affected request. */
const HARDLY_ANY = 0.1;

export interface DetectionOptions {
	/** the change did harm in a run when more than this share of the first attempts it met failed for it, 0..1 */
	readonly harmAbove: number;
	readonly confidence: number;
	/** another world of the same file, whose mix the change was meant for; null: only this one counts */
	readonly elsewhere: { readonly label: string; readonly world: World } | null;
}

interface AskedRuns {
	readonly check: PlannedCheck;
	/** of the check among the looks of a run */
	readonly index: number;
	readonly world: World;
	readonly runs: readonly GateRun[];
}

export function checkQuality(asked: AskedRuns, options: DetectionOptions): CheckQuality {
	const { check, index, world, runs } = asked;
	const of = (side: 'changed' | 'harmless') => runs.map((run) => run[side].looks[index]);
	const [changed, twins] = [of('changed'), of('harmless')];
	const baseline = baselineOf(twins);
	const [struck, worst] = [pool(changed.map(({ first }) => first)), pool(changed.map((one) => one.worst))];
	const readings = readingsOf(check, twins);
	const where = whereOf(world, check);
	const found = {
		check,
		detect: tripsOf(changed, options.confidence),
		falseAlarm: tripsOf(twins, options.confidence),
		readings,
		withoutData: ratio(
			changed,
			(l) => l.withoutData,
			(l) => l.count,
		),
		baseline,
		struck,
		worst,
		power: struck === null || worst === null ? null : odds(check, readings, struck, worst),
		falseOdds: baseline === null ? null : odds(check, readings, baseline),
		falseShare: ratio(
			twins,
			(l) => l.full.above,
			(l) => l.full.count,
		),
		coverage: where.coverage,
		oneInWindow:
			baseline === null || where.coverage.share === null ? null : chanceOfOne(where.coverage.share, baseline.samples),
		reference: referenceOf(world, where, options.elsewhere),
		effectUs: where.effectUs,
	};
	return { ...found, detection: detectionOf(found, asked, options) };
}

function tripsOf(looks: readonly CheckReadings[], confidence: number): Proportion {
	const asked = looks.filter(({ count }) => count > 0);
	return proportion(asked.filter(({ tripped }) => tripped).length, asked.length, confidence);
}

/**
 * All full readings of all twins as one, and the size of a mean one. A trip ends the readings, so that where one cried wolf
 * the full readings are those of the lucky twins: then the share is that of all readings.
 */
function baselineOf(twins: readonly CheckReadings[]): SampleShare | null {
	const sum = (read: (of: CheckReadings) => number) => twins.reduce((total, one) => total + read(one), 0);
	const [full, samples] = [sum((of) => of.full.count), sum((of) => of.full.samples)];
	if (twins.some(({ tripped }) => tripped)) {
		const [count, all] = [sum((of) => of.count), sum((of) => of.samples)];
		if (all === 0) return null;
		return { samples: samples > 0 ? samples / full : all / count, share: sum((of) => of.bad) / all };
	}
	return samples === 0 ? null : { samples: samples / full, share: sum((of) => of.full.bad) / samples };
}

/** One reading of each run. */
function pool(looks: readonly (SampleCount | null)[]): SampleShare | null {
	const counted = present(looks.map((look) => (look === null ? null : look.samples)));
	const samples = counted.reduce((sum, n) => sum + n, 0);
	const bad = looks.reduce((sum, look) => sum + (look === null ? 0 : look.bad), 0);
	return samples === 0 ? null : { samples: samples / counted.length, share: bad / samples };
}

/** Of a hold that nothing cut short. */
function readingsOf({ windowUs, everyUs }: PlannedCheck, twins: readonly CheckReadings[]): CheckQuality['readings'] {
	const most = (read: (of: CheckReadings) => number) => twins.reduce((max, one) => Math.max(max, read(one)), 0);
	const apart = Math.ceil(most(({ full }) => full.count) / Math.max(1, Math.ceil(windowUs / everyUs)));
	return { all: most(({ count }) => count), apart };
}

function odds(check: PlannedCheck, { all, apart }: CheckQuality['readings'], first: SampleShare, worst = first): Odds {
	const [look, most] = [atOneLook(check, first), atOneLook(check, worst)];
	return { look, hold: { low: anyOf(apart, look), high: anyOf(all, Math.max(look, most)) } };
}

function atOneLook({ above, minSamples }: PlannedCheck, { samples, share }: SampleShare): number {
	const n = Math.round(samples);
	return n < minSamples ? 0 : binomialAbove(n, Math.min(1, share), above);
}

/** Any of k independent readings, at least one: 1 - (1 - p)^k. */
const anyOf = (k: number, p: number): number => (p === 1 ? 1 : -Math.expm1(Math.max(1, k) * Math.log1p(-p)));

function ratio(
	looks: readonly CheckReadings[],
	above: (of: CheckReadings) => number,
	below: (of: CheckReadings) => number,
): number | null {
	const sum = (read: (of: CheckReadings) => number) => looks.reduce((total, one) => total + read(one), 0);
	return sum(below) === 0 ? null : sum(above) / sum(below);
}

/** Where the stage stands in the world, and when it is pushed if nothing holds it up. */
function whereOf(world: World, { rollout, index }: PlannedCheck) {
	const [plan] = world.rollouts.filter(({ name }) => name === rollout);
	const { scope, propagation } = plan.stages[index];
	const afterUs = plan.stages.slice(0, index).reduce((sum, { holdUs }) => sum + holdUs, 0);
	const onset = world.changes[plan.change].onset;
	return {
		change: plan.change,
		afterUs,
		atUs: plan.atUs + afterUs,
		coverage: coverage(world, plan.change, scope, plan.atUs + afterUs),
		effectUs: medianDelayUs(propagation) + quantile(onset)(0.5),
	};
}

/** What the change would touch if it were everywhere: in this world, or in the other one if that has more. */
function referenceOf(
	world: World,
	{ change, atUs }: ReturnType<typeof whereOf>,
	elsewhere: DetectionOptions['elsewhere'],
): Reference {
	const { name } = world.changes[change];
	const touched = (label: string, { world: of, index }: { world: World; index: number }): Reference => {
		const { share } = coverage(of, index, EVERYWHERE, atUs);
		return { label, share: share === null ? 0 : share };
	};
	const own = touched(world.variant, { world, index: change });
	if (elsewhere === null) return own;
	const index = elsewhere.world.changes.findIndex((other) => other.name === name);
	if (index < 0) return own;
	const other = touched(elsewhere.label, { world: elsewhere.world, index });
	return other.share > own.share ? other : own;
}

type UndecidedQuality = Omit<CheckQuality, 'detection'>;

function detectionOf(found: UndecidedQuality, { world, runs }: AskedRuns, { harmAbove }: DetectionOptions): Detection {
	const { check, detect, coverage: covered, reference, struck } = found;
	if (detect.share === null) return 'not-asked';
	if (detect.share >= SEES) return isNoise(found) ? 'noise' : 'sees';
	const { change, afterUs } = whereOf(world, check);
	if (isHarmless(world.changes[change])) return 'nothing';
	if (covered.share === null || covered.share < HARDLY_ANY * reference.share || covered.share === 0) return 'coverage';
	if (found.effectUs >= check.watchesUs) return 'timing';
	if (!runs.some((run) => didHarm(run, harmAbove))) return 'nothing';
	if (struck === null || found.withoutData === 1 || struck.share > check.above) return 'sample-size';
	return comesLate(found, runs, afterUs) ? 'timing' : 'limit';
}

/** It would have tripped anyway. */
const isNoise = ({ detect, falseAlarm }: UndecidedQuality): boolean =>
	detect.share !== null && falseAlarm.share !== null && falseAlarm.share >= detect.share / 2;

/** The effect cannot fill a window before the last reading, was first seen after that, or grew beyond the limit only then. */
function comesLate({ check, effectUs }: UndecidedQuality, runs: readonly GateRun[], stageAfterUs: number): boolean {
	if (effectUs + check.windowUs > check.watchesUs) return true;
	const effects = present(runs.map((run) => run.effectAfterUs)).toSorted((a, b) => a - b);
	if (effects.length > 0 && quantileOfSorted(effects, 0.5) >= stageAfterUs + check.watchesUs) return true;
	return failedShare(runs) > check.above;
}

/** Of the first attempts that met the change, over all runs: as many more failed than in the twins. */
function failedShare(runs: readonly GateRun[]): number {
	const met = runs.reduce((sum, { changed }: { changed: RolloutRecord }) => sum + changed.exposedFirstAttempts, 0);
	const failed = present(runs.map(({ excess }) => excess.firstFailed)).reduce((sum, n) => sum + n, 0);
	return met === 0 ? 0 : failed / met;
}
