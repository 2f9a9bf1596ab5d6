/**
 * Quantiles over replications ("in the worst 5% of runs ...") with bootstrap intervals. A mean hides a bistable world, its
 * quantiles show it.
 *
 * What few replications cost: neither a sample nor its resamples reach beyond the most extreme value seen, so the interval
 * of a far quantile is blind on its outer side. `unseen` says how blind: of 20 runs, all lie below the true p95 with a
 * chance of 36%; it takes 59 for 5%.
 */
import { type BootstrapOptions, bootstrap } from './bootstrap.js';
import type { Interval } from './interval.js';
import { quantileOfSorted } from './sample-quantile.js';

export interface QuantileEstimate {
	/** 0..1 */
	readonly p: number;
	/** null of nothing */
	readonly value: number | null;
	/** null below five values */
	readonly interval: Interval | null;
	/** the chance that the true quantile lies beyond all values seen: the greater of p^n and (1 - p)^n */
	readonly unseen: number;
}

/** One estimate for each p, from the same resamples, so that their ends rise with p as the values do. */
export function quantiles(
	values: readonly number[],
	ps: readonly number[],
	options: BootstrapOptions,
): QuantileEstimate[] {
	const n = values.length;
	const sorted = Float64Array.from(values).sort();
	const times = new Int32Array(n);
	const resample = new Float64Array(n);
	/** Sorts by counting how often each row was drawn: the rows stand in rising order already. */
	const ofResample = (rows: Int32Array) => {
		times.fill(0);
		for (const row of rows) times[row]++;
		let end = 0;
		for (let row = 0; row < n; row++) {
			for (let left = times[row]; left > 0; left--) resample[end++] = sorted[row];
		}
		return ps.map((p) => quantileOfSorted(resample, p));
	};
	const intervals = bootstrap(n, ofResample, options);
	return ps.map((p, k) => ({
		p,
		value: n === 0 ? null : quantileOfSorted(sorted, p),
		interval: intervals === null ? null : intervals[k],
		unseen: Math.max(p, 1 - p) ** n,
	}));
}
