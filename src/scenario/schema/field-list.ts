/**
 * Every property of a scenario file, read off its JSON Schema, so that no list of them can go stale. Names that the author
 * chooses stand as NAME in a path, items of a list as [].
 */
import { jsonSchema } from './json-schema.js';

export interface Field {
	/** `clients.NAME.retry.attempts` */
	readonly path: string;
	/** of a field that one kind only has: `kind: concurrency` */
	readonly kind: string | null;
	/** `a time with its unit, such as 250us, 10ms`, `one of full, equal`, `a list` */
	readonly type: string;
	/** as JSON; null: none */
	readonly standard: string | null;
	readonly help: string;
	/** the path whose fields this one has as well; null: its own follow it */
	readonly likePath: string | null;
}

type Node = Readonly<Record<string, unknown>>;

/** All fields in the order of the schema; of a path, that field and those below it. Undefined where there is no such field. */
export function fieldsOf(path = ''): Field[] | undefined {
	const root = jsonSchema();
	const walk = new FieldWalk(root.definitions as Readonly<Record<string, Node>>);
	const parts = path
		.replaceAll('[]', '')
		.split('.')
		.filter((part) => part !== '');
	const found = walk.find([{ node: root, path: '', kind: null }], parts);
	if (found.length === 0) return undefined;
	return found.flatMap((place) => (place.path === '' ? walk.below(place) : walk.from(place)));
}

/** What may stand behind the last part of a path that is a field, for a suggestion. */
export function namesBelow(path: string): string[] {
	const depth = path === '' ? 0 : path.split('.').length;
	const fields = fieldsOf(path);
	return fields === undefined ? [] : [...new Set(fields.map((one) => one.path.split('.')[depth]).filter(Boolean))];
}

interface Place {
	readonly node: Node;
	readonly path: string;
	readonly kind: string | null;
}

class FieldWalk {
	/** where a definition was written out first */
	readonly #written = new Map<string, string>();

	constructor(readonly definitions: Readonly<Record<string, Node>>) {}

	/** The places that a path leads to: several where a union has the field in more than one of its kinds. */
	find(places: readonly Place[], parts: readonly string[]): Place[] {
		if (parts.length === 0) return [...places];
		const [part, ...rest] = parts;
		const next = places.flatMap((place) => this.#children(place)).filter(({ path }) => isCalled(path, part));
		return this.find(next, rest);
	}

	/** A field and all below it. */
	from(place: Place): Field[] {
		const { definition, node } = this.#resolved(place.node);
		const earlier = definition === null ? undefined : this.#written.get(definition);
		const children = this.#children(place);
		const isLike = earlier !== undefined && children.length > 0;
		if (definition !== null && earlier === undefined) this.#written.set(definition, place.path);
		const field: Field = {
			path: place.path,
			kind: place.kind,
			type: this.#typeOf(node),
			standard: node.default === undefined || isEmpty(node.default) ? null : JSON.stringify(node.default),
			help: textOf(node.description),
			likePath: isLike ? earlier : null,
		};
		return isLike ? [field] : [field, ...this.#each(children)];
	}

	below(place: Place): Field[] {
		return this.#each(this.#children(place));
	}

	#each(places: readonly Place[]): Field[] {
		return places.flatMap((place) => this.from(place));
	}

	/** Fields directly below, through references, unions and lists. */
	#children({ node, path, kind }: Place): Place[] {
		const { node: own } = this.#resolved(node);
		const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
		const properties = Object.entries(nodes(own.properties));
		const kindHere = isKind(own) ? `kind: ${isKind(own)}` : kind;
		const named = isNode(own.additionalProperties) ? [{ node: own.additionalProperties, path: at('NAME'), kind }] : [];
		const items = isNode(own.items) ? [{ node: own.items, path: `${path}[]`, kind }] : [];
		const inItems = items.flatMap((item) => this.#children(item));
		return [
			...properties.map(([name, one]) => ({ node: one, path: at(name), kind: kindHere })),
			...named,
			...inItems,
			...this.#alternatives(own).flatMap((one) => this.#children({ node: one, path, kind })),
		];
	}

	/** Of a union; what only stands beside a preset has the fields of the plain one, each or null. */
	#alternatives(node: Node): Node[] {
		const all = [node.anyOf, node.oneOf].flatMap((list) => (Array.isArray(list) ? list.filter(isNode) : []));
		return all.filter((one) => !refOf(one)?.endsWith('OverPreset') && one.type !== 'null');
	}

	/** A node with what its reference says laid under it. */
	#resolved(node: Node): { readonly node: Node; readonly definition: string | null } {
		const definition = refOf(node);
		if (definition === null) return { node, definition: null };
		const { node: base } = this.#resolved(this.definitions[definition]);
		const { $ref: _, allOf: __, ...own } = node;
		return { node: { ...base, ...own }, definition };
	}

	#typeOf(node: Node): string {
		if (Array.isArray(node.enum)) return node.enum.length > 30 ? `one of ${node.enum.length} names` : oneOf(node.enum);
		if (node.const !== undefined) return String(node.const);
		if (typeof node.title === 'string') return `${node.title}${exampleOf(node)}`;
		const alternatives = this.#alternatives(node)
			.filter((one) => one.pattern === undefined || one.type !== undefined)
			.map((one) => this.#typeOf(this.#resolved(one).node));
		if (alternatives.length > 0) return [...new Set(alternatives)].join('; or ');
		if (isNode(node.additionalProperties)) return 'by NAME';
		const limits = [node.minimum, node.maximum].map((limit) => (typeof limit === 'number' ? limit : null));
		switch (node.type) {
			case 'array':
				return 'a list';
			case 'object':
				return 'fields';
			case 'integer':
				return `a whole number${rangeText(limits)}`;
			case 'number':
				return `a number${rangeText(limits)}`;
			case 'boolean':
				return 'true or false';
			default:
				return Array.isArray(node.type) ? node.type.join(' or ') : 'text';
		}
	}
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const nodes = (value: unknown): Readonly<Record<string, Node>> =>
	isNode(value) ? (value as Record<string, Node>) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isEmpty = (value: unknown): boolean =>
	typeof value === 'object' && value !== null && Object.keys(value).length === 0;
const oneOf = (values: readonly unknown[]): string =>
	values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;

function refOf(node: Node): string | null {
	const only =
		Array.isArray(node.allOf) && node.allOf.length === 1 && isNode(node.allOf[0]) ? node.allOf[0].$ref : undefined;
	const ref = node.$ref === undefined ? only : node.$ref;
	return typeof ref === 'string' ? ref.slice('#/definitions/'.length) : null;
}

function isKind(node: Node): string | null {
	const kind = nodes(node.properties).kind;
	return kind !== undefined && typeof kind.const === 'string' ? kind.const : null;
}

function isCalled(path: string, part: string): boolean {
	const last = path.slice(path.lastIndexOf('.') + 1);
	return last === part || last === 'NAME';
}

const exampleOf = ({ examples }: Node): string =>
	Array.isArray(examples) ? `, such as ${examples.slice(0, 3).map(String).join(', ')}` : '';

/** Limits that only keep a number exact are not told. */
function rangeText([least, most]: readonly (number | null)[]): string {
	const from = least === null || least < -1e15 ? '' : ` from ${least}`;
	const to = most === null || most > 1e15 ? '' : ` to ${most}`;
	return `${from}${to}`;
}
