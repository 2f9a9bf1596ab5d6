/** How a change is taken back: after the decision delay, wave by wave, until the last node is back. */
import { newTally } from '../gates/gate-check.js';
import type { RolloutStep } from './decision-log.js';
import { standDown } from './incident-response.js';
import { hasCapacity, type InPhase, pushed, type RolloutState, revertPlan } from './state.js';

/** Starts the waves that are due, and notes when the last node is back. */
export function stepWaves(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	let next = state.phase.at === 'revert-decided' ? begin(rolloutStep, state, state.phase) : state;
	if (next.phase.at !== 'reverting') return next;
	for (let phase = next.phase; isDue(rolloutStep, phase); phase = next.phase as InPhase<'reverting'>) {
		next = nextWave(rolloutStep, next, phase);
		if (next.phase.at !== 'reverting') return next;
	}
	next = overdue(rolloutStep, next);
	const { phase, response } = next;
	if (phase.at !== 'reverting' || phase.started < phase.waves || rolloutStep.observed.active > 0) return next;
	rolloutStep.log.say(phase.by, 'reverted', phase, 'the last node is back');
	const back = { at: 'reverted', by: phase.by, backUs: rolloutStep.nowUs, ...pushed(phase) } as const;
	return standDown(rolloutStep, { ...next, phase: back, response });
}

function begin(rolloutStep: RolloutStep, state: RolloutState, phase: InPhase<'revert-decided'>): RolloutState {
	const { plan, observed, nowUs, log } = rolloutStep;
	const { by, startUs } = phase;
	if (nowUs < startUs) return state;
	const tools = by === 'people' ? (plan.people?.tools ?? null) : null;
	if (tools !== null && !observed.toolsWork) {
		log.say('people', 'locked-out', phase, 'their tools do not answer');
		return { ...state, phase: { ...phase, startUs: nowUs + tools.retryUs } };
	}
	const { shape, waves: approval } = revertPlan(plan, by);
	const nodes = observed.active;
	// More waves than nodes would hold empty ones; steps are the stages, however small.
	const waves = shape === 'steps' ? phase.stage + 1 : Math.max(1, Math.min(approval, nodes));
	log.say(
		by,
		'revert',
		phase,
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
		...pushed(phase),
	} as const;
	return { ...state, phase: reverting, response: by === 'people' ? { at: 'rolling-back' } : state.response };
}

const isDue = ({ plan, observed, nowUs }: RolloutStep, phase: InPhase<'reverting'>): boolean =>
	phase.started < phase.waves &&
	phase.cleared &&
	(phase.waveUs === null || phase.waveUs <= nowUs) &&
	hasCapacity(plan, phase, observed.active);

function nextWave(
	{ plan, nowUs, actions, log }: RolloutStep,
	state: RolloutState,
	phase: InPhase<'reverting'>,
): RolloutState {
	const { shape, waveGapUs, between, propagation, poisonedBy } = revertPlan(plan, phase.by);
	const wave = phase.started + 1;
	const of = phase.waves;
	log.say(phase.by, 'wave', phase, `wave ${wave} of ${of}`);
	const part = shape === 'steps' ? { keepStage: phase.stage - wave } : 'equal';
	actions.push({ kind: 'revert', change: plan.change, wave, of, part, propagation, poisonedBy });
	const mustClear = between !== null && wave < of;
	return {
		...state,
		phase: { ...phase, started: wave, lastUs: nowUs, waveUs: nowUs + waveGapUs, cleared: !mustClear },
		tallies: mustClear ? { ...state.tallies, between: newTally(between, nowUs) } : state.tallies,
	};
}

/** The gap is over, but something else is waited for: from now on that alone decides. */
function overdue({ nowUs }: RolloutStep, state: RolloutState): RolloutState {
	const { phase } = state;
	if (phase.at !== 'reverting' || phase.started === phase.waves || phase.waveUs === null || phase.waveUs > nowUs)
		return state;
	return { ...state, phase: { ...phase, waveUs: null } };
}
