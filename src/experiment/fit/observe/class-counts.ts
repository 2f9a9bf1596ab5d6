/**
 * What was seen of each kind of request, by method and path, in bounded memory. Where there are more kinds than it may hold, the
 * rarest go into `rest`; as that happens again and again, one that comes back begins anew. So the count of a kind is short by at most
 * `shortBy`, the sum of what the greatest kind put out each time had: the bound of lossy counting (G. S. Manku and R. Motwani,
 * "Approximate Frequency Counts over Data Streams", VLDB 2002).
 */
import type { Uniform } from '../../../kernel/random.js';
import { BinnedCounts } from './binned-counts.js';
import type { Grid } from './grid.js';
import { isServerError } from './observation.js';
import { Reservoir } from './reservoir.js';

const MOST_CELLS = 2048;
/** Durations kept of a kind. */
const MOST_DURATIONS = 8192;

/** A row of `ClassTally.durations`: when it began (s), how long it took (us), how many it found under way (-1: not known). */
export const ROW = { second: 0, durationUs: 1, found: 2 } as const;

/** What is kept of a kind that has come often enough. */
class Full {
	readonly statuses = new Map<number, number>();
	readonly ticks: BinnedCounts;
	/** answered with an error of the server */
	readonly failing: BinnedCounts;
	/** first attempts, as far as the log tells retries apart */
	readonly firsts: BinnedCounts;
	readonly durations: Reservoir;

	constructor(uniform: Uniform, grid: Grid) {
		this.ticks = new BinnedCounts(MOST_CELLS, grid);
		this.failing = new BinnedCounts(MOST_CELLS, grid);
		this.firsts = new BinnedCounts(MOST_CELLS, grid);
		this.durations = new Reservoir(3, MOST_DURATIONS, uniform);
	}
}

/** A kind that has not come so often is a list of what was seen: of a million paths most come once. */
const FEW = 32;

interface ClassSample {
	readonly second: number;
	readonly status: number | null;
	readonly count: number;
	readonly isFirst: boolean;
}

export class ClassTally {
	count = 0;
	firstCount = 0;
	#few: { readonly samples: ClassSample[]; readonly rows: (readonly number[])[] } | null = { samples: [], rows: [] };
	#full: Full | null = null;

	constructor(
		readonly key: string,
		readonly method: string,
		private readonly uniform: Uniform,
		readonly grid: Grid,
	) {}

	get statuses(): ReadonlyMap<number, number> {
		return this.#grown().statuses;
	}

	get ticks(): BinnedCounts {
		return this.#grown().ticks;
	}

	get failing(): BinnedCounts {
		return this.#grown().failing;
	}

	get firsts(): BinnedCounts {
		return this.#grown().firsts;
	}

	get durations(): Reservoir {
		return this.#grown().durations;
	}

	/** @param status null: it is not known what became of them */
	add(second: number, status: number | null, count: number, isFirst: boolean): void {
		this.count += count;
		if (isFirst) this.firstCount += count;
		if (this.#few !== null && this.#few.samples.length < FEW)
			this.#few.samples.push({ second, status, count, isFirst });
		else keep(this.#grown(), second, status, count, isFirst);
	}

	/** @param row see `ROW` */
	addDuration(row: readonly number[]): void {
		if (this.#few !== null && this.#few.rows.length < FEW) this.#few.rows.push(row);
		else this.#grown().durations.add(row);
	}

	/** All that was seen of another one, too. Of durations as many as fit: a mixture of kinds has no law of its own anyway. */
	absorb(from: ClassTally): void {
		if (from.#few !== null) {
			for (const { second, status, count, isFirst } of from.#few.samples) this.add(second, status, count, isFirst);
			for (const row of from.#few.rows) this.addDuration(row);
			return;
		}
		this.count += from.count;
		this.firstCount += from.firstCount;
		const into = this.#grown();
		for (const [status, count] of from.statuses) bump(into.statuses, status, count);
		pour(into.ticks, from.ticks);
		pour(into.failing, from.failing);
		pour(into.firsts, from.firsts);
		for (let row = 0; row < from.durations.size; row++) {
			into.durations.add([ROW.second, ROW.durationUs, ROW.found].map((column) => from.durations.at(row, column)));
		}
	}

	#grown(): Full {
		if (this.#full !== null) return this.#full;
		const full = new Full(this.uniform, this.grid);
		this.#full = full;
		const few = this.#few;
		this.#few = null;
		if (few !== null) {
			for (const { second, status, count, isFirst } of few.samples) keep(full, second, status, count, isFirst);
			for (const row of few.rows) full.durations.add(row);
		}
		return full;
	}
}

function keep(full: Full, second: number, status: number | null, count: number, isFirst: boolean): void {
	full.ticks.add(second, count);
	if (isFirst) full.firsts.add(second, count);
	if (status === null) return;
	bump(full.statuses, status, count);
	if (isServerError(status)) full.failing.add(second, count);
}

function bump(map: Map<number, number>, key: number, count: number): void {
	const before = map.get(key);
	map.set(key, before === undefined ? count : before + count);
}

function pour(into: BinnedCounts, from: BinnedCounts): void {
	from.visit(from.everyS, (fromS, count) => into.add(fromS + 0.5 * from.everyS, count));
}

/** Kinds held apart at most; twice as many between two clearings. */
const MOST_KINDS = 300;

export class ClassCounts {
	readonly #tallies = new Map<string, ClassTally>();
	readonly rest: ClassTally;
	#shortBy = 0;
	#putOut = 0;

	/** @param uniform chooses whose durations are kept */
	constructor(
		private readonly uniform: Uniform,
		private readonly grid: Grid,
	) {
		this.rest = new ClassTally('rest', '-', uniform, grid);
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
		const fresh = new ClassTally(key, method, this.uniform, this.grid);
		this.#tallies.set(key, fresh);
		return fresh;
	}

	#clear(): void {
		const out = this.tallies.slice(MOST_KINDS);
		for (const tally of out) {
			this.rest.absorb(tally);
			this.#tallies.delete(tally.key);
		}
		this.#shortBy += out[0].count;
		this.#putOut += out.length;
	}
}
