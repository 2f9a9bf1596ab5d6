/**
 * Google's client-side throttling: a client that sees most of its requests refused refuses them itself.
 *
 *     requests = sends of the window, those refused here included;  accepts = those that the backend took
 *     a send is refused with probability   p = max(0, (requests - K accepts) / (requests + 1))
 *
 * so that with a backend that takes c a second of R asked for, min(R, K c) go out: K = 2 lets one refusal by the backend
 * come with each accept, K = 1.1 one with ten. Window two minutes, K 2; it slides by a slot.
 * Source: Google, Site Reliability Engineering, ch. 21 "Handling Overload", equation 21-1.
 */
import { inMask } from '../cause.js';
import { counted, emptyWindow, type Rolling, slotAt, totals } from '../rolling-window.js';
import type { Scope } from '../state-scope.js';
import { deny, go, type LimiterMachine, unmoved } from './limiter-machine.js';

export interface AdaptiveThrottle {
	readonly kind: 'adaptive-throttle';
	readonly scope: Scope;
	readonly k: number;
	readonly windowUs: number;
	readonly slots: number;
	/** mask of the failures that mean that the backend did not take it; any other answer is an accept */
	readonly refusals: number;
}

export interface AdaptiveThrottleState {
	/** requests, accepts */
	readonly window: Rolling;
}

export function adaptiveThrottle(limiter: AdaptiveThrottle): LimiterMachine<AdaptiveThrottleState> {
	const { scope, k, windowUs, slots, refusals } = limiter;
	const slot = (nowUs: number): number => slotAt(nowUs, windowUs / slots);
	return {
		...unmoved<AdaptiveThrottleState>(),
		scope,
		appliesTo: 'tries',
		draws: true,
		start: (nowUs) => ({ window: emptyWindow(slots, 2, slot(nowUs)) }),
		ask: ({ window }, nowUs, u) => {
			const [requests, accepts] = totals(window, slot(nowUs));
			const refused = u < (requests - k * accepts) / (requests + 1);
			const state = { window: counted(window, slot(nowUs), REQUEST) };
			return refused ? deny(state) : go(state);
		},
		answered: (s, cause, nowUs) => {
			if (cause !== null && inMask(refusals, cause)) return s;
			return { window: counted(s.window, slot(nowUs), ACCEPT) };
		},
	};
}

const REQUEST = [1, 0];
const ACCEPT = [0, 1];
