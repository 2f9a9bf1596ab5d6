/**
 * How many attempts are served at once, by how long those stay that found n under way. While there is a free worker a stay is
 * a service; from n = c on it waits for n - c + 1 departures, which come every s / c:
 *
 *   stay(n) = s                          n < c
 *   stay(n) = s (1 + (n - c + 1) / c)    n >= c          (first come, first served; exact for exponential service)
 *
 * c is the one under which these lie nearest to what was seen, weighted by how well each is known. Where nobody seems to have
 * waited, it is not identifiable, and only a bound is told.
 */
import type { Interval } from '../statistics/interval.js';
import { STAY } from './observe/collector.js';
import type { Reservoir } from './observe/reservoir.js';

export interface Workers {
	readonly workers: number;
	/** all that are nearly as good: chi-square within 3.84 of the best */
	readonly interval: Interval;
	/** mean stay of those that found a free worker, us */
	readonly serviceUs: number;
	/** workers / service: what they can do a second */
	readonly perSecond: number;
	/** attempts that found all of them busy, of those looked at */
	readonly waited: number;
	readonly n: number;
}

/** Attempts that found as many under way: fewer say nothing of a mean. */
const LEAST = 20;
const MOST_FOUND = 2000;
/** A wait that makes the fit so much better is none of luck. */
const CLEARLY = 20;

/** @param calm seconds of Unix time that count. @returns null where no waiting shows, or nothing is known of what was under way */
export function workersOf(stays: Reservoir, calm: (second: number) => boolean): Workers | null {
	const byFound = staysByFound(stays, calm);
	if (byFound.length < 3) return null;
	const most = byFound[byFound.length - 1].found;
	const fits = Array.from({ length: most }, (_, k) => ({ workers: k + 1, ...fitOf(byFound, k + 1) }));
	const free = fitOf(byFound, most + 1);
	const best = fits.reduce((least, one) => (one.distance < least.distance ? one : least));
	if (free.distance - best.distance < CLEARLY) return null;
	// Where the law itself is off, its distances are in units of that.
	const unit = Math.max(1, best.distance / Math.max(1, byFound.length - 2));
	const near = fits.filter(({ distance }) => distance <= best.distance + 3.84 * unit).map(({ workers }) => workers);
	const all = byFound.reduce((sum, { n }) => sum + n, 0);
	return {
		workers: best.workers,
		interval: { low: Math.min(...near), high: Math.max(...near) },
		serviceUs: best.serviceUs,
		perSecond: (best.workers * 1e6) / best.serviceUs,
		waited: byFound.reduce((sum, { found, n }) => (found >= best.workers ? sum + n : sum), 0),
		n: all,
	};
}

interface ByFound {
	readonly found: number;
	readonly n: number;
	readonly meanUs: number;
	/** variance of the mean */
	readonly varianceUs2: number;
}

function staysByFound(stays: Reservoir, calm: (second: number) => boolean): ByFound[] {
	const cells = new Map<number, { n: number; sum: number; squares: number }>();
	for (let row = 0; row < stays.size; row++) {
		const found = stays.at(row, STAY.found);
		if (found < 0 || found > MOST_FOUND || !calm(stays.at(row, STAY.second))) continue;
		const us = stays.at(row, STAY.durationUs);
		const cell = cells.get(found) ?? { n: 0, sum: 0, squares: 0 };
		cells.set(found, { n: cell.n + 1, sum: cell.sum + us, squares: cell.squares + us * us });
	}
	return [...cells]
		.filter(([, { n }]) => n >= LEAST)
		.map(([found, { n, sum, squares }]) => {
			const meanUs = sum / n;
			const varianceUs2 = Math.max(1, (squares - n * meanUs * meanUs) / (n - 1)) / n;
			return { found, n, meanUs, varianceUs2 };
		})
		.toSorted((a, b) => a.found - b.found);
}

/** Weighted least squares: stay(n) = s x(n), s = sum(w x y) / sum(w x^2). */
function fitOf(
	byFound: readonly ByFound[],
	workers: number,
): { readonly serviceUs: number; readonly distance: number } {
	const x = (found: number): number => 1 + Math.max(0, found - workers + 1) / workers;
	let [xy, xx] = [0, 0];
	for (const { found, meanUs, varianceUs2 } of byFound) {
		xy += (x(found) * meanUs) / varianceUs2;
		xx += (x(found) * x(found)) / varianceUs2;
	}
	const serviceUs = xy / xx;
	const distance = byFound.reduce(
		(sum, { found, meanUs, varianceUs2 }) => sum + (meanUs - serviceUs * x(found)) ** 2 / varianceUs2,
		0,
	);
	return { serviceUs, distance };
}
