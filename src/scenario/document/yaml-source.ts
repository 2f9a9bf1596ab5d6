/**
 * A scenario's text as a tree that remembers where every value was written, so that a mistake in an overlay points into
 * that overlay. Hostile texts are refused here: too large, too deep, keys twice, aliases that multiply.
 */
import {
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	parseAllDocuments,
	parseDocument,
	type Node as YamlNode,
} from 'yaml';
import { InvalidScenario, type Issue, issueAt } from './issue.js';
import { tooLarge } from './text-size.js';

export type Path = readonly (string | number)[];

/** Where a value was written: a position in the file, or a --set argument. */
export interface Origin {
	readonly line: number | null;
	readonly column: number | null;
	/** the variant in whose overlay it stands */
	readonly variant: string | null;
	readonly set: string | null;
}

export type SourceNode = ScalarSource | MapSource | ListSource;
export interface ScalarSource {
	readonly kind: 'scalar';
	readonly at: Origin;
	readonly value: string | number | boolean | null;
}
export interface MapSource {
	readonly kind: 'map';
	readonly at: Origin;
	readonly entries: ReadonlyMap<string, Entry>;
}
export interface Entry {
	readonly keyAt: Origin;
	readonly node: SourceNode;
}
export interface ListSource {
	readonly kind: 'list';
	readonly at: Origin;
	readonly items: readonly SourceNode[];
	/** the places of the items in the text, once some have been left out */
	readonly numbers?: readonly number[];
}

const MAX_DEPTH = 40;
/** Values that aliases may add to those written out: plenty for shared blocks, nothing for a bomb. */
const MAX_ALIASED_NODES = 10_000;
const MAX_ALIASES = 1_000;
const MAX_FAULTS = 200;

/** The one name that no map may have. */
export const NO_NAME = '__proto__';

