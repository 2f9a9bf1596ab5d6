/**
 * Where the warm-up of a curve ends, judged from the curve: MSER-5. K. P. White, "An Effective Truncation Heuristic for
 * Bias Reduction in Simulation Output", Simulation 69 (1997); batches of five: K. P. White, M. J. Cobb and S. C. Spratt,
 * "A Comparison of Five Steady-State Truncation Heuristics for Simulation", Winter Simulation Conference 2000.
 *
 * The curve is cut where the mean of the rest is known best. With Z the means of batches of five steps and d batches cut,
 *
 *     MSER(d) = sum over j > d of (Z_j - mean of Z_j, j > d)^2 / (m - d)^2
 *
 * is least: a cut removes bias but also samples. Two published rules keep it honest. A least value in the second half says
 * that the curve never settled, not that it settled late. And the last five cuts are not considered, because a handful of
 * batches may agree by accident: K. Hoad, S. Robinson and R. Davies, "Automating Warm-up Length Estimation", Journal of the
 * Operational Research Society 61 (2010).
 *
 * It speaks of worlds that settle. A curve with an incident in its middle has no warm-up in this sense, and is not detected
 * or cut at the incident.
 */
import { mean } from './moments.js';

export type WarmUp =
	| {
			readonly detected: true;
			/** steps to leave out at the start, a multiple of five, at most half of the curve */
			readonly steps: number;
	  }
	| {
			readonly detected: false;
			/** too-short: fewer than 50 steps · gaps: a step measured nothing · unsettled: the best cut is in the second half */
			readonly why: 'too-short' | 'gaps' | 'unsettled';
	  };

const BATCH = 5;
/** Cuts that leave fewer batches are not considered. */
const LEAST_LEFT = 5;

/** @param curve one value per step: the mean over replications, so that the noise of single runs does not hide the trend */
export function warmUp(curve: readonly (number | null)[]): WarmUp {
	const batches = Math.floor(curve.length / BATCH);
	if (batches < 2 * LEAST_LEFT) return { detected: false, why: 'too-short' };
	const steps = curve.slice(0, batches * BATCH).filter((value) => value !== null);
	if (steps.length < batches * BATCH) return { detected: false, why: 'gaps' };
	const means = Array.from({ length: batches }, (_, j) => mean(steps.slice(BATCH * j, BATCH * (j + 1))));
	const cut = bestCut(means);
	return cut > batches / 2 ? { detected: false, why: 'unsettled' } : { detected: true, steps: cut * BATCH };
}

/** The first cut of the least MSER. */
function bestCut(means: readonly number[]): number {
	let best = 0;
	let least = Number.POSITIVE_INFINITY;
	for (let cut = 0; cut <= means.length - LEAST_LEFT; cut++) {
		const value = mser(means.slice(cut));
		if (value < least) [best, least] = [cut, value];
	}
	return best;
}

/** Of the batches that are left: the squared standard error of their mean, were they independent. */
function mser(left: readonly number[]): number {
	// Rounding would make some cuts through a level stretch look better than others.
	if (left.every((value) => value === left[0])) return 0;
	const centre = mean(left);
	return left.reduce((sum, value) => sum + (value - centre) ** 2, 0) / left.length ** 2;
}
