/** Changes, and how they travel: rollouts with stages, gates, auto-revert and people. */
import { z } from 'zod';
import { UserError } from '../../kernel/check.js';
import { looksLikeClock, parseClock, parseDuration } from '../../kernel/units.js';
import { distribution } from './distribution.js';
import { delayToNode, propagation } from './propagation.js';
import { byName, duration, exactlyOne, factor, flag, instant, name, names, share, whole, wrong } from './units.js';

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
		fails: share.prefault('0%').describe('a matching request fails with this probability'),
		cost: factor.prefault('x1').describe('service time of matching requests, times this'),
		errorCost: factor.optional().describe('service time of those that fail, times this instead (default: `cost`)'),
		sheds: share.prefault('0%').describe('share of the matching requests shed at admission'),
		calls: factor.prefault('x1').describe('requests born for each matching first attempt, itself included'),
		crashes: z
			.strictObject({
				probability: share.describe('per matching request, when its service starts'),
				restart: duration.describe('until the node is back'),
			})
			.optional()
			.describe('crashes the node (default never)'),
		onset: distribution.prefault('0s').describe("delay from a node's activation to the first effect"),
		aboveLoad: share.prefault('0%').describe('acts only while at least this share of the workers is busy'),
		failOpen: flag.default(false).describe('true: what would fail passes unchecked, at its error cost'),
	}),
).describe('what a new version does, by name');

const metric = {
	numerator: z.enum(['retries', 'failures', 'errors']).default('retries').describe('what is counted'),
	accounting: z
		.enum(['first-attempts', 'all-attempts', 'logical-requests'])
		.default('all-attempts')
		.describe('what it is a share of'),
	retries: z
		.enum(['all', 'marked'])
		.default('all')
		.describe('which retries are seen: marked ones are those of SDKs only'),
	where: z
		.enum(['received', 'caused'])
		.default('received')
		.describe('counted where attempts arrive, or where the attempt that failed had been sent'),
	scope: z
		.enum(['stage', 'rollout', 'global'])
		.optional()
		.describe(
			'the newest stage, all nodes on the new version, or all (default: gates stage, auto-revert rollout, alerts global)',
		),
	window: duration.prefault('30s').describe('a window at t is [t - window, t), clipped at the deploy'),
	above: share.describe('trips strictly above this'),
	minSamples: whole(1, 1e9).default(1).describe('with at least so many in the denominator'),
	every: duration.optional().describe('asked this often (default 1s; gates: once, at the end of the hold)'),
};

const threshold = z.strictObject(metric).meta({ id: 'threshold' });
export type ThresholdFields = z.output<typeof threshold>;

const revert = z
	.strictObject({
		after: duration.prefault('0s').describe('from the decision to its execution'),
		waves: whole(1, 10_000).default(1).describe('in so many equal batches of nodes'),
		gap: duration.prefault('0s').describe('between batches'),
		propagation: delayToNode.prefault('0s'),
		poisonedBy: name.optional().describe('a change that the version rolled back to carries itself (default none)'),
	})
	.meta({ id: 'revert' });
export type RevertFields = z.output<typeof revert>;

const stage = z
	.strictObject({
		scope: z
			.strictObject({
				region: names.optional().describe('regions (default all)'),
				platform: names.optional().describe('platforms (default all)'),
				nodes: share.prefault('100%').describe('share of the nodes of each region and platform, lowest numbers first'),
				requests: share.prefault('100%').describe('share of the requests'),
				mode: z
					.enum(['divert', 'flag'])
					.default('divert')
					.describe(
						'divert sends that share to the nodes of the stage; flag marks requests and nodes serve both versions',
					),
			})
			.prefault({})
			.describe('where this stage reaches'),
		propagation: propagation.prefault('0s'),
		hold: duration.prefault('0s').describe('watched so long before the next stage starts'),
		gate: threshold.optional().describe('must not trip during the hold (default no gate)'),
	})
	.meta({ id: 'stage' });
export type StageFields = z.output<typeof stage>;

const LIKE_DECIDE = 'a quoted clock time, or a duration after the declaration,';

/** When people decide: at a clock time, or so long after they declared the incident. */
const decide = z
	.string({ error: ({ input }) => wrong(input, LIKE_DECIDE) })
	.transform((text, context): { kind: 'clock' | 'delay'; us: number; text: string } => {
		try {
			if (looksLikeClock(text)) return { kind: 'clock', us: parseClock(text), text };
			return { kind: 'delay', us: parseDuration(text), text };
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			context.addIssue({ code: 'custom', message: wrong(text, LIKE_DECIDE) });
			return z.NEVER;
		}
	});

const people = z.strictObject({
	detect: z
		.union([duration, z.strictObject({ alert: threshold.describe('the alert that tells them') })])
		.describe('so long after the first push, or when an alert trips'),
	declare: duration.prefault('0s').describe('from detection to declaration'),
	decide: decide.prefault('0s').describe('a clock time, or so long after the declaration'),
	rollback: revert.prefault({}).describe('what they do'),
});
export type PeopleFields = z.output<typeof people>;

export const rollouts = byName(
	z.strictObject({
		change: name.optional().describe("the change that travels (default the rollout's own name)"),
		at: instant.describe('first push'),
		stages: byName(stage).optional().describe('stages by name, in order (default one stage `everywhere`)'),
		autoRevert: z
			.strictObject({ armed: duration.describe('after each push, both ends included'), ...metric })
			.optional()
			.describe('takes the change back without a person (default none)'),
		revert: revert.prefault({}).describe('what a tripped gate and the auto-revert do'),
		people: people.optional().describe('people who notice and roll back (default none)'),
	}),
).describe('how changes travel, by name');

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
			partition: z.literal(true).optional().describe('nodes are cut off from clients'),
			traffic: factor.optional().describe('fresh requests, times this'),
		})
		.superRefine(exactlyOne(['crash', 'speed', 'latency', 'errors', 'partition', 'traffic'])),
).describe('timed disturbances, by name');
