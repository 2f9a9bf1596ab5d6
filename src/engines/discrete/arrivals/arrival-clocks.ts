// HOT PATH: runs once per arrival; allocates nothing.
/** When the next fresh request of one source comes: one clock per law of arrivals, each on whole nanoseconds. */
import { unitExponential } from '../../../kernel/exponential.js';
import type { Uniform } from '../../../kernel/random.js';
import { CurveWalker, WALK } from '../../../model/rate-integral.js';
import type { RatePiece } from '../../../model/traffic.js';
import type { MmppPhases } from './mmpp-phases.js';

/** Gives instants in whole us, never falling; Infinity when there are no more. */
export interface ArrivalClock {
	nextUs(): number;
}

// V8 folds constants of this file, but not those that are imported.
const WHOLE = WALK.whole;
/** The number before that of the first interval. */
const BEFORE_FIRST = -1;
const END = Number.POSITIVE_INFINITY;
const toUs = (ns: number): number => Math.floor(ns / 1000 + 0.5);

/** Poisson (unit-exponential amounts) or, without a stream of uniforms, regular (amounts of one) along a rate curve. */
export class CurveClock implements ArrivalClock {
	private readonly walker: CurveWalker;

	constructor(
		curve: readonly RatePiece[],
		private readonly uniform: Uniform | null,
	) {
		this.walker = new CurveWalker(curve);
	}

	nextUs(): number {
		const amount = this.uniform === null ? 1 : unitExponential(this.uniform());
		return this.walker.advance(amount, 1) === WHOLE ? toUs(this.walker.atNs) : END;
	}
}

/** Poisson along a curve that the common phases scale. */
export class PhaseClock implements ArrivalClock {
	private readonly walker: CurveWalker;
	private stretch = 0;

	constructor(
		curve: readonly RatePiece[],
		private readonly amount: () => number,
		private readonly phases: MmppPhases,
	) {
		this.walker = new CurveWalker(curve);
	}

	nextUs(): number {
		const { walker, phases } = this;
		let left = this.amount();
		for (;;) {
			const walked = walker.advanceUntil(left, phases.rate(this.stretch), phases.endNs(this.stretch));
			if (walked === WHOLE) return toUs(walker.atNs);
			if (walked === WALK.ended) return END;
			left = walker.left;
			this.stretch++;
		}
	}
}

/** Exactly so many arrivals in each interval, uniform in it: the next of n left is the least of n uniforms. */
export class CountClock implements ArrivalClock {
	private interval = BEFORE_FIRST;
	private left = 0;
	private readonly atNs = new Float64Array(1);

	constructor(
		private readonly fromUs: number,
		private readonly intervalUs: number,
		private readonly counts: Uint32Array,
		private readonly uniform: () => number,
	) {}

	nextUs(): number {
		while (this.left === 0) {
			if (++this.interval === this.counts.length) return END;
			this.left = this.counts[this.interval];
			this.atNs[0] = 1000 * (this.fromUs + this.interval * this.intervalUs);
		}
		const endNs = 1000 * (this.fromUs + (this.interval + 1) * this.intervalUs);
		const step = 1 - (1 - this.uniform()) ** (1 / this.left--);
		this.atNs[0] = Math.floor(this.atNs[0] + (endNs - this.atNs[0]) * step);
		// Rounded down, so that an arrival never leaves its interval.
		return Math.floor(this.atNs[0] / 1000);
	}
}

/** Recorded instants. */
export class RecordedClock implements ArrivalClock {
	private next = 0;

	constructor(private readonly atUs: readonly number[]) {}

	nextUs(): number {
		return this.next < this.atUs.length ? this.atUs[this.next++] : END;
	}
}
