/**
 * Configurations inside a ConfigMap or a Secret, which is where most people have them: each text below `data` is a file of its
 * own. Its lines are those of the outer file where it is a block; otherwise its name says in what it stands.
 */
import { readSources } from '../../scenario/document/yaml-source.js';
import { withoutComments } from '../text/json-comments.js';
import { Field } from './field.js';
import type { Notebook } from './provenance-notes.js';
import type { Given } from './resources.js';

export interface Embedded {
	/** texts that are no YAML, and those that the readers of text know */
	readonly texts: readonly Given[];
	readonly documents: readonly Field[];
}

/** True for a document whose `data` holds texts. */
export function holdsTexts(document: Field): boolean {
	const kind = document.node?.kind === 'map' ? document.node.entries.get('kind')?.node : undefined;
	return kind?.kind === 'scalar' && (kind.value === 'ConfigMap' || kind.value === 'Secret');
}

/**
 * @param source the text of the outer file
 * @param isText true for a text that a reader of no YAML knows
 */
export function embeddedIn(
	document: Field,
	source: string,
	isText: (text: string) => boolean,
	notes: Notebook,
): Embedded {
	const lines = source.split('\n');
	const secret = document.get('kind').text() === 'Secret';
	const texts: Given[] = [];
	const documents: Field[] = [];
	const all = [...textsOf(document.get('data'), secret), ...textsOf(document.get('stringData'), false)];
	for (const [key, field, text] of all) {
		const given = placed(key, field, text, lines);
		if (isText(given.text)) texts.push(given);
		else {
			const read = /\.(?:ya?ml|json)$/.test(key) || /\n/.test(text.trim()) ? parsed(given) : [];
			if (read.length === 0) {
				notes.folded(field, `${field.path}: no configuration that this import knows; it is left out`);
				continue;
			}
			documents.push(...read);
		}
		const what = document.dig('metadata.name').text() ?? 'unnamed';
		notes.understood(field, `data."${key}" of ${document.get('kind').text()} ${what} is read as a file of its own`);
	}
	if (texts.length + documents.length > 0) tellAround(document, notes);
	return { texts, documents };
}

/** What stands around the texts, and holds no configuration. */
function tellAround(document: Field, notes: Notebook): void {
	const around = [document, document.get('metadata')].flatMap((field) =>
		field.node?.kind === 'map' ? field.entries() : [],
	);
	const known = ['apiVersion', 'kind', 'metadata', 'data', 'stringData', 'name', 'namespace'];
	for (const [key, field] of around)
		if (!known.includes(key)) notes.folded(field, `${field.path}: not read by this import; it is left out`);
	for (const data of [document.get('data'), document.get('stringData')]) {
		if (data.node?.kind !== 'map') continue;
		for (const [, field] of data.entries())
			if (field.node?.kind !== 'scalar' || typeof field.node.value !== 'string')
				notes.unexpressed(field, `${field.path}: no text; it is left out`);
	}
}

/** Of a Secret what stands below `data` is in base64; what is none is passed over. */
function textsOf(data: Field, encoded: boolean): [string, Field, string][] {
	if (data.node?.kind !== 'map') return [];
	return data.entries().flatMap(([key, field]) => {
		if (field.node?.kind !== 'scalar' || typeof field.node.value !== 'string') return [];
		const text = encoded ? decoded(field.node.value) : field.node.value;
		return text === null ? [] : [[key, field, text] as [string, Field, string]];
	});
}

function decoded(text: string): string | null {
	try {
		const bytes = Uint8Array.from(atob(text.replace(/\s+/g, '')), (char) => char.charCodeAt(0));
		return new TextDecoder().decode(bytes);
	} catch {
		return null;
	}
}

/** A block keeps its lines; of a text in quotes they are told as those of the text. */
function placed(key: string, field: Field, text: string, lines: readonly string[]): Given {
	const at = field.at.line ?? 1;
	const head = lines[at - 1] ?? '';
	if (/:\s*(?:[&!]\S+\s+)*\|[+-]?\d?[+-]?\s*(?:#.*)?$/.test(head))
		return { file: field.file, text: '\n'.repeat(at) + text };
	return { file: `${field.file} line ${at}, data."${key}"`, text };
}

/** Its documents that are maps or lists; none where it is no YAML. */
function parsed({ file, text }: Given): Field[] {
	try {
		return readSources(withoutComments(text), file)
			.filter(({ kind }) => kind !== 'scalar')
			.map((root) => new Field(file, '', root, root.at));
	} catch {
		return [];
	}
}
