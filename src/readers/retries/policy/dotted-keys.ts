/** Keys with dots as the maps that they stand for: `a.b: 1` is `a: { b: 1 }` to Spring, and both may stand in one file. */
import type { Entry, MapSource, SourceNode } from '../../../scenario/document/yaml-source.js';
import { Field } from '../../manifest/field.js';

/** @param root a map; below its keys that begin with `top`, every key is unfolded */
export function unfolded(root: Field, top: string): Field {
	const { node } = root;
	if (node?.kind !== 'map' || ![...node.entries.keys()].some((key) => key.startsWith(top))) return root;
	const entries = new Map<string, Entry>();
	for (const [key, entry] of node.entries) {
		if (key === top || key.startsWith(`${top}.`)) put(entries, key.split('.'), entry);
		else entries.set(key, entry);
	}
	return new Field(root.file, root.path, { ...node, entries }, root.at, root.readKeys);
}

/** Into the map at the end of the path, beside what stands there already; what is written first stays. */
function put(entries: Map<string, Entry>, [key, ...below]: readonly string[], { keyAt, node }: Entry): void {
	const there = entries.get(key);
	const inner: SourceNode = below.length === 0 ? opened(node) : nested(below, { keyAt, node });
	entries.set(
		key,
		there === undefined ? { keyAt, node: inner } : { keyAt: there.keyAt, node: joined(there.node, inner) },
	);
}

function nested(path: readonly string[], entry: Entry): MapSource {
	const entries = new Map<string, Entry>();
	put(entries, path, entry);
	return { kind: 'map', at: entry.keyAt, entries };
}

function opened(node: SourceNode): SourceNode {
	if (node.kind !== 'map') return node;
	const entries = new Map<string, Entry>();
	for (const [key, entry] of node.entries) put(entries, key.split('.'), entry);
	return { ...node, entries };
}

function joined(one: SourceNode, other: SourceNode): SourceNode {
	if (one.kind !== 'map' || other.kind !== 'map') return one;
	const entries = new Map(one.entries);
	for (const [key, entry] of other.entries) put(entries, [key], entry);
	return { ...one, entries };
}
