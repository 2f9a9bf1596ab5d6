/**
 * Is the canary shifted against its control? The Mann-Whitney test as Kayenta's judge applies it to two sets of points, one
 * value per minute or so: the Hodges-Lehmann estimate of the shift with an interval, and a class.
 *
 * - H. B. Mann and D. R. Whitney, "On a Test of Whether One of Two Random Variables Is Stochastically Larger than the
 *   Other", Annals of Mathematical Statistics 18 (1947); J. L. Hodges and E. L. Lehmann, "Estimates of Location Based on
 *   Rank Tests", Annals of Mathematical Statistics 34 (1963).
 * - Kayenta (`MannWhitney.scala`) follows the asymptotic branch of R's `wilcox.test`, whatever the sizes: normal
 *   approximation, corrected for ties and for continuity. So does this, where R would be exact below 50 points without ties.
 * - Both look for the shift d at which the statistic of (canary - d, control) leaves the critical region, with a root
 *   finder. That statistic is a step function of d which falls by one at every difference canary - control, so the root is
 *   an order statistic of the differences, and is read off here.
 */
import { assert } from '../../kernel/errors.js';
import { normalQuantile } from '../distributions/normal-quantile.js';

export type Direction = 'increase' | 'decrease' | 'either';
export type MetricClass = 'pass' | 'high' | 'low' | 'nodata';

export interface MannWhitneyRule {
	/** of the interval, 0..1: Kayenta's judge takes 0.98 */
	readonly confidence: number;
	/** the interval must clear this share of |estimate|: Kayenta's 0.25 */
	readonly tolerance: number;
	/** which way is worse */
	readonly direction: Direction;
	/** least ratio of means, 1 or more, for an increase to count; its inverse for a decrease */
	readonly effect: number;
}

/** Shifts are canary - control, in the unit of the points; null without data on either side. */
export interface MannWhitneyResult {
	readonly class: MetricClass;
	readonly estimate: number | null;
	readonly low: number | null;
	readonly high: number | null;
	/** mean of the canary / mean of the control; Infinity over a mean of 0 */
	readonly meanRatio: number | null;
}

/**
 * High where the whole interval lies above tolerance x |estimate| and the means say so too, low the other way round.
 * Equal sets of points pass unseen, and so do points that are all the same.
 */
export function mannWhitney(
	canary: readonly number[],
	control: readonly number[],
	rule: MannWhitneyRule,
): MannWhitneyResult {
	if (canary.length === 0 || control.length === 0)
		return { class: 'nodata', estimate: null, low: null, high: null, meanRatio: null };
	const shifted = shift(canary, control, rule.confidence);
	const meanRatio = ratioOf(mean(canary), mean(control));
	return { class: isSame(canary, control) ? 'pass' : classify(shifted, meanRatio, rule), ...shifted, meanRatio };
}

export interface Shift {
	readonly estimate: number;
	readonly low: number;
	readonly high: number;
}

/**
 * The median of all m n differences, and the two of them that bound the shift at this confidence. With D(1) <= ... <= D(mn):
 * from D(k) to D(mn + 1 - k), k the least from 1 up with (mn / 2 - k - 1/2) / sigma <= z. Too few points for the confidence
 * give all of the differences, from D(1) to D(mn), as R does.
 */
export function shift(canary: readonly number[], control: readonly number[], confidence: number): Shift {
	assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, not at ${confidence}`);
	const differences = Float64Array.from(canary.flatMap((x) => control.map((y) => x - y))).sort();
	const pairs = differences.length;
	const reach = normalQuantile(0.5 + confidence / 2) * spread(canary, control);
	const k = Math.max(1, Math.ceil(pairs / 2 - 0.5 - reach));
	const estimate = (differences[Math.floor((pairs - 1) / 2)] + differences[Math.floor(pairs / 2)]) / 2;
	return { estimate, low: differences[k - 1], high: differences[pairs - k] };
}

/**
 * Standard deviation of Mann and Whitney's U: sqrt(mn / 12 ((N + 1) - sum(t^3 - t) / (N (N - 1)))), t the sizes of ties. Between
 * two differences the shifted canary ties with no control, so only ties within each side count.
 */
function spread(canary: readonly number[], control: readonly number[]): number {
	const [m, n] = [canary.length, control.length];
	const tied = tiesOf(canary) + tiesOf(control);
	return Math.sqrt(((m * n) / 12) * (m + n + 1 - tied / ((m + n) * (m + n - 1))));
}

/** sum of t^3 - t over groups of t equal points. */
function tiesOf(points: readonly number[]): number {
	const sorted = Float64Array.from(points).sort();
	let sum = 0;
	for (let from = 0, to = 0; from < sorted.length; from = to) {
		while (to < sorted.length && sorted[to] === sorted[from]) to++;
		sum += (to - from) ** 3 - (to - from);
	}
	return sum;
}

function classify({ estimate, low, high }: Shift, meanRatio: number, rule: MannWhitneyRule): MetricClass {
	const { direction, effect } = rule;
	const bound = rule.tolerance * Math.abs(estimate);
	if (direction !== 'decrease' && low > bound && meanRatio >= effect) return 'high';
	if (direction !== 'increase' && high < -bound && meanRatio <= 1 / effect) return 'low';
	return 'pass';
}

function isSame(canary: readonly number[], control: readonly number[]): boolean {
	if (canary.length !== control.length) return new Set([...canary, ...control]).size === 1;
	const [a, b] = [Float64Array.from(canary).sort(), Float64Array.from(control).sort()];
	return a.every((point, i) => point === b[i]);
}

const mean = (points: readonly number[]): number => points.reduce((sum, point) => sum + point, 0) / points.length;

const ratioOf = (above: number, below: number): number => (above === 0 && below === 0 ? 1 : above / below);
