/**
 * When the impact of a trigger began. What fails in calm times says what would have failed anyhow; a window shows an impact
 * only if so many failures beside so few before cannot be chance.
 */
import { formatDuration } from '../../kernel/units.js';
import { logGamma } from '../../model/distributions/gamma-quantile.js';
import type { Outcome } from '../outcome.js';
import { perBucket, placeKey, type Where } from './cell-sums.js';
import { type FailureWindows, failureWindows } from './failure-windows.js';
import { memoByOutcome } from './memo.js';
import { firstTrigger, sinceTrigger } from './trigger-times.js';

/** Length of the window that decides whether there was an impact, and whether a run is well at its end. */
export const IMPACT_WINDOW_US = 10e6;

/** First attempts in calm times, and how many of them failed. */
interface Calm {
	readonly born: number;
	readonly failed: number;
}

/** Good first attempts that are taken as seen before any trigger: a world that shows little calm could have any baseline. */
const PRIOR = 100;
/** The chance of so many failures in a window without an impact; a run has hundreds of windows. */
const CHANCE = 1e-4;

/**
 * Share of first attempts that fail when nothing disturbs: over the measured window before the first trigger, or, where
 * that is shorter than 10 s, with the warm-up too; without any trigger over the warm-up, or the first 10 s. Zero where
 * none of these saw a request.
 */
export function baseline(outcome: Outcome, where: Where = {}): number | null {
	const calm = calmOf(outcome, where);
	if (calm === null) return null;
	return calm.born === 0 ? 0 : calm.failed / calm.born;
}

/** Whether and when something had an impact. */
export interface Impact {
	/** null where there was none, and where that is undecided */
	readonly atUs: number | null;
	/** why it is undecided whether there was one; null where it is decided */
	readonly why: string | null;
	/** where the measured window would have to end for an answer, us from t = 0; null where no end is known to do */
	readonly neededToUs: number | null;
}

const memo = memoByOutcome<Impact | null>();

/** When the impact began; null where there was none, and where that cannot be told. */
export function impactStart(outcome: Outcome, where: Where = {}): number | null {
	const found = impact(outcome, where);
	return found === null ? null : found.atUs;
}

/**
 * Impact: the first 10-s window, not before the first trigger, in which the share of first attempts that failed (by
 * birth) is above twice the baseline + 0.1 points, and in which so many failures are no chance: with the failures of
 * the calm time dealt out at random over both, at most 1 in 10,000 for so many of them in the window (Fisher's exact
 * test). The calm time counts as 100 good first attempts longer than it was, so that a single failure is no impact of
 * anything. It starts within that window where the excess of failures begins: a window may begin before its loss does.
 * Without any trigger there is none.
 * @returns null where the places were not recorded
 */
export const impact = (outcome: Outcome, where: Where = {}): Impact | null =>
	memo(outcome, placeKey(where), () => impactOf(outcome, where));

function impactOf(outcome: Outcome, where: Where): Impact | null {
	// What fails in a world that nothing disturbs is its own way, and no impact of anything.
	if (outcome.triggers.length === 0) return { atUs: null, why: null, neededToUs: null };
	const calm = calmOf(outcome, where);
	const windows = failureWindows(outcome, where, windowOf(outcome));
	if (calm === null || windows === null) return null;
	const limit = 2 * (calm.born === 0 ? 0 : calm.failed / calm.born) + 0.001;
	const indexOf = (known: (born: number) => Calm | null): number =>
		windows.failed.findIndex((failed, i) => {
			const born = windows.born[i];
			const against = known(born);
			if (failed === null || failed <= limit || against === null) return false;
			return chanceOf({ born, failed: Math.round(failed * born) }, against) <= CHANCE;
		});
	const index = indexOf(() => ({ born: calm.born + PRIOR, failed: calm.failed }));
	if (index >= 0) {
		const atUs = sinceTrigger(outcome, onset(outcome, where, windows.first + index, windows.length, limit));
		return { atUs, why: null, neededToUs: null };
	}
	const undecided = (why: string, neededToUs: number | null = null): Impact => ({ atUs: null, why, neededToUs });
	if (failedSince(outcome, where, windows.first)) {
		if (outcome.bucketUs > IMPACT_WINDOW_US)
			return undecided(`time buckets of ${formatDuration(outcome.bucketUs)} are longer than its window of 10s`);
		const endUs = startOfWindows(outcome) + IMPACT_WINDOW_US;
		if (endUs > outcome.toUs) return undecided('the run ends within 10s of the first trigger', endUs);
	}
	if (!couldShow(outcome, windows, { born: calm.born + PRIOR, failed: calm.failed }))
		return undecided('too few requests were made while a trigger was in force to see one');
	// A short calm time shows little: would so many failures be no chance if what it shows were well known?
	const wellKnown = (born: number): Calm | null =>
		calm.born >= born ? null : { born: LONG * (calm.born + PRIOR), failed: LONG * calm.failed };
	if (indexOf(wellKnown) < 0) return { atUs: null, why: null, neededToUs: null };
	return undecided('there was too little calm time before the first trigger to know what fails without it');
}

