/**
 * The law of times that fits a sample best, of those that a scenario can have: the simplest whose quantiles lie near enough to the
 * sample's, or else the sample's own quantiles. Near is the mean distance of quantiles (Wasserstein's first distance, in parts of
 * the mean): it is in the unit of what the simulator uses, a time, and a far tail counts for what it weighs.
 */
import { type Distribution, quantile } from '../../model/distributions/distribution.js';

export interface FittedLaw {
	readonly law: Distribution;
	/** mean distance of its quantiles from the sample's, over the sample's mean */
	readonly distance: number;
	/** values it was fitted to */
	readonly n: number;
}

/** Near enough, beyond what luck alone brings about in n values (about 1/sqrt n). */
const NEAR = 0.05;
/** Quantiles of a law that has no name. */
const QUANTILES = 100;
const POINTS = 200;

/** @param valuesUs one or more */
export function fitLaw(valuesUs: readonly number[]): FittedLaw {
	const sorted = Float64Array.from(valuesUs).sort();
	const n = sorted.length;
	const candidates = candidatesOf(sorted).map((law) => ({ law, distance: distanceOf(law, sorted), n }));
	const limit = NEAR + 1 / Math.sqrt(n) + grainOf(sorted);
	// In order of simplicity: a later one has to be much better.
	const near = candidates.filter(({ distance }) => distance <= limit);
	const least = near.reduce((best, { distance }) => Math.min(best, distance), Number.POSITIVE_INFINITY);
	const simple = near.find(({ distance }) => distance <= Math.max(2 * least, 0.5 * limit));
	if (simple !== undefined) return simple;
	const law = quantilesOf(sorted);
	return { law, distance: distanceOf(law, sorted), n };
}

/** What rounding to whole milliseconds adds to the distance: a quarter of one, over the mean. */
function grainOf(sorted: Float64Array): number {
	const mean = sorted.reduce((sum, x) => sum + x, 0) / sorted.length;
	return mean > 0 && sorted.every((x) => x % 1000 === 0) ? 250 / mean : 0;
}

function candidatesOf(sorted: Float64Array): Distribution[] {
	const n = sorted.length;
	const mean = sorted.reduce((sum, x) => sum + x, 0) / n;
	if (!(mean > 0)) return [{ kind: 'constant', us: 0 }];
	const meanUs = Math.max(1, Math.round(mean));
	const scv = sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n / mean ** 2;
	const constant: Distribution = { kind: 'constant', us: meanUs };
	if (scv < 1e-4) return [constant];
	const uniform: Distribution = {
		kind: 'uniform',
		fromUs: Math.max(0, Math.round(mean * (1 - Math.sqrt(3 * scv)))),
		toUs: Math.round(mean * (1 + Math.sqrt(3 * scv))),
	};
	const [digits, logScv] = [round(scv), logScvOf(sorted)];
	return [
		constant,
		{ kind: 'exponential', meanUs },
		uniform,
		{ kind: 'gamma', meanUs, scv: digits },
		{ kind: 'lognormal', meanUs, scv: digits },
		...(logScv === null ? [] : [{ kind: 'lognormal', meanUs, scv: logScv } as const]),
		...(scv > 1.05 ? [twoPhases(mean, scv)] : []),
	];
}

/** exp(variance of the logarithms) - 1. */
function logScvOf(sorted: Float64Array): number | null {
	const logs = sorted.filter((x) => x > 0).map(Math.log);
	if (logs.length < sorted.length * 0.99) return null;
	const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
	const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length;
	const scv = Math.expm1(variance);
	return scv > 0 && scv < 1000 ? round(scv) : null;
}

/** Two exponential phases of equal weight in the mean ("balanced means"): p = (1 + sqrt((scv - 1) / (scv + 1))) / 2. */
function twoPhases(mean: number, scv: number): Distribution {
	const p = round((1 + Math.sqrt((scv - 1) / (scv + 1))) / 2);
	return {
		kind: 'hyperexponential',
		phases: [
			{ probability: p, meanUs: Math.max(1, Math.round(mean / (2 * p))) },
			{ probability: round(1 - p), meanUs: Math.round(mean / (2 * (1 - p))) },
		],
	};
}

const round = (x: number): number => Number(x.toPrecision(4));

/** Means of equal parts of the sample, so that the mean stays what it is. */
function quantilesOf(sorted: Float64Array): Distribution {
	const parts = Math.min(QUANTILES, sorted.length);
	const valuesUs = Array.from({ length: parts }, (_, k) => {
		const part = sorted.subarray(
			Math.floor((k * sorted.length) / parts),
			Math.floor(((k + 1) * sorted.length) / parts),
		);
		return Math.round(part.reduce((sum, x) => sum + x, 0) / part.length);
	});
	return { kind: 'empirical', valuesUs };
}

function distanceOf(law: Distribution, sorted: Float64Array): number {
	const q = quantile(law);
	const parts = Math.min(POINTS, sorted.length);
	const curve = law.kind === 'hyperexponential' ? mixed(law.phases) : q;
	let [sum, total] = [0, 0];
	for (let k = 0; k < parts; k++) {
		const u = (k + 0.5) / parts;
		const measured = sorted[Math.min(sorted.length - 1, Math.floor(u * sorted.length))];
		sum += Math.abs(curve(u) - measured);
		total += measured;
	}
	return total > 0 ? sum / total : sum > 0 ? 1 : 0;
}

/** The quantile function of several exponentials as one law: `quantile` draws from them in turn, which does not rise. */
function mixed(phases: readonly { readonly probability: number; readonly meanUs: number }[]): (u: number) => number {
	const above = (x: number) =>
		phases.reduce((sum, { probability, meanUs }) => sum + probability * Math.exp(-x / meanUs), 0);
	return (u) => {
		let [low, high] = [0, 1];
		while (above(high) > 1 - u) high *= 2;
		for (let step = 0; step < 60; step++) {
			const middle = (low + high) / 2;
			if (above(middle) > 1 - u) low = middle;
			else high = middle;
		}
		return (low + high) / 2;
	};
}
