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

/** Stands for a stream that nothing has been drawn from. */
const NOT_DRAWN: Uniform = () => Number.NaN;
/** No constant: a time is drawn at each call. */
const DRAWN = -1;

export class Times {
	/** a constant, Infinity for never; DRAWN for every other law */
	private readonly constantUs: Float64Array;
	/** mean of an exponential that is drawn ahead, from its first draw on; 0: another law, or not drawn yet */
	private readonly meanUs: Float64Array;
	/** the stream of law k, counted from 0; several laws may share one */
	private readonly stream: Int32Array;
	/**
	 * The next unit exponential of a stream, drawn one ahead: the logarithm is worked out while other events run, and
	 * nothing waits for it. Only where every law of the stream is exponential or constant, so that the order of draws and
	 * what is made of them stay the same.
	 */
	private readonly unit: Float64Array;
	/** by stream: 1 where it may be drawn ahead */
	private readonly ahead: Uint8Array;
	/** by stream, from its first draw on */
	private readonly uniform: Uniform[];
	private readonly other: ((k: number) => number)[];

	/** @param streamOf makes the stream of that number, at its first draw: most of 100,000 nodes may never be asked */
	private constructor(
		private readonly laws: readonly (Distribution | null)[],
		stream: Int32Array,
		streams: number,
		private readonly streamOf: (stream: number) => Uniform,
	) {
		this.stream = stream;
		this.ahead = new Uint8Array(streams).fill(1);
		for (let k = 0; k < laws.length; k++) if (!mayBeAhead(laws[k])) this.ahead[stream[k]] = 0;
		this.constantUs = Float64Array.from(laws, constantUs);
		this.meanUs = new Float64Array(laws.length);
		this.unit = new Float64Array(streams);
		this.uniform = Array.from({ length: streams }, () => NOT_DRAWN);
		const first = (k: number): number => this.drawFirst(k);
		this.other = Array.from(laws, () => first);
	}

	static of(times: readonly Time[]): Times {
		const streams = [...new Set(times.map(({ uniform }) => uniform))];
		const numbers = new Map(streams.map((uniform, stream) => [uniform, stream]));
		const stream = Int32Array.from(times, ({ uniform }) => Number(numbers.get(uniform)));
		const laws = times.map(({ law }) => law);
		return new Times(laws, stream, streams.length, (number) => streams[number]);
	}

	/** As many laws an owner, one owner after the other; each owner has one stream. */
	static byOwner(laws: readonly Distribution[], owners: number, streamOf: (owner: number) => Uniform): Times {
		const each = laws.length / owners;
		const stream = new Int32Array(laws.length);
		for (let k = 0; k < stream.length; k++) stream[k] = Math.floor(k / each);
		return new Times(laws, stream, owners, streamOf);
	}

	/** The next time of law k: a constant takes no uniform, every other law exactly one. */
	draw(k: number): number {
		const us = this.constantUs[k];
		if (us >= 0) return us;
		const meanUs = this.meanUs[k];
		return meanUs > 0 ? Math.floor(0.5 + meanUs * this.drawUnit(this.stream[k])) : this.other[k](k);
	}

	private drawUnit(stream: number): number {
		const unit = this.unit[stream];
		this.unit[stream] = unitExponential(this.uniform[stream]());
		return unit;
	}

	/** From now on law k is drawn as fast as may be. */
	private drawFirst(k: number): number {
		const law = this.laws[k];
		const stream = this.stream[k];
		const isFirst = this.uniform[stream] === NOT_DRAWN;
		if (isFirst) this.uniform[stream] = this.streamOf(stream);
		if (isFirst && this.ahead[stream] === 1) this.drawUnit(stream);
		if (law?.kind === 'exponential' && this.ahead[stream] === 1) this.meanUs[k] = law.meanUs;
		else if (law !== null) this.other[k] = drawer(law, this.uniform[stream]);
		return this.draw(k);
	}
}

const mayBeAhead = (law: Distribution | null): boolean =>
	law === null || law.kind === 'constant' || (law.kind === 'exponential' && law.meanUs > 0);

function constantUs(law: Distribution | null): number {
	if (law === null) return Number.POSITIVE_INFINITY;
	return law.kind === 'constant' ? Math.floor(law.us + 0.5) : DRAWN;
}
