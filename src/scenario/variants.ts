/**
 * Overlays: variants of one file and `set path=value`. Maps merge deeply, lists and plain values are replaced, and null
 * deletes. Every value keeps the place where it was written.
 */
import { show } from '../kernel/units.js';
import { NO_CHANGE, NO_TRIGGER } from '../metrics/expectation.js';
import { nearest, suggest } from './document/did-you-mean.js';
import { InvalidScenario, issueAt } from './document/issue.js';
import {
	type Entry,
	type MapSource,
	NO_NAME,
	type Origin,
	readSource,
	type SourceNode,
} from './document/yaml-source.js';
import { likeName, MAX_NAMES, NAME, tooMany } from './schema/quantity-fields.js';

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
	const count = variants.node.entries.size;
	if (count > MAX_NAMES) throw wrong(file, variants.keyAt, 'variants', tooMany(count));
	const issues = [...variants.node.entries].flatMap(([name, { keyAt, node }]) => {
		const path = `variants.${name}`;
		const taken = TAKEN.includes(name)
			? `found ${name}, which means something else already; another name would do`
			: null;
		const odd = NAME.test(name) ? taken : `found ${show(name)}, ${likeName(name)} would do`;
		const message = node.kind === 'map' ? odd : 'found no map, one of the fields that differ would do';
		return message === null ? [] : wrong(file, keyAt, path, message).issues;
	});
	if (issues.length > 0) throw new InvalidScenario(issues);
}

/** What has been laid of each file so far: a thousand variants that extend each other are laid once each. */
const laid = new WeakMap<MapSource, Map<string, MapSource>>();

/**
 * The document of one variant, without `variants`.
 * @throws InvalidScenario on an unknown name, and on variants that extend each other in a circle
 */
export function applyVariant(root: MapSource, variant: string, file: string): MapSource {
	let known = laid.get(root);
	if (known === undefined) {
		checkVariants(root, file);
		known = new Map([[BASE, withoutKeys(root, ['variants'])]]);
		laid.set(root, known);
	}
	const chain = chainOf(root, variant, file, known);
	let doc = asMap(known.get(chain.from));
	for (const { name, overlay } of chain.above) {
		// What a variant that asks "what if" changes, its parent has promised nothing of.
		const under = isWhatIf(overlay, file) ? withoutKeys(doc, ['expect']) : doc;
		doc = asMap(merge(under, withoutKeys(overlay, ['extends', 'whatIf'])));
		known.set(name, doc);
	}
	return doc;
}

/** @throws InvalidScenario when it is neither true nor false */
function isWhatIf(overlay: MapSource, file: string): boolean {
	const written = overlay.entries.get('whatIf');
	if (written === undefined) return false;
	const { node } = written;
	if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
	throw wrong(file, written.keyAt, 'whatIf', 'expected true or false');
}

interface Chain {
	/** a document that is known already */
	readonly from: string;
	/** what lies over it, the variant itself last */
	readonly above: readonly { readonly name: string; readonly overlay: MapSource }[];
}

function chainOf(root: MapSource, variant: string, file: string, done: ReadonlyMap<string, MapSource>): Chain {
	const all = root.entries.get('variants')?.node;
	const above = new Map<string, MapSource>();
	let name = variant;
	let below = '';
	let from: Origin | null = null;
	while (!done.has(name)) {
		const path = `variants.${below}.extends`;
		const entry = all?.kind === 'map' ? all.entries.get(name) : undefined;
		if (entry === undefined || entry.node.kind !== 'map') {
			const known = [...variantNames(root), BASE];
			throw wrong(
				file,
				from,
				from === null ? '' : path,
				`found ${show(name)}, which is no variant here; ${suggest(name, known)}`,
			);
		}
		if (above.has(name)) {
			const names = [...above.keys()];
			const circle = [...names.slice(names.indexOf(name)), name].join(' -> ');
			throw wrong(file, from, path, `variants extend each other in a circle: ${circle}`);
		}
		above.set(name, entry.node);
		const parent = entry.node.entries.get('extends')?.node;
		if (parent !== undefined && (parent.kind !== 'scalar' || typeof parent.value !== 'string'))
			throw wrong(file, parent.at, `variants.${name}.extends`, 'the name of another variant would do');
		below = name;
		name = parent === undefined ? BASE : String(parent.value);
		from = parent === undefined ? null : parent.at;
	}
	return { from: name, above: [...above].map(([known, overlay]) => ({ name: known, overlay })).toReversed() };
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
	const steps = path.split('.');
	if (steps.includes(NO_NAME))
		throw wrong('', origin, path, `found "${NO_NAME}", a name of letters, digits, - and _ would do`);
	return asMap(place(root, steps, readValue(argument.slice(cut + 1), origin), origin, path));
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

function asMap(node: SourceNode | undefined): MapSource {
	if (node?.kind === 'map') return node;
	throw new InvalidScenario([issueAt('error', { file: '', line: null, column: null, set: null }, '', 'found no map')]);
}

function wrong(file: string, origin: Origin | null, path: string, message: string): InvalidScenario {
	const place = origin === null ? { line: null, column: null, set: null } : origin;
	return new InvalidScenario([
		issueAt('error', { file, line: place.line, column: place.column, set: place.set }, path, message),
	]);
}
