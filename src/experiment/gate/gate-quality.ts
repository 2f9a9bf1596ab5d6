/**
 * What the gates of a rollout are worth: how often they detect what the change does, how soon, after how much harm, and how
 * often they cry wolf. Every run stands beside its harmless twin, in which the same rollout carries a change without effect;
 * the twin is the ground truth.
 */
import type { World } from '../../model/world.js';
import { digestsOf, failuresOf, type Replications } from '../replicate/replications.js';
import { type QuantileEstimate, quantiles } from '../statistics/bootstrap-quantiles.js';
import { CONFIDENCE } from '../statistics/critical-values.js';
import { type Mean, studentMean } from '../statistics/mean-interval.js';
import { present } from '../statistics/moments.js';
import { type Proportion, proportionOfDecided } from '../statistics/proportion.js';
import type { Digest } from '../task/digest.js';
import { didHarm, type GateRun, type RolloutRecord } from '../task/gate-record.js';
import { checksWithoutLimit, plannedChecksOf } from '../task/planned-checks.js';
import type { TaskFailure } from '../task/task.js';
import { type CheckQuality, checkQuality, type DetectionOptions } from './check-power.js';

export const DEFAULTS = { harmAbove: 0.001, confidence: CONFIDENCE } as const;

export interface GateQuality {
	readonly label: string;
	readonly seeds: { readonly first: number; readonly runs: number };
	/** runs in which no request met the change, and nothing tripped: they are in no share below */
	readonly unmet: number;
	readonly harmAbove: number;
	/** runs in which some gate or auto-revert tripped */
	readonly detect: Proportion;
	/** the same on the harmless twin */
	readonly falseAlarm: Proportion;
	/** runs in which no tool tripped, and one had no data where it had to decide; on the twin, too */
	readonly inconclusive: Proportion;
	readonly twinInconclusive: Proportion;
	/** runs that ended before the tools were done, of the world and of the twin: they are in no share above */
	readonly undecided: Undecided;
	/** some rollout has people beside it */
	readonly people: boolean;
	/** their alert, or their delay */
	readonly alert: Proportion;
	readonly twinAlert: Proportion;
	/** first push to the first trip, us, over the runs that detected */
	readonly time: { readonly mean: Mean; readonly median: QuantileEstimate };
	/** who tripped first, and where the rollout stood; most often first */
	readonly detectors: readonly Detector[];
	/** in excess of the twin, born before the verdict: requests lost, and first attempts failed; and those still open at the end, of the world alone */
	readonly harmed: { readonly lost: Mean; readonly firstFailed: Mean; readonly open: Mean };
	/** first attempts that met the change: share of all, and the time of nodes that ran it (us) */
	readonly exposure: { readonly share: Mean; readonly nodeUs: Mean };
	/** of the runs: did harm, did none, and the twin's */
	readonly truth: readonly Truth[];
	readonly checks: readonly CheckQuality[];
	/** checks that compare with a control or are scored: they count above, and the closed form has nothing to say of them */
	readonly withoutLimit: readonly string[];
	readonly failures: readonly { readonly seed: number; readonly failure: TaskFailure }[];
}

export interface Undecided {
	readonly runs: number;
	readonly twins: number;
	/** the end of a run that would decide all of them; null where that is not known, or there are none */
	readonly neededToUs: number | null;
	/** to which `neededToUs` counts: the begin of the measured window */
	readonly fromUs: number;
}

export interface Detector {
	readonly by: string;
	readonly stage: string;
	/** the stage that it kept from being pushed; null where it was the last */
	readonly before: string | null;
	readonly runs: number;
}

/** Runs that are alike in what the change did, by what the tools made of them. */
export interface Truth extends Readonly<Record<RolloutRecord['verdict'], number>> {
	readonly of: 'harm' | 'no-harm' | 'harmless-twin';
	readonly runs: number;
}

type GateDigest = Digest & { readonly gate: GateRun };

