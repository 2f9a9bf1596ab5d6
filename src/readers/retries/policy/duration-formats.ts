/** Durations as each format writes them: no two agree on the units, on fractions, or on what a bare number counts. */
import { DAY, HOUR, MAX_DURATION_US, MILLISECOND, MINUTE, SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import { parseGoDuration } from '../../text/durations.js';

/** @returns microseconds; null for anything else, and above a year */
export type ReadDuration = (text: string) => number | null;

const sane = (us: number): number | null => (us >= 0 && us <= MAX_DURATION_US ? Math.round(us) : null);

/** JSON of protocol buffers: decimal seconds, and nothing else: `0.250s`. */
export const protobufDuration: ReadDuration = (text) => {
	const found = /^(\d+(?:\.\d{1,9})?)s$/.exec(text.trim());
	return found === null ? null : sane(Number(found[1]) * SECOND);
};

/** Go, and with it Kubernetes: `1h30m`, `1.5s`. A bare number is refused, but for 0. */
export const goDuration: ReadDuration = (text) => {
	const plain = text.trim();
	if (/^\d+$/.test(plain)) return Number(plain) === 0 ? 0 : null;
	return parseGoDuration(plain);
};

const LINKERD_US = new Map([
	['ms', MILLISECOND],
	['s', SECOND],
	['m', MINUTE],
	['h', HOUR],
	['d', DAY],
]);

/** One whole number and one unit; of bare numbers 0 alone. */
export const linkerdDuration: ReadDuration = (text) => {
	if (text.trim() === '0') return 0;
	const found = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim());
	return found === null ? null : sane(Number(found[1]) * Number(LINKERD_US.get(found[2])));
};

/** A TimeSpan of .NET, `[d.]hh:mm:ss[.fffffff]`; a bare number counts days there. */
export const timeSpan: ReadDuration = (text) => {
	const plain = text.trim();
	if (/^\d+$/.test(plain)) return sane(Number(plain) * DAY);
	const found = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,7})?))?$/.exec(plain);
	if (found === null) return null;
	const [days, hours, minutes, seconds] = found.slice(1).map((part) => (part === undefined ? 0 : Number(part)));
	if (hours > 23 || minutes > 59 || seconds >= 60) return null;
	return sane(days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND);
};

const SPRING_US = new Map([
	['us', 1],
	['ms', MILLISECOND],
	['s', SECOND],
	['m', MINUTE],
	['h', HOUR],
	['d', DAY],
]);

/** Spring's: `500ms`, `PT0.5S`, or a bare number of milliseconds. */
export const springDuration: ReadDuration = (text) => {
	const plain = text.trim();
	const simple = /^(\d+)(us|ms|s|m|h|d)?$/i.exec(plain);
	if (simple !== null) {
		const unit = simple[2] === undefined ? 'ms' : simple[2].toLowerCase();
		return sane(Number(simple[1]) * Number(SPRING_US.get(unit)));
	}
	const iso = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(plain);
	if (iso === null || plain.length < 3) return null;
	const [days, hours, minutes, seconds] = iso.slice(1).map((part) => (part === undefined ? 0 : Number(part)));
	return sane(days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND);
};

/** NGINX: parts with units, and a bare number of seconds. */
export const nginxDuration: ReadDuration = (text) => {
	if (!/^(?:\d+(?:ms|[smhdwMy])?)+$/.test(text)) return null;
	let us = 0;
	for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) {
		us += Number(amount) * Number(NGINX_US.get(unit ?? 's'));
	}
	return sane(us);
};

const NGINX_US = new Map([
	['ms', MILLISECOND],
	['s', SECOND],
	['m', MINUTE],
	['h', HOUR],
	['d', DAY],
	['w', 7 * DAY],
	['M', 30 * DAY],
	['y', 365 * DAY],
]);

/** HAProxy: one number with a unit, or a bare number of milliseconds. */
export const haproxyDuration: ReadDuration = (text) => {
	const found = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text);
	return found === null ? null : sane(Number(found[1]) * Number(SPRING_US.get(found[2] ?? 'ms')));
};

/** A field as a duration, null where it is missing. @throws InvalidScenario for what the format does not allow */
export function durationOf(field: Field, read: ReadDuration, like: string): number | null {
	const text = field.text();
	if (text === null) return null;
	const us = read(text);
	if (us === null) throw field.wrong(like);
	return us;
}
