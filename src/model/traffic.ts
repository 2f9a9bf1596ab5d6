/**
 * Fresh requests over time: how many, and of which class. A source is one (region, population) pair; its rate is the
 * total rate times the two shares, so the sources of a Poisson world are independent Poisson processes. A regular world
 * has one stream, each arrival of which goes to a source with a probability proportional to the source's rate.
 */

import { assert } from '../kernel/errors.js';

/** One stretch of a rate: linear from `fromRate` at `fromUs` to `toRate` at `toUs` (per second). */
export interface RatePiece {
	readonly fromUs: number;
	readonly toUs: number;
	readonly fromRate: number;
	readonly toRate: number;
}

/**
 * How the arrivals of all sources come about.
 * - `curve`: each source follows its own `curve`. `poisson`: with unit-exponential gaps in the cumulative rate;
 *   `regular`: gaps of exactly one in the cumulative rate of all sources together.
 * - `mmpp`: a phase process common to all sources: phase i has rate `ratesPerSecond[i]` and is left for phase i + 1
 *   (cyclic) at `switchPerSecond[i]`; the first phase is drawn from the stationary law. A source's rate is the phase's
 *   rate times its `curve` (which then holds shares, not rates).
 * - `counts`: exactly `counts[k]` arrivals, uniform in [fromUs + k intervalUs, + intervalUs), split over the sources by
 *   their shares (multinomial).
 * - `instants`: arrivals at the recorded instants, each given to a source by the shares.
 */
export type ArrivalLaw =
	| { readonly kind: 'curve'; readonly process: 'poisson' | 'regular' }
	| { readonly kind: 'mmpp'; readonly ratesPerSecond: readonly number[]; readonly switchPerSecond: readonly number[] }
	| {
			readonly kind: 'counts';
			readonly fromUs: number;
			readonly intervalUs: number;
			readonly counts: readonly number[];
	  }
	| { readonly kind: 'instants'; readonly atUs: readonly number[] };

/** One stream of fresh requests. */
export interface Source {
	readonly region: number;
	readonly population: number;
	/** region share x population share, 0..1; all sources add up to 1 */
	readonly share: number;
	/** requests per second (kind `curve`) or a factor on the phase's rate (kind `mmpp`); empty for recorded arrivals */
	readonly curve: readonly RatePiece[];
}

/** From `fromUs` on, a fresh request is of class c with probability `shares[c]` (before the population's restriction). */
export interface MixPiece {
	readonly fromUs: number;
	readonly mix: string;
	readonly shares: readonly number[];
}

/** Requests per second at that instant: pieces hold [fromUs, toUs); 0 outside of all. */
export function rateAt(curve: readonly RatePiece[], us: number): number {
	let low = 0;
	let high = curve.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (curve[middle].toUs <= us) low = middle + 1;
		else high = middle;
	}
	if (low === curve.length || us < curve[low].fromUs) return 0;
	return along(curve[low], us);
}

/** Sum of the rates of all sources at that instant, per second (a factor on the phase's rate where the law is `mmpp`). */
export const totalRate = (sources: readonly Source[], us: number): number =>
	sources.reduce((sum, source) => sum + rateAt(source.curve, us), 0);

/**
 * The rate of all sources together. Sums are rounded to 14 digits, so that a rate that is split into shares adds up to
 * what it was, to the last bit.
 */
export function totalCurve(sources: readonly Source[]): RatePiece[] {
	const edges = [...new Set(sources.flatMap(({ curve }) => curve.flatMap(({ fromUs, toUs }) => [fromUs, toUs])))];
	edges.sort((a, b) => a - b);
	return edges.slice(1).flatMap((toUs, i): RatePiece[] => {
		const fromUs = edges[i];
		const there = sources.flatMap(({ curve }) => curve.filter((piece) => piece.fromUs <= fromUs && piece.toUs >= toUs));
		if (there.length === 0) return [];
		const sumAt = (us: number): number =>
			Number(there.reduce((sum, piece) => sum + along(piece, us), 0).toPrecision(14));
		return [{ fromUs, toUs, fromRate: sumAt(fromUs), toRate: sumAt(toUs) }];
	});
}

/** The rate of a piece at an instant of it, its end included. */
const along = ({ fromUs, toUs, fromRate, toRate }: RatePiece, us: number): number =>
	fromRate === toRate ? fromRate : fromRate + ((toRate - fromRate) * (us - fromUs)) / (toUs - fromUs);

/** Expected arrivals in [fromUs, toUs): the integral of the rate, trapezium by trapezium. */
export function expectedArrivals(curve: readonly RatePiece[], fromUs: number, toUs: number): number {
	let sum = 0;
	for (const piece of curve) {
		const from = Math.max(fromUs, piece.fromUs);
		const to = Math.min(toUs, piece.toUs);
		if (from >= to) continue;
		const slope = piece.fromRate === piece.toRate ? 0 : (piece.toRate - piece.fromRate) / (piece.toUs - piece.fromUs);
		const middleRate = piece.fromRate + (slope === 0 ? 0 : slope * ((from + to) / 2 - piece.fromUs));
		if (middleRate > 0) sum += (middleRate * (to - from)) / 1e6;
	}
	return sum;
}

/**
 * Probability of each class (index into the world's classes) for a population that makes only `classes`: the mix restricted to them and
 * renormalised, 0 elsewhere.
 * @throws Bug where the mix has none of them; the scenario's loader refuses that before
 */
export function classShares(mixShares: readonly number[], classes: readonly number[]): number[] {
	const total = classes.reduce((sum, c) => sum + mixShares[c], 0);
	assert(total > 0, `the mix [${mixShares}] has none of the classes [${classes}]`);
	return mixShares.map((share, c) => (classes.includes(c) ? share / total : 0));
}

/**
 * Long-run share of time in each phase of a cyclic MMPP: proportional to the mean stay 1 / switchPerSecond.
 * @throws Bug where a phase of several is never left
 */
export function stationary(switchPerSecond: readonly number[]): number[] {
	if (switchPerSecond.length === 1) return [1];
	assert(
		switchPerSecond.length > 1 && switchPerSecond.every((s) => s > 0 && Number.isFinite(s)),
		`every phase of an MMPP is left at some rate, not [${switchPerSecond}]`,
	);
	const stays = switchPerSecond.map((s) => 1 / s);
	const total = stays.reduce((sum, stay) => sum + stay, 0);
	return stays.map((stay) => stay / total);
}
