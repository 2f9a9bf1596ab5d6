/** What keeps a client from trying again, or from sending at all: budgets of retries, limiters, breakers. */
import { z } from 'zod';
import { causeNames } from './causes.js';
import { above, duration, exactlyOne, flag, rate, share, whole } from './quantity-fields.js';

const scope = z
	.enum(['instance', 'destination', 'population'])
	.default('instance')
	.describe('where its state is kept: each instance, each (region, platform) pool, or the whole population');
const tokens = z.number().min(0).max(1e9);
const slots = whole(1, 1000).default(10).describe('the window slides by one of so many parts');
const causeList = z.union([causeNames, z.array(causeNames).min(1)]).transform((one) => [one].flat());

const ratioBucket = z.strictObject({
	kind: z.literal('ratio-bucket').describe('a token bucket fed by traffic'),
	ratio: share.describe('tokens earned per credit event'),
	capacity: tokens.describe('tokens the bucket holds; 0 forbids every retry'),
	initial: tokens.optional().describe('tokens at the start (default full)'),
	cost: tokens.default(1).describe('tokens a retry takes'),
	threshold: tokens.default(1).describe('a retry is allowed while tokens are at least this'),
	strict: flag.default(false).describe('true: strictly more than the threshold'),
	credit: z
		.enum(['per-call', 'per-success', 'per-first-success'])
		.default('per-call')
		.describe('when a token share is earned: a call starts, ends well, or ends well at its first try'),
	scope,
});

const quota = z.strictObject({
	kind: z.literal('quota').describe('AWS: retries cost, a retried success gives the last cost back'),
	capacity: tokens.default(500).describe('tokens the bucket holds'),
	initial: tokens.optional().describe('tokens at the start (default full)'),
	cost: tokens.default(14).describe('tokens a retry takes'),
	costFor: z.partialRecord(causeNames, tokens).default({}).describe('other costs after some failures'),
	refund: tokens.default(1).describe('what a success at the first try gives back'),
	overfills: flag.default(false).describe('the bug of spring 2026, where every success fills the bucket'),
	scope,
});

const threshold = z.strictObject({
	kind: z.literal('threshold').describe('gRPC: a failure takes one token, a success gives a share of one back'),
	max: above(0, 1000)
		.default(10)
		.describe('tokens it holds, and starts with; retries pass while it is more than half full'),
	ratio: above(0, 1000).default(0.1).describe('tokens per success'),
	checked: z
		.enum(['decision', 'after-backoff'])
		.default('decision')
		.describe('when it is asked (grpc-js: after-backoff)'),
	scope,
});

const ttlWindow = z.strictObject({
	kind: z
		.literal('ttl-window')
		.describe('Finagle, Linkerd, tower: a share of the calls of the last while, and so many a second'),
	ttl: duration.prefault('10s').describe('how long a call is remembered'),
	ratio: share.prefault('20%').describe('retries per call that is remembered'),
	minPerSecond: tokens.default(10).describe('and so many a second in any case'),
	slots: whole(2, 1000).default(10).describe('parts that are forgotten whole'),
	forgets: z
		.enum(['tower', 'finagle'])
		.default('tower')
		.describe('how many parts it keeps: as Linkerd does, or as Finagle does'),
	credit: z.enum(['per-call', 'per-success', 'per-final']).default('per-call').describe('what deposits'),
	scope,
});

const concurrency = z
	.strictObject({
		kind: z.literal('concurrency').describe('Envoy: so many retries that wait or are under way'),
		max: z
			.union([whole(0, 1e9), z.literal('unlimited')])
			.optional()
			.describe('so many'),
		share: share.optional().describe('or a share of the attempts under way'),
		least: whole(0, 1e9).default(3).describe('of share: so many always may'),
		scope,
	})
	.superRefine(exactlyOne(['max', 'share']));

