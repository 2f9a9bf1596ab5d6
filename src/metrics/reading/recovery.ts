/**
 * Whether and when all was well again. A run that ends too early for that to be seen is not judged: a window has to fit
 * between the last trigger and the end, and a run that is well at its end, but not yet for a whole window, may have recovered.
 */
import { formatDuration, formatShare } from '../../kernel/units.js';
import type { Outcome } from '../outcome.js';
import { byBirth, openPerBucket } from './by-birth.js';
import { isWholeEdge, perBucket, total, type Where, wholeRun } from './cell-sums.js';
import { collapse } from './collapse.js';
import { coolDownText } from './cool-down.js';
import { type FailureWindows, failureWindows } from './failure-windows.js';
import { baselineAbove, IMPACT_WINDOW_US, type Impact, impact } from './impact.js';
import { fineAtWorst, type Good, goodSince, judges, MIN_SAMPLES, recoveredAt } from './recovery-windows.js';
import type { Rules } from './rules.js';
import { endOf, inForceText, isCoarse, isInForce, mitigated, sinceTrigger } from './trigger-times.js';

export interface Recovery {
	/** null: undecided, for the reason `why`; without a reason there was no impact, and nothing to recover from */
	readonly recovered: boolean | null;
	/** start of the first window from which on every one is fine; null where it is not, or not yet, recovered */
	readonly atUs: number | null;
	/** of coarse time buckets: the earliest and the latest instant that it may have been; null: it is known */
	readonly range: readonly [number, number] | null;
	/** of one that is undecided: windows are bad up to then; null: none is */
	readonly notBeforeUs: number | null;
	readonly why: string | null;
	/** where the measured window would have to end for an answer, us from t = 0; null where no end is known to do */
	readonly neededToUs: number | null;
}

/** Nothing was impaired, so nothing can recover: neither yes nor no, and not undecided. */
const NOT_APPLICABLE: Recovery = {
	recovered: null,
	atUs: null,
	range: null,
	notBeforeUs: null,
	why: null,
	neededToUs: null,
};
const NOT_RECOVERED: Recovery = { ...NOT_APPLICABLE, recovered: false };

const undecided = (why: string, neededToUs: number | null = null): Recovery => ({
	...NOT_APPLICABLE,
	why,
	neededToUs,
});

/**
 * Recovered: start of the first window of `recoveredWindowUs`, not before the first trigger and sliding by one bucket,
 * from which on every window stays at or below `failureShare`; not before a loss that a fine window begins with has ended,
 * nor before the end of a trigger that was in force during the loss and left less than a window until then.
 * A window that holds fewer than 30 decided first attempts is as long as it takes. Without an impact nothing recovers.
 * A window that could still get worse than that, by requests that are open at the end of the run, is not fine; only the
 * last ones may be like that, no longer than one window, and are then not asked.
 * @returns null where the places were not recorded
 */
export function recovery(outcome: Outcome, rules: Rules, where: Where = {}): Recovery | null {
	const windows = failureWindows(outcome, where, rules.verdicts.recoveredWindowUs, MIN_SAMPLES);
	if (windows === null) return null;
	const hit = impact(outcome, where);
	if (hit !== null && hit.atUs === null && hit.why === null) return NOT_APPLICABLE;
	const found = judged(outcome, rules, where, windows, hit);
	const { isBad } = judges(windows, rules);
	const lastBad = windows.failed.findLastIndex((_, i) => isBad(i));
	if (found.why === null || lastBad < 0) return found;
	return { ...found, notBeforeUs: (windows.first + lastBad) * outcome.bucketUs };
}

