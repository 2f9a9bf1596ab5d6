/**
 * So many sends a second, and a burst: client-go's flowcontrol and workqueue, discord.js.
 *
 *     tokens(t) = min(burst, tokens + (t - then) x rate)
 *     a send takes one;   tokens >= 0 after it: goes,   else waits -tokens / rate (its place is kept), or is denied
 *
 * A token is taken by what is sent alone. Who gives up while it waits leaves its turn to the next one who asks; a turn that
 * nobody has taken when it comes is a token in the bucket. Behind it others keep the time they have been told, so that no
 * turn has two sends, and no stretch of time more than burst + length x rate.
 *
 * Source: golang.org/x/time/rate Limiter.Wait as used by client-go 32ce75a util/flowcontrol, util/workqueue
 * default_rate_limiters.go (there the wait is max(per-item delay, this one)).
 */
import type { Scope } from '../state-scope.js';
import { deny, go, type LimiterMachine, unmoved } from './limiter-machine.js';

export interface TokenBucketLimiter {
	readonly kind: 'token-bucket';
	readonly scope: Scope;
	readonly appliesTo: 'tries' | 'retries';
	readonly ratePerSecond: number;
	readonly burst: number;
	readonly whenEmpty: 'wait' | 'deny';
}

export interface TokenBucketState {
	/** as if every turn that was given were taken */
	readonly tokens: number;
	readonly atUs: number;
	/** turns that were given up, the earliest first */
	readonly free: readonly number[];
}

const NONE: readonly number[] = [];

export function tokenBucket(limiter: TokenBucketLimiter): LimiterMachine<TokenBucketState> {
	const { scope, appliesTo, ratePerSecond, burst, whenEmpty } = limiter;
	const perUs = ratePerSecond / 1e6;
	return {
		...unmoved<TokenBucketState>(),
		scope,
		appliesTo,
		start: (nowUs) => ({ tokens: burst, atUs: nowUs, free: NONE }),
		ask: (s, nowUs) => {
			const accrued = Math.min(burst, s.tokens + (nowUs - s.atUs) * perUs);
			const tokens = accrued - 1;
			const free = s.free.length === 0 ? NONE : stillFree(s.free, nowUs, burst - Math.max(0, accrued));
			if (tokens >= -GRAIN) return go({ tokens: Math.max(0, tokens), atUs: nowUs, free });
			if (free.length > 0 && (free[0] <= nowUs || whenEmpty === 'wait')) {
				const state = { tokens: accrued, atUs: nowUs, free: free.slice(1) };
				return free[0] <= nowUs ? go(state) : { state, decision: 'wait', waitUs: free[0] - nowUs };
			}
			if (whenEmpty === 'deny') return deny(s);
			return { state: { tokens, atUs: nowUs, free }, decision: 'wait', waitUs: -tokens / perUs };
		},
		unsent: (s, dueUs) => ({ ...s, free: [...s.free, dueUs].sort((a, b) => a - b) }),
	};
}

/** Of turns that have come, as many as the bucket has room for. */
function stillFree(free: readonly number[], nowUs: number, room: number): readonly number[] {
	const past = free.filter((us) => us <= nowUs);
	return [...past.slice(Math.max(0, past.length - Math.floor(room + GRAIN))), ...free.slice(past.length)];
}

/** Ten times a tenth of a second is a hair less than a token: a send that waited its time must go. */
const GRAIN = 1e-9;
