/**
 * Spring Retry's @CircuitBreaker: so many failures since the count began, with no half-open state and no credit for
 * successes. All that happens, happens when somebody asks:
 *
 *     failures < max     passes; where t - start > window the count begins anew
 *     failures >= max    t - start > reset: the count begins anew, passes
 *                        t - start < window: kept back, and the first time so start = t (it has opened)
 *                        else: kept back
 *
 * Max 3 within 5 s, reset after 20 s. An opened breaker stays so until more than `reset` after it opened.
 * Source: spring-retry c8977dd CircuitBreakerRetryPolicy.CircuitBreakerRetryContext.isOpen.
 */
import type { BreakerMachine, BreakerPlace } from './breaker-machine.js';

export interface CountInWindowBreaker extends BreakerPlace {
	readonly kind: 'count-in-window';
	readonly maxFailures: number;
	readonly windowUs: number;
	readonly resetUs: number;
}

export interface CountInWindowState {
	readonly startUs: number;
	readonly failures: number;
	readonly opened: boolean;
}

export function countInWindow(breaker: CountInWindowBreaker): BreakerMachine<CountInWindowState> {
	const { scope, inside, maxFailures, windowUs, resetUs } = breaker;
	const fresh = (nowUs: number): CountInWindowState => ({ startUs: nowUs, failures: 0, opened: false });
	return {
		scope,
		inside,
		draws: false,
		start: fresh,
		allows: ({ startUs, failures }, nowUs) => failures < maxFailures || nowUs - startUs > resetUs,
		sent: (s, nowUs) => {
			const over = nowUs - s.startUs > (s.failures < maxFailures ? windowUs : resetUs);
			return over ? fresh(nowUs) : s;
		},
		refused: (s, nowUs) => {
			if (s.opened) return s;
			return { ...s, opened: true, startUs: nowUs - s.startUs < windowUs ? nowUs : s.startUs };
		},
		left: (s) => s,
		answered: (s, ok) => (ok ? s : { ...s, failures: s.failures + 1 }),
	};
}
