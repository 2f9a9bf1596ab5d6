/**
 * Finagle's failure accrual for an endpoint, and Linkerd's unified one: dead after so many failures in a row, or when
 * the success rate of the last while has fallen too low, whichever comes first.
 *
 *     rate       r = x (1 - w) + r w,   w = exp(-(t - then) / window),   x = 1 for a success, 0 for a failure
 *     closed     a failure opens it where  failures in a row >= max
 *                or  t - alive since >= window  and  answers since >= minCalls  and  r < rate
 *     open       for penalty(n), n = openings in a row
 *     half-open  one probe: a success revives it with nothing remembered, a failure opens it again
 *
 * Finagle: 5 in a row, 0.8 over 30 s, 5 answers; penalty 5 s, then equal jitter up to 300 s. There each of the two rules
 * keeps its own row of penalties; here they share one.
 * Source: finagle 4feb34c liveness/FailureAccrualPolicy.scala, FailureAccrualFactory.scala, util/Ema.scala.
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

export interface HybridBreaker extends BreakerPlace {
	readonly kind: 'hybrid';
	readonly maxFailures: number;
	readonly successRate: number;
	readonly windowUs: number;
	readonly minCalls: number;
	readonly penalty: Penalty;
}

export interface HybridState {
	readonly phase: Phase;
	readonly failures: number;
	readonly openings: number;
	readonly aliveUs: number;
	/** answers since then */
	readonly calls: number;
	readonly rate: number;
	/** when the rate was last moved */
	readonly ratedUs: number;
}

export function hybrid(breaker: HybridBreaker): BreakerMachine<HybridState> {
	const { scope, inside, maxFailures, successRate, windowUs, minCalls, penalty } = breaker;
	const alive = (nowUs: number): HybridState => ({
		phase: CLOSED,
		failures: 0,
		openings: 0,
		aliveUs: nowUs,
		calls: 0,
		rate: 1,
		ratedUs: nowUs,
	});
	const rated = (s: HybridState, ok: boolean, nowUs: number): HybridState => {
		const weight = s.calls === 0 ? 0 : Math.exp(-(nowUs - s.ratedUs) / windowUs);
		const rate = (ok ? 1 : 0) * (1 - weight) + s.rate * weight;
		return { ...s, rate, ratedUs: nowUs, calls: s.calls + 1, failures: ok ? 0 : s.failures + 1 };
	};
	const dies = (s: HybridState, nowUs: number): boolean =>
		s.failures >= maxFailures ||
		(nowUs - s.aliveUs >= windowUs && s.calls >= minCalls && s.rate < successRate) ||
		s.phase.kind === 'half-open';
	return {
		scope,
		inside,
		draws: penaltyDraws(penalty),
		start: alive,
		allows: ({ phase }, nowUs) => passes(phase, nowUs, Number.POSITIVE_INFINITY),
		sent: (s, nowUs) => (s.phase.kind === 'closed' ? s : { ...s, phase: probed(s.phase, nowUs, 1) }),
		refused: (s) => s,
		left: (s, sentUs) => (s.phase.kind === 'half-open' ? { ...s, phase: unprobed(s.phase, sentUs, 1) } : s),
		answered: (s, ok, _tookUs, nowUs, u) => {
			if (ok && s.phase.kind === 'half-open') return alive(nowUs);
			const next = rated(s, ok, nowUs);
			if (ok || s.phase.kind === 'open' || !dies(next, nowUs)) return next;
			const openings = s.openings + 1;
			return { ...next, openings, phase: { kind: 'open', untilUs: nowUs + penaltyUs(penalty, openings, u) } };
		},
	};
}
