/** What must be watched in a state of a rollout: which checks, over windows that begin where, and when each is due. */

import type { FailureTally } from '../gates/failure-counter.js';
import type { Check } from '../gates/gate-check.js';
import type { Rollout } from './plan.js';
import { type RolloutPhase, type RolloutState, revertPlan } from './state.js';

/** Who asks. */
export type CheckOwner = 'gate' | 'auto-revert' | 'alert' | 'alarm' | 'between';

/** A check under watch: asked when its tally says so, up to untilUs, and at alsoUs. */
export interface ActiveCheck {
	/** names it among those of its rollout */
	readonly key: string;
	readonly by: CheckOwner;
	readonly check: Check;
	readonly tally: FailureTally;
	/** windows are clipped here: the deploy, or the start of the run */
	readonly sinceUs: number;
	readonly untilUs: number;
	readonly alsoUs: number | null;
	/** one of those that a score judges together, and not by itself */
	readonly scored: boolean;
}

const FOR_EVER = Number.POSITIVE_INFINITY;

export const gateKey = (check: Check): string => `gate:${check.name}`;
export const rolloutWideKey = (check: Check): string => `standing:${check.name}`;
/** What the gates of a scored stage come to together. */
export const SCORE_KEY = 'score';

/** What must be watched in this state; `dueUs` tells when. */
export function activeChecks(plan: Rollout, state: RolloutState): ActiveCheck[] {
	const { phase } = state;
	const found = [...alarms(plan, state)];
	if (phase.at === 'waiting') return [...found, ...alerts(plan, state, 0)];
	const { pushUs } = phase;
	if (isOpen(phase) || phase.at === 'held') found.push(...gates(plan, state, phase));
	const auto = plan.autoRevert;
	if (auto !== null && (isOpen(phase) || phase.at === 'held' || phase.at === 'completed')) {
		found.push(...activeCheck(state, 'auto-revert', 'auto-revert', auto, pushUs, { untilUs: pushUs + auto.armedUs }));
	}
	if (phase.at === 'reverting' && !phase.cleared) {
		const { between } = revertPlan(plan, phase.by);
		if (between !== null) found.push(...activeCheck(state, 'between', 'between', between, phase.lastUs));
	}
	return phase.at === 'reverted' ? found : [...found, ...alerts(plan, state, pushUs)];
}

/** The first instant strictly after `afterUs` at which a watch is asked; Infinity if none. */
export function dueUs({ tally, untilUs, alsoUs }: ActiveCheck, afterUs: number): number {
	const { nextUs } = tally;
	const ownUs = nextUs !== null && nextUs > afterUs && nextUs <= untilUs ? nextUs : FOR_EVER;
	return alsoUs !== null && alsoUs > afterUs ? Math.min(ownUs, alsoUs) : ownUs;
}

/** A stage is out, and more may follow. */
export const isOpen = (phase: RolloutPhase): phase is Extract<RolloutPhase, { at: 'stage' | 'paused' | 'approval' }> =>
	phase.at === 'stage' || phase.at === 'paused' || phase.at === 'approval';

function* gates(
	plan: Rollout,
	state: RolloutState,
	phase: Exclude<RolloutPhase, { at: 'waiting' }>,
): Generator<ActiveCheck> {
	const { stage, pushUs } = phase;
	// The end of the hold asks whoever must have passed by then, unless they have a number of looks of their own.
	const endUs = phase.at === 'stage' ? phase.holdUntilUs : null;
	const also = ({ mustPass, schedule }: Check) => (mustPass && schedule.count === null ? endUs : null);
	// A gate beside the stages has been read at the push already, and a hold without length ends right there.
	const alsoRolloutWide = (gate: Check) => (endUs === pushUs ? null : also(gate));
	const { gates: own, scoring } = plan.stages[stage];
	for (const gate of own) {
		yield* activeCheck(state, gateKey(gate), 'gate', gate, pushUs, { alsoUs: also(gate), scored: scoring !== null });
	}
	for (const gate of plan.gates) {
		const key = rolloutWideKey(gate);
		yield* activeCheck(state, key, 'gate', gate, sinceOf(gate, state, key, pushUs), { alsoUs: alsoRolloutWide(gate) });
	}
}

function* alerts(plan: Rollout, state: RolloutState, pushUs: number): Generator<ActiveCheck> {
	if (state.response?.at !== 'watching' || plan.people?.detect.kind !== 'alert') return;
	const { alert } = plan.people.detect;
	yield* activeCheck(state, 'alert', 'alert', alert, sinceOf(alert, state, 'alert', pushUs));
}

/** The nodes of a stage are others after each push, so a window over them cannot reach back before it. */
function sinceOf({ metric }: Check, { tallies }: RolloutState, key: string, pushUs: number): number {
	const tally = tallies[key];
	return metric.scope === 'stage' || tally === undefined ? pushUs : tally.sinceUs;
}

function* alarms({ blockers }: Rollout, state: RolloutState): Generator<ActiveCheck> {
	const { at } = state.phase;
	if (blockers === null || blockers.alarm === null) return;
	if (at === 'waiting' || isOpen(state.phase)) yield* activeCheck(state, 'alarm', 'alarm', blockers.alarm, 0);
}

/** Only what has a tally is under watch: it gets one when its clock starts. */
function* activeCheck(
	{ tallies }: RolloutState,
	key: string,
	by: CheckOwner,
	check: Check,
	sinceUs: number,
	{
		untilUs = FOR_EVER,
		alsoUs = null,
		scored = false,
	}: Partial<Pick<ActiveCheck, 'untilUs' | 'alsoUs' | 'scored'>> = {},
): Generator<ActiveCheck> {
	const tally = tallies[key];
	if (tally !== undefined) yield { key, by, check, tally, sinceUs, untilUs, alsoUs, scored };
}
