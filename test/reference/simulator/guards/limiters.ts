/** What holds sends back, first tries included: each is the formula at the head of its file in src/model/retry/limiters. */

import type { Cause } from '../../../../src/model/retry/cause.js';
import type { AdaptiveThrottle } from '../../../../src/model/retry/limiters/adaptive-throttle.js';
import type { ConcurrencyLimiter } from '../../../../src/model/retry/limiters/concurrency.js';
import type { Limiter } from '../../../../src/model/retry/limiters/limiter.js';
import type { TokenBucketLimiter } from '../../../../src/model/retry/limiters/token-bucket-limiter.js';
import type { Chance } from '../chance.js';
import { isIn } from '../clients/causes.js';
import { cubic } from './cubic.js';
import { newWindow } from './window.js';

/** go: now; wait: then, its place is kept; ask-again: then; queue: when told so; deny: it fails here. */
export type Verdict = { kind: 'go' | 'queue' | 'deny' } | { kind: 'wait' | 'ask-again'; us: number };

export interface LimiterState {
	/** a question without effect: would it be denied now? */
	wouldDeny(): boolean;
	/** @param goes what is to happen once a queued send may go */
	ask(goes: () => void): Verdict;
	answered(cause: Cause | null): void;
	/** what was let through is over */
	released(): void;
	/** a queued send has given up */
	left(goes: () => void): void;
}

export function newLimiter(limiter: Limiter, now: () => number, chance: Chance): LimiterState {
	switch (limiter.kind) {
		case 'token-bucket':
			return tokenBucket(limiter, now);
		case 'adaptive-throttle':
			return adaptiveThrottle(limiter, now, chance);
		case 'concurrency':
			return concurrency(limiter);
		case 'cubic':
			return cubic(limiter, now);
	}
}

const indifferent = { wouldDeny: () => false, answered() {}, released() {}, left() {} };

function tokenBucket({ ratePerSecond, burst, whenEmpty }: TokenBucketLimiter, now: () => number): LimiterState {
	let [tokens, atUs] = [burst, now()];
	const filled = (): number => Math.min(burst, tokens + ((now() - atUs) / 1e6) * ratePerSecond);
	/** A token that is there but for the dust of floats is there. */
	const isThere = (amount: number): boolean => amount >= -1e-9;
	return {
		...indifferent,
		wouldDeny: () => whenEmpty === 'deny' && !isThere(filled() - 1),
		ask() {
			const after = filled() - 1;
			if (!isThere(after) && whenEmpty === 'deny') return { kind: 'deny' };
			[tokens, atUs] = [after, now()];
			return isThere(after) ? { kind: 'go' } : { kind: 'wait', us: Math.round((-after / ratePerSecond) * 1e6) };
		},
	};
}

function adaptiveThrottle(
	{ k, windowUs, slots, refusals }: AdaptiveThrottle,
	now: () => number,
	chance: Chance,
): LimiterState {
	const [requests, accepts] = [newWindow(windowUs, slots), newWindow(windowUs, slots)];
	return {
		...indifferent,
		ask() {
			const all = requests.total(now());
			const refuses = Math.max(0, (all - k * accepts.total(now())) / (all + 1));
			requests.add(now());
			return { kind: refuses > 0 && chance() < refuses ? 'deny' : 'go' };
		},
		answered(cause) {
			if (cause === null || !isIn(refusals, cause)) accepts.add(now());
		},
	};
}

function concurrency({ permits, queue }: ConcurrencyLimiter): LimiterState {
	let inUse = 0;
	const parked: (() => void)[] = [];
	return {
		...indifferent,
		wouldDeny: () => inUse >= permits && parked.length >= queue,
		ask(goes) {
			if (inUse < permits) {
				inUse += 1;
				return { kind: 'go' };
			}
			if (parked.length >= queue) return { kind: 'deny' };
			parked.push(goes);
			return { kind: 'queue' };
		},
		released() {
			const next = parked.shift();
			if (next === undefined) inUse -= 1;
			else next();
		},
		left(goes) {
			parked.splice(parked.indexOf(goes), 1);
		},
	};
}
