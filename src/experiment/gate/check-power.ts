/**
 * What one check can detect at its traffic, and how often it alarms at nothing: the closed form beside what was measured,
 * and, where it cannot detect, why. Both halves belong to every verdict: a check that trips whatever comes detects nothing.
 */
import { type Coverage, chanceOfOne, coverage, EVERYWHERE } from '../../model/coverage.js';
import { quantile } from '../../model/distributions/distribution.js';
import { isHarmless } from '../../model/harmless-twin.js';
import { medianDelayUs } from '../../model/rollout/propagation.js';
import type { World } from '../../model/world.js';
import { present } from '../statistics/moments.js';
import { type Proportion, proportionOfDecided } from '../statistics/proportion.js';
import { quantileOfSorted } from '../statistics/sample-quantile.js';
import { type CheckReadings, didHarm, failedForChange, type GateRun, type RolloutRecord } from '../task/gate-record.js';
import type { OpenAt } from '../task/open-watch.js';
import type { PlannedCheck } from '../task/planned-checks.js';
import { baselineShare, type SampleShare, shareOfReadings } from './sample-share.js';
import { statedShare, statedShareWith } from './stated-share.js';
import { type HoldReadings, type Odds, odds, readingsOf } from './trip-odds.js';

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
	/** runs of the world that ended before its hold did, and before its stage was pushed: it had not tripped, and they are in no share */
	readonly open: Readonly<Record<OpenAt, number>>;
	/** readings of a hold that nothing cut short, on the twin */
	readonly readings: HoldReadings;
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
	readonly alarms: Alarms;
	readonly detection: Detection;
}

/**
 * detects: it tripped in at least 80 % of the runs that asked it, and alarms rarely · alarms: so it did, and it alarms too
 * often · alarms-undecided: so it did, and these runs cannot tell how often it alarms · coverage: the stage has none of the
 * affected requests, or hardly any beside what the change could touch · timing: the effect comes after the last reading, or
 * too late to fill a window · sample-size: enough of what it gets is bad, but it gets too little · limit: it gets enough, and
 * in time, and less than its limit is bad · nothing: the change does no harm · not-asked: no run came to it
 */
export type Detection =
	| 'detects'
	| 'alarms'
	| 'alarms-undecided'
	| 'coverage'
	| 'timing'
	| 'sample-size'
	| 'limit'
	| 'nothing'
	| 'not-asked';

/** False alarms per rollout against the limit `ALARMS_ABOVE`. */
export type Alarms = 'rare' | 'too-often' | 'undecided';

/** More false alarms per rollout than this are too many: people stop to believe a gate that is wrong once in ten rollouts. */
export const ALARMS_ABOVE = 0.1;

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

interface CheckRuns {
	readonly check: PlannedCheck;
	/** of the check among the looks of a run */
	readonly index: number;
	readonly world: World;
	readonly runs: readonly GateRun[];
}

export function checkQuality(input: CheckRuns, options: DetectionOptions): CheckQuality {
	const { check, index, world, runs } = input;
	const of = (side: 'changed' | 'harmless') => runs.map((run) => run[side].looks[index]);
	const [changed, twins] = [of('changed'), of('harmless')];
	const where = whereOf(world, check);
	const { isShare } = check;
	const stage = { scope: where.scope, atUs: where.atUs };
	const baseline = baselineShare(twins, { stated: statedShare(world, check, stage), isShare });
	// Where the effect takes its time, the first readings see less than all of it.
	const stated =
		where.effectUs > 0 ? null : statedShareWith(world, check, stage, world.changes[where.change], where.coverage.share);
	const struck = shareOfReadings(
		changed.map(({ first }) => first),
		{ stated, isShare },
	);
	const worst = shareOfReadings(
		changed.map((one) => one.worst),
		{ stated: null, isShare },
	);
	const readings = readingsOf(twins);
	const emptyOf = (side: readonly CheckReadings[]) =>
		ratio(
			side,
			(l) => l.withoutData,
			(l) => l.count,
		);
	const withoutData = emptyOf(changed);
	const found = {
		check,
		detect: tripsOf(changed, options.confidence),
		falseAlarm: tripsOf(twins, options.confidence),
		open: { hold: openOf(changed, 'hold'), push: openOf(changed, 'push') },
		readings,
		withoutData,
		baseline,
		struck,
		worst,
		power: struck === null || worst === null ? null : odds(check, readings, withoutData, struck, worst),
		falseOdds: baseline === null ? null : odds(check, readings, emptyOf(twins), baseline),
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
	const alarms = alarmsOf(found);
	return { ...found, alarms, detection: detectionOf({ ...found, alarms }, input, options) };
}

/** By the twins, and by the closed form where it holds: of retries it does not, which come in bursts. */
function alarmsOf({ check, falseAlarm, falseOdds }: Pick<CheckQuality, 'check' | 'falseAlarm' | 'falseOdds'>): Alarms {
	const measured = falseAlarm.interval;
	if (measured.low > ALARMS_ABOVE) return 'too-often';
	if (measured.high <= ALARMS_ABOVE) return 'rare';
	if (falseOdds === null || check.counts.numerator === 'retries') return 'undecided';
	// More of the twins tripped than the closed form can explain: its samples are not independent.
	if (measured.low > falseOdds.hold.high) return 'undecided';
	if (falseOdds.hold.low > ALARMS_ABOVE) return 'too-often';
	return falseOdds.hold.high <= ALARMS_ABOVE ? 'rare' : 'undecided';
}

function tripsOf(readings: readonly CheckReadings[], confidence: number): Proportion {
	const decided = readings.filter(({ count, open }) => count > 0 && open === undefined);
	const open = readings.filter((one) => one.open !== undefined).length;
	return proportionOfDecided(decided.filter(({ tripped }) => tripped).length, decided.length, open, confidence);
}

const openOf = (readings: readonly CheckReadings[], at: OpenAt): number =>
	readings.filter(({ open }) => open === at).length;

function ratio(
	readings: readonly CheckReadings[],
	above: (of: CheckReadings) => number,
	below: (of: CheckReadings) => number,
): number | null {
	const sum = (read: (of: CheckReadings) => number) => readings.reduce((total, one) => total + read(one), 0);
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
		scope,
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

function detectionOf(found: UndecidedQuality, { world, runs }: CheckRuns, { harmAbove }: DetectionOptions): Detection {
	const { check, detect, coverage: covered, reference, struck } = found;
	if (detect.share === null) return 'not-asked';
	if (detect.share >= SEES) return DETECTS[found.alarms];
	const { change, afterUs } = whereOf(world, check);
	if (isHarmless(world.changes[change])) return 'nothing';
	if (covered.share === null || covered.share < HARDLY_ANY * reference.share || covered.share === 0) return 'coverage';
	if (found.effectUs >= check.watchesUs) return 'timing';
	if (!runs.some((run) => didHarm(run, harmAbove))) return 'nothing';
	if (struck === null || found.withoutData === 1 || struck.share > check.above) return 'sample-size';
	return comesLate(found, runs, afterUs) ? 'timing' : 'limit';
}

const DETECTS = { rare: 'detects', 'too-often': 'alarms', undecided: 'alarms-undecided' } as const;

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
	const failed = present(runs.map(failedForChange)).reduce((sum, n) => sum + n, 0);
	return met === 0 ? 0 : failed / met;
}
