/**
 * A mean over replications with its interval: mean ± t s / sqrt(n), t from Student's law with n - 1 degrees of freedom
 * (W. S. Gosset, "The Probable Error of a Mean", Biometrika 6, 1908). Exact for normal values; for means over bistable
 * runs only near enough once both outcomes were seen often, which is why P(collapse) stands above every mean.
 */

import { CONFIDENCE, studentReach } from './critical-values.js';
import type { Interval } from './interval.js';
import { meanOf, varianceOf } from './moments.js';

export interface Mean {
	readonly n: number;
	/** null of nothing */
	readonly mean: number | null;
	/** standard deviation of the values, null below two */
	readonly sd: number | null;
	/** null below two values, which say nothing of their spread */
	readonly interval: Interval | null;
	readonly confidence: number;
}

export function studentMean(values: readonly number[], confidence = CONFIDENCE): Mean {
	const n = values.length;
	const mean = meanOf(values);
	const variance = varianceOf(values);
	if (mean === null || variance === null) return { n, mean, sd: null, interval: null, confidence };
	const reach = studentReach(confidence, n - 1) * Math.sqrt(variance / n);
	return { n, mean, sd: Math.sqrt(variance), interval: { low: mean - reach, high: mean + reach }, confidence };
}
