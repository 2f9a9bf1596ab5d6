/**
 * How many standard errors an interval reaches to either side: the one place that knows the laws behind intervals.
 */
import { assert } from '../../kernel/errors.js';
import { normalQuantile } from '../../model/distributions/normal-quantile.js';
import { studentQuantile } from './student-quantile.js';

/** What intervals hold at where nobody said otherwise. */
export const CONFIDENCE = 0.95;

/** z with P(|Z| <= z) = confidence under the standard normal law: 1.96 at 95%. */
export function normalReach(confidence: number): number {
	return normalQuantile(upperTail(confidence));
}

/**
 * t with P(|T| <= t) = confidence under Student's law: 12.7 at 95% with one degree of freedom, 2.26 with nine.
 * Relative error below 1e-7.
 * @param degrees of freedom, 1 or more: values - 1
 */
export function studentReach(confidence: number, degrees: number): number {
	assert(degrees >= 1, `Student's law takes one degree of freedom or more, not ${degrees}`);
	return studentQuantile(upperTail(confidence), degrees);
}

function upperTail(confidence: number): number {
	assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, not at ${confidence}`);
	return 0.5 + confidence / 2;
}
