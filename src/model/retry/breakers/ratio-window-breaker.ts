/**
 * The breaker that looks at a failure ratio: Polly and .NET, resilience4j, opossum, cockatiel's CountBreaker. (Its
 * SamplingBreaker moves its windows on with answers instead of the clock, and is another machine.)
 *
 *     closed       each answer is counted in the window; after a failure (r4j: after any answer)
 *                  all >= minCalls and failed / all >= ratio (strict: >), or slow / all >= slow.ratio, opens it
 *     open         for penalty(n), n = openings in a row; answers that still come are counted
 *     half-open    `probes` sends pass; when so many have answered, the same ratios over them close or reopen it
 *     closing      empties the window (empty), keeps it (kept: opossum), or begins it with the probe (probe: cockatiel)
 *
 * | of                | window       | minCalls | ratio     | open  | probes | besides |
 * |-------------------|--------------|----------|-----------|-------|--------|---------|
 * | .NET handler      | 30 s         | 100      | >= 0.1    | 5 s   | 1      | another probe every 5 s |
 * | resilience4j      | 100 calls    | 100      | >= 0.5    | 60 s  | 10     | slow: all over 60 s |
 * | opossum           | 10 x 1 s     | 0        | > 0.5     | 30 s  | 1      | all = sends, those kept back included |
 * | cockatiel count   | size         | size     | >         | given | 1      | penalty may grow |
 *
 * Source: Polly 173d6d1 CircuitBreaker/Controller; resilience4j af9e7c9 CircuitBreakerStateMachine; opossum 9.0.0
 * lib/circuit.js, lib/status.js; cockatiel 3.2.1 CountBreaker, CircuitBreakerPolicy.
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
import {
	type BreakerSample,
	emptySample,
	NO_SAMPLES,
	plus,
	type SampleCounts,
	type SampleWindow,
	sampled,
	sumOf,
} from './sample.js';

export interface RatioWindowBreaker extends BreakerPlace {
	readonly kind: 'ratio-window';
	readonly window: SampleWindow;
	readonly ratio: number;
	readonly strict: boolean;
	readonly minCalls: number;
	/** a call that takes longer is slow, and too many of them open it; null: nobody looks */
	readonly slow: { readonly overUs: number; readonly ratio: number } | null;
	/** what `all` counts: answers, or sends, those kept back included (over a time window only) */
	readonly counts: 'answers' | 'sends';
	readonly penalty: Penalty;
	readonly probes: number;
	/** a further probe may go so long after one without an answer; Infinity: never */
	readonly probeAgainUs: number;
	readonly onClose: 'empty' | 'kept' | 'probe';
}

export interface RatioWindowBreakerState {
	readonly phase: Phase;
	/** openings in a row */
	readonly openings: number;
	readonly sample: BreakerSample;
	/** what the probes said */
	readonly trial: SampleCounts;
}

type State = RatioWindowBreakerState;

export function ratioWindowBreaker(breaker: RatioWindowBreaker): BreakerMachine<State> {
	const { scope, inside, window, ratio, strict, minCalls, slow, counts, penalty, probes, probeAgainUs } = breaker;
	const bySends = counts === 'sends';

	const tooBad = ({ all, failed, slow: late }: SampleCounts): boolean => {
		if (all === 0) return false;
		const share = failed / all;
		return (strict ? share > ratio : share >= ratio) || (slow !== null && late / all >= slow.ratio);
	};
	const opened = (s: State, nowUs: number, u: number): State => {
		const openings = s.openings + 1;
		const untilUs = nowUs + penaltyUs(penalty, openings, u);
		return { ...s, phase: { kind: 'open', untilUs }, openings, trial: NO_SAMPLES };
	};
	const closed = (s: State, counts: SampleCounts, nowUs: number): State => {
		const fresh = breaker.onClose === 'kept' ? s.sample : emptySample(window, nowUs);
		const sample = breaker.onClose === 'probe' ? sampled(window, fresh, counts, nowUs) : fresh;
		return { phase: CLOSED, openings: 0, sample, trial: NO_SAMPLES };
	};
	const countedSend = (s: State, nowUs: number): State =>
		bySends ? { ...s, sample: sampled(window, s.sample, SEND, nowUs) } : s;
	return {
		scope,
		inside,
		draws: penaltyDraws(penalty),
		start: (nowUs) => ({ phase: CLOSED, openings: 0, sample: emptySample(window, nowUs), trial: NO_SAMPLES }),
		allows: ({ phase }, nowUs) => passes(phase, nowUs, probeAgainUs),
		sent: (s, nowUs) =>
			countedSend(s.phase.kind === 'closed' ? s : { ...s, phase: probed(s.phase, nowUs, probes) }, nowUs),
		refused: countedSend,
		left: (s, sentUs) => (s.phase.kind === 'half-open' ? { ...s, phase: unprobed(s.phase, sentUs, probes) } : s),
		answered: (s, ok, tookUs, nowUs, u) => {
			const counts = { all: 1, failed: ok ? 0 : 1, slow: slow !== null && tookUs > slow.overUs ? 1 : 0 };
			const added = bySends ? { ...counts, all: 0 } : counts;
			const next = { ...s, sample: sampled(window, s.sample, added, nowUs) };
			if (s.phase.kind === 'open') return next;
			if (s.phase.kind === 'half-open') {
				const trial = plus(s.trial, counts);
				if (trial.all < probes) return { ...next, trial };
				return tooBad(trial) ? opened(next, nowUs, u) : closed(next, counts, nowUs);
			}
			// Without a rule for slow calls only a failure can tip it.
			if (ok && slow === null) return next;
			const sum = sumOf(window, next.sample, nowUs);
			return sum.all >= minCalls && tooBad(sum) ? opened(next, nowUs, u) : next;
		},
	};
}

const SEND: SampleCounts = { all: 1, failed: 0, slow: 0 };
