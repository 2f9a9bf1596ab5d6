// HOT PATH: runs once per event; allocates nothing.
/**
 * A table of laws of times, each bound to its stream of uniforms: `draw` gives whole microseconds. Constants and
 * exponentials, by far the most common, are drawn here without a call of their own; every other law is a function.
 */
import { unitExponential } from '../../../kernel/exponential.js';
import type { Uniform } from '../../../kernel/random.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import { drawer } from './sampler.js';

/** A law and its stream; no law means never. */
export interface Time {
	readonly law: Distribution | null;
	readonly uniform: Uniform;
}

/** No constant: a time is drawn at each call. */
const DRAWN = -1;

export class Times {
	/** a constant, Infinity for never; DRAWN for every other law */
	private readonly constantUs: Float64Array;
	/** mean of an exponential that is drawn ahead; 0: another law */
	private readonly meanUs: Float64Array;
	/** the stream of law k, counted from 0; several laws may share one */
	private readonly stream: Int32Array;
	/**
	 * The next unit exponential of a stream, drawn one ahead: the logarithm is worked out while other events run, and
	 * nothing waits for it. Only where every law of the stream is exponential or constant, so that the order of draws and
	 * what is made of them stay the same.
	 */
	private readonly unit: Float64Array;
	private readonly uniform: readonly Uniform[];
	private readonly other: readonly (() => number)[];

	constructor(times: readonly Time[]) {
		this.uniform = [...new Set(times.map(({ uniform }) => uniform))];
		const numbers = new Map(this.uniform.map((uniform, stream) => [uniform, stream]));
		const ahead = new Set(this.uniform);
		for (const { law, uniform } of times) if (!mayBeAhead(law)) ahead.delete(uniform);
		this.constantUs = Float64Array.from(times, ({ law }) => constantUs(law));
		this.meanUs = Float64Array.from(times, ({ law, uniform }) =>
			law?.kind === 'exponential' && ahead.has(uniform) ? law.meanUs : 0,
		);
		this.stream = Int32Array.from(times, ({ uniform }) => Number(numbers.get(uniform)));
		this.unit = new Float64Array(this.uniform.length);
		const drawn = new Set(this.stream.filter((_, k) => this.meanUs[k] > 0));
		for (const stream of drawn) this.drawUnit(stream);
		this.other = times.map(({ law, uniform }, k) =>
			law === null || this.constantUs[k] >= 0 || this.meanUs[k] > 0 ? never : drawer(law, uniform),
		);
	}

	/** The next time of law k: a constant takes no uniform, every other law exactly one. */
	draw(k: number): number {
		const us = this.constantUs[k];
		if (us >= 0) return us;
		const meanUs = this.meanUs[k];
		return meanUs > 0 ? Math.floor(0.5 + meanUs * this.drawUnit(this.stream[k])) : this.other[k]();
	}

	private drawUnit(stream: number): number {
		const unit = this.unit[stream];
		this.unit[stream] = unitExponential(this.uniform[stream]());
		return unit;
	}
}

/** Stands where no function is drawn from. */
const never = (): number => Number.POSITIVE_INFINITY;

const mayBeAhead = (law: Distribution | null): boolean =>
	law === null || law.kind === 'constant' || (law.kind === 'exponential' && law.meanUs > 0);

function constantUs(law: Distribution | null): number {
	if (law === null) return Number.POSITIVE_INFINITY;
	return law.kind === 'constant' ? Math.floor(law.us + 0.5) : DRAWN;
}
