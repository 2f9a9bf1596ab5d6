// HOT PATH: called several times per attempt; allocates nothing.
/**
 * All latency histograms of a run in flat arrays: per latency and place with fine bins and exact moments, and per time
 * bucket for the whole edge with coarse bins. `histogram.ts` has the bins and reads what is written here.
 */
import { BINS, binOf, COARSE_BINS, coarseBinOf } from './histogram.js';
import type { HistogramData } from './outcome.js';
import { LATENCIES, type Latency } from './outcome.js';

/** Cells of the moments of one histogram. */
const MOMENT = { count: 0, sumUs: 1, sumSquaresUs2: 2, minUs: 3, maxUs: 4 } as const;
const MOMENTS = 5;

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
		this.bins[histogram * BINS + binOf(us)]++;
		const at = histogram * MOMENTS;
		const moments = this.moments;
		moments[at + MOMENT.count]++;
		moments[at + MOMENT.sumUs] += us;
		moments[at + MOMENT.sumSquaresUs2] += us * us;
		if (us < moments[at + MOMENT.minUs]) moments[at + MOMENT.minUs] = us;
		if (us > moments[at + MOMENT.maxUs]) moments[at + MOMENT.maxUs] = us;
		this.byBucket[latency * this.buckets * COARSE_BINS + this.base + coarseBinOf(us)]++;
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
		const [count, sumUs, sumSquaresUs2, minUs, maxUs] = this.moments.subarray(histogram * MOMENTS);
		const bins = this.bins.slice(histogram * BINS, (histogram + 1) * BINS);
		return { count, sumUs, sumSquaresUs2, minUs, maxUs, bins };
	}

	/** [bucket][coarse bin] */
	ofBuckets(latency: Latency): Uint32Array {
		const length = this.buckets * COARSE_BINS;
		const from = LATENCIES.indexOf(latency) * length;
		return this.byBucket.slice(from, from + length);
	}
}
