/**
 * When things happened: the milestones of MODEL section 10, read from cells, decisions, triggers and first passages.
 * All instants are microseconds from t = 0, null where the thing never happened or cannot be told from what was
 * recorded. A milestone found in cells is the start of its time bucket.
 */
import type { Selection } from '../expectation.js';
import type { Decision, Outcome } from '../outcome.js';
import { bucketRangeOf, perBucket, type Where, wholeRun } from './cell-sums.js';
import { impactStart } from './impact.js';
import type { Rules } from './rules.js';

import { mitigated, sinceTrigger } from './trigger-times.js';
import { isTrip } from './trips.js';

export { baseline, impact, impactStart } from './impact.js';
export { firstRecovery, recovered } from './recovery.js';
export type { Rules } from './rules.js';
export { firstTrigger, mitigated } from './trigger-times.js';

/** Below so many attempts a bucket's share says nothing. */
export const MIN_SAMPLES = 30;

/** First bucket in which at least half of all attempts were retries, of at least 30 attempts. */
export function halfRetries(outcome: Outcome, where: Where = {}): number | null {
	const attempts = perBucket(outcome, where, 'attempts');
	const first = perBucket(outcome, where, 'first_attempts');
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	if (attempts === null || first === null || span === null) return null;
	for (let i = span.first; i < span.end; i++) {
		if (attempts[i] >= MIN_SAMPLES && attempts[i] >= 2 * first[i]) return sinceTrigger(outcome, i);
	}
	return null;
}

/** First time bucket, longer than a second, that may hide a second in which half of at least 30 attempts were retries. */
export function hiddenHalfRetries(outcome: Outcome, where: Where = {}): number | null {
	const attempts = perBucket(outcome, where, 'attempts');
	const first = perBucket(outcome, where, 'first_attempts');
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	if (attempts === null || first === null || span === null) return null;
	for (let i = span.first; i < span.end; i++) {
		const retries = attempts[i] - first[i];
		const firstInSecond = first[i] * Math.min(1, 1e6 / outcome.bucketUs);
		if (retries >= firstInSecond && retries + firstInSecond >= MIN_SAMPLES) return sinceTrigger(outcome, i);
	}
	return null;
}

/** A highest value, and the time buckets it was read from: from the start of the first to the end of the last. */
export interface Peak {
	readonly value: number;
	readonly atUs: number;
	readonly toUs: number;
}

/**
 * Highest value over the time buckets of a selection and where it stood. A bucket below 30 first attempts says little by
 * itself: it is read together with as many of those after it as it takes.
 * @returns null where nothing was sent, and where the selection holds fewer than 30 first attempts, unless nobody retried
 */
export function peak(
	outcome: Outcome,
	of: 'amplification' | 'retry-share',
	selection: Selection = wholeRun(outcome),
): Peak | null {
	const attempts = perBucket(outcome, selection.where, 'attempts');
	const first = perBucket(outcome, selection.where, 'first_attempts');
	const span = bucketRangeOf(outcome, selection);
	if (attempts === null || first === null || span === null) return null;
	const ratioOf = (sent: number, firsts: number): number =>
		of === 'amplification' ? sent / firsts : 1 - firsts / sent;
	const [allSent, allFirst] = [attempts, first].map((series) =>
		series.subarray(span.first, span.end).reduce((sum, n) => sum + n, 0),
	);
	const stretch = (from: number, end: number) => ({
		atUs: from * outcome.bucketUs,
		toUs: Math.min(outcome.toUs, end * outcome.bucketUs),
	});
	const whole = { value: ratioOf(allSent, allFirst), ...stretch(span.first, span.end) };
	if (allFirst < MIN_SAMPLES) return allFirst > 0 && allSent === allFirst ? whole : null;
	// Of a span, never less than its own.
	let best = whole;
	const look = (from: number, end: number, [sent, firsts]: readonly [number, number]): void => {
		const value = ratioOf(sent, firsts);
		if (value > best.value) best = { value, ...stretch(from, end) };
	};
	let [sent, firsts, end] = [0, 0, span.first];
	for (let start = span.first; start < span.end; start++) {
		// The shortest stretch that begins here and holds enough.
		for (; end < span.end && firsts < MIN_SAMPLES; end++) {
			sent += attempts[end];
			firsts += first[end];
		}
		if (firsts < MIN_SAMPLES) {
			// What is left at the end is read together with what was before it.
			look(start - 1, end, [sent + attempts[start - 1], firsts + first[start - 1]]);
			break;
		}
		look(start, end, [sent, firsts]);
		sent -= attempts[start];
		firsts -= first[start];
	}
	return best;
}

/** The last place of a node is taken for the first time, on one platform or on any. */
export const queueFull = (outcome: Outcome, rules: Rules, where: Where = {}): number | null =>
	firstOf(outcome.passages.queueFullUs, rules, where);

/**
 * First time that a line was empty again, of one platform or of any: the line of a node that had been full; where none ever
 * was, one in which somebody waited at the end of the last trigger.
 */
export const queueDrained = (outcome: Outcome, rules: Rules, where: Where = {}): number | null =>
	firstOf(outcome.passages.queueDrainedUs, rules, where);