const ratioWindow = z.strictObject({
	kind: z
		.literal('ratio-window')
		.describe('SRE book, .NET, Gateway API: retries as a share of the calls of the last while'),
	ratio: share.prefault('10%').describe('retries / calls'),
	window: duration.prefault('10s').describe('of the last so long'),
	slots,
	minCalls: whole(0, 1e9).default(0).describe('with fewer calls in the window every retry passes'),
	least: whole(0, 1e9).default(0).describe('so many retries always pass'),
	leastPer: duration.optional().describe('of least: in so much time (default: the window)'),
	whole: flag.default(false).describe('the allowance is rounded down'),
	scope,
});

const failureRatio = z.strictObject({
	kind: z.literal('failure-ratio').describe('a circuit breaker of retries alone: none while too many attempts fail'),
	ratio: share.prefault('10%').describe('failures / answers, or / calls'),
	of: z
		.enum(['answers', 'calls'])
		.default('answers')
		.describe('what failures are a share of: answers of attempts, or calls begun (the published retry breaker)'),
	window: duration.optional().describe('looks at the last so long (default: at all there ever was)'),
	slots,
	minCalls: whole(0, 1e9).default(0).describe('with fewer answers (or calls) every retry passes'),
	scope,
});

/** A budget without a kind is a ratio-bucket. */
export const budget = z
	.preprocess(
		(value) => (isMap(value) && value.kind === undefined ? { ...value, kind: 'ratio-bucket' } : value),
		z.discriminatedUnion('kind', [ratioBucket, quota, threshold, ttlWindow, concurrency, ratioWindow, failureRatio]),
	)
	.meta({ id: 'budget' });
export type BudgetFields = z.output<typeof budget>;

const isMap = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

export const limiter = z
	.discriminatedUnion('kind', [
		z.strictObject({
			kind: z.literal('token-bucket').describe('so many sends a second'),
			rate: rate.describe('sends that it lets pass in the long run'),
			burst: whole(1, 1e9).describe('and at once'),
			appliesTo: z.enum(['tries', 'retries']).default('tries').describe('to all sends, or to retries alone'),
			whenEmpty: z.enum(['wait', 'deny']).default('wait').describe('a send waits for its token, or fails here'),
			scope,
		}),
		z.strictObject({
			kind: z.literal('cubic').describe('adaptive mode of the AWS SDKs'),
			throttles: causeList.default(['429']).describe('what tells it to slow down'),
			beta: above(0, 1).default(0.7).describe('the rate is cut to this share of itself'),
			scale: above(0, 100).default(0.4).describe('of the cubic by which it grows again'),
			smooth: above(0, 1).default(0.8).describe('weight of the newest measured rate'),
			minFill: rate.prefault('0.5/s').describe('it never lets fewer pass'),
			startFill: rate.prefault('0.5/s').describe('before it has measured'),
			minCapacity: tokens.default(1).describe('tokens it holds at least'),
			scope,
		}),
		z.strictObject({
			kind: z.literal('adaptive-throttle').describe('SRE book, equation 21-1'),
			k: above(0, 1000).default(2).describe('requests that are sent for each that was accepted'),
			window: duration.prefault('2m').describe('looks at the last so long'),
			slots,
			refusals: causeList.default(['429', '503', 'refused']).describe('answers that mean: not accepted'),
			scope,
		}),
		z.strictObject({
			kind: z.literal('concurrency').describe('so many tries at once'),
			permits: whole(1, 1e9).describe('so many'),
			queue: whole(0, 1e9).default(0).describe('so many wait for a permit'),
			scope,
		}),
	])
	.meta({ id: 'limiter' });
export type LimiterFields = z.output<typeof limiter>;

const penalty = z
	.union([
		duration,
		z.strictObject({
			growth: z
				.enum(['exponential', 'equal-then-exp'])
				.describe('from one opening to the next; equal-then-exp: Finagle'),
			base: duration.describe('the first'),
			multiplier: above(0, 1000).default(2).describe('exponential: times this for each further one'),
			cap: duration.describe('at most this long'),
			jitter: share.prefault('0%').describe('exponential: a share that is added at most'),
		}),
	])
	.describe('how long it stays open');
