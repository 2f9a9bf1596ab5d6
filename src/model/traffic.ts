/**
 * Fresh requests over time: how many, and of which class. A source is one (region, population) pair; its rate is the
 * total rate times the two shares, so the sources of a Poisson world are independent Poisson processes.
 */

/** One stretch of a rate: linear from `fromRate` at `fromUs` to `toRate` at `toUs` (per second). */
export interface RatePiece {
	readonly fromUs: number;
	readonly toUs: number;
	readonly fromRate: number;
	readonly toRate: number;
}

/**
 * How the arrivals of all sources come about.
 * - `curve`: each source follows its own `curve`; `poisson` has unit-exponential gaps in the cumulative rate, `regular`
 *   has gaps of exactly one.
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
