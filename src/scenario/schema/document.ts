/**
 * The scenario format: fields, units, defaults. One schema reads files, and `json-schema.ts` makes of it what editors use.
 */
import { z } from 'zod';
import { changes, faults } from './changes.js';
import { clients } from './clients.js';
import { edge } from './edge.js';
import { clock, duration, name, wrong } from './quantity-fields.js';
import { rollouts } from './rollouts.js';
import { expectations, limits, markers, record, replications, verdicts } from './run.js';
import { start } from './start.js';
import { classes, mix, mixes, regions, traffic } from './traffic.js';

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** One resolved document: the file without `variants`, an overlay applied. */
export const document = z.strictObject({
	name: name.describe('short name, used for folders of results'),
	about: z.string().max(10_000).default('').describe('one or more lines of text'),
	date: z
		.string()
		.regex(DATE, { error: ({ input }) => wrong(input, 'a date such as "2025-12-05"') })
		.optional()
		.describe('date of the start, UTC'),
	from: clock
		.optional()
		.describe('clock time (UTC) at which the measured window starts; clock times elsewhere need it'),
	until: clock.optional().describe('clock time at which it ends; instead of duration'),
	duration: duration.optional().describe('length of the measured window; instead of until'),
	warmUp: duration.prefault('0s').describe('simulated before the measured window'),
	coolDown: duration
		.optional()
		.describe(
			'simulated after the measured window without new requests, so that those still open are decided (default none)',
		),
	classes: classes.optional(),
	mixes: mixes.optional(),
	mix: mix.optional(),
	traffic: traffic.optional(),
	regions: regions.optional(),
	edge: edge.prefault({}),
	clients: clients.optional(),
	changes: changes.optional(),
	rollouts: rollouts.optional(),
	faults: faults.optional(),
	start,
	record,
	limits,
	verdicts,
	markers,
	replications,
	expect: expectations,
});
export type Document = z.output<typeof document>;
