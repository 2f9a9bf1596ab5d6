// HOT PATH: called several times per attempt; allocates nothing.
/**
 * Writes what happens into cells, one per time bucket, place and measure, and into latency histograms. An event counts
 * in the bucket where it happens; the measures named "by birth" count in the bucket where the request was born.
 */

import { LatencyLog } from './latency-log.js';
import { ATTEMPT_NUMBERS, column, MEASURES } from './measures.js';
import { LATENCIES } from './outcome.js';

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
const RETRIES_LAYER_1 = column('retries_layer_1');
const SUPPRESSED = column('suppressed');
const OUTCOME_OK = column('outcome_ok');
const FATE_FIRST = column('fate_served_in_time');
const USEFUL = column('useful_us');
const WASTED = column('wasted_us');
const REJECTING = column('rejecting_us');
const WAITING = column('waiting_us');
const BUSY = column('busy_us');
const BACKOFF = column('backoff_us');

const WAIT = LATENCIES.indexOf('wait');
const ATTEMPT = LATENCIES.indexOf('attempt');
const REQUEST = LATENCIES.indexOf('request');
const FAILURE = LATENCIES.indexOf('failure');

export class Recorder {
	readonly cells: Float64Array;
	readonly buckets: number;
	/** end of the current bucket (the last one may be cut short by the horizon), where `turn` is due */
	bucketEndUs: number;
	private bucketStartUs = 0;
	private bucket = 0;
	/** first cell of the current bucket */
	private base = 0;
	private readonly stride: number;
	readonly latencies: LatencyLog;

	/** @param horizonUs end of the run; the last bucket may be cut short by it */
	constructor(
		readonly places: number,
		readonly bucketUs: number,
		readonly horizonUs: number,
	) {
		this.buckets = Math.ceil(horizonUs / bucketUs);
		this.stride = places * M;
		this.cells = new Float64Array(this.buckets * this.stride);
		this.bucketEndUs = Math.min(bucketUs, horizonUs);
		this.latencies = new LatencyLog(places, this.buckets);
	}

	/** Moves on to the bucket that holds `nowUs`. */
	turn(nowUs: number): void {
		this.bucket = Math.min(Math.floor(nowUs / this.bucketUs), this.buckets - 1);
		this.bucketStartUs = this.bucket * this.bucketUs;
		this.bucketEndUs = Math.min(this.bucketStartUs + this.bucketUs, this.horizonUs);
		this.base = this.bucket * this.stride;
		this.latencies.turn(this.bucket);
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
	startMeasuring(): void {
		this.latencies.restart();
	}

	requestBorn(place: number): void {
		this.cells[this.base + place * M + BORN]++;
	}

	/** @param number 1 for the first attempt of a request */
	attemptSent(place: number, number: number): void {
		const at = this.base + place * M;
		if (number === 1) this.cells[at + FIRST_ATTEMPTS]++;
		else this.cells[at + ATTEMPTS_2 + Math.min(number, LAST_NUMBER) - 2]++;
	}

	retryDecided(place: number, layer: number): void {
		this.cells[this.base + place * M + RETRIES_LAYER_1 + layer]++;
	}

	retrySuppressed(place: number): void {
		this.cells[this.base + place * M + SUPPRESSED]++;
	}

	attemptOk(place: number, latencyUs: number): void {
		this.cells[this.base + place * M + OUTCOME_OK]++;
		this.latencies.record(ATTEMPT, place, latencyUs);
	}

	attemptFailed(place: number, outcome: number): void {
		this.cells[this.base + place * M + OUTCOME_OK + outcome]++;
	}

	attemptFate(place: number, fate: number): void {
		this.cells[this.base + place * M + FATE_FIRST + fate]++;
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
		const us = nowUs - bornUs;
		this.latencies.record(REQUEST, place, us);
	}

	requestLost(place: number, bornUs: number, nowUs: number, direct: boolean): void {
		this.cells[this.base + place * M + FAILED]++;
		const at = this.birthBase(bornUs) + place * M;
		this.cells[at + LOST_BY_BIRTH]++;
		if (direct) this.cells[at + LOST_DIRECT_BY_BIRTH]++;
		const us = nowUs - bornUs;
		this.latencies.record(FAILURE, place, us);
	}

	/** An attempt leaves its waiting line after [fromUs, toUs). */
	waited(place: number, fromUs: number, toUs: number): void {
		if (toUs > fromUs) this.interval(WAITING, place, fromUs, toUs);
	}

	/** An attempt's service starts after it waited so long. */
	waitEnded(place: number, us: number): void {
		this.latencies.record(WAIT, place, us);
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

	/** A service that the end of the run cuts (the others are busy time by their use): busy, neither useful nor wasted yet. */
	servedUntilHorizon(place: number, fromUs: number, toUs: number): void {
		this.interval(BUSY, place, fromUs, toUs);
	}

	rejecting(place: number, fromUs: number, toUs: number): void {
		this.interval(REJECTING, place, fromUs, toUs);
	}

	/** A client's back-off over [fromUs, toUs), known when it is decided. */
	backedOff(place: number, fromUs: number, toUs: number): void {
		this.intervalAhead(BACKOFF, place, fromUs, toUs, 1);
	}

	/** A back-off that ends early gives the rest back. */
	backoffCut(place: number, fromUs: number, toUs: number): void {
		this.intervalAhead(BACKOFF, place, fromUs, toUs, -1);
	}

	private birthBase(bornUs: number): number {
		return bornUs >= this.bucketStartUs ? this.base : Math.floor(bornUs / this.bucketUs) * this.stride;
	}

	/** Adds the length of [fromUs, toUs), which ends in the current bucket, to every bucket it lies in. */
	private interval(measure: number, place: number, fromUs: number, toUs: number): void {
		const at = place * M + measure;
		if (fromUs >= this.bucketStartUs) {
			this.cells[this.base + at] += toUs - fromUs;
			return;
		}
		this.spread(at, fromUs, toUs, 1);
	}

	private intervalAhead(measure: number, place: number, fromUs: number, toUs: number, sign: number): void {
		const at = place * M + measure;
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
			this.cells[bucket * this.stride + at] += sign * (endUs - startUs);
			startUs = endUs;
			bucket++;
		}
	}
}
