/** How a rollout grows: a stage is pushed unless something blocks it, held, approved of, and followed by the next one. */
import { assert } from '../../kernel/errors.js';
import { SECOND } from '../../kernel/units.js';
import { newTally } from '../gates/check.js';
import type { FailureTally } from '../gates/failure-counter.js';
import { activeChecks, gateKey, SCORE_KEY, standingKey } from './active-checks.js';
import type { RolloutStep } from './decision-log.js';
import { allPassed, isContent } from './gate-verdicts.js';
import { type InPhase, type Pushed, pushed, type RolloutState } from './state.js';

export function firstPush(turn: RolloutStep, state: RolloutState): RolloutState {
	const { phase: course } = state;
	if (course.at !== 'waiting' || turn.nowUs < course.dueUs) return state;
	const why = blocker(turn, state);
	if (why === null) return push(turn, state, 0, turn.nowUs);
	const first = { stage: 0, firstPushUs: turn.nowUs, pushUs: turn.nowUs };
	if (why !== course.blockedBy) turn.log.say('plan', 'blocked', first, why);
	return { ...state, phase: { at: 'waiting', dueUs: againUs(turn), blockedBy: why } };
}

/** At the end of the hold the gates must have passed: no pass pauses, and a paused stage goes on once they do. */
export function endOfHold(turn: RolloutStep, state: RolloutState): RolloutState {
	const { phase: course } = state;
	const { nowUs } = turn;
	if (course.at === 'approval') return nowUs < course.untilUs ? state : approve(turn, state, course);
	if (course.at === 'paused') return allPassed(turn, state) ? passed(turn, state, course) : state;
	if (course.at !== 'stage' || nowUs < course.holdUntilUs) return state;
	const { minSamples } = turn.plan.stages[course.stage];
	if (turn.observed.stageSamples < minSamples) {
		const why = `${turn.observed.stageSamples} first attempts seen, ${minSamples} needed`;
		if (course.blockedBy === null) turn.log.say('plan', 'waiting', course, why);
		return { ...state, phase: { ...course, holdUntilUs: nowUs + SECOND, blockedBy: why } };
	}
	assertRead(turn, state);
	if (allPassed(turn, state)) return passed(turn, state, course);
	for (const { check, tally, sample } of heldUp(turn, state)) {
		// A failure that its counter allows holds the stage back (Flagger); anything else is no verdict at all.
		const what = tally.last === 'failed' ? 'waiting' : 'inconclusive';
		turn.log.verdict('gate', what, course, { check, tally, sample, outcome: tally.last ?? 'no-data' });
	}
	return { ...state, phase: { at: 'paused', ...pushed(course) } };
}

function passed(turn: RolloutStep, state: RolloutState, course: InPhase<'stage' | 'paused'>): RolloutState {
	for (const { key, by, check, tally } of activeChecks(turn.plan, state)) {
		const sample = turn.observed.readings[key];
		if (by !== 'gate' || !check.mustPass || tally.last !== 'passed' || sample === undefined) continue;
		const look = { check, tally, sample: sample === 'unreachable' ? null : sample, outcome: 'passed' as const };
		turn.log.verdict('gate', 'passed', course, look);
	}
	const { approvalUs } = turn.plan.stages[course.stage];
	if (approvalUs === null) return advance(turn, state, course);
	const asked = { at: 'approval', untilUs: turn.nowUs + approvalUs, blockedBy: null, ...pushed(course) } as const;
	return approvalUs === 0 ? approve(turn, { ...state, phase: asked }, asked) : { ...state, phase: asked };
}

/** Nobody approves of a change once an incident has been seen. */
function approve(turn: RolloutStep, state: RolloutState, course: InPhase<'approval'>): RolloutState {
	const incident = state.response !== null && state.response.at !== 'watching';
	if (course.blockedBy === null) {
		turn.log.say('people', incident ? 'refused' : 'approved', course, incident ? 'there is an incident' : 'go on');
	}
	return incident ? { ...state, phase: { at: 'held', ...pushed(course) } } : advance(turn, state, course);
}

