/**
 * Chance: one seed, and one named stream of uniforms per purpose and owner (`arrivals/weur/browser`, `service/weur/3`).
 * Named streams let two variants of a scenario meet the same draws: a draw more here shifts nothing elsewhere.
 *
 * The generator is seedrandom's alea alone: the main entry wants node's crypto, xorshift7 ignores short string seeds, and
 * xor128 and xorwow correlate between neighbouring seeds. It gives 32-bit fractions and may return exactly 0, so laws
 * take log(1 - u), never log(u).
 */
import { randomBinomial, randomPareto, randomWeibull } from 'd3-random';
import alea from 'seedrandom/lib/alea.js';
import { assert } from './errors.js';
import { unitExponential } from './exponential.js';

/** A source of uniforms in [0, 1). */
export type Uniform = () => number;

/** Every stream of one run. */
export class Streams {
	readonly #lent = new Map<string, Uniform>();

	/**
	 * @param seed an integer from 0 up to 2^53
	 * @param observe is told every draw with the name of its stream (the determinism check); without it draws cost nothing extra
	 * @param prefix stands before the name of every stream
	 */
	constructor(
		readonly seed: number,
		readonly observe?: (stream: string, value: number) => void,
		private readonly prefix = '',
	) {
		assert(Number.isSafeInteger(seed) && seed >= 0, `a seed is an integer from 0 up to 2^53, not ${seed}`);
	}

	/** The stream of that name. Asked again, it is the same stream, further on: its owners share one sequence. */
	uniform(name: string): Uniform {
		const known = this.#lent.get(name);
		if (known !== undefined) return known;
		const full = this.prefix + name;
		const stream = this.#watched(full, alea(`${this.seed}/${full}`));
		this.#lent.set(name, stream);
		return stream;
	}

	/** The same stream, made at its first draw: of many owners most may never be asked. */
	uniformAtFirstDraw(name: string): Uniform {
		let stream: Uniform | null = null;
		return () => {
			stream ??= this.uniform(name);
			return stream();
		};
	}

	/** Streams of their own for somebody who asks for the same names: whatever they draw shifts no draw of another. */
	under(owner: string): Streams {
		return new Streams(this.seed, this.observe, `${this.prefix}${owner}/`);
	}

	#watched(name: string, raw: Uniform): Uniform {
		const { observe } = this;
		if (observe === undefined) return raw;
		return () => {
			const value = raw();
			observe(name, value);
			return value;
		};
	}
}

/** Exponential times, one uniform each: -mean ln(1 - u). The mean's unit is the sample's. */
export const exponentials =
	(uniform: Uniform, mean = 1): (() => number) =>
	() =>
		mean * unitExponential(uniform());

/** How many of `n` trials hit, each with probability `p`: some dozens of uniforms, however many trials there are. */
export const binomial = (uniform: Uniform, n: number, p: number): number => randomBinomial.source(uniform)(n, p)();

/** Pareto samples from 1 up, one uniform each: (1 - u)^(-1/shape). Multiply by the least value. */
export const paretos = (uniform: Uniform, shape: number): (() => number) => randomPareto.source(uniform)(shape);

/** Weibull samples, one uniform each: scale (-ln(1 - u))^(1/shape). The scale's unit is the sample's. */
export const weibulls = (uniform: Uniform, shape: number, scale = 1): (() => number) =>
	randomWeibull.source(uniform)(shape, 0, scale);
