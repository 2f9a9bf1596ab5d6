/** How a change is taken back: after the decision delay, wave by wave, until the last node is back. */
import { newTally } from '../gates/check.js';
import type { RolloutStep } from './decision-log.js';
import { standDown } from './incident-response.js';
import { hasCapacity, type InPhase, pushed, type RolloutState, revertPlan } from './state.js';

/** Starts the waves that are due, and notes when the last node is back. */
export function stepWaves(turn: RolloutStep, state: RolloutState): RolloutState {
	let next = state.phase.at === 'revert-decided' ? begin(turn, state, state.phase) : state;
	if (next.phase.at !== 'reverting') return next;
	for (let course = next.phase; isDue(turn, course); course = next.phase as InPhase<'reverting'>) {
		next = nextWave(turn, next, course);
		if (next.phase.at !== 'reverting') return next;
	}
	next = overdue(turn, next);
	const { phase: course, response: crew } = next;
	if (course.at !== 'reverting' || course.started < course.waves || turn.observed.active > 0) return next;
	turn.log.say(course.by, 'reverted', course, 'the last node is back');
	const back = { at: 'reverted', by: course.by, backUs: turn.nowUs, ...pushed(course) } as const;
	return standDown(turn, { ...next, phase: back, response: crew });
}

function begin(turn: RolloutStep, state: RolloutState, course: InPhase<'revert-decided'>): RolloutState {
	const { plan, observed: seen, nowUs, log } = turn;
	const { by, startUs } = course;
	if (nowUs < startUs) return state;
	const tools = by === 'people' ? (plan.people?.tools ?? null) : null;
	if (tools !== null && !seen.toolsWork) {
		log.say('people', 'locked-out', course, 'their tools do not answer');
		return { ...state, phase: { ...course, startUs: nowUs + tools.retryUs } };
	}
	const { shape, waves: asked } = revertPlan(plan, by);
	const nodes = seen.active;
	// More waves than nodes would hold empty ones; steps are the stages, however small.
	const waves = shape === 'steps' ? course.stage + 1 : Math.max(1, Math.min(asked, nodes));
	log.say(
		by,
		'revert',
		course,
		`${nodes} node${nodes === 1 ? '' : 's'} to go back in ${waves} wave${waves === 1 ? '' : 's'}`,
	);
	const reverting = {
		at: 'reverting',
		by,
		nodes,
		waves,
		started: 0,
		lastUs: startUs,
		waveUs: startUs,
		cleared: true,
		...pushed(course),
	} as const;
	return { ...state, phase: reverting, response: by === 'people' ? { at: 'rolling-back' } : state.response };
}

const isDue = ({ plan, observed: seen, nowUs }: RolloutStep, course: InPhase<'reverting'>): boolean =>
	course.started < course.waves &&
	course.cleared &&
	(course.waveUs === null || course.waveUs <= nowUs) &&
	hasCapacity(plan, course, seen.active);

function nextWave(
	{ plan, nowUs, actions, log }: RolloutStep,
	state: RolloutState,
	course: InPhase<'reverting'>,
): RolloutState {
	const { shape, waveGapUs, between, propagation, poisonedBy } = revertPlan(plan, course.by);
	const wave = course.started + 1;
	const of = course.waves;
	log.say(course.by, 'wave', course, `wave ${wave} of ${of}`);
	const part = shape === 'steps' ? { keepStage: course.stage - wave } : 'equal';
	actions.push({ kind: 'revert', change: plan.change, wave, of, part, propagation, poisonedBy });
	const mustClear = between !== null && wave < of;
	return {
		...state,
		phase: { ...course, started: wave, lastUs: nowUs, waveUs: nowUs + waveGapUs, cleared: !mustClear },
		tallies: mustClear ? { ...state.tallies, between: newTally(between, nowUs) } : state.tallies,
	};
}

/** The gap is over, but something else is waited for: from now on that alone decides. */
function overdue({ nowUs }: RolloutStep, state: RolloutState): RolloutState {
	const { phase: course } = state;
	if (course.at !== 'reverting' || course.started === course.waves || course.waveUs === null || course.waveUs > nowUs)
		return state;
	return { ...state, phase: { ...course, waveUs: null } };
}
