/** What an import has to say about itself: each thing it understood, assumed, could not express or must ask, with its place. */

/** Longer than all that is said here; a query of an author's may be longer still. */
const MAX_TEXT = 1000;

export type NoteKind = 'understood' | 'measured' | 'assumed' | 'not expressed' | 'asked';

export interface Note {
	readonly kind: NoteKind;
	/** `file:line` in what the author gave */
	readonly at: string;
	/** one line, whatever the author's own words were */
	readonly text: string;
	/** the line that an answer would complete; null where nothing was left out */
	readonly sketch: string | null;
	/** true for what was left out and cannot touch what is simulated: told as one line with a count */
	readonly folded?: boolean;
}

/** Something that was written in a file, and where. */
interface Placed {
	readonly place: string;
}

/** Collects notes in the order in which things were read; each is given back, to stand beside the line that it explains. */
export class Notebook {
	readonly #notes: Note[] = [];

	get notes(): readonly Note[] {
		return this.#notes;
	}

	understood(from: Placed, text: string): Note {
		return this.#add('understood', from, text);
	}

	assumed(from: Placed, text: string): Note {
		return this.#add('assumed', from, text);
	}

	unexpressed(from: Placed, text: string): Note {
		return this.#add('not expressed', from, text);
	}

	/** Left out, and of a kind that cannot touch what is simulated. */
	folded(from: Placed, text: string): Note {
		return this.#add('not expressed', from, text, null, true);
	}

	/** @param sketch a line of the scenario, with a hole for the answer */
	asked(from: Placed, text: string, sketch: string | null = null): Note {
		return this.#add('asked', from, text, sketch === null ? null : oneLine(sketch));
	}

	#add(kind: NoteKind, { place }: Placed, text: string, sketch: string | null = null, folded = false): Note {
		const note = { kind, at: oneLine(place), text: oneLine(text), sketch, folded };
		this.#notes.push(note);
		return note;
	}
}

/** Cut between words where it is too long; a single word is cut where it must be. */
export function shortened(text: string, most: number): string {
	if (text.length <= most) return text;
	const head = text.slice(0, most - 4);
	const cut = head.lastIndexOf(' ');
	return `${(cut < most / 2 ? head : head.slice(0, cut)).trimEnd()} ...`;
}

/** The author's words become part of a comment and of a terminal's line: no line break or control character may pass. */
export function oneLine(text: string): string {
	const flat = text
		.replace(/\s+/g, ' ')
		.replace(/\p{Cc}/gu, '?')
		.trim();
	return shortened(flat, MAX_TEXT);
}
