/**
 * The controller of a rollout: pushes the stages, asks the gates, lets the auto-revert and the people act. It is one
 * pure step, `step(plan, state, seen, now) -> [state, actions]`, and knows nothing of the engine: whoever runs it steps
 * it at `nextUs`, at `dueUs` of every watch, and when the last node is back.
 *
 * What falls on one instant is settled in this order: first push, verdicts of the tools, people, end of a hold, waves.
 * So a stage never expands at the instant of a trip, or of a decision to roll back.
 */
import { assert, UserError } from '../kernel/check.js';
import { judge, unreadable } from './monitor.js';
import { crewActs, standDown } from './people.js';
import { logger, type Turn } from './rollout-log.js';
import type { Rollout } from './rollout-plan.js';
import {
	type Action,
	type Course,
	isAllBack,
	nextUs,
	type Pushed,
	revertPlan,
	type Seen,
	type State,
	watches,
	waveUs,
} from './rollout-state.js';

export * from './rollout-plan.js';
export * from './rollout-state.js';

/**
 * The state before anything happened.
 * @throws UserError when the plan asks for a metric that cannot be read
 */
export function start(plan: Rollout): State {
	assert(plan.stages.length > 0, `rollout ${plan.name} has no stage`);
	for (const { metric, everyUs } of thresholds(plan)) {
		const why = unreadable(metric);
		if (why !== null) throw new UserError(`rollouts.${plan.name}: ${why}`);
		assert(everyUs > 0, `rollout ${plan.name} asks every ${everyUs} us`);
	}
	return { course: { at: 'waiting' }, crew: plan.people === null ? null : { at: 'watching' } };
}

/**
 * One step at `nowUs`. Stepping early does nothing; stepping late is a bug.
 * @throws Bug when an instant was missed, or the gate was not read at the end of its hold
 */
export function step(plan: Rollout, state: State, seen: Seen, nowUs: number): [State, Action[]] {
	const dueUs = nextUs(plan, state);
	assert(dueUs === null || dueUs >= nowUs, `rollout ${plan.name} missed its step at ${dueUs} us`, nowUs);
	const actions: Action[] = [];
	const turn: Turn = { plan, seen, nowUs, actions, log: logger(plan, nowUs, actions) };
	let next = state;
	next = { ...next, course: firstPush(turn, next.course) };
	next = { ...next, course: verdicts(turn, next) };
	next = crewActs(turn, next);
	// A stage pushed by this very step is held from now on; a hold of no length ends with the next step, gate read.
	if (state.course.at !== 'waiting') next = { ...next, course: endOfHold(turn, next.course) };
	next = wavesGo(turn, next);
	return [next, actions];
}

function firstPush(turn: Turn, course: Course): Course {
	if (course.at !== 'waiting' || turn.nowUs < turn.plan.atUs) return course;
	return push(turn, 0, turn.nowUs);
}

/** What the tools make of their readings: the first of them that trips takes the change back. */
function verdicts({ plan, seen, nowUs, log }: Turn, state: State): Course {
	let { course } = state;
	for (const { name, threshold } of watches(plan, state)) {
		const reading = seen.readings[name];
		if (name === 'alert' || reading === undefined || state.course.at === 'waiting') continue;
		log.measured(name, state.course, threshold, reading);
		if (judge(threshold, reading) !== 'tripped') continue;
		log.verdict(name, 'tripped', state.course, threshold, reading);
		if (course.at === 'revert-decided') continue;
		const startUs = nowUs + plan.revert.decisionDelayUs;
		course = { at: 'revert-decided', by: name, startUs, ...pushed(state.course) };
	}
	return course;
}

/** At the end of the hold the gate must have passed: no data pauses, and a paused stage goes on once it passes. */
function endOfHold(turn: Turn, course: Course): Course {
	if (course.at !== 'stage' && course.at !== 'paused') return course;
	const { plan, seen, nowUs, log } = turn;
	const { gate, holdUs } = plan.stages[course.stage];
	if (nowUs < course.pushUs + holdUs) return course;
	if (gate === null) return advance(turn, course);
	const reading = seen.readings.gate;
	if (reading === undefined) {
		assert(course.at === 'paused', `the gate of ${plan.name} was not read at the end of its hold`, nowUs);
		return course;
	}
	if (judge(gate, reading) === 'passed') {
		log.verdict('gate', 'passed', course, gate, reading);
		return advance(turn, course);
	}
	if (course.at === 'stage') log.verdict('gate', 'inconclusive', course, gate, reading);
	return { at: 'paused', ...pushed(course) };
}

function advance(turn: Turn, course: Pushed): Course {
	const stage = course.stage + 1;
	if (stage < turn.plan.stages.length) return push(turn, stage, course.firstPushUs);
	turn.log.say('plan', 'completed', course, 'every stage has been held');
	return { at: 'completed', ...pushed(course) };
}

function push({ plan, nowUs, actions, log }: Turn, stage: number, firstPushUs: number): Course {
	const { scope, propagation } = plan.stages[stage];
	const course = { stage, firstPushUs, pushUs: nowUs };
	log.pushed(course);
	actions.push({ kind: 'push', change: plan.change, stage, scope, propagation });
	return { at: 'stage', ...course };
}

/** Starts the waves that are due, and notes when the last node is back. */
function wavesGo(turn: Turn, state: State): State {
	const { plan, seen, nowUs, actions, log } = turn;
	let { course, crew } = state;
	if (course.at === 'revert-decided' && nowUs >= course.startUs) {
		const { by, startUs } = course;
		const nodes = seen.active;
		// More waves than nodes would hold empty ones.
		const waves = Math.max(1, Math.min(revertPlan(plan, by).waves, nodes));
		log.say(
			by,
			'revert',
			course,
			`${nodes} node${nodes === 1 ? '' : 's'} to go back in ${waves} wave${waves === 1 ? '' : 's'}`,
		);
		course = { at: 'reverting', by, startUs, nodes, waves, started: 0, ...pushed(course) };
		if (by === 'people') crew = { at: 'rolling-back' };
	}
	if (course.at !== 'reverting') return state;
	const { propagation, poisonedBy } = revertPlan(plan, course.by);
	while (course.started < course.waves && waveUs(plan, course) <= nowUs) {
		const wave: number = course.started + 1;
		log.say(course.by, 'wave', course, `wave ${wave} of ${course.waves}`);
		actions.push({ kind: 'revert', change: plan.change, wave, of: course.waves, propagation, poisonedBy });
		course = { ...course, started: wave };
	}
	if (!isAllBack({ course, crew }, seen.active)) return { course, crew };
	log.say(course.by, 'reverted', course, 'the last node is back');
	const { by } = course;
	return standDown(turn, { course: { at: 'reverted', by, backUs: nowUs, ...pushed(course) }, crew });
}

/** The pushes alone, without what else a course carries. */
const pushed = ({ stage, firstPushUs, pushUs }: Pushed): Pushed => ({ stage, firstPushUs, pushUs });

const thresholds = (plan: Rollout) =>
	[
		...plan.stages.map((stage) => stage.gate),
		plan.autoRevert,
		plan.people?.detect.kind === 'alert' ? plan.people.detect.alert : null,
	].filter((threshold) => threshold !== null);