function advance(
	turn: RolloutStep,
	state: RolloutState,
	course: InPhase<'stage' | 'paused' | 'approval'>,
): RolloutState {
	const stage = course.stage + 1;
	if (stage === turn.plan.stages.length) {
		turn.log.say('plan', 'completed', course, 'every stage has been held');
		return { ...state, phase: { at: 'completed', ...pushed(course) } };
	}
	const why = blocker(turn, state);
	if (why === null) return push(turn, state, stage, course.firstPushUs);
	if (course.at === 'paused' || why !== course.blockedBy) turn.log.say('plan', 'blocked', course, why);
	// A hold that is blocked goes on, its gates asked again; an approval stands.
	const dueUs = againUs(turn);
	if (course.at === 'approval') return { ...state, phase: { ...course, untilUs: dueUs, blockedBy: why } };
	return { ...state, phase: { at: 'stage', holdUntilUs: dueUs, blockedBy: why, ...pushed(course) } };
}

function push(
	{ plan, nowUs, actions, log }: RolloutStep,
	state: RolloutState,
	stage: number,
	firstPushUs: number,
): RolloutState {
	const { scope, propagation, holdUs, gates } = plan.stages[stage];
	const course: Pushed = { stage, firstPushUs, pushUs: nowUs };
	log.pushed(course);
	actions.push({ kind: 'push', change: plan.change, stage, scope, propagation });
	const tallies: Record<string, FailureTally> = { ...state.tallies };
	for (const gate of gates) tallies[gateKey(gate)] = anew(gate, tallies[gateKey(gate)], nowUs);
	for (const gate of plan.gates) {
		const known = tallies[standingKey(gate)];
		if (stage < gate.fromStage) continue;
		// A gate beside the stages keeps its own clock.
		if (known === undefined) tallies[standingKey(gate)] = newTally(gate, nowUs);
		else if (gate.rule.reset === 'on-stage')
			tallies[standingKey(gate)] = { ...newTally(gate, nowUs), nextUs: known.nextUs };
	}
	if (plan.autoRevert !== null) tallies['auto-revert'] = newTally(plan.autoRevert, nowUs);
	const alert = plan.people !== null && plan.people.detect.kind === 'alert' ? plan.people.detect.alert : null;
	if (alert !== null && tallies.alert === undefined) tallies.alert = newTally(alert, nowUs);
	delete tallies[SCORE_KEY];
	return { ...state, phase: { at: 'stage', holdUntilUs: nowUs + holdUs, blockedBy: null, ...course }, tallies };
}

/** A gate of a stage starts its clock with the push, and its counters too unless it never forgets. */
function anew(gate: Parameters<typeof newTally>[0], known: FailureTally | undefined, nowUs: number): FailureTally {
	const fresh = newTally(gate, nowUs);
	return known === undefined || gate.rule.reset !== 'never' ? fresh : { ...known, nextUs: fresh.nextUs };
}

/** Why nothing may be pushed now; null: nothing is in the way. */
function blocker({ plan: { blockers }, observed: seen, nowUs }: RolloutStep, { tallies }: RolloutState): string | null {
	if (seen.frozenBy !== null) return `all changes are frozen by ${seen.frozenBy}`;
	if (blockers === null) return null;
	if (tallies.alarm?.last === 'failed') return 'an alarm is active';
	if (blockers.others && seen.others.length > 0) return `${seen.others.join(', ')} is under way`;
	const span = blockers.calendar.find(({ fromUs, toUs }) => nowUs >= fromUs && nowUs < toUs);
	return span === undefined ? null : `nothing is pushed ${span.text}`;
}

/** A rollout without blockers of its own may still be frozen by another. */
const againUs = ({ plan: { blockers }, nowUs }: RolloutStep): number =>
	nowUs + (blockers === null ? 10 * SECOND : blockers.everyUs);

function* heldUp({ plan, observed: seen }: RolloutStep, state: RolloutState) {
	for (const { key, by, check, tally } of activeChecks(plan, state)) {
		if (by !== 'gate' || !check.mustPass || isContent(check, tally)) continue;
		const reading = seen.readings[key];
		yield { check, tally, sample: reading === undefined || reading === 'unreachable' ? null : reading };
	}
}

function assertRead({ plan, observed: seen, nowUs }: RolloutStep, state: RolloutState): void {
	for (const watch of activeChecks(plan, state)) {
		const { key, by, check, alsoUs } = watch;
		const missing = by === 'gate' && check.mustPass && alsoUs === nowUs && seen.readings[key] === undefined;
		assert(!missing, `the ${key} of ${plan.name} was not read at the end of its hold`, nowUs);
	}
}
