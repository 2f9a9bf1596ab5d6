/**
 * Nothing is passed over in silence: a key that no reader knows, put into any block of any example of any product, is told, by its
 * name or with the block that is left out as a whole.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Document, isMap, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import { UserError } from '../../../src/kernel/errors.js';
import type { Note } from '../../../src/readers/manifest/provenance-notes.js';
import { importText } from '../../claims/readers/retries/support.js';

const FOLDERS = ['retries', 'field', 'objectives', 'load-tests'].map((name) =>
	join(import.meta.dirname, '../../fixtures/import', name),
);
const FILES = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => ({ name, path: join(folder, name) })));
const KEY = 'zzUnknown';

/** Of a file that is refused there are none. */
function notesOf(text: string, file: string): readonly Note[] | null {
	try {
		return importText(text, file).notes;
	} catch (error) {
		if (error instanceof UserError) return null;
		throw error;
	}
}

/** A map, and the keys under which it stands. */
interface Block {
	readonly map: YAMLMap;
	readonly path: readonly string[];
}

function blocksOf(node: unknown, path: readonly string[] = []): Block[] {
	if (isSeq(node)) return node.items.flatMap((item) => blocksOf(item, path));
	if (!isMap(node)) return [];
	return [{ map: node, path }, ...node.items.flatMap(({ key, value }) => blocksOf(value, [...path, String(key)]))];
}

/** In blocks, with a key to a line; aliases are written out, as a key in one of them would stand in all. */
function plainDocuments(text: string): Document[] {
	const lines = new LineCounter();
	const found = parseAllDocuments(text, { lineCounter: lines, merge: true });
	return (Array.isArray(found) ? found : []).flatMap((document) => {
		const [plain] = parseAllDocuments(JSON.stringify(document.toJS() as Node));
		return plain === undefined ? [] : [plain as Document];
	});
}

describe('an unknown key is reported', () => {
	const yaml = FILES.filter(({ name }) => /\.(?:ya?ml|json)$/.test(name) && !name.includes('.base.'));

	it.each(yaml)('in every block of $name', ({ name, path }) => {
		const text = readFileSync(path, 'utf8');
		if (notesOf(text, name) === null) return;
		const count = plainDocuments(text).flatMap(({ contents }) => blocksOf(contents)).length;
		const silent: string[] = [];
		for (let i = 0; i < count; i++) {
			const documents = plainDocuments(text);
			const block = documents.flatMap(({ contents }) => blocksOf(contents))[i];
			block.map.add({ key: KEY, value: 17 } as never);
			const notes = notesOf(documents.map((document) => document.toString({ lineWidth: 0 })).join('---\n'), 'm.yaml');
			// A key more may make it a file that is refused.
			if (notes === null) continue;
			const isMentioned = notes.some((note) => note.text.includes(KEY));
			const whole = notes.some(
				(note) =>
					note.kind === 'not expressed' &&
					block.path.some((key) => new RegExp(`\\b${key.replace(/\W/g, '.')}\\b`).test(note.text)),
			);
			if (!isMentioned && !whole) silent.push(block.path.join('.'));
		}
		expect(silent).toEqual([]);
	});

	it.each(FILES.filter(({ name }) => /nginx.*conf$/.test(name)))('in every block of $name', ({ name, path }) => {
		const text = readFileSync(path, 'utf8');
		for (const { index } of text.matchAll(/\{(?!\w)/g)) {
			const changed = `${text.slice(0, index + 1)} ${KEY} 17; ${text.slice(index + 1)}`;
			const block = /(\w+)[^{};\n]*$/.exec(text.slice(0, index))?.[1];
			expect(
				notesOf(changed, name)?.some(
					(note) => note.text.includes(KEY) || note.text.startsWith(`${block}: not read by this import`),
				),
				changed.slice(index - 20, index + 20),
			).toBe(true);
		}
	});

	it.each(FILES.filter(({ name }) => /\.cfg$/.test(name)))(
		'in every section, and at every server, of $name',
		({ name, path }) => {
			const lines = readFileSync(path, 'utf8').split('\n');
			lines.forEach((line, i) => {
				if (/^\s*(?:#.*)?$/.test(line)) return;
				const isServer = /^\s+(?:server|server-template|default-server)\s/.test(line);
				const added = isServer
					? `${line} ${KEY}`
					: /^\S/.test(line)
						? `${line.replace(/ *#.*/, '')}\n  ${KEY} 17`
						: null;
				if (added === null) return;
				const notes = notesOf(lines.with(i, added).join('\n'), name);
				const section = line.split(/\s+/).slice(0, 2).join(' ');
				const isMentioned = notes?.some(
					(note) => note.text.includes(KEY) || note.text.startsWith(`${section}: no backend`),
				);
				expect(isMentioned, added).toBe(true);
			});
		},
	);

	it('in every profile of AWS', () => {
		const text = readFileSync(join(FOLDERS[0], 'aws-config'), 'utf8');
		const headings = [...text.matchAll(/^\[.*\].*$/gm)];
		for (const { 0: heading, index } of headings) {
			const at = index + heading.length;
			const notes = notesOf(`${text.slice(0, at)}\n${KEY} = 17${text.slice(at)}`, 'aws-config');
			expect(
				notes?.some((note) => note.text.includes(KEY)),
				heading,
			).toBe(true);
		}
		expect(headings.length).toBeGreaterThan(0);
	});
});
