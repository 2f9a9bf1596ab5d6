/** What the tools make of their readings: every measurement is counted, and the first check that fails decides. */
import { assert } from '../../kernel/errors.js';
import { judgeScore, score } from '../gates/canary-score.js';
import { type Check, followingUs } from '../gates/check.js';
import { measure, type Outcome, type Sample } from '../gates/condition.js';
import { count, emptyTally, standing, type Tally } from '../gates/failure-counter.js';
import { isOpen, SCORE_KEY, type Watch, watches } from './active-checks.js';
import type { Look, Turn } from './decision-log.js';
import { notice } from './incident-response.js';
import { type Course, pushed, type Reverter, type State } from './state.js';

/** Counts all readings of this instant, and lets what has failed act. */
export function verdicts(turn: Turn, state: State): State {
	let next = state;
	const scored: Look[] = [];
	for (const watch of watches(turn.plan, state)) {
		const reading = turn.seen.readings[watch.key];
		if (reading === undefined) continue;
		const { by, check, tally } = watch;
		// Flagger: what the last tick found is acted on before anything is measured.
		if (check.rule.evaluate === 'next-tick' && standing(check.rule, tally) === 'failed') {
			const again = { ...tally, nextUs: nextLookUs(turn, watch, 'failed', tally.measured) };
			next = act(turn, next, by, { check, sample: null, outcome: 'failed', tally });
			next = { ...next, tallies: { ...next.tallies, [watch.key]: again } };
			continue;
		}
		const look = lookAt(turn, watch, reading);
		next = { ...next, tallies: { ...next.tallies, [watch.key]: look.tally } };
		if (by === 'alert' || by === 'alarm') continue;
		turn.log.measured(by, next.course, look);
		if (by === 'between') next = betweenWaves(next, look);
		else if (watch.scored) scored.push(look);
		else if (check.rule.evaluate === 'measurement') next = act(turn, next, by, look);
	}
	return scored.length === 0 ? next : scoreThem(turn, next, scored);
}

/** Everything that the end of a hold waits for has passed. */
export function allPassed({ plan }: Turn, state: State): boolean {
	return watches(plan, state).every(({ by, scored, check, tally }) => {
		if (scored) return state.tallies[SCORE_KEY]?.last === 'passed';
		return by !== 'gate' || !check.mustPass || isContent(check, tally);
	});
}

/** It has passed; or it has had all its measurements, and too few of them were bad. */
export function isContent({ schedule, rule }: Check, tally: Tally): boolean {
	if (tally.last === 'passed') return true;
	const isComplete = schedule.count !== null && tally.measured >= schedule.count;
	return isComplete && tally.last === 'failed' && standing(rule, tally) === 'going';
}

function lookAt(turn: Turn, watch: Watch, reading: Sample | 'unreachable'): Look {
	const { check, tally } = watch;
	const sample = reading === 'unreachable' ? null : reading;
	const outcome = sample === null ? 'error' : measure(check.condition, check.minSamples, sample);
	const counted = count(check.rule, tally, outcome);
	const nextUs = nextLookUs(turn, watch, counted.last ?? outcome, counted.measured);
	return { check, sample, outcome, tally: { ...counted, nextUs } };
}

/** A look beside the schedule (at the end of a hold) leaves the schedule alone. */
const nextLookUs = ({ nowUs }: Turn, { check, tally }: Watch, outcome: Outcome, measured: number): number | null =>
	tally.nextUs === nowUs ? followingUs(check, outcome, measured, nowUs) : tally.nextUs;

function act(turn: Turn, state: State, by: Watch['by'], look: Look): State {
	const { check, tally } = look;
	const { course } = state;
	if (course.at === 'waiting') return state;
	const verdict = standing(check.rule, tally);
	if (verdict === 'going') return state;
	if (verdict === 'inconclusive') {
		if (!isOpen(course)) return state;
		turn.log.verdict(by, 'paused', course, look);
		return { ...state, course: { at: 'held', ...pushed(course) } };
	}
	return failed(turn, state, by, look);
}

function failed(turn: Turn, state: State, by: Watch['by'], look: Look): State {
	const { course } = state;
	if (course.at === 'waiting') return state;
	switch (look.check.onFail) {
		case 'none':
			turn.log.verdict(by, 'would-trip', course, look);
			return state;
		case 'revert':
			turn.log.verdict(by, 'tripped', course, look);
			return { ...state, course: decide(turn, course, by === 'auto-revert' ? by : 'gate') };
		case 'pause':
		case 'freeze': {
			const freezes = look.check.onFail === 'freeze';
			if (!isOpen(course)) return state;
			turn.log.verdict(by, freezes ? 'frozen' : 'paused', course, look);
			if (freezes) turn.actions.push({ kind: 'freeze' });
			return { ...state, course: { at: 'held', ...pushed(course) } };
		}
		case 'page':
			return notice(turn, state, by, look);
	}
}

/** The first who decides, decides. */
function decide({ plan, nowUs }: Turn, course: Exclude<Course, { at: 'waiting' }>, by: Reverter): Course {
	if (!isOpen(course) && course.at !== 'held' && course.at !== 'completed') return course;
	return { at: 'revert-decided', by, startUs: nowUs + plan.revert.decisionDelayUs, ...pushed(course) };
}

function betweenWaves(state: State, { tally }: Look): State {
	const { course } = state;
	return course.at === 'reverting' && tally.last === 'passed'
		? { ...state, course: { ...course, cleared: true } }
		: state;
}

/** Kayenta: each gate says pass, high or no data, and the sum of them is judged. */
function scoreThem(turn: Turn, state: State, looks: readonly Look[]): State {
	const { course } = state;
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
	const outcome: Tally['last'] = verdict === 'marginal' ? 'inconclusive' : verdict;
	const next = {
		...state,
		tallies: { ...state.tallies, [SCORE_KEY]: { ...emptyTally(turn.nowUs, null), last: outcome } },
	};
	if (verdict !== 'failed') return next;
	turn.log.say('gate', 'tripped', course, `score ${value}, ${reason}`);
	return { ...next, course: decide(turn, course, 'gate') };
}
