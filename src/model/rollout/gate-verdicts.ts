/** What the tools make of their readings: every measurement is counted, and the first check that fails decides. */
import { assert } from '../../kernel/errors.js';
import { judgeScore, score } from '../gates/canary-score.js';
import { type CheckResult, type CheckSample, measure } from '../gates/condition.js';
import { count, counterState, emptyTally, type FailureTally } from '../gates/failure-counter.js';
import { type Check, followingUs } from '../gates/gate-check.js';
import { type ActiveCheck, activeChecks, isOpen, SCORE_KEY } from './active-checks.js';
import type { CheckReading, RolloutStep } from './decision-log.js';
import { notice } from './incident-response.js';
import { pushed, type Reverter, type RolloutPhase, type RolloutState } from './state.js';

/** Counts all readings of this instant, and lets what has failed act. */
export function verdicts(rolloutStep: RolloutStep, state: RolloutState): RolloutState {
	let next = state;
	const scored: CheckReading[] = [];
	for (const watch of activeChecks(rolloutStep.plan, state)) {
		const reading = rolloutStep.observed.readings[watch.key];
		if (reading === undefined) continue;
		const { by, check, tally } = watch;
		// Flagger: what the last tick found is acted on before anything is measured.
		if (check.rule.evaluate === 'next-tick' && counterState(check.rule, tally) === 'failed') {
			const again = { ...tally, nextUs: nextLookUs(rolloutStep, watch, 'failed', tally.measured) };
			next = act(rolloutStep, next, by, { check, sample: null, outcome: 'failed', tally });
			next = { ...next, tallies: { ...next.tallies, [watch.key]: again } };
			continue;
		}
		const checkReading = lookAt(rolloutStep, watch, reading);
		next = { ...next, tallies: { ...next.tallies, [watch.key]: checkReading.tally } };
		if (by === 'alert' || by === 'alarm') continue;
		rolloutStep.log.measured(by, next.phase, checkReading);
		if (by === 'between') next = betweenWaves(next, checkReading);
		else if (watch.scored) scored.push(checkReading);
		else if (check.rule.evaluate === 'measurement') next = act(rolloutStep, next, by, checkReading);
	}
	return scored.length === 0 ? next : scoreThem(rolloutStep, next, scored);
}

/** Everything that the end of a hold waits for has passed. */
export function allPassed({ plan }: RolloutStep, state: RolloutState): boolean {
	return activeChecks(plan, state).every(({ by, scored, check, tally }) => {
		if (scored) return state.tallies[SCORE_KEY]?.last === 'passed';
		return by !== 'gate' || !check.mustPass || isContent(check, tally);
	});
}

/** It has passed; or it has had all its measurements, and too few of them were bad. */
export function isContent({ schedule, rule }: Check, tally: FailureTally): boolean {
	if (tally.last === 'passed') return true;
	const isComplete = schedule.count !== null && tally.measured >= schedule.count;
	return isComplete && tally.last === 'failed' && counterState(rule, tally) === 'going';
}

function lookAt(rolloutStep: RolloutStep, watch: ActiveCheck, reading: CheckSample | 'unreachable'): CheckReading {
	const { check, tally } = watch;
	const sample = reading === 'unreachable' ? null : reading;
	const outcome = sample === null ? 'error' : measure(check.condition, check.minSamples, sample);
	const counted = count(check.rule, tally, outcome);
	const nextUs = nextLookUs(rolloutStep, watch, counted.last ?? outcome, counted.measured);
	return { check, sample, outcome, tally: { ...counted, nextUs } };
}

/** A look beside the schedule (at the end of a hold) leaves the schedule alone. */
const nextLookUs = (
	{ nowUs }: RolloutStep,
	{ check, tally }: ActiveCheck,
	outcome: CheckResult,
	measured: number,
): number | null => (tally.nextUs === nowUs ? followingUs(check, outcome, measured, nowUs) : tally.nextUs);

