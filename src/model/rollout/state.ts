/**
 * Where a rollout and its people stand, as two unions: a state that cannot be said cannot be reached. When the next thing
 * is due is read from the state alone; what must be watched is in `active-checks.ts`.
 *
 *   waiting -> stage 1 -> ... -> stage n -> completed        detect -> declare -> diagnose -> decide -> roll back
 *                 |  ^   \                     |              watching  detected  declared  diagnosed  decided,
 *           (no pass)|    approval             |                                            rolling-back, done
 *                 v  | (passed)  \ (refused)   |              and stood-down from any of the first four
 *               paused           held          |
 *                 |________ a failed check, people ____|
 *                              v
 *                       revert-decided -> reverting -> reverted
 */
import { assert } from '../../kernel/errors.js';
import type { Distribution } from '../distributions/distribution.js';
import type { CheckSample } from '../gates/condition.js';
import type { FailureTally } from '../gates/failure-counter.js';
import type { Decision } from './decision.js';
import type { Revert, Rollout, StageScope } from './plan.js';
import type { Propagation } from './propagation.js';

/** Who can take a change back. */
export type Reverter = 'gate' | 'auto-revert' | 'people';

/** What the pushes so far amount to: the newest stage and the instants of the first and the newest push. */
export interface Pushed {
	readonly stage: number;
	readonly firstPushUs: number;
	readonly pushUs: number;
}

export type RolloutPhase =
	/** the first push is due, or is asked for again because something blocks it */
	| { readonly at: 'waiting'; readonly dueUs: number; readonly blockedBy: string | null }
	| ({ readonly at: 'stage'; readonly holdUntilUs: number; readonly blockedBy: string | null } & Pushed)
	/** the hold ended without a pass: measured on, not expanded */
	| ({ readonly at: 'paused' } & Pushed)
	/** a person is asked whether to go on */
	| ({ readonly at: 'approval'; readonly untilUs: number; readonly blockedBy: string | null } & Pushed)
	/** stopped by a check that pauses or freezes, or by a person who refused: expands no more */
	| ({ readonly at: 'held' } & Pushed)
	| ({ readonly at: 'completed' } & Pushed)
	/** the verdict is in; the decision delay runs until startUs */
	| ({ readonly at: 'revert-decided'; readonly by: Reverter; readonly startUs: number } & Pushed)
	/** `nodes` ran the change when the first of the waves started */
	| ({
			readonly at: 'reverting';
			readonly by: Reverter;
			readonly nodes: number;
			readonly waves: number;
			readonly started: number;
			/** when the newest wave started */
			readonly lastUs: number;
			/** the earliest instant of the next wave; null: it has passed, and something else is waited for */
			readonly waveUs: number | null;
			/** the check between waves has passed, or there is none */
			readonly cleared: boolean;
	  } & Pushed)
	| ({ readonly at: 'reverted'; readonly by: Reverter; readonly backUs: number } & Pushed);

export type InPhase<At extends RolloutPhase['at']> = Extract<RolloutPhase, { at: At }>;

export type IncidentResponse =
	| { readonly at: 'watching' }
	| { readonly at: 'detected'; readonly declareUs: number }
	| { readonly at: 'declared'; readonly diagnoseUs: number }
	| { readonly at: 'diagnosed'; readonly decideUs: number }
	| { readonly at: 'decided' }
	| { readonly at: 'rolling-back' }
	| { readonly at: 'done' }
	| { readonly at: 'stood-down' };

export interface RolloutState {
	readonly phase: RolloutPhase;
	/** null: a plan without people */
	readonly response: IncidentResponse | null;
	/** what each check under watch has seen, by the key of its watch */
	readonly tallies: Readonly<Record<string, FailureTally>>;
	/** checks that have paged, each once a stage */
	readonly paged: readonly string[];
}

