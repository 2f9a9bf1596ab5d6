/** What operators and gates see: a ratio of two counts over a window, in a scope. */
import { assert } from '../kernel/check.js';

/**
 * A metric. numerator / denominator:
 * - retries over all-attempts: the retry share; over first-attempts: the retry ratio; over logical-requests: per birth
 * - failures over first-attempts: failed first attempts; over all-attempts: failed attempts; over logical-requests: lost requests
 * - errors: as failures, but only answers of the error class (HTTP 5xx: error, rejected, shed)
 */
export interface Metric {
	readonly numerator: 'retries' | 'failures' | 'errors';
	readonly accounting: 'first-attempts' | 'all-attempts' | 'logical-requests';
	/** which retries it can see: all, or marked ones only (SDK retries: a person's reload looks like a first attempt) */
	readonly retries: 'all' | 'marked';
	/** received in its scope, or caused: counted where the attempt that failed had been sent, timeouts included */
	readonly where: 'received' | 'caused';
	/** stage: the nodes of the newest stage; rollout: all nodes on the new version; global: every node */
	readonly scope: 'stage' | 'rollout' | 'global';
	/** a window at t is [t - windowUs, t), clipped at the deploy */
	readonly windowUs: number;
}

/** One look at a metric. `value` is null when nothing was counted in the denominator. */
export interface Reading {
	readonly value: number | null;
	readonly samples: number;
}

/** Trips when the reading is strictly above `above` with at least `minSamples` in the denominator. */
export interface Threshold {
	readonly metric: Metric;
	readonly above: number;
	readonly minSamples: number;
	/** asked every so often, at k x everyUs after the push began */
	readonly everyUs: number;
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

export const SEEN_COUNT = 11;

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
	if (numerator !== 'errors' || accounting !== 'logical-requests') return null;
	return 'a lost request has no error class: count errors over first-attempts or all-attempts, or failures';
}

export type Verdict = 'tripped' | 'passed' | 'inconclusive';

/** Too few samples, or none, is inconclusive and never a pass; a value exactly at the threshold passes. */
export function judge({ above, minSamples }: Threshold, { value, samples }: Reading): Verdict {
	if (value === null || samples < minSamples) return 'inconclusive';
	return value > above ? 'tripped' : 'passed';
}

/** What a metric is called in the log. */
export function metricText({ numerator, accounting, retries, where }: Metric): string {
	if (numerator !== 'retries') return `${numerator} / ${accounting.replace('-', ' ')}`;
	return `${where === 'caused' ? 'caused ' : ''}${retries === 'marked' ? 'marked ' : ''}retries / ${accounting.replace('-', ' ')}`;
}

function numerator({ numerator, accounting, retries, where }: Metric, counts: ArrayLike<number>): number {
	if (numerator === 'retries') {
		const [marked, unmarked] =
			where === 'received' ? [SEEN.retriesMarked, SEEN.retriesUnmarked] : [SEEN.causedMarked, SEEN.causedUnmarked];
		return counts[marked] + (retries === 'all' ? counts[unmarked] : 0);
	}
	if (accounting === 'logical-requests') return counts[SEEN.lost];
	const first = accounting === 'first-attempts';
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
