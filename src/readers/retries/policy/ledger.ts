/**
 * Notes, and which parts of the source they are about: what no reader looked at is reported at the end, so that nothing of a
 * retry configuration is ignored in silence. A map that was looked at covers none of its keys; a map of which it was said that it
 * is left out covers them all.
 */
import type { Field } from '../../manifest/field.js';
import type { Note, Notebook } from '../../manifest/provenance-notes.js';
import { isIrrelevant } from './irrelevant-names.js';

/** Something that was written in a file: `file:line`, and a path that tells it from its neighbours on that line. */
export interface WrittenField {
	readonly place: string;
	readonly path: string;
}

const keyOf = ({ place, path }: WrittenField): string => `${place} ${path}`;

export class Ledger {
	readonly #read = new Set<string>();
	readonly #whole = new Set<string>();

	constructor(readonly notes: Notebook) {}

	understood(from: WrittenField, text: string): Note {
		this.read(from);
		return this.notes.understood(from, text);
	}

	assumed(from: WrittenField, text: string): Note {
		this.read(from);
		return this.notes.assumed(from, text);
	}

	/** What is said of a map does not cover its keys: they are looked at, or told, for themselves. */
	unexpressed(from: WrittenField, text: string): Note {
		this.read(from);
		return this.notes.unexpressed(from, text);
	}

	/** It is left out, with all that stands in it. */
	omitted(from: WrittenField, text: string): Note {
		this.whole(from);
		return this.notes.unexpressed(from, text);
	}

	/** Left out with all that stands in it, where that cannot touch retries. */
	folded(from: WrittenField, text: string): void {
		this.whole(from);
		this.notes.folded(from, text);
	}

	/** The author's answer is needed. */
	asked(from: WrittenField, text: string, sketch: string | null = null): Note {
		this.read(from);
		return this.notes.asked(from, text, sketch);
	}

	/** Looked at, and of no need to be told: a name, a version. */
	read(...written: readonly WrittenField[]): void {
		for (const each of written) this.#read.add(keyOf(each));
	}

	/** Looked at, with all that stands in it: where a sentence of the import speaks of the whole of it. */
	whole(...written: readonly WrittenField[]): void {
		for (const each of written) this.#whole.add(keyOf(each));
		this.read(...written);
	}

	/** What says which resource it is. */
	head(body: Field): void {
		const metadata = body.get('metadata');
		this.read(body.get('apiVersion'), body.get('kind'), metadata);
		if (metadata.node?.kind !== 'map') return;
		for (const key of ['name', 'namespace', 'generateName']) this.read(metadata.get(key));
	}

	knows(written: WrittenField): boolean {
		return this.#read.has(keyOf(written));
	}

	covers(written: WrittenField): boolean {
		return this.#whole.has(keyOf(written));
	}

	/** Reports what of a tree was not read: the topmost of what has nothing in it that was. */
	rest(root: Field): void {
		for (const child of childrenOf(root)) {
			if (this.covers(child)) continue;
			if (this.knows(child) || this.#touched(child)) {
				if (!isListOfValues(child)) this.rest(child);
			} else this.leftOut(child, child.path, keysOf(child));
		}
	}

	/** A thing that no reader knows; folded where it cannot touch retries. @param below the names of what stands in it */
	leftOut(from: WrittenField, name: string, below: readonly string[] = []): void {
		const text = `${name}: not read by this import; it is left out`;
		this.whole(from);
		if (isIrrelevant(name, below)) this.notes.folded(from, text);
		else this.notes.unexpressed(from, text);
	}

	/** True where something below it was read. */
	#touched(field: Field): boolean {
		return childrenOf(field).some((child) => this.knows(child) || this.#touched(child));
	}
}

/** Of a list that was read its values were. */
const isListOfValues = ({ node }: Field): boolean =>
	node?.kind === 'list' && node.items.every((item) => item.kind === 'scalar');

function childrenOf(field: Field): Field[] {
	const { node } = field;
	if (node?.kind === 'map') return [...node.entries.keys()].map((key) => field.get(key));
	if (node?.kind === 'list') return field.items(node.items.length);
	return [];
}

/** All names below it. */
function keysOf(field: Field): string[] {
	const { node } = field;
	if (node?.kind === 'scalar') return [];
	const own = node?.kind === 'map' ? [...node.entries.keys()] : [];
	return [...own, ...childrenOf(field).flatMap(keysOf)];
}
