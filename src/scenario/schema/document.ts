/**
 * The scenario format: fields, units, defaults. One schema reads files, and prints the JSON Schema that editors use.
 */
import { z } from 'zod';
import { Bug } from '../../kernel/errors.js';
import { changes, faults } from './changes.js';
import { clients } from './clients.js';
import { edge } from './edge.js';
import { rollouts } from './rollouts.js';
import { expectations, limits, markers, overlays, record, replications, verdicts } from './run.js';
import { start } from './start.js';
import { classes, mix, mixes, regions, traffic } from './traffic.js';
import { clock, duration, name, wrong } from './units.js';

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

const file = document.extend({ variants: overlays.optional() });

/** JSON Schema (draft-7) of a scenario file. */
export function jsonSchema(): Record<string, unknown> {
	const schema = z.toJSONSchema(file, { target: 'draft-7', io: 'input', reused: 'inline' });
	const tidied = tidy(schema);
	if (!isObject(tidied) || !isObject(tidied.definitions)) throw new Bug('the JSON Schema has no definitions');
	const named = Object.entries(tidied.definitions);
	// What recursion leaves behind is a definition that only points at another one.
	const aliases = new Map(
		named.map(([key, value]) => [`#/definitions/${key}`, isObject(value) ? value.$ref : undefined]),
	);
	const definitions = Object.fromEntries(named.filter(([key]) => aliases.get(`#/definitions/${key}`) === undefined));
	return {
		...direct({ ...tidied, definitions }, aliases),
		title: 'Retrystorm scenario',
		description: 'What arrives, who asks, what serves, what changes, and what is expected of it.',
	};
}

function direct(node: Record<string, unknown>, aliases: ReadonlyMap<string, unknown>): Record<string, unknown> {
	const walk = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(walk);
		return isObject(value) ? direct(value, aliases) : value;
	};
	const out = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
	const target = typeof out.$ref === 'string' ? aliases.get(out.$ref) : undefined;
	return target === undefined ? out : { ...out, $ref: target };
}

/**
 * A described clone of a shared schema comes out as `allOf` of one reference, often twice over. Editors show a description
 * only beside one plain `allOf`, so single ones are folded into their parent as far as draft-7 allows it.
 */
function tidy(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(tidy);
	if (!isObject(node)) return node;
	const out: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(node)) out[key] = tidy(value);
	if (!Array.isArray(out.allOf)) return out;
	delete out.$ref;
	const [only, ...more] = out.allOf;
	if (more.length > 0 || !isObject(only)) return out;
	const { allOf: _, ...own } = out;
	if (Object.keys(own).length === 0) return only;
	return '$ref' in only ? { ...own, allOf: [only] } : { ...only, ...own };
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
