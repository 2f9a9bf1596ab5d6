/**
 * Reads and writes units. A bare number for a time is the classic mistake of simulators, so numbers carry their unit in
 * the text ("90s", "28%", "50k/s", "x6", "08:47") and are turned into plain numbers here, at the border, and nowhere else.
 */
import { UserError } from './errors.js';

export const MICROSECOND = 1;
export const MILLISECOND = 1_000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The greatest whole number that both are multiples of; of 0 and b that is b. */
export const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Longer times than this are mistakes, and would lose whole microseconds soon after. */
export const MAX_DURATION_US = 366 * DAY;
/** More requests per second than this cannot be meant. */
export const MAX_RATE_PER_SECOND = 1e9;
export const MAX_FACTOR = 1e6;

export const LIKE = {
	duration: 'a duration such as 250us, 10ms, 90s, 4m or 1h',
	share: 'a share such as 28% or 0.28',
	rate: 'a rate such as 50k/s, 1200/s or 30/m',
	factor: 'a factor such as x6 or 6',
	clock: 'a quoted clock time such as "08:47" or "08:47:30"',
	number: 'a number such as 300 or 1.5k',
} as const;

const DURATION_UNITS = new Map([
	['us', MICROSECOND],
	['ms', MILLISECOND],
	['s', SECOND],
	['m', MINUTE],
	['h', HOUR],
	['d', DAY],
]);
const MULTIPLES = new Map([
	['', 1],
	['k', 1e3],
	['M', 1e6],
	['G', 1e9],
]);
const PER_SECONDS = new Map([
	['s', 1],
	['m', 60],
	['h', 3600],
	['d', 86400],
]);

const DECIMAL = '\\d+(?:\\.\\d+)?';
const DURATION = new RegExp(`^(?:${DECIMAL}(?:us|ms|s|m|h|d))+$`);
const DURATION_PART = new RegExp(`(${DECIMAL})(us|ms|s|m|h|d)`, 'g');
const SHARE = new RegExp(`^(${DECIMAL}(?:e-\\d+)?)(%?)$`);
const RATE = new RegExp(`^(${DECIMAL}(?:e-\\d+)?)([kMG]?)/(s|m|h|d)$`);
const FACTOR = new RegExp(`^x?(${DECIMAL}(?:e-\\d+)?)$`);
const NUMBER = new RegExp(`^(${DECIMAL})([kMG]?)$`);
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?$/;

