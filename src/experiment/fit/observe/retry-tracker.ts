/**
 * How often clients send a request, by what a log tells of it: a number of the attempt, an id that all attempts of a request
 * share, tries that a proxy counted, or else who asked for the same thing again.
 *
 * The last is a guess, and made so: of the clients whose attempt failed, the share that asks for the same thing within the window,
 * less the share of those whose attempt succeeded. What people ask for again anyway cancels, if it is as common after a success.
 */
import type { Streams } from '../../../kernel/random.js';
import { BinnedCounts } from './binned-counts.js';
import type { Grid } from './grid.js';
import { isFailure, type ObservedAttempt } from './observation.js';
import { Reservoir } from './reservoir.js';
import { TwoGenerationSet } from './two-generation-set.js';

/** A retry comes within so long after its attempt ended, where only the client tells. */
export const WINDOW_US = 10e6;

const MOST_KEYS = 100_000;
const MOST_CELLS = 65_536;
const MOST_DELAYS = 8192;

/** Longer rows of failures are told apart no more. */
const MOST_POSITIONS = 10;

interface Last {
	endUs: number;
	failed: boolean;
	/** somebody came back to it */
	answered: boolean;
	/** which in a row of failures that came back it seems to be, 1 first */
	position: number;
	attempt: number;
}

/** Of attempts that ended so: how many, and after how many the same was asked again within the window. */
export interface RetriedShare {
	ended: number;
	again: number;
}

export class RetryTracker {
	readonly #last = new TwoGenerationSet<Last>(MOST_KEYS);
	/** by number of the attempt, 1 first */
	readonly byNumber = new Map<number, number>();
	/** retries by when they began; of lines with a number or an id */
	readonly retries: BinnedCounts;
	readonly all: BinnedCounts;
	/** from the end of an attempt to the next one of the request: number of the later one, us */
	readonly delays: Reservoir;
	readonly after: { readonly failure: RetriedShare; readonly success: RetriedShare } = {
		failure: none(),
		success: none(),
	};
	/** of `after.failure`, by its position in a row: after the first failure, after that of the first retry, ... */
	readonly afterFailures: readonly RetriedShare[] = Array.from({ length: MOST_POSITIONS }, none);
	/** of lines that only a client tells: those that seem to try a failure again, by when they began; what people ask anyway is among them */
	readonly echoes: BinnedCounts;
	/** whether the line seen last is one of them */
	lastIsEcho = false;
	/** which attempt of its request the line seen last was, as far as it tells */
	lastNumber = 1;
	#numbered = 0;
	#named = 0;
	#clients = 0;
	#lines = 0;
	#tries = 0;
	#counted = 0;

	constructor(streams: Streams, grid: Grid) {
		this.retries = new BinnedCounts(MOST_CELLS, grid);
		this.all = new BinnedCounts(MOST_CELLS, grid);
		this.echoes = new BinnedCounts(MOST_CELLS, grid);
		this.delays = new Reservoir(2, MOST_DELAYS, streams.uniform('delays'));
	}

	/** Lines that had a number, an id, a client; and tries over the lines that counted them. */
	get totals() {
		const { forgotten } = this.#last;
		return {
			lines: this.#lines,
			numbered: this.#numbered,
			named: this.#named,
			clients: this.#clients,
			counted: this.#counted,
			tries: this.#tries,
			forgotten,
		};
	}

	/** @returns which attempt of its request it was, as far as the line tells; 1 where it does not */
	see(one: ObservedAttempt): number {
		const { startUs, durationUs, status, id, attempt, tries, client } = one;
		const endUs = startUs + (durationUs === null ? 0 : durationUs);
		this.#lines++;
		this.lastIsEcho = false;
		if (tries !== null) {
			this.#counted++;
			this.#tries += tries;
		}
		if (attempt !== null) this.#numbered++;
		if (id !== null) this.#named++;
		if (client !== null) this.#clients++;
		const key = id !== null ? `i${id}` : client === null ? null : `c${client} ${one.method} ${one.path}`;
		const before = key === null ? undefined : this.#last.get(key);
		const number = attempt !== null ? attempt : id === null || before === undefined ? 1 : before.attempt + 1;
		this.lastNumber = number;
		this.count(number, startUs / 1e6, 1);
		if (key === null) return number;
		if (before !== undefined && id !== null) this.#delay(before, number, startUs);
		const position = id === null && status !== null ? this.#guess(before, startUs, isFailure(status)) : 1;
		if (position > 1 && before !== undefined) this.delays.add([2, startUs - before.endUs]);
		if (position > 1) {
			this.lastIsEcho = true;
			this.echoes.add(startUs / 1e6);
		}
		this.#last.set(key, { endUs, failed: isFailure(status), answered: false, position, attempt: number });
		return number;
	}

	/** @param number of the attempt */
	count(number: number, second: number, count: number): void {
		const before = this.byNumber.get(number);
		this.byNumber.set(number, before === undefined ? count : before + count);
		this.all.add(second, count);
		if (number > 1) this.retries.add(second, count);
	}

	/** A line that counts attempts by their number. */
	counted(number: number, second: number, count: number): void {
		this.#lines++;
		this.#numbered++;
		this.count(number, second, count);
	}

	#delay(before: Last, number: number, startUs: number): void {
		if (number === before.attempt + 1 && startUs >= before.endUs) this.delays.add([number, startUs - before.endUs]);
	}

	/** @returns the position of this attempt in a row of failures that came back */
	#guess(before: Last | undefined, startUs: number, failed: boolean): number {
		const follows =
			before !== undefined && !before.answered && startUs >= before.endUs && startUs - before.endUs <= WINDOW_US;
		const position = follows && before.failed ? Math.min(MOST_POSITIONS, before.position + 1) : 1;
		if (failed) this.afterFailures[position - 1].ended++;
		(failed ? this.after.failure : this.after.success).ended++;
		if (!follows) return position;
		before.answered = true;
		if (before.failed) this.afterFailures[before.position - 1].again++;
		(before.failed ? this.after.failure : this.after.success).again++;
		return position;
	}
}

const none = (): RetriedShare => ({ ended: 0, again: 0 });
