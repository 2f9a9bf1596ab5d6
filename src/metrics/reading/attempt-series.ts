/**
 * What a run and a recording of real traffic can both be asked, time bucket by time bucket: how many attempts were sent,
 * how they ended, and how long the good ones took. One list for both, so that they are held beside each other by one name.
 */

import type { Outcome } from '../outcome.js';
import { column, MEASURES } from '../recording/counters.js';
import { latencyAt } from './latency.js';

/** Counts by bucket: attempts by when they were sent, what became of them by when they ended. */
export const COUNT_SERIES = ['attempts', 'ok', 'rejected', 'timeout', 'error', 'refused'] as const;
export type CountSeriesName = (typeof COUNT_SERIES)[number];

/** Quantiles of the time from send to ok, read from bins of an eighth of an octave on either side: at most 6 % off. */
export const TIME_SERIES = ['p50', 'p99'] as const;
export type TimeSeriesName = (typeof TIME_SERIES)[number];

export const ATTEMPT_SERIES = [...COUNT_SERIES, ...TIME_SERIES] as const;
export type AttemptSeriesName = (typeof ATTEMPT_SERIES)[number];

export const QUANTILE_OF: Readonly<Record<TimeSeriesName, number>> = { p50: 0.5, p99: 0.99 };

export const isTimed = (name: AttemptSeriesName): name is TimeSeriesName => TIME_SERIES.some((one) => one === name);

/** Of one run, or of one recording; times in us. */
export interface RunSeries {
	readonly stepUs: number;
	/** a value for each bucket; null where no attempt ended well, so that none took any time */
	readonly steps: Readonly<Record<AttemptSeriesName, readonly (number | null)[]>>;
	/** of the attempts, those that were the first of their request */
	readonly firstAttempts: readonly number[];
}

/** Which columns of a run make a count. A recording cannot tell an attempt that was shed from one that found no room. */
const COLUMNS: Readonly<Record<CountSeriesName, readonly string[]>> = {
	attempts: ['attempts'],
	ok: ['outcome_ok'],
	rejected: ['outcome_rejected', 'outcome_shed'],
	timeout: ['outcome_timeout'],
	error: ['outcome_error'],
	refused: ['outcome_refused'],
};

/** Over the whole buckets of the measured window. */
export function seriesOf(outcome: Outcome): RunSeries {
	const { bucketUs, fromUs, toUs } = outcome;
	const [first, end] = [Math.ceil(fromUs / bucketUs), Math.floor(toUs / bucketUs)];
	const buckets = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
	const count = (names: readonly string[]): number[] => buckets.map((bucket) => sumOf(outcome, bucket, names));
	const time = (name: TimeSeriesName) =>
		buckets.map((bucket) => {
			const selection = { fromUs: bucket * bucketUs, toUs: (bucket + 1) * bucketUs, where: {} };
			return latencyAt(outcome, selection, 'attempt', QUANTILE_OF[name]);
		});
	const counts = Object.fromEntries(COUNT_SERIES.map((name) => [name, count(COLUMNS[name])])) as Record<
		CountSeriesName,
		number[]
	>;
	const steps = { ...counts, p50: time('p50'), p99: time('p99') };
	return { stepUs: bucketUs, steps, firstAttempts: count(['first_attempts']) };
}

function sumOf({ cells, places }: Outcome, bucket: number, names: readonly string[]): number {
	let sum = 0;
	for (const name of names) {
		const at = column(name);
		for (let place = 0; place < places.length; place++) {
			sum += cells[(bucket * places.length + place) * MEASURES.length + at];
		}
	}
	return sum;
}