export type PenaltyFields = z.output<typeof penalty>;

const failures = whole(1, 1e6).default(7).describe('failures in a row, or within the window, that open it');

const place = {
	scope: z
		.enum(['instance', 'population', 'host'])
		.default('instance')
		.describe('one breaker for each instance, for all, or for each node an instance talks to'),
	inside: flag.default(true).describe('inside the retry: each try counts and may be kept back; false: whole calls'),
};

export const breaker = z
	.discriminatedUnion('kind', [
		z
			.strictObject({
				kind: z.literal('ratio-window').describe('.NET, resilience4j, opossum: a share of failures'),
				window: duration.optional().describe('looks at the last so long'),
				slots,
				windowCalls: whole(1, 100_000).optional().describe('or at the last so many calls'),
				ratio: share.describe('opens at this share of failures'),
				strict: flag.default(false).describe('opens strictly above it'),
				minCalls: whole(0, 1e9).default(1).describe('with fewer calls in the window it stays closed'),
				slow: z
					.strictObject({
						over: duration.describe('a call that takes longer is slow'),
						ratio: share.describe('opens at this share of slow calls'),
					})
					.optional()
					.describe('slow calls open it, too'),
				counts: z.enum(['answers', 'sends']).default('answers').describe('what all calls are: opossum counts sends'),
				open: penalty,
				probes: whole(1, 1e6).default(1).describe('sends that pass while it is half open'),
				probeAgain: duration.optional().describe('another probe so long after one without an answer (default never)'),
				onClose: z.enum(['empty', 'kept', 'probe']).default('empty').describe('what the window then holds'),
				...place,
			})
			.superRefine(exactlyOne(['window', 'windowCalls'])),
		z.strictObject({
			kind: z.literal('consecutive').describe('Linkerd: so many failures in a row'),
			failures,
			open: penalty,
			...place,
		}),
		z.strictObject({
			kind: z.literal('hybrid').describe('Finagle: so many in a row, or a success rate below'),
			failures: failures.default(5),
			successRate: share.prefault('80%').describe('opens below it'),
			window: duration.prefault('30s').describe('over which the rate is smoothed'),
			minCalls: whole(0, 1e9).default(5).describe('before the rate is looked at'),
			open: penalty,
			...place,
		}),
		z.strictObject({
			kind: z.literal('count-in-window').describe('Spring Retry'),
			failures: failures.default(3),
			window: duration.prefault('5s').describe('within so long'),
			open: duration.prefault('20s').describe('how long it stays open'),
			...place,
		}),
		z.strictObject({
			kind: z.literal('fail-timeout').describe('NGINX: max_fails, fail_timeout'),
			failures: failures.default(1),
			timeout: duration.prefault('10s').describe('failures are remembered, and it stays open, so long'),
			...place,
		}),
		z.strictObject({
			kind: z.literal('consecutive-ejection').describe('Envoy: nodes that fail so often in a row leave the balancing'),
			failures: failures.default(5),
			sweep: duration.prefault('10s').describe('nodes come back at whole multiples of it'),
			base: duration.prefault('30s').describe('out for so long, times how often it was'),
			max: duration.prefault('300s').describe('at most so long'),
			jitter: duration.prefault('0s').describe('and up to so much longer'),
			maxShare: share.prefault('10%').describe('of the nodes of a pool that may be out'),
			atLeastOne: flag.default(true).describe('one may always go, however few there are'),
			panic: share
				.prefault('50%')
				.describe(
					'fewer than this share in the balancing: all are sent to again; 0%: attempts are refused once all are out',
				),
		}),
	])
	.meta({ id: 'breaker' });
export type BreakerFields = z.output<typeof breaker>;
