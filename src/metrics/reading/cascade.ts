/** Cascaded: did the damage go beyond its cause? */
import type { Selection } from '../expectation.js';
import type { Outcome, Place } from '../outcome.js';
import { type ByBirth, byBirth, decidedShare, shareRange } from './by-birth.js';
import { bucketRangeOf, total, wholeRun } from './cell-sums.js';
import { collapsedBefore } from './collapse.js';
import { coolDownText } from './cool-down.js';
import { MIN_SAMPLES } from './milestones.js';
import type { Rules } from './rules.js';
import { firstTrigger } from './trigger-times.js';

/** The hardest-hit place while a trigger was in force. */
export interface Cascade {
	/**
	 * null: places not recorded apart or open requests could decide it, its time buckets are too long to tell, the run was
	 * stopped before, or it was down before the first trigger
	 */
	readonly cascaded: boolean | null;
	/** region and platform, as far as they were recorded; empty: the whole edge */
	readonly place: Place;
	/** share of its decided requests that were lost, by birth */
	readonly lost: number;
	/** the least and the most of it while the trigger was in force: they differ where its time buckets reach beyond that */
	readonly lostRange: readonly [number, number];
	/** false where cells are not kept by region and platform, so that a cascade in one place may hide in a sum */
	readonly exact: boolean;
	/** there where a place with fewer than 30 requests, which is left out, lost a greater share */
	readonly thinWorse?: true;
}

/**
 * Cascaded: while a trigger is in force, at least `cascadeShare` of the requests of one (region, platform) is lost.
 * Each trigger is looked at by itself; places with fewer than 30 requests in that time are left out.
 * @returns null where no trigger was ever in force or no place had enough requests
 */
export function cascade(outcome: Outcome, rules: Rules): Cascade | null {
	const { cascadeShare } = rules.verdicts;
	const exact = outcome.places.every((place) => place.region !== undefined && place.platform !== undefined);
	let worst: Pick<Cascade, 'place' | 'lost' | 'lostRange'> | null = null;
	let [least, most] = [0, 0];
	let [isHidden, wasDown] = [false, false];
	const hides = hidesPlaces(outcome, rules);
	const all = hits(outcome);
	for (const { place, found, diluted } of all.filter(isEnough)) {
		const range = shareRange(found);
		const lost = decidedShare(found);
		if (range === null) continue;
		if (isDownBefore(outcome, rules, place)) wasDown = true;
		else least = Math.max(least, inForce(range[0], diluted)[0]);
		most = Math.max(most, inForce(range[1], diluted)[1]);
		// So many lost are enough for the smallest place that is judged.
		if (hides && found.count + found.open >= cascadeShare * MIN_SAMPLES) isHidden = true;
		if (lost !== null && (worst === null || lost > worst.lost))
			worst = { place, lost, lostRange: inForce(lost, diluted) };
	}
	if (worst === null) return null;
	const hardestHit = { ...worst, exact, ...(isThinWorse(all, worst.lost) ? { thinWorse: true as const } : {}) };
	if (collapsedBefore(outcome, rules) === true) return { cascaded: null, ...hardestHit };
	const open = wasDown || isHidden || most >= cascadeShare || outcome.stopped !== null;
	return { cascaded: least >= cascadeShare ? true : open ? null : false, ...hardestHit };
}

/**
 * The least and the most that a share of all that was born in some time buckets may be of the part in which a trigger was in
 * force: `diluted` times shorter, and as busy.
 */
const inForce = (share: number, diluted: number): readonly [number, number] => [
	Math.max(0, 1 - (1 - share) * diluted),
	Math.min(1, share * diluted),
];

/** In fewer than 30 requests a share says nothing. */
const isEnough = ({ found }: Hit): boolean => found.born >= MIN_SAMPLES;

/** Whether a place that is left out for its few requests lost a greater share than the worst of those that are not. */
const isThinWorse = (all: readonly Hit[], worst: number): boolean =>
	all.some((hit) => !isEnough(hit) && Number(decidedShare(hit.found)) > worst);

/** Whether the world has regions, or platforms, that cells were not kept apart for: a cascade in one may hide in their sum. */
export function hidesPlaces({ places }: Outcome, { regions, platforms }: Rules): boolean {
	const isSummed = (of: 'region' | 'platform'): boolean => places.some((place) => place[of] === undefined);
	return (
		(regions !== undefined && regions.length > 1 && isSummed('region')) ||
		(platforms.length > 1 && isSummed('platform'))
	);
}

