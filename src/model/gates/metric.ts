/** What operators and gates see: a ratio of two counts over a window, in a scope. */
import { assert } from '../../kernel/errors.js';
import { formatDuration } from '../../kernel/units.js';

/**
 * A metric. numerator / denominator:
 * - retries over all-attempts: the retry share; over first-attempts: the retry ratio; over logical-requests: per birth
 * - failures over first-attempts: failed first attempts; over all-attempts: failed attempts; over logical-requests: lost requests
 * - errors: as failures, but only answers of the error class (HTTP 5xx: error, rejected, shed)
 * - slow: attempts answered, or given up, later than `slow.limitUs` after they were sent. A 99th percentile above the limit
 *   is a share of more than 1 % of these.
 */
export interface Metric {
	readonly numerator: 'retries' | 'failures' | 'errors' | 'slow';
	readonly accounting: 'first-attempts' | 'all-attempts' | 'logical-requests';
	/** which retries it can see: all, or marked ones only (SDK retries: a person's reload looks like a first attempt) */
	readonly retries: 'all' | 'marked';
	/** received in its scope, or caused: counted where the attempt that failed had been sent, timeouts included */
	readonly where: 'received' | 'caused';
	/** stage: the nodes of the newest stage; rollout: all nodes on the new version; returned: those taken back; global: every node */
	readonly scope: 'stage' | 'rollout' | 'returned' | 'global';
	/** a window at t is [t - windowUs, t), clipped at the deploy; Infinity: it grows from there */
	readonly windowUs: number;
	/** requests of these classes alone, by index; null = all */
	readonly classes: readonly boolean[] | null;
	/** of the numerator slow: its limit, and which of `World.slowLimitsUs` that is */
	readonly slow: { readonly limitUs: number; readonly index: number } | null;
}

/** One look at a metric. `value` is null when nothing was counted in the denominator. */
export interface Reading {
	readonly value: number | null;
	readonly samples: number;
}

/** What is counted, one row of numbers per node or scope; the column of each count. */
export const SEEN = {
	/** first attempts sent to this node */
	firstReceived: 0,
	/** retries sent to this node that carry a retry mark (SDK) */
	retriesMarked: 1,
	/** retries sent to this node that look like first attempts (a person's reload) */
	retriesUnmarked: 2,
	/** marked retries after an attempt that had been sent to this node failed, wherever they go */
	causedMarked: 3,
	/** the same for unmarked retries */
	causedUnmarked: 4,
	/** first attempts sent to this node that failed, whatever the outcome (timeouts included) */
	firstFailed: 5,
	/** attempts sent to this node that failed, whatever the outcome, first ones included */
	attemptsFailed: 6,
	/** first attempts sent to this node that were answered with error, rejected or shed */
	errorsFirst: 7,
	/** attempts sent to this node that were answered with error, rejected or shed, first ones included */
	errorsAll: 8,
	/** logical requests, at the node of their first attempt */
	born: 9,
	/** logical requests that failed after everything, at the node of their last attempt */
	lost: 10,
} as const;

/** Columns of a row where no metric asks for slowness. */
export const SEEN_COUNT = 11;

/** Slow first attempts and slow attempts, one pair of columns for each limit that some metric asks for. */
export const slowColumn = (index: number, first: boolean): number => SEEN_COUNT + 2 * index + (first ? 0 : 1);

/** Columns of a row where metrics ask for so many limits of slowness. */
export const seenColumns = (slowLimits: number): number => SEEN_COUNT + 2 * slowLimits;

/**
 * Reads a metric from what was counted over its window, in its scope.
 *
 * A monitor that sees marked retries only takes unmarked ones for first attempts, so its retry ratio divides by both.
 */
export function look(metric: Metric, counts: ArrayLike<number>): Reading {
	assert(unreadable(metric) === null, `unreadable metric: ${unreadable(metric)}`);
	const samples = denominator(metric, counts);
	return { value: samples > 0 ? numerator(metric, counts) / samples : null, samples };
}

/** Why a metric cannot be read, in words for its author; null where it can. */
export function unreadable({ numerator, accounting }: Metric): string | null {
	if (accounting !== 'logical-requests') return null;
	if (numerator === 'errors')
		return 'a lost request has no error class: count errors over first-attempts or all-attempts, or failures';
	return numerator === 'slow'
		? 'a request has no answer of its own: count slow over first-attempts or all-attempts'
		: null;
}

/** What a metric is called in the log. */
export function metricText({ numerator, accounting, retries, where, slow }: Metric): string {
	if (slow !== null) return `slower than ${formatDuration(slow.limitUs)} / ${accounting.replace('-', ' ')}`;
	if (numerator !== 'retries') return `${numerator} / ${accounting.replace('-', ' ')}`;
	return `${where === 'caused' ? 'caused ' : ''}${retries === 'marked' ? 'marked ' : ''}retries / ${accounting.replace('-', ' ')}`;
}

function numerator({ numerator, accounting, retries, where, slow }: Metric, counts: ArrayLike<number>): number {
	if (numerator === 'retries') {
		const [marked, unmarked] =
			where === 'received' ? [SEEN.retriesMarked, SEEN.retriesUnmarked] : [SEEN.causedMarked, SEEN.causedUnmarked];
		return counts[marked] + (retries === 'all' ? counts[unmarked] : 0);
	}
	if (accounting === 'logical-requests') return counts[SEEN.lost];
	const first = accounting === 'first-attempts';
	if (slow !== null) return counts[slowColumn(slow.index, first)];
	if (numerator === 'failures') return counts[first ? SEEN.firstFailed : SEEN.attemptsFailed];
	return counts[first ? SEEN.errorsFirst : SEEN.errorsAll];
}

function denominator({ numerator, accounting, retries }: Metric, counts: ArrayLike<number>): number {
	if (accounting === 'logical-requests') return counts[SEEN.born];
	const { firstReceived, retriesMarked, retriesUnmarked } = SEEN;
	const all = counts[firstReceived] + counts[retriesMarked] + counts[retriesUnmarked];
	if (accounting === 'all-attempts') return all;
	return numerator === 'retries' && retries === 'marked' ? all - counts[retriesMarked] : counts[firstReceived];
}
