/** What a run was like over time: one value per time bucket of the measured window. */
import type { Outcome } from '../outcome.js';
import { byBirth, drawn, shareCurve } from './by-birth.js';
import { bucketLengthUs, bucketRangeOf, perBucket, ratio, type Where, wholeRun } from './cell-sums.js';
import { MIN_SAMPLES } from './milestones.js';

/** Curves worth plotting; each null in a bucket where nothing was counted below the line, or too much of it is open. */
export type Curve = 'amplification' | 'retry-share' | 'unavailable' | 'lost' | 'goodput' | 'demand' | 'queue';

/** A curve over the measured window, one value per bucket; null as a whole where the places were not recorded. */
export function curve(outcome: Outcome, name: Curve, where: Where = {}): (number | null)[] | null {
	const of = (measure: string) => perBucket(outcome, where, measure);
	switch (name) {
		case 'unavailable':
			return window(outcome, shareCurve(outcome, where, 'first_failed_by_birth', 'first-attempts'));
		case 'lost':
			return window(outcome, shareCurve(outcome, where, 'lost_by_birth', 'requests'));
		case 'amplification':
			return window(outcome, divide(of('attempts'), of('first_attempts')));
		case 'retry-share': {
			const first = divide(of('first_attempts'), of('attempts'));
			return window(outcome, first?.map((share) => (share === null ? null : 1 - share)) ?? null);
		}
		case 'goodput':
			return window(outcome, overTime(outcome, of('succeeded'), 1e6));
		case 'demand':
			return window(outcome, overTime(outcome, of('born'), 1e6));
		case 'queue':
			return window(outcome, overTime(outcome, of('waiting_us'), 1));
	}
}

function divide(above: Float64Array | null, below: Float64Array | null): (number | null)[] | null {
	if (above === null || below === null) return null;
	return Array.from(above, (value, i) => (below[i] === 0 ? null : value / below[i]));
}

/** By the time of each bucket; null where the run did not get there. */
function overTime(outcome: Outcome, series: Float64Array | null, unitUs: number): (number | null)[] | null {
	if (series === null) return null;
	return Array.from(series, (value, i) => {
		const us = bucketLengthUs(outcome, i);
		return us === 0 ? null : value / (us / unitUs);
	});
}

/** A series over the measured window. */
function window(outcome: Outcome, series: (number | null)[] | null): (number | null)[] | null {
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	return series === null || span === null ? null : series.slice(span.first, span.end);
}

/**
 * A curve of shares for a picture with its range beside it: a bucket below 30 first attempts is read together with as many
 * of those after it as it takes, as a peak is. Null where the window holds fewer.
 */
export function pooledCurve(outcome: Outcome, name: 'amplification' | 'unavailable'): (number | null)[] | null {
	const plain = curve(outcome, name);
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	const counted = perBucket(outcome, {}, name === 'amplification' ? 'first_attempts' : 'born');
	if (plain === null || span === null || counted === null) return null;
	let [end, held] = [span.first, 0];
	let last: number | null | undefined;
	let isRest = false;
	const pooled = plain.map((value, i) => {
		const start = span.first + i;
		for (; end < span.end && held < MIN_SAMPLES; end++) held += counted[end];
		if (held < MIN_SAMPLES) {
			// What is left at the end is read together with what was before it.
			if (last !== undefined && !isRest) last = over(outcome, name, start - 1, end);
			isRest = true;
			return last;
		}
		held -= counted[start];
		last = end === start + 1 ? value : over(outcome, name, start, end);
		return last;
	});
	return last === undefined ? null : pooled.map((value) => value ?? null);
}

/** The value of a curve over several buckets. */
function over(outcome: Outcome, name: 'amplification' | 'unavailable', start: number, end: number): number | null {
	const selection = { fromUs: start * outcome.bucketUs, toUs: end * outcome.bucketUs, where: {} };
	if (name === 'amplification') return ratio(outcome, selection, 'attempts', 'first_attempts');
	const found = byBirth(outcome, selection, 'first_failed_by_birth', 'first-attempts');
	return found === null ? null : drawn(found);
}
