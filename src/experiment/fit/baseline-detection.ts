/**
 * The calm part of a log: intervals in which no more fails than in most. What is measured there (baseline errors, service times) is
 * the system's own; what is measured in a storm is the storm's. An interval is a storm's where so many failures would come by
 * accident less than once in a thousand such intervals, at the median share of failures.
 */
import { binomialAbove } from '../statistics/binomial.js';
import type { Series } from './series.js';

const ACCIDENT = 1e-3;

export interface Baseline {
	/** by interval */
	readonly isCalm: readonly boolean[];
	/** of all intervals that have requests, 0..1 */
	readonly share: number;
	/** s of Unix time, the whole interval counts */
	readonly at: (second: number) => boolean;
}

export function baselineOf(series: Series): Baseline {
	const { all, failures, fromS, everyS } = series;
	const shares = Array.from(all, (n, i) => (n > 0 ? failures[i] / n : -1))
		.filter((share) => share >= 0)
		.toSorted((a, b) => a - b);
	const median = shares.length === 0 ? 0 : shares[Math.floor((shares.length - 1) / 2)];
	// Nothing fails in half of the intervals of most logs; one in a thousand is then still no storm.
	const usual = Math.max(median, 1e-3);
	const quiet = Array.from(all, (count, i) => {
		const [n, k] = [Math.round(count), Math.round(failures[i])];
		return k <= 1 || n === 0 || k / n <= usual || binomialAbove(n, usual, (k - 1) / n) > ACCIDENT;
	});
	// A storm begins before its first failure is told, and its work goes on after the last.
	const isCalm = quiet.map((one, i) => one && quiet[Math.max(0, i - 1)] && quiet[Math.min(quiet.length - 1, i + 1)]);
	const withRequests = isCalm.filter((_, i) => all[i] > 0);
	return {
		isCalm,
		share: withRequests.length === 0 ? 1 : withRequests.filter(Boolean).length / withRequests.length,
		at: (second) => {
			const i = Math.floor((second - fromS) / everyS);
			return i < 0 || i >= isCalm.length || isCalm[i];
		},
	};
}
