/**
 * The people beside a rollout: they see (by an alert, a page, or after a time), declare, diagnose, decide, and roll back in
 * waves. They act on whatever is deployed, a half-done rollout too, and their decision stops its expansion. Where a tool was
 * faster they stand down: when everything is back before they decide, or when its revert is already under way or starts no
 * later than theirs.
 */
import { assert } from '../../kernel/errors.js';
import { counterState } from '../gates/failure-counter.js';
import type { CheckOwner } from './active-checks.js';
import type { CheckReading, RolloutStep } from './decision-log.js';
import type { People } from './plan.js';
import { type IncidentResponse, type Pushed, pushed, type RolloutPhase, type RolloutState } from './state.js';

/** Everything the people do at this instant; delays of zero chain. */
export function stepResponse(turn: RolloutStep, state: RolloutState): RolloutState {
	let before = state;
	for (;;) {
		const after = stepResponseOnce(turn, before);
		if (after === before) return after;
		before = after;
	}
}

/** The change is gone from the last node: whoever rolled it back is done, whoever had not decided stands down. */
export function standDown(turn: RolloutStep, state: RolloutState): RolloutState {
	const { phase: course, response: crew } = state;
	if (course.at === 'waiting' || crew === null) return state;
	if (crew.at === 'rolling-back') return { ...state, response: { at: 'done' } };
	if (crew.at === 'decided' || crew.at === 'done' || crew.at === 'stood-down') return state;
	turn.log.say('people', 'stood-down', course, 'everything is back already');
	return { ...state, response: { at: 'stood-down' } };
}

/** A check pages, once a stage: whether anybody is there, or knows already, is no business of the check. */
export function notice(turn: RolloutStep, state: RolloutState, by: CheckOwner, look: CheckReading): RolloutState {
	const { phase: course, response: crew } = state;
	const { people } = turn.plan;
	if (course.at === 'waiting') return state;
	const page = `${course.stage} ${by} ${look.check.name}`;
	const isNew = !state.paged.includes(page);
	if (isNew) turn.log.verdict(by, 'paged', course, look);
	const next = isNew ? { ...state, paged: [...state.paged, page] } : state;
	if (crew?.at !== 'watching' || people === null) return next;
	turn.log.say('people', 'detected', course, `paged by ${look.check.name}`);
	return { ...next, response: toDetected(turn, people) };
}

function stepResponseOnce(turn: RolloutStep, state: RolloutState): RolloutState {
	const { phase: course, response: crew } = state;
	const { people } = turn.plan;
	if (crew === null || course.at === 'waiting') return state;
	assert(people !== null, `rollout ${turn.plan.name} has a crew but no people`, turn.nowUs);
	switch (crew.at) {
		case 'watching':
			return detected(turn, people, state, course) ? { ...state, response: toDetected(turn, people) } : state;
		case 'detected':
			return turn.nowUs < crew.declareUs ? state : { ...state, response: declare(turn, people, course) };
		case 'declared':
			return turn.nowUs < crew.diagnoseUs ? state : { ...state, response: diagnose(turn, people, course) };
		case 'diagnosed':
			return turn.nowUs < crew.decideUs ? state : decide(turn, people, state, course);
		default:
			return state;
	}
}

const toDetected = ({ nowUs }: RolloutStep, people: People): IncidentResponse => ({
	at: 'detected',
	declareUs: nowUs + people.declareUs,
});

function detected(
	{ nowUs, observed: seen, log }: RolloutStep,
	{ detect }: People,
	{ tallies }: RolloutState,
	course: Pushed,
): boolean {
	if (detect.kind === 'delay') {
		if (nowUs < course.firstPushUs + detect.us) return false;
		log.say('people', 'detected', course, 'people noticed');
		return true;
	}
	const { alert } = detect;
	const [reading, tally] = [seen.readings.alert, tallies.alert];
	if (reading === undefined || tally === undefined || counterState(alert.rule, tally) !== 'failed') return false;
	// An alert that never forgets may have failed before the push; people look at the change only while it still does.
	if (tally.last !== 'failed') return false;
	const sample = reading === 'unreachable' ? null : reading;
	log.verdict('people', 'detected', course, { check: alert, tally, sample, outcome: 'failed' });
	return true;
}

function declare({ nowUs, log }: RolloutStep, { diagnoseUs }: People, course: Pushed): IncidentResponse {
	log.say('people', 'declared', course, 'incident declared');
	return { at: 'declared', diagnoseUs: nowUs + diagnoseUs };
}

function diagnose({ nowUs, log }: RolloutStep, { diagnoseUs, decide }: People, course: Pushed): IncidentResponse {
	if (diagnoseUs > 0) log.say('people', 'diagnosed', course, 'the change is the cause');
	return { at: 'diagnosed', decideUs: decide.kind === 'at' ? Math.max(nowUs, decide.us) : nowUs + decide.us };
}

function decide(
	{ nowUs, log }: RolloutStep,
	{ rollback }: People,
	state: RolloutState,
	course: Exclude<RolloutPhase, { at: 'waiting' }>,
): RolloutState {
	const startUs = nowUs + rollback.decisionDelayUs;
	const toolIsFaster = course.at === 'revert-decided' && course.startUs <= startUs;
	if (course.at === 'reverting' || course.at === 'reverted' || toolIsFaster) {
		log.say('people', 'stood-down', course, `a revert by ${course.by} is under way already`);
		return { ...state, response: { at: 'stood-down' } };
	}
	log.say('people', 'decided', course, 'roll back');
	return {
		...state,
		phase: { at: 'revert-decided', by: 'people', startUs, ...pushed(course) },
		response: { at: 'decided' },
	};
}