/**
 * From the first time that the last place of a node was taken until nobody waited at that node; where no place was ever the
 * last: from the end of the last trigger until a line was empty again (`queueDrained`). With one node it ends at `queueDrained`.
 */
export function timeToDrain(outcome: Outcome, rules: Rules, where: Where = {}): number | null {
	const { queueFullUs, firstFullDrainedUs } = outcome.passages;
	const fullUs = queueFull(outcome, rules, where);
	if (fullUs === null) {
		const [goneUs, emptyUs] = [mitigated(outcome), queueDrained(outcome, rules, where)];
		return goneUs === null || emptyUs === null ? null : Math.max(0, emptyUs - goneUs);
	}
	const drains = queueFullUs.flatMap((us, platform) => {
		const isSelected = where.platform === undefined || rules.platforms[platform] === where.platform;
		return isSelected && us === fullUs ? [firstFullDrainedUs[platform]] : [];
	});
	const drainedUs = earliest(drains);
	return drainedUs === null ? null : drainedUs - fullUs;
}

function firstOf(byPlatform: readonly (number | null)[], rules: Rules, { platform }: Where): number | null {
	if (platform === undefined) return earliest(byPlatform);
	const index = rules.platforms.indexOf(platform);
	return index < 0 || index >= byPlatform.length ? null : byPlatform[index];
}

/** Start of the last time bucket of a selection in which a request succeeded. */
export function lastSuccess(outcome: Outcome, selection: Selection): number | null {
	const succeeded = perBucket(outcome, selection.where, 'succeeded');
	const span = bucketRangeOf(outcome, selection);
	if (succeeded === null || span === null) return null;
	const last = succeeded.subarray(0, span.end).findLastIndex((count) => count > 0);
	return last < span.first ? null : last * outcome.bucketUs;
}

/** First decision of one of the kinds; `where.change` keeps the rollout of that name only. */
export function firstDecision(outcome: Outcome, is: (decision: Decision) => boolean, where: Where = {}): number | null {
	return earliest(
		decisionsWhere(outcome, where)
			.filter(is)
			.map((d) => d.atUs),
	);
}

/** The decision log, or the part of it that belongs to one rollout. */
export function decisionsWhere(outcome: Outcome, where: Where): readonly Decision[] {
	return where.change === undefined ? outcome.decisions : outcome.decisions.filter((d) => d.rollout === where.change);
}

/**
 * Detected: the first alert or page, the people's delay, or a gate or auto-revert that trips, whatever it
 * does about it. An impact is detected by those who
 * watch a change that may have brought it: one pushed before it, and not followed by another trigger between alarm and impact.
 */
export function detected(outcome: Outcome, where: Where = {}): number | null {
	const impactUs = impactStart(outcome, where);
	const bucketEndUs = impactUs === null ? null : (Math.floor(impactUs / outcome.bucketUs) + 1) * outcome.bucketUs;
	const concerns = ({ rollout, atUs }: Decision): boolean => {
		const pushUs = firstDecision(outcome, ({ what }) => what === 'push', { change: rollout });
		if (bucketEndUs === null || pushUs === null) return true;
		const between = outcome.triggers.some(({ fromUs }) => fromUs > atUs && fromUs < bucketEndUs);
		return pushUs < bucketEndUs && !between;
	};
	const isAlarm = (d: Decision): boolean => d.what === 'detected' || d.what === 'tripped' || isTrip(d);
	return firstDecision(outcome, (d) => isAlarm(d) && concerns(d), where);
}

/** Declared an incident, by people. */
export const declared = (outcome: Outcome, where: Where = {}): number | null =>
	firstDecision(outcome, (d) => d.what === 'declared', where);

/** Decided to take the change back: by people, or by a gate or auto-revert that trips. */
export const decided = (outcome: Outcome, where: Where = {}): number | null =>
	firstDecision(outcome, isDecision, where);

/** The instant of a verdict to go back; the revert itself is another, later one. */
export const isDecision = (d: Decision): boolean => d.what === 'decided' || (d.what === 'tripped' && d.by !== 'people');

/**
 * Mitigation started: the first revert or wave takes effect, told by the first bucket after it in which fewer nodes run
 * a change than in the one before (the bucket's start, or the revert's instant where that is later).
 */
export function mitigationStarted(outcome: Outcome, where: Where = {}): number | null {
	const actedUs = firstDecision(outcome, (d) => d.what === 'revert' || d.what === 'wave', where);
	const changes = outcome.changes.length;
	if (actedUs === null) return null;
	for (let bucket = Math.max(1, Math.floor(actedUs / outcome.bucketUs)); bucket < outcome.buckets; bucket++) {
		for (let change = 0; change < changes; change++) {
			if (where.change !== undefined && outcome.changes[change] !== where.change) continue;
			const now = outcome.adoption[bucket * changes + change];
			if (now < outcome.adoption[(bucket - 1) * changes + change]) return Math.max(actedUs, bucket * outcome.bucketUs);
		}
	}
	return null;
}

function earliest(instants: readonly (number | null)[]): number | null {
	let first: number | null = null;
	for (const at of instants) if (at !== null && (first === null || at < first)) first = at;
	return first;
}
