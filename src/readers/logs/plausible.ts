/**
 * Bounds of every number that a line of a log may hold, in one place for all kinds of logs. A number beyond them is one bad line of
 * millions: it is counted as unreadable, and reaches no sum.
 */
import type { Count, ObservedAttempt } from '../../experiment/fit/observe/observation.js';

const FROM_US = Date.UTC(1990) * 1000;
const TO_US = Date.UTC(2100) * 1000;
/** Longer than any request. */
const LONGEST_US = 86_400e6;
/** An interval of counts: longer than a metric's step. */
const LONGEST_STEP_US = 366 * 86_400e6;
const MOST_ATTEMPTS = 1_000_000;
/** In one interval: what a scenario can say. Sums of thousands of these stay whole numbers. */
const MOST_COUNTED = 1e9;

/** @returns why it cannot be read; null where it can */
export function implausible(one: ObservedAttempt | Count): string | null {
	if (one.attempt !== null && !isWhole(one.attempt, 0, MOST_ATTEMPTS)) return `no number of an attempt: ${one.attempt}`;
	if (one.status !== null && !isWhole(one.status, 0, 999)) return `no status: ${one.status}`;
	return 'count' in one ? implausibleCount(one) : implausibleAttempt(one);
}

function implausibleAttempt({ timeUs, startUs, durationUs, tries }: ObservedAttempt): string | null {
	if (durationUs !== null && !(durationUs >= 0 && durationUs <= LONGEST_US))
		return `a duration of ${durationUs / 1e6} s, at most a day can be read`;
	if (tries !== null && !isWhole(tries, 0, MOST_ATTEMPTS)) return `no number of tries: ${tries}`;
	return within(timeUs, startUs);
}

function implausibleCount({ fromUs, everyUs, count }: Count): string | null {
	if (!(count >= 0 && count <= MOST_COUNTED)) return `a count of ${count}, at most ${MOST_COUNTED} can be read`;
	if (!(everyUs > 0 && everyUs <= LONGEST_STEP_US)) return `an interval of ${everyUs / 1e6} s`;
	return within(fromUs, fromUs);
}

/** A table that counts from midnight of no day begins in 1970. */
function within(timeUs: number, startUs: number): string | null {
	const isDate = timeUs >= FROM_US && timeUs < TO_US;
	const isIndex = timeUs >= 0 && timeUs < FROM_US;
	return (isDate || isIndex) && Number.isFinite(startUs) ? null : `no instant between 1990 and 2100`;
}

const isWhole = (value: number, least: number, most: number): boolean =>
	Number.isInteger(value) && value >= least && value <= most;
