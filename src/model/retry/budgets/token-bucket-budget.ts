/**
 * A token bucket fed by traffic: what forbids a retry when too many were made for the calls there were. The engine keeps
 * the tokens, one number per scope, starting at `budget.initial`; these are the only ways it changes.
 */
import type { RatioBucket } from './ratio-bucket.js';

/** A retry passes while tokens >= threshold (> where strict). A bucket that holds nothing forbids all. */
export function mayRetry(budget: RatioBucket, tokens: number): boolean {
	if (budget.capacity <= 0) return false;
	return budget.strict ? tokens > budget.threshold + GRAIN : tokens >= budget.threshold - GRAIN;
}

/** Tokens after a retry: less its cost, never below 0. */
export const spend = (budget: RatioBucket, tokens: number): number => Math.max(0, tokens - budget.cost);

/** Tokens after one credit event: more by the ratio, never above the capacity. */
export const earn = (budget: RatioBucket, tokens: number): number => Math.min(budget.capacity, tokens + budget.ratio);

/**
 * Ten times 0.1 is 0.9999999999999999 in binary fractions, and a client that earned its retry must get it: tokens are
 * compared to within a millionth.
 */
const GRAIN = 1e-6;