/** What the controller is shown at an instant. */
export interface RolloutObservation {
	/** by watch key: what the watches that are due now saw; unreachable: the monitor did not answer */
	readonly readings: Readonly<Partial<Record<string, CheckSample | 'unreachable'>>>;
	/** nodes that run the change now */
	readonly active: number;
	/** first attempts that the newest stage has received since its push */
	readonly stageSamples: number;
	/** names of other rollouts that are under way */
	readonly others: readonly string[];
	/** the name of a rollout that froze all of them; null = none */
	readonly frozenBy: string | null;
	/** the people's tools can be reached now */
	readonly toolsWork: boolean;
}

/** What the controller asks for, as plain data. */
export type Action =
	| {
			readonly kind: 'push';
			readonly change: number;
			readonly stage: number;
			readonly scope: StageScope;
			readonly propagation: Propagation;
	  }
	/**
	 * Takes one wave of nodes back (wave = 1 ... of). The first one also calls off activations still on their way, and
	 * fixes which nodes the waves are made of.
	 */
	| {
			readonly kind: 'revert';
			readonly change: number;
			readonly wave: number;
			readonly of: number;
			/** equal numbers of nodes; or all but the nodes of the stages up to this one (-1: all) */
			readonly part: 'equal' | { readonly keepStage: number };
			readonly propagation: Distribution;
			readonly poisonedBy: number | null;
	  }
	/** no rollout pushes anything any more */
	| { readonly kind: 'freeze' }
	| { readonly kind: 'log'; readonly decision: Decision };

/** The next instant at which the controller must be stepped, readings apart; null if there is none. */
export function nextUs(plan: Rollout, { phase, response }: RolloutState): number | null {
	const next = [phaseUs(phase), responseUs(plan, phase, response)].filter((us) => us !== null);
	return next.length === 0 ? null : Math.min(...next);
}

/** The nodes that are back let a revert go on, or end it: the controller must be told. */
export function isUnblocked(plan: Rollout, { phase }: RolloutState, active: number): boolean {
	if (phase.at !== 'reverting') return false;
	if (phase.started === phase.waves) return active === 0;
	return phase.waveUs === null && phase.cleared && hasCapacity(plan, phase, active);
}

/** Where a revert follows capacity, the nodes of the waves so far are back. */
export function hasCapacity(plan: Rollout, phase: InPhase<'reverting'>, active: number): boolean {
	const { nodes, started, waves, by } = phase;
	return revertPlan(plan, by).shape !== 'capacity' || active <= nodes - Math.floor((started * nodes) / waves);
}

/** The plan of a revert, by who carries it out. */
export function revertPlan(plan: Rollout, by: Reverter): Revert {
	if (by !== 'people') return plan.revert;
	assert(plan.people !== null, `nobody is there to take ${plan.name} back`);
	return plan.people.rollback;
}

/** The pushes alone, without what else a phase carries. */
export const pushed = ({ stage, firstPushUs, pushUs }: Pushed): Pushed => ({ stage, firstPushUs, pushUs });

function phaseUs(phase: RolloutPhase): number | null {
	switch (phase.at) {
		case 'waiting':
			return phase.dueUs;
		case 'stage':
			return phase.holdUntilUs;
		case 'approval':
			return phase.untilUs;
		case 'revert-decided':
			return phase.startUs;
		case 'reverting':
			return phase.started < phase.waves ? phase.waveUs : null;
		case 'paused':
		case 'held':
		case 'completed':
		case 'reverted':
			return null;
	}
}

function responseUs(plan: Rollout, phase: RolloutPhase, response: IncidentResponse | null): number | null {
	switch (response?.at) {
		case 'watching':
			if (phase.at === 'waiting' || plan.people?.detect.kind !== 'delay') return null;
			return phase.firstPushUs + plan.people.detect.us;
		case 'detected':
			return response.declareUs;
		case 'declared':
			return response.diagnoseUs;
		case 'diagnosed':
			return response.decideUs;
		default:
			return null;
	}
}
