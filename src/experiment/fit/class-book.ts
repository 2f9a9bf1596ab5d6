/**
 * What was seen of each kind of request, by method and path, in bounded memory. Where there are more kinds than it may hold, the
 * rarest go into `rest`; as that happens again and again, one that comes back begins anew. So the count of a kind is short by at most
 * `shortBy`, the sum of what the greatest kind put out each time had: the bound of lossy counting (G. S. Manku and R. Motwani,
 * "Approximate Frequency Counts over Data Streams", VLDB 2002).
 */
import type { Streams } from '../../kernel/random.js';
import { Reservoir } from './reservoir.js';
import { isServerError } from './sighting.js';
import { Ticks } from './ticks.js';

const MOST_CELLS = 2048;
/** Durations kept of a kind. */
const MOST_DURATIONS = 8192;

/** A row of `ClassTally.durations`: when it began (s), how long it took (us), how many it found under way (-1: not known). */
export const ROW = { second: 0, durationUs: 1, found: 2 } as const;

export class ClassTally {
	count = 0;
	failures = 0;
	readonly statuses = new Map<number, number>();
	readonly ticks = new Ticks(MOST_CELLS);
	/** answered with an error of the server */
	readonly failing = new Ticks(MOST_CELLS);
	/** first attempts, as far as the log tells retries apart */
	readonly firsts = new Ticks(MOST_CELLS);
	firstCount = 0;
	readonly durations: Reservoir;

	constructor(
		readonly key: string,
		readonly method: string,
		streams: Streams,
	) {
		this.durations = new Reservoir(3, MOST_DURATIONS, streams.uniform(`durations/${key}`));
	}

	/** @param status null: it is not known what became of them */
	add(second: number, status: number | null, count: number, isFirst: boolean): void {
		this.count += count;
		this.ticks.add(second, count);
		if (isFirst) {
			this.firstCount += count;
			this.firsts.add(second, count);
		}
		if (status === null) return;
		const before = this.statuses.get(status);
		this.statuses.set(status, before === undefined ? count : before + count);
		if (!isServerError(status)) return;
		this.failures += count;
		this.failing.add(second, count);
	}
}

/** Kinds held apart at most; twice as many between two clearings. */
const MOST_KINDS = 300;

export class ClassBook {
	readonly #tallies = new Map<string, ClassTally>();
	readonly rest: ClassTally;
	#shortBy = 0;
	#putOut = 0;

	constructor(private readonly streams: Streams) {
		this.rest = new ClassTally('rest', '-', streams);
	}

	/** A count may be short by so many. */
	get shortBy(): number {
		return this.#shortBy;
	}

	/** Kinds that were put out, those that came back counted again. */
	get putOut(): number {
		return this.#putOut;
	}

	/** The commonest first. */
	get tallies(): ClassTally[] {
		return [...this.#tallies.values()].toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
	}

	tally(key: string, method: string): ClassTally {
		const known = this.#tallies.get(key);
		if (known !== undefined) return known;
		if (this.#tallies.size >= 2 * MOST_KINDS) this.#clear();
		const fresh = new ClassTally(key, method, this.streams);
		this.#tallies.set(key, fresh);
		return fresh;
	}

	#clear(): void {
		const out = this.tallies.slice(MOST_KINDS);
		for (const tally of out) {
			absorb(this.rest, tally);
			this.#tallies.delete(tally.key);
		}
		this.#shortBy += out[0].count;
		this.#putOut += out.length;
	}
}

/** All that one has seen is the other's. Of durations as many as fit, in turn: a mixture of kinds has no law of its own anyway. */
export function absorb(into: ClassTally, from: ClassTally): void {
	into.count += from.count;
	into.failures += from.failures;
	into.firstCount += from.firstCount;
	for (const [status, count] of from.statuses) {
		const before = into.statuses.get(status);
		into.statuses.set(status, before === undefined ? count : before + count);
	}
	for (const [to, of] of [
		[into.ticks, from.ticks],
		[into.failing, from.failing],
		[into.firsts, from.firsts],
	] as const) {
		const series = of.series(of.everyS);
		if (series === null) continue;
		series.counts.forEach((count, i) => {
			if (count > 0) to.add(series.fromS + (i + 0.5) * of.everyS, count);
		});
	}
	for (let row = 0; row < from.durations.size; row++) {
		into.durations.add([ROW.second, ROW.durationUs, ROW.found].map((column) => from.durations.at(row, column)));
	}
}
