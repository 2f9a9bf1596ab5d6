/**
 * Sliding windows over the share of first attempts that fail, by birth. What was born shortly before the end of a run may
 * still be open there: a window knows what has failed so far, and what will have failed if all that is open does.
 */

import type { Outcome } from '../outcome.js';
import { openPerBucket } from './by-birth.js';
import { perBucket, placeKey, type Where } from './cells.js';
import { memoByOutcome } from './memo.js';
import { firstTrigger } from './triggers.js';

export interface FailureWindows {
	/** time bucket at which the first window starts; each starts one bucket later than the one before */
	readonly first: number;
	/** of one window, in time buckets */
	readonly length: number;
	/** first attempts, by birth */
	readonly born: readonly number[];
	/** share that has failed; null where nothing was born */
	readonly failed: readonly (number | null)[];
	/** the same if everything that is open at the end of the run fails */
	readonly atWorst: readonly (number | null)[];
}

const kept = memoByOutcome<FailureWindows | null>();

/** Windows of this length, from the first trigger on; whole ones only. Null where the places were not recorded. */
export function failureWindows(outcome: Outcome, where: Where, windowUs: number): FailureWindows | null {
	return kept(outcome, `${windowUs} ${placeKey(where)}`, () => windowsOf(outcome, where, windowUs));
}

function windowsOf(outcome: Outcome, where: Where, windowUs: number): FailureWindows | null {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	const open = openPerBucket(outcome, where, 'first-attempts');
	if (failed === null || born === null || open === null) return null;
	const length = Math.max(1, Math.round(windowUs / outcome.bucketUs));
	const trigger = firstTrigger(outcome);
	const fromUs = trigger === null ? outcome.fromUs : Math.max(trigger, outcome.fromUs);
	const first = Math.floor(fromUs / outcome.bucketUs);
	const whole = Math.min(outcome.buckets, Math.floor(outcome.toUs / outcome.bucketUs));
	const windows = Math.max(0, whole - length - first + 1);
	const over = (series: Float64Array): number[] => {
		let sum = 0;
		const upTo = Float64Array.from(series, (value) => (sum += value));
		const before = (bucket: number): number => (bucket === 0 ? 0 : upTo[bucket - 1]);
		return Array.from({ length: windows }, (_, k) => before(first + k + length) - before(first + k));
	};
	const [births, failures, unknown] = [born, failed, open].map(over);
	const share = (above: (k: number) => number): (number | null)[] =>
		births.map((below, k) => (below === 0 ? null : above(k) / below));
	return {
		first,
		length,
		born: births,
		failed: share((k) => failures[k]),
		atWorst: share((k) => failures[k] + unknown[k]),
	};
}
