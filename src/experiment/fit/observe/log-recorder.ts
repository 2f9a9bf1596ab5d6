/**
 * Stands in front of a collector and keeps every attempt, so that a log of any kind can be held beside a run bucket by bucket. What a
 * log does not say (how attempts ended, which of them were first ones) the recording does not say either.
 */

import { ENDED, type Recording } from '../../measure/recording.js';
import { attemptsOf } from '../retry-fit.js';
import { seriesOf, suitingEveryS } from '../series.js';
import type { Collector, LogSink, SourceFile } from './collector.js';
import { Columns } from './growing-columns.js';
import { type Count, endedBy, type ObservedAttempt } from './observation.js';

/** More than these would not fit beside a simulator. */
const MOST_ATTEMPTS = 5_000_000;
/** A count over an interval is laid out in parts of at most this length, s. */
const PART_S = 1;
const MOST_PARTS = 600;
/** Lines whose end is not told may be so many, and the others still say how attempts end. */
const MOST_UNTOLD = 0.01;
const UNTOLD = 255;

/** Kinds of requests that are told apart. */
const MOST_KINDS = 10_000;

/** Rows of a log, in its order. */
export interface KeptAttempts {
	readonly sentS: Float64Array;
	/** NaN: the log has none */
	readonly tookMs: Float64Array;
	/** place in ENDED; beyond its end: not told */
	readonly ended: Float64Array;
	readonly status: Float64Array;
	/** place in `keys` */
	readonly kind: Float64Array;
	/** of classes, as the fit has them */
	readonly keys: readonly string[];
}

/** Of lines that only a client tells: 2, as it may be a retry. */
const ECHO = 2;

export class LogRecorder implements LogSink {
	readonly #columns = new Columns(['sentS', 'tookMs', 'ended', 'first', 'weight', 'status', 'kind']);
	#lines = 0;
	#untold = 0;
	#weighted = false;
	readonly #kinds = new Map<string, number>();
	/** attempts beyond the most were left out */
	overflow = false;

	constructor(
		private readonly collector: Collector,
		private readonly most = MOST_ATTEMPTS,
	) {}

	/** Every attempt by itself; null where counts came, or more attempts than are kept. */
	get keptAttempts(): KeptAttempts | null {
		if (this.#weighted || this.overflow) return null;
		const of = (name: 'sentS' | 'tookMs' | 'ended' | 'status' | 'kind') => this.#columns.of(name);
		const columns = { sentS: of('sentS'), tookMs: of('tookMs'), ended: of('ended'), status: of('status') };
		return { ...columns, kind: of('kind'), keys: [...this.#kinds.keys()] };
	}

	#kindOf(key: string): number {
		const known = this.#kinds.get(key);
		if (known !== undefined) return known;
		if (this.#kinds.size >= MOST_KINDS) return 0;
		this.#kinds.set(key, this.#kinds.size);
		return this.#kinds.size - 1;
	}

	file(name: string, kind: string, assumed: readonly string[]): SourceFile {
		return this.collector.file(name, kind, assumed);
	}

	forget(): void {
		this.collector.forget();
	}

	see(one: ObservedAttempt): void {
		this.collector.see(one);
		const { attempts } = this.collector;
		this.#add({
			sentS: one.startUs / 1e6,
			tookMs: one.durationUs === null ? Number.NaN : one.durationUs / 1000,
			status: one.status,
			first: attempts.lastIsEcho ? ECHO : Number(attempts.lastNumber === 1),
			weight: 1,
		});
	}

	count(one: Count): void {
		this.collector.count(one);
		const everyS = one.everyUs / 1e6;
		const parts = Math.min(MOST_PARTS, Math.max(1, Math.ceil(everyS / PART_S)));
		this.#weighted = true;
		for (let k = 0; k < parts; k++) {
			this.#add({
				sentS: one.fromUs / 1e6 + ((k + 0.5) * everyS) / parts,
				tookMs: Number.NaN,
				status: one.status,
				first: Number(one.attempt === null || one.attempt === 1),
				weight: one.count / parts,
			});
		}
	}

	#add({
		sentS,
		tookMs,
		status,
		first,
		weight,
	}: {
		readonly sentS: number;
		readonly tookMs: number;
		readonly status: number | null;
		readonly first: number;
		readonly weight: number;
	}): void {
		this.#lines++;
		if (status === null) this.#untold++;
		if (this.#columns.length >= this.most) {
			this.overflow = true;
			return;
		}
		const ended = status === null ? null : endedBy(status);
		this.#columns.push([
			sentS,
			tookMs,
			ended === null ? UNTOLD : ENDED.indexOf(ended),
			first,
			weight,
			status === null ? -1 : status,
			this.#kindOf(this.collector.lastKey),
		]);
	}

	/** @returns what the log has, and in words what it does not have */
	end(): { readonly recording: Recording; readonly notes: readonly string[] } {
		const { collector } = this;
		const all = this.#columns.length;
		const series = seriesOf(collector, suitingEveryS(collector));
		const found = attemptsOf(collector.attempts, series);
		const byTries = found.kind === 'measured' && found.most === null;
		const tellsEnds = this.#untold <= MOST_UNTOLD * this.#lines && !byTries;
		const tellsFirsts = found.kind !== 'not identifiable' && !byTries;
		const echoIsFirst = found.kind === 'estimated' ? 1 - found.ofEchoes : 0;
		const ended = Uint8Array.from(this.#columns.of('ended'));
		const first = this.#columns.of('first').map((one) => (one === ECHO ? echoIsFirst : one));
		const notes = [
			...(tellsFirsts ? [] : [`which attempts are first ones is not known: ${firstsWhy(found)}`]),
			...(found.kind === 'estimated'
				? [`which attempts are first ones is estimated, by who asks again: if ${found.assumption}`]
				: []),
			...(tellsEnds
				? []
				: [
						byTries
							? 'a proxy made several tries in a line: how each of them ended is not written, and not compared'
							: `${this.#untold} of ${this.#lines} lines do not say how the attempt ended: outcomes are not compared`,
					]),
			...(tellsEnds && !ended.includes(ENDED.indexOf('timeout'))
				? [
						'no attempt of the log is written as given up (status 0, 408 or 499): who gave up may stand there as answered',
					]
				: []),
			...(this.overflow
				? [`the log has more than ${this.most.toLocaleString('en-US')} attempts: the rest is left out`]
				: []),
		];
		const recording: Recording = {
			attempts: all,
			sentS: this.#columns.of('sentS'),
			tookMs: this.#columns.of('tookMs'),
			ended,
			first,
			lines: collector.files.reduce((sum, { read, unreadable }) => sum + read + unreadable.count, 0),
			unreadable: collector.files.reduce((sum, { unreadable }) => sum + unreadable.count, 0),
			weight: this.#weighted ? this.#columns.of('weight') : null,
			tells: { ends: tellsEnds, firsts: tellsFirsts, times: !this.#weighted },
		};
		return { recording, notes };
	}
}

const firstsWhy = (found: ReturnType<typeof attemptsOf>): string =>
	found.kind === 'not identifiable' ? found.why : 'the log counts tries in a line';
