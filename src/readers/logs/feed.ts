/**
 * One log's way into the collector: its first lines say of which kind it is, each line is read or counted as one that cannot
 * be, and what is wrong with the whole is told by name.
 */
import type { LogSink, SourceFile } from '../../experiment/fit/observe/collector.js';
import type { Count, ObservedAttempt } from '../../experiment/fit/observe/observation.js';
import { type Leap, zoneText } from '../../experiment/fit/observe/time-order.js';
import { UserError } from '../../kernel/errors.js';
import { formatDuration, formatShare, SECOND } from '../../kernel/units.js';
import { DurationCheck } from './duration-check.js';
import {
	type Answers,
	type InnerLines,
	isCount,
	type LogKind,
	type LogReader,
	NO_ANSWERS,
	type WholeReading,
} from './formats/log-format.js';
import { LONGEST_LINE, type Recognised, recognise, type Taker } from './formats/recognise.js';
import { implausible } from './plausible.js';

/** More lines than this that cannot be read are another kind of file. */
const MOST_UNREADABLE = 0.05;
const SHOWN = 3;
/** A hole of a day may be one. */
const LEAP_US = 86_400e6;
const STRAYS = 0.01;
/** So many lines, or characters, are kept until the kind and its units are told. */
const SAMPLE_LINES = 1000;
const SAMPLE_CHARACTERS = 4_000_000;

export interface FeedOptions {
	/** lines may go back by more than an hour: several logs were put together */
	readonly anyOrder: boolean;
	/** is told the kind once it is known */
	readonly onKind?: (file: string, title: string, why: string) => void;
	/** what the author says of the numbers of a metric */
	readonly answers?: Answers;
	/** the kind that the author describes, in place of one that is recognised */
	readonly own?: LogKind | null;
}

interface OpenLog {
	readonly source: SourceFile;
	readonly reader: LogReader;
	readonly long: boolean;
	readonly unwrap: Taker | null;
}

export class LogFeed {
	#first: { readonly text: string; readonly number: number }[] = [];
	#characters = 0;
	#open: OpenLog | null = null;
	#number = 0;
	#within: string | null = null;
	readonly #durations = new DurationCheck();

	constructor(
		private readonly collector: LogSink,
		private readonly file: string,
		private readonly options: FeedOptions,
	) {}

	/** @throws UserError (exit 104) where the first lines are of no known kind */
	line(raw: string): void {
		this.#number++;
		const plain = this.#number === 1 && raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
		const text = plain.endsWith('\r') ? plain.slice(0, -1) : plain;
		if (text === '') return;
		if (this.#open !== null) {
			this.#read(text, this.#number);
			return;
		}
		this.#first.push({ text, number: this.#number });
		this.#characters += text.length;
		if (this.#first.length === SAMPLE_LINES || this.#characters > SAMPLE_CHARACTERS) this.#begin();
	}

	/** @throws UserError (exit 104) for an empty log, one of which too much cannot be read, and one whose clock says two things */
	end(): void {
		if (this.#open === null) this.#begin();
		if (this.#open === null) return;
		const { reader, source } = this.#open;
		const last = reader.end();
		if (typeof last === 'string') throw this.#wrong(1, `found ${last}`);
		if (isInner(last)) {
			this.#readInner(last);
			return;
		}
		this.#takeKept(last, source);
		source.assumed = [...reader.assumed];
		source.asked = [...(reader.asked ?? [])];
		this.#checkReadable(source);
		this.#checkClock(source);
		const longer = this.#durations.wrong(source.order.span);
		if (longer !== null) throw this.#wrong(1, longer);
	}

	/** The lines of a document are a log of their own. */
	#readInner({ lines, within }: InnerLines): void {
		if (this.#within !== null) throw this.#wrong(1, `found ${within} within ${this.#within}`);
		this.#within = within;
		this.collector.forget();
		this.#open = null;
		this.#number = 0;
		for (const line of lines) for (const one of line.split('\n')) this.line(one);
		this.end();
	}

	#begin(): void {
		const texts = this.#first.map(({ text }) => text);
		if (texts.length === 0)
			throw this.#wrong(1, 'found an empty log, one with requests at two instants or more would do');
		const { kind, why, title, unwrap } = this.#kindOf(texts);
		const sampled = unwrap?.() ?? null;
		const inner = sampled === null ? texts : texts.flatMap((text) => sampled(text) || []);
		const reader = kind.open(
			inner.filter((text) => kind.long === true || text.length <= LONGEST_LINE),
			this.options.answers ?? NO_ANSWERS,
		);
		const own = reader.title === undefined ? title : title.replace(kind.title, reader.title);
		const name = this.#within === null ? own : `${own}, in ${this.#within}`;
		const source = this.collector.file(this.file, name, reader.assumed);
		this.#open = { reader, source, long: kind.long === true, unwrap: unwrap?.() ?? null };
		this.options.onKind?.(this.file, name, why);
		for (const { text, number } of this.#first) this.#read(text, number);
		this.#first = [];
	}

	#kindOf(texts: readonly string[]): Recognised {
		const { own } = this.options;
		if (own === undefined || own === null) return recognise(this.file, texts);
		const known =
			own.knowsAll?.(texts) ?? texts.filter((text) => text.length <= LONGEST_LINE && own.knows(text)).length;
		return { kind: own, why: `${known} of the first ${texts.length} lines`, title: own.title, unwrap: null };
	}

	#read(text: string, number: number): void {
		const open = this.#open;
		if (open === null) return;
		if (!open.long && text.length > LONGEST_LINE && open.unwrap === null) {
			this.#unreadable(open.source, number, `a line of ${text.length} characters`);
			return;
		}
		const inner = open.unwrap === null ? text : open.unwrap(text);
		// A part of a line, whose rest follows.
		if (inner === '') return;
		if (inner === null) {
			open.source.silent++;
			return;
		}
		if (!open.long && inner.length > LONGEST_LINE) {
			this.#unreadable(open.source, number, `a line of ${inner.length} characters`);
			return;
		}
		const reading = open.reader.read(inner);
		if (reading === null) {
			open.source.silent++;
		} else if (typeof reading === 'string') {
			this.#unreadable(open.source, number, reading);
		} else if (isList(reading)) {
			this.#takeAll(reading, open.source, number);
		} else {
			this.#takeAll([reading], open.source, number);
		}
	}

	/** Several from one line: what of it is beyond all bounds is left out, and the line is unreadable once. */
	#takeAll(readings: readonly Reading[], source: SourceFile, number: number): void {
		let why: string | null = null;
		for (const one of readings) why = this.#take(one, source, number) ?? why;
		if (why !== null) this.#unreadable(source, number, why);
	}

