/**
 * The calm part of a log: intervals in which no more fails than in most. What is measured there (baseline errors, service times) is
 * the system's own; what is measured in a storm is the storm's. An interval is a storm's where so many failures would come by
 * accident less than once in a thousand such intervals, at the usual share of failures. What is usual is the median over stretches
 * that hold enough requests to have a share, and an absolute standard: where more than a tenth fails in most of them, the log has no
 * calm part, and says nothing of a baseline.
 */
import { binomialAbove } from '../statistics/binomial.js';
import type { Series } from './series.js';

const ACCIDENT = 1e-3;
/** More than this fails in a storm, and in no system that is well. */
const MOST_USUAL = 0.1;
/** Requests of a stretch: fewer have no share of failures. */
const LEAST_IN_STRETCH = 200;

export interface Baseline {
	/** by interval */
	readonly isCalm: readonly boolean[];
	/** of all intervals that have requests, 0..1 */
	readonly share: number;
	/** why no baseline can be told; null where one can */
	readonly why: string | null;
	/** s of Unix time, the whole interval counts */
	readonly at: (second: number) => boolean;
}

export function baselineOf(series: Series): Baseline {
	const { all, failures, fromS, everyS } = series;
	const shares = sharesOf(all, failures).toSorted((a, b) => a - b);
	const median = shares.length === 0 ? 0 : shares[Math.floor((shares.length - 1) / 2)];
	if (median > MOST_USUAL) {
		return {
			isCalm: Array.from(all, () => false),
			share: 0,
			why: `no calm part: in most of the log more than ${MOST_USUAL * 100} % fails, so that its baseline is not identifiable`,
			at: () => false,
		};
	}
	// Nothing fails in half of the stretches of most logs; one in a thousand is then still no storm.
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
		why: null,
		share: withRequests.length === 0 ? 1 : withRequests.filter(Boolean).length / withRequests.length,
		at: (second) => {
			const i = Math.floor((second - fromS) / everyS);
			return i < 0 || i >= isCalm.length || isCalm[i];
		},
	};
}

/** Of failures, by stretches of neighbouring intervals that hold enough requests; the last takes what is left. */
function sharesOf(all: Float64Array, failures: Float64Array): number[] {
	const shares: number[] = [];
	let [n, bad] = [0, 0];
	for (let i = 0; i < all.length; i++) {
		n += all[i];
		bad += failures[i];
		if (n < LEAST_IN_STRETCH && (i + 1 < all.length || shares.length > 0)) continue;
		if (n > 0) shares.push(bad / n);
		[n, bad] = [0, 0];
	}
	return shares;
}
