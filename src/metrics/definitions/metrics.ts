/**
 * Every quantity an expectation may name and a report may print: its kind (which decides how a bound is written), what
 * it means with its formula, and how it is read from an outcome. Shares are 0..1, times microseconds, instants
 * microseconds from t = 0, booleans 0 or 1. Null means that nothing was measured, or that it never happened.
 */
import { total } from '../reading/cell-sums.js';
import { MEASURES } from '../recording/counters.js';
import { DECISIONS, EDGE, shareOfTime } from './edge-metrics.js';
import { GATES } from './gate-metrics.js';
import { count, duration, type Quantity, type QuantityKind, type Read } from './metric.js';
import { MILESTONES, VERDICTS } from './milestone-metrics.js';
import { REQUESTS } from './request-metrics.js';
import { RETRIES } from './retry-metrics.js';
import { TIMES } from './time-metrics.js';
import * as open from './undecided.js';

export type { Quantity, QuantityKind, Undecided } from './metric.js';

/** The quantity of that name, or of that other name of it; undefined if there is none. */
export function quantity(name: string): Quantity | undefined {
	return byName.get(keyOf(name)) ?? shareOfTime(name);
}

/** What people call a quantity that has an older key in files: either name may be written, and is read the same. */
const OLD_KEYS: ReadonlyMap<string, string> = new Map([['first-attempt-failures', 'unavailable']]);
const SPOKEN: ReadonlyMap<string, string> = new Map([['unavailable', 'first-attempt failures']]);

/** The key of a quantity in files, by any name of it. */
export function keyOf(name: string): string {
	const old = OLD_KEYS.get(name);
	return old === undefined ? name : old;
}

/** All that may be written for a quantity. */
export const namesOf = (keys: readonly string[]): string[] => [
	...[...OLD_KEYS].filter(([, key]) => keys.includes(key)).map(([name]) => name),
	...keys,
];

/** What a table calls a quantity. */
export function spokenName(key: string): string {
	const spoken = SPOKEN.get(key);
	return spoken === undefined ? key : spoken;
}

/** Its kind; a plain count where there is none of that name. */
export function kindOf(name: string): QuantityKind {
	const named = quantity(name);
	return named === undefined ? 'count' : named.kind;
}

/** Microseconds here, seconds wherever results are written. */
export const isTime = (kind: QuantityKind): boolean => kind === 'instant' || kind === 'duration';

/** One quantity for each measure: `born`, `outcome-ok`, `retries-layer-1`, `wasted-time`. */
const COUNTS: readonly Quantity[] = MEASURES.map(({ name, unit, help }) => {
	const read: Read = (o, s) => total(o, s, name);
	const plain = name.replaceAll('_', '-');
	const found = unit === 'us' ? duration(plain.replace(/-us$/, '-time'), help, read) : count(plain, help, read);
	if (!name.endsWith('_by_birth')) return found;
	return { ...found, undecided: open.openCount(name, name.startsWith('first_') ? 'first-attempts' : 'requests') };
});

export const QUANTITIES: readonly Quantity[] = [
	...REQUESTS,
	...RETRIES,
	...EDGE,
	...MILESTONES,
	...TIMES,
	...DECISIONS,
	...GATES,
	...VERDICTS,
	...COUNTS,
];

const byName: ReadonlyMap<string, Quantity> = new Map(QUANTITIES.map((q) => [q.name, q]));
