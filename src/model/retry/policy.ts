/**
 * A retry policy: one layer of a client's stack, inside out (SDK, mesh, a person who reloads). Which failures are tried
 * again, how often, after how long, and what forbids it.
 */
import type { AttemptOutcome } from '../attempt.js';
import type { Distribution } from '../distributions/distribution.js';
import type { DelayLaw } from './backoff/backoff.js';
import type { Breaker } from './breakers/breaker.js';
import type { MachineBudget } from './budgets/budget.js';
import type { RatioBucket } from './budgets/ratio-bucket.js';
import type { Cause } from './cause.js';
import type { HedgeLaw } from './hedge.js';
import type { Limiter } from './limiters/limiter.js';
import type { RetryAfterLaw } from './retry-after.js';

/** What forbids retries once there were too many: the plain bucket of every study, or one of the machines of real clients. */
export type Budget = RatioBucket | MachineBudget;

export type RetryTarget = 'repick' | 'same' | 'avoid-previous' | 'next-node' | 'next-region';

/** What a policy may try again: an outcome of the model whatever it was answered, or a cause. */
export type Retryable = Extract<AttemptOutcome, 'error' | 'rejected' | 'shed'> | Cause;

/** One layer of a stack. */
export interface RetryPolicy {
	readonly name: string;
	/** it limits the whole call of the layer inside of it, and is no layer that anybody wrote */
	readonly isLimit: boolean;
	/** false: at the edge its sends look like first attempts (a person's reload); true: they carry a retry mark */
	readonly marked: boolean;
	/** sends of this layer, the first included; Infinity = unlimited */
	readonly attempts: number;
	/** another number of sends after failures of these causes (masks); the first that has the cause counts */
	readonly attemptsFor: readonly { readonly causes: number; readonly attempts: number }[];
	readonly on: readonly Retryable[];
	/** answers are tried again for requests of these methods alone, failures of the network for these; idempotent: as the class says; null = all */
	readonly methods: readonly string[] | 'idempotent' | null;
	readonly networkMethods: readonly string[] | 'idempotent' | null;
	/** drawn after each failed try, 0..1 */
	readonly probability: number;
	readonly delay: DelayLaw;
	/** what it makes of the Retry-After of an answer; null = nothing */
	readonly retryAfter: RetryAfterLaw | null;
	readonly target: RetryTarget;
	/** covers one whole try of this layer, the inner layers' retries included; null = none */
	readonly timeout: Distribution | null;
	/** no try starts so long after the call of this layer began; null = no such rule */
	readonly lastTryUs: number | null;
	readonly budget: Budget | null;
	readonly limiter: Limiter | null;
	readonly breaker: Breaker | null;
	readonly hedge: HedgeLaw | null;
}

/** Layers as their author wrote them: limits on whole calls are none. */
export const writtenLayers = (layers: readonly RetryPolicy[]): RetryPolicy[] =>
	layers.filter(({ isLimit }) => !isLimit);

/** Of each layer of a stack, which of the written ones it is; a limit belongs to the layer inside of it. */
export const writtenIndex = (layers: readonly RetryPolicy[]): number[] =>
	layers.map((_, k) => Math.max(0, writtenLayers(layers.slice(0, k + 1)).length - 1));
