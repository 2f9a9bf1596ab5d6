/**
 * A recording beside the runs of a scenario, time bucket by time bucket. A recording is one run of the world, so it is
 * held against the band in which one further run would fall (`statistics/prediction-band.ts`), not against the interval of a
 * mean. Where the model is right, so large a share of the buckets lies inside; buckets in which nothing happens on either
 * side lie inside for free, and are told apart from busy ones.
 */
import {
	AMPLIFICATION_ERROR,
	coverageOf,
	type RecordingExpectation,
} from '../../metrics/definitions/recording-metrics.js';
import {
	ATTEMPT_SERIES,
	type AttemptSeriesName,
	COUNT_SERIES,
	isTimed,
	type RunSeries,
} from '../../metrics/reading/attempt-series.js';
import type { Interval } from '../statistics/interval.js';
import { mean, present } from '../statistics/moments.js';
import { bandLevel, predictionBand } from '../statistics/prediction-band.js';
import { quantileOfSorted } from '../statistics/sample-quantile.js';
import { holds } from '../task/judge.js';

export interface MeasuredVsPredicted {
	readonly stepUs: number;
	/** buckets that both have */
	readonly buckets: number;
	readonly runs: number;
	/** what one bucket of one run is inside with, at least */
	readonly level: number;
	readonly measures: readonly SeriesVsPredicted[];
	readonly amplification: TotalVsPredicted;
}

export interface SeriesVsPredicted {
	readonly name: AttemptSeriesName;
	readonly bins: readonly Bin[];
	readonly inside: BucketShare;
	/** of the buckets in which the recording or the band is not plain zero */
	readonly busy: BucketShare;
	/** counts: over all buckets; times: their median over the buckets that have one, for a storm has few */
	readonly total: TotalVsPredicted;
}

export interface BucketShare {
	readonly hits: number;
	readonly of: number;
}

/** One bucket. Null: no attempt ended well in it, or in too few of the runs to say. */
export interface Bin {
	readonly measured: number | null;
	/** median over the runs */
	readonly predicted: number | null;
	readonly band: Interval | null;
	/** null where there is nothing to hold against each other */
	readonly place: 'inside' | 'below' | 'above' | null;
}

/** One figure of the whole recording. */
export interface TotalVsPredicted {
	readonly measured: number | null;
	/** mean over the runs */
	readonly predicted: number | null;
	readonly band: Interval | null;
	/** (predicted - measured) / measured; null where nothing was measured */
	readonly bias: number | null;
}

/**
 * @param runs at least `fewestRuns(level)`, in the steps of the recording
 * @param level 0..1: of the band
 */
export function measuredVsPredicted(
	recorded: RunSeries,
	runs: readonly RunSeries[],
	level: number,
): MeasuredVsPredicted {
	const buckets = Math.min(recorded.firstAttempts.length, ...runs.map(({ firstAttempts }) => firstAttempts.length));
	const of = { recorded, runs, buckets, level };
	return {
		stepUs: recorded.stepUs,
		buckets,
		runs: runs.length,
		level: bandLevel(runs.length, level),
		measures: ATTEMPT_SERIES.map((name) => seriesVsPredicted(name, of)),
		amplification: totalVsPredicted((series) => amplification(series, buckets), of),
	};
}

interface SeriesInput {
	readonly recorded: RunSeries;
	readonly runs: readonly RunSeries[];
	readonly buckets: number;
	readonly level: number;
}

function seriesVsPredicted(name: AttemptSeriesName, of: SeriesInput): SeriesVsPredicted {
	const bins = Array.from({ length: of.buckets }, (_, i) => binOf(name, i, of));
	const told = bins.filter(({ place }) => place !== null);
	const busy = told.filter(({ measured, band }) => measured !== 0 || band === null || band.high !== 0);
	const share = (among: readonly Bin[]): BucketShare => ({
		hits: among.filter(({ place }) => place === 'inside').length,
		of: among.length,
	});
	const figure = (series: RunSeries): number | null => {
		const values = present(series.steps[name].slice(0, of.buckets));
		if (!isTimed(name)) return values.reduce((sum, value) => sum + value, 0);
		return values.length === 0 ? null : median(values);
	};
	return { name, bins, inside: share(told), busy: share(busy), total: totalVsPredicted(figure, of) };
}

function binOf(name: AttemptSeriesName, i: number, { recorded, runs, level }: SeriesInput): Bin {
	const measured = recorded.steps[name][i];
	const values = present(runs.map(({ steps }) => steps[name][i]));
	const band = predictionBand(values, level);
	const predicted = values.length === 0 ? null : median(values);
	return { measured, predicted, band, place: placeOf(measured, band) };
}

const median = (values: readonly number[]): number => quantileOfSorted(Float64Array.from(values).sort(), 0.5);

function placeOf(measured: number | null, band: Interval | null): Bin['place'] {
	if (measured === null || band === null) return null;
	if (measured < band.low) return 'below';
	return measured > band.high ? 'above' : 'inside';
}

function totalVsPredicted(
	figure: (series: RunSeries) => number | null,
	{ recorded, runs, level }: SeriesInput,
): TotalVsPredicted {
	const measured = figure(recorded);
	const values = present(runs.map(figure));
	const predicted = values.length === 0 ? null : mean(values);
	const bias = measured === null || predicted === null || measured === 0 ? null : (predicted - measured) / measured;
	return { measured, predicted, band: predictionBand(values, level), bias };
}

function amplification({ steps, firstAttempts }: RunSeries, buckets: number): number | null {
	const sum = (values: readonly (number | null)[]): number =>
		present(values.slice(0, buckets)).reduce((total, value) => total + value, 0);
	const first = sum(firstAttempts);
	return first === 0 ? null : sum(steps.attempts) / first;
}

export interface JudgedRecording {
	readonly expectation: RecordingExpectation;
	/** null where the recording has nothing to measure it by */
	readonly measured: number | null;
	readonly verdict: 'pass' | 'fail';
}

export function judgeRecording(
	expectations: readonly RecordingExpectation[],
	found: MeasuredVsPredicted,
): JudgedRecording[] {
	return expectations.map((expectation) => {
		const measured = readRecordingMetric(expectation.that, found);
		return {
			expectation,
			measured,
			verdict: measured !== null && holds(expectation.bound, measured) ? 'pass' : 'fail',
		};
	});
}

/** @param that name in RECORDING_METRICS */
function readRecordingMetric(that: string, { measures, amplification: { bias } }: MeasuredVsPredicted): number | null {
	if (that === AMPLIFICATION_ERROR) return bias === null ? null : Math.abs(bias);
	const counted: readonly string[] = COUNT_SERIES;
	const asked = measures.filter(
		({ name }) => that === coverageOf(name) || (that === 'coverage' && counted.includes(name)),
	);
	const shares = asked.filter(({ inside }) => inside.of > 0).map(({ inside: { hits, of } }) => hits / of);
	return shares.length === 0 ? null : Math.min(...shares);
}
