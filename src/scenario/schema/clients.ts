/** Who asks: populations, what they wait for, and their stacks of retry policies. */
import { z } from 'zod';
import { distribution } from './distribution.js';
import { policyOrPreset } from './policies.js';
import { byName, exactlyOne, names, share, whole } from './quantity-fields.js';

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
			retry: policyOrPreset.optional().describe('one layer of retries, named `retry`'),
			layers: byName(policyOrPreset)
				.optional()
				.describe('layers of retries by name, from inside out (SDK, app, person)'),
		})
		.superRefine(exactlyOne(['retry', 'layers'], true)),
).describe('client populations, by name; default one population `clients`');
