/**
 * Overlays: variants of one file and `set path=value`. Maps merge deeply, lists and plain values are replaced, and null
 * deletes. Every value keeps the place where it was written.
 */
import { NO_CHANGE, NO_TRIGGER } from '../metrics/expectation.js';
import { nearest, suggest } from './document/did-you-mean.js';
import { InvalidScenario, issueAt } from './document/issue.js';
import { type Entry, type MapSource, type Origin, readSource, type SourceNode } from './document/yaml-source.js';
import { NAME } from './schema/units.js';

/** The name of the file's own scenario, without any overlay. */
export const BASE = 'base';

/** "hello", or "hello, canary" for a variant. */
export const labelOf = ({ name, variant }: { readonly name: string; readonly variant: string }): string =>
	variant === BASE || variant === '' ? name : `${name}, ${variant}`;

/** `over` on top of `under`. */
export function merge(under: SourceNode, over: SourceNode): SourceNode {
	if (under.kind !== 'map' || over.kind !== 'map') return over;
	const entries = new Map<string, Entry>(under.entries);
	for (const [key, entry] of over.entries) {
		const known = entries.get(key);
		// A null that has nothing to delete stays, and is then reported as a value of no use: most likely a slip of the name.
		if (known !== undefined && isNull(entry.node)) entries.delete(key);
		else if (known === undefined) entries.set(key, entry);
		else entries.set(key, { keyAt: entry.keyAt, node: merge(known.node, entry.node) });
	}
	return { kind: 'map', at: under.at, entries };
}

/** Names with a meaning of their own, which no variant may have. */
const TAKEN: readonly string[] = [BASE, NO_CHANGE, NO_TRIGGER];

/** The names of a file's variants, in its order. */
export function variantNames(root: MapSource): string[] {
	const variants = root.entries.get('variants')?.node;
	return variants?.kind === 'map' ? [...variants.entries.keys()] : [];
}

/** @throws InvalidScenario when `variants` is no map of maps, or a name is no name */
function checkVariants(root: MapSource, file: string): void {
	const variants = root.entries.get('variants');
	if (variants === undefined) return;
	if (variants.node.kind !== 'map')
		throw wrong(file, variants.keyAt, 'variants', 'found no map, one of variants by name would do');
	const issues = [...variants.node.entries].flatMap(([name, { keyAt, node }]) => {
		const path = `variants.${name}`;
		const taken = TAKEN.includes(name)
			? `found ${name}, which means something else already; another name would do`
			: null;
		const odd = NAME.test(name) ? taken : `found "${name}", a name of letters, digits, - and _ would do`;
		const message = node.kind === 'map' ? odd : 'found no map, one of the fields that differ would do';
		return message === null ? [] : wrong(file, keyAt, path, message).issues;
	});
	if (issues.length > 0) throw new InvalidScenario(issues);
}

/**
 * The document of one variant, without `variants`.
 * @throws InvalidScenario on an unknown name, and on variants that extend each other in a circle
 */
export function applyVariant(root: MapSource, variant: string, file: string): MapSource {
	checkVariants(root, file);
	let doc: SourceNode = withoutKeys(root, ['variants']);
	for (const overlay of overlays(root, variant, file)) {
		// What a variant that asks "what if" changes, its parent has promised nothing of.
		const under = isWhatIf(overlay, file) ? withoutKeys(asMap(doc), ['expect']) : doc;
		doc = merge(under, withoutKeys(overlay, ['extends', 'whatIf']));
	}
	return asMap(doc);
}

/** @throws InvalidScenario when it is neither true nor false */
function isWhatIf(overlay: MapSource, file: string): boolean {
	const written = overlay.entries.get('whatIf');
	if (written === undefined) return false;
	const { node } = written;
	if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
	throw wrong(file, written.keyAt, 'whatIf', 'expected true or false');
}

/** From the outermost ancestor to the variant itself. */
function overlays(root: MapSource, variant: string, file: string): MapSource[] {
	const all = root.entries.get('variants')?.node;
	const known = variantNames(root);
	const chain: MapSource[] = [];
	const seen: string[] = [];
	let name = variant;
	let from: Origin | null = null;
	while (name !== BASE) {
		const entry = all?.kind === 'map' ? all.entries.get(name) : undefined;
		if (entry === undefined || entry.node.kind !== 'map') {
			const path = from === null ? '' : `variants.${seen[seen.length - 1]}.extends`;
			throw wrong(file, from, path, `found "${name}", which is no variant here; ${suggest(name, [...known, BASE])}`);
		}
		if (seen.includes(name)) {
			const circle = [...seen.slice(seen.indexOf(name)), name].join(' -> ');
			throw wrong(
				file,
				from,
				`variants.${seen[seen.length - 1]}.extends`,
				`variants extend each other in a circle: ${circle}`,
			);
		}
		seen.push(name);
		chain.unshift(entry.node);
		const above = entry.node.entries.get('extends')?.node;
		if (above === undefined) break;
		if (above.kind !== 'scalar' || typeof above.value !== 'string') {
			throw wrong(file, above.at, `variants.${name}.extends`, 'the name of another variant would do');
		}
		name = above.value;
		from = above.at;
	}
	return chain;
}

