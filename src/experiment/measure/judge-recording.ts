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
	readonly withinBand: boolean;
	/**
	 * how wide the band is, of what was measured, where it is too wide to judge by: whatever was recorded would lie inside. Null:
	 * it is not, or what was promised does not rest on it
	 */
	readonly tooWide: number | null;
	/** undecided: the band is too wide to judge · no-data: the recording has nothing to measure it by */
	readonly verdict: 'pass' | 'fail' | 'undecided' | 'no-data';
}

/** A band as wide as what was measured holds almost anything: to lie inside it says nothing. */
export const TOO_WIDE = 1;

export function judgeRecording(
	expectations: readonly RecordingExpectation[],
	found: MeasuredVsPredicted,
): JudgedRecording[] {
	return expectations.map((expectation) => {
		const measured = readRecordingMetric(expectation.that, found);
		const isMet = measured !== null && holds(expectation.bound, measured);
		const withinBand = !isMet && measured !== null && couldBeChance(expectation, found);
		const width = withinBand || (isMet && restsOnBand(expectation)) ? bandWidth(expectation.that, found) : null;
		const tooWide = width !== null && width > TOO_WIDE ? width : null;
		return {
			expectation,
			measured,
			withinBand,
			tooWide,
			verdict: recordingVerdict({ measured, isMet, withinBand, tooWide }),
		};
	});
}

function recordingVerdict({
	measured,
	isMet,
	withinBand,
	tooWide,
}: Pick<JudgedRecording, 'measured' | 'withinBand' | 'tooWide'> & { isMet: boolean }): JudgedRecording['verdict'] {
	if (measured === null) return 'no-data';
	if (!isMet && !withinBand) return 'fail';
	return tooWide === null ? 'pass' : 'undecided';
}

/** A wide band has more of the buckets inside: a promise of few is none that it helps. */
const restsOnBand = ({ that, bound }: RecordingExpectation): boolean => that.startsWith('coverage') && holds(bound, 1);

/** Of what was measured; counts, as for sharpness, of all attempts. The widest of those that are asked. */
function bandWidth(that: string, { measures, amplification }: MeasuredVsPredicted): number | null {
	if (that === AMPLIFICATION_ERROR) {
		const { band, measured } = amplification;
		return band === null ? null : relativeTo(band.high - band.low, measured);
	}
	const own = measures.find(({ name }) => that === coverageOf(name));
	if (own === undefined) return greatest(measures, SHARPNESS);
	if (isCounted(own.name)) return greatest(measures, SHARPNESS, own.name);
	return relativeTo(own.sharpness.width, own.sharpness.measured);
}

/** An upper bound on an error that one further run of the world could have as well. */
const couldBeChance = ({ that, bound }: RecordingExpectation, { amplification }: MeasuredVsPredicted): boolean =>
	that === AMPLIFICATION_ERROR && holds(bound, 0) && isInsideBand(amplification);

/** @param that name in RECORDING_METRICS */
function readRecordingMetric(that: string, { measures, amplification: { bias } }: MeasuredVsPredicted): number | null {
	if (that === AMPLIFICATION_ERROR) return bias === null ? null : Math.abs(bias);
	for (const metric of [SHARPNESS, INTERVAL_SCORE] as const) {
		if (that === metric) return greatest(measures, metric);
		const own = measures.find(({ name }) => that === ofMeasure(metric, name));
		if (own !== undefined) return relativeTo(meanOf(own, metric), own.sharpness.measured);
	}
	const selected = measures.filter(({ name }) => that === coverageOf(name) || (that === 'coverage' && isCounted(name)));
	const shares = selected.filter(({ inside }) => inside.of > 0).map(({ inside: { hits, of } }) => hits / of);
	return shares.length === 0 ? null : Math.min(...shares);
}

const isCounted = (name: string): boolean => (COUNT_SERIES as readonly string[]).includes(name);

const meanOf = ({ sharpness }: SeriesVsPredicted, metric: typeof SHARPNESS | typeof INTERVAL_SCORE): number | null =>
	metric === SHARPNESS ? sharpness.width : sharpness.score;

/** Of all counts over the attempts measured, so that a count that never happened has a unit too. */
function greatest(
	measures: readonly SeriesVsPredicted[],
	metric: typeof SHARPNESS | typeof INTERVAL_SCORE,
	only: string | null = null,
): number | null {
	const attempts = measures.find(({ name }) => name === 'attempts');
	const per = attempts === undefined ? null : attempts.sharpness.measured;
	const shares = measures
		.filter(({ name }) => isCounted(name) && (only === null || name === only))
		.map((measure) => relativeTo(meanOf(measure, metric), per))
		.filter((share) => share !== null);
	return shares.length === 0 ? null : Math.max(...shares);
}