	#unreadable({ unreadable }: SourceFile, line: number, why: string): void {
		unreadable.count++;
		if (unreadable.first.length < SHOWN) unreadable.first.push({ line, why });
	}

	/** What a reader kept to its end: a row that covers several intervals is one row, with the same count in each. */
	#takeKept(readings: readonly Reading[], source: SourceFile): void {
		let before: string | null = null;
		for (const one of readings) {
			const why = this.#take(one, source, this.#number);
			if (why !== null && why !== before) this.#unreadable(source, this.#number, why);
			before = why;
		}
	}

	/** @returns why it cannot be read; null where it was taken */
	#take(one: Reading, source: SourceFile, number: number): string | null {
		const why = implausible(one);
		if (why !== null) return why;
		source.read++;
		if (isCount(one)) {
			// Series stand one after another in an answer, so that order means nothing there.
			source.order.see(one.fromUs, one.zoneMinutes, number, false);
			this.collector.count(one);
			return null;
		}
		if (one.durationUs !== null) this.#durations.see(one.durationUs);
		source.order.see(one.timeUs, one.zoneMinutes, number, true);
		this.collector.see(one);
		return null;
	}

	#checkReadable({ read, silent, unreadable }: SourceFile): void {
		const all = read + silent + unreadable.count;
		if (unreadable.count <= MOST_UNREADABLE * all) return;
		const [{ line }] = unreadable.first;
		const shown = unreadable.first.map((one) => `line ${one.line}: ${one.why}`).join('; ');
		throw this.#wrong(
			line,
			`found ${unreadable.count} of ${all} lines that cannot be read, at most ${formatShare(MOST_UNREADABLE)} would do; ${shown}`,
		);
	}

	#checkClock({ order }: SourceFile): void {
		const { jump, zones } = order;
		if (jump !== null && !this.options.anyOrder) {
			const back = formatDuration(jump.backUs, SECOND);
			throw this.#wrong(
				jump.line,
				`found a clock that goes back by ${back}; a log in the order of its clock would do, or --any-order, which counts each line where its clock says`,
			);
		}
		this.#checkLeap(order.leap);
		const none = zones.get(null);
		if (none === undefined || zones.size === 1) return;
		const [zone, line] = [...zones].filter(([minutes]) => minutes !== null)[0];
		throw this.#wrong(
			Math.max(none, line),
			`found an instant with ${zoneText(zone)} at line ${line} and one without a zone at line ${none}; a log that says its zone always, or never, would do`,
		);
	}

	/** A handful of lines far from all the others is a clock that was wrong; as many on either side is a log with a hole. */
	#checkLeap({ line, us, before, after, restUs }: Leap): void {
		const few = Math.min(before, after);
		if (this.options.anyOrder || us < LEAP_US || us < restUs || few > STRAYS * (before + after)) return;
		const days = Math.round(us / 86_400e6);
		throw this.#wrong(
			line,
			`found a clock that leaps ahead by ${days} days, with ${few} of ${before + after} lines on one side; a log without those lines would do, or --any-order, which counts each line where its clock says`,
		);
	}

	#wrong(line: number, message: string): UserError {
		return new UserError(`${this.file}:${line}: error: ${message}`);
	}
}

type Reading = ObservedAttempt | Count;

const isList = (reading: Reading | readonly Reading[]): reading is readonly Reading[] => Array.isArray(reading);

const isInner = (reading: Exclude<WholeReading, string>): reading is InnerLines => 'lines' in reading;
