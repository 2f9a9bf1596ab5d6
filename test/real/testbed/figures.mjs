/** What the table tells of a run, measured or simulated, from its seconds alone: the same formulas for both. */

/** s of the stretches that peaks and recoveries are read in: single seconds of forty requests are mostly luck. */
const STRETCH = 5;
/** first attempts that a stretch needs before a peak can stand in it */
const ENOUGH = 30;
/** A stretch is fine where so much of what is asked for succeeds, 3.5 standard deviations below all of it ... */
const ENOUGH_GOOD = 0.75;
/** ... and no more than this of its attempts fail. */
const FEW_FAIL = 0.05;

/**
 * @param series of one-second buckets (metrics/reading/attempt-series.ts)
 * @param requests that were made
 * @param world WORLD
 * @returns null where there is nothing to measure, or it did not happen within the run
 */
export function figuresOf(series, requests, { ratePerSecond, slow }) {
	const { attempts, ok, rejected, timeout, error, refused } = series.steps;
	const total = (values, from = 0, to = values.length) => values.slice(from, to).reduce((a, b) => a + b, 0);
	const stretches = Array.from({ length: attempts.length - STRETCH + 1 }, (_, i) => i);
	const peaks = stretches.flatMap((i) => {
		const first = total(series.firstAttempts, i, i + STRETCH);
		return first < ENOUGH ? [] : [total(attempts, i, i + STRETCH) / first];
	});
	const isFine = (i) => {
		const [sent, good] = [attempts, ok].map((values) => total(values, i, i + STRETCH));
		const failed = [rejected, timeout, error, refused].map((values) => total(values, i, i + STRETCH));
		return good >= ENOUGH_GOOD * ratePerSecond * STRETCH && total(failed) <= FEW_FAIL * sent;
	};
	const lastBad = stretches.findLastIndex((i) => !isFine(i));
	const recovered = lastBad === stretches.length - 1 ? null : lastBad + 1;
	return {
		perRequest: total(attempts) / requests,
		peak: peaks.length === 0 ? null : Math.max(...peaks),
		// The last stretch that is not fine may begin before the end of the slowdown.
		recovery: recovered === null ? null : Math.max(0, recovered - slow.toS),
	};
}