/** Whether some window that a trigger touches has so many requests that it would show an impact if all of them failed. */
function couldShow(outcome: Outcome, windows: FailureWindows, against: Calm): boolean {
	const { bucketUs } = outcome;
	return windows.born.some((born, i) => {
		const fromUs = (windows.first + i) * bucketUs;
		const toUs = fromUs + windows.length * bucketUs;
		const touched = outcome.triggers.some((one) => one.fromUs < toUs && (one.toUs === null || one.toUs > fromUs));
		return touched && born > 0 && chanceOf({ born, failed: born }, against) <= CHANCE;
	});
}

/** How many times longer a calm time would have to be for its share of failures to be well known. */
const LONG = 1000;

/** 10 s, or what the run leaves of them after the first trigger, in whole time buckets. */
function windowOf(outcome: Outcome): number {
	const { bucketUs, toUs } = outcome;
	const first = Math.floor(startOfWindows(outcome) / bucketUs);
	const left = Math.floor(toUs / bucketUs) - first;
	return Math.max(1, Math.min(Math.round(IMPACT_WINDOW_US / bucketUs), left)) * bucketUs;
}

function startOfWindows(outcome: Outcome): number {
	const trigger = firstTrigger(outcome);
	return trigger === null ? outcome.fromUs : Math.max(trigger, outcome.fromUs);
}

/** Whether any first attempt failed from this time bucket on. */
function failedSince(outcome: Outcome, where: Where, first: number): boolean {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	return failed?.subarray(first).some((count) => count > 0) === true;
}

/** The time bucket of a window from which on the failures beyond the limit add up to most. */
function onset(outcome: Outcome, where: Where, first: number, length: number, limit: number): number {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	if (failed === null || born === null) return first;
	let start = first;
	let [excess, most] = [0, 0];
	for (let bucket = Math.min(first + length, outcome.buckets) - 1; bucket >= first; bucket--) {
		excess += failed[bucket] - limit * born[bucket];
		if (failed[bucket] === 0 || excess < most - ROUNDING) continue;
		most = excess;
		start = bucket;
	}
	return start;
}

/** Of a sum of counts times a share. */
const ROUNDING = 1e-9;

function calmOf(outcome: Outcome, where: Where): Calm | null {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	if (failed === null || born === null) return null;
	const trigger = firstTrigger(outcome);
	const calmUntilUs = trigger === null ? Math.max(outcome.fromUs, IMPACT_WINDOW_US) : Math.min(trigger, outcome.toUs);
	const calmFromUs = calmUntilUs - outcome.fromUs >= IMPACT_WINDOW_US && trigger !== null ? outcome.fromUs : 0;
	const [first, end] = [calmFromUs, calmUntilUs].map((us) => Math.floor(us / outcome.bucketUs));
	const sum = (series: Float64Array): number => series.subarray(first, end).reduce((a, b) => a + b, 0);
	return { born: sum(born), failed: sum(failed) };
}

/** Whether so much fails in calm times, and for sure, that a share may never be kept; the share that fails there, else null. */
export function baselineAbove(outcome: Outcome, where: Where, share: number): number | null {
	const calm = calmOf(outcome, where);
	if (calm === null || calm.born === 0) return null;
	const reach = SURELY * Math.sqrt(share * (1 - share) * calm.born);
	return calm.failed - share * calm.born > Math.max(reach, 1) ? calm.failed / calm.born : null;
}

/** In standard deviations of a count. */
const SURELY = 4;

/** Fisher's exact test: that at least so many of all failures fall into the window, whoever failed being drawn at random. */
function chanceOf(window: Calm, calm: Calm): number {
	const all = window.born + calm.born;
	const failures = window.failed + calm.failed;
	const total = choices(all, failures);
	let sum = 0;
	// From the greatest term down: fewer before is ever less likely, where there are more in the window than its part.
	for (let before = calm.failed; before >= 0 && failures - before <= window.born; before--) {
		const term = Math.exp(choices(window.born, failures - before) + choices(calm.born, before) - total);
		sum += term;
		if (term < 1e-12 * sum) break;
	}
	return sum;
}

/** ln of n over k. */
const choices = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
