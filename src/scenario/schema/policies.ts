/**
 * One layer of retries. A policy is a map of independent parts (growth, jitter, budget, breaker, ...), each with its own
 * kind; a preset lays the parts of a real client under the author's own.
 */
import { z } from 'zod';
import { RETRY_PRESETS } from '../../catalog/retries.js';
import { ANSWER_WORDS } from '../../model/retry/outcome-causes.js';
import type { Retryable } from '../../model/retry/policy.js';
import { backoff } from './backoff.js';
import { causeNames, failuresOf } from './causes.js';
import { distribution } from './distribution.js';
import { breaker, budget, limiter } from './guards.js';
import { above, duration, flag, share, whole, wrong } from './quantity-fields.js';
import { METHODS } from './traffic.js';

/** What is tried again where nobody says otherwise: whatever the edge and the network did. */
export const RETRYABLE: readonly Retryable[] = [...ANSWER_WORDS, 'refused', 'reset', 'timeout'];

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

const on = z
	.union([causeNames, z.array(causeNames)])
	.transform((one): Retryable[] => failuresOf([one].flat()))
	.default([...RETRYABLE])
	.describe('failures that are tried again: outcomes, statuses, network, or what the client itself kept back');

const methods = z.union([z.literal('idempotent'), z.array(z.enum(METHODS)).min(1)]);

const retryAfter = z.strictObject({
	mode: z
		.enum(['ignore', 'replace', 'floor', 'clamp', 'gate'])
		.describe('replace: waits what it says; floor: at least; clamp: at least, within slack; gate: no retry without it'),
	on: z.array(causeNames).min(1).optional().describe('read with these answers alone (default all)'),
	cap: duration.optional().describe('longer ones are too long (default none is)'),
	over: z.enum(['clamp', 'give-up', 'backoff']).default('clamp').describe('what becomes of one that is too long'),
	slack: duration.prefault('5s').describe('clamp: at most so much beyond the back-off'),
	needed: z
		.array(causeNames)
		.min(1)
		.optional()
		.describe('no retry after these without it, in any mode (default none; gate: all of on)'),
	opensUpTo: duration.optional().describe('gate: a longer one does not open it (default any does)'),
	scale: z
		.tuple([above(0, 100), above(0, 100)])
		.default([1, 1])
		.describe('times U(from, to)'),
	offset: duration.prefault('0s').describe('and this added'),
});

const hedge = z.strictObject({
	kind: z
		.enum(['fixed-delay', 'percentile', 'on-per-try-timeout'])
		.describe('the next copy goes after a delay; after a percentile of the answers; where the timeout of a try ends'),
	delay: duration.prefault('0s').describe('fixed-delay: so long; percentile: at least so long'),
	percentile: share.prefault('99%').describe('of the times that answers took lately'),
	refresh: duration.prefault('3s').describe('percentile: is learnt anew so often'),
	total: whole(2, 100).default(2).describe('copies, the first included'),
	on: z
		.array(causeNames)
		.min(1)
		.optional()
		.describe('failures that do not end the call (default: as `on` of the policy)'),
	onFailure: z
		.enum(['next', 'wait'])
		.default('next')
		.describe('such a failure lets the next copy go at once; wait: only where no other copy is out'),
	losers: z
		.enum(['cancel', 'leave'])
		.default('cancel')
		.describe('copies still out when the call ends: the edge is told, or they go on unnoticed'),
});

export const policyFields = {
	attempts: attempts.prefault(1).describe('sends, the first included, or unlimited'),
	attemptsFor: z.partialRecord(causeNames, attempts).default({}).describe('other numbers of sends after some failures'),
	backoff,
	on,
	methods: methods.optional().describe('answers are tried again for these methods alone (default all)'),
	networkMethods: methods.optional().describe('failures of the network for these alone (default all)'),
	probability: share.prefault('100%').describe('drawn after each failed try'),
	marked: flag.default(true).describe("false: at the edge its sends look like first attempts (a person's reload)"),
	target: z
		.enum(['repick', 'same', 'avoid-previous', 'next-node', 'next-region'])
		.default('repick')
		.describe('which node a retry goes to; next-node with unlimited attempts: to each node once'),
	timeout: distribution
		.optional()
		.describe('covers one whole try of this layer, inner retries included (default none)'),
	overall: z
		.strictObject({
			after: duration.describe('from the start of the call'),
			checked: z.enum(['always', 'before-try']).default('always').describe('before-try: a running try may end'),
		})
		.optional()
		.describe('covers the whole call of this layer, its back-off included (default none)'),
	retryAfter: retryAfter.optional().describe('what it makes of a Retry-After (default nothing)'),
	budget: budget.optional().describe('what forbids retries (default none)'),
	limiter: limiter.optional().describe('what holds sends back, first ones too (default none)'),
	breaker: breaker.optional().describe('what stops sends while too many fail (default none)'),
	hedge: hedge.optional().describe('further copies while the first is out (default none)'),
};

const presets = z
	.enum([...RETRY_PRESETS.keys()] as [string, ...string[]], {
		error: ({ input }) => wrong(input, 'a map (name: value), or the name of a preset (`retrystorm policies`),'),
	})
	.meta({ id: 'retryPreset' });

export const policy = z
	.strictObject({
		preset: presets
			.optional()
			.describe('fields of a real client; what is written beside it lies over them, and null deletes'),
		...policyFields,
	})
	.meta({ id: 'policy' });

/** Loading writes presets out before the schema is asked: a name alone is there for editors. */
export const policyOrPreset = z
	.union([policy, presets])
	.transform((one) => (typeof one === 'string' ? policy.parse({ preset: one }) : one));
export type PolicyFields = z.output<typeof policy>;
export type HedgeFields = z.output<typeof hedge>;
export type RetryAfterFields = z.output<typeof retryAfter>;
