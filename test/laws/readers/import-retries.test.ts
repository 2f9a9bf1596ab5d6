/** Whatever number stands in a retry configuration, what is written of it passes `check`, or the file is refused. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors.js';
import { fixture, importText } from '../../claims/readers/retries/support.js';

const FILES = readdirSync(join(import.meta.dirname, '../../fixtures/import/retries'));
const NUMBERS = ['0', '0.5', '101', '1000000', '4294967295'];

/** What is refused of what was written; a file that is refused before says so in the words of users. */
function refusedOf(text: string, file: string): string[] {
	try {
		return importText(text, file).errors.map((issue) => issue.text);
	} catch (error) {
		if (error instanceof UserError) return [];
		throw error;
	}
}

describe('an imported configuration', () => {
	it.each(FILES)('passes check with any of its numbers changed: %s', (file) => {
		const { text } = fixture(file);
		let changed = 0;
		for (const { 0: number, index } of text.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?=m?s\b|\b)/g)) {
			for (const other of NUMBERS) {
				const one = text.slice(0, index) + other + text.slice(index + number.length);
				expect(refusedOf(one, file), `${text.slice(index - 30, index)}${other}`).toEqual([]);
				changed++;
			}
		}
		expect(changed).toBeGreaterThan(0);
	});
});

describe('numbers beyond what a scenario can say', () => {
	it('are cut, and the note says so', () => {
		const { text, notes } = importText(
			'virtual_hosts: [{ name: a, routes: [{ route: { cluster: c, timeout: 9s, hedge_policy: { hedge_on_per_try_timeout: true }, retry_policy: { retry_on: 5xx, num_retries: 100, per_try_timeout: 1s } } }] }]\n',
		);
		expect(text).toContain('total: 100 }');
		expect(notes.filter(({ kind }) => kind === 'assumed').map((note) => note.text)).toContain(
			'hedge.total: 101 is more than a scenario can say; 100 stands for it',
		);
	});
});
