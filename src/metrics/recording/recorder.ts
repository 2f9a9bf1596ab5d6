// HOT PATH: called several times per attempt; allocates nothing.
/**
 * Writes what happens into cells, one per time bucket, place and measure, and into latency histograms. An event counts
 * in the bucket where it happens; the measures named "by birth" count in the bucket where the request was born.
 */

import { LATENCIES } from '../outcome.js';
import { ATTEMPT_NUMBERS, column, MEASURES } from './counters.js';
import { BOTH as BOTH_LATENCIES, LatencyLog } from './latency-histograms.js';
import type { OpenWaits } from './open-waits.js';

const M = MEASURES.length;
const LAST_NUMBER = ATTEMPT_NUMBERS;
const BORN = column('born');
const SUCCEEDED = column('succeeded');
const FAILED = column('failed');
const SAVED = column('saved');
const SUCCEEDED_BY_BIRTH = column('succeeded_by_birth');
const LOST_BY_BIRTH = column('lost_by_birth');
const LOST_DIRECT_BY_BIRTH = column('lost_direct_by_birth');
const FIRST_FAILED_BY_BIRTH = column('first_failed_by_birth');
const FIRST_FAILED = column('first_failed');
const ATTEMPTS = column('attempts');
const FIRST_ATTEMPTS = column('first_attempts');
const ATTEMPTS_2 = column('attempts_2');
/** [attempt number, from 1]: its column */
const SENT = Int32Array.from({ length: LAST_NUMBER + 1 }, (_, n) => (n < 2 ? FIRST_ATTEMPTS : ATTEMPTS_2 + n - 2));
const RETRIES_LAYER_1 = column('retries_layer_1');
const SUPPRESSED = column('suppressed');
const OUTCOME_OK = column('outcome_ok');
const DISPOSITION_FIRST = column('fate_served_in_time');
const OUTCOME_REJECTED = column('outcome_rejected');
const DISPOSITION_REJECTED = column('fate_rejected');
const DISPOSITION_LATE = column('fate_served_late');
const USEFUL = column('useful_us');
const WASTED = column('wasted_us');
const REJECTING = column('rejecting_us');
const WAITING = column('waiting_us');
const BUSY = column('busy_us');
const BACKOFF = column('backoff_us');

/** Signs of an interval. */
const ADDED = 1;
const TAKEN_BACK = -1;

// V8 folds constants of this file, but not those that are imported.
const BOTH = BOTH_LATENCIES;
const WAIT = LATENCIES.indexOf('wait');
const ATTEMPT = LATENCIES.indexOf('attempt');
const REQUEST = LATENCIES.indexOf('request');
const FAILURE = LATENCIES.indexOf('failure');

/** Column of an attempt number, from 1; all late ones share the last. */
// biome-ignore lint/complexity/useMathMinMax: Math.min takes a way through floating point here, and this runs once an attempt
const sentColumn = (number: number): number => SENT[number < LAST_NUMBER ? number : LAST_NUMBER];

export class Recorder {
	/** what was counted: [bucket][place][measure] */
	readonly counted: Float64Array;
	/** the same behind a row for what counts by a birth before the run: the last bucket of the past, which nobody reads */
	private readonly cells: Float64Array;
	readonly buckets: number;
	/** end of the current bucket (the last one may be cut short by the horizon), where `turn` is due */
	bucketEndUs: number;
	private bucketStartUs = 0;
	private bucket = 0;
	/** first cell of the current bucket */
	private base = 0;
	private readonly stride: number;
	/** what ended earlier is not in the run histograms, also where it is told later */
	private measuredFromUs = 0;
	readonly latencies: LatencyLog;

	/** @param horizonUs end of the run; the last bucket may be cut short by it */
	constructor(
		readonly places: number,
		readonly bucketUs: number,
		readonly horizonUs: number,
	) {
		this.buckets = Math.ceil(horizonUs / bucketUs);
		this.stride = places * M;
		this.cells = new Float64Array((this.buckets + 1) * this.stride);
		this.counted = this.cells.subarray(this.stride);
		this.base = this.stride;
		this.bucketEndUs = Math.min(bucketUs, horizonUs);
		this.latencies = new LatencyLog(places, this.buckets);
	}

