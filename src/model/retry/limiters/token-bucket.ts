/**
 * So many sends a second, and a burst: client-go's flowcontrol and workqueue, discord.js.
 *
 *     tokens(t) = min(burst, tokens + (t - then) x rate)
 *     a send takes one;   tokens >= 0 after it: goes,   else waits -tokens / rate (its place is kept), or is denied
 *
 * Who gives up while it waits takes its token along: behind it others have been told their time already.
 *
 * Source: golang.org/x/time/rate Limiter.Wait as used by client-go 32ce75a util/flowcontrol, util/workqueue
 * default_rate_limiters.go (there the wait is max(per-item delay, this one)).
 */
import type { Scope } from '../state-scope.js';
import { deny, go, type LimiterMachine, unmoved } from './machine.js';

export interface TokenBucketLimiter {
	readonly kind: 'token-bucket';
	readonly scope: Scope;
	readonly appliesTo: 'tries' | 'retries';
	readonly ratePerSecond: number;
	readonly burst: number;
	readonly whenEmpty: 'wait' | 'deny';
}

export interface TokenBucketState {
	readonly tokens: number;
	readonly atUs: number;
}

export function tokenBucket(limiter: TokenBucketLimiter): LimiterMachine<TokenBucketState> {
	const { scope, appliesTo, ratePerSecond, burst, whenEmpty } = limiter;
	const perUs = ratePerSecond / 1e6;
	return {
		...unmoved<TokenBucketState>(),
		scope,
		appliesTo,
		start: (nowUs) => ({ tokens: burst, atUs: nowUs }),
		ask: (s, nowUs) => {
			const tokens = Math.min(burst, s.tokens + (nowUs - s.atUs) * perUs) - 1;
			if (tokens >= -GRAIN) return go({ tokens: Math.max(0, tokens), atUs: nowUs });
			if (whenEmpty === 'deny') return deny(s);
			return { state: { tokens, atUs: nowUs }, verdict: 'wait', waitUs: -tokens / perUs };
		},
	};
}

/** Ten times a tenth of a second is a hair less than a token: a send that waited its time must go. */
const GRAIN = 1e-9;
