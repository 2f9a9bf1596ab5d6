/**
 * One log's way into the collector: its first lines say of which kind it is, each line is read or counted as one that cannot
 * be, and what is wrong with the whole is told by name.
 */
import type { Collector, SourceFile } from '../../experiment/fit/observe/collector.js';
import type { Count, ObservedAttempt } from '../../experiment/fit/observe/observation.js';
import { type Leap, zoneText } from '../../experiment/fit/observe/time-order.js';
import { UserError } from '../../kernel/errors.js';
import { formatDuration, formatShare, SECOND } from '../../kernel/units.js';
import { isCount, type LogReader } from './formats/log-format.js';
import { FIRST_LINES, recognise } from './formats/recognise.js';
import { implausible } from './plausible.js';

/** More lines than this that cannot be read are another kind of file. */
const MOST_UNREADABLE = 0.05;
const SHOWN = 3;
/** A hole of a day may be one. */
const LEAP_US = 86_400e6;
const STRAYS = 0.01;

export interface FeedOptions {
	/** lines may go back by more than an hour: several logs were put together */
	readonly anyOrder: boolean;
	/** is told the kind once it is known */
	readonly onKind?: (file: string, title: string, why: string) => void;
}

export class LogFeed {
	#first: { readonly text: string; readonly number: number }[] = [];
	#open: { readonly source: SourceFile; readonly reader: LogReader } | null = null;
	#number = 0;

	constructor(
		private readonly collector: Collector,
		private readonly file: string,
		private readonly options: FeedOptions,
	) {}

	/** @throws UserError (exit 104) where the first lines are of no known kind */
	line(raw: string): void {
		this.#number++;
		const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
		if (text === '') return;
		if (this.#open === null) {
			this.#first.push({ text, number: this.#number });
			if (this.#first.length === FIRST_LINES) this.#begin();
		} else {
			this.#read(text, this.#number);
		}
	}

	/** @throws UserError (exit 104) for an empty log, one of which too much cannot be read, and one whose clock says two things */
	end(): void {
		if (this.#open === null) this.#begin();
		if (this.#open === null) return;
		const { reader, source } = this.#open;
		const last = reader.end();
		if (typeof last === 'string') throw this.#wrong(1, `found ${last}`);
		for (const one of last) this.#take(one, source, this.#number);
		this.#checkReadable(source);
		this.#checkClock(source);
	}

	#begin(): void {
		const texts = this.#first.map(({ text }) => text);
		if (texts.length === 0)
			throw this.#wrong(1, 'found an empty log, one with requests at two instants or more would do');
		const { kind, why } = recognise(this.file, texts);
		const reader = kind.open(texts);
		this.#open = { reader, source: this.collector.file(this.file, kind.title, reader.assumed) };
		this.options.onKind?.(this.file, kind.title, why);
		for (const { text, number } of this.#first) this.#read(text, number);
		this.#first = [];
	}

	#read(text: string, number: number): void {
		const open = this.#open;
		if (open === null) return;
		const reading = open.reader.read(text);
		if (reading === null) {
			open.source.silent++;
		} else if (typeof reading === 'string') {
			this.#unreadable(open.source, number, reading);
		} else if (isList(reading)) {
			for (const one of reading) this.#take(one, open.source, number);
		} else {
			this.#take(reading, open.source, number);
		}
	}

	#unreadable({ unreadable }: SourceFile, line: number, why: string): void {
		unreadable.count++;
		if (unreadable.first.length < SHOWN) unreadable.first.push({ line, why });
	}

	#take(one: ObservedAttempt | Count, source: SourceFile, number: number): void {
		const why = implausible(one);
		if (why !== null) {
			this.#unreadable(source, number, why);
			return;
		}
		source.read++;
		if (isCount(one)) {
			// Series stand one after another in an answer, so that order means nothing there.
			source.order.see(one.fromUs, one.zoneMinutes, number, false);
			this.collector.count(one);
			return;
		}
		source.order.see(one.timeUs, one.zoneMinutes, number, true);
		this.collector.see(one);
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

const isList = (reading: ObservedAttempt | Count | readonly Count[]): reading is readonly Count[] =>
	Array.isArray(reading);