/** @param replications of a case that has its harmless twin (`gateCaseOf`) */
export function gateQuality(replications: Replications, options: DetectionOptions): GateQuality {
	const { of, firstSeed, results } = replications;
	const withGates = digestsOf(replications).filter((digest): digest is GateDigest => digest.gate !== undefined);
	const all = withGates.map(({ gate }) => gate);
	// Where no request met the change there was nothing to detect, and nothing to be alarmed about.
	const runs = all.filter(
		({ changed }) => changed.exposedFirstAttempts > 0 || isTripped(changed) || isUndecided(changed),
	);
	const { confidence, harmAbove } = options;
	const changed = runs.map((run) => run.changed);
	const twins = runs.map((run) => run.harmless);
	const share = (of: readonly RolloutRecord[], is: (one: RolloutRecord) => boolean) => {
		const decided = of.filter((one) => one.verdict !== 'undecided' || is(one));
		return proportionOfDecided(decided.filter(is).length, decided.length, of.length - decided.length, confidence);
	};
	const mean = (values: readonly (number | null)[]) => studentMean(present(values), confidence);
	const times = present(changed.map(({ trip }) => (trip === null ? null : trip.afterUs)));
	const [median] = quantiles(times, [0.5], { seed: firstSeed, confidence });
	const before = runs.map(({ excess }) => excess.beforeVerdict);
	return {
		label: of.label,
		seeds: { first: firstSeed, runs: results.length },
		unmet: all.length - runs.length,
		harmAbove,
		detect: share(changed, isTripped),
		falseAlarm: share(twins, isTripped),
		inconclusive: share(changed, isInconclusive),
		twinInconclusive: share(twins, isInconclusive),
		undecided: undecidedOf(changed, twins, of.world),
		people: of.world.rollouts.some(({ people }) => people !== null),
		alert: share(changed, isAlerted),
		twinAlert: share(twins, isAlerted),
		time: { mean: mean(times), median },
		detectors: detectorsOf(changed, of.world),
		harmed: {
			lost: mean(before.map(({ lost }) => lost)),
			firstFailed: mean(before.map((b) => b.firstFailed)),
			open: mean(before.map(({ open }) => (open === undefined ? null : open))),
		},
		exposure: {
			share: mean(changed.map(({ exposedShare }) => exposedShare)),
			nodeUs: mean(changed.map(({ exposedNodeUs }) => exposedNodeUs)),
		},
		truth: truthOf(runs, harmAbove),
		checks: plannedChecksOf(of.world).map((check, index) =>
			checkQuality({ check, index, world: of.world, runs }, options),
		),
		withoutLimit: checksWithoutLimit(of.world),
		failures: failuresOf(replications),
	};
}

function undecidedOf(changed: readonly RolloutRecord[], twins: readonly RolloutRecord[], world: World): Undecided {
	const open = [...changed, ...twins].flatMap((one) => (one.open === undefined ? [] : [one.open.neededToUs]));
	const known = present(open);
	const neededToUs = known.length === 0 || known.length < open.length ? null : Math.max(...known);
	return {
		runs: changed.filter(isUndecided).length,
		twins: twins.filter(isUndecided).length,
		neededToUs,
		fromUs: world.warmUpUs,
	};
}

const isUndecided = ({ verdict }: RolloutRecord): boolean => verdict === 'undecided';
const isTripped = ({ verdict }: RolloutRecord): boolean => verdict === 'tripped';
const isInconclusive = ({ verdict }: RolloutRecord): boolean => verdict === 'inconclusive';
const isAlerted = ({ alertAfterUs }: RolloutRecord): boolean => alertAfterUs !== null;

function truthOf(runs: readonly GateRun[], above: number): Truth[] {
	const harmful = runs.filter((run) => didHarm(run, above));
	const others = runs.filter((run) => !didHarm(run, above));
	return [
		truth(
			'harm',
			harmful.map((run) => run.changed),
		),
		truth(
			'no-harm',
			others.map((run) => run.changed),
		),
		truth(
			'harmless-twin',
			runs.map((run) => run.harmless),
		),
	];
}

function truth(of: Truth['of'], runs: readonly RolloutRecord[]): Truth {
	const count = (verdict: RolloutRecord['verdict']) => runs.filter((run) => run.verdict === verdict).length;
	const verdicts = { tripped: count('tripped'), passed: count('passed'), inconclusive: count('inconclusive') };
	return { of, runs: runs.length, ...verdicts, unwatched: count('unwatched'), undecided: count('undecided') };
}

function detectorsOf(runs: readonly RolloutRecord[], { rollouts }: World): Detector[] {
	const found = new Map<string, Detector>();
	for (const { trip } of runs) {
		if (trip === null) continue;
		const { by, rollout, stage } = trip;
		const stages = rollouts.filter(({ name }) => name === rollout).flatMap((plan) => plan.stages);
		const next = stages[stages.findIndex(({ name }) => name === stage) + 1];
		const key = JSON.stringify([by, rollout, stage]);
		const known = found.get(key);
		const before = next === undefined ? null : next.name;
		found.set(key, { by, stage, before, runs: 1 + (known === undefined ? 0 : known.runs) });
	}
	return [...found.values()].toSorted((a, b) => b.runs - a.runs);
}
