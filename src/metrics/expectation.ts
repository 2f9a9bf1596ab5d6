/** An expectation is data: a quantity, where and when it is read, against what, and the bound it must keep. */
import type { Dimension } from '../model/world.js';

/** Over which part of a run a quantity is read. */
export interface Selection {
	/** [fromUs, toUs), whole buckets */
	readonly fromUs: number;
	readonly toUs: number;
	/** the span that was asked for, where that is another, and the longest time buckets that would hold it exactly */
	readonly asked?: { readonly fromUs: number; readonly toUs: number; readonly bucketUs: number } | undefined;
	readonly where: Readonly<Partial<Record<Dimension | 'layer' | 'change', string>>>;
}

/** Compared with another variant of the same file, or with the same world without its rollouts or triggers, under the same seed. */
export interface Versus {
	readonly variant: string;
	/** ratio: this / other · difference: this - other · times-fewer: other's excess over its no-change twin / this one's excess over its own */
	readonly as: 'ratio' | 'difference' | 'times-fewer';
}

/** The name under which the twin world without rollouts is asked for. */
export const NO_CHANGE = 'no-change';

/** The same for the twin without any trigger: no rollout, no fault, no marked traffic, and no work from before. */
export const NO_TRIGGER = 'no-trigger';

/** Strict bounds; both may be given. Units: shares 0..1, instants and durations in us (instants from t = 0), counts as they are. */
export interface Bound {
	readonly above: number | null;
	readonly below: number | null;
	readonly equals: { readonly value: number; readonly tolerance: number } | null;
	/** inclusive */
	readonly between: readonly [number, number] | null;
	/** true: the quantity must be absent (a milestone that never came) */
	readonly never: boolean;
}

/**
 * Of an expectation that need not hold in every replication: the probability that it holds must keep a bound, and an
 * interval around the share seen has to show that.
 */
export interface RequiredProbability {
	/** share: what measured nothing has not held · probability, P(that): what could not tell is left out */
	readonly of: 'share' | 'probability';
	/** 0..1; above, below or between */
	readonly bound: Bound;
	/** of the interval, 0..1 */
	readonly confidence: number;
}

/** What every run has to keep; with `requiredProbability`, often enough. */
export interface Expectation {
	/** one line for people: what the author wrote */
	readonly text: string;
	/** name in `definitions/metrics.ts` */
	readonly that: string;
	readonly selection: Selection;
	readonly versus: Versus | null;
	/** what one run must keep; of P(that): that it is true */
	readonly bound: Bound;
	/** null: it must hold in every replication */
	readonly requiredProbability: RequiredProbability | null;
}
