/** CSV is written here, and read by the library that others use: what comes back is what was written. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csv } from '../../../src/report/files/csv.js';

const field = fc.oneof(fc.string(), fc.stringMatching(/^[b,"\r\n x]*$/), fc.integer(), fc.constant(null));
const rows = fc.array(fc.tuple(fc.constant('row'), field, field), { minLength: 1, maxLength: 5 });
const isFormula = (text: unknown): boolean => typeof text === 'string' && /^[=+\-@\t\r\n]/.test(text);

it('every text survives, with any characters, and null is an empty field', () => {
	fc.assert(
		fc.property(rows, (written) => {
			fc.pre(!written.flat().some(isFormula));
			const read = parse(csv(written), { record_delimiter: '\n' });
			expect(read).toEqual(written.map((row) => row.map((one) => (one === null ? '' : String(one)))));
		}),
		{ numRuns: 500, seed: 15 },
	);
});

it('a text that a spreadsheet takes for a formula gets an apostrophe; a number with a sign does not', () => {
	expect(csv([['=1+1', '+1', '-2.5 %', '-2.5%', '@x', -3, 'a\rb']])).toBe("'=1+1,+1,'-2.5 %,-2.5%,'@x,-3,\"a\rb\"\n");
});
