/** The quantile of a sorted sample. */
import { assert } from '../../kernel/errors.js';

/**
 * The point a share p of the way from the least to the greatest value, straight between neighbours: type 7 of R. J. Hyndman
 * and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996); what R and NumPy do unasked.
 * @param sorted rising, at least one value
 * @param p 0..1
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
	assert(sorted.length > 0 && p >= 0 && p <= 1, `no quantile ${p} of ${sorted.length} values`);
	const place = (sorted.length - 1) * p;
	const before = Math.floor(place);
	if (before === place) return sorted[before];
	return sorted[before] + (place - before) * (sorted[before + 1] - sorted[before]);
}
