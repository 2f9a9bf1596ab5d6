/** Takes what logs say, one line after another, and keeps of it what the fit needs: in memory that does not grow with the log. */
import { Streams } from '../../../kernel/random.js';
import { BinnedCounts } from './binned-counts.js';
import { ClassCounts, type ClassTally } from './class-counts.js';
import { Grid } from './grid.js';
import { InFlight, type OpenAttempt } from './in-flight.js';
import { type Count, isFailure, type ObservedAttempt } from './observation.js';
import { rememberingTemplates } from './path-templates.js';
import { Reservoir } from './reservoir.js';
import { RetryTracker } from './retry-tracker.js';
import { TimeOrder } from './time-order.js';

/** Cells of the finest counts: twelve days of seconds. */
const MOST_CELLS = 1_048_576;
const MOST_STAYS = 65_536;
/** Intervals that a single count is spread over. */
const MOST_PARTS = 1000;
/** Less than this is the clock's rounding. */
const LEAST_PART_S = 0.01;
/** Durations of failures kept: among them is the clients' timeout. */
const MOST_UNANSWERED = 8192;

/** A row of `stays`: when it began (s), how long it took (us), how many it found under way. */
export const STAY = { second: 0, durationUs: 1, found: 2 } as const;

/** Name of a class by method and path; null leaves it to the fit. */
export type Classify = (method: string, path: string) => string;

export interface SourceFile {
	readonly name: string;
	/** "combined access log (nginx, Apache)" */
	readonly kind: string;
	readonly order: TimeOrder;
	assumed: readonly string[];
	/** what the log does not say, and nobody can guess */
	asked: readonly string[];
	/** lines that were read as attempts or counts */
	read: number;
	/** lines that say nothing of requests, as they should */
	silent: number;
	readonly unreadable: { count: number; first: { readonly line: number; readonly why: string }[] };
}

/** What readers hand their lines to: a collector, or what stands in front of one. */
export type LogSink = Pick<Collector, 'file' | 'forget' | 'see' | 'count'>;

export class Collector {
	readonly #streams = new Streams(1).under('fit');
	readonly files: SourceFile[] = [];
	readonly grid = new Grid();
	readonly starts = new BinnedCounts(MOST_CELLS, this.grid);
	readonly failures = new BinnedCounts(MOST_CELLS, this.grid);
	readonly classes: ClassCounts;
	readonly attempts: RetryTracker;
	/** of attempts that were answered well: what they found under way, for capacity and workers */
	readonly stays: Reservoir;
	/** durations of attempts without an answer, us */
	readonly unanswered: Reservoir;
	readonly #template = rememberingTemplates();
	readonly #classify: Classify | null;
	#inFlight: InFlight<ClassTally | null>;
	#late = 0;
	/** length of the intervals that counts came in, us; 0 where attempts came one by one */
	countedEveryUs = 0;
	/** sum of the durations of all attempts that have one, us, and how many have one */
	readonly busy = { us: 0, lines: 0 };
	observations = 0;
	/** method and path, or the author's class, of the attempt seen last */
	lastKey = '';
	/** requests in all */
	total = 0;
	/** of them, those whose status is known */
	judged = 0;
	/** first and last instant that the log speaks of, us */
	firstUs = Number.POSITIVE_INFINITY;
	lastUs = Number.NEGATIVE_INFINITY;
	/** instants with a fraction of a second were seen: the log's clock is finer than a second */
	fine = false;

