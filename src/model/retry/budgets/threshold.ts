/**
 * gRPC's retry throttling: every failure that a retry could answer takes a token, the first try's too, every success
 * brings a fraction of one, and retries pass while more than half of the bucket is there.
 *
 *     an attempt fails, retryable   tokens = max(0, tokens - 1)
 *     a call ends well              tokens = min(max, tokens + ratio)
 *     a retry                       passes iff tokens > max / 2; it takes nothing itself
 *
 * Counted in thousandths: the ratio has three decimals, and grpc-go and grpc-java count so (grpc-js adds floating point
 * numbers, and may differ where the tokens are exactly half). grpc-js asks after the back-off, the others before it.
 * Source: gRPC proposal A6 "Throttling Retry Attempts and Hedged RPCs"; @grpc/grpc-js 1.14.7 RetryThrottler.
 */
import type { Scope } from '../state-scope.js';
import { type BudgetMachine, unmoved } from './budget-machine.js';

export interface ThresholdBudget {
	readonly kind: 'threshold';
	readonly scope: Scope;
	readonly max: number;
	/** tokens per success; what is beyond the third decimal is dropped */
	readonly ratio: number;
	readonly checked: 'decision' | 'after-backoff';
}

export interface ThresholdState {
	readonly thousandths: number;
}

export function threshold({ scope, max, ratio, checked }: ThresholdBudget): BudgetMachine<ThresholdState> {
	const full = thousandths(max);
	const earned = thousandths(ratio);
	return {
		...unmoved<ThresholdState>(),
		scope,
		checked,
		costOf: () => 1,
		start: () => ({ thousandths: full }),
		allows: (s) => s.thousandths > full / 2,
		failed: (s, _cause, retryable) => (retryable ? { thousandths: Math.max(0, s.thousandths - 1000) } : s),
		ended: (s, { ok }) => (ok && s.thousandths < full ? { thousandths: Math.min(full, s.thousandths + earned) } : s),
	};
}

/** 0.1 x 1000 is a whole number in binary fractions too, but 0.29 x 1000 falls short of 290 by a hair. */
const thousandths = (x: number): number => Math.floor(x * 1000 + 1e-6);
