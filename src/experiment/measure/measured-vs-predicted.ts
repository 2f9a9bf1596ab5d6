/**
 * A recording beside the runs of a scenario, time bucket by time bucket. A recording is one run of the world, so it is
 * held against the band in which one further run would fall (`statistics/prediction-band.ts`), not against the interval of a
 * mean. Where the model is right, so large a share of the buckets lies inside; buckets in which nothing happens on either
 * side lie inside for free, and are told apart from busy ones.
 */
import {
	ATTEMPT_SERIES,
	type AttemptSeriesName,
	isTimed,
	type RunSeries,
} from '../../metrics/reading/attempt-series.js';
import { BRANCHES, type BranchName } from '../replicate/branch-statistics.js';
import type { Interval } from '../statistics/interval.js';
import { mean, present } from '../statistics/moments.js';
import { bandLevel, predictionBand } from '../statistics/prediction-band.js';
import { quantileOfSorted } from '../statistics/sample-quantile.js';
import { type Sharpness, sharpnessOf } from './sharpness.js';

export interface MeasuredVsPredicted {
	readonly stepUs: number;
	/** buckets that both have, those before `first` included */
	readonly buckets: number;
	/** the first bucket that is compared: the recording does not cover those before it whole */
	readonly first: number;
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
	readonly sharpness: Sharpness;
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
	/** mean over the runs; where some runs collapse and others do not, of the branch whose mean is nearest */
	readonly predicted: number | null;
	/** which branch that is; null where all runs end alike */
	readonly branch: BranchName | null;
	readonly band: Interval | null;
	/** (predicted - measured) / measured; null where nothing was measured */
	readonly bias: number | null;
}

/**
 * @param runs at least `fewestRuns(level)`, in the steps of the recording
 * @param level 0..1: of the band
 * @param first buckets before it are not compared
 * @param ends how each run ended: the mean over runs that end unlike describes none of them
 */
export function measuredVsPredicted(
	recorded: RunSeries,
	runs: readonly RunSeries[],
	level: number,
	ends: readonly BranchName[] = runs.map(() => 'undecided'),
	first = 0,
): MeasuredVsPredicted {
	const buckets = Math.min(recorded.firstAttempts.length, ...runs.map(({ firstAttempts }) => firstAttempts.length));
	const of = { recorded, runs, buckets, level, ends, first };
	return {
		stepUs: recorded.stepUs,
		buckets,
		first,
		runs: runs.length,
		level: bandLevel(runs.length, level),
		measures: ATTEMPT_SERIES.map((name) => seriesVsPredicted(name, of)),
		amplification: totalVsPredicted((series) => amplification(series, first, buckets), of),
	};
}

interface SeriesInput {
	readonly recorded: RunSeries;
	readonly runs: readonly RunSeries[];
	readonly buckets: number;
	readonly level: number;
	readonly ends: readonly BranchName[];
	readonly first: number;
}

function seriesVsPredicted(name: AttemptSeriesName, of: SeriesInput): SeriesVsPredicted {
	const bins = Array.from({ length: of.buckets }, (_, i) => binOf(name, i, of));
	const comparable = bins.filter(({ place }) => place !== null);
	const busy = comparable.filter(({ measured, band }) => measured !== 0 || band === null || band.high !== 0);
	const share = (among: readonly Bin[]): BucketShare => ({
		hits: among.filter(({ place }) => place === 'inside').length,
		of: among.length,
	});
	const figure = (series: RunSeries): number | null => {
		const values = present(series.steps[name].slice(of.first, of.buckets));
		// What was not recorded at all has no sum.
		if (values.length === 0) return null;
		if (!isTimed(name)) return values.reduce((sum, value) => sum + value, 0);
		return median(values);
	};
	const sharpness = sharpnessOf(bins, bandLevel(of.runs.length, of.level));
	return { name, bins, inside: share(comparable), busy: share(busy), sharpness, total: totalVsPredicted(figure, of) };
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
	{ recorded, runs, level, ends }: SeriesInput,
): TotalVsPredicted {
	const measured = figure(recorded);
	const figures = runs.map(figure);
	const branches = BRANCHES.map((name) => ({ name, values: present(figures.filter((_, i) => ends[i] === name)) }))
		.filter(({ values }) => values.length > 0)
		.map(({ name, values }) => ({ name, mean: mean(values) }));
	const [nearest] = branches.toSorted(
		(a, b) => Math.abs(a.mean - Number(measured)) - Math.abs(b.mean - Number(measured)),
	);
	const values = present(figures);
	const known = nearest !== undefined && measured !== null && branches.length > 1;
	const predicted = known ? nearest.mean : values.length === 0 ? null : mean(values);
	const bias = measured === null || predicted === null || measured === 0 ? null : (predicted - measured) / measured;
	return { measured, predicted, branch: known ? nearest.name : null, band: predictionBand(values, level), bias };
}

/** One run of the world may come out like this: nothing tells it from luck. */
export const isInsideBand = ({ measured, band }: Pick<TotalVsPredicted, 'measured' | 'band'>): boolean =>
	placeOf(measured, band) === 'inside';

function amplification({ steps, firstAttempts }: RunSeries, from: number, buckets: number): number | null {
	const sum = (values: readonly (number | null)[]): number =>
		present(values.slice(from, buckets)).reduce((total, value) => total + value, 0);
	const first = sum(firstAttempts);
	return first === 0 ? null : sum(steps.attempts) / first;
}
