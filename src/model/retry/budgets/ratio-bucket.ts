/** The shape of a token bucket that earns its credit by the ratio of calls. */

import type { Scope } from '../state-scope.js';

/**
 * A token bucket fed by traffic. It starts with `initial` tokens, holds `capacity`, earns `ratio` per credit event, and
 * lets a retry pass while tokens >= threshold (or > threshold where `strict`), taking `cost`.
 */
export interface RatioBucket {
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
