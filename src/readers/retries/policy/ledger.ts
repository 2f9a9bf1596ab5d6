/**
 * Notes, and which parts of the source they are about: what no reader looked at is reported at the end, so that nothing of a
 * retry configuration is ignored in silence.
 */
import type { Field } from '../../manifest/field.js';
import type { Note, Notebook } from '../../manifest/provenance-notes.js';

/** Something that was written in a file: `file:line`, and a path that tells it from its neighbours on that line. */
export interface WrittenField {
	readonly place: string;
	readonly path: string;
}

const keyOf = ({ place, path }: WrittenField): string => `${place} ${path}`;

export class Ledger {
	readonly #read = new Set<string>();

	constructor(readonly notes: Notebook) {}

	understood(from: WrittenField, text: string): Note {
		this.read(from);
		return this.notes.understood(from, text);
	}

	assumed(from: WrittenField, text: string): Note {
		this.read(from);
		return this.notes.assumed(from, text);
	}

	unexpressed(from: WrittenField, text: string): Note {
		this.read(from);
		return this.notes.unexpressed(from, text);
	}

	/** Looked at, and of no need to be told: a name, a version. */
	read(...written: readonly WrittenField[]): void {
		for (const each of written) this.#read.add(keyOf(each));
	}

	knows(written: WrittenField): boolean {
		return this.#read.has(keyOf(written));
	}

	/** Reports what of a tree was not read: the topmost of what has nothing in it that was. */
	rest(root: Field): void {
		for (const child of childrenOf(root)) {
			if (this.#touched(child)) this.rest(child);
			else if (!this.knows(child)) this.unexpressed(child, `${child.path}: not read by this import; it is left out`);
		}
	}

	/** True where something below it was read. */
	#touched(field: Field): boolean {
		return childrenOf(field).some((child) => this.knows(child) || this.#touched(child));
	}
}

function childrenOf(field: Field): Field[] {
	const { node } = field;
	if (node?.kind === 'map') return [...node.entries.keys()].map((key) => field.get(key));
	if (node?.kind === 'list') return field.items(node.items.length);
	return [];
}
