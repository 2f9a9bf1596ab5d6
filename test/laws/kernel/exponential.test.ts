/** The table of unit exponentials against Math.log, over the generator's whole range and at its edges. */
import { describe, expect, it } from 'vitest';
import { unitExponential } from '../../../src/kernel/exponential.js';
import { Streams } from '../../../src/kernel/random.js';

/** one unit in the last place of 22, the largest value */
const ERROR = 4e-15;
const GRAIN = 2 ** -32;

const off = (u: number): number => Math.abs(unitExponential(u) + Math.log(1 - u));

describe('unit exponentials', () => {
	it('are -ln(1 - u) to the last place, wherever u falls', () => {
		const uniform = new Streams(1).uniform('u');
		let worst = 0;
		for (let i = 0; i < 200_000; i++) worst = Math.max(worst, off(uniform()), off(1 - uniform() * 1e-4));
		expect(worst).toBeLessThan(ERROR);
	});

	it.each([GRAIN, 0.25, 0.5, 0.75, 1 - 2 ** -20, 1 - 2 * GRAIN, 1 - GRAIN])('are so at %d', (u) => {
		expect(off(u)).toBeLessThan(ERROR);
	});

	it('are 0 at 0, and defined for uniforms finer than 32 bits', () => {
		expect(unitExponential(0)).toBeCloseTo(0, 20);
		expect(unitExponential(1 - 2 ** -50)).toBeCloseTo(50 * Math.LN2, 12);
	});

	it('grow with u across the borders of the table', () => {
		for (let i = 1; i < 4096; i++) {
			const u = i / 4096;
			expect(unitExponential(u)).toBeGreaterThan(unitExponential(u - GRAIN));
			expect(unitExponential(u)).toBeLessThan(unitExponential(u + GRAIN));
		}
	});
});
