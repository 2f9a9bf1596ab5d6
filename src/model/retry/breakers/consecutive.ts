/**
 * The breaker that counts failures in a row: Linkerd's failure accrual, cockatiel's ConsecutiveBreaker.
 *
 *     closed      a success sets failures = 0; at the max-th failure in a row it opens
 *     open        for penalty(n), n = openings in a row
 *     half-open   one probe: a success closes it and ends the row of openings, a failure opens it again
 *
 * Linkerd: 7 failures, 1 s doubled up to 60 s, jitter 0.5.
 * Source: linkerd2-proxy 29637b6 http/classify consecutive failures; cockatiel 3.2.1 ConsecutiveBreaker, CircuitBreakerPolicy.
 */
import {
	type BreakerMachine,
	type BreakerPlace,
	CLOSED,
	type Phase,
	passes,
	probed,
	unprobed,
} from './breaker-machine.js';
import { type Penalty, penaltyDraws, penaltyUs } from './penalty.js';

export interface ConsecutiveBreaker extends BreakerPlace {
	readonly kind: 'consecutive';
	readonly maxFailures: number;
	readonly penalty: Penalty;
}

export interface ConsecutiveState {
	readonly phase: Phase;
	readonly failures: number;
	readonly openings: number;
}

export function consecutive({
	scope,
	inside,
	maxFailures,
	penalty,
}: ConsecutiveBreaker): BreakerMachine<ConsecutiveState> {
	return {
		scope,
		inside,
		draws: penaltyDraws(penalty),
		start: () => FRESH,
		allows: ({ phase }, nowUs) => passes(phase, nowUs, Number.POSITIVE_INFINITY),
		sent: (s, nowUs) => (s.phase.kind === 'closed' ? s : { ...s, phase: probed(s.phase, nowUs, 1) }),
		refused: (s) => s,
		left: (s, sentUs) => (s.phase.kind === 'half-open' ? { ...s, phase: unprobed(s.phase, sentUs, 1) } : s),
		answered: (s, ok, _tookUs, nowUs, u) => {
			if (s.phase.kind === 'open') return s;
			if (ok) return s.failures === 0 && s.phase.kind === 'closed' ? s : FRESH;
			const failures = s.failures + 1;
			if (s.phase.kind === 'closed' && failures < maxFailures) return { ...s, failures };
			const openings = s.openings + 1;
			return { phase: { kind: 'open', untilUs: nowUs + penaltyUs(penalty, openings, u) }, failures, openings };
		},
	};
}

const FRESH: ConsecutiveState = { phase: CLOSED, failures: 0, openings: 0 };
