/** The decision log: what a rollout's machinery and its people saw, and what they did about it. */
import type { CheckResult } from '../gates/condition.js';

/**
 * One line of the decision log. Instants from t = 0; `seen` and `limit` are shares (ratios where the metric is one; scores of
 * 0 to 100 where gates are scored), `samples` a count.
 */
export interface Decision {
	readonly atUs: number;
	readonly rollout: string;
	readonly by: 'plan' | 'gate' | 'auto-revert' | 'between' | 'people';
	/** what was decided or done */
	readonly what:
		| 'push'
		| 'blocked'
		| 'waiting'
		| 'measured'
		| 'scored'
		| 'passed'
		| 'tripped'
		| 'would-trip'
		| 'inconclusive'
		| 'paused'
		| 'frozen'
		| 'paged'
		| 'approved'
		| 'refused'
		| 'detected'
		| 'declared'
		| 'diagnosed'
		| 'decided'
		| 'locked-out'
		| 'revert'
		| 'wave'
		| 'reverted'
		| 'completed'
		| 'stood-down';
	readonly stage: string;
	/** the check that was measured; null: nothing was */
	readonly check: string | null;
	readonly seen: number | null;
	readonly limit: number | null;
	readonly samples: number | null;
	/** of its failures or slow answers: how many were sent before the push of the stage; absent: none */
	readonly sentBeforePush?: number;
	/** length of the window that was read, where the deploy clipped it; absent: the whole window */
	readonly clippedToUs?: number;
	/** of `paused`: too many measurements were inconclusive; absent: the check failed */
	readonly inconclusive?: true;
	/** what the measurement said by itself */
	readonly outcome: CheckResult | null;
	/** what the counter of the check stands at, in words */
	readonly counter: string | null;
	readonly text: string;
}