function judged(outcome: Outcome, rules: Rules, where: Where, windows: FailureWindows, hit: Impact | null): Recovery {
	const windowUs = rules.verdicts.recoveredWindowUs;
	if (outcome.bucketUs > windowUs) return undecided(tooLong(outcome, windowUs));
	const good = goodSince(windows, judges(windows, rules));
	if (good !== null) {
		if (hit !== null && hit.why !== null) return undecided(hit.why, hit.neededToUs);
		return stillToCome(outcome, rules, recoveredFrom(outcome, where, rules, windows, good));
	}
	if (outcome.stopped !== null) return undecided('the run was stopped before its end');
	const inForce = outcome.triggers.filter((trigger) => isInForce(trigger, outcome));
	if (inForce.length > 0) {
		const endUs = endOf(inForce);
		return undecided(inForceText(inForce), endUs === null ? null : endUs + windowUs);
	}
	const lastEnd = mitigated(outcome);
	const goneUs = Math.max(outcome.fromUs, lastEnd === null ? outcome.fromUs : lastEnd);
	if (outcome.toUs - goneUs < windowUs) return undecided(TOO_SHORT, goneUs + windowUs);
	const found = notGood(outcome, rules, where, windows, goneUs);
	return found.recovered === false ? against(outcome, rules, where, found) : found;
}

/** A mark that calm times do not keep either says nothing of what a trigger left behind. */
function against(outcome: Outcome, rules: Rules, where: Where, found: Recovery): Recovery {
	const share = baselineAbove(outcome, where, rules.verdicts.failureShare);
	if (share === null || collapse(outcome, rules).collapsed === true) return found;
	const [baseline, mark] = [share, rules.verdicts.failureShare].map((one) => formatShare(one, 1));
	return undecided(
		`${baseline} of first attempts fail before any trigger, more than the ${mark} of verdicts.recovered.failures: a mark above that would decide`,
	);
}

/**
 * A trigger that begins after all was well again leaves less than the window behind it: what it does to the world is not seen.
 * One that is in force at the end counts where its end is planned.
 */
function stillToCome(outcome: Outcome, rules: Rules, found: Recovery): Recovery {
	const { recoveredWindowUs: windowUs } = rules.verdicts;
	const { atUs } = found;
	if (atUs === null) return found;
	const later = outcome.triggers.filter(({ fromUs }) => fromUs > atUs && fromUs < outcome.toUs);
	const ends = later.flatMap(({ toUs, plannedUs }) => (toUs === null ? (plannedUs ?? []) : toUs));
	const lastEnd = Math.max(outcome.fromUs, ...ends);
	return ends.length === 0 || outcome.toUs - lastEnd >= windowUs ? found : undecided(TOO_SHORT, lastEnd + windowUs);
}

const TOO_SHORT = 'less than its window is left after the last trigger';

/** With coarse time buckets it may have been a little earlier, or as late as no window could have been worse. */
function recoveredFrom(outcome: Outcome, where: Where, rules: Rules, windows: FailureWindows, good: Good): Recovery {
	const atUs = recoveredAt(outcome, where, rules, windows, good);
	const found: Recovery = { ...NOT_APPLICABLE, recovered: true, atUs };
	const { bucketUs } = outcome;
	if (!isCoarse(outcome)) return found;
	const sure = goodSince(windows, fineAtWorst(outcome, where, rules, windows));
	if (sure === null) return undecided(tooLong(outcome, rules.verdicts.recoveredWindowUs));
	const latest = Math.ceil(recoveredAt(outcome, where, rules, windows, sure) / bucketUs) * bucketUs;
	const snapped = Math.ceil(atUs / bucketUs) * bucketUs;
	const ends = outcome.triggers.flatMap(({ toUs }) => (toUs !== null && toUs <= snapped ? [toUs] : []));
	const earliest = Math.max(snapped - bucketUs, ...ends);
	return { ...found, atUs: snapped, range: [earliest, Math.max(snapped, latest)] };
}