function act(
	rolloutStep: RolloutStep,
	state: RolloutState,
	by: ActiveCheck['by'],
	checkReading: CheckReading,
): RolloutState {
	const { check, tally } = checkReading;
	const { phase } = state;
	if (phase.at === 'waiting') return state;
	const verdict = counterState(check.rule, tally);
	if (verdict === 'going') return state;
	if (verdict === 'inconclusive') {
		if (!isOpen(phase)) return state;
		rolloutStep.log.inconclusivePause(by, phase, checkReading);
		return { ...state, phase: { at: 'held', ...pushed(phase) } };
	}
	return failed(rolloutStep, state, by, checkReading);
}

function failed(
	rolloutStep: RolloutStep,
	state: RolloutState,
	by: ActiveCheck['by'],
	checkReading: CheckReading,
): RolloutState {
	const { phase } = state;
	if (phase.at === 'waiting') return state;
	switch (checkReading.check.onFail) {
		case 'none':
			rolloutStep.log.verdict(by, 'would-trip', phase, checkReading);
			return state;
		case 'revert':
			rolloutStep.log.verdict(by, 'tripped', phase, checkReading);
			return { ...state, phase: decide(rolloutStep, phase, by === 'auto-revert' ? by : 'gate') };
		case 'pause':
		case 'freeze': {
			const freezes = checkReading.check.onFail === 'freeze';
			if (!isOpen(phase)) return state;
			rolloutStep.log.verdict(by, freezes ? 'frozen' : 'paused', phase, checkReading);
			if (freezes) rolloutStep.actions.push({ kind: 'freeze' });
			return { ...state, phase: { at: 'held', ...pushed(phase) } };
		}
		case 'page':
			return notice(rolloutStep, state, by, checkReading);
	}
}

/** The first who decides, decides. */
function decide(
	{ plan, nowUs }: RolloutStep,
	phase: Exclude<RolloutPhase, { at: 'waiting' }>,
	by: Reverter,
): RolloutPhase {
	if (!isOpen(phase) && phase.at !== 'held' && phase.at !== 'completed') return phase;
	return { at: 'revert-decided', by, startUs: nowUs + plan.revert.decisionDelayUs, ...pushed(phase) };
}

function betweenWaves(state: RolloutState, { tally }: CheckReading): RolloutState {
	const { phase } = state;
	return phase.at === 'reverting' && tally.last === 'passed' ? { ...state, phase: { ...phase, cleared: true } } : state;
}

/** Kayenta: each gate says pass, high or no data, and the sum of them is judged. */
function scoreThem(
	rolloutStep: RolloutStep,
	state: RolloutState,
	checkReadings: readonly CheckReading[],
): RolloutState {
	const { phase } = state;
	if (phase.at === 'waiting') return state;
	const { scoring } = rolloutStep.plan.stages[phase.stage];
	assert(scoring !== null, `nothing says how the gates of ${rolloutStep.plan.name} are scored`, rolloutStep.nowUs);
	const { value, reason } = score(
		checkReadings.map(({ check: { name, condition, rule }, outcome }) => ({
			name,
			group: condition.kind === 'mann-whitney' ? condition.group : name,
			class: outcome === 'passed' ? 'pass' : outcome === 'failed' ? 'high' : 'nodata',
			critical: condition.kind === 'mann-whitney' && condition.critical,
			required: rule.noData === 'fail',
		})),
		{ weights: scoring.weights },
	);
	const last = phase.at !== 'stage' || rolloutStep.nowUs >= phase.holdUntilUs;
	const verdict = judgeScore({ value }, { marginal: scoring.marginal, pass: scoring.pass, last });
	rolloutStep.log.scored(phase, value, scoring, reason);
	const outcome: FailureTally['last'] = verdict === 'marginal' ? 'inconclusive' : verdict;
	const next = {
		...state,
		tallies: { ...state.tallies, [SCORE_KEY]: { ...emptyTally(rolloutStep.nowUs, null), last: outcome } },
	};
	if (verdict !== 'failed') return next;
	rolloutStep.log.say('gate', 'tripped', phase, `score ${value}, ${reason}`);
	return { ...next, phase: decide(rolloutStep, phase, 'gate') };
}
