/** Where the numbers of a fitted scenario come from: what stands beside each of them. */
import type { Note } from '../../manifest/provenance-notes.js';

/** Says where a number comes from: the files that it was measured in, or nowhere. */
export class Origins {
	constructor(readonly files: string) {}

	measured(text: string): Note {
		return { kind: 'measured', at: this.files, text, sketch: null };
	}

	assumed(text: string): Note {
		return { kind: 'assumed', at: 'not in the log', text, sketch: null };
	}
}
