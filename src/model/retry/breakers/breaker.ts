/** Every breaker there is, and the machine of each; a cluster's ejection has a face of its own (`ejection.ts`). */

import type { BreakerMachine } from './breaker-machine.js';
import { type ConsecutiveBreaker, consecutive } from './consecutive.js';
import { type CountInWindowBreaker, countInWindow } from './count-in-window.js';
import type { EjectionBreaker } from './ejection.js';
import { type FailTimeoutBreaker, failTimeout } from './fail-timeout.js';
import { type HybridBreaker, hybrid } from './hybrid.js';
import { type RatioWindowBreaker, ratioWindowBreaker } from './ratio-window-breaker.js';

export type SingleBreaker =
	| RatioWindowBreaker
	| ConsecutiveBreaker
	| HybridBreaker
	| CountInWindowBreaker
	| FailTimeoutBreaker;
export type Breaker = SingleBreaker | EjectionBreaker;

/** The machine of a breaker. Its state belongs to it: hand back only what its own steps returned. */
export function breakerMachine(breaker: SingleBreaker): BreakerMachine<unknown> {
	switch (breaker.kind) {
		case 'ratio-window':
			return opaque(ratioWindowBreaker(breaker));
		case 'consecutive':
			return opaque(consecutive(breaker));
		case 'hybrid':
			return opaque(hybrid(breaker));
		case 'count-in-window':
			return opaque(countInWindow(breaker));
		case 'fail-timeout':
			return opaque(failTimeout(breaker));
	}
}

/** Methods take their state bivariantly: who keeps the states of many machines side by side need not know what is in them. */
const opaque = <S>(machine: BreakerMachine<S>): BreakerMachine<unknown> => machine;
