/** What a run begins with: nothing, a collapse, or so much work and so many clients. */
import { z } from 'zod';
import { UserError } from '../../kernel/errors.js';
import { parseShare } from '../../kernel/units.js';
import { byName, whole, wrong } from './quantity-fields.js';

const MOST = 100_000_000;
const LIKE_AMOUNT = 'a number of attempts such as 50, a share of all places such as 80%, or full';

/** Attempts in a node: a number, a share of its places (workers + queue), or all places that are left. */
export type Amount = { kind: 'attempts'; attempts: number } | { kind: 'share'; share: number } | { kind: 'full' };

const amount = z
	.union([z.number(), z.string()], { error: ({ input }) => wrong(input, LIKE_AMOUNT) })
	.transform((value, context): Amount => {
		if (value === 'full') return { kind: 'full' };
		if (typeof value === 'number') {
			if (Number.isInteger(value) && value >= 0 && value <= MOST) return { kind: 'attempts', attempts: value };
		} else {
			try {
				return { kind: 'share', share: parseShare(value) };
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
			}
		}
		context.addIssue({ code: 'custom', message: wrong(value, LIKE_AMOUNT) });
		return z.NEVER;
	});

const held = z
	.strictObject({
		abandoned: amount
			.optional()
			.describe('attempts whose clients have left, per node: a number, a share of its places, or full (default 0)'),
		live: amount
			.optional()
			.describe(
				'attempts sent at t = 0, whose clients wait, per node and behind the abandoned ones: likewise (default 0)',
			),
	})
	.describe('what each node holds at t = 0; its workers take the first of it');

export type HeldFields = z.output<typeof held>;

export const start = z
	.union([
		z.strictObject({
			edge: held.optional(),
			groups: byName(held).optional().describe('the same for single node groups, by name'),
			clients: byName(
				z.strictObject({
					backoff: whole(0, MOST).describe('clients of the population in the middle of a back-off of its policy'),
				}),
			)
				.optional()
				.describe('clients between two attempts, by population'),
		}),
		z.enum(['empty', 'collapsed']),
	])
	.default('empty')
	.describe(
		'what the run begins with at t = 0, the start of the warm-up; collapsed: every place of every node holds abandoned work, and as many clients are in back-off as if all attempts had failed at once for long',
	);

export type StartFields = z.output<typeof start>;
