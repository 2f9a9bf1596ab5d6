/** What a client learns from an attempt that failed: why, and when to come back where the answer says so. */
import type { Cause } from './retry/cause.js';

/** The statuses that an edge answers with where it does not serve. */
export const STATUSES = ['500', '502', '503', '504', '429'] as const satisfies readonly Cause[];

export interface Reply {
	readonly cause: Cause;
	/** Retry-After, in us; null: the answer has none */
	readonly retryAfterUs: number | null;
}

/** An error of its own says 500, whoever has no room says 503, unless the world says otherwise. */
export const SERVER_ERROR: Reply = { cause: '500', retryAfterUs: null };
export const UNAVAILABLE: Reply = { cause: '503', retryAfterUs: null };
