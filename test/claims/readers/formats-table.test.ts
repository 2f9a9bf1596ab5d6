/** The table of configurations in docs/formats.md, held to what the import of each example comes to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors.js';
import { importManifests } from '../../../src/readers/import.js';
import { readAnswers } from '../../../src/readers/rollouts/import-answers.js';

const ROOT = join(import.meta.dirname, '../../..');
const ROWS = readFileSync(join(ROOT, 'docs/formats.md'), 'utf8')
	.split('\n')
	.filter((line) => line.startsWith('| ') && line.includes('`') && !/^\| (?:product|---)/.test(line))
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.map(([, product, what, state, , example]) => ({ product, what, state, example: example.replaceAll('`', '') }))
	.filter(({ example }) => !example.startsWith('log:'));

/** Words by which a refusal names the product. */
const NAMED: Readonly<Record<string, RegExp>> = {
	'.NET': /names of the application's own/,
	'Pub/Sub': /no reader knows/,
};

describe('docs/formats.md', () => {
	it('has rows of each state', () => {
		expect(new Set(ROWS.map(({ state }) => state))).toEqual(new Set(['read', 'partly', 'refused']));
	});

	it.each(ROWS)('$product, $what: $state', ({ product, state, example }) => {
		const file = example.replace(/^.*\//, '');
		const text = readFileSync(join(ROOT, 'test/fixtures/import', example), 'utf8');
		const reading = () => importManifests([{ file, text }], null, readAnswers({}));
		if (state === 'refused') {
			expect(reading).toThrow(UserError);
			expect(reading).toThrow(NAMED[product] ?? new RegExp(`\\(${product}\\)`));
			return;
		}
		const { errors, notes } = reading();
		expect(errors).toEqual([]);
		const left = notes.filter(({ kind, folded }) => kind === 'not expressed' && folded !== true);
		const doubtful = notes.filter(({ kind }) => kind === 'assumed' || kind === 'asked');
		if (state === 'partly') expect(left.length + doubtful.length).toBeGreaterThan(0);
		expect(notes.some(({ kind }) => kind === 'understood')).toBe(true);
	});
});
