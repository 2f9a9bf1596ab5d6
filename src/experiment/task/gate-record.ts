/**
 * What is kept of one run about its gates, beside the same run with a harmless change: a part of the digest, plain data.
 * The twin meets the same luck, so that what the world lost beyond it is what the change has done, seed by seed.
 */

import type { Outcome } from '../../metrics/outcome.js';
import { byBirth } from '../../metrics/reading/by-birth.js';
import { total, wholeRun } from '../../metrics/reading/cell-sums.js';
import { firstPush, isInconclusive, isLook, isTrip, timeToAlert } from '../../metrics/reading/gate-decisions.js';
import { firstDecision } from '../../metrics/reading/milestones.js';
import type { CheckResult } from '../../model/gates/condition.js';
import type { Decision } from '../../model/rollout/decision.js';
import type { World } from '../../model/world.js';
import { type OpenAt, type OpenWatch, openStages, openWatch } from './open-watch.js';
import { checkKey, ownKey, type PlannedCheck, plannedChecksOf } from './planned-checks.js';

/** The name under which a case has its harmless twin. */
export const HARMLESS = 'harmless';

export interface GateRun {
	readonly changed: RolloutRecord;
	readonly harmless: RolloutRecord;
	/** the world's minus the twin's: requests by birth, whose first attempt fails, and that fail after everything */
	readonly excess: {
		/** from the first push to the verdict, or to the end of the run where there was none */
		readonly beforeVerdict: {
			readonly firstFailed: number | null;
			readonly lost: number | null;
			/** of the world alone: requests of that time that were still open when the run ended, in no count of lost ones */
			readonly open?: number | null;
		};
		/** over the whole run */
		readonly firstFailed: number | null;
	};
	/** first answer that failed because of the change - first push; null where there was none */
	readonly effectAfterUs: number | null;
}

/** What the tools made of one run. */
export interface RolloutRecord {
	/**
	 * tripped · passed: they had data, and none tripped · inconclusive: a hold ended without data, or no look had any ·
	 * unwatched: nobody looked · undecided: the run ended before they were done
	 */
	readonly verdict: 'tripped' | 'passed' | 'inconclusive' | 'unwatched' | 'undecided';
	/** of an undecided one: what was open */
	readonly open?: OpenWatch;
	readonly trip: Trip | null;
	/** people's alert, after the first push; null where they saw nothing */
	readonly alertAfterUs: number | null;
	/** of nodes that ran a change, over the whole run */
	readonly exposedFirstAttempts: number;
	readonly exposedShare: number | null;
	readonly exposedNodeUs: number;
	/** by check, in the order of `plannedChecksOf` */
	readonly looks: readonly CheckReadings[];
}

export interface Trip {
	readonly afterUs: number;
	readonly by: string;
	readonly rollout: string;
	readonly stage: string;
}

/**
 * The readings of one check. A look is full where it read the whole window. One whose window the deploy clipped (or that has
 * not come so far, for lag) has a size of its own, and is not pooled with the full ones.
 */
export interface CheckReadings {
	readonly count: number;
	readonly samples: number;
	readonly bad: number;
	/** with fewer samples than the check asks for, or none */
	readonly withoutData: number;
	readonly tripped: boolean;
	/** the run ended before it was done, and it had not tripped; absent: it was done, or never came to it */
	readonly open?: OpenAt;
	readonly full: { readonly count: number; readonly samples: number; readonly bad: number; readonly above: number };
	/** samples of each clipped look, in order */
	readonly clipped: readonly number[];
	/** looks whose windows have no instant in common, from the last one backwards, so that no sample counts twice; how many of them are full */
	readonly apart: { readonly full: number } & SampleCount;
	/** the first full look, and the full one with the greatest share; the last look where there was no full one */
	readonly first: SampleCount | null;
	readonly worst: SampleCount | null;
}

export interface SampleCount {
	readonly samples: number;
	readonly bad: number;
}

export function gateRun(outcome: Outcome, twin: Outcome, world: World): GateRun {
	const checks = plannedChecksOf(world);
	const changed = rolloutRecord(outcome, checks, world);
	return {
		changed,
		harmless: rolloutRecord(twin, checks, world),
		excess: excessOf(outcome, twin),
		effectAfterUs: after(outcome.passages.firstErrorUs, firstPush(outcome, {})),
	};
}

/**
 * Did the change do harm? Of the first attempts that met it, as many more failed than in the twin; whatever it did to the
 * others (a node that it drowned, a neighbour) counts above the line too. Over all traffic a small canary never could.
 */
export function didHarm(run: GateRun, above: number): boolean {
	const failed = failedForChange(run);
	return failed !== null && failed > above * run.changed.exposedFirstAttempts;
}

/**
 * First attempts that failed beyond the twin, up to the verdict or up to the end: the larger. After a trip the luck of the
 * two runs differs, and what the twin alone lost by then is no reason to forget what the change has done.
 */
export function failedForChange({ excess: { beforeVerdict, firstFailed } }: GateRun): number | null {
	if (beforeVerdict.firstFailed === null || firstFailed === null) return firstFailed ?? beforeVerdict.firstFailed;
	return Math.max(beforeVerdict.firstFailed, firstFailed);
}

