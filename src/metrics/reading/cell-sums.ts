/**
 * Reads cells: sums over buckets and places, and series over time. Every figure of a report and every expectation comes
 * through here, so that "where" and "when" mean the same everywhere. A place or a span that was not recorded gives
 * null, never zero: nothing measured is not the same as nothing happened.
 */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { column, MEASURES } from '../recording/counters.js';
import { memoByOutcome } from './memo.js';

export type Where = Selection['where'];

/** The whole measured window, everywhere. */
export function wholeRun(outcome: Outcome, where: Where = {}): Selection {
	return { fromUs: outcome.fromUs, toUs: outcome.toUs, where };
}

/** True when a selection leaves nothing of the measured window out. */
export function isWholeWindow(outcome: Outcome, selection: Selection): boolean {
	return selection.fromUs <= outcome.fromUs && selection.toUs >= outcome.toUs;
}

/** True when a selection leaves no place out. */
export function isWholeEdge({ where }: Selection): boolean {
	return [where.region, where.class, where.population, where.platform].every((name) => name === undefined);
}

/** Buckets [first, end) of a selection and the simulated time they cover. */
export interface BucketRange {
	readonly first: number;
	readonly end: number;
	readonly us: number;
}

/** Buckets touched by a selection, as far as the run got; null where it covers no simulated time. */
export function bucketRangeOf(outcome: Outcome, selection: Selection): BucketRange | null {
	const { bucketUs, buckets } = outcome;
	const first = Math.max(0, Math.floor(selection.fromUs / bucketUs));
	const end = Math.min(buckets, Math.ceil(selection.toUs / bucketUs));
	const us = Math.min(end * bucketUs, outcome.toUs) - first * bucketUs;
	return end > first && us > 0 ? { first, end, us } : null;
}

/** Simulated time of a bucket: the last one of a run may be short. */
export const bucketLengthUs = ({ bucketUs, toUs }: Outcome, bucket: number): number =>
	Math.max(0, Math.min(bucketUs, toUs - bucket * bucketUs));

/** Places that answer to a filter; null where it names a dimension that was not recorded or a name that is not there. */
export function placesWhere(outcome: Outcome, where: Where): number[] | null {
	const { region, class: requestClass, population, platform } = where;
	const wanted = Object.entries({ region, class: requestClass, population, platform }).filter(
		([, v]) => v !== undefined,
	);
	const found: number[] = [];
	outcome.places.forEach((place, i) => {
		const names: Readonly<Record<string, string>> = place;
		if (wanted.every(([dimension, name]) => names[dimension] === name)) found.push(i);
	});
	return found.length > 0 ? found : null;
}

/** Sum of a measure over a selection; null where nothing of it was recorded. */
export function total(outcome: Outcome, selection: Selection, measure: string): number | null {
	const span = bucketRangeOf(outcome, selection);
	const series = perBucket(outcome, selection.where, measure);
	if (span === null || series === null) return null;
	let sum = 0;
	for (let bucket = span.first; bucket < span.end; bucket++) sum += series[bucket];
	return sum;
}

/** The cells of a series lie far apart. */
const memo = memoByOutcome<Float64Array | null>();

/** A measure in every bucket of the run, from t = 0, not to be written to; null where the places were not recorded. */
export function perBucket(outcome: Outcome, where: Where, measure: string): Float64Array | null {
	return memo(outcome, `${measure} ${placeKey(where)}`, () => readSeries(outcome, where, measure));
}

/** The same for filters that choose the same places. */
export const placeKey = ({ region, class: requestClass, population, platform }: Where): string =>
	JSON.stringify([region, requestClass, population, platform]);

function readSeries(outcome: Outcome, where: Where, measure: string): Float64Array | null {
	const places = placesWhere(outcome, where);
	if (places === null) return null;
	const at = column(measure);
	const series = new Float64Array(outcome.buckets);
	for (let bucket = 0; bucket < outcome.buckets; bucket++) {
		for (const place of places) series[bucket] += outcome.cells[cellOf(outcome, bucket, place) + at];
	}
	return series;
}

/** total(numerator) / total(denominator); null where nothing was counted below the line. */
export function ratio(outcome: Outcome, selection: Selection, numerator: string, denominator: string): number | null {
	return quotient(total(outcome, selection, numerator), total(outcome, selection, denominator));
}

/** Per second of simulated time covered by the selection. */
export function perSecond(outcome: Outcome, selection: Selection, measure: string): number | null {
	const sum = total(outcome, selection, measure);
	const span = bucketRangeOf(outcome, selection);
	return sum === null || span === null ? null : sum / (span.us / 1e6);
}

function cellOf(outcome: Outcome, bucket: number, place: number): number {
	return (bucket * outcome.places.length + place) * MEASURES.length;
}

/** Sums, differences and quotients that stay null where a part of them is. */
export function plus(a: number | null, b: number | null): number | null {
	return a === null || b === null ? null : a + b;
}

export function minus(a: number | null, b: number | null): number | null {
	return a === null || b === null ? null : a - b;
}

export function quotient(above: number | null, below: number | null): number | null {
	return above === null || below === null || below === 0 ? null : above / below;
}
