/** Which windows of a recovery are fine, and since when all of them are. */
import type { Outcome } from '../outcome.js';
import { openPerBucket } from './by-birth.js';
import { perBucket, type Where } from './cell-sums.js';
import type { FailureWindows } from './failure-windows.js';
import { impactStart } from './impact.js';
import type { Rules } from './rules.js';
import { sinceTrigger } from './trigger-times.js';

/** Below so many decided first attempts a window says nothing. */
export const MIN_SAMPLES = 30;

/** Of one window, by its number. Between bad and fine nobody can tell yet. */
export interface Judges {
	readonly isBad: (i: number) => boolean;
	readonly isFine: (i: number) => boolean;
}

/** The first window from which on every one is fine. */
export interface Good {
	readonly index: number;
	/** whether all were fine from the first window on */
	readonly always: boolean;
}

/** Bad: too much has failed. Fine: not too much has, whatever becomes of what is open. */
export function judges({ failed, atWorst }: FailureWindows, { verdicts: { failureShare } }: Rules): Judges {
	const isAbove = (share: number | null): boolean => share !== null && share > failureShare;
	return { isBad: (i) => isAbove(failed[i]), isFine: (i) => !isAbove(atWorst[i]) };
}

/**
 * Fine for sure, in coarse time buckets: a window that begins within a bucket reaches into one more, and may hold all
 * failures of that many. How many requests it holds is taken from the windows on either side.
 */
export function fineAtWorst(outcome: Outcome, where: Where, { verdicts }: Rules, windows: FailureWindows): Judges {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const open = openPerBucket(outcome, where, 'first-attempts');
	const isFine = (i: number): boolean => {
		if (failed === null || open === null || windows.failed[i] === null) return windows.failed[i] === null;
		const next = windows.born[Math.min(i + 1, windows.born.length - 1)];
		let most = 0;
		for (let bucket = windows.first + i; bucket <= Math.min(windows.ends[i], failed.length - 1); bucket++)
			most += failed[bucket] + open[bucket];
		return most <= verdicts.failureShare * Math.min(windows.born[i], next);
	};
	return { isFine, isBad: (i) => !isFine(i) };
}

/** Null where no window is, or where the last ones are not; what cannot be told yet may be as long as one window at the end. */
export function goodSince(windows: FailureWindows, { isBad, isFine }: Judges): Good | null {
	const { failed, ends, first, length, rest } = windows;
	const last = failed.findLastIndex((_, i) => isFine(i));
	if (last < 0 || failed.some((_, i) => i > last && isBad(i))) return null;
	const unknown = last === rest ? 0 : ends[ends.length - 1] - ends[last];
	if (unknown > Math.max(length, ends[last] - first - last)) return null;
	let start = last;
	while (start > 0 && isFine(start - 1)) start--;
	const index = failed.findIndex((share, i) => share !== null && i >= start);
	return index < 0 ? null : { index, always: start === 0 };
}

/** When that was: not before its loss has ended, nor before the end of a trigger that may have brought the loss. */
export function recoveredAt(
	outcome: Outcome,
	where: Where,
	rules: Rules,
	windows: FailureWindows,
	{ index, always }: Good,
): number {
	const bucket = windows.first + index;
	const end = always ? bucket : lossEnd(outcome, where, rules, bucket, windows.ends[index]);
	const atUs = sinceTrigger(outcome, end);
	const windowUs = (windows.ends[index] - bucket) * outcome.bucketUs;
	const mayHaveHarmed = (toUs: number): boolean =>
		always ? toUs < atUs + windowUs : !isHealed(outcome, where, end, Math.ceil(toUs / outcome.bucketUs));
	const causes = outcome.triggers.flatMap(({ fromUs, toUs }) =>
		toUs !== null && fromUs < atUs + (always ? 1 : 0) && toUs > atUs && mayHaveHarmed(toUs) ? [toUs] : [],
	);
	return Math.max(atUs, ...causes);
}

/** ln of the chance by which as few failures as after a loss would be seen under the same loss: below it the loss has ended. */
const UNLIKELY = Math.log(1e-4);

/**
 * Whether the loss ended before its trigger did: whether so few failures in the time buckets [end, until) would be no
 * chance if as large a share failed as during the loss (Chernoff's bound of a Poisson number).
 */
function isHealed(outcome: Outcome, where: Where, end: number, until: number): boolean {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	const startUs = impactStart(outcome, where);
	if (failed === null || born === null || startUs === null) return false;
	const sum = (series: Float64Array, from: number, to: number): number =>
		series.subarray(from, to).reduce((all, one) => all + one, 0);
	const start = Math.floor(startUs / outcome.bucketUs);
	const expected = (sum(failed, start, end) / sum(born, start, end)) * sum(born, end, until);
	const part = sum(failed, end, until) / expected;
	if (!(part < 1)) return false;
	return -expected * (1 - part + (part === 0 ? 0 : part * Math.log(part))) <= UNLIKELY;
}

/** Where the failures beyond the stated share that a good window begins with end: the tail of a loss is no recovery. */
function lossEnd(outcome: Outcome, where: Where, { verdicts }: Rules, first: number, end: number): number {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	let start = first;
	if (failed === null || born === null) return start;
	let [excess, most] = [0, 0];
	for (let bucket = first; bucket < end; bucket++) {
		excess += failed[bucket] - verdicts.failureShare * born[bucket];
		if (excess <= most) continue;
		most = excess;
		start = bucket + 1;
	}
	return start;
}
