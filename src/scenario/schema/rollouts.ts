/** How changes travel: rollouts with stages, gates, auto-revert, people and what holds them up. */
import { z } from 'zod';
import { ROLLOUT_PRESET_NAMES } from '../../catalog/rollouts.js';
import { UserError } from '../../kernel/errors.js';
import { looksLikeClock, parseClock, parseDuration } from '../../kernel/units.js';
import { check, checkFields, checksByName } from './checks.js';
import { delayToNode, propagation } from './propagation.js';
import {
	above,
	byName,
	duration,
	exactlyOne,
	flag,
	instant,
	name,
	names,
	share,
	span,
	whole,
	wrong,
} from './quantity-fields.js';

const revert = z
	.strictObject({
		after: duration.prefault('0s').describe('from the decision to its execution'),
		shape: z
			.enum(['waves', 'steps', 'capacity'])
			.default('waves')
			.describe('equal batches of nodes; the stages in reverse; or batches, each once the one before is back'),
		waves: whole(1, 10_000).default(1).describe('in so many equal batches of nodes'),
		gap: duration.prefault('0s').describe('between batches'),
		between: check.optional().describe('must pass after a batch before the next one starts (default none)'),
		propagation: delayToNode.prefault('0s'),
		poisonedBy: name.optional().describe('a change that the version rolled back to carries itself (default none)'),
	})
	.meta({ id: 'revert' });
export type RevertFields = z.output<typeof revert>;

const score = z.strictObject({
	marginal: above(0, 100).default(75).describe('a score below this fails at once'),
	pass: above(0, 100).default(95).describe('the last score must reach this'),
	weights: z.record(name, above(0, 100)).default({}).describe('weight of groups; the others share the rest of 100'),
});

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
		minSamples: whole(0, 1e9)
			.default(0)
			.describe('first attempts that the stage must have received before its hold ends'),
		approval: duration
			.optional()
			.describe('a person approves of the next stage so long after the hold (default nobody)'),
		gate: check.optional().describe('must not trip during the hold (default no gate)'),
		gates: checksByName.optional().describe('several gates, by name'),
		score: score.optional().describe('the gates are judged together, by a weighted score (default each by itself)'),
	})
	.superRefine(exactlyOne(['gate', 'gates'], true))
	.meta({ id: 'stage' });
export type StageFields = z.output<typeof stage>;

const LIKE_DECIDE = 'a quoted clock time, or a duration after the diagnosis,';

/** When people decide: at a clock time, or so long after they diagnosed the incident. */
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
		.union([duration, z.strictObject({ alert: check.describe('the alert that tells them') })])
		.describe('so long after the first push, or when an alert trips'),
	declare: duration.prefault('0s').describe('from detection to declaration'),
	diagnose: duration.prefault('0s').describe('from the declaration until the cause is known'),
	decide: decide.prefault('0s').describe('a clock time, or so long after the diagnosis'),
	rollback: revert.prefault({}).describe('what they do'),
	tools: z
		.strictObject({
			sharesFate: z.literal(true).describe('beginning the rollback fails with the probability that attempts fail now'),
			retry: duration.prefault('60s').describe('from a failed try to the next one'),
		})
		.optional()
		.describe('their tools stand behind this edge (default: they always work)'),
});
export type PeopleFields = z.output<typeof people>;

const blockers = z.strictObject({
	alarm: check.optional().describe('nothing is pushed while this fails (default none)'),
	others: flag.default(false).describe('nothing is pushed while another rollout is under way'),
	calendar: z.array(span).default([]).describe('spans in which nothing is pushed, e.g. "22:00..24:00"'),
	every: duration.prefault('10s').describe('a push that is blocked is asked for again so long later'),
});
export type BlockerFields = z.output<typeof blockers>;

export const rollouts = byName(
	z.strictObject({
		preset: z
			.enum(ROLLOUT_PRESET_NAMES)
			.optional()
			.describe('fields of a known system; what is written beside it lies over them, and null deletes'),
		change: name.optional().describe("the change that travels (default the rollout's own name)"),
		at: instant.describe('first push'),
		stages: byName(stage).optional().describe('stages by name, in order (default one stage `everywhere`)'),
		gates: byName(
			z.strictObject({
				from: name.optional().describe('the stage it starts with (default the first)'),
				...checkFields,
			}),
		)
			.optional()
			.describe('gates beside the stages, until the rollout completes, by name'),
		autoRevert: z
			.strictObject({ armed: duration.describe('after each push, both ends included'), ...checkFields })
			.optional()
			.describe('takes the change back without a person (default none)'),
		revert: revert.prefault({}).describe('what a tripped gate and the auto-revert do'),
		people: people.optional().describe('people who notice and roll back (default none)'),
		blockers: blockers.optional().describe('what keeps a stage from being pushed (default nothing)'),
	}),
).describe('how changes travel, by name');
