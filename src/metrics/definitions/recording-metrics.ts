/**
 * What an expectation may ask of a run beside a recording. No run alone can answer: such expectations are kept apart, and
 * asked where a recording is given.
 */
import type { Bound } from '../expectation.js';
import { ATTEMPT_SERIES, COUNT_SERIES } from '../reading/attempt-series.js';

export interface RecordingMetric {
	readonly name: string;
	/** all are shares, 0..1 */
	readonly help: string;
}

const COVERAGE = 'coverage';
export const AMPLIFICATION_ERROR = 'amplification-error';

/** The name by which the coverage of one measure is asked for. */
export const coverageOf = (measure: string): string => `${COVERAGE}-${measure}`;

export const RECORDING_METRICS: readonly RecordingMetric[] = [
	{ name: COVERAGE, help: `time buckets of the recording inside the band, least of ${COUNT_SERIES.join(', ')}` },
	...ATTEMPT_SERIES.map((measure) => ({
		name: coverageOf(measure),
		help: `time buckets of the recording inside the band of ${measure}`,
	})),
	{
		name: AMPLIFICATION_ERROR,
		help: 'difference of predicted and measured amplification / measured, without its sign',
	},
];

/** A promise about a recording. */
export interface RecordingExpectation {
	/** one line for people: what the author wrote */
	readonly text: string;
	/** name in RECORDING_METRICS */
	readonly that: string;
	readonly bound: Bound;
}
