/** Judges what an author promised of a recording: how much of it lies inside the band, how sharp the band is, and amplification. */
import {
	AMPLIFICATION_ERROR,
	coverageOf,
	INTERVAL_SCORE,
	ofMeasure,
	type RecordingExpectation,
	SHARPNESS,
} from '../../metrics/definitions/recording-metrics.js';
import { COUNT_SERIES } from '../../metrics/reading/attempt-series.js';
import { holds } from '../task/judge.js';
import { isInsideBand, type MeasuredVsPredicted, type SeriesVsPredicted } from './measured-vs-predicted.js';
import { relativeTo } from './sharpness.js';

export interface JudgedRecording {
	readonly expectation: RecordingExpectation;
	/** null where the recording has nothing to measure it by */
	readonly measured: number | null;
	/** it passes although its value breaks the bound: the recording lies inside the band of one run */
	readonly withinLuck: boolean;
	readonly verdict: 'pass' | 'fail';
}

export function judgeRecording(
	expectations: readonly RecordingExpectation[],
	found: MeasuredVsPredicted,
): JudgedRecording[] {
	return expectations.map((expectation) => {
		const measured = readRecordingMetric(expectation.that, found);
		const kept = measured !== null && holds(expectation.bound, measured);
		const withinLuck = !kept && measured !== null && isLuck(expectation, found);
		return { expectation, measured, withinLuck, verdict: kept || withinLuck ? 'pass' : 'fail' };
	});
}

/** An upper bound on an error that one further run of the world could have as well. */
const isLuck = ({ that, bound }: RecordingExpectation, { amplification }: MeasuredVsPredicted): boolean =>
	that === AMPLIFICATION_ERROR && holds(bound, 0) && isInsideBand(amplification);

/** @param that name in RECORDING_METRICS */
function readRecordingMetric(that: string, { measures, amplification: { bias } }: MeasuredVsPredicted): number | null {
	if (that === AMPLIFICATION_ERROR) return bias === null ? null : Math.abs(bias);
	for (const metric of [SHARPNESS, INTERVAL_SCORE] as const) {
		if (that === metric) return greatest(measures, metric);
		const own = measures.find(({ name }) => that === ofMeasure(metric, name));
		if (own !== undefined) return relativeTo(meanOf(own, metric), own.sharpness.measured);
	}
	const asked = measures.filter(({ name }) => that === coverageOf(name) || (that === 'coverage' && isCounted(name)));
	const shares = asked.filter(({ inside }) => inside.of > 0).map(({ inside: { hits, of } }) => hits / of);
	return shares.length === 0 ? null : Math.min(...shares);
}

const isCounted = (name: string): boolean => (COUNT_SERIES as readonly string[]).includes(name);

const meanOf = ({ sharpness }: SeriesVsPredicted, metric: typeof SHARPNESS | typeof INTERVAL_SCORE): number | null =>
	metric === SHARPNESS ? sharpness.width : sharpness.score;

/** Of all counts over the attempts measured, so that a count that never happened has a unit too. */
function greatest(
	measures: readonly SeriesVsPredicted[],
	metric: typeof SHARPNESS | typeof INTERVAL_SCORE,
): number | null {
	const attempts = measures.find(({ name }) => name === 'attempts');
	const per = attempts === undefined ? null : attempts.sharpness.measured;
	const shares = measures
		.filter(({ name }) => isCounted(name))
		.map((measure) => relativeTo(meanOf(measure, metric), per))
		.filter((share) => share !== null);
	return shares.length === 0 ? null : Math.max(...shares);
}
