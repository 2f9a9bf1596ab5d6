/** The cells of a sweep: where some runs could not tell, a share is given by its bounds. */
import { expect, it } from 'vitest';
import { shareText } from '../../../../src/report/sweep/sweep-numbers.js';

it.each([
	[{ hits: 2, of: 8, share: 0.25, interval: [0.07, 0.59] }, 8, '25% [7%, 59%]'],
	[{ hits: 1, of: 6, share: 1 / 6, interval: [0.02, 0.72] }, 8, '12.5% to 37.5% [2%, 72%], 2 undecided'],
	[{ hits: 0, of: 0, share: null, interval: [0, 1] }, 8, 'undecided'],
	[{ hits: 0, of: 0, share: null, interval: [0, 1] }, 0, '-'],
] as const)('gives %o of %i runs as %s', (row, runs, text) => {
	expect(shareText(row, runs)).toBe(text);
});
