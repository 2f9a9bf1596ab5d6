/**
 * Failures as authors name them: an outcome (every cause with that outcome), a status, what the network did, what the client
 * itself kept back, or a group of these. One list of words for everything that is decided by failures.
 */
import { z } from 'zod';
import { CAUSE_GROUPS, CAUSES, type Cause } from '../../model/retry/cause.js';
import { ANSWER_WORDS } from '../../model/retry/outcome-causes.js';
import type { Retryable } from '../../model/retry/policy.js';
import { wrong } from './quantity-fields.js';

const GROUPS = Object.keys(CAUSE_GROUPS) as (keyof typeof CAUSE_GROUPS)[];
export const CAUSE_NAMES = [...ANSWER_WORDS, ...CAUSES, ...GROUPS] as const;
export type CauseName = (typeof CAUSE_NAMES)[number];

const LIKE = `a failure such as ${CAUSE_NAMES.join(', ')}`;

/** One cause, outcome or group; a status may be written as a number. */
export const causeNames = z
	.union([z.string(), z.number()], { error: ({ input }) => wrong(input, LIKE) })
	.transform(String)
	.pipe(z.enum(CAUSE_NAMES));

/** What names stand for: each once, outcomes first. */
export const failuresOf = (names: readonly CauseName[]): Retryable[] => [
	...ANSWER_WORDS.filter((word) => names.includes(word)),
	...CAUSES.filter((cause) => names.some((name) => means(name, cause))),
];

function means(name: CauseName, cause: Cause): boolean {
	// As an outcome `refused` is both: the connection was refused, or reset.
	if (name === cause || (name === 'refused' && cause === 'reset')) return true;
	const group = GROUPS.find((known) => known === name);
	return group !== undefined && CAUSE_GROUPS[group].some((member) => member === cause);
}
