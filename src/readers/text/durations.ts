/** Durations as Go and Prometheus write them. */
import { DAY, HOUR, MAX_DURATION_US, MILLISECOND, MINUTE, SECOND } from '../../kernel/units.js';

const UNITS_US = new Map([
	['us', 1],
	['ms', MILLISECOND],
	['s', SECOND],
	['m', MINUTE],
	['h', HOUR],
	['d', DAY],
	['w', 7 * DAY],
	['y', 365 * DAY],
]);

const GO = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/;
const PROMETHEUS = /^(?:\d+(?:ms|[smhdwy]))+$/;
const PART = /(\d+(?:\.\d+)?)(us|ms|[smhdwy])/g;

/** "1h30m", or "90" for seconds, in microseconds; null for anything else, and above a year. */
export function parseGoDuration(text: string): number | null {
	const plain = text.trim();
	return sum(/^\d+$/.test(plain) ? `${plain}s` : plain, GO);
}

/** "5m", "1d12h" in microseconds; null for anything else. */
export const parsePrometheusDuration = (text: string): number | null => sum(text, PROMETHEUS);

function sum(text: string, form: RegExp): number | null {
	if (!form.test(text)) return null;
	let us = 0;
	for (const [, amount, unit] of text.matchAll(PART)) us += Number(amount) * Number(UNITS_US.get(unit));
	return us <= MAX_DURATION_US ? Math.round(us) : null;
}
