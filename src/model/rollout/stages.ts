/** How a rollout grows: a stage is pushed unless something blocks it, held, approved of, and followed by the next one. */
import { assert } from '../../kernel/errors.js';
import { SECOND } from '../../kernel/units.js';
import { newTally } from '../gates/check.js';
import type { Tally } from '../gates/failure-counter.js';
import { gateKey, SCORE_KEY, standingKey, watches } from './active-checks.js';
import type { Turn } from './decision-log.js';
import { allPassed, isContent } from './gate-verdicts.js';
import { type Pushed, pushed, type State, type Under } from './state.js';

export function firstPush(turn: Turn, state: State): State {
	const { course } = state;
	if (course.at !== 'waiting' || turn.nowUs < course.dueUs) return state;
	const why = blocker(turn, state);
	if (why === null) return push(turn, state, 0, turn.nowUs);
	const first = { stage: 0, firstPushUs: turn.nowUs, pushUs: turn.nowUs };
	if (why !== course.blockedBy) turn.log.say('plan', 'blocked', first, why);
	return { ...state, course: { at: 'waiting', dueUs: againUs(turn), blockedBy: why } };
}

/** At the end of the hold the gates must have passed: no pass pauses, and a paused stage goes on once they do. */
export function endOfHold(turn: Turn, state: State): State {
	const { course } = state;
	const { nowUs } = turn;
	if (course.at === 'approval') return nowUs < course.untilUs ? state : approve(turn, state, course);
	if (course.at === 'paused') return allPassed(turn, state) ? passed(turn, state, course) : state;
	if (course.at !== 'stage' || nowUs < course.holdUntilUs) return state;
	const { minSamples } = turn.plan.stages[course.stage];
	if (turn.seen.stageSamples < minSamples) {
		const why = `${turn.seen.stageSamples} first attempts seen, ${minSamples} needed`;
		if (course.blockedBy === null) turn.log.say('plan', 'waiting', course, why);
		return { ...state, course: { ...course, holdUntilUs: nowUs + SECOND, blockedBy: why } };
	}
	assertRead(turn, state);
	if (allPassed(turn, state)) return passed(turn, state, course);
	for (const { check, tally, sample } of heldUp(turn, state)) {
		// A failure that its counter allows holds the stage back (Flagger); anything else is no verdict at all.
		const what = tally.last === 'failed' ? 'waiting' : 'inconclusive';
		turn.log.verdict('gate', what, course, { check, tally, sample, outcome: tally.last ?? 'no-data' });
	}
	return { ...state, course: { at: 'paused', ...pushed(course) } };
}

function passed(turn: Turn, state: State, course: Under<'stage' | 'paused'>): State {
	for (const { key, by, check, tally } of watches(turn.plan, state)) {
		const sample = turn.seen.readings[key];
		if (by !== 'gate' || !check.mustPass || tally.last !== 'passed' || sample === undefined) continue;
		const look = { check, tally, sample: sample === 'unreachable' ? null : sample, outcome: 'passed' as const };
		turn.log.verdict('gate', 'passed', course, look);
	}
	const { approvalUs } = turn.plan.stages[course.stage];
	if (approvalUs === null) return advance(turn, state, course);
	const asked = { at: 'approval', untilUs: turn.nowUs + approvalUs, blockedBy: null, ...pushed(course) } as const;
	return approvalUs === 0 ? approve(turn, { ...state, course: asked }, asked) : { ...state, course: asked };
}

/** Nobody approves of a change once an incident has been seen. */
function approve(turn: Turn, state: State, course: Under<'approval'>): State {
	const incident = state.crew !== null && state.crew.at !== 'watching';
	if (course.blockedBy === null) {
		turn.log.say('people', incident ? 'refused' : 'approved', course, incident ? 'there is an incident' : 'go on');
	}
	return incident ? { ...state, course: { at: 'held', ...pushed(course) } } : advance(turn, state, course);
}

function advance(turn: Turn, state: State, course: Under<'stage' | 'paused' | 'approval'>): State {
	const stage = course.stage + 1;
	if (stage === turn.plan.stages.length) {
		turn.log.say('plan', 'completed', course, 'every stage has been held');
		return { ...state, course: { at: 'completed', ...pushed(course) } };
	}
	const why = blocker(turn, state);
	if (why === null) return push(turn, state, stage, course.firstPushUs);
	if (course.at === 'paused' || why !== course.blockedBy) turn.log.say('plan', 'blocked', course, why);
	// A hold that is blocked goes on, its gates asked again; an approval stands.
	const dueUs = againUs(turn);
	if (course.at === 'approval') return { ...state, course: { ...course, untilUs: dueUs, blockedBy: why } };
	return { ...state, course: { at: 'stage', holdUntilUs: dueUs, blockedBy: why, ...pushed(course) } };
}

function push({ plan, nowUs, actions, log }: Turn, state: State, stage: number, firstPushUs: number): State {
	const { scope, propagation, holdUs, gates } = plan.stages[stage];
	const course: Pushed = { stage, firstPushUs, pushUs: nowUs };
	log.pushed(course);
	actions.push({ kind: 'push', change: plan.change, stage, scope, propagation });
	const tallies: Record<string, Tally> = { ...state.tallies };
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
	return { ...state, course: { at: 'stage', holdUntilUs: nowUs + holdUs, blockedBy: null, ...course }, tallies };
}

/** A gate of a stage starts its clock with the push, and its counters too unless it never forgets. */
function anew(gate: Parameters<typeof newTally>[0], known: Tally | undefined, nowUs: number): Tally {
	const fresh = newTally(gate, nowUs);
	return known === undefined || gate.rule.reset !== 'never' ? fresh : { ...known, nextUs: fresh.nextUs };
}

/** Why nothing may be pushed now; null: nothing is in the way. */
function blocker({ plan: { blockers }, seen, nowUs }: Turn, { tallies }: State): string | null {
	if (seen.frozenBy !== null) return `all changes are frozen by ${seen.frozenBy}`;
	if (blockers === null) return null;
	if (tallies.alarm?.last === 'failed') return 'an alarm is active';
	if (blockers.others && seen.others.length > 0) return `${seen.others.join(', ')} is under way`;
	const span = blockers.calendar.find(({ fromUs, toUs }) => nowUs >= fromUs && nowUs < toUs);
	return span === undefined ? null : `nothing is pushed ${span.text}`;
}

/** A rollout without blockers of its own may still be frozen by another. */
const againUs = ({ plan: { blockers }, nowUs }: Turn): number =>
	nowUs + (blockers === null ? 10 * SECOND : blockers.everyUs);

function* heldUp({ plan, seen }: Turn, state: State) {
	for (const { key, by, check, tally } of watches(plan, state)) {
		if (by !== 'gate' || !check.mustPass || isContent(check, tally)) continue;
		const reading = seen.readings[key];
		yield { check, tally, sample: reading === undefined || reading === 'unreachable' ? null : reading };
	}
}

function assertRead({ plan, seen, nowUs }: Turn, state: State): void {
	for (const watch of watches(plan, state)) {
		const { key, by, check, alsoUs } = watch;
		const missing = by === 'gate' && check.mustPass && alsoUs === nowUs && seen.readings[key] === undefined;
		assert(!missing, `the ${key} of ${plan.name} was not read at the end of its hold`, nowUs);
	}
}
