/**
 * The one list of what is counted: name, unit, help. CSV headers, JSON keys and legends are read from it; a measure is
 * declared once. The order is the order of columns.
 */
import { assert } from '../../kernel/errors.js';
import { DISPOSITIONS, OUTCOMES } from '../../model/attempt.js';

export interface Measure {
	readonly name: string;
	readonly unit: 'count' | 'us';
	readonly help: string;
}

/** Retry layers that are told apart, from inside out; a stack may not be deeper. */
export const MAX_LAYERS = 8;
/** Attempts of one request counted by number; the last column takes all above. */
export const ATTEMPT_NUMBERS = 8;

const count = (name: string, help: string): Measure => ({ name, unit: 'count', help });
const time = (name: string, help: string): Measure => ({ name, unit: 'us', help });

const REQUESTS = [
	count('born', 'logical requests born'),
	count('succeeded', 'logical requests that succeeded, by time of success'),
	count('failed', 'logical requests that failed after everything, by time of failure'),
	count('saved', 'logical requests that succeeded after a failed attempt'),
	count('succeeded_by_birth', 'logical requests that succeeded, by time of birth'),
	count('lost_by_birth', 'logical requests that failed after everything, by time of birth'),
	count(
		'lost_direct_by_birth',
		'lost requests whose first attempt a change or a fault in force failed itself, by time of birth',
	),
	count('first_failed_by_birth', 'requests whose first attempt failed or was never sent, by time of birth'),
	count('first_failed', 'first attempts that failed or that a client gate kept back, by time of failure'),
] as const;

const ATTEMPTS = [
	count('attempts', 'attempts sent'),
	count('first_attempts', 'attempts sent that are the first of their request'),
	...Array.from({ length: ATTEMPT_NUMBERS - 1 }, (_, i) => {
		const n = i + 2;
		const last = n === ATTEMPT_NUMBERS;
		return count(`attempts_${n}${last ? '_up' : ''}`, `attempts sent with number ${n}${last ? ' or above' : ''}`);
	}),
	...Array.from({ length: MAX_LAYERS }, (_, i) =>
		count(`retries_layer_${i + 1}`, `retries sent by layer ${i + 1} of the stack as it is written, from inside out`),
	),
	count('suppressed', 'sends or retries that a budget or a client gate refused (decisions, not attempts)'),
];

const LEDGERS = [
	...OUTCOMES.map((o) => count(`outcome_${o}`, `attempts with client outcome ${o}`)),
	...DISPOSITIONS.map((f) => count(`fate_${f.replaceAll('-', '_')}`, `attempts with server fate ${f}`)),
];

const TIMES = [
	time('useful_us', 'worker time on work somebody waited for'),
	time('wasted_us', 'worker time on work that failed or that nobody waited for any more'),
	time('rejecting_us', 'worker time burnt by answering rejections'),
	time('waiting_us', 'time spent in waiting lines (divide by the bucket for the mean queue length)'),
	time('busy_us', 'worker time in service (divide by the bucket for the mean of busy workers)'),
	time('backoff_us', 'time spent in back-off (divide by the bucket for the mean number of waiting clients)'),
];

export const MEASURES: readonly Measure[] = [...REQUESTS, ...ATTEMPTS, ...LEDGERS, ...TIMES];

const columns: ReadonlyMap<string, number> = new Map(MEASURES.map((m, i) => [m.name, i]));

/**
 * Column of a measure.
 * @throws Bug when there is no measure of that name
 */
export function column(name: string): number {
	const at = columns.get(name);
	assert(at !== undefined, `no measure is called ${name}`);
	return at;
}
