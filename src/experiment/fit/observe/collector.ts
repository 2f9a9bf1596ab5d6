/** Takes what logs say, one line after another, and keeps of it what the fit needs: in memory that does not grow with the log. */
import { Streams } from '../../../kernel/random.js';
import { BinnedCounts } from './binned-counts.js';
import { ClassCounts, type ClassTally } from './class-counts.js';
import { InFlight, type OpenAttempt } from './in-flight.js';
import { type Count, isFailure, type ObservedAttempt } from './observation.js';
import { rememberingTemplates } from './path-templates.js';
import { Reservoir } from './reservoir.js';
import { RetryTracker } from './retry-tracker.js';
import { TimeOrder } from './time-order.js';

/** Cells of the finest counts: twelve days of seconds. */
const MOST_CELLS = 1_048_576;
const MOST_STAYS = 65_536;
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
	readonly assumed: readonly string[];
	/** lines that were read as attempts or counts */
	read: number;
	/** lines that say nothing of requests, as they should */
	silent: number;
	readonly unreadable: { count: number; first: { readonly line: number; readonly why: string }[] };
}

export class Collector {
	readonly #streams = new Streams(1).under('fit');
	readonly files: SourceFile[] = [];
	readonly starts = new BinnedCounts(MOST_CELLS);
	readonly failures = new BinnedCounts(MOST_CELLS);
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
	sightings = 0;
	/** requests in all */
	total = 0;
	/** instants with a fraction of a second were seen: the log's clock is finer than a second */
	fine = false;

	/** @param classify the author's own classes; null groups by method and path */
	constructor(classify: Classify | null) {
		this.#classify = classify;
		this.classes = new ClassCounts(this.#streams.uniform('durations'));
		this.attempts = new RetryTracker(this.#streams);
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
			order: new TimeOrder(),
			read: 0,
			silent: 0,
			unreadable: { count: 0, first: [] },
		};
		this.files.push(fresh);
		return fresh;
	}

	see(one: ObservedAttempt): void {
		const { startUs, status, durationUs, method } = one;
		const second = startUs / 1e6;
		this.sightings++;
		this.total++;
		this.fine ||= one.timeUs % 1e6 !== 0;
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
		const { fromUs, everyUs, count, status, attempt } = one;
		const second = fromUs / 1e6;
		this.total += count;
		this.countedEveryUs = Math.max(this.countedEveryUs, everyUs);
		this.starts.add(second, count);
		if (status !== null && isFailure(status)) this.failures.add(second, count);
		this.#tallyOf(one.method, one.path).add(second, status, count, attempt === null || attempt === 1);
		if (attempt !== null) this.attempts.counted(attempt, second, count);
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
