/** What new versions do, and timed disturbances. */
import { z } from 'zod';
import { distribution } from './distribution.js';
import {
	byName,
	duration,
	exactlyOne,
	factor,
	flag,
	instant,
	names,
	reply,
	share,
	status,
	whole,
} from './quantity-fields.js';

export const changes = byName(
	z.strictObject({
		match: z
			.strictObject({
				class: names.optional().describe('classes (default all)'),
				region: names.optional().describe('home regions (default all)'),
				platform: names.optional().describe('platforms (default all)'),
				nodes: share.prefault('100%').describe('share of the nodes it shows itself on, lowest numbers first'),
				requests: share.prefault('100%').describe('share of the requests it shows itself on'),
			})
			.prefault({})
			.describe('which requests it touches'),
		fails: share.prefault('0%').describe('a matching request that is not shed fails with this probability'),
		status: status.default('500').describe('what those that fail are answered'),
		cost: factor.prefault('x1').describe('service time of matching requests, times this'),
		errorCost: factor.optional().describe('service time of those that fail, times this instead (default: `cost`)'),
		sheds: share.prefault('0%').describe('share of the matching requests shed at admission, decided before `fails`'),
		shedReply: reply.describe('what those that are shed are answered'),
		calls: factor.prefault('x1').describe('requests born for each matching first attempt, itself included'),
		crashes: z
			.strictObject({
				probability: share.describe('per matching request, when its service starts'),
				restart: duration.describe('until the node is back'),
			})
			.optional()
			.describe('crashes the node (default never)'),
		onset: distribution.prefault('0s').describe("delay from a node's activation to the first effect"),
		aboveLoad: share
			.prefault('0%')
			.describe('acts only while at least this share of the workers is busy, the one that takes the request included'),
		failOpen: flag.default(false).describe('true: what would fail passes unchecked, at its error cost'),
	}),
).describe('what a new version does, by name');

export const faults = byName(
	z
		.strictObject({
			at: instant.describe('when it begins'),
			for: duration.describe('how long it lasts'),
			where: z
				.strictObject({
					region: names.optional().describe('regions (default all)'),
					platform: names.optional().describe('platforms (default all)'),
					group: names.optional().describe('node groups (default all)'),
					node: whole(0, 100_000).optional().describe('one node of each selected group, counted from 0'),
					nodes: share.optional().describe('share of the nodes of each group, lowest numbers first (default 100%)'),
				})
				.superRefine(exactlyOne(['node', 'nodes'], true))
				.prefault({})
				.describe('which nodes'),
			crash: z.literal(true).optional().describe('nodes crash, and restart when it ends'),
			speed: factor.optional().describe("workers' speed; x0 holds everything"),
			latency: factor.optional().describe('network latency, times this'),
			errors: share.optional().describe('probability that a request fails'),
			status: status.default('500').describe('of `errors`: what those are answered'),
			partition: z.literal(true).optional().describe('nodes are cut off from clients'),
			traffic: factor.optional().describe('fresh requests, times this'),
		})
		.superRefine(exactlyOne(['crash', 'speed', 'latency', 'errors', 'partition', 'traffic'])),
).describe('timed disturbances, by name');
