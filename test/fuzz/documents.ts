/** Scenario documents: of the families that the second simulator knows, of the shipped files, and what mutation makes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FAMILIES } from '../reference/families/families.js';
import type { Picker } from '../reference/families/picker.js';
import { madeBy, schemaAt } from './grammar.js';
import { anyValue, NAMES } from './values.js';

type Path = readonly (string | number)[];

/** The shipped scenarios by their names below the folder. */
export function shippedTexts(root: string): ReadonlyMap<string, string> {
	const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
	return new Map(names.toSorted().map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** @returns makes a document that is most likely good */
export function documentsOf(shipped: ReadonlyMap<string, string>): (pick: Picker) => unknown {
	const parsed = [...shipped.values()].map((text): unknown => parse(text));
	return (pick) => structuredClone(pick.chance(0.25) ? pick.one(...parsed) : pick.one(...FAMILIES).make(pick));
}

/** One to four changes at random places. */
export function mutated(document: unknown, pick: Picker): unknown {
	const root = { document };
	const rounds = pick.one(1, 1, 1, 2, 4);
	for (let i = 0; i < rounds; i++) {
		const paths = pathsOf(root.document, []);
		if (paths.length > 0) change(root, pick.one(...paths), pick);
	}
	return root.document;
}

function pathsOf(value: unknown, path: Path): Path[] {
	if (typeof value !== 'object' || value === null) return [];
	const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
	return keys.flatMap((key) => {
		const inner = [...path, key];
		return [inner, ...pathsOf(Reflect.get(value, key), inner)];
	});
}

function change(root: { document: unknown }, path: Path, pick: Picker): void {
	const parent = path.slice(0, -1).reduce<unknown>((here, step) => Reflect.get(Object(here), step), root.document);
	if (typeof parent !== 'object' || parent === null) return;
	const key = path[path.length - 1];
	const set = (name: string | number, value: unknown): void => {
		Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
	};
	const found: unknown = Reflect.get(parent, key);
	const known = schemaAt(path);
	switch (pick.whole(0, 7)) {
		case 0:
			if (Array.isArray(parent)) parent.splice(Number(key), 1);
			else Reflect.deleteProperty(parent, key);
			return;
		case 1:
			set(key, anyValue(pick));
			return;
		case 2:
			if (Array.isArray(parent)) parent.push(structuredClone(found));
			else set(pick.one(...NAMES), structuredClone(found));
			return;
		case 3:
			set(key, [found]);
			return;
		case 4: {
			const siblings = Object.keys(parent);
			set(key, structuredClone(Reflect.get(parent, pick.one(...siblings))));
			return;
		}
		case 5: {
			const above = schemaAt(path.slice(0, -1));
			if (above !== null) fill(parent, above, pick, set);
			return;
		}
		default:
			set(key, known === null ? anyValue(pick) : madeBy(known, pick, 2));
	}
}

/** A further field of the map that holds the place. */
function fill(
	parent: object,
	schema: NonNullable<ReturnType<typeof schemaAt>>,
	pick: Picker,
	set: (name: string, value: unknown) => void,
): void {
	const made = madeBy(schema, pick, 2);
	if (typeof made !== 'object' || made === null || Array.isArray(parent)) return;
	for (const [name, value] of Object.entries(made).slice(0, 2)) set(name, value);
}
