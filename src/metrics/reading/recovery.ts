/**
 * Whether and when all was well again. A run that ends too early for that to be seen is not judged: a window has to fit
 * between the last trigger and the end, and a run that is well at its end, but not yet for a whole window, may have recovered.
 */
import type { Outcome } from '../outcome.js';
import { openPerBucket } from './by-birth.js';
import { perBucket, type Where } from './cells.js';
import { type FailureWindows, failureWindows } from './failure-windows.js';
import { IMPACT_WINDOW_US } from './impact.js';
import type { Rules } from './rules.js';
import { endOf, isInForce, mitigated, namesOf, sinceTrigger } from './triggers.js';

export interface Recovery {
	/** null: undecided, for the reason `why` */
	readonly recovered: boolean | null;
	/** start of the first window from which on every one is fine; null where it is not, or not yet, recovered */
	readonly atUs: number | null;
	readonly why: string | null;
	/** where the measured window would have to end for an answer, us from t = 0; null where no end is known to do */
	readonly neededToUs: number | null;
}

/**
 * Recovered: start of the first window of `recoveredWindowUs`, not before the first trigger and sliding by one bucket,
 * from which on every window stays at or below `failureShare`. A run that was never impaired was recovered all along.
 * A window that could still get worse than that, by requests that are open at the end of the run, is not fine; only the
 * last windows may be like that, no more of them than one is long in time buckets, and are then not asked.
 * @returns null where the places were not recorded
 */
export function recovery(outcome: Outcome, rules: Rules, where: Where = {}): Recovery | null {
	const windowUs = rules.verdicts.recoveredWindowUs;
	const windows = failureWindows(outcome, where, windowUs);
	if (windows === null) return null;
	const atUs = goodFrom(outcome, windows, rules);
	if (atUs !== null) return { recovered: true, atUs, why: null, neededToUs: null };
	const undecided = (why: string, neededToUs: number | null): Recovery => ({
		recovered: null,
		atUs: null,
		why,
		neededToUs,
	});
	if (outcome.stopped !== null) return undecided('the run was stopped before its end', null);
	const inForce = outcome.triggers.filter((trigger) => isInForce(trigger, outcome));
	if (inForce.length > 0) {
		const endUs = endOf(inForce);
		return undecided(`${namesOf(inForce)} is in force to the end`, endUs === null ? null : endUs + windowUs);
	}
	const lastEnd = mitigated(outcome);
	const goneUs = Math.max(outcome.fromUs, lastEnd === null ? outcome.fromUs : lastEnd);
	if (outcome.toUs - goneUs < windowUs)
		return undecided('less than its window is left after the last trigger', goneUs + windowUs);
	const wellUs = wellSince(outcome, rules, where);
	if (wellUs !== null) return undecided('all is well at the end, but not yet for a whole window', wellUs + windowUs);
	const { isBad } = judges(windows, rules);
	const lastBad = windows.failed.findLastIndex((_, i) => isBad(i));
	if (lastBad >= 0 && windows.failed.length - 1 - lastBad <= windows.length)
		return { recovered: false, atUs: null, why: null, neededToUs: null };
	// Silence is neither well nor ill.
	if (windows.failed.slice(lastBad + 1).every((share) => share === null))
		return undecided('no request was made at the end of the run', null);
	return undecided('requests that are open at the end could decide it', null);
}

/** When it recovered; null where it did not, and where that cannot be told. */
export function recovered(outcome: Outcome, rules: Rules, where: Where = {}): number | null {
	const found = recovery(outcome, rules, where);
	return found === null ? null : found.atUs;
}

/** First recovery: as recovered, but the first good window after the first bad one counts, whatever comes later. */
export function firstRecovery(outcome: Outcome, rules: Rules, where: Where = {}): number | null {
	const windows = failureWindows(outcome, where, rules.verdicts.recoveredWindowUs);
	const found = recovery(outcome, rules, where);
	if (windows === null || found === null) return null;
	// Where nothing was impaired, nothing can recover.
	if (found.recovered === null && found.why === null) return null;
	const { isBad, isFine } = judges(windows, rules);
	const firstBad = windows.failed.findIndex((_, i) => isBad(i));
	return startOf(outcome, windows, (i) => i > firstBad && isFine(i));
}

function goodFrom(outcome: Outcome, windows: FailureWindows, rules: Rules): number | null {
	const { isBad, isFine } = judges(windows, rules);
	const last = windows.failed.findLastIndex((_, i) => isFine(i));
	const unknown = windows.failed.length - 1 - last;
	if (last < 0 || unknown > windows.length || windows.failed.some((_, i) => i > last && isBad(i))) return null;
	let start = last;
	while (start > 0 && isFine(start - 1)) start--;
	return startOf(outcome, windows, (i) => i >= start);
}

/** Start of the first window of these in which somebody called: silence proves nothing. */
function startOf(outcome: Outcome, { first, failed }: FailureWindows, is: (i: number) => boolean): number | null {
	const found = failed.findIndex((share, i) => share !== null && is(i));
	return found < 0 ? null : sinceTrigger(outcome, first + found);
}

/** Bad: too much has failed. Fine: not too much has, whatever becomes of what is open. Between the two nobody can tell yet. */
function judges({ failed, atWorst }: FailureWindows, { verdicts: { failureShare } }: Rules) {
	const isAbove = (share: number | null): boolean => share !== null && share > failureShare;
	return { isBad: (i: number) => isAbove(failed[i]), isFine: (i: number) => !isAbove(atWorst[i]) };
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
