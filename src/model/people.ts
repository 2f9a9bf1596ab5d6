/**
 * The people beside a rollout: they see (by an alert, or after a time), declare, decide, and roll back in waves. They act
 * on whatever is deployed, a half-done rollout too, and their decision stops its expansion. Where a tool was faster they
 * stand down: when everything is back before they decide, or when its revert is already under way or starts no later than theirs.
 */
import { assert } from '../kernel/check.js';
import { judge } from './monitor.js';
import type { Turn } from './rollout-log.js';
import type { People } from './rollout-plan.js';
import type { Course, Crew, Pushed, State } from './rollout-state.js';

/** Everything the people do at this instant; delays of zero chain. */
export function crewActs(turn: Turn, state: State): State {
	let before = state;
	for (;;) {
		const after = crewActsOnce(turn, before);
		if (after === before) return after;
		before = after;
	}
}

/** The change is gone from the last node: whoever rolled it back is done, whoever had not decided stands down. */
export function standDown(turn: Turn, state: State): State {
	const { course, crew } = state;
	if (course.at === 'waiting' || crew === null) return state;
	if (crew.at === 'rolling-back') return { course, crew: { at: 'done' } };
	if (crew.at !== 'watching' && crew.at !== 'detected' && crew.at !== 'declared') return state;
	turn.log.say('people', 'stood-down', course, 'everything is back already');
	return { course, crew: { at: 'stood-down' } };
}

function crewActsOnce(turn: Turn, state: State): State {
	const { course, crew } = state;
	const { people } = turn.plan;
	if (crew === null || course.at === 'waiting') return state;
	assert(people !== null, `rollout ${turn.plan.name} has a crew but no people`, turn.nowUs);
	switch (crew.at) {
		case 'watching':
			return detected(turn, people, course) ? { course, crew: toDetected(turn, people) } : state;
		case 'detected':
			return turn.nowUs < crew.declareUs ? state : { course, crew: declare(turn, people, course) };
		case 'declared':
			return turn.nowUs < crew.decideUs ? state : decide(turn, people, course);
		default:
			return state;
	}
}

const toDetected = ({ nowUs }: Turn, people: People): Crew => ({ at: 'detected', declareUs: nowUs + people.declareUs });

function detected({ nowUs, seen, log }: Turn, { detect }: People, course: Pushed): boolean {
	if (detect.kind === 'delay') {
		if (nowUs < course.firstPushUs + detect.us) return false;
		log.say('people', 'detected', course, 'people noticed');
		return true;
	}
	const reading = seen.readings.alert;
	if (reading === undefined || judge(detect.alert, reading) !== 'tripped') return false;
	log.verdict('people', 'detected', course, detect.alert, reading);
	return true;
}

function declare({ nowUs, log }: Turn, { decide }: People, course: Pushed): Crew {
	log.say('people', 'declared', course, 'incident declared');
	return { at: 'declared', decideUs: decide.kind === 'at' ? Math.max(nowUs, decide.us) : nowUs + decide.us };
}

function decide({ nowUs, log }: Turn, { rollback }: People, course: Exclude<Course, { at: 'waiting' }>): State {
	const startUs = nowUs + rollback.decisionDelayUs;
	const toolIsFaster = course.at === 'revert-decided' && course.startUs <= startUs;
	if (course.at === 'reverting' || course.at === 'reverted' || toolIsFaster) {
		log.say('people', 'stood-down', course, `a revert by ${course.by} is under way already`);
		return { course, crew: { at: 'stood-down' } };
	}
	log.say('people', 'decided', course, 'roll back');
	const { stage, firstPushUs, pushUs } = course;
	return {
		course: { at: 'revert-decided', by: 'people', startUs, stage, firstPushUs, pushUs },
		crew: { at: 'decided' },
	};
}
