/** Finds the place in the text of what stands at a path, and takes values out of the tree. */
import type { Entry, ListSource, Origin, Path, SourceNode } from './yaml-source.js';

export interface Located {
	readonly origin: Origin;
	/** true when the place is outside every overlay: a variant only inherits it */
	readonly inherited: boolean;
	/** the path as it was written, whatever has been left out of lists since */
	readonly path: Path;
}

/**
 * Where a path was written: its value if that is a scalar, else its key; the nearest level above where it was not written.
 * @param key asks for the key itself
 */
export function locate(root: SourceNode, path: Path, key = false): Located {
	let node: SourceNode | null = root;
	let origin = root.at;
	const written: (string | number)[] = [];
	for (const [i, step] of path.entries()) {
		written.push(node?.kind === 'list' && typeof step === 'number' ? numberOf(node, step) : step);
		if (node?.kind === 'list' && typeof step === 'number' && step < node.items.length) {
			node = node.items[step];
			origin = node.at;
			continue;
		}
		const entry: Entry | undefined = node?.kind === 'map' ? node.entries.get(String(step)) : undefined;
		if (entry === undefined) {
			node = null;
			continue;
		}
		node = entry.node;
		const wanted = key && i === path.length - 1;
		origin = node.kind === 'scalar' && !wanted ? node.at : entry.keyAt;
	}
	return { origin, inherited: origin.variant === null && origin.set === null, path: written };
}

const numberOf = (list: ListSource, index: number): number =>
	list.numbers === undefined || index >= list.numbers.length ? index : list.numbers[index];

/** The tree without the value at a path. */
export function without(node: SourceNode, path: Path): SourceNode {
	const [step, ...rest] = path;
	if (node.kind === 'list' && typeof step === 'number') {
		if (rest.length > 0) return { ...node, items: node.items.with(step, without(node.items[step], rest)) };
		const numbers = node.items.map((_, i) => numberOf(node, i)).toSpliced(step, 1);
		return { ...node, items: node.items.toSpliced(step, 1), numbers };
	}
	if (node.kind !== 'map') return node;
	const entries = new Map(node.entries);
	const entry = entries.get(String(step));
	if (entry === undefined) return node;
	if (rest.length === 0) entries.delete(String(step));
	else entries.set(String(step), { ...entry, node: without(entry.node, rest) });
	return { ...node, entries };
}
