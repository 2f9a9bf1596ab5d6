/** Reads plain data by a path of keys. */
import type { Json } from '../../../report/files/json.js';

/** What stands at a path; null where nothing does. */
export function at(value: Json, ...path: readonly string[]): Json {
	let here = value;
	for (const key of path) {
		if (here === null || typeof here !== 'object' || Array.isArray(here)) return null;
		const next: Json | undefined = Object.hasOwn(here, key) ? (here as { readonly [key: string]: Json })[key] : null;
		here = next === undefined ? null : next;
	}
	return here;
}

export const list = (value: Json): readonly Json[] => (Array.isArray(value) ? value : []);

export const entries = (value: Json): readonly (readonly [string, Json])[] =>
	value === null || typeof value !== 'object' || Array.isArray(value) ? [] : Object.entries(value);

export const number = (value: Json): number | null => (typeof value === 'number' ? value : null);
