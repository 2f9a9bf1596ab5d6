/** Chi-square and normal tails beside tables. */
import { describe, expect, it } from 'vitest';
import { chiSquareAbove, chiSquareQuantile, normalAbove } from '../../../src/experiment/statistics/chi-square.js';

describe('the normal tail', () => {
	// M. Abramowitz and I. A. Stegun, table 26.1 and 26.2.
	it.each([
		[0, 0.5],
		[1, 0.158655253931457],
		[1.959963984540054, 0.025],
		[3, 0.00134989803163],
		[5, 2.866515718791939e-7],
		[10, 7.61985302416e-24],
	])('beyond %f', (z, p) => {
		expect(normalAbove(z) / p).toBeCloseTo(1, 9);
		expect(normalAbove(-z)).toBeCloseTo(1 - p, 12);
	});
});

describe('the chi-square law', () => {
	// Upper 5 % and 1 % points of the tables.
	it.each([
		[3, 7.815, 11.345],
		[10, 18.307, 23.209],
		[30, 43.773, 50.892],
		[100, 124.342, 135.807],
	])('of %i degrees of freedom', (degrees, five, one) => {
		expect(Math.abs(chiSquareAbove(five, degrees) - 0.05)).toBeLessThan(0.001);
		expect(Math.abs(chiSquareAbove(one, degrees) - 0.01)).toBeLessThan(0.001);
		expect(Math.abs(chiSquareQuantile(0.95, degrees) / five - 1)).toBeLessThan(0.01);
		expect(Math.abs(chiSquareQuantile(0.99, degrees) / one - 1)).toBeLessThan(0.01);
	});

	it('with two is exponential', () => {
		expect(Math.abs(chiSquareAbove(6, 2) - Math.exp(-3))).toBeLessThan(0.002);
	});
});
