/**
 * Walks along a rate curve: from one instant to the one where the cumulative rate has grown by a given amount. Unit
 * exponentials as amounts make a Poisson process of that rate, ones make a regular process.
 * Runs once per arrival: it allocates nothing.
 *
 * Instants are whole nanoseconds, since rounding gaps to microseconds would bend the rate (by 15 % at a mean gap of half
 * a microsecond). The fraction that rounding takes is kept for the next step, so that a regular process has the instants
 * k x period and never a sum of rounded gaps.
 */
import { assert } from '../kernel/errors.js';
import type { RatePiece } from './traffic.js';

const NS_PER_US = 1e3;
const NS_PER_S = 1e9;

/** How a step ended: the whole amount is walked, or the rest of it is in `left`, at the given instant or at the end of the curve. */
export const WALK = { whole: 0, stopped: 1, ended: 2 } as const;
type Walk = (typeof WALK)[keyof typeof WALK];

export class CurveWalker {
	readonly #pieces: number;
	readonly #fromNs: Float64Array;
	readonly #toNs: Float64Array;
	/** requests per second at the start of the piece, and its growth per nanosecond */
	readonly #rate: Float64Array;
	readonly #slope: Float64Array;
	#piece = 0;
	/** [whole instant, exact instant less the whole one, amount left over]: in an array, for a field would start as a small integer */
	readonly #clock = new Float64Array(3);

	/**
	 * @param curve in order of time, without overlaps; gaps have rate 0; only a constant piece may end at Infinity
	 * @param fromNs where the walk begins, whole nanoseconds
	 */
	constructor(curve: readonly RatePiece[], fromNs = 0) {
		this.#pieces = curve.length;
		this.#fromNs = Float64Array.from(curve, (p) => Math.round(p.fromUs * NS_PER_US));
		this.#toNs = Float64Array.from(curve, (p) => Math.round(p.toUs * NS_PER_US));
		this.#rate = Float64Array.from(curve, (p) => p.fromRate);
		this.#slope = Float64Array.from(curve, (p) =>
			p.fromRate === p.toRate ? 0 : (p.toRate - p.fromRate) / ((p.toUs - p.fromUs) * NS_PER_US),
		);
		this.#clock[0] = fromNs;
		for (let i = 0; i < curve.length; i++) {
			const sound = this.#fromNs[i] <= this.#toNs[i] && (i === 0 || this.#toNs[i - 1] <= this.#fromNs[i]);
			const bounded = Number.isFinite(this.#toNs[i]) || curve[i].fromRate === curve[i].toRate;
			const positive = curve[i].fromRate >= 0 && curve[i].toRate >= 0;
			assert(sound && bounded && positive, `piece ${i} of a rate curve: ${JSON.stringify(curve[i])}`);
		}
	}

	/** Where the walk stands: whole nanoseconds. */
	get atNs(): number {
		return this.#clock[0];
	}

	/** What remained of the amount when the last step was cut short; 0 after a whole one. */
	get left(): number {
		return this.#clock[2];
	}

	/**
	 * Moves to the instant at which the integral of rate x scale has grown by `amount`.
	 * @returns `ended` when the curve ends first: the walk stands at its end
	 */
	advance(amount: number, scale: number): Walk {
		const piece = this.#piece;
		// The common case, the same sum as below: well inside a piece of constant rate.
		if (scale === 1 && amount > 0 && piece < this.#pieces && this.#slope[piece] === 0) {
			const gapNs = (amount * NS_PER_S) / this.#rate[piece];
			const clock = this.#clock;
			if (clock[0] >= this.#fromNs[piece] && gapNs <= this.#toNs[piece] - clock[0] - clock[1]) return this.#land(gapNs);
		}
		return this.advanceUntil(amount, scale, Number.POSITIVE_INFINITY);
	}

	/**
	 * The same, but goes no further than `untilNs` (whole, not before `atNs`): there it stops with the rest in `left`, and
	 * may go on with `advanceUntil(left, otherScale, laterNs)`.
	 */
	advanceUntil(amount: number, scale: number, untilNs: number): Walk {
		// A unit exponential may be exactly 0: the same instant once more.
		if (amount === 0) return this.#land(0);
		const clock = this.#clock;
		let left = amount;
		while (this.#piece < this.#pieces) {
			const piece = this.#piece;
			const fromNs = this.#fromNs[piece];
			if (clock[0] < fromNs) {
				if (untilNs < fromNs) return this.#stop(untilNs, left);
				this.#stand(fromNs);
			}
			const endNs = Math.min(this.#toNs[piece], untilNs);
			const roomNs = endNs - clock[0] - clock[1];
			const slope = scale * this.#slope[piece];
			// Requests per second at the exact instant; rounding must not make the foot of a ramp negative.
			const rate = Math.max(0, scale * this.#rate[piece] + slope * (clock[0] - fromNs + clock[1]));
			if (slope === 0) {
				const gapNs = rate === 0 ? Number.POSITIVE_INFINITY : (left * NS_PER_S) / rate;
				if (gapNs <= roomNs) return this.#land(gapNs);
				if (rate > 0) left -= (rate * roomNs) / NS_PER_S;
			} else {
				const gapNs = rampGapNs(left, rate, slope);
				if (gapNs <= roomNs) return this.#land(gapNs);
				left -= ((rate + 0.5 * slope * roomNs) * roomNs) / NS_PER_S;
			}
			// Rounding may find a last grain beyond the end that the end had room for.
			if (left <= 0) return this.#land(roomNs);
			if (endNs === untilNs) return this.#stop(untilNs, left);
			this.#stand(endNs);
			this.#piece++;
		}
		clock[2] = left;
		return WALK.ended;
	}

	#land(gapNs: number): Walk {
		const clock = this.#clock;
		const exact = gapNs + clock[1];
		const whole = Math.floor(exact + 0.5);
		clock[0] += whole;
		clock[1] = exact - whole;
		clock[2] = 0;
		return WALK.whole;
	}

	#stop(untilNs: number, left: number): Walk {
		this.#stand(untilNs);
		this.#clock[2] = left;
		return WALK.stopped;
	}

	#stand(atNs: number): void {
		this.#clock[0] = atNs;
		this.#clock[1] = 0;
	}
}

/**
 * Time g in which a rate of r per second, growing by s per second and nanosecond, makes `amount`: r g + s g^2 / 2 = amount.
 * g = 2 amount / (r + sqrt(r^2 + 2 s amount)), the root's form that subtracts nothing; Infinity where a falling rate
 * never makes it.
 */
function rampGapNs(amount: number, rate: number, slope: number): number {
	const perNs = amount * NS_PER_S;
	const square = rate * rate + 2 * slope * perNs;
	return square < 0 ? Number.POSITIVE_INFINITY : (2 * perNs) / (rate + Math.sqrt(square));
}
