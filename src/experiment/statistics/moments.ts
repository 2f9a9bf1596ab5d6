/** Means and variances of a sample, in two passes, so that large values with small differences keep their digits. */
import { assert } from '../../kernel/errors.js';

/** The values that were measured. */
export function present(values: readonly (number | null)[]): number[] {
	return values.filter((value) => value !== null);
}

/** @returns null of nothing */
export function meanOf(values: readonly number[]): number | null {
	return values.length === 0 ? null : mean(values);
}

/** Of one value or more. */
export function mean(values: readonly number[]): number {
	const rough = sum(values, (value) => value) / values.length;
	const fine = rough + sum(values, (value) => value - rough) / values.length;
	assert(Number.isFinite(fine), 'a mean wants one value or more, all of them finite');
	return fine;
}

/** With n - 1 below the line; null of fewer than two values. */
export function varianceOf(values: readonly number[]): number | null {
	return covarianceOf(values, values);
}

/** Of two series of equal length, value by value, with n - 1 below the line; null of fewer than two pairs. */
export function covarianceOf(a: readonly number[], b: readonly number[]): number | null {
	assert(a.length === b.length, `series of ${a.length} and ${b.length} values do not pair`);
	if (a.length < 2) return null;
	const [meanA, meanB] = [mean(a), mean(b)];
	return sum(a, (value, i) => (value - meanA) * (b[i] - meanB)) / (a.length - 1);
}

/** All the same, but for what rounding does to numbers of this size: 0.3 - 0.2 is not quite 0.2 - 0.1. */
export function isLevel(values: readonly number[], size: number): boolean {
	return values.every((value) => Math.abs(value - values[0]) <= 8 * Number.EPSILON * size);
}

/** The largest value, whatever its sign; 0 of nothing. */
export function sizeOf(values: readonly number[]): number {
	return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function sum(values: readonly number[], term: (value: number, i: number) => number): number {
	let total = 0;
	for (let i = 0; i < values.length; i++) total += term(values[i], i);
	return total;
}
