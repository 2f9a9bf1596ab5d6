/**
 * A retry policy: one layer of a client's stack, inside out (SDK, mesh, a person who reloads). Which outcomes are tried
 * again, how often, after how long, and what forbids it.
 */
import type { Outcome } from '../attempt.js';
import type { Distribution } from '../distribution.js';

/** What the delay before retry n (n = 1, 2, ...) grows like; the formula stands at `backoff.ts`. */
export type Growth =
	| { readonly kind: 'fixed'; readonly baseUs: number }
	| { readonly kind: 'linear'; readonly baseUs: number; readonly stepUs: number; readonly capUs: number }
	| { readonly kind: 'exponential'; readonly baseUs: number; readonly multiplier: number; readonly capUs: number }
	| { readonly kind: 'decorrelated'; readonly baseUs: number; readonly capUs: number }
	/** drawn from the n-th law, the last one repeated */
	| { readonly kind: 'drawn'; readonly waits: readonly Distribution[] };

/** What chance makes of it: full U(0, x); equal x/2 + U(0, x/2); scale x U(from, to). Decorrelated and drawn delays take none. */
export type Jitter =
	| { readonly kind: 'none' }
	| { readonly kind: 'full' }
	| { readonly kind: 'equal' }
	| { readonly kind: 'scale'; readonly from: number; readonly to: number };

/** Where state of a client is kept: per instance, per (region, platform) pool, or one for the whole population. */
export type Scope = 'instance' | 'destination' | 'population';

/**
 * A token bucket fed by traffic. It starts with `initial` tokens, holds `capacity`, earns `ratio` per credit event, and
 * lets a retry pass while tokens >= threshold (or > threshold where `strict`), taking `cost`.
 */
export interface Budget {
	readonly kind: 'ratio-bucket';
	readonly ratio: number;
	readonly capacity: number;
	readonly initial: number;
	readonly cost: number;
	readonly threshold: number;
	readonly strict: boolean;
	/** per-call: when a logical call of this layer starts; per-success: when one ends well; per-first-success: at its first try */
	readonly credit: 'per-call' | 'per-success' | 'per-first-success';
	readonly scope: Scope;
}

export type RetryTarget = 'repick' | 'same' | 'avoid-previous' | 'next-region';

/** One layer of a stack. */
export interface RetryPolicy {
	readonly name: string;
	/** false: at the edge its sends look like first attempts (a person's reload); true: they carry a retry mark */
	readonly marked: boolean;
	/** sends of this layer, the first included; Infinity = unlimited */
	readonly attempts: number;
	readonly on: readonly Outcome[];
	/** drawn after each failed try, 0..1 */
	readonly probability: number;
	readonly growth: Growth;
	readonly jitter: Jitter;
	readonly target: RetryTarget;
	/** covers one whole try of this layer, the inner layers' retries included; null = none */
	readonly timeout: Distribution | null;
	readonly budget: Budget | null;
}
