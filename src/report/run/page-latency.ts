/**
 * The latency of successful requests as a plane: steps of time across, half octaves of latency down, and how many requests
 * fell into each cell; with p50 and p99 of every step. Read from the buckets' coarse histograms, so at most 6 % off.
 */

import type { Outcome } from '../../metrics/outcome.js';
import { COARSE_BINS, coarseLowerUs, coarseQuantile, coarseUpperUs } from '../../metrics/recording/histogram.js';
import type { Values } from '../page/values.js';
import { type CurveSteps, columnsOf } from './page-curves.js';

/** Coarse bins in one row: an octave has eight. */
const MERGED = 4;

export interface LatencyPlane {
	readonly steps: CurveSteps;
	/** edges of the rows in us, one more than there are rows, from the lowest */
	readonly edgesUs: readonly number[];
	/** by column, from the lowest row, which holds what is quicker still */
	readonly counts: readonly (readonly number[])[];
	readonly p50Us: Values;
	readonly p99Us: Values;
}

export function latencyPlane(outcome: Outcome): LatencyPlane {
	const steps = columnsOf(outcome);
	const histograms = Array.from({ length: steps.count }, (_, k) => histogramOf(outcome, steps, k));
	const rows = Math.ceil(COARSE_BINS / MERGED);
	const merged = histograms.map((bins) => {
		const counts: number[] = new Array(rows).fill(0);
		bins.forEach((count, bin) => {
			counts[Math.floor(bin / MERGED)] += count;
		});
		return counts;
	});
	const sums = Array.from({ length: rows }, (_, row) => merged.reduce((sum, counts) => sum + counts[row], 0));
	const end = sums.findLastIndex((sum) => sum > 0) + 1;
	const first = lowestRow(sums);
	const edges = Array.from({ length: Math.max(0, end - first) }, (_, i) => coarseLowerUs((first + i) * MERGED));
	if (edges.length > 0) edges.push(coarseUpperUs(end * MERGED - 1));
	const at = (q: number): Values => histograms.map((bins) => coarseQuantile(bins, q));
	return {
		steps,
		edgesUs: edges,
		counts: merged.map((counts) => {
			const below = counts.slice(0, first).reduce((sum, count) => sum + count, 0);
			return counts.slice(first, end).map((count, row) => (row === 0 ? count + below : count));
		}),
		p50Us: at(0.5),
		p99Us: at(0.99),
	};
}

/** Services with a long left tail would fill half of the picture with their quickest thousandth: it is one row. */
function lowestRow(sums: readonly number[]): number {
	const all = sums.reduce((sum, count) => sum + count, 0);
	let below = 0;
	const row = sums.findIndex((count) => {
		below += count;
		return below > all / 1000;
	});
	return Math.max(0, row);
}

function histogramOf(outcome: Outcome, { fromUs, stepUs }: CurveSteps, column: number): Float64Array {
	const bins = new Float64Array(COARSE_BINS);
	const all = outcome.latencyByBucket.request;
	const first = Math.round((fromUs + column * stepUs) / outcome.bucketUs);
	const end = Math.min(outcome.buckets, first + Math.round(stepUs / outcome.bucketUs));
	for (let bucket = first; bucket < end; bucket++) {
		for (let bin = 0; bin < COARSE_BINS; bin++) bins[bin] += all[bucket * COARSE_BINS + bin];
	}
	return bins;
}
