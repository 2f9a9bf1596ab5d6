/** Budgets, limiters and breakers as the model has them. */
import type { Breaker } from '../../../model/retry/breakers/breaker.js';
import type { Penalty } from '../../../model/retry/breakers/penalty.js';
import type { Limiter } from '../../../model/retry/limiters/limiter.js';
import { failureMask } from '../../../model/retry/outcome-causes.js';
import type { Budget } from '../../../model/retry/policy.js';
import type { Path } from '../../document/yaml-source.js';
import { type CauseName, failuresOf } from '../../schema/causes.js';
import type { BreakerFields, BudgetFields, LimiterFields, PenaltyFields } from '../../schema/guards.js';
import type { ResolveContext } from '../context.js';

/** A set of failures; its words are written out once the world is known (`withCauses`). */
export const maskOf = (names: readonly CauseName[]): number => failureMask(failuresOf(names));

/** What is said by cause, as masks in the order of the file. */
export function byCause<T>(of: Readonly<Partial<Record<CauseName, T>>>): { causes: number; value: T }[] {
	return Object.entries(of).map(([name, value]) => ({ causes: maskOf([name as CauseName]), value: value as T }));
}

export function buildBudget(written: BudgetFields, problems: ResolveContext['problems'], path: Path): Budget {
	const { scope } = written;
	const initialOf = ({ capacity, initial = capacity }: { capacity: number; initial?: number }): number => {
		if (initial > capacity) {
			problems.error(
				[...path, 'initial'],
				`found ${initial} tokens for a bucket of ${capacity}, at most that would do`,
			);
		}
		return initial;
	};
	switch (written.kind) {
		case 'ratio-bucket':
			return { ...written, initial: initialOf(written) };
		case 'quota':
			return {
				...written,
				initial: initialOf(written),
				costFor: byCause(written.costFor).map(({ causes, value }) => ({ causes, cost: value })),
			};
		case 'threshold':
			return written;
		case 'ttl-window': {
			const { ttl, minPerSecond, ...same } = written;
			return { ...same, ttlUs: ttl, perSecond: minPerSecond };
		}
		case 'concurrency': {
			const { max, share, least } = written;
			const fixed = max === 'unlimited' ? Number.POSITIVE_INFINITY : Number(max);
			const limit =
				share === undefined ? { kind: 'fixed' as const, max: fixed } : { kind: 'share' as const, share, least };
			return { kind: 'concurrency', scope, limit };
		}
		case 'ratio-window': {
			const { window, leastPer = window, ...same } = written;
			return { ...same, windowUs: window, leastUs: leastPer };
		}
		case 'failure-ratio': {
			const { window, slots, ...same } = written;
			const whole = { windowUs: Number.POSITIVE_INFINITY, slots: 1 };
			return { ...same, ...(window === undefined ? whole : { windowUs: window, slots }) };
		}
	}
}

export function buildLimiter(written: LimiterFields): Limiter {
	switch (written.kind) {
		case 'token-bucket': {
			const { rate, ...same } = written;
			return { ...same, ratePerSecond: rate };
		}
		case 'cubic': {
			const { throttles, minFill, startFill, ...same } = written;
			return { ...same, throttles: maskOf(throttles), minFillPerSecond: minFill, startFillPerSecond: startFill };
		}
		case 'adaptive-throttle': {
			const { window, refusals, ...same } = written;
			return { ...same, windowUs: window, refusals: maskOf(refusals) };
		}
		case 'concurrency':
			return written;
	}
}

const penaltyOf = (written: PenaltyFields): Penalty => {
	if (typeof written === 'number') return { kind: 'fixed', us: written };
	const { growth, base, multiplier, cap, jitter } = written;
	if (growth === 'equal-then-exp') return { kind: growth, baseUs: base, capUs: cap };
	return { kind: growth, baseUs: base, multiplier, capUs: cap, jitter };
};

export function buildBreaker(written: BreakerFields): Breaker {
	switch (written.kind) {
		case 'ratio-window': {
			const { window, windowCalls, slots, slow, open, probeAgain, ...same } = written;
			return {
				...same,
				// The schema has seen to it that one of the two is there.
				window:
					window === undefined
						? { kind: 'calls', calls: Number(windowCalls) }
						: { kind: 'time', windowUs: window, slots },
				slow: slow === undefined ? null : { overUs: slow.over, ratio: slow.ratio },
				penalty: penaltyOf(open),
				probeAgainUs: probeAgain === undefined ? Number.POSITIVE_INFINITY : probeAgain,
			};
		}
		case 'consecutive': {
			const { failures, open, ...same } = written;
			return { ...same, maxFailures: failures, penalty: penaltyOf(open) };
		}
		case 'hybrid': {
			const { failures, window, open, ...same } = written;
			return { ...same, maxFailures: failures, windowUs: window, penalty: penaltyOf(open) };
		}
		case 'count-in-window': {
			const { failures, window, open, ...same } = written;
			return { ...same, maxFailures: failures, windowUs: window, resetUs: open };
		}
		case 'fail-timeout': {
			const { failures, timeout, ...same } = written;
			return { ...same, maxFailures: failures, failTimeoutUs: timeout };
		}
		case 'consecutive-ejection': {
			const { kind, failures, sweep, base, max, jitter, maxShare, atLeastOne, panic } = written;
			return {
				...{ kind, maxFailures: failures, sweepUs: sweep, baseUs: base, maxUs: max, jitterUs: jitter },
				...{ maxShare, atLeastOne, panic },
			};
		}
	}
}
