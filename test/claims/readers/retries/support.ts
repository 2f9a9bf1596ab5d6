/** What the tests of imported retries share: a fixture imported, its layers, and what was said of its lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type ImportResult, importManifests } from '../../../../src/readers/import.js';
import { readAnswers } from '../../../../src/readers/rollouts/import-answers.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/import/retries');

export const fixture = (file: string) => ({ file, text: readFileSync(join(FIXTURES, file), 'utf8') });

export const importText = (text: string, file = 'm.yaml'): ImportResult =>
	importManifests([{ file, text }], null, readAnswers({}));

export const importFixture = (file: string): ImportResult => importText(fixture(file).text, file);

type Layer = Record<string, unknown>;

const plain = (value: unknown): Layer => JSON.parse(JSON.stringify(value));

/** The fields of a layer of the scenario itself. */
export function layerOf({ text }: ImportResult, name: string): Layer {
	return plain(parse(text).clients.apps.layers[name]);
}

/** The fields of a layer of a variant, without those that it only deletes. */
export function variantOf({ text }: ImportResult, variant: string, name: string): Layer {
	return written(plain(parse(text).variants[variant].clients.apps.layers[name]));
}

function written(layer: Layer): Layer {
	return Object.fromEntries(
		Object.entries(layer)
			.filter(([, value]) => value !== null)
			.map(([key, value]) => [
				key,
				typeof value === 'object' && value !== null && !Array.isArray(value) ? written(plain(value)) : value,
			]),
	);
}

/** `kind: text` of all notes at a line. */
export const said = ({ notes }: ImportResult, at: string): string =>
	notes
		.filter((note) => note.at === at)
		.map(({ kind, text }) => `${kind}: ${text}`)
		.join('\n');

/** The file of the fixtures and the line that holds a text. */
export function lineWith(file: string, text: string): string {
	const i = fixture(file)
		.text.split('\n')
		.findIndex((line) => line.includes(text));
	return `${file}:${i + 1}`;
}
