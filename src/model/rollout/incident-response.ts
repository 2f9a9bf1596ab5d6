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
export function stepResponse(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	let before = state;
	for (;;) {
		const after = stepResponseOnce(rolloutStep, before);
		if (after === before) return after;
		before = after;
	}
}

/** The change is gone from the last node: whoever rolled it back is done, whoever had not decided stands down. */
export function standDown(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	const { phase, response } = state;
	if (phase.at === 'waiting' || response === null) return state;
	if (response.at === 'rolling-back') return { ...state, response: { at: 'done' } };
	if (response.at === 'decided' || response.at === 'done' || response.at === 'stood-down') return state;
	rolloutStep.log.say('people', 'stood-down', phase, 'everything is back already');
	return { ...state, response: { at: 'stood-down' } };
}

/** A check pages, once a stage: whether anybody is there, or knows already, is no business of the check. */
export function notice(
	rolloutStep: RolloutStep,
	state: RolloutState,
	by: CheckOwner,
	checkReading: CheckReading,
): RolloutState {
	const { phase, response } = state;
	const { people } = rolloutStep.plan;
	if (phase.at === 'waiting') return state;
	const page = `${phase.stage} ${by} ${checkReading.check.name}`;
	const isNew = !state.paged.includes(page);
	if (isNew) rolloutStep.log.verdict(by, 'paged', phase, checkReading);
	const next = isNew ? { ...state, paged: [...state.paged, page] } : state;
	if (response?.at !== 'watching' || people === null) return next;
	rolloutStep.log.say('people', 'detected', phase, `paged by ${checkReading.check.name}`);
	return { ...next, response: toDetected(rolloutStep, people) };
}

function stepResponseOnce(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	const { phase, response } = state;
	const { people } = rolloutStep.plan;
	if (response === null || phase.at === 'waiting') return state;
	assert(people !== null, `rollout ${rolloutStep.plan.name} has a response but no people`, rolloutStep.nowUs);
	switch (response.at) {
		case 'watching':
			return detected(rolloutStep, people, state, phase)
				? { ...state, response: toDetected(rolloutStep, people) }
				: state;
		case 'detected':
			return rolloutStep.nowUs < response.declareUs
				? state
				: { ...state, response: declare(rolloutStep, people, phase) };
		case 'declared':
			return rolloutStep.nowUs < response.diagnoseUs
				? state
				: { ...state, response: diagnose(rolloutStep, people, phase) };
		case 'diagnosed':
			return rolloutStep.nowUs < response.decideUs ? state : decide(rolloutStep, people, state, phase);
		default:
			return state;
	}
}

const toDetected = ({ nowUs }: RolloutStep, people: People): IncidentResponse => ({
	at: 'detected',
	declareUs: nowUs + people.declareUs,
});

function detected(
	{ nowUs, observed, log }: RolloutStep,
	{ detect }: People,
	{ tallies }: RolloutState,
	phase: Pushed,
): boolean {
	if (detect.kind === 'delay') {
		if (nowUs < phase.firstPushUs + detect.us) return false;
		log.say('people', 'detected', phase, 'people noticed');
		return true;
	}
	const { alert } = detect;
	const [reading, tally] = [observed.readings.alert, tallies.alert];
	if (reading === undefined || tally === undefined || counterState(alert.rule, tally) !== 'failed') return false;
	// An alert that never forgets may have failed before the push; people look at the change only while it still does.
	if (tally.last !== 'failed') return false;
	const sample = reading === 'unreachable' ? null : reading;
	log.verdict('people', 'detected', phase, { check: alert, tally, sample, outcome: 'failed' });
	return true;
}

function declare({ nowUs, log }: RolloutStep, { diagnoseUs }: People, phase: Pushed): IncidentResponse {
	log.say('people', 'declared', phase, 'incident declared');
	return { at: 'declared', diagnoseUs: nowUs + diagnoseUs };
}

function diagnose({ nowUs, log }: RolloutStep, { diagnoseUs, decide }: People, phase: Pushed): IncidentResponse {
	if (diagnoseUs > 0) log.say('people', 'diagnosed', phase, 'the change is the cause');
	return { at: 'diagnosed', decideUs: decide.kind === 'at' ? Math.max(nowUs, decide.us) : nowUs + decide.us };
}

function decide(
	{ nowUs, log }: RolloutStep,
	{ rollback }: People,
	state: RolloutState,
	phase: Exclude<RolloutPhase, { at: 'waiting' }>,
): RolloutState {
	const startUs = nowUs + rollback.decisionDelayUs;
	const toolIsFaster = phase.at === 'revert-decided' && phase.startUs <= startUs;
	if (phase.at === 'reverting' || phase.at === 'reverted' || toolIsFaster) {
		log.say('people', 'stood-down', phase, `a revert by ${phase.by} is under way already`);
		return { ...state, response: { at: 'stood-down' } };
	}
	log.say('people', 'decided', phase, 'roll back');
	return {
		...state,
		phase: { at: 'revert-decided', by: 'people', startUs, ...pushed(phase) },
		response: { at: 'decided' },
	};
}
