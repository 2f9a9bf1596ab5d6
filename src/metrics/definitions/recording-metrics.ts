/**
 * What an expectation may ask of a run beside a recording. No run alone can answer: such expectations are kept apart, and
 * asked where a recording is given.
 */
import type { Bound } from '../expectation.js';
import { ATTEMPT_SERIES, COUNT_SERIES } from '../reading/attempt-series.js';

export interface RecordingMetric {
	readonly name: string;
	/** all are shares, 0 or more */
	readonly help: string;
}

const COVERAGE = 'coverage';
export const AMPLIFICATION_ERROR = 'amplification-error';

/** How wide the band is, and the same with what lies outside of it: smaller is better. */
export const SHARPNESS = 'sharpness';
export const INTERVAL_SCORE = 'interval-score';

/** The name by which the coverage of one measure is asked for. */
export const coverageOf = (measure: string): string => ofMeasure(COVERAGE, measure);

/** The name of a metric of one measure. */
export const ofMeasure = (metric: string, measure: string): string => `${metric}-${measure}`;

export const RECORDING_METRICS: readonly RecordingMetric[] = [
	{ name: COVERAGE, help: `time buckets of the recording inside the band, least of ${COUNT_SERIES.join(', ')}` },
	...ATTEMPT_SERIES.map((measure) => ({
		name: coverageOf(measure),
		help: `time buckets of the recording inside the band of ${measure}`,
	})),
	{
		name: AMPLIFICATION_ERROR,
		help: 'difference of predicted (nearest branch) and measured amplification / measured, without its sign; a recording inside the band of one run keeps every upper bound',
	},
	{ name: SHARPNESS, help: `mean width of the band / attempts measured, greatest of ${COUNT_SERIES.join(', ')}` },
	{ name: INTERVAL_SCORE, help: 'as sharpness, with what lies outside the band added (interval score)' },
	...[SHARPNESS, INTERVAL_SCORE].flatMap((metric) =>
		ATTEMPT_SERIES.map((measure) => ({
			name: ofMeasure(metric, measure),
			help: `${metric === SHARPNESS ? 'mean width of the band' : 'mean interval score of the band'} of ${measure} / its measured mean`,
		})),
	),
];

/** A promise about a recording. */
export interface RecordingExpectation {
	/** one line for people: what the author wrote */
	readonly text: string;
	/** name in RECORDING_METRICS */
	readonly that: string;
	readonly bound: Bound;
}
