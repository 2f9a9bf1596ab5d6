// HOT PATH: called several times per attempt; allocates nothing.
/**
 * All latency histograms of a run in flat arrays: per latency and place with fine bins and exact moments, and per time
 * bucket for the whole edge with coarse bins. `histogram.ts` has the bins and reads what is written here.
 */

import type { HistogramData } from '../outcome.js';
import { LATENCIES, type Latency } from '../outcome.js';
import { BINS, binOf, COARSE_BINS, coarseBinOf, merge } from './histogram.js';

/** Cells of the moments of one histogram. */
const MOMENT = { sumUs: 0, sumSquaresUs2: 1, minUs: 2, maxUs: 3 } as const;
const MOMENTS = 4;

// V8 folds constants of this file, but not those that are imported.
const FINE = BINS;
const COARSE = COARSE_BINS;

/** Of a request that is answered at its first attempt, the attempt's latency is the request's: both are kept once, here. */
export const BOTH = LATENCIES.length;
const KEPT = LATENCIES.length + 1;
/** What one time bucket takes, of which all are made before the first event. */
export const BYTES_PER_BUCKET = KEPT * COARSE_BINS * Uint32Array.BYTES_PER_ELEMENT;
const SHARING: readonly Latency[] = ['attempt', 'request'];

export class LatencyLog {
	private readonly bins: Uint32Array;
	private readonly moments: Float64Array;
	private readonly byBucket: Uint32Array;
	constructor(
		private readonly places: number,
		private readonly buckets: number,
	) {
		this.bins = new Uint32Array(KEPT * places * BINS);
		this.moments = new Float64Array(KEPT * places * MOMENTS);
		this.byBucket = new Uint32Array(KEPT * buckets * COARSE_BINS);
		this.restart();
	}

	/** @param latency index in LATENCIES, or BOTH; @param us whole microseconds; @param bucket the time bucket it belongs to */
	record(latency: number, place: number, us: number, bucket: number): void {
		const histogram = latency * this.places + place;
		const fine = histogram * FINE;
		const coarse = (latency * this.buckets + bucket) * COARSE;
		if (us >= 128 && us < 2147483648) {
			// `binOf` and `coarseBinOf` for the times that nearly all are: one shift serves both.
			const shift = 24 - Math.clz32(us);
			this.bins[fine + (shift << 7) + (us >>> shift)]++;
			this.byBucket[coarse + ((shift + 4) << 3) + (us >>> (shift + 4))]++;
		} else {
			this.bins[fine + binOf(us)]++;
			this.byBucket[coarse + coarseBinOf(us)]++;
		}
		const at = histogram * MOMENTS;
		const moments = this.moments;
		moments[at + MOMENT.sumUs] += us;
		moments[at + MOMENT.sumSquaresUs2] += us * us;
		if (us < moments[at + MOMENT.minUs]) moments[at + MOMENT.minUs] = us;
		if (us > moments[at + MOMENT.maxUs]) moments[at + MOMENT.maxUs] = us;
	}

	/** The same for a time that does not belong to the run histograms. */
	recordInBucket(latency: number, us: number, bucket: number): void {
		this.byBucket[(latency * this.buckets + bucket) * COARSE + coarseBinOf(us)]++;
	}

	/** Forgets the run histograms (not those by bucket): the measured window begins. */
	restart(): void {
		this.bins.fill(0);
		this.moments.fill(0);
		for (let at = 0; at < this.moments.length; at += MOMENTS) {
			this.moments[at + MOMENT.minUs] = Number.POSITIVE_INFINITY;
			this.moments[at + MOMENT.maxUs] = Number.NEGATIVE_INFINITY;
		}
	}

	data(latency: Latency, place: number): HistogramData {
		const own = this.snapshot(LATENCIES.indexOf(latency), place);
		return SHARING.includes(latency) ? merge([own, this.snapshot(BOTH, place)]) : own;
	}

	/** [bucket][coarse bin] */
	ofBuckets(latency: Latency): Uint32Array {
		const own = this.keptByBucket(LATENCIES.indexOf(latency));
		if (!SHARING.includes(latency)) return own;
		const both = this.keptByBucket(BOTH);
		for (let at = 0; at < own.length; at++) own[at] += both[at];
		return own;
	}

	private snapshot(latency: number, place: number): HistogramData {
		const histogram = latency * this.places + place;
		const [sumUs, sumSquaresUs2, minUs, maxUs] = this.moments.subarray(histogram * MOMENTS);
		const bins = this.bins.slice(histogram * FINE, (histogram + 1) * FINE);
		let count = 0;
		for (let bin = 0; bin < BINS; bin++) count += bins[bin];
		return { count, sumUs, sumSquaresUs2, minUs, maxUs, bins };
	}

	private keptByBucket(latency: number): Uint32Array {
		const length = this.buckets * COARSE_BINS;
		return this.byBucket.slice(latency * length, (latency + 1) * length);
	}
}
