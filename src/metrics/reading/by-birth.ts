/**
 * Shares of requests by birth. What was born shortly before the end of a run may be open there: neither good nor lost. Such
 * requests stand above no line and below none; how many there are says how far the share may still move.
 */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { bucketRangeOf, perBucket, placeKey, placesWhere, type Where } from './cell-sums.js';
import { memoByOutcome } from './memo.js';

/** Of whom: logical requests, or first attempts. Either is open for itself. */
export type Subject = 'requests' | 'first-attempts';

/** A count of requests by birth over a selection, and what is open beside it. */
export interface ByBirth {
	readonly count: number;
	readonly born: number;
	readonly open: number;
}

/** More of a time bucket's births than this being open, a curve ends there. */
export const MOST_OPEN = 0.01;

const memo = memoByOutcome<Float64Array | null>();

/** Requests, or first attempts, that were open when the run ended, by the bucket of their birth; null where the places were not recorded. */
export function openPerBucket(outcome: Outcome, where: Where, of: Subject): Float64Array | null {
	return memo(outcome, `${of} ${placeKey(where)}`, () => (of === 'requests' ? requests : firsts)(outcome, where));
}

function requests(outcome: Outcome, where: Where): Float64Array | null {
	const [born, good, lost] = ['born', 'succeeded_by_birth', 'lost_by_birth'].map((m) => perBucket(outcome, where, m));
	if (born === null || good === null || lost === null) return null;
	return born.map((births, bucket) => births - good[bucket] - lost[bucket]);
}

function firsts(outcome: Outcome, where: Where): Float64Array | null {
	const { openFirst, buckets, places: all } = outcome;
	const places = placesWhere(outcome, where);
	if (places === null) return null;
	const open = new Float64Array(buckets);
	for (let bucket = 0; bucket < buckets; bucket++)
		for (const place of places) open[bucket] += openFirst[bucket * all.length + place];
	return open;
}

/** A measure by birth over a selection; null where nothing of it was recorded. */
export function byBirth(outcome: Outcome, selection: Selection, measure: string, of: Subject): ByBirth | null {
	const span = bucketRangeOf(outcome, selection);
	const series = [perBucket(outcome, selection.where, measure), perBucket(outcome, selection.where, 'born')];
	const undecided = openPerBucket(outcome, selection.where, of);
	const [counts, births] = series;
	if (span === null || counts === null || births === null || undecided === null) return null;
	const found = { count: 0, born: 0, open: 0 };
	for (let bucket = span.first; bucket < span.end; bucket++) {
		found.count += counts[bucket];
		found.born += births[bucket];
		found.open += undecided[bucket];
	}
	return found;
}

/** Share of those that are decided; null where none is. */
export function decidedShare(found: ByBirth | null): number | null {
	return found === null || found.born === found.open ? null : found.count / (found.born - found.open);
}

/** The share if everything open turned out otherwise, and if everything did so; null where nothing was born. */
export function shareRange({ count, born, open }: ByBirth): readonly [number, number] | null {
	return born === 0 ? null : [count / born, (count + open) / born];
}

/** A share by birth in every bucket of the run; null where nothing was born, and where too much is open. */
export function shareCurve(outcome: Outcome, where: Where, measure: string, of: Subject): (number | null)[] | null {
	const counts = perBucket(outcome, where, measure);
	const births = perBucket(outcome, where, 'born');
	const open = openPerBucket(outcome, where, of);
	if (counts === null || births === null || open === null) return null;
	return Array.from(counts, (count, i) => drawn({ count, born: births[i], open: open[i] }));
}

/** Whether a curve shows a step: not where too much of it is open. */
export const isDrawn = (found: ByBirth | null): boolean => found !== null && found.open <= MOST_OPEN * found.born;

/** What a curve shows of one step of it. */
export const drawn = (found: ByBirth): number | null => (isDrawn(found) ? decidedShare(found) : null);
