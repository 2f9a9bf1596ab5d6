/** How a rollout grows: a stage is pushed unless something blocks it, held, approved of, and followed by the next one. */
import { assert } from '../../kernel/errors.js';
import { SECOND } from '../../kernel/units.js';
import type { FailureTally } from '../gates/failure-counter.js';
import { newTally } from '../gates/gate-check.js';
import { activeChecks, gateKey, rolloutWideKey, SCORE_KEY } from './active-checks.js';
import type { RolloutStep } from './decision-log.js';
import { allPassed, isContent } from './gate-verdicts.js';
import { type InPhase, type Pushed, pushed, type RolloutState } from './state.js';

export function firstPush(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	const { phase } = state;
	if (phase.at !== 'waiting' || rolloutStep.nowUs < phase.dueUs) return state;
	const why = blocker(rolloutStep, state);
	if (why === null) return push(rolloutStep, state, 0, rolloutStep.nowUs);
	const first = { stage: 0, firstPushUs: rolloutStep.nowUs, pushUs: rolloutStep.nowUs };
	if (why !== phase.blockedBy) rolloutStep.log.say('plan', 'blocked', first, why);
	return { ...state, phase: { at: 'waiting', dueUs: againUs(rolloutStep), blockedBy: why } };
}

/** At the end of the hold the gates must have passed: no pass pauses, and a paused stage goes on once they do. */
export function endOfHold(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	const { phase } = state;
	const { nowUs } = rolloutStep;
	if (phase.at === 'approval') return nowUs < phase.untilUs ? state : approve(rolloutStep, state, phase);
	if (phase.at === 'paused') return allPassed(rolloutStep, state) ? passed(rolloutStep, state, phase) : state;
	if (phase.at !== 'stage' || nowUs < phase.holdUntilUs) return state;
	const { minSamples } = rolloutStep.plan.stages[phase.stage];
	if (rolloutStep.observed.stageSamples < minSamples) {
		const why = `${rolloutStep.observed.stageSamples} first attempts seen, ${minSamples} needed`;
		if (phase.blockedBy === null) rolloutStep.log.say('plan', 'waiting', phase, why);
		return { ...state, phase: { ...phase, holdUntilUs: nowUs + SECOND, blockedBy: why } };
	}
	assertRead(rolloutStep, state);
	if (allPassed(rolloutStep, state)) return passed(rolloutStep, state, phase);
	for (const { check, tally, sample } of heldUp(rolloutStep, state)) {
		// A failure that its counter allows holds the stage back (Flagger); anything else is no verdict at all.
		const what = tally.last === 'failed' ? 'waiting' : 'inconclusive';
		rolloutStep.log.verdict('gate', what, phase, { check, tally, sample, outcome: tally.last ?? 'no-data' });
	}
	return { ...state, phase: { at: 'paused', ...pushed(phase) } };
}

function passed(rolloutStep: RolloutStep, state: RolloutState, phase: InPhase<'stage' | 'paused'>): RolloutState {
	for (const { key, by, check, tally } of activeChecks(rolloutStep.plan, state)) {
		const sample = rolloutStep.observed.readings[key];
		if (by !== 'gate' || !check.mustPass || tally.last !== 'passed' || sample === undefined) continue;
		const checkReading = { check, tally, sample: sample === 'unreachable' ? null : sample, outcome: 'passed' as const };
		rolloutStep.log.verdict('gate', 'passed', phase, checkReading);
	}
	const { approvalUs } = rolloutStep.plan.stages[phase.stage];
	if (approvalUs === null) return advance(rolloutStep, state, phase);
	const approval = {
		at: 'approval',
		untilUs: rolloutStep.nowUs + approvalUs,
		blockedBy: null,
		...pushed(phase),
	} as const;
	return approvalUs === 0
		? approve(rolloutStep, { ...state, phase: approval }, approval)
		: { ...state, phase: approval };
}

/** Nobody approves of a change once an incident has been seen. */
function approve(rolloutStep: RolloutStep, state: RolloutState, phase: InPhase<'approval'>): RolloutState {
	const incident = state.response !== null && state.response.at !== 'watching';
	if (phase.blockedBy === null) {
		rolloutStep.log.say(
			'people',
			incident ? 'refused' : 'approved',
			phase,
			incident ? 'there is an incident' : 'go on',
		);
	}
	return incident ? { ...state, phase: { at: 'held', ...pushed(phase) } } : advance(rolloutStep, state, phase);
}

