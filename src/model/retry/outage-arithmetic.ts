/**
 * What an SRE wants to know of a policy before any simulation: how often it tries, how long it waits in all, what it makes of
 * an outage, and when its budget stops it. Exact, and independent of anybody else's traffic.
 */
import { type DelayLaw, lastRetry } from './backoff/backoff.js';
import { delayEnds, delayRange } from './backoff/range.js';

/** One layer against failures of one cause. */
export interface RetryPlan {
	/** sends, the first included; Infinity = unlimited */
	readonly attempts: number;
	readonly delay: DelayLaw;
	readonly cause: number;
	/** no try starts so long after the first one; Infinity = no such limit */
	readonly overallUs: number;
}

export interface DelayTotal {
	readonly leastUs: number;
	readonly meanUs: number;
	readonly greatestUs: number;
}

/** Retries that are added up one by one. */
const MOST_RETRIES = 1_000_000;

/**
 * Time in back-off until the policy gives up, over all retries: the sums of d_n, n = 1 to attempts - 1. The ends are bounds,
 * which all but decorrelated-v2 come to; the mean is the sum of the means.
 * @returns null where it never gives up
 */
export function totalBackoff({ attempts, delay, cause }: RetryPlan): DelayTotal | null {
	if (attempts > MOST_RETRIES) return null;
	let [leastUs, meanUs, greatestUs] = [0, 0, 0];
	for (let n = 1; n < attempts; n++) {
		const range = delayRange(delay, n, cause);
		if (range === null) break;
		leastUs += range.leastUs;
		meanUs += range.meanUs;
		greatestUs += range.greatestUs;
	}
	return { leastUs, meanUs, greatestUs };
}

/** Tries of one request. */
export interface TryRange {
	readonly fewest: number;
	readonly most: number;
}

/**
 * Sends of one request when every try fails after `tryUs`: the greatest k <= attempts with
 *
 *     (k - 1) tryUs + d_1 + ... + d_(k-1) < overall
 *
 * most with the least delays, fewest with the greatest. This is the amplification of an outage: sends per request.
 * @param endUs in place of the overall limit, where it is shorter: an observer's minute
 */
export function triesOf(plan: RetryPlan, tryUs: number, endUs = Number.POSITIVE_INFINITY): TryRange {
	const untilUs = Math.min(plan.overallUs, endUs);
	// What no time ends, the count of tries ends.
	if (untilUs === Number.POSITIVE_INFINITY) {
		const tries = Math.min(plan.attempts, 1 + lastRetry(plan.delay.growth));
		return { fewest: tries, most: tries };
	}
	const [fewest, most] = (['greatestUs', 'leastUs'] as const).map((end) => {
		let [tries, startUs] = [1, 0];
		while (tries < plan.attempts) {
			const range = delayEnds(plan.delay, tries, plan.cause);
			if (range === null) break;
			startUs += tryUs + range[end];
			if (startUs >= untilUs) break;
			// Without a wait and without an end there is no last try.
			if (tries >= MOST_TRIES) return Number.POSITIVE_INFINITY;
			tries++;
		}
		return tries;
	});
	return { fewest, most };
}

/** More than that within a limit is as good as no limit. */
const MOST_TRIES = 10_000;

/**
 * Copies of one hedged call of which none is answered: copy k goes (k - 1) delay after the first, while that is before `untilUs`.
 *
 *     min(total, ceil(until / delay))          gRPC A6's example within a second: min(4, ceil(1 / 0.5)) = 2
 */
export const hedgedCopies = (total: number, delayUs: number, untilUs: number): number =>
	delayUs === 0 ? total : Math.min(total, Math.max(1, Math.ceil(untilUs / delayUs)));

/**
 * Retries that a full quota lets through in a row while no call ends well.
 *
 *     floor(capacity / cost)          AWS SDKs since November 2026: floor(500 / 14) = 35, of throttling floor(500 / 5) = 100
 *
 * Source: @smithy/core 3.41.0 StandardRetryStrategy: refused when tokens < cost.
 */
export const quotaRetries = (capacity: number, cost: number): number =>
	cost === 0 ? Number.POSITIVE_INFINITY : Math.floor(capacity / cost);

/**
 * Failures in a row after which a threshold bucket allows no retry: each takes one token, and it takes more than half of the
 * bucket to retry. After the k-th failure max - k tokens are left.
 *
 *     least k with max - k <= max / 2:   ceil(max / 2)          gRPC's maxTokens 10: after the 5th
 *
 * Source: grpc/proposal A6-client-retries.md, "Throttling Retry Attempts and Hedged RPCs".
 */
export const failuresToThreshold = (maxTokens: number): number => Math.ceil(maxTokens / 2);

/**
 * Share of failing attempts above which a threshold bucket empties: p tokens go and (1 - p) ratio come per attempt.
 *
 *     p = ratio / (1 + ratio)          0.1: 9.09 %
 */
export const thresholdBreakEven = (ratio: number): number => ratio / (1 + ratio);

/**
 * Most sends per call in the long run under a budget that earns a share of a retry with each call, and so many retries per
 * second in any case.
 *
 *     1 + ratio + perSecond / callsPerSecond          20 % + 10/s: 2.2 at 10/s, 1.3 at 100/s, 1.21 at 1000/s
 *
 * Where only successes earn, ratio is 0 while everything fails. Source: tower's TpsBudget, twitter/util's RetryBudget.
 */
export const windowAmplification = (ratio: number, perSecond: number, callsPerSecond: number): number =>
	1 + ratio + perSecond / callsPerSecond;

/**
 * Retries per second that a limit on retries under way lets through (Little): each of them is under way for its back-off and
 * its try.
 *
 *     max / (mean back-off + try)          Envoy, 3 at a time, 12 ms of back-off and 10 ms to fail: 136/s
 */
export const concurrentRetriesPerSecond = (max: number, meanBackoffUs: number, tryUs: number): number =>
	(max * 1e6) / (meanBackoffUs + tryUs);

/**
 * Sends of one request when everything fails through layers of retries: each layer tries the whole of those inside.
 *
 *     n_1 n_2 ... n_L          three layers of three: 27
 */
export const layeredTries = (attempts: readonly number[]): number => attempts.reduce((product, n) => product * n, 1);