	/** Moves on to the bucket that holds `nowUs`. */
	turn(nowUs: number): void {
		this.bucket = Math.min(Math.floor(nowUs / this.bucketUs), this.buckets - 1);
		this.bucketStartUs = this.bucket * this.bucketUs;
		this.bucketEndUs = Math.min(this.bucketStartUs + this.bucketUs, this.horizonUs);
		this.base = this.rowOf(this.bucket);
	}

	/** Fills in the measures that are sums of others: attempts of all numbers, and busy time on top of what the end cut. */
	close(): void {
		const { cells } = this;
		for (let at = 0; at < cells.length; at += M) {
			let attempts = cells[at + FIRST_ATTEMPTS];
			for (let number = 2; number <= LAST_NUMBER; number++) attempts += cells[at + ATTEMPTS_2 + number - 2];
			cells[at + ATTEMPTS] = attempts;
			cells[at + BUSY] += cells[at + USEFUL] + cells[at + WASTED];
		}
	}

	/** Forgets the run histograms: the measured window begins. */
	startMeasuring(nowUs: number): void {
		this.latencies.restart();
		this.measuredFromUs = nowUs;
	}

	requestBorn(place: number): void {
		this.cells[this.base + place * M + BORN]++;
	}

	/** A request is born, and its first attempt sent. */
	bornAndSent(place: number): void {
		const at = this.base + place * M;
		this.cells[at + BORN]++;
		this.cells[at + FIRST_ATTEMPTS]++;
	}

	/** @param number 1 for the first attempt of a request */
	attemptSent(place: number, number: number): void {
		this.cells[this.base + place * M + sentColumn(number)]++;
	}

	/** An attempt is sent, and rejected at once. */
	rejectedAtDoor(place: number, edgePlace: number, number: number, bornUs: number): void {
		const { cells } = this;
		const at = this.base + place * M;
		cells[at + OUTCOME_REJECTED]++;
		cells[this.base + edgePlace * M + DISPOSITION_REJECTED]++;
		cells[at + sentColumn(number)]++;
		if (number === 1) this.firstAttemptFailed(place, bornUs);
	}

	retryDecided(place: number, layer: number): void {
		this.cells[this.base + place * M + RETRIES_LAYER_1 + layer]++;
	}

	retrySuppressed(place: number): void {
		this.cells[this.base + place * M + SUPPRESSED]++;
	}

	/** An answer in time that does not end a request at its first attempt (`answeredAtOnce` does). */
	attemptOk(place: number, latencyUs: number): void {
		this.cells[this.base + place * M + OUTCOME_OK]++;
		this.latencies.record(ATTEMPT, place, latencyUs, this.bucket);
	}

	attemptFailed(place: number, outcome: number): void {
		this.cells[this.base + place * M + OUTCOME_OK + outcome]++;
	}

	attemptDisposition(place: number, disposition: number): void {
		this.cells[this.base + place * M + DISPOSITION_FIRST + disposition]++;
	}

	firstAttemptFailed(place: number, bornUs: number): void {
		this.cells[this.base + place * M + FIRST_FAILED]++;
		this.cells[this.birthBase(bornUs) + place * M + FIRST_FAILED_BY_BIRTH]++;
	}

	requestSucceeded(place: number, bornUs: number, nowUs: number, saved: boolean): void {
		const at = this.base + place * M;
		this.cells[at + SUCCEEDED]++;
		if (saved) this.cells[at + SAVED]++;
		this.cells[this.birthBase(bornUs) + place * M + SUCCEEDED_BY_BIRTH]++;
		this.latencies.record(REQUEST, place, nowUs - bornUs, this.bucket);
	}

	requestLost(place: number, bornUs: number, nowUs: number, direct: boolean): void {
		this.cells[this.base + place * M + FAILED]++;
		const at = this.birthBase(bornUs) + place * M;
		this.cells[at + LOST_BY_BIRTH]++;
		if (direct) this.cells[at + LOST_DIRECT_BY_BIRTH]++;
		this.latencies.record(FAILURE, place, nowUs - bornUs, this.bucket);
	}