	/** @param classify the author's own classes; null groups by method and path */
	constructor(classify: Classify | null) {
		this.#classify = classify;
		this.classes = new ClassCounts(this.#streams.uniform('durations'), this.grid);
		this.attempts = new RetryTracker(this.#streams, this.grid);
		this.stays = new Reservoir(3, MOST_STAYS, this.#streams.uniform('stays'));
		this.unanswered = new Reservoir(1, MOST_UNANSWERED, this.#streams.uniform('unanswered'));
		this.#inFlight = this.#freshInFlight();
	}

	/** What is under way is known of one log at a time: several of them are several servers, or one after another. */
	file(name: string, kind: string, assumed: readonly string[]): SourceFile {
		this.end();
		const fresh = {
			name,
			kind,
			assumed,
			asked: [],
			order: new TimeOrder(),
			read: 0,
			silent: 0,
			unreadable: { count: 0, first: [] },
		};
		this.files.push(fresh);
		return fresh;
	}

	/** A document that holds another log is none itself. */
	forget(): void {
		this.files.pop();
	}

	see(one: ObservedAttempt): void {
		const { startUs, status, durationUs, method } = one;
		const second = startUs / 1e6;
		this.observations++;
		this.total++;
		if (status !== null) this.judged++;
		if (startUs < this.firstUs) this.firstUs = startUs;
		if (startUs > this.lastUs) this.lastUs = startUs;
		this.fine ||= one.timeUs % 1e6 !== 0;
		if (this.observations === 1) this.grid.take(second, 1);
		this.starts.add(second);
		if (isFailure(status)) this.failures.add(second);
		const tally = this.#tallyOf(method, one.path);
		tally.add(second, status, 1, this.attempts.see(one) === 1);
		if (durationUs === null) return;
		this.busy.us += durationUs;
		this.busy.lines++;
		if (status === 0 || status === 499) this.unanswered.add([durationUs]);
		this.#inFlight.add({ startUs, endUs: startUs + durationUs, tag: isFailure(status) ? null : tally });
	}

	count(one: Count): void {
		const { fromUs, everyUs, count, status, attempt, durationsUs } = one;
		this.total += count;
		if (status !== null) this.judged += count;
		this.firstUs = Math.min(this.firstUs, fromUs);
		this.lastUs = Math.max(this.lastUs, fromUs + everyUs);
		this.countedEveryUs = Math.max(this.countedEveryUs, everyUs);
		this.grid.take(fromUs / 1e6, wholeSeconds(everyUs));
		const isFirst = attempt === null || attempt === 1;
		const tally = this.#tallyOf(one.method, one.path);
		this.#spread(fromUs / 1e6, everyUs / 1e6, (second, share) => {
			this.starts.add(second, count * share);
			if (isFailure(status)) this.failures.add(second, count * share);
			tally.add(second, status, count * share, isFirst);
			if (attempt !== null) this.attempts.counted(attempt, second, count * share);
		});
		if (durationsUs === undefined) return;
		for (const us of durationsUs) tally.addDuration([fromUs / 1e6, us, -1]);
	}

	/** Over the intervals that it covers: nearly always one, as the first count laid the grid. */
	#spread(fromS: number, lengthS: number, add: (second: number, share: number) => void): void {
		const { phaseS } = this.grid;
		const cellS = Math.max(this.starts.everyS, lengthS / MOST_PARTS);
		const toS = fromS + lengthS;
		let at = fromS;
		while (at < toS) {
			const end = phaseS + (Math.floor((at - phaseS + LEAST_PART_S) / cellS) + 1) * cellS;
			const next = end >= toS - LEAST_PART_S ? toS : end;
			add((at + next) / 2, (next - at) / lengthS);
			at = next;
		}
	}

	end(): void {
		this.#inFlight.end();
		this.#late += this.#inFlight.late;
		this.#inFlight = this.#freshInFlight();
	}

	/** Lines that came too late for what was under way to be known exactly. */
	get late(): number {
		return this.#late;
	}

	#tallyOf(method: string, path: string): ClassTally {
		const key = this.#classify === null ? `${method} ${this.#template(path)}` : this.#classify(method, path);
		this.lastKey = key;
		return this.classes.tally(key, method);
	}

	#freshInFlight(): InFlight<ClassTally | null> {
		return new InFlight((one, found) => this.#stay(one, found));
	}

	/** @param tally null: it failed, so that it only stood in the way of others */
	#stay({ startUs, endUs, tag: tally }: OpenAttempt<ClassTally | null>, found: number): void {
		if (tally === null) return;
		const row = [startUs / 1e6, endUs - startUs, this.fine ? found : -1];
		this.stays.add(row);
		tally.addDuration(row);
	}
}

/** The shortest time of whole seconds that a step divides, as far as one is near. */
function wholeSeconds(us: number): number {
	for (let k = 1; k <= 4; k++) if (Math.abs((k * us) % 1e6) < 1e4) return Math.round((k * us) / 1e6);
	return Math.max(1, Math.round(us / 1e6));
}
