/**
 * How many times larger one mean is than another when both were measured on the same replications, with its interval:
 * E. C. Fieller, "Some Problems in Interval Estimation", Journal of the Royal Statistical Society B 16 (1954). Chosen over
 * the delta method because it is exact for normal means, however uncertain the lower one, and over the bootstrap because
 * it needs no chance and serves from two pairs up. The two agree where the lower mean is well known.
 *
 * R is believed while top - R bottom, a mean of paired values, is not told from zero by Student's interval:
 * |mean(top - R bottom)| <= t sqrt(var(top - R bottom) / n). With R = ratio + x and d = top - ratio bottom, whose mean is
 * zero, this is a quadratic in x that keeps its digits when top and bottom nearly agree:
 *
 *     (mean(bottom)^2 - c var(bottom)) x^2 + 2 c cov(d, bottom) x - c var(d) <= 0,   c = t^2 / n
 */

import { CONFIDENCE, studentReach } from './critical-values.js';
import type { Interval } from './interval.js';
import { covarianceOf, isLevel, meanOf, sizeOf, varianceOf } from './moments.js';

export interface Ratio {
	/** mean(top) / mean(bottom); null of nothing, or over zero */
	readonly ratio: number | null;
	/** null below two pairs, and where the lower mean is not told from zero: any ratio might be true then; of proportional pairs no doubt is left */
	readonly interval: Interval | null;
}

/** @param top and bottom pair value by value */
export function ratioOfMeans(top: readonly number[], bottom: readonly number[], confidence = CONFIDENCE): Ratio {
	const [meanTop, meanBottom] = [meanOf(top), meanOf(bottom)];
	if (meanTop === null || meanBottom === null || meanBottom === 0) return { ratio: null, interval: null };
	const ratio = meanTop / meanBottom;
	const d = top.map((value, i) => value - ratio * bottom[i]);
	const [spread, shared, spreadBottom] = [varianceOf(d), covarianceOf(d, bottom), varianceOf(bottom)];
	if (spread === null || shared === null || spreadBottom === null) return { ratio, interval: null };
	if (isLevel(d, sizeOf(top))) return { ratio, interval: { low: ratio, high: ratio } };
	const c = studentReach(confidence, top.length - 1) ** 2 / top.length;
	const known = meanBottom ** 2 - c * spreadBottom;
	if (known <= 0) return { ratio, interval: null };
	const reach = Math.sqrt((c * shared) ** 2 + known * c * spread);
	return {
		ratio,
		interval: { low: ratio + (-c * shared - reach) / known, high: ratio + (-c * shared + reach) / known },
	};
}
