/** From when to when a server answered with errors of its own, and how many: the stretch that is likeliest, by the order of attempts. */
import type { Interval } from '../../statistics/interval.js';
import { type Proportion, proportion } from '../../statistics/proportion.js';

export interface ErrorsFound {
	readonly startS: number;
	readonly endS: number;
	readonly start: Interval;
	readonly end: Interval;
	readonly share: Proportion;
}

const ROUNDS = 5;
/** Log likelihood that an end may be worse by: two places are free at a change. */
const NEAR = 3;

/**
 * The stretch with the greatest sum of log likelihood ratios (J. Bentley's maximum subarray), the share taken anew of what it holds.
 * @param usual share of errors outside of it, above 0
 */
export function errorStretch(atS: Float64Array, isError: Uint8Array, usual: number): ErrorsFound | null {
	const all = isError.reduce((sum, one) => sum + one, 0);
	if (all === 0) return null;
	let share = Math.max(2 * usual, all / isError.length);
	let [from, to] = [0, atS.length];
	let sums: Float64Array = new Float64Array(0);
	for (let round = 0; round < ROUNDS; round++) {
		const [bad, good] = [Math.log(share / usual), Math.log((1 - Math.min(share, 0.9999)) / (1 - usual))];
		sums = prefixSums(isError, bad, good);
		let [low, best] = [0, Number.NEGATIVE_INFINITY];
		for (let i = 1; i < sums.length; i++) {
			if (sums[i] - sums[low] > best) [best, from, to] = [sums[i] - sums[low], low, i];
			if (sums[i] < sums[low]) low = i;
		}
		share = Math.max(2 * usual, hitsOf(isError, from, to) / (to - from));
	}
	const at = (i: number): number => atS[Math.min(atS.length - 1, Math.max(0, i))];
	const near = (i: number, middle: number, sign: number): boolean => sign * (sums[i] - sums[middle]) <= NEAR;
	const range = (middle: number, sign: number, least: number, most: number): Interval => {
		let [low, high] = [middle, middle];
		for (let i = middle; i >= least; i--) if (near(i, middle, sign)) low = i;
		for (let i = middle; i <= most; i++) if (near(i, middle, sign)) high = i;
		return { low: at(low - 1), high: at(high) };
	};
	return {
		startS: at(from),
		endS: at(to - 1),
		start: range(from, 1, 0, to - 1),
		end: range(to, -1, from + 1, sums.length - 1),
		share: proportion(hitsOf(isError, from, to), to - from),
	};
}

function prefixSums(isError: Uint8Array, bad: number, good: number): Float64Array {
	const sums = new Float64Array(isError.length + 1);
	for (let i = 0; i < isError.length; i++) sums[i + 1] = sums[i] + (isError[i] === 1 ? bad : good);
	return sums;
}

const hitsOf = (isError: Uint8Array, from: number, to: number): number =>
	isError.subarray(from, to).reduce((sum, one) => sum + one, 0);
