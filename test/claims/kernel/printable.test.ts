/** What a terminal is shown never moves its cursor, wipes it or turns its text round. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CLEAR, errText, inColour, outText } from '../../../src/cli/output/terminal-output.js';
import { printable, printableLines } from '../../../src/kernel/printable.js';
import { clip, entry, row, wrap } from '../../../src/report/text/text-table.js';

const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const OBEYED_BUT_LINES = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const HOSTILE = '/\u001b[2Jx\u009b31m\u202egnp.exe\u2066\u007f';

it('writes controls and bidi controls out', () => {
	expect(printable('a\u001b[2J\nb\u202ec\u009b')).toBe('a\\u001b[2J\\u000ab\\u202ec\\u009b');
	expect(printableLines('a\n\tb\r\u2067')).toBe('a\n\tb\\u000d\\u2067');
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			expect(printable(text)).not.toMatch(OBEYED);
			expect(printableLines(text)).not.toMatch(OBEYED_BUT_LINES);
		}),
	);
});

it('holds of every piece of a table, cut or not', () => {
	for (const width of [5, 12, 200]) {
		expect(clip(HOSTILE, width)).not.toMatch(OBEYED);
		expect(row(HOSTILE, [HOSTILE], width, width)).not.toMatch(OBEYED);
		for (const line of [...wrap(HOSTILE, width), ...entry(HOSTILE, HOSTILE, 20)]) expect(line).not.toMatch(OBEYED);
	}
});

it('lets colours out that are ours, and no other', () => {
	const shown = outText(`${inColour('bad', `FAIL ${HOSTILE}`)}\n${HOSTILE}\n\u001b[32mPASS\u001b[39m\n`);
	expect(shown.replace('\u001b[31m', '').replace('\u001b[39m', '')).not.toMatch(OBEYED_BUT_LINES);
	expect(shown.startsWith('\u001b[31mFAIL /\\u001b[2J')).toBe(true);
	expect(errText(`${CLEAR}${HOSTILE}`).replace(CLEAR, '')).not.toMatch(OBEYED_BUT_LINES);
});
