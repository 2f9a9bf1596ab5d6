/** The plan of a rollout: how a change travels, what watches it, and who takes it back. */
import type { Distribution } from './distribution.js';
import type { Threshold } from './monitor.js';
import type { Propagation } from './propagation.js';

export type { Threshold } from './monitor.js';

/** Where a stage reaches. Node shares take the lowest numbers of each (region, platform) group, rounded up. */
export interface StageScope {
	readonly regions: readonly boolean[] | null;
	readonly platforms: readonly boolean[] | null;
	readonly nodeShare: number;
	/** share of requests; `divert` sends them to canary nodes, `flag` marks them and a node serves two versions */
	readonly requestShare: number;
	readonly requestMode: 'divert' | 'flag';
}

export interface Stage {
	readonly name: string;
	readonly scope: StageScope;
	/** how the version reaches the nodes, from the push on */
	readonly propagation: Propagation;
	/** how long the stage is watched before the next one starts */
	readonly holdUs: number;
	/** asked every `everyUs` during the hold and at its end; null = no gate */
	readonly gate: Threshold | null;
}

/** Acts without a person: armed for `armedUs` after each push, both ends included; a later push arms it anew. */
export interface AutoRevert extends Threshold {
	readonly armedUs: number;
}

/** How a change is taken back. */
export interface Revert {
	readonly decisionDelayUs: number;
	/** waves of equal numbers of nodes; 1 = all at once */
	readonly waves: number;
	readonly waveGapUs: number;
	readonly propagation: Distribution;
	/** the change that the rollback target carries itself (a poisoned target), index; null = a clean one */
	readonly poisonedBy: number | null;
}

/** People: see (by an alert, or after a time), declare, decide, and roll back in waves. */
export interface People {
	readonly detect:
		| { readonly kind: 'alert'; readonly alert: Threshold }
		/** after the first push */
		| { readonly kind: 'delay'; readonly us: number };
	/** after detection */
	readonly declareUs: number;
	/** at an instant of the run (never before the declaration), or so long after it */
	readonly decide: { readonly kind: 'at'; readonly us: number } | { readonly kind: 'delay'; readonly us: number };
	readonly rollback: Revert;
}

export interface Rollout {
	readonly name: string;
	/** index into World.changes */
	readonly change: number;
	readonly atUs: number;
	readonly stages: readonly Stage[];
	/** what a tripped gate and the auto-revert do */
	readonly revert: Revert;
	readonly autoRevert: AutoRevert | null;
	readonly people: People | null;
}