function advance(
	rolloutStep: RolloutStep,
	state: RolloutState,
	phase: InPhase<'stage' | 'paused' | 'approval'>,
): RolloutState {
	const stage = phase.stage + 1;
	if (stage === rolloutStep.plan.stages.length) {
		rolloutStep.log.say('plan', 'completed', phase, 'every stage has been held');
		return { ...state, phase: { at: 'completed', ...pushed(phase) } };
	}
	const why = blocker(rolloutStep, state);
	if (why === null) return push(rolloutStep, state, stage, phase.firstPushUs);
	if (phase.at === 'paused' || why !== phase.blockedBy) rolloutStep.log.say('plan', 'blocked', phase, why);
	// A hold that is blocked goes on, its gates asked again; an approval stands.
	const dueUs = againUs(rolloutStep);
	if (phase.at === 'approval') return { ...state, phase: { ...phase, untilUs: dueUs, blockedBy: why } };
	return { ...state, phase: { at: 'stage', holdUntilUs: dueUs, blockedBy: why, ...pushed(phase) } };
}

function push(
	{ plan, nowUs, actions, log }: RolloutStep,
	state: RolloutState,
	stage: number,
	firstPushUs: number,
): RolloutState {
	const { scope, propagation, holdUs, gates } = plan.stages[stage];
	const phase: Pushed = { stage, firstPushUs, pushUs: nowUs };
	log.pushed(phase);
	actions.push({ kind: 'push', change: plan.change, stage, scope, propagation });
	const tallies: Record<string, FailureTally> = { ...state.tallies };
	for (const gate of gates) tallies[gateKey(gate)] = anew(gate, tallies[gateKey(gate)], nowUs);
	for (const gate of plan.gates) {
		const known = tallies[rolloutWideKey(gate)];
		if (stage < gate.fromStage) continue;
		// A gate beside the stages keeps its own clock.
		if (known === undefined) tallies[rolloutWideKey(gate)] = newTally(gate, nowUs);
		else if (gate.rule.reset === 'on-stage')
			tallies[rolloutWideKey(gate)] = { ...newTally(gate, nowUs), nextUs: known.nextUs };
	}
	if (plan.autoRevert !== null) tallies['auto-revert'] = newTally(plan.autoRevert, nowUs);
	const alert = plan.people !== null && plan.people.detect.kind === 'alert' ? plan.people.detect.alert : null;
	if (alert !== null && tallies.alert === undefined) tallies.alert = newTally(alert, nowUs);
	delete tallies[SCORE_KEY];
	return { ...state, phase: { at: 'stage', holdUntilUs: nowUs + holdUs, blockedBy: null, ...phase }, tallies };
}

/** A gate of a stage starts its clock with the push, and its counters too unless it never forgets. */
function anew(gate: Parameters<typeof newTally>[0], known: FailureTally | undefined, nowUs: number): FailureTally {
	const fresh = newTally(gate, nowUs);
	return known === undefined || gate.rule.reset !== 'never' ? fresh : { ...known, nextUs: fresh.nextUs };
}

/** Why nothing may be pushed now; null: nothing is in the way. */
function blocker({ plan: { blockers }, observed, nowUs }: RolloutStep, { tallies }: RolloutState): string | null {
	if (observed.frozenBy !== null) return `all changes are frozen by ${observed.frozenBy}`;
	if (blockers === null) return null;
	if (tallies.alarm?.last === 'failed') return 'an alarm is active';
	if (blockers.others && observed.others.length > 0) return `${observed.others.join(', ')} is under way`;
	const span = blockers.calendar.find(({ fromUs, toUs }) => nowUs >= fromUs && nowUs < toUs);
	return span === undefined ? null : `nothing is pushed ${span.text}`;
}

/** A rollout without blockers of its own may still be frozen by another. */
const againUs = ({ plan: { blockers }, nowUs }: RolloutStep): number =>
	nowUs + (blockers === null ? 10 * SECOND : blockers.everyUs);

function* heldUp({ plan, observed }: RolloutStep, state: RolloutState) {
	for (const { key, by, check, tally } of activeChecks(plan, state)) {
		if (by !== 'gate' || !check.mustPass || isContent(check, tally)) continue;
		const reading = observed.readings[key];
		yield { check, tally, sample: reading === undefined || reading === 'unreachable' ? null : reading };
	}
}

function assertRead({ plan, observed, nowUs }: RolloutStep, state: RolloutState): void {
	for (const watch of activeChecks(plan, state)) {
		const { key, by, check, alsoUs } = watch;
		const missing = by === 'gate' && check.mustPass && alsoUs === nowUs && observed.readings[key] === undefined;
		assert(!missing, `the ${key} of ${plan.name} was not read at the end of its hold`, nowUs);
	}
}
