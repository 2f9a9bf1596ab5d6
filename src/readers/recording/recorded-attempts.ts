/**
 * Reads a recording of attempts: JSON lines with `t` (s, when it was sent), `ms` (how long it took), `attempt` (1 for the
 * first of its request) and `code`, the status that came back, 0 where the client gave up. Where a status does not say what
 * happened, `outcome` does: ok, rejected, timeout, error, refused. Other fields are left alone; the order of lines is free.
 */
import { ENDED, type Ended, type Recording, TELLS_ALL } from '../../experiment/measure/recording.js';
import { EXIT, UserError } from '../../kernel/errors.js';

/** More than these would not fit beside a simulator. */
export const MOST_ATTEMPTS = 5_000_000;
/** Of all lines: more that cannot be read make it another kind of file ... */
const MOST_UNREADABLE = 0.05;
/** ... which is not read to its end once so many could not be. */
const ENOUGH_UNREADABLE = 1000;
const SHOWN = 3;
/** s from the first to the last attempt: more is a clock that jumped. */
const LONGEST_S = 30 * 24 * 3600;

interface Attempt {
	readonly sentS: number;
	readonly tookMs: number;
	readonly ended: Ended;
	readonly first: boolean;
}

export class AttemptReader {
	private readonly columns = {
		sentS: [] as number[],
		tookMs: [] as number[],
		ended: [] as number[],
		first: [] as number[],
	};
	private lines = 0;
	private unreadable = 0;
	private readonly shown: string[] = [];

	/** @param file for error texts */
	constructor(private readonly file: string) {}

	/** One line without its line feed; blank ones are no lines. @throws UserError beyond MOST_ATTEMPTS, and of what is plainly no recording */
	line(text: string): void {
		if (text.trim() === '') return;
		this.lines++;
		const found = readAttempt(text);
		if (typeof found === 'string') {
			this.unreadable++;
			if (this.shown.length < SHOWN) this.shown.push(`line ${this.lines}: ${found}`);
			if (this.unreadable >= ENOUGH_UNREADABLE) this.checkKind();
			return;
		}
		const { sentS, tookMs, ended, first } = this.columns;
		sentS.push(found.sentS);
		tookMs.push(found.tookMs);
		ended.push(ENDED.indexOf(found.ended));
		first.push(Number(found.first));
		if (sentS.length > MOST_ATTEMPTS)
			this.refuse(`found more than ${MOST_ATTEMPTS.toLocaleString('en-US')} attempts, a shorter recording`);
	}

	/** The first lines that could not be read, each with its number and why. */
	get complaints(): readonly string[] {
		return this.shown;
	}

	/** @throws UserError where it is no recording: too few attempts, too many other lines, a clock that jumped */
	end(): Recording {
		const { sentS, tookMs, ended, first } = this.columns;
		this.checkKind();
		if (sentS.length < 2) this.refuse(`found ${sentS.length === 0 ? 'no attempt' : 'one attempt'}, two or more`);
		const [least, most] = [sentS.reduce((a, b) => Math.min(a, b)), sentS.reduce((a, b) => Math.max(a, b))];
		if (most - least > LONGEST_S)
			this.refuse(
				`found ${Math.round((most - least) / 86400)} days between first and last attempt (a clock that jumped?), at most 30`,
			);
		if (first.every((one) => one === 0)) this.refuse('found no first attempt (attempt: 1), those of every request');
		return {
			attempts: sentS.length,
			sentS: Float64Array.from(sentS),
			tookMs: Float64Array.from(tookMs),
			ended: Uint8Array.from(ended),
			first: Uint8Array.from(first),
			lines: this.lines,
			unreadable: this.unreadable,
			weight: null,
			tells: TELLS_ALL,
		};
	}

	private checkKind(): void {
		if (this.unreadable <= MOST_UNREADABLE * this.lines) return;
		const what = `found ${this.unreadable} of ${this.lines} lines that are no attempt (${this.shown.join('; ')})`;
		this.refuse(`${what}, JSON lines with t, ms, attempt and code`);
	}

	private refuse(what: string): never {
		throw new UserError(`${this.file}: error: ${what} would do`, EXIT.usage);
	}
}

/** Whether a line looks like one of this kind, its numbers readable or not. */
export function isRecordedAttempt(text: string): boolean {
	try {
		const line: unknown = JSON.parse(text);
		return typeof line === 'object' && line !== null && ['t', 'ms', 'attempt'].every((name) => name in line);
	} catch {
		return false;
	}
}

/** @returns why it is none, where it is none */
function readAttempt(text: string): Attempt | string {
	let line: unknown;
	try {
		line = JSON.parse(text);
	} catch {
		return 'no JSON';
	}
	if (typeof line !== 'object' || line === null || Array.isArray(line)) return 'no JSON object';
	const { t, ms, attempt, code, outcome }: Record<string, unknown> = { ...line };
	if (typeof t !== 'number' || !Number.isFinite(t)) return 't is no time';
	if (typeof ms !== 'number' || !Number.isFinite(ms)) return 'ms is no duration';
	if (ms < 0) return `ms is negative (${ms})`;
	if (!Number.isInteger(attempt) || Number(attempt) < 1) return 'attempt is no number from 1 up';
	const ended = endOf(outcome, code);
	return ended === null
		? 'neither code nor outcome says how it ended'
		: { sentS: t, tookMs: ms, ended, first: attempt === 1 };
}

/** What a status says where nothing says it better: 429 and 503 are a full house, other 5xx an error, 4xx an answer. */
function endOf(outcome: unknown, code: unknown): Ended | null {
	if (outcome !== undefined) return ENDED.find((one) => one === outcome) ?? null;
	if (code === 0 || code === 499) return 'timeout';
	if (!Number.isInteger(code) || Number(code) < 100 || Number(code) > 599) return null;
	if (code === 429 || code === 503) return 'rejected';
	return Number(code) >= 500 ? 'error' : 'ok';
}
