/** Every limiter there is, and the machine of each. */
import { type AdaptiveThrottle, adaptiveThrottle } from './adaptive-throttle.js';
import { type ConcurrencyLimiter, concurrencyLimiter } from './concurrency.js';
import { type CubicLimiter, cubic } from './cubic.js';
import type { LimiterMachine } from './limiter-machine.js';
import { type TokenBucketLimiter, tokenBucket } from './token-bucket-limiter.js';

export type Limiter = CubicLimiter | TokenBucketLimiter | AdaptiveThrottle | ConcurrencyLimiter;

/** The machine of a limiter. Its state belongs to it: hand back only what its own steps returned. */
export function limiterMachine(limiter: Limiter): LimiterMachine<unknown> {
	switch (limiter.kind) {
		case 'cubic':
			return opaque(cubic(limiter));
		case 'token-bucket':
			return opaque(tokenBucket(limiter));
		case 'adaptive-throttle':
			return opaque(adaptiveThrottle(limiter));
		case 'concurrency':
			return opaque(concurrencyLimiter(limiter));
	}
}

/** Methods take their state bivariantly: who keeps the states of many machines side by side need not know what is in them. */
const opaque = <S>(machine: LimiterMachine<S>): LimiterMachine<unknown> => machine;
