/**
 * Who asks: populations and their stacks of retry policies. A policy is a map of independent parts (growth, jitter,
 * budget, ...), each with its own kind, so that limiters, breakers and hedging can be added without breaking a file.
 */
import { z } from 'zod';
import { distribution } from './distribution.js';
import { above, byName, duration, exactlyOne, flag, names, share, whole, wrong } from './units.js';

/** Outcomes a policy may retry; a cancelled attempt has nobody left who would. */
export const RETRYABLE = ['error', 'rejected', 'shed', 'refused', 'timeout'] as const;

const attemptsError = ({ input }: { input?: unknown }) => wrong(input, 'a whole number from 1, or unlimited');
const attempts = z
	.union(
		[
			z
				.int({ error: attemptsError })
				.min(1, { error: attemptsError })
				.max(1_000_000, { error: ({ input }) => wrong(input, 'at most 1000000, or unlimited,') }),
			z.literal('unlimited'),
		],
		{ error: attemptsError },
	)
	.transform((n) => (n === 'unlimited' ? Number.POSITIVE_INFINITY : n));

const jitter = z
	.union([
		z.enum(['none', 'full', 'equal']),
		z.strictObject({
			scale: z
				.tuple([z.number().min(0).max(1000), z.number().min(0).max(1000)])
				.refine(([from, to]) => from <= to, { error: 'the smaller factor first would do' })
				.describe('x times U(from, to)'),
		}),
	])
	.describe('none; full: U(0, x); equal: x/2 + U(0, x/2); scale');

const GROWTHS = ['fixed', 'linear', 'exponential', 'decorrelated'] as const;

const grown = z
	.strictObject({
		growth: z
			.enum(GROWTHS)
			.optional()
			.describe(
				'fixed: base; linear: base + (n-1) step; exponential: base mult^(n-1); decorrelated: U(base, 3 x previous)',
			),
		base: duration.optional().describe('delay before the first retry'),
		step: duration.optional().describe('linear: added before each further retry'),
		multiplier: above(0, 1000).optional().describe('exponential: times this before each further retry (default 2)'),
		cap: duration.optional().describe('at most this long, before jitter (default no cap)'),
		jitter: jitter.optional(),
		drawn: z
			.union([distribution, z.array(distribution).min(1)])
			.optional()
			.describe('instead of growth: a law, or a list of laws for retry 1, 2, ... with the last repeated'),
	})
	.superRefine((backoff, context) => {
		const complain = (message: string): void => context.addIssue({ code: 'custom', message });
		exactlyOne(['growth', 'drawn'])(backoff, context);
		const { growth, drawn } = backoff;
		if (growth !== undefined && backoff.base === undefined)
			complain('missing: `base`, the delay before the first retry, would do');
		if (growth === 'linear' && backoff.step === undefined)
			complain('missing: `step`, what each further retry adds, would do');
		const useless = (field: keyof typeof backoff, when: boolean): void => {
			const kind = drawn !== undefined ? 'drawn' : growth;
			if (when && backoff[field] !== undefined) complain(`found ${field}, which ${kind} does not use; leave it out`);
		};
		useless('step', growth !== 'linear');
		useless('multiplier', growth !== 'exponential');
		useless('cap', growth === 'fixed' || drawn !== undefined);
		useless('base', drawn !== undefined);
		useless('jitter', growth === 'decorrelated' || drawn !== undefined);
	});

const budget = z
	.strictObject({
		kind: z.literal('ratio-bucket').default('ratio-bucket').describe('a token bucket fed by traffic'),
		ratio: share.describe('tokens earned per credit event'),
		capacity: z.number().min(0).max(1e9).describe('tokens the bucket holds; 0 forbids every retry'),
		initial: z.number().min(0).max(1e9).optional().describe('tokens at the start (default full)'),
		cost: z.number().min(0).max(1e9).default(1).describe('tokens a retry takes'),
		threshold: z.number().min(0).max(1e9).default(1).describe('a retry is allowed while tokens are at least this'),
		strict: flag.default(false).describe('true: strictly more than the threshold'),
		credit: z
			.enum(['per-call', 'per-success', 'per-first-success'])
			.default('per-call')
			.describe('when a token share is earned: a call starts, ends well, or ends well at its first try'),
		scope: z
			.enum(['instance', 'destination', 'population'])
			.default('instance')
			.describe('where tokens are kept: each instance, each (region, platform) pool, or the whole population'),
	})
	.meta({ id: 'budget' });

const policy = z
	.strictObject({
		attempts: attempts.prefault(1).describe('sends, the first included, or unlimited'),
		backoff: z
			.union([duration, grown])
			.prefault('0s')
			.describe('delay before a retry: a duration (fixed), a growth, or { drawn: law }'),
		on: z
			.union([z.enum(RETRYABLE), z.array(z.enum(RETRYABLE)).min(1)])
			.transform((on) => (typeof on === 'string' ? [on] : on))
			.default([...RETRYABLE])
			.describe('outcomes that are retried'),
		probability: share.prefault('100%').describe('drawn after each failed try'),
		marked: flag.default(true).describe("false: at the edge its sends look like first attempts (a person's reload)"),
		target: z
			.enum(['repick', 'same', 'avoid-previous', 'next-region'])
			.default('repick')
			.describe('which node a retry goes to'),
		timeout: distribution
			.optional()
			.describe('covers one whole try of this layer, inner retries included (default none)'),
		budget: budget.optional().describe('what forbids retries (default none)'),
	})
	.meta({ id: 'policy' });

export type PolicyFields = z.output<typeof policy>;
export type BackoffFields = z.output<typeof grown>;

export const clients = byName(
	z
		.strictObject({
			share: share.optional().describe('share of the fresh requests; those of all populations add up to 100%'),
			classes: names.optional().describe('classes it makes (default all)'),
			instances: whole(1, 10_000_000)
				.default(1)
				.describe('separate clients, each with its own state where a scope is `instance`'),
			latency: distribution.prefault('0s').describe('one-way network latency, drawn afresh in each direction'),
			timeout: distribution.optional().describe('how long an answer is waited for (default for ever)'),
			timeoutClock: z
				.enum(['per-attempt', 'whole-request'])
				.default('per-attempt')
				.describe('from the send of each attempt, or from the birth of the request'),
			patience: distribution.optional().describe('how long the request as a whole is waited for (default for ever)'),
			lateAnswer: z
				.enum(['ignore', 'accept'])
				.default('ignore')
				.describe('accept: the answer of any attempt completes the request, however late'),
			retry: policy.optional().describe('one layer of retries, named `retry`'),
			layers: byName(policy).optional().describe('layers of retries by name, from inside out (SDK, app, person)'),
		})
		.superRefine(exactlyOne(['retry', 'layers'], true)),
).describe('client populations, by name; default one population `clients`');
