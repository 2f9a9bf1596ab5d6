/** The plan of a rollout: how a change travels, what watches it, what holds it up, and who takes it back. */
import type { Distribution } from '../distributions/distribution.js';
import type { Check } from '../gates/gate-check.js';
import type { Propagation } from './propagation.js';

/** Where a stage reaches. Node shares take the lowest numbers of each (region, platform) group, rounded up. */
export interface StageScope {
	readonly regions: readonly boolean[] | null;
	readonly platforms: readonly boolean[] | null;
	readonly nodeShare: number;
	/** share of requests; `divert` sends them to canary nodes, `flag` marks them and a node serves two versions */
	readonly requestShare: number;
	readonly requestMode: 'divert' | 'flag';
}

/** All gates of a stage judged together (Kayenta): a score below `marginal` fails, the last one must reach `pass`. 0..100. */
export interface Scoring {
	readonly marginal: number;
	readonly pass: number;
	/** per cent by group; groups without one share the rest */
	readonly weights: Readonly<Record<string, number>>;
}

export interface Stage {
	readonly name: string;
	readonly scope: StageScope;
	/** how the version reaches the nodes, from the push on */
	readonly propagation: Propagation;
	/** how long the stage is watched before the next one starts */
	readonly holdUs: number;
	/** first attempts that the stage must have received before its hold may end */
	readonly minSamples: number;
	/** from the end of the hold until a person has approved of the next stage; null = nobody is asked */
	readonly approvalUs: number | null;
	/** asked during the hold and, where they must pass, at its end */
	readonly gates: readonly Check[];
	/** null: each gate speaks for itself */
	readonly scoring: Scoring | null;
}

/** A check beside the stages, from one of them on until the rollout completes. */
export interface RolloutWideGate extends Check {
	readonly fromStage: number;
}

/** Acts without a person: armed for `armedUs` after each push, both ends included; a later push arms it anew. */
export interface AutoRevert extends Check {
	readonly armedUs: number;
}

/** How a change is taken back. */
export interface Revert {
	readonly decisionDelayUs: number;
	/**
	 * waves: equal numbers of nodes, so long apart · steps: the stages in reverse, so long apart · capacity: equal numbers of
	 * nodes, each wave once the one before is back
	 */
	readonly shape: 'waves' | 'steps' | 'capacity';
	/** 1 = all at once; of no account where the shape is steps */
	readonly waves: number;
	readonly waveGapUs: number;
	/** must pass after a wave before the next one starts; null: time alone decides */
	readonly between: Check | null;
	readonly propagation: Distribution;
	/** the change that the rollback target carries itself (a poisoned target), index; null = a clean one */
	readonly poisonedBy: number | null;
}

/** An alert that people or blockers look at. `history`: its windows reach back to before the deploy, to the start of the run. */
export interface Alert extends Check {
	readonly history: boolean;
}

/** People: see (by an alert, or after a time), declare, diagnose, decide, and roll back in waves. */
export interface People {
	readonly detect:
		| { readonly kind: 'alert'; readonly alert: Alert }
		/** after the first push */
		| { readonly kind: 'delay'; readonly us: number };
	/** after detection */
	readonly declareUs: number;
	/** after the declaration */
	readonly diagnoseUs: number;
	/** at an instant of the run (never before the diagnosis), or so long after it */
	readonly decide: { readonly kind: 'at'; readonly us: number } | { readonly kind: 'delay'; readonly us: number };
	readonly rollback: Revert;
	/**
	 * Their tools stand behind this edge: beginning the rollback fails with the probability that attempts fail now, and is
	 * tried again after `retryUs`. null: the tools always work.
	 */
	readonly tools: { readonly retryUs: number } | null;
}

/** What keeps a stage from being pushed, asked every `everyUs` while it does. */
export interface Blockers {
	/** its latest measurement failed */
	readonly alarm: Alert | null;
	/** another rollout is under way */
	readonly others: boolean;
	/** instants of the run between which nothing is pushed, ends excluded */
	readonly calendar: readonly { readonly fromUs: number; readonly toUs: number; readonly text: string }[];
	readonly everyUs: number;
}

export interface Rollout {
	readonly name: string;
	/** index into World.changes */
	readonly change: number;
	readonly atUs: number;
	readonly stages: readonly Stage[];
	readonly gates: readonly RolloutWideGate[];
	/** what a failed gate and the auto-revert do */
	readonly revert: Revert;
	readonly autoRevert: AutoRevert | null;
	readonly people: People | null;
	readonly blockers: Blockers | null;
}

/** Every check of a plan. */
export function checksOf({ stages, gates, revert, autoRevert, people, blockers }: Rollout): Check[] {
	const alert = people !== null && people.detect.kind === 'alert' ? people.detect.alert : null;
	return [
		...stages.flatMap((stage) => stage.gates),
		...gates,
		autoRevert,
		alert,
		blockers === null ? null : blockers.alarm,
		revert.between,
		people === null ? null : people.rollback.between,
	].filter((check) => check !== null);
}
