/** Failures as authors name them: a status, what the network did, what the client itself kept back, or a group of these. */
import { z } from 'zod';
import { CAUSE_GROUPS, CAUSES, type Cause } from '../../model/retry/cause.js';
import { wrong } from './units.js';

const GROUPS = Object.keys(CAUSE_GROUPS) as (keyof typeof CAUSE_GROUPS)[];
export const CAUSE_NAMES = [...CAUSES, ...GROUPS] as const;
export type CauseName = (typeof CAUSE_NAMES)[number];

const LIKE = `a failure such as ${CAUSE_NAMES.join(', ')}`;

/** One cause or group; a status may be written as a number. */
export const causeNames = z
	.union([z.string(), z.number()], { error: ({ input }) => wrong(input, LIKE) })
	.transform(String)
	.pipe(z.enum(CAUSE_NAMES));

/** The causes that names stand for. */
export const causesOf = (names: readonly CauseName[]): Cause[] =>
	CAUSES.filter((cause) => names.some((name) => name === cause || inGroup(name, cause)));

function inGroup(name: CauseName, cause: Cause): boolean {
	const group = GROUPS.find((known) => known === name);
	return group !== undefined && CAUSE_GROUPS[group].some((member) => member === cause);
}
