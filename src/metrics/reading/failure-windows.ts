/**
 * Sliding windows over the share of first attempts that fail, by birth. What was born shortly before the end of a run may
 * still be open there: a window knows what has failed so far, and what will have failed if all that is open does.
 */

import type { Outcome } from '../outcome.js';
import { openPerBucket } from './by-birth.js';
import { perBucket, placeKey, type Where } from './cell-sums.js';
import { memoByOutcome } from './memo.js';
import { firstTrigger } from './trigger-times.js';

export interface FailureWindows {
	/** time bucket at which the first window starts; each starts one bucket later than the one before */
	readonly first: number;
	/** of a window that holds enough first attempts, in time buckets */
	readonly length: number;
	/** the time bucket after the last one of each window */
	readonly ends: readonly number[];
	/**
	 * the last window with requests, where so few follow that no further window holds enough: its shares count those too;
	 * null where the windows reach to the end of the run by themselves
	 */
	readonly rest: number | null;
	/** first attempts, by birth */
	readonly born: readonly number[];
	/** share that has failed; null where nothing was born */
	readonly failed: readonly (number | null)[];
	/** the same if everything that is open at the end of the run fails */
	readonly atWorst: readonly (number | null)[];
}

const memo = memoByOutcome<FailureWindows | null>();

/**
 * Windows of this length, from the first trigger on; whole ones only. Null where the places were not recorded.
 * @param least decided first attempts in a window: one that holds fewer, but not none, is as long as it takes
 */
export function failureWindows(outcome: Outcome, where: Where, windowUs: number, least = 0): FailureWindows | null {
	return memo(outcome, `${windowUs} ${least} ${placeKey(where)}`, () => windowsOf(outcome, where, windowUs, least));
}

function windowsOf(outcome: Outcome, where: Where, windowUs: number, least: number): FailureWindows | null {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	const open = openPerBucket(outcome, where, 'first-attempts');
	if (failed === null || born === null || open === null) return null;
	const length = Math.max(1, Math.ceil(windowUs / outcome.bucketUs - ROUNDING));
	const trigger = firstTrigger(outcome);
	const fromUs = trigger === null ? outcome.fromUs : Math.max(trigger, outcome.fromUs);
	const first = Math.floor(fromUs / outcome.bucketUs);
	const whole = Math.min(outcome.buckets, Math.floor(outcome.toUs / outcome.bucketUs));
	const [births, failures, unknown] = [born, failed, open].map(sums);
	const decided = (from: number, to: number): number => births(from, to) - unknown(from, to);
	const ends: number[] = [];
	let reach = first;
	let lastCalled: number | null = null;
	let rest: number | null = null;
	for (let start = first; start + length <= whole; start++) {
		let end = start + length;
		if (births(start, end) > 0) {
			end = Math.max(end, reach);
			while (end < whole && decided(start, end) < least) end++;
			if (decided(start, end) < least) {
				rest = lastCalled;
				break;
			}
			reach = end;
			lastCalled = ends.length;
		}
		ends.push(end);
	}
	const all = ends.map((end, k) => [first + k, k === rest ? whole : end] as const);
	const share = (above: (from: number, to: number) => number): (number | null)[] =>
		all.map(([from, to]) => (births(from, to) === 0 ? null : above(from, to) / births(from, to)));
	return {
		first,
		length,
		ends,
		rest,
		born: all.map(([from, to]) => births(from, to)),
		failed: share(failures),
		atWorst: share((from, to) => failures(from, to) + unknown(from, to)),
	};
}

/** Of a quotient of two whole numbers of microseconds. */
const ROUNDING = 1e-9;

/** The sum of a series over the time buckets [from, to). */
function sums(series: Float64Array): (from: number, to: number) => number {
	let sum = 0;
	const before = Float64Array.of(0, ...Array.from(series, (value) => (sum += value)));
	return (from, to) => before[to] - before[from];
}