export function printPath(path: Path): string {
	return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

/**
 * Reads YAML 1.2 (JSON is YAML).
 * @throws InvalidScenario with every fault of the syntax
 */
export function readSource(text: string, file: string): MapSource {
	const [root] = readDocuments(text, file, { what: 'scenario', merges: false }, (options) => [
		parseDocument(text, options),
	]);
	if (root === undefined) {
		throw new InvalidScenario([fault(file, 1, 1, 'found nothing, a map that begins with `name:` would do')]);
	}
	if (root.kind !== 'map') {
		throw new InvalidScenario([fault(file, 1, 1, 'found no map, one that begins with `name:` would do')]);
	}
	return root;
}

/**
 * Reads a file of several documents, as other systems write them; empty ones are left out. `<<` is a merge key to the readers of
 * YAML of those systems.
 * @throws InvalidScenario with every fault of the syntax
 */
export function readSources(text: string, file: string): SourceNode[] {
	return readDocuments(text, file, { what: 'file', merges: true }, (options) => {
		const found = parseAllDocuments(text, options);
		return Array.isArray(found) ? found : [];
	});
}

interface ParseOptions {
	readonly lineCounter: LineCounter;
	readonly prettyErrors: false;
	readonly version: '1.2';
	/** Keys are compared below by a table: the parser would compare each with each. */
	readonly uniqueKeys: false;
}

function readDocuments(
	text: string,
	file: string,
	{ what, merges }: { readonly what: 'scenario' | 'file'; readonly merges: boolean },
	parse: (options: ParseOptions) => readonly Document[],
): SourceNode[] {
	const large = tooLarge(text, what);
	if (large !== null) throw new InvalidScenario([fault(file, 1, 1, large)]);
	const lines = new LineCounter();
	const issues: Issue[] = [];
	const refuse = (offset: number, message: string): void => {
		const { line, col } = lines.linePos(offset);
		if (issues.length < MAX_FAULTS) issues.push(fault(file, line, col, message));
	};
	try {
		const docs = parse({ lineCounter: lines, prettyErrors: false, version: '1.2', uniqueKeys: false });
		const wrongs = docs.flatMap((doc) => [...doc.errors, ...doc.warnings]);
		// The parser recurses once per level, and reports the end of its stack as mistakes of the text, one per level.
		if (wrongs.some((wrong) => wrong.code === 'RESOURCE_EXHAUSTION')) throw new RangeError();
		for (const wrong of wrongs) refuse(wrong.pos[0], plainYamlError(wrong.code, wrong.message));
		if (issues.length > 0) throw new InvalidScenario(issues);
		const roots = docs
			.map((doc) => doc.contents)
			.filter((root) => root !== null && !(isScalar(root) && root.value === null))
			.map((root) => new Reader(lines, refuse, merges).read(root as YamlNode, [], 0));
		if (issues.length > 0) throw new InvalidScenario(issues);
		return roots.filter((root) => root !== null);
	} catch (error) {
		// A text of a hundred thousand brackets ends the stack before our own limit is asked.
		if (!(error instanceof RangeError)) throw error;
		throw new InvalidScenario([fault(file, 1, 1, `nested too deeply, at most ${MAX_DEPTH} levels would do`)]);
	}
}

function fault(file: string, line: number, column: number, message: string): Issue {
	return issueAt('error', { file, line, column, set: null }, '', message);
}

function plainYamlError(code: string, message: string): string {
	if (code === 'TAB_AS_INDENT') return 'found a tab, spaces for indentation would do';
	if (code === 'MULTIPLE_DOCS') return 'found a second document, one scenario per file would do';
	return message.split('\n')[0].replace(/:?$/, '');
}

class Reader {
	/** what each name stands for so far */
	private readonly anchors = new Map<string, YamlNode>();
	private aliases = 0;
	private aliasedNodes = 0;
	private insideAlias = 0;
	private stopped = false;

	constructor(
		private readonly lines: LineCounter,
		private readonly refuse: (offset: number, message: string) => void,
		private readonly merges: boolean,
	) {}

	/** Null where something was refused. */
	read(node: YamlNode, path: Path, depth: number): SourceNode | null {
		const offset = node.range === undefined || node.range === null ? 0 : node.range[0];
		const at = this.origin(offset, path);
		if (this.stopped) return null;
		if (depth > MAX_DEPTH) return this.no(offset, `nested too deeply, at most ${MAX_DEPTH} levels would do`);
		if (this.insideAlias > 0 && ++this.aliasedNodes > MAX_ALIASED_NODES) return this.stop(offset);
		if (isAlias(node)) {
			const target = this.anchors.get(node.source);
			if (target === undefined) return this.no(offset, `found the alias *${node.source}, an anchor before it would do`);
			if (++this.aliases > MAX_ALIASES) return this.stop(offset);
			this.insideAlias++;
			const read = this.read(target, path, depth + 1);
			this.insideAlias--;
			return read;
		}
		if (node.anchor !== undefined && this.insideAlias === 0) this.anchors.set(node.anchor, node);
		if (isScalar(node)) return this.scalar(node.value, at, offset);
		if (isSeq(node)) {
			const items = node.items.map((item, i) => this.read(item as YamlNode, [...path, i], depth + 1));
			return { kind: 'list', at, items: items.filter((item) => item !== null) };
		}
		if (!isMap(node)) return this.no(offset, 'found something that is neither a value, a list nor a map');
		const entries = new Map<string, Entry>();
		const merged: SourceNode[] = [];
		for (const { key, value } of node.items) {
			const keyNode = key as YamlNode;
			const keyOffset = keyNode.range === undefined || keyNode.range === null ? offset : keyNode.range[0];
			if (!isScalar(keyNode) || keyNode.value === null) {
				this.no(keyOffset, 'found a key that is not a name, a name would do');
				continue;
			}
			const name = String(keyNode.value);
			if (this.merges && name === '<<' && value !== null) {
				const read = this.read(value as YamlNode, path, depth + 1);
				if (read !== null) merged.push(read);
				continue;
			}
			if (entries.has(name)) this.no(keyOffset, 'the same key stands twice in this map, once would do');
			const inner = [...path, name];
			// A map of JavaScript takes it for something else, and would lose it without a word.
			if (!this.merges && name === NO_NAME) {
				this.no(keyOffset, `${printPath(inner)}: found "${name}", a name of letters, digits, - and _ would do`);
				continue;
			}
			const keyAt = this.origin(keyOffset, inner);
			const read =
				value === null
					? ({ kind: 'scalar', at: keyAt, value: null } as const)
					: this.read(value as YamlNode, inner, depth + 1);
			if (read !== null) entries.set(name, { keyAt, node: read });
		}
		for (const source of merged.flatMap((each) => (each.kind === 'list' ? each.items : [each]))) {
			if (source.kind !== 'map') return this.no(offset, 'found << with something other than a map, a map would do');
			// What the map says itself holds, and of several merged ones the first.
			for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
		}
		return { kind: 'map', at, entries };
	}

	private scalar(value: unknown, at: Origin, offset: number): SourceNode | null {
		if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
			return { kind: 'scalar', at, value };
		}
		return this.no(offset, `found a ${typeof value}, a text, a number, true or false would do`);
	}

	private origin(offset: number, path: Path): Origin {
		const { line, col } = this.lines.linePos(offset);
		const variant = path[0] === 'variants' && path.length > 1 ? String(path[1]) : null;
		return { line, column: col, variant, set: null };
	}

	/** Aliases that multiply are refused once, and nothing more is read. */
	private stop(offset: number): null {
		this.stopped = true;
		return this.no(
			offset,
			`aliases unfold into too much, at most ${MAX_ALIASED_NODES} values by ${MAX_ALIASES} aliases would do`,
		);
	}

	private no(offset: number, message: string): null {
		this.refuse(offset, message);
		return null;
	}
}

/** The value alone, as JSON would have it. */
export function toPlain(node: SourceNode): unknown {
	if (node.kind === 'scalar') return node.value;
	if (node.kind === 'list') return node.items.map(toPlain);
	return Object.fromEntries([...node.entries].map(([key, { node: value }]) => [key, toPlain(value)]));
}
