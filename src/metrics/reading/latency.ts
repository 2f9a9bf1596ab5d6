/** Reads times: the run's fine histograms for the whole window, the buckets' coarse ones for a part of it. */
import type { Selection } from '../expectation.js';
import type { HistogramData, Latency, Outcome } from '../outcome.js';
import { COARSE_BINS, coarseQuantile, merge, quantile } from '../recording/histogram.js';
import { bucketRangeOf, isWholeEdge, isWholeWindow, placesWhere } from './cell-sums.js';

/** One line for people about each time. */
export const LATENCY_HELP: Readonly<Record<Latency, string>> = {
	wait: 'time from admission to the start of service',
	attempt: 'time from sending an attempt to its ok',
	request: 'time from birth of a logical request to its success',
	failure: 'time from birth of a logical request to its final failure',
};

/** All times of a selection that spans the whole window; null for a part of it, and for places that were not recorded. */
export function histogram(outcome: Outcome, selection: Selection, latency: Latency): HistogramData | null {
	const places = placesWhere(outcome, selection.where);
	if (places === null || !isWholeWindow(outcome, selection)) return null;
	return merge(places.map((place) => outcome.latency[latency][place]));
}

/** How many times a selection has; null where they were not kept for it. */
export function timesIn(outcome: Outcome, selection: Selection, latency: Latency): number | null {
	const times = histogram(outcome, selection, latency);
	if (times !== null) return times.count;
	const bins = coarseBins(outcome, selection, latency);
	return bins === null ? null : bins.reduce((sum, count) => sum + count, 0);
}

/**
 * A quantile: from the run's histograms (at most 0.4 % off) when the selection is the whole window, else from the
 * buckets' (at most 6 % off), which are kept for the whole edge only. Null where nothing was recorded.
 * @param q 0..1
 */
export function latencyAt(outcome: Outcome, selection: Selection, latency: Latency, q: number): number | null {
	const times = histogram(outcome, selection, latency);
	if (times !== null) return quantile(times, q);
	const bins = coarseBins(outcome, selection, latency);
	return bins === null ? null : coarseQuantile(bins, q);
}

function coarseBins(outcome: Outcome, selection: Selection, latency: Latency): Float64Array | null {
	const span = bucketRangeOf(outcome, selection);
	if (span === null || !isWholeEdge(selection)) return null;
	const bins = new Float64Array(COARSE_BINS);
	const buckets = outcome.latencyByBucket[latency];
	for (let bucket = span.first; bucket < span.end; bucket++) {
		for (let bin = 0; bin < COARSE_BINS; bin++) bins[bin] += buckets[bucket * COARSE_BINS + bin];
	}
	return bins;
}
