/** Values by the grammar of scenario files: walks the published JSON Schema and writes what it describes. */

import { jsonSchema } from '../../src/scenario/schema/json-schema.js';
import type { Picker } from '../reference/families/picker.js';
import { anyValue, NAMES } from './values.js';

type Node = Readonly<Record<string, unknown>>;

const SCHEMA: Node = jsonSchema();
const MAX_DEPTH = 7;

const isMap = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapAt = (node: Node, key: string): Node => (isMap(node[key]) ? node[key] : {});

/** What the schema says of the value at a path; null where it says nothing. */
export function schemaAt(path: readonly (string | number)[]): Node | null {
	let here: readonly Node[] = [SCHEMA];
	for (const step of path) {
		here = here.flatMap(forms).flatMap((form) => {
			if (typeof step === 'number') return isMap(form.items) ? [form.items] : [];
			const properties = mapAt(form, 'properties');
			if (Object.hasOwn(properties, step)) return [mapAt(properties, step)];
			return isMap(form.additionalProperties) ? [form.additionalProperties] : [];
		});
	}
	return here.length === 0 ? null : here[0];
}

/** The forms a value may have, references followed. */
function forms(node: Node): readonly Node[] {
	if (typeof node.$ref === 'string')
		return forms(mapAt(mapAt(SCHEMA, 'definitions'), node.$ref.replace('#/definitions/', '')));
	const lists = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => (Array.isArray(node[key]) ? (node[key] as Node[]) : []));
	return lists.length > 0 ? lists.flatMap(forms) : [node];
}

/** Something of this form; now and then something of no form. */
export function madeBy(node: Node, pick: Picker, depth = 0): unknown {
	if (pick.chance(0.03) || depth > MAX_DEPTH) return anyValue(pick);
	const form = pick.one(...forms(node));
	if (form.const !== undefined) return form.const;
	if (Array.isArray(form.enum)) return pick.one(...form.enum);
	if (Array.isArray(form.examples)) return pick.one(...form.examples);
	switch (form.type) {
		case 'object':
			return mapOf(form, pick, depth);
		case 'array':
			return listOf(form, pick, depth);
		case 'integer':
		case 'number':
			return numberOf(form, pick);
		case 'boolean':
			return pick.chance(0.5);
		case 'string':
			return form.pattern === undefined ? anyValue(pick) : pick.one(...NAMES);
		default:
			return anyValue(pick);
	}
}

function mapOf(form: Node, pick: Picker, depth: number): unknown {
	const properties = mapAt(form, 'properties');
	const required = Array.isArray(form.required) ? form.required : [];
	const most = depth < 3 ? 0.3 : 0.2;
	const fields = Object.keys(properties).filter((key) => required.includes(key) || pick.chance(most));
	const entries = fields.map((key): [string, unknown] => [key, madeBy(mapAt(properties, key), pick, depth + 1)]);
	if (isMap(form.additionalProperties)) {
		const count = pick.whole(0, 3);
		for (let i = 0; i < count; i++)
			entries.push([pick.one(...NAMES), madeBy(form.additionalProperties, pick, depth + 1)]);
	}
	return Object.fromEntries(entries);
}

function listOf(form: Node, pick: Picker, depth: number): unknown {
	if (Array.isArray(form.items)) return form.items.map((item: Node) => madeBy(item, pick, depth + 1));
	const count = pick.one(0, 1, 1, 2, 3);
	return Array.from({ length: count }, () => madeBy(mapAt(form, 'items'), pick, depth + 1));
}

function numberOf(form: Node, pick: Picker): unknown {
	const bounds = [form.minimum, form.exclusiveMinimum, form.maximum].filter((one) => typeof one === 'number');
	return pick.one<unknown>(1, 2, 3, 10, 0.5, ...bounds, ...bounds.map((one) => Number(one) + 1), anyValue(pick));
}
