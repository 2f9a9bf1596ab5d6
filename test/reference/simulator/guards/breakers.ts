/** Circuit breakers: each is the formula at the head of its file in src/model/retry/breakers. */
import type { SingleBreaker } from '../../../../src/model/retry/breakers/breaker.js';
import type { ConsecutiveBreaker } from '../../../../src/model/retry/breakers/consecutive.js';
import type { CountInWindowBreaker } from '../../../../src/model/retry/breakers/count-in-window.js';
import type { FailTimeoutBreaker } from '../../../../src/model/retry/breakers/fail-timeout.js';
import type { HybridBreaker } from '../../../../src/model/retry/breakers/hybrid.js';
import type { Penalty } from '../../../../src/model/retry/breakers/penalty.js';
import type { Chance } from '../chance.js';
import { newPhases } from './phases.js';
import { ratioBreaker } from './ratio-breaker.js';

export interface BreakerState {
	/** a question without effect */
	allows(): boolean;
	sent(): void;
	refused(): void;
	answered(ok: boolean, tookUs: number): void;
}

export function newBreaker(breaker: SingleBreaker, now: () => number, chance: Chance): BreakerState {
	switch (breaker.kind) {
		case 'ratio-window':
			return ratioBreaker(breaker, now, chance);
		case 'consecutive':
			return consecutive(breaker, now, chance);
		case 'hybrid':
			return hybrid(breaker, now, chance);
		case 'count-in-window':
			return countInWindow(breaker, now);
		case 'fail-timeout':
			return failTimeout(breaker, now);
	}
}

/** Length of the n-th opening in a row. */
export function penaltyUs(penalty: Penalty, n: number, chance: Chance): number {
	switch (penalty.kind) {
		case 'fixed':
			return penalty.us;
		case 'exponential': {
			const grown = Math.min(penalty.capUs, penalty.baseUs * penalty.multiplier ** (n - 1));
			return Math.min(penalty.capUs, grown * (1 + penalty.jitter * chance()));
		}
		case 'equal-then-exp': {
			if (n === 1) return penalty.baseUs;
			const half = Math.min(penalty.capUs, penalty.baseUs * 2 ** (n - 2));
			return Math.min(penalty.capUs, half + half * chance());
		}
	}
}

function consecutive({ maxFailures, penalty }: ConsecutiveBreaker, now: () => number, chance: Chance): BreakerState {
	const phases = newPhases(now, (n) => penaltyUs(penalty, n, chance));
	let failures = 0;
	return {
		...phases,
		refused() {},
		answered(ok) {
			const { kind } = phases.state();
			if (kind === 'closed') failures = ok ? 0 : failures + 1;
			if (kind === 'closed' && failures >= maxFailures) phases.open();
			if (kind !== 'half-open') return;
			failures = 0;
			if (ok) phases.close();
			else phases.open();
		},
	};
}

function hybrid(
	{ maxFailures, successRate, windowUs, minCalls, penalty }: HybridBreaker,
	now: () => number,
	chance: Chance,
): BreakerState {
	const phases = newPhases(now, (n) => penaltyUs(penalty, n, chance));
	let [failures, calls, rate, aliveUs, ratedUs] = [0, 0, 1, now(), now()];
	function revive() {
		[failures, calls, rate, aliveUs, ratedUs] = [0, 0, 1, now(), now()];
		phases.close();
	}
	return {
		...phases,
		refused() {},
		answered(ok) {
			const { kind } = phases.state();
			if (kind === 'half-open') return ok ? revive() : phases.open();
			if (kind === 'open') return;
			const weight = Math.exp(-(now() - ratedUs) / windowUs);
			rate = (ok ? 1 : 0) * (1 - weight) + rate * weight;
			ratedUs = now();
			calls += 1;
			failures = ok ? 0 : failures + 1;
			const isLow = now() - aliveUs >= windowUs && calls >= minCalls && rate < successRate;
			if (!ok && (failures >= maxFailures || isLow)) phases.open();
		},
	};
}

/** All that happens, happens when somebody asks; here when a send was let through or kept back. */
function countInWindow({ maxFailures, windowUs, resetUs }: CountInWindowBreaker, now: () => number): BreakerState {
	let [failures, startUs, opened] = [0, now(), false];
	const anew = (): void => {
		[failures, startUs, opened] = [0, now(), false];
	};
	return {
		allows: () => failures < maxFailures || now() - startUs > resetUs,
		sent() {
			if (now() - startUs > (failures < maxFailures ? windowUs : resetUs)) anew();
		},
		refused() {
			if (now() - startUs >= windowUs || opened) return;
			opened = true;
			startUs = now();
		},
		answered(ok) {
			if (!ok) failures += 1;
		},
	};
}

/** NGINX's clock has whole seconds. */
function failTimeout({ maxFailures, failTimeoutUs }: FailTimeoutBreaker, now: () => number): BreakerState {
	let [failures, failedUs, checkedUs] = [0, 0, 0];
	const second = (us: number): number => Math.floor(us / 1e6);
	const isLate = (): boolean => second(now()) - second(checkedUs) > failTimeoutUs / 1e6;
	return {
		allows: () => failures < maxFailures || isLate(),
		sent() {
			if (isLate()) checkedUs = now();
		},
		refused() {},
		answered(ok) {
			if (!ok) {
				failures += 1;
				failedUs = now();
				checkedUs = now();
			} else if (failedUs < checkedUs) failures = 0;
		},
	};
}
