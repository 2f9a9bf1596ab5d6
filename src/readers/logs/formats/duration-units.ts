/**
 * The unit of a duration. Some fields say it by their name or their product (`request_time` of nginx is in seconds); a bare `duration`
 * is held against the log: a unit counts only where hardly any request outlasts the log and the mean is one that requests have. Where
 * several units would do, none is taken: the duration is unknown, and asked.
 */

export type Unit = 's' | 'ms' | 'us' | 'ns';

export const US_PER: Readonly<Record<Unit, number>> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };

const UNITS: readonly Unit[] = ['s', 'ms', 'us', 'ns'];
/** Means of requests lie between a fifth of a millisecond and ten seconds. */
const LEAST_MEAN_US = 200;
const MOST_MEAN_US = 10e6;
/** A request in a hundred may outlast what we see of the log. */
const OUTLASTING = 0.01;
const LEAST_VALUES = 10;

export interface UnitFound {
	/** null: it cannot be told */
	readonly unit: Unit | null;
	readonly why: string;
}

/** @param values of one field, as they were written. @param spanUs of the lines that they come from */
export function unitByEvidence(field: string, values: readonly number[], spanUs: number): UnitFound {
	const positive = values.filter((value) => value > 0);
	if (positive.length < LEAST_VALUES)
		return { unit: null, why: `the unit of ${field} is not known, and too few of its values are above zero to tell` };
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const whole = values.every(Number.isInteger);
	const sorted = positive.toSorted((a, b) => a - b);
	const long = sorted[Math.floor((1 - OUTLASTING) * (sorted.length - 1))];
	const possible = UNITS.filter((unit) => {
		const us = US_PER[unit];
		const usual = mean * us >= LEAST_MEAN_US && mean * us <= MOST_MEAN_US;
		return usual && long * us <= spanUs && (whole || unit !== 'ns') && !(whole && unit === 's' && coarse(sorted));
	});
	if (possible.length === 1)
		return { unit: possible[0], why: `${field} is in ${possible[0]}: only so are its values those of requests` };
	const which =
		possible.length === 0 ? 'no unit makes its values those of requests' : `${possible.join(' and ')} would do`;
	return { unit: null, why: `the unit of ${field} is not known: ${which}` };
}

/** Whole numbers that are mostly 0 and 1 tell no unit. */
const coarse = (sorted: readonly number[]): boolean => sorted[Math.floor(sorted.length / 2)] <= 1;

const AMOUNT = /^(\d+(?:\.\d+)?(?:e-?\d+)?)\s*(ns|us|µs|μs|ms|s|sec|seconds|m|min)?$/i;
const GO = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const OWN: Readonly<Record<string, number>> = {
	ns: 1e-3,
	us: 1,
	µs: 1,
	μs: 1,
	ms: 1e3,
	s: 1e6,
	sec: 1e6,
	seconds: 1e6,
	m: 60e6,
	min: 60e6,
};

/** "13.5ms", "0.0135s", "1m2.5s": what says its unit itself. @returns null for a bare number, NaN for anything else */
export function ownUnitUs(text: string): number | null {
	const found = AMOUNT.exec(text);
	if (found !== null) return found[2] === undefined ? null : Number(found[1]) * OWN[found[2].toLowerCase()];
	const go = GO.exec(text);
	if (go === null || text === '') return Number.NaN;
	const [, h = '0', m = '0', s = '0'] = go;
	return (3600 * Number(h) + 60 * Number(m) + Number(s)) * 1e6;
}