/** Why it was not good at the end of a run that had its time after the last trigger. */
function notGood(outcome: Outcome, rules: Rules, where: Where, windows: FailureWindows, goneUs: number): Recovery {
	const windowUs = rules.verdicts.recoveredWindowUs;
	const fewIn = (fromUs: number): Recovery | null => {
		const n = decidedSince(outcome, where, fromUs);
		if (n === null || n === 0 || n >= MIN_SAMPLES) return null;
		const countText = `${n} first attempt${n === 1 ? ' was' : 's were'} decided`;
		return undecided(
			`only ${countText} after ${fromUs === goneUs ? 'the last trigger' : 'all was well'}, ${MIN_SAMPLES} are needed`,
		);
	};
	const few = fewIn(goneUs);
	if (few !== null) return few;
	const wellUs = wellSince(outcome, rules, where);
	if (wellUs !== null && wellUs + windowUs > outcome.toUs)
		return undecided('all is well at the end, but not yet for a whole window', wellUs + windowUs);
	const thin = wellUs === null ? null : fewIn(wellUs);
	if (thin !== null) return thin;
	const { isBad } = judges(windows, rules);
	const lastBad = windows.failed.findLastIndex((_, i) => isBad(i));
	const whole = Math.floor(outcome.toUs / outcome.bucketUs);
	if (lastBad >= 0 && whole - windows.ends[lastBad] <= windows.length) return NOT_RECOVERED;
	// Silence is neither well nor ill.
	const quietUs = lastBad < 0 ? goneUs : windows.ends[lastBad] * outcome.bucketUs;
	if (total(outcome, { fromUs: quietUs, toUs: outcome.toUs, where }, 'born') === 0)
		return undecided('no request was made at the end of the run');
	// Whoever is down to the end, with every trigger gone, has not recovered: what is open there cannot change that.
	if (isWholeEdge(wholeRun(outcome, where)) && collapse(outcome, rules).collapsed === true) return NOT_RECOVERED;
	return undecided(`requests that are open at the end could decide it${coolDownText(outcome, rules)}`);
}

/** When it recovered; null where it did not, and where that cannot be told. */
export function recovered(outcome: Outcome, rules: Rules, where: Where = {}): number | null {
	const found = recovery(outcome, rules, where);
	return found === null ? null : found.atUs;
}

/** First recovery: as recovered, but the first good window after the first bad one counts, whatever comes later. */
export function firstRecovery(outcome: Outcome, rules: Rules, where: Where = {}): number | null {
	const windows = failureWindows(outcome, where, rules.verdicts.recoveredWindowUs, MIN_SAMPLES);
	if (windows === null) return null;
	const hit = impact(outcome, where);
	if (hit !== null && hit.atUs === null && hit.why === null) return null;
	const { isBad, isFine } = judges(windows, rules);
	const firstBad = windows.failed.findIndex((_, i) => isBad(i));
	if (firstBad < 0) return recovered(outcome, rules, where);
	const found = windows.failed.findIndex((share, i) => share !== null && i > firstBad && isFine(i));
	return found < 0 ? null : sinceTrigger(outcome, windows.first + found);
}

const tooLong = (outcome: Outcome, windowUs: number): string =>
	`time buckets of ${formatDuration(outcome.bucketUs)} are too long for its window of ${formatDuration(windowUs)}`;

/** First attempts by birth from an instant on, in whole time buckets, that are decided. */
function decidedSince(outcome: Outcome, where: Where, fromUs: number): number | null {
	const found = byBirth(outcome, { fromUs, toUs: outcome.toUs, where }, 'born', 'first-attempts');
	return found === null ? null : found.born - found.open;
}

/** Since when failures have stayed within the stated share up to the end, where they have for the length of an impact window. */
function wellSince(outcome: Outcome, { verdicts }: Rules, where: Where): number | null {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	const open = openPerBucket(outcome, where, 'first-attempts');
	if (failed === null || born === null || open === null) return null;
	const end = Math.min(outcome.buckets, Math.floor(outcome.toUs / outcome.bucketUs));
	const least = Math.max(1, Math.round(Math.min(IMPACT_WINDOW_US, verdicts.recoveredWindowUs) / outcome.bucketUs));
	let failures = 0;
	let births = 0;
	let since: number | null = null;
	for (let bucket = end - 1; bucket >= Math.floor(outcome.fromUs / outcome.bucketUs); bucket--) {
		failures += failed[bucket];
		births += born[bucket] - open[bucket];
		const isWell = births > 0 && failures <= verdicts.failureShare * births;
		if (end - bucket >= least && !isWell) break;
		if (end - bucket >= least) since = bucket * outcome.bucketUs;
	}
	return since;
}
