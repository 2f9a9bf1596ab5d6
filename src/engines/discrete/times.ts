// HOT PATH: runs once per event; allocates nothing.
/**
 * A table of laws of times, each bound to its stream of uniforms: `draw` gives whole microseconds. Constants and
 * exponentials, by far the most common, are drawn here without a call of their own; every other law is a function.
 */
import type { Uniform } from '../../kernel/random.js';
import type { Distribution } from '../../model/distribution.js';
import { drawer } from './drawer.js';

/** A law and its stream; no law means never. */
export interface Time {
	readonly law: Distribution | null;
	readonly uniform: Uniform;
}

export class Times {
	/** a constant, Infinity for never; -1: drawn */
	private readonly constantUs: Float64Array;
	/** mean of an exponential; 0: another law */
	private readonly meanUs: Float64Array;
	private readonly uniform: readonly Uniform[];
	private readonly other: readonly (() => number)[];

	constructor(times: readonly Time[]) {
		this.constantUs = Float64Array.from(times, ({ law }) => constantUs(law));
		this.meanUs = Float64Array.from(times, ({ law }) => (law?.kind === 'exponential' ? law.meanUs : 0));
		this.uniform = times.map(({ uniform }) => uniform);
		this.other = times.map(({ law, uniform }) =>
			law === null ? () => Number.POSITIVE_INFINITY : drawer(law, uniform),
		);
	}

	/** The next time of law k: a constant takes no uniform, every other law exactly one. */
	draw(k: number): number {
		const us = this.constantUs[k];
		if (us >= 0) return us;
		const meanUs = this.meanUs[k];
		// Minus the mean times ln(1 - u), rounded: u may be 0, never 1.
		if (meanUs > 0) return Math.floor(0.5 - meanUs * Math.log(1 - this.uniform[k]()));
		return this.other[k]();
	}
}

function constantUs(law: Distribution | null): number {
	if (law === null) return Number.POSITIVE_INFINITY;
	return law.kind === 'constant' ? Math.floor(law.us + 0.5) : -1;
}