function rolloutRecord(outcome: Outcome, checks: readonly PlannedCheck[], world: World): RolloutRecord {
	const stages = new Map(world.rollouts.map((plan) => [plan.name, openStages(plan, outcome)]));
	const readings = checks.map((check) => {
		const found = checkReadingsOf(outcome.decisions, check);
		const open = stages.get(check.rollout)?.[check.index];
		return found.tripped || open === null || open === undefined ? found : { ...found, open: open.at };
	});
	const open = openWatch(world, outcome);
	const verdict = gateVerdict(outcome.decisions, readings, open);
	const first = outcome.decisions.find(isTrip);
	const pushedUs = first === undefined ? null : firstPush(outcome, { change: first.rollout });
	const all = total(outcome, wholeRun(outcome), 'first_attempts');
	const { firstAttempts, nodeUs } = outcome.exposure;
	return {
		verdict,
		...(verdict === 'undecided' && open !== null ? { open } : {}),
		trip:
			first === undefined || pushedUs === null
				? null
				: { afterUs: first.atUs - pushedUs, by: first.by, rollout: first.rollout, stage: first.stage },
		alertAfterUs: timeToAlert(outcome, {}),
		exposedFirstAttempts: firstAttempts,
		exposedShare: all === null || all === 0 ? null : firstAttempts / all,
		exposedNodeUs: nodeUs,
		looks: readings,
	};
}

const WITH_RESULT: readonly CheckResult[] = ['passed', 'failed', 'inconclusive'];

/** No data is never a pass, nor is a hold that the end of the run cut short. A check without a limit of its own looks too. */
function gateVerdict(
	decisions: readonly Decision[],
	checkReadings: readonly CheckReadings[],
	open: OpenWatch | null,
): RolloutRecord['verdict'] {
	if (decisions.some(isTrip)) return 'tripped';
	if (decisions.some(isInconclusive)) return 'inconclusive';
	if (open !== null) return 'undecided';
	const readings = decisions.filter(isLook);
	if (readings.length === 0) return 'unwatched';
	const hasResult = readings.some(({ outcome }) => outcome !== null && WITH_RESULT.includes(outcome));
	return hasResult || checkReadings.some(({ count, withoutData }) => count > withoutData) ? 'passed' : 'inconclusive';
}

function checkReadingsOf(decisions: readonly Decision[], check: PlannedCheck): CheckReadings {
	const key = ownKey(check);
	const own = decisions.filter((decision) => checkKey(decision) === key);
	const readings = own.filter(isLook).map(({ atUs, seen, samples, clippedToUs }) => {
		const n = samples === null ? 0 : samples;
		const coversUs = clippedToUs === undefined ? check.windowUs : Math.min(check.windowUs, clippedToUs);
		const isFull = coversUs === check.windowUs;
		return { atUs, coversUs, isFull, samples: n, bad: seen === null ? 0 : Math.round(seen * n), seen };
	});
	const full = readings.filter(({ isFull }) => isFull);
	const representative = full.length > 0 ? full : readings.slice(-1);
	const shareOf = ({ samples, bad }: SampleCount): number => (samples === 0 ? 0 : bad / samples);
	const worst = representative.toSorted((a, b) => shareOf(b) - shareOf(a));
	const plain = (of: readonly SampleCount[]): SampleCount | null =>
		of.length === 0 ? null : { samples: of[0].samples, bad: of[0].bad };
	const sum = (of: readonly SampleCount[], part: keyof SampleCount) =>
		of.reduce((total, look) => total + look[part], 0);
	const hasData = (look: (typeof readings)[number]) => look.seen !== null && look.samples >= check.minSamples;
	const apart = apartOf(readings);
	return {
		count: readings.length,
		samples: sum(readings, 'samples'),
		bad: sum(readings, 'bad'),
		withoutData: readings.filter((look) => !hasData(look)).length,
		tripped: own.some(isTrip),
		full: {
			count: full.length,
			samples: sum(full, 'samples'),
			bad: sum(full, 'bad'),
			above: full.filter((look) => hasData(look) && look.seen !== null && look.seen > check.above).length,
		},
		clipped: readings.filter(({ isFull }) => !isFull).map(({ samples }) => samples),
		apart: {
			full: apart.filter(({ isFull }) => isFull).length,
			samples: sum(apart, 'samples'),
			bad: sum(apart, 'bad'),
		},
		first: plain(representative),
		worst: plain(worst),
	};
}

/** From the last one backwards, each that ends where the one after it begins, or earlier. */
function apartOf<T extends { readonly atUs: number; readonly coversUs: number }>(readings: readonly T[]): T[] {
	const apart: T[] = [];
	let beginsUs = Number.POSITIVE_INFINITY;
	for (const look of readings.toReversed()) {
		if (look.atUs > beginsUs) continue;
		apart.push(look);
		beginsUs = look.atUs - look.coversUs;
	}
	return apart;
}

/** Both runs over the same stretch of time: the one that the verdict on the world ended. */
function excessOf(outcome: Outcome, twin: Outcome): GateRun['excess'] {
	const whole = wholeRun(outcome);
	const [fromUs, verdictUs] = [firstPush(outcome, {}), firstDecision(outcome, isTrip)];
	const until = { ...whole, toUs: verdictUs === null ? whole.toUs : verdictUs };
	const excess = (measure: string, selection: typeof whole): number | null =>
		after(total(outcome, selection, measure), total(twin, selection, measure));
	const before = (measure: string) => (fromUs === null ? null : excess(measure, { ...until, fromUs }));
	const born = fromUs === null ? null : byBirth(outcome, { ...until, fromUs }, 'lost_by_birth', 'requests');
	return {
		beforeVerdict: {
			firstFailed: before('first_failed_by_birth'),
			lost: before('lost_by_birth'),
			open: born === null ? null : born.open,
		},
		firstFailed: excess('first_failed_by_birth', whole),
	};
}

const after = (later: number | null, earlier: number | null): number | null =>
	later === null || earlier === null ? null : later - earlier;
