/** Fields that may be written in several spellings: snake_case and camelCase, kebab-case, or any case at all. */
import type { Field } from '../../manifest/field.js';

const camel = (snake: string): string => snake.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Protocol buffers as JSON: `retry_policy` or `retryPolicy`. */
export function either(field: Field, snake: string): Field {
	const other = field.get(camel(snake));
	return other.given ? other : field.get(snake);
}

/** Spring's relaxed binding: `maxAttempts` or `max-attempts`. */
export function relaxed(field: Field, name: string): Field {
	const other = field.get(kebab(name));
	return other.given ? other : field.get(name);
}

/** .NET's configuration knows no case. */
export function anyCase(field: Field, name: string): Field {
	const { node } = field;
	if (node?.kind !== 'map') return field.get(name);
	const found = [...node.entries.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
	return field.get(found ?? name);
}

/** The maps in a tree that are what is looked for, outermost first; what is found is not searched further. */
export function mapsIn(field: Field, wanted: (field: Field) => boolean): Field[] {
	const { node } = field;
	if (node?.kind === 'list') return field.items(node.items.length).flatMap((item) => mapsIn(item, wanted));
	if (node?.kind !== 'map') return [];
	if (wanted(field)) return [field];
	return [...node.entries.keys()].flatMap((key) => mapsIn(field.get(key), wanted));
}
