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
	/** 1 for the first attempt of a request; a share where it is estimated */
	readonly first: Uint8Array | Float64Array;
	readonly lines: number;
	/** lines that are no attempt */
	readonly unreadable: number;
	/** for how many attempts an entry stands, where counts were recorded; null: one each */
	readonly weight: Float64Array | null;
	/** what is not told is not compared */
	readonly tells: Tells;
}

export interface Tells {
	readonly ends: boolean;
	readonly firsts: boolean;
	readonly times: boolean;
}

export const TELLS_ALL: Tells = { ends: true, firsts: true, times: true };

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
	return Math.floor((lengthUs + gapUs(recording, stepUs)) / stepUs);
}

/** So much may be missing at an edge of a recording that covers a bucket whole. */
export const gapUs = (recording: Recording, stepUs: number): number =>
	Math.min((LAST_GAPS * spanOfRecording(recording).lengthS * 1e6) / recording.attempts, stepUs / 2);

/** Where a recording lies beside a window: see `alignment.ts`. */
export interface Placed {
	/** s in its clock: where the window begins */
	readonly originS: number;
	/** the first bucket that it covers whole: what comes before is null */
	readonly first: number;
}

/** @param buckets how many; what comes after them is left out, as at the horizon of a run */
export function seriesOfRecording(
	recording: Recording,
	stepUs: number,
	buckets: number,
	{ originS, first: from }: Placed = { originS: spanOfRecording(recording).fromS, first: 0 },
): RunSeries {
	const { weight, tells } = recording;
	const empty = (): number[] => new Array<number>(buckets).fill(0);
	const counts = Object.fromEntries(COUNT_SERIES.map((name) => [name, empty()])) as Record<CountSeriesName, number[]>;
	const firstAttempts = empty();
	const okTimes = Array.from({ length: buckets }, () => new Float64Array(COARSE_BINS));
	for (let i = 0; i < recording.attempts; i++) {
		const n = weight === null ? 1 : weight[i];
		const sentUs = (recording.sentS[i] - originS) * 1e6;
		const known = !Number.isNaN(recording.tookMs[i]);
		const tookUs = known ? recording.tookMs[i] * 1e3 : 0;
		const [sent, end] = [Math.floor(sentUs / stepUs), Math.floor((sentUs + tookUs) / stepUs)];
		if (sent >= 0 && sent < buckets) {
			counts.attempts[sent] += n;
			firstAttempts[sent] += n * recording.first[i];
		}
		if (end < 0 || end >= buckets || recording.ended[i] >= ENDED.length) continue;
		const how = ENDED[recording.ended[i]];
		counts[how][end] += n;
		if (how === 'ok' && known) okTimes[end][coarseBinOf(Math.round(tookUs))]++;
	}
	const knownOnly = (values: readonly (number | null)[], isTold: boolean) =>
		values.map((value, i) => (isTold && i >= from ? value : null));
	const quantileOf = (name: TimeSeriesName) =>
		knownOnly(
			okTimes.map((bins) => coarseQuantile(bins, QUANTILE_OF[name])),
			tells.ends && tells.times,
		);
	const steps = Object.fromEntries(
		COUNT_SERIES.map((name) => [name, knownOnly(counts[name], name === 'attempts' || tells.ends)]),
	) as Record<CountSeriesName, (number | null)[]>;
	return {
		stepUs,
		steps: { ...steps, p50: quantileOf('p50'), p99: quantileOf('p99') },
		firstAttempts: firstAttempts.map((n) => (tells.firsts ? n : 0)),
	};
}
