// HOT PATH: called several times per attempt; allocates nothing.
/**
 * All latency histograms of a run in flat arrays: per latency and place with fine bins and exact moments, and per time
 * bucket for the whole edge with coarse bins. `histogram.ts` has the bins and reads what is written here.
 */
import { BINS, binOf, COARSE_BINS, coarseBinOf } from './histogram.js';
import type { HistogramData } from './outcome.js';
import { LATENCIES, type Latency } from './outcome.js';

/** Cells of the moments of one histogram. */
const MOMENT = { sumUs: 0, sumSquaresUs2: 1, minUs: 2, maxUs: 3 } as const;
const MOMENTS = 4;

// V8 folds constants of this file, but not those that are imported.
const FINE = BINS;
const COARSE = COARSE_BINS;

export class LatencyLog {
	private readonly bins: Uint32Array;
	private readonly moments: Float64Array;
	private readonly byBucket: Uint32Array;
	/** first coarse cell of the current bucket */
	private base = 0;

	constructor(
		private readonly places: number,
		private readonly buckets: number,
	) {
		this.bins = new Uint32Array(LATENCIES.length * places * BINS);
		this.moments = new Float64Array(LATENCIES.length * places * MOMENTS);
		this.byBucket = new Uint32Array(LATENCIES.length * buckets * COARSE_BINS);
		this.restart();
	}

	turn(bucket: number): void {
		this.base = bucket * COARSE_BINS;
	}

	/** @param latency index in LATENCIES; @param us whole microseconds */
	record(latency: number, place: number, us: number): void {
		const histogram = latency * this.places + place;
		const fine = histogram * FINE;
		const coarse = latency * this.buckets * COARSE + this.base;
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
		const histogram = LATENCIES.indexOf(latency) * this.places + place;
		const [sumUs, sumSquaresUs2, minUs, maxUs] = this.moments.subarray(histogram * MOMENTS);
		const bins = this.bins.slice(histogram * FINE, (histogram + 1) * FINE);
		const count = bins.reduce((sum, n) => sum + n, 0);
		return { count, sumUs, sumSquaresUs2, minUs, maxUs, bins };
	}

	/** [bucket][coarse bin] */
	ofBuckets(latency: Latency): Uint32Array {
		const length = this.buckets * COARSE_BINS;
		const from = LATENCIES.indexOf(latency) * length;
		return this.byBucket.slice(from, from + length);
	}
}
