/** What operators and gates see: a ratio of two counts over a window, in a scope. */
import { assert } from '../../kernel/errors.js';
import { formatDuration } from '../../kernel/units.js';

/**
 * A metric. Numerator and denominator count the same things, so that no share exceeds 100 %:
 * - retries, over attempts *sent* in the window. Over all-attempts: the retry share. Two are ratios, which may exceed 1:
 *   over first-attempts (retry ratio) and over logical-requests (retries per birth)
 * - failures, over attempts that *got an outcome* in the window: failed first attempts, failed attempts; over
 *   logical-requests: lost requests of those that ended in it
 * - errors: as failures, but only answers of the error class (HTTP 5xx: error, rejected, shed)
 * - slow: attempts answered, or given up, later than `slow.limitUs` after they were sent, over those with an outcome. A
 *   99th percentile above the limit is a share of more than 1 % of these.
 */
export interface Metric {
	readonly numerator: 'retries' | 'failures' | 'errors' | 'slow';
	readonly accounting: 'first-attempts' | 'all-attempts' | 'logical-requests';
	/** which retries it can see: all, or marked ones only (SDK retries: a person's reload looks like a first attempt) */
	readonly retries: 'all' | 'marked';
	/** retries received in its scope, or caused: counted where the attempt that failed had been sent, timeouts included, instead of where they go */
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
export interface MetricReading {
	readonly value: number | null;
	readonly samples: number;
	/** of its failures or slow answers: how many were sent before the push, so that the push cannot be their cause; absent: none */
	readonly sentBeforePush?: number;
	/** length of the window that was read, where the deploy clipped it; absent: the whole window */
	readonly clippedToUs?: number;
}

/** What is counted, one row of numbers per node or scope; the column of each count. */
export const COUNTER = {
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
	/** first attempts sent to this node that got an outcome: an answer, a timeout, or their client stopped waiting */
	firstDecided: 11,
	/** attempts sent to this node that got an outcome, first ones included */
	attemptsDecided: 12,
	/** logical requests that ended, well or lost, at the node of their last attempt */
	requestsDecided: 13,
} as const;

/** Columns of a row where no metric asks for slowness. */
export const COUNTER_COUNT = 14;

/** Slow first attempts and slow attempts, one pair of columns for each limit that some metric asks for. */
export const slowColumn = (index: number, first: boolean): number => COUNTER_COUNT + 2 * index + (first ? 0 : 1);

/** Of the columns that count failures and slow answers, those that have a twin for what was sent before a push, in order. */
const BEFORE_PUSH = [
	COUNTER.firstFailed,
	COUNTER.attemptsFailed,
	COUNTER.errorsFirst,
	COUNTER.errorsAll,
	COUNTER.lost,
] as const;

/** Columns of one rollout for what was sent before its latest push. */
const beforePushColumns = (slowLimits: number): number => BEFORE_PUSH.length + 2 * slowLimits;

/** Columns of a row where metrics ask for so many limits of slowness, and there are so many rollouts. */
export const counterColumns = (slowLimits: number, rollouts: number): number =>
	COUNTER_COUNT + 2 * slowLimits + rollouts * beforePushColumns(slowLimits);

/** Where the row counts, of a column of failures or slow answers, those that were sent before the latest push of a rollout. */
export function beforePushColumn(column: number, rollout: number, slowLimits: number): number {
	const first = COUNTER_COUNT + 2 * slowLimits + rollout * beforePushColumns(slowLimits);
	if (column >= COUNTER_COUNT) return first + BEFORE_PUSH.length + (column - COUNTER_COUNT);
	const index = (BEFORE_PUSH as readonly number[]).indexOf(column);
	assert(index >= 0, `column ${column} counts no failures`);
	return first + index;
}

/**
 * Reads a metric from what was counted over its window, in its scope.
 *
 * A monitor that sees marked retries only takes unmarked ones for first attempts, so its retry ratio divides by both.
 * @param pushes whose push the window follows, and how many limits of slowness the row has; null: nobody's
 */
export function readMetric(
	metric: Metric,
	counts: ArrayLike<number>,
	pushes: { readonly rollout: number; readonly slowLimits: number } | null = null,
): MetricReading {
	assert(unreadable(metric) === null, `unreadable metric: ${unreadable(metric)}`);
	const samples = denominator(metric, counts);
	const reading = { value: samples > 0 ? numerator(metric, counts) / samples : null, samples };
	if (pushes === null || metric.numerator === 'retries') return reading;
	const sentBeforePush = counts[beforePushColumn(failedColumn(metric), pushes.rollout, pushes.slowLimits)];
	return sentBeforePush > 0 ? { ...reading, sentBeforePush } : reading;
}

/** False for the two ratios that may exceed 1: retries over first attempts, and retries over births. */
export const isShare = ({ numerator, accounting }: Pick<Metric, 'numerator' | 'accounting'>): boolean =>
	numerator !== 'retries' || accounting === 'all-attempts';

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

function numerator(metric: Metric, counts: ArrayLike<number>): number {
	if (metric.numerator !== 'retries') return counts[failedColumn(metric)];
	const [marked, unmarked] = retryColumns(metric);
	return counts[marked] + (metric.retries === 'all' ? counts[unmarked] : 0);
}

const retryColumns = ({ where }: Metric): readonly [number, number] =>
	where === 'received'
		? [COUNTER.retriesMarked, COUNTER.retriesUnmarked]
		: [COUNTER.causedMarked, COUNTER.causedUnmarked];

function failedColumn({ numerator, accounting, slow }: Metric): number {
	if (accounting === 'logical-requests') return COUNTER.lost;
	const first = accounting === 'first-attempts';
	if (slow !== null) return slowColumn(slow.index, first);
	if (numerator === 'failures') return first ? COUNTER.firstFailed : COUNTER.attemptsFailed;
	return first ? COUNTER.errorsFirst : COUNTER.errorsAll;
}

function denominator(metric: Metric, counts: ArrayLike<number>): number {
	const { numerator, accounting, retries } = metric;
	if (numerator !== 'retries') return counts[DECIDED[accounting]];
	if (accounting === 'logical-requests') return counts[COUNTER.born];
	const [marked, unmarked] = retryColumns(metric);
	const sent = counts[COUNTER.firstReceived] + counts[marked] + counts[unmarked];
	if (accounting === 'all-attempts') return sent;
	return retries === 'marked' ? sent - counts[marked] : counts[COUNTER.firstReceived];
}

const DECIDED = {
	'first-attempts': COUNTER.firstDecided,
	'all-attempts': COUNTER.attemptsDecided,
	'logical-requests': COUNTER.requestsDecided,
} as const;