	/** An attempt leaves its waiting line after [fromUs, toUs). */
	waited(place: number, fromUs: number, toUs: number): void {
		if (toUs > fromUs) this.interval(WAITING, place, fromUs, toUs);
	}

	/** Waits that the end of the run cuts, all at once. */
	waitedUntilEnd(waits: OpenWaits): void {
		waits.flush((bucket, place, us) => {
			this.cells[this.rowOf(bucket) + place * M + WAITING] += us;
		});
	}

	/** An attempt's service starts after it waited so long. */
	waitEnded(place: number, us: number): void {
		this.latencies.record(WAIT, place, us, this.bucket);
	}

	/** A service over [fromUs, toUs) of which the time from `wastedFromUs` on was for nobody. */
	served(place: number, fromUs: number, wastedFromUs: number, toUs: number): void {
		if (wastedFromUs >= toUs) this.interval(USEFUL, place, fromUs, toUs);
		else {
			const turnUs = Math.max(fromUs, wastedFromUs);
			this.interval(USEFUL, place, fromUs, turnUs);
			this.interval(WASTED, place, turnUs, toUs);
		}
	}

	/**
	 * A whole stay at an edge, told once it is over: waited over [sentUs, startUs), served over [startUs, endUs).
	 * @param leftUs when its client stopped waiting; Infinity where the answer was in time
	 */
	stayed(edgePlace: number, sentUs: number, startUs: number, endUs: number, leftUs: number): void {
		const late = leftUs < endUs;
		const turnUs = late ? Math.max(startUs, leftUs) : endUs;
		if (sentUs < this.bucketStartUs || endUs >= this.bucketEndUs) {
			this.startedBefore(edgePlace, sentUs, startUs);
			this.intervalAhead(edgePlace * M + USEFUL, startUs, turnUs, ADDED);
			if (late) this.intervalAhead(edgePlace * M + WASTED, turnUs, endUs, ADDED);
			this.cells[this.rowOf(this.bucketOf(endUs)) + edgePlace * M + (late ? DISPOSITION_LATE : DISPOSITION_FIRST)]++;
			return;
		}
		// Most stays lie in the bucket in which they are told.
		const { cells } = this;
		const at = this.base + edgePlace * M;
		cells[at + WAITING] += startUs - sentUs;
		cells[at + USEFUL] += turnUs - startUs;
		if (late) cells[at + WASTED] += endUs - turnUs;
		cells[at + (late ? DISPOSITION_LATE : DISPOSITION_FIRST)]++;
		this.latency(WAIT, edgePlace, startUs - sentUs, this.bucket, startUs >= this.measuredFromUs);
	}

	/** A service that started after a wait over [sentUs, startUs), told later. */
	startedBefore(edgePlace: number, sentUs: number, startUs: number): void {
		this.intervalAhead(edgePlace * M + WAITING, sentUs, startUs, ADDED);
		this.latency(WAIT, edgePlace, startUs - sentUs, this.bucketOf(startUs), startUs >= this.measuredFromUs);
	}

	/** An answer in time to the only attempt of a request, told now or later: attempt and request have one latency. */
	answeredAtOnce(place: number, bornUs: number, endUs: number): void {
		const { cells } = this;
		const bucket = this.bucketOf(endUs);
		const at = this.rowOf(bucket) + place * M;
		cells[at + OUTCOME_OK]++;
		cells[at + SUCCEEDED]++;
		cells[this.birthBase(bornUs) + place * M + SUCCEEDED_BY_BIRTH]++;
		this.latency(BOTH, place, endUs - bornUs, bucket, endUs >= this.measuredFromUs);
	}

