/** Watches the clock of one file: lines out of order, jumps, zones. What it cannot put right it names. */
import { assert } from '../../../kernel/errors.js';

/** So much later than a line should be is a clock that was set, or a file put together of several: not a slow answer. */
export const JUMP_US = 3600e6;

/** Lines that went back in time. */
export interface Disorder {
	readonly lines: number;
	/** the furthest that one went back, us */
	readonly mostUs: number;
	/** number of that line */
	readonly line: number;
}

export interface Jump {
	readonly line: number;
	readonly backUs: number;
}

/** The longest step forward between two lines in order. */
export interface Leap {
	readonly line: number;
	readonly us: number;
	/** lines before and after it */
	readonly before: number;
	readonly after: number;
	/** what the rest of the log spans, us */
	readonly restUs: number;
}

export class TimeOrder {
	#firstUs = Number.POSITIVE_INFINITY;
	#lines = 0;
	#leapUs = 0;
	#leapLine = 0;
	#beforeLeap = 0;
	#latestUs = Number.NEGATIVE_INFINITY;
	#late = 0;
	#mostUs = 0;
	#mostLine = 0;
	#jump: Jump | null = null;
	readonly #zones = new Map<number | null, number>();

	/** @param ordered false: only the zone counts */
	see(timeUs: number, zoneMinutes: number | null, line: number, ordered: boolean): void {
		if (!this.#zones.has(zoneMinutes)) this.#zones.set(zoneMinutes, line);
		if (!ordered) return;
		this.#firstUs = Math.min(this.#firstUs, timeUs);
		this.#lines++;
		if (timeUs >= this.#latestUs) {
			const stepUs = timeUs - this.#latestUs;
			if (stepUs > this.#leapUs && this.#lines > 1) {
				this.#leapUs = stepUs;
				this.#leapLine = line;
				this.#beforeLeap = this.#lines - 1;
			}
			this.#latestUs = timeUs;
			return;
		}
		this.#late++;
		const backUs = this.#latestUs - timeUs;
		if (backUs > JUMP_US && this.#jump === null) this.#jump = { line, backUs };
		if (backUs <= this.#mostUs) return;
		this.#mostUs = backUs;
		this.#mostLine = line;
	}

	/** First and last instant of the lines in order, us; null of none. */
	get span(): readonly [firstUs: number, lastUs: number] | null {
		return this.#lines === 0 ? null : [this.#firstUs, this.#latestUs];
	}

	get leap(): Leap {
		const [before, all] = [this.#beforeLeap, this.#lines];
		const restUs = this.#latestUs - this.#firstUs - this.#leapUs;
		return { line: this.#leapLine, us: this.#leapUs, before, after: all - before, restUs };
	}

	get disorder(): Disorder {
		return { lines: this.#late, mostUs: this.#mostUs, line: this.#mostLine };
	}

	/** The first line that went back by more than an hour; null of none. */
	get jump(): Jump | null {
		return this.#jump;
	}

	/** Minutes east of UTC, with the first line of each; null: no zone was written. */
	get zones(): ReadonlyMap<number | null, number> {
		return this.#zones;
	}
}

/** "-04:00", "UTC", "no zone". */
export function zoneText(minutes: number | null): string {
	if (minutes === null) return 'no zone';
	if (minutes === 0) return 'UTC';
	const size = Math.abs(minutes);
	assert(size < 6000, `${minutes} minutes are no zone`);
	const two = (n: number) => String(n).padStart(2, '0');
	return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
