/**
 * The client rate limiter of the AWS SDKs' adaptive mode: asleep until the first throttling answer, then a token bucket
 * whose rate follows CUBIC, the congestion control of TCP. It stands before every try, the first included.
 *
 *     measured rate   each answer counts; at the first one in a later half second of length d since the last such
 *                     measured = 0.8 count / d + 0.2 measured
 *     throttled       Wmax = asleep ? measured : min(measured, fill);  rate = 0.7 Wmax;  tThrottle = t;  awake
 *     any other       rate = 0.4 (t - tThrottle - K)^3 + Wmax
 *     K               = cbrt(0.3 Wmax / 0.4)
 *     fill            = max(0.5, min(rate, 2 measured));   capacity = max(1, min(rate, 2 measured));  tokens <= capacity
 *     a try           takes a token; waits (1 - tokens) / fill for it and asks again
 *
 * in seconds and tries per second. Rates and times are rounded to 8 decimals, the first half second begins at a whole
 * one, and an answer that is not throttled moves the rate while asleep too, as in the original. botocore starts with a
 * fill of 1, JavaScript with 0.5. Up to @smithy/util-retry 4.2.12 the JavaScript one never heard of a throttle and slept on.
 * Source: @smithy/core 3.41.0 DefaultRateLimiter; botocore 1.43.107 retries/{adaptive,throttling,bucket}.py.
 */
import { inMask } from '../cause.js';
import type { Scope } from '../state-scope.js';
import { go, type LimiterMachine, unmoved } from './limiter-machine.js';

export interface CubicLimiter {
	readonly kind: 'cubic';
	readonly scope: Scope;
	/** mask of the causes that throttle */
	readonly throttles: number;
	readonly beta: number;
	readonly scale: number;
	readonly smooth: number;
	readonly minFillPerSecond: number;
	readonly startFillPerSecond: number;
	readonly minCapacity: number;
}

/** Times in seconds, as in the formulas. */
export interface CubicState {
	readonly awake: boolean;
	readonly tokens: number;
	readonly capacity: number;
	readonly fill: number;
	/** when the tokens were counted last; null: never */
	readonly filledAt: number | null;
	readonly lastMax: number;
	readonly throttledAt: number;
	readonly measured: number;
	readonly count: number;
	readonly countedFrom: number;
}

export function cubic(limiter: CubicLimiter): LimiterMachine<CubicState> {
	const { scope, throttles, beta, scale, smooth, minFillPerSecond, startFillPerSecond, minCapacity } = limiter;

	/** The measured rate with one more answer in it. */
	const measure = (s: CubicState, now: number): CubicState => {
		const half = Math.floor(now * 2) / 2;
		const count = s.count + 1;
		if (half <= s.countedFrom) return { ...s, count };
		const measured = precise((count / (half - s.countedFrom)) * smooth + s.measured * (1 - smooth));
		return { ...s, measured, count: 0, countedFrom: half };
	};
	const throttled = (s: CubicState, now: number): CubicState => {
		const lastMax = s.awake ? Math.min(s.measured, s.fill) : s.measured;
		return refilled({ ...s, lastMax, throttledAt: now, awake: true }, precise(lastMax * beta), now);
	};
	const untroubled = (s: CubicState, now: number): CubicState => {
		const k = precise(((s.lastMax * (1 - beta)) / scale) ** (1 / 3));
		return refilled(s, precise(scale * (now - s.throttledAt - k) ** 3 + s.lastMax), now);
	};
	/** A new rate, from now on; tokens until now came at the old one. */
	const refilled = (s: CubicState, rate: number, now: number): CubicState => {
		const bounded = Math.min(rate, 2 * s.measured);
		const capacity = Math.max(bounded, minCapacity);
		const { tokens } = filled(s, now);
		const fill = Math.max(bounded, minFillPerSecond);
		return { ...s, fill, capacity, tokens: Math.min(tokens, capacity), filledAt: now };
	};
	return {
		...unmoved<CubicState>(),
		scope,
		appliesTo: 'tries',
		start: (nowUs) => ({
			awake: false,
			tokens: 0,
			capacity: minCapacity,
			fill: startFillPerSecond,
			filledAt: null,
			lastMax: 0,
			throttledAt: nowUs / 1e6,
			measured: 0,
			count: 0,
			countedFrom: Math.floor(nowUs / 1e6),
		}),
		ask: (s, nowUs) => {
			if (!s.awake) return go(s);
			const now = filled(s, nowUs / 1e6);
			if (now.tokens >= 1 - GRAIN) return go({ ...now, tokens: Math.max(0, now.tokens - 1) });
			return { state: now, decision: 'ask-again', waitUs: ((1 - now.tokens) / now.fill) * 1e6 };
		},
		answered: (s, cause, nowUs) => {
			const now = nowUs / 1e6;
			const measured = measure(s, now);
			return cause !== null && inMask(throttles, cause) ? throttled(measured, now) : untroubled(measured, now);
		},
	};
}

/** Tokens at the old rate, up to now. */
function filled(s: CubicState, now: number): CubicState {
	if (s.filledAt === null) return { ...s, filledAt: now };
	return { ...s, tokens: Math.min(s.capacity, s.tokens + (now - s.filledAt) * s.fill), filledAt: now };
}

/** Rates are kept to 8 decimals, as in the original. */
const precise = (x: number): number => Math.round(x * 1e8) / 1e8;

/** Whoever waited to the microsecond finds his token, though sums of fractions fall short of 1 by a hair. */
const GRAIN = 1e-9;
