/** What the tools make of their readings: every measurement is counted, and the first check that fails decides. */
import { assert } from '../../kernel/errors.js';
import { judgeScore, score } from '../gates/canary-score.js';
import { type Check, followingUs } from '../gates/check.js';
import { type CheckOutcome, type CheckSample, measure } from '../gates/condition.js';
import { count, counterState, emptyTally, type FailureTally } from '../gates/failure-counter.js';
import { type ActiveCheck, activeChecks, isOpen, SCORE_KEY } from './active-checks.js';
import type { CheckReading, RolloutStep } from './decision-log.js';
import { notice } from './incident-response.js';
import { pushed, type Reverter, type RolloutPhase, type RolloutState } from './state.js';

/** Counts all readings of this instant, and lets what has failed act. */
export function verdicts(turn: RolloutStep, state: RolloutState): RolloutState {
	let next = state;
	const scored: CheckReading[] = [];
	for (const watch of activeChecks(turn.plan, state)) {
		const reading = turn.observed.readings[watch.key];
		if (reading === undefined) continue;
		const { by, check, tally } = watch;
		// Flagger: what the last tick found is acted on before anything is measured.
		if (check.rule.evaluate === 'next-tick' && counterState(check.rule, tally) === 'failed') {
			const again = { ...tally, nextUs: nextLookUs(turn, watch, 'failed', tally.measured) };
			next = act(turn, next, by, { check, sample: null, outcome: 'failed', tally });
			next = { ...next, tallies: { ...next.tallies, [watch.key]: again } };
			continue;
		}
		const look = lookAt(turn, watch, reading);
		next = { ...next, tallies: { ...next.tallies, [watch.key]: look.tally } };
		if (by === 'alert' || by === 'alarm') continue;
		turn.log.measured(by, next.phase, look);
		if (by === 'between') next = betweenWaves(next, look);
		else if (watch.scored) scored.push(look);
		else if (check.rule.evaluate === 'measurement') next = act(turn, next, by, look);
	}
	return scored.length === 0 ? next : scoreThem(turn, next, scored);
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

function lookAt(turn: RolloutStep, watch: ActiveCheck, reading: CheckSample | 'unreachable'): CheckReading {
	const { check, tally } = watch;
	const sample = reading === 'unreachable' ? null : reading;
	const outcome = sample === null ? 'error' : measure(check.condition, check.minSamples, sample);
	const counted = count(check.rule, tally, outcome);
	const nextUs = nextLookUs(turn, watch, counted.last ?? outcome, counted.measured);
	return { check, sample, outcome, tally: { ...counted, nextUs } };
}

/** A look beside the schedule (at the end of a hold) leaves the schedule alone. */
const nextLookUs = (
	{ nowUs }: RolloutStep,
	{ check, tally }: ActiveCheck,
	outcome: CheckOutcome,
	measured: number,
): number | null => (tally.nextUs === nowUs ? followingUs(check, outcome, measured, nowUs) : tally.nextUs);

function act(turn: RolloutStep, state: RolloutState, by: ActiveCheck['by'], look: CheckReading): RolloutState {
	const { check, tally } = look;
	const { phase: course } = state;
	if (course.at === 'waiting') return state;
	const verdict = counterState(check.rule, tally);
	if (verdict === 'going') return state;
	if (verdict === 'inconclusive') {
		if (!isOpen(course)) return state;
		turn.log.inconclusivePause(by, course, look);
		return { ...state, phase: { at: 'held', ...pushed(course) } };
	}
	return failed(turn, state, by, look);
}

function failed(turn: RolloutStep, state: RolloutState, by: ActiveCheck['by'], look: CheckReading): RolloutState {
	const { phase: course } = state;
	if (course.at === 'waiting') return state;
	switch (look.check.onFail) {
		case 'none':
			turn.log.verdict(by, 'would-trip', course, look);
			return state;
		case 'revert':
			turn.log.verdict(by, 'tripped', course, look);
			return { ...state, phase: decide(turn, course, by === 'auto-revert' ? by : 'gate') };
		case 'pause':
		case 'freeze': {
			const freezes = look.check.onFail === 'freeze';
			if (!isOpen(course)) return state;
			turn.log.verdict(by, freezes ? 'frozen' : 'paused', course, look);
			if (freezes) turn.actions.push({ kind: 'freeze' });
			return { ...state, phase: { at: 'held', ...pushed(course) } };
		}
		case 'page':
			return notice(turn, state, by, look);
	}
}

/** The first who decides, decides. */
function decide(
	{ plan, nowUs }: RolloutStep,
	course: Exclude<RolloutPhase, { at: 'waiting' }>,
	by: Reverter,
): RolloutPhase {
	if (!isOpen(course) && course.at !== 'held' && course.at !== 'completed') return course;
	return { at: 'revert-decided', by, startUs: nowUs + plan.revert.decisionDelayUs, ...pushed(course) };
}

function betweenWaves(state: RolloutState, { tally }: CheckReading): RolloutState {
	const { phase: course } = state;
	return course.at === 'reverting' && tally.last === 'passed'
		? { ...state, phase: { ...course, cleared: true } }
		: state;
}

/** Kayenta: each gate says pass, high or no data, and the sum of them is judged. */
function scoreThem(turn: RolloutStep, state: RolloutState, looks: readonly CheckReading[]): RolloutState {
	const { phase: course } = state;
	if (course.at === 'waiting') return state;
	const { scoring } = turn.plan.stages[course.stage];
	assert(scoring !== null, `nothing says how the gates of ${turn.plan.name} are scored`, turn.nowUs);
	const { value, reason } = score(
		looks.map(({ check: { name, condition, rule }, outcome }) => ({
			name,
			group: condition.kind === 'mann-whitney' ? condition.group : name,
			class: outcome === 'passed' ? 'pass' : outcome === 'failed' ? 'high' : 'nodata',
			critical: condition.kind === 'mann-whitney' && condition.critical,
			required: rule.noData === 'fail',
		})),
		{ weights: scoring.weights },
	);
	const last = course.at !== 'stage' || turn.nowUs >= course.holdUntilUs;
	const verdict = judgeScore({ value }, { marginal: scoring.marginal, pass: scoring.pass, last });
	turn.log.scored(course, value, scoring, reason);
	const outcome: FailureTally['last'] = verdict === 'marginal' ? 'inconclusive' : verdict;
	const next = {
		...state,
		tallies: { ...state.tallies, [SCORE_KEY]: { ...emptyTally(turn.nowUs, null), last: outcome } },
	};
	if (verdict !== 'failed') return next;
	turn.log.say('gate', 'tripped', course, `score ${value}, ${reason}`);
	return { ...next, phase: decide(turn, course, 'gate') };
}
