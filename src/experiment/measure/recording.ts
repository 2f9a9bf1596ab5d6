/**
 * A recording of real attempts, and the same series of it that a run has. Its first attempt is the start of the measured
 * window; attempts count when they were sent, their ends when they ended, as in a run.
 */

import {
	COUNT_SERIES,
	type CountSeriesName,
	QUANTILE_OF,
	type RunSeries,
	type TimeSeriesName,
} from '../../metrics/reading/attempt-series.js';
import { COARSE_BINS, coarseBinOf, coarseQuantile } from '../../metrics/recording/histogram.js';

/** How an attempt ended, as a number: the place in this list. */
export const ENDED = COUNT_SERIES.filter((name): name is Exclude<CountSeriesName, 'attempts'> => name !== 'attempts');
export type Ended = (typeof ENDED)[number];

/** One entry an attempt, in the order of the file. */
export interface Recording {
	readonly attempts: number;
	/** s since 1970, or since whatever the recorder counts from */
	readonly sentS: Float64Array;
	readonly tookMs: Float64Array;
	/** place in ENDED */
	readonly ended: Uint8Array;
	/** 1 for the first attempt of a request */
	readonly first: Uint8Array;
	readonly lines: number;
	/** lines that are no attempt */
	readonly unreadable: number;
}

/** When it begins, in its own clock, and for how long attempts were sent. */
export function spanOfRecording({ sentS }: Recording): { readonly fromS: number; readonly lengthS: number } {
	let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const s of sentS) {
		least = Math.min(least, s);
		most = Math.max(most, s);
	}
	return { fromS: least, lengthS: most - least };
}

/** Gaps between attempts that a recording may lack at its end: exp(-5), one in 150, are longer among Poisson arrivals. */
const LAST_GAPS = 5;

/** Whole buckets that it fills, the last one up to the gap before an attempt that nobody sent any more. */
export function bucketsOf(recording: Recording, stepUs: number): number {
	const lengthUs = spanOfRecording(recording).lengthS * 1e6;
	const gapUs = Math.min((LAST_GAPS * lengthUs) / recording.attempts, stepUs / 2);
	return Math.floor((lengthUs + gapUs) / stepUs);
}

/** @param buckets how many; what comes after them is left out, as at the horizon of a run */
export function seriesOfRecording(recording: Recording, stepUs: number, buckets: number): RunSeries {
	const { fromS } = spanOfRecording(recording);
	const empty = (): number[] => new Array<number>(buckets).fill(0);
	const counts = Object.fromEntries(COUNT_SERIES.map((name) => [name, empty()])) as Record<CountSeriesName, number[]>;
	const firstAttempts = empty();
	const okTimes = Array.from({ length: buckets }, () => new Float64Array(COARSE_BINS));
	for (let i = 0; i < recording.attempts; i++) {
		const sentUs = (recording.sentS[i] - fromS) * 1e6;
		const tookUs = recording.tookMs[i] * 1e3;
		const [sent, end] = [Math.floor(sentUs / stepUs), Math.floor((sentUs + tookUs) / stepUs)];
		if (sent < buckets) {
			counts.attempts[sent]++;
			firstAttempts[sent] += recording.first[i];
		}
		if (end >= buckets) continue;
		const how = ENDED[recording.ended[i]];
		counts[how][end]++;
		if (how === 'ok') okTimes[end][coarseBinOf(Math.round(tookUs))]++;
	}
	const quantileOf = (name: TimeSeriesName) => okTimes.map((bins) => coarseQuantile(bins, QUANTILE_OF[name]));
	return { stepUs, steps: { ...counts, p50: quantileOf('p50'), p99: quantileOf('p99') }, firstAttempts };
}
