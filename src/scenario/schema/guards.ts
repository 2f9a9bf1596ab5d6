/** What keeps a client from trying again, or from sending at all: budgets of retries, limiters, breakers. */
import { z } from 'zod';
import { causeNames } from './causes.js';
import { above, duration, exactlyOne, flag, rate, share, whole } from './units.js';

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
	capacity: tokens.default(500),
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
	ttl: duration.prefault('10s'),
	ratio: share.prefault('20%'),
	minPerSecond: tokens.default(10),
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
	ratio: share.prefault('10%'),
	window: duration.prefault('10s'),
	slots,
	minCalls: whole(0, 1e9).default(0).describe('with fewer calls in the window every retry passes'),
	least: whole(0, 1e9).default(0).describe('so many retries always pass'),
	leastPer: duration.optional().describe('of least: in so much time (default: the window)'),
	whole: flag.default(false).describe('the allowance is rounded down'),
	scope,
});

const failureRatio = z.strictObject({
	kind: z.literal('failure-ratio').describe('a circuit breaker of retries alone: none while too many attempts fail'),
	ratio: share.prefault('10%').describe('failures / answers'),
	window: duration.optional().describe('looks at the last so long (default: at all there ever was)'),
	slots,
	minCalls: whole(0, 1e9).default(0).describe('with fewer answers every retry passes'),
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
			kind: z.literal('token-bucket'),
			rate,
			burst: whole(1, 1e9),
			appliesTo: z.enum(['tries', 'retries']).default('tries'),
			whenEmpty: z.enum(['wait', 'deny']).default('wait'),
			scope,
		}),
		z.strictObject({
			kind: z.literal('cubic').describe('adaptive mode of the AWS SDKs'),
			throttles: causeList.default(['429']).describe('what tells it to slow down'),
			beta: above(0, 1).default(0.7),
			scale: above(0, 100).default(0.4),
			smooth: above(0, 1).default(0.8),
			minFill: rate.prefault('0.5/s'),
			startFill: rate.prefault('0.5/s'),
			minCapacity: tokens.default(1),
			scope,
		}),
		z.strictObject({
			kind: z.literal('adaptive-throttle').describe('SRE book, equation 21-1'),
			k: above(0, 1000).default(2),
			window: duration.prefault('2m'),
			slots,
			refusals: causeList.default(['429', '503', 'refused']).describe('answers that mean: not accepted'),
			scope,
		}),
		z.strictObject({
			kind: z.literal('concurrency').describe('so many tries at once'),
			permits: whole(1, 1e9),
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
			growth: z.enum(['exponential', 'equal-then-exp']),
			base: duration,
			multiplier: above(0, 1000).default(2),
			cap: duration,
			jitter: share.prefault('0%').describe('exponential: a share that is added at most'),
		}),
	])
	.describe('how long it stays open');
export type PenaltyFields = z.output<typeof penalty>;

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
				kind: z.literal('ratio-window'),
				window: duration.optional().describe('looks at the last so long'),
				slots,
				windowCalls: whole(1, 100_000).optional().describe('or at the last so many calls'),
				ratio: share.describe('opens at this share of failures'),
				strict: flag.default(false).describe('opens strictly above it'),
				minCalls: whole(0, 1e9).default(1),
				slow: z.strictObject({ over: duration, ratio: share }).optional().describe('slow calls open it, too'),
				counts: z.enum(['answers', 'sends']).default('answers'),
				open: penalty,
				probes: whole(1, 1e6).default(1).describe('sends that pass while it is half open'),
				probeAgain: duration.optional().describe('another probe so long after one without an answer (default never)'),
				onClose: z.enum(['empty', 'kept', 'probe']).default('empty').describe('what the window then holds'),
				...place,
			})
			.superRefine(exactlyOne(['window', 'windowCalls'])),
		z.strictObject({ kind: z.literal('consecutive'), failures: whole(1, 1e6).default(7), open: penalty, ...place }),
		z.strictObject({
			kind: z.literal('hybrid').describe('Finagle: so many in a row, or a success rate below'),
			failures: whole(1, 1e6).default(5),
			successRate: share.prefault('80%'),
			window: duration.prefault('30s'),
			minCalls: whole(0, 1e9).default(5),
			open: penalty,
			...place,
		}),
		z.strictObject({
			kind: z.literal('count-in-window').describe('Spring Retry'),
			failures: whole(1, 1e6).default(3),
			window: duration.prefault('5s'),
			open: duration.prefault('20s'),
			...place,
		}),
		z.strictObject({
			kind: z.literal('fail-timeout').describe('NGINX: max_fails, fail_timeout'),
			failures: whole(1, 1e6).default(1),
			timeout: duration.prefault('10s'),
			...place,
		}),
		z.strictObject({
			kind: z.literal('consecutive-ejection').describe('Envoy: nodes that fail so often in a row leave the balancing'),
			failures: whole(1, 1e6).default(5),
			sweep: duration.prefault('10s'),
			base: duration.prefault('30s'),
			max: duration.prefault('300s'),
			jitter: duration.prefault('0s'),
			maxShare: share.prefault('10%').describe('of the nodes of a pool that may be out'),
			atLeastOne: flag.default(true),
		}),
	])
	.meta({ id: 'breaker' });
export type BreakerFields = z.output<typeof breaker>;
