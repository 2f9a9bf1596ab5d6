/**
 * The JSON Schema of scenario files, for editors and for whoever writes scenarios by a program. It is made of the schema that reads
 * them, and says no more than `check` does: a document that `check` accepts is valid. Two things happen before the schema of a
 * document is asked, and are added here: a budget gets its kind, and a preset is laid under what stands beside it.
 */
import { z } from 'zod';
import { Bug } from '../../kernel/errors.js';
import { document } from './document.js';
import { overPreset } from './over-preset.js';
import { overlays } from './run.js';

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
		...overPreset(direct({ ...tidied, definitions }, aliases)),
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
