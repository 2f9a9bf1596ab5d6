/** The adaptive mode of the AWS SDKs (the formulas at the head of src/model/retry/limiters/cubic.ts), in seconds. */
import type { CubicLimiter } from '../../../../src/model/retry/limiters/cubic.js';
import { isIn } from '../clients/causes.js';
import type { LimiterState } from './limiters.js';

const rounded = (x: number): number => Math.round(x * 1e8) / 1e8;

export function cubic(limiter: CubicLimiter, now: () => number): LimiterState {
	const { throttles, beta, scale, smooth, minFillPerSecond, startFillPerSecond, minCapacity } = limiter;
	const seconds = (): number => now() / 1e6;
	let awake = false;
	let [tokens, capacity, fill] = [0, minCapacity, startFillPerSecond];
	let filledAt: number | null = null;
	let [lastMax, throttledAt] = [0, 0];
	let [measured, count, countedFrom] = [0, 0, Math.floor(seconds())];

	function refill() {
		if (filledAt !== null) tokens = Math.min(capacity, tokens + (seconds() - filledAt) * fill);
		filledAt = seconds();
	}
	function measure() {
		const half = Math.floor(seconds() * 2) / 2;
		count += 1;
		if (half <= countedFrom) return;
		measured = rounded((smooth * count) / (half - countedFrom) + measured * (1 - smooth));
		[count, countedFrom] = [0, half];
	}
	return {
		wouldDeny: () => false,
		ask() {
			if (!awake) return { kind: 'go' };
			refill();
			if (tokens < 1) return { kind: 'ask-again', us: Math.max(1, Math.round(((1 - tokens) / fill) * 1e6)) };
			tokens -= 1;
			return { kind: 'go' };
		},
		answered(cause) {
			measure();
			let rate: number;
			if (cause !== null && isIn(throttles, cause)) {
				lastMax = awake ? Math.min(measured, fill) : measured;
				rate = lastMax * beta;
				throttledAt = seconds();
				awake = true;
			} else {
				const k = Math.cbrt((lastMax * (1 - beta)) / scale);
				rate = rounded(scale * (seconds() - throttledAt - k) ** 3 + lastMax);
			}
			const bounded = Math.min(rate, 2 * measured);
			refill();
			[fill, capacity] = [Math.max(minFillPerSecond, bounded), Math.max(minCapacity, bounded)];
			tokens = Math.min(tokens, capacity);
		},
		released() {},
		left() {},
	};
}