/**
 * The document with `path=value` set; the value is read as YAML, null deletes, `expect.0.above` reaches into lists.
 * Levels that are missing are made, and the schema then says which of them it does not know.
 * @throws InvalidScenario when the argument has no `=`, the value is no YAML, or the path runs through a plain value
 */
export function setValue(root: MapSource, argument: string): MapSource {
	const origin: Origin = { line: null, column: null, variant: null, set: argument };
	const cut = argument.indexOf('=');
	const path = argument.slice(0, cut).trim();
	if (cut < 1 || path.split('.').includes(''))
		throw wrong('', origin, '', 'path=value would do, such as clients.apps.timeout=2s');
	return asMap(place(root, path.split('.'), readValue(argument.slice(cut + 1), origin), origin, path));
}

function place(
	node: SourceNode,
	steps: readonly string[],
	value: SourceNode,
	origin: Origin,
	path: string,
): SourceNode {
	const [step, ...rest] = steps;
	if (node.kind === 'list') {
		const index = /^\d+$/.test(step) ? Number(step) : Number.NaN;
		if (!(index < node.items.length)) {
			throw wrong('', origin, path, `found "${step}" for a list, a number from 0 to ${node.items.length - 1} would do`);
		}
		if (rest.length === 0 && isNull(value)) return { ...node, items: node.items.toSpliced(index, 1) };
		const item = rest.length === 0 ? value : place(node.items[index], rest, value, origin, path);
		return { ...node, items: node.items.with(index, item) };
	}
	if (node.kind === 'scalar') {
		throw wrong('', origin, path, `found a plain value above "${step}"; set the whole of it instead`);
	}
	const entries = new Map(node.entries);
	const known = entries.get(step);
	if (rest.length > 0) {
		const below: SourceNode = known === undefined ? { kind: 'map', at: origin, entries: new Map() } : known.node;
		const keyAt = known === undefined ? origin : known.keyAt;
		entries.set(step, { keyAt, node: place(below, rest, value, origin, path) });
	} else if (isNull(value)) {
		if (!entries.delete(step)) {
			const near = nearest(step, [...entries.keys()]);
			throw wrong('', origin, path, `found nothing to delete${near === null ? '' : `; did you mean ${near}?`}`);
		}
	} else entries.set(step, { keyAt: origin, node: value });
	return { ...node, entries };
}

function readValue(text: string, origin: Origin): SourceNode {
	try {
		// Wrapped in a map, so that plain values, lists and maps are read by the same code, with the same limits.
		const wrapped = readSource(`value: ${text}`, '').entries.get('value');
		if (wrapped !== undefined) return withOrigin(wrapped.node, origin);
	} catch (error) {
		if (!(error instanceof InvalidScenario)) throw error;
	}
	throw wrong('', origin, '', `found a value that is no YAML: ${text}`);
}

function withOrigin(node: SourceNode, origin: Origin): SourceNode {
	if (node.kind === 'scalar') return { ...node, at: origin };
	if (node.kind === 'list') return { ...node, at: origin, items: node.items.map((item) => withOrigin(item, origin)) };
	const entries = new Map<string, Entry>();
	for (const [key, { node: value }] of node.entries)
		entries.set(key, { keyAt: origin, node: withOrigin(value, origin) });
	return { kind: 'map', at: origin, entries };
}

const isNull = (node: SourceNode): boolean => node.kind === 'scalar' && node.value === null;

function withoutKeys(map: MapSource, keys: readonly string[]): MapSource {
	return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) };
}

function asMap(node: SourceNode): MapSource {
	if (node.kind === 'map') return node;
	throw new InvalidScenario([issueAt('error', { file: '', line: null, column: null, set: null }, '', 'found no map')]);
}

function wrong(file: string, origin: Origin | null, path: string, message: string): InvalidScenario {
	const place = origin === null ? { line: null, column: null, set: null } : origin;
	return new InvalidScenario([
		issueAt('error', { file, line: place.line, column: place.column, set: place.set }, path, message),
	]);
}