	/** An answer in time to a retry sent at `sentUs`, told later. */
	answeredAgain(place: number, bornUs: number, sentUs: number, endUs: number): void {
		const { cells } = this;
		const bucket = this.bucketOf(endUs);
		const at = this.rowOf(bucket) + place * M;
		cells[at + OUTCOME_OK]++;
		cells[at + SUCCEEDED]++;
		cells[at + SAVED]++;
		cells[this.birthBase(bornUs) + place * M + SUCCEEDED_BY_BIRTH]++;
		const isMeasured = endUs >= this.measuredFromUs;
		this.latency(ATTEMPT, place, endUs - sentUs, bucket, isMeasured);
		this.latency(REQUEST, place, endUs - bornUs, bucket, isMeasured);
	}

	/** A service that the end of the run cuts (the others are busy time by their use): busy, neither useful nor wasted yet. */
	servedUntilHorizon(place: number, fromUs: number, toUs: number): void {
		this.interval(BUSY, place, fromUs, toUs);
	}

	/** Worker time of a shared service in a bucket that has begun, told when the service ends. */
	servedInBucket(place: number, bucket: number, usefulUs: number, wastedUs: number): void {
		const at = this.rowOf(bucket) + place * M;
		this.cells[at + USEFUL] += usefulUs;
		this.cells[at + WASTED] += wastedUs;
	}

	/** The same of a service that the end of the run cuts: busy, neither useful nor wasted yet. */
	busyInBucket(place: number, bucket: number, us: number): void {
		this.cells[this.rowOf(bucket) + place * M + BUSY] += us;
	}

	rejecting(place: number, fromUs: number, toUs: number): void {
		this.interval(REJECTING, place, fromUs, toUs);
	}

	/** A client's back-off over [fromUs, toUs), known when it is decided. */
	backedOff(place: number, fromUs: number, toUs: number): void {
		this.intervalAhead(place * M + BACKOFF, fromUs, toUs, ADDED);
	}

	/** A back-off that ends early gives the rest back. */
	backoffCut(place: number, fromUs: number, toUs: number): void {
		this.intervalAhead(place * M + BACKOFF, fromUs, toUs, TAKEN_BACK);
	}

	/** A time that ended in `bucket`. @param isMeasured not where the run histograms began anew before this is told */
	private latency(latency: number, place: number, us: number, bucket: number, isMeasured: boolean): void {
		if (isMeasured) this.latencies.record(latency, place, us, bucket);
		else this.latencies.recordInBucket(latency, us, bucket);
	}

	/** The time bucket of an instant that has passed. */
	private bucketOf(us: number): number {
		return us >= this.bucketStartUs && us < this.bucketEndUs ? this.bucket : Math.floor(us / this.bucketUs);
	}

	/** First cell of a time bucket; -1 is the one before the run. */
	private rowOf(bucket: number): number {
		return (bucket + 1) * this.stride;
	}

	private birthBase(bornUs: number): number {
		return bornUs >= this.bucketStartUs ? this.base : this.rowOf(Math.floor(bornUs / this.bucketUs));
	}

	/** Adds the length of [fromUs, toUs), which ends in the current bucket, to every bucket it lies in. */
	private interval(measure: number, place: number, fromUs: number, toUs: number): void {
		const at = place * M + measure;
		if (fromUs >= this.bucketStartUs) {
			this.cells[this.base + at] += toUs - fromUs;
			return;
		}
		this.spread(at, fromUs, toUs, ADDED);
	}

	/** The same for an interval that may end later. @param at its cell in a row */
	private intervalAhead(at: number, fromUs: number, toUs: number, sign: number): void {
		if (fromUs >= this.bucketStartUs && toUs <= this.bucketEndUs) {
			this.cells[this.base + at] += sign * (toUs - fromUs);
			return;
		}
		this.spread(at, fromUs, Math.min(toUs, this.horizonUs), sign);
	}

	private spread(at: number, fromUs: number, toUs: number, sign: number): void {
		let bucket = Math.floor(fromUs / this.bucketUs);
		let startUs = fromUs;
		while (startUs < toUs) {
			const endUs = Math.min(toUs, (bucket + 1) * this.bucketUs);
			this.cells[this.rowOf(bucket) + at] += sign * (endUs - startUs);
			startUs = endUs;
			bucket++;
		}
	}
}