/** What a wrong value looks like in an error text: short, and as the author wrote it. */
export function show(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (typeof value === 'number') return String(value);
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const refuse = (value: unknown, why: string): never => {
	throw new UserError(`found ${show(value)}, ${why}`);
};

/**
 * "90s", "1.5h", "1m30s" in microseconds, rounded to whole ones.
 * @throws UserError on anything else, on a time that rounds to nothing, and above a year
 */
export function parseDuration(text: unknown): number {
	if (typeof text !== 'string' || !DURATION.test(text)) return refuse(text, `${LIKE.duration} would do`);
	let us = 0;
	for (const [, amount, unit] of text.matchAll(DURATION_PART)) us += Number(amount) * Number(DURATION_UNITS.get(unit));
	if (!(us <= MAX_DURATION_US)) return refuse(text, 'at most 366d would do');
	if (us > 0 && us < 0.5) return refuse(text, 'the clock counts whole microseconds: 0s or at least 1us would do');
	return Math.round(us);
}

/** As `parseDuration`, with an optional sign: offsets of clocks, differences. */
export function parseSignedDuration(text: unknown): number {
	if (typeof text !== 'string' || !/^[+-]/.test(text)) return parseDuration(text);
	const us = parseDuration(text.slice(1));
	return text.startsWith('-') && us > 0 ? -us : us;
}

/**
 * "28%" or 0.28 as 0..1.
 * @throws UserError outside 0..1
 */
export function parseShare(value: unknown): number {
	const found = typeof value === 'string' ? SHARE.exec(value) : null;
	if (typeof value === 'string' && found === null) return refuse(value, `${LIKE.share} would do`);
	if (typeof value !== 'number' && found === null) return refuse(value, `${LIKE.share} would do`);
	const share = found === null ? Number(value) : Number(found[1]) / (found[2] === '%' ? 100 : 1);
	if (!(share >= 0 && share <= 1)) {
		return refuse(value, share > 1 && share <= 100 ? `${LIKE.share} would do` : 'a share from 0% to 100% would do');
	}
	return share;
}

/**
 * "50k/s", "30/m" per second.
 * @throws UserError without a unit, or above 1e9 per second
 */
export function parseRate(text: unknown): number {
	const found = typeof text === 'string' ? RATE.exec(text) : null;
	if (found === null) return refuse(text, `${LIKE.rate} would do`);
	const rate = (Number(found[1]) * Number(MULTIPLES.get(found[2]))) / Number(PER_SECONDS.get(found[3]));
	if (!(rate <= MAX_RATE_PER_SECOND)) return refuse(text, 'at most 1G/s would do');
	return rate;
}

/**
 * "x6" or 6.
 * @throws UserError when negative, not finite or above a million
 */
export function parseFactor(value: unknown): number {
	const found = typeof value === 'string' ? FACTOR.exec(value) : null;
	if (typeof value !== 'number' && found === null) return refuse(value, `${LIKE.factor} would do`);
	const factor = found === null ? Number(value) : Number(found[1]);
	if (!(factor >= 0 && factor <= MAX_FACTOR)) return refuse(value, 'a factor from x0 to x1000000 would do');
	return factor;
}

/**
 * 300, "1.5k" or "x300" as a plain number.
 * @throws UserError when negative or not finite
 */
export function parseNumber(value: unknown): number {
	if (typeof value === 'string' && value.startsWith('x')) return parseFactor(value);
	const found = typeof value === 'string' ? NUMBER.exec(value) : null;
	if (typeof value !== 'number' && found === null) return refuse(value, `${LIKE.number} would do`);
	const number = found === null ? Number(value) : Number(found[1]) * Number(MULTIPLES.get(found[2]));
	if (!(number >= 0 && number <= Number.MAX_SAFE_INTEGER)) return refuse(value, 'a number from 0 to 2^53 would do');
	return number;
}

/**
 * "08:47", "08:47:30" or "08:47:30.5" in microseconds since midnight; hours above 23 are the next day ("24:10").
 * @throws UserError on anything else
 */
export function parseClock(text: unknown): number {
	const found = typeof text === 'string' ? CLOCK.exec(text) : null;
	if (found === null) return refuse(text, `${LIKE.clock} would do`);
	const hours = Number(found[1]);
	const minutes = Number(found[2]);
	const seconds = found[3] === undefined ? 0 : Number(found[3]);
	if (hours > 47 || minutes > 59 || seconds >= 60) return refuse(text, `${LIKE.clock} would do`);
	return hours * HOUR + minutes * MINUTE + Math.round(seconds * SECOND);
}

/** True when a text has the form of a clock time, valid or not. */
export function looksLikeClock(text: string): boolean {
	return /^\d{1,2}:\d/.test(text);
}

/** Without trailing zeros, and without the noise of binary fractions. */
const plain = (x: number, decimals?: number): string => {
	const text = decimals === undefined ? String(Number(x.toPrecision(12))) : x.toFixed(decimals);
	return text === '-0' ? '0' : text;
};

/**
 * Microseconds as text that `parseSignedDuration` reads back: "250us", "12.5ms", "90s", "4m30s", "1h30m".
 * @param resolutionUs rounds to this first, for people: formatDuration(us, SECOND)
 */
export function formatDuration(us: number, resolutionUs = 1): string {
	if (!Number.isFinite(us)) return us > 0 ? 'for ever' : 'unknown';
	if (us < 0) return `-${formatDuration(-us, resolutionUs)}`;
	const t = Math.round(us / resolutionUs) * resolutionUs;
	if (t === 0) return '0s';
	if (t < MILLISECOND) return `${plain(t)}us`;
	if (t < SECOND) return `${plain(t / MILLISECOND)}ms`;
	if (t < 2 * MINUTE) return `${plain(t / SECOND)}s`;
	const hours = Math.floor(t / HOUR);
	const minutes = Math.floor((t % HOUR) / MINUTE);
	const seconds = (t % MINUTE) / SECOND;
	return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${plain(seconds)}s` : ''}`;
}

/**
 * 0.28 as "28%".
 * @param decimals for people: formatShare(0.28123, 1) is "28.1%"
 */
export function formatShare(x: number, decimals?: number): string {
	return `${plain(x * 100, decimals)}%`;
}

/**
 * Requests per second as text: "0.5/s", "1200/s", "50k/s".
 * @param decimals for people: formatRate(1234.56, 0) is "1235/s"
 */
export function formatRate(perSecond: number, decimals?: number): string {
	const size = Math.abs(perSecond);
	if (size >= 1e7) return `${plain(perSecond / 1e6, decimals)}M/s`;
	if (size >= 1e4) return `${plain(perSecond / 1e3, decimals)}k/s`;
	return `${plain(perSecond, decimals)}/s`;
}

/** 6 as "x6". */
export function formatFactor(x: number, decimals?: number): string {
	return `x${plain(x, decimals)}`;
}

/**
 * A clock time as "08:47:30" (fractions of a second only where there are some); wraps at midnight.
 * @param us microseconds since midnight
 * @param withSeconds false rounds down to the minute: "08:47"
 */
export function formatClock(us: number, withSeconds = true): string {
	const t = ((Math.round(us) % DAY) + DAY) % DAY;
	const two = (x: number): string => String(x).padStart(2, '0');
	const minutes = `${two(Math.floor(t / HOUR))}:${two(Math.floor((t % HOUR) / MINUTE))}`;
	if (!withSeconds) return minutes;
	const fraction = t % SECOND;
	const seconds = two(Math.floor((t % MINUTE) / SECOND));
	if (fraction === 0) return `${minutes}:${seconds}`;
	return `${minutes}:${seconds}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}