const isIdle = (outcome: Outcome): boolean => total(outcome, wholeRun(outcome), 'born') === 0;

/** Whether a cascade happened; false where no trigger was ever in force, null where it is undecided, and where nobody came. */
export function cascaded(outcome: Outcome, rules: Rules): boolean | null {
	const worst = cascade(outcome, rules);
	if (worst !== null) return worst.cascaded;
	if (isIdle(outcome)) return null;
	return outcome.triggers.some((trigger) => during(trigger, outcome) !== null) ? null : false;
}

/** Whether a place lost as much before the first trigger, in as long a time as a collapse is judged by. */
function isDownBefore(outcome: Outcome, { verdicts }: Rules, place: Place): boolean {
	const trigger = firstTrigger(outcome);
	if (trigger === null || trigger < outcome.bucketUs) return false;
	const toUs = Math.floor(trigger / outcome.bucketUs) * outcome.bucketUs;
	const span = { fromUs: Math.max(0, toUs - verdicts.collapsedLastUs), toUs, where: place };
	const found = byBirth(outcome, span, 'lost_by_birth', 'requests');
	return found !== null && found.born >= MIN_SAMPLES && found.count >= verdicts.cascadeShare * found.born;
}

/** Why it is undecided whether a cascade happened, where it is. */
export function cascadeWhy(outcome: Outcome, rules: Rules): string {
	if (outcome.stopped !== null) return 'the run was stopped before its end';
	if (collapsedBefore(outcome, rules) === true || compartments(outcome).some((at) => isDownBefore(outcome, rules, at)))
		return 'it was down before the first trigger; versus: no-trigger tells what the triggers added';
	if (isIdle(outcome)) return 'no request was made';
	const found = hits(outcome);
	if (!found.some(isEnough))
		return `too few requests in each place to tell: fewer than ${MIN_SAMPLES} while a trigger was in force; a higher rate, or a longer trigger, may decide`;
	if (hidesPlaces(outcome, rules))
		return 'regions and platforms were not recorded apart, and one may have lost more than all: record: { by: [region, platform] } would tell';
	// In whole time buckets nothing but what is open is left.
	if (found.every(({ diluted }) => diluted === 1))
		return `too many requests of a trigger's time are open when the run ends${coolDownText(outcome, rules)}`;
	return 'too many requests are open, or the time buckets are too long, to tell what was lost';
}

interface Hit {
	readonly place: Place;
	readonly found: ByBirth;
	readonly diluted: number;
}

/**
 * What was lost while each trigger was in force, place by place, in all time buckets that it touched: `diluted` times as
 * long as it was in force, so that its own share may have been so many times higher.
 */
function hits(outcome: Outcome): Hit[] {
	const places = compartments(outcome);
	return outcome.triggers.flatMap((trigger) => {
		const span = during(trigger, outcome);
		if (span === null) return [];
		const buckets = bucketRangeOf(outcome, { ...span, where: {} });
		const diluted = buckets === null ? 1 : buckets.us / (span.toUs - span.fromUs);
		return places.flatMap((place) => {
			const found = byBirth(outcome, { ...span, where: place }, 'lost_by_birth', 'requests');
			return found === null ? [] : [{ place, found, diluted }];
		});
	});
}

/** The part of the measured window in which a trigger was in force. */
function during(trigger: Outcome['triggers'][number], outcome: Outcome): Omit<Selection, 'where'> | null {
	const fromUs = Math.max(trigger.fromUs, outcome.fromUs);
	const toUs = trigger.toUs === null ? outcome.toUs : Math.min(trigger.toUs, outcome.toUs);
	return fromUs < toUs ? { fromUs, toUs } : null;
}

/** Every (region, platform) that cells were kept for, or every region, or every platform, or the whole edge. */
function compartments(outcome: Outcome): Place[] {
	const byKey = new Map<string, Place>();
	for (const { region, platform } of outcome.places) {
		const place: Place = {
			...(region === undefined ? {} : { region }),
			...(platform === undefined ? {} : { platform }),
		};
		byKey.set(JSON.stringify(place), place);
	}
	return [...byKey.values()];
}
