/**
 * The controller of a rollout: pushes the stages, asks the checks, lets the auto-revert and the people act. It is one
 * pure step, `step(plan, state, seen, now) -> [state, actions]`, and knows nothing of the engine: whoever runs it steps
 * it at `nextUs`, at `dueUs` of every watch, and when nodes that are back let a revert go on.
 *
 * What falls on one instant is settled in this order: first push, verdicts of the tools, people, end of a hold, waves.
 * So a stage never expands at the instant of a trip, or of a decision to roll back.
 */
import { assert, UserError } from '../../kernel/errors.js';
import { newTally } from '../gates/gate-check.js';
import { unreadable } from '../gates/gate-metric.js';
import { logger, type RolloutStep } from './decision-log.js';
import { verdicts } from './gate-verdicts.js';
import { stepResponse } from './incident-response.js';
import { checksOf, type Rollout } from './plan.js';
import { stepWaves } from './rollback-waves.js';
import { endOfHold, firstPush } from './stages.js';
import { type Action, nextUs, type RolloutObservation, type RolloutState } from './state.js';

export * from './active-checks.js';
export * from './plan.js';
export * from './state.js';

/**
 * The state before anything happened.
 * @throws UserError when the plan asks for a metric that cannot be read
 */
export function start(plan: Rollout): RolloutState {
	const { name, stages, people, blockers, atUs } = plan;
	assert(stages.length > 0, `rollout ${name} has no stage`);
	for (const { metric, schedule } of checksOf(plan)) {
		const why = unreadable(metric);
		if (why !== null) throw new UserError(`rollouts.${name}: ${why}`);
		assert(schedule.everyUs > 0, `rollout ${name} asks every ${schedule.everyUs} us`);
	}
	const alert = people !== null && people.detect.kind === 'alert' ? people.detect.alert : null;
	// Alarms, and alerts with a history, are rules of a monitor that has been running all along.
	const early = [
		...(blockers === null || blockers.alarm === null ? [] : [['alarm', blockers.alarm] as const]),
		...(alert?.history === true ? [['alert', alert] as const] : []),
	];
	return {
		phase: { at: 'waiting', dueUs: atUs, blockedBy: null },
		response: people === null ? null : { at: 'watching' },
		paged: [],
		tallies: Object.fromEntries(early.map(([key, check]) => [key, newTally(check, 0)])),
	};
}

/**
 * One step at `nowUs`. Stepping early does nothing; stepping late is a bug.
 * @throws Bug when an instant was missed, or a gate was not read at the end of its hold
 */
export function step(
	plan: Rollout,
	state: RolloutState,
	observed: RolloutObservation,
	nowUs: number,
): [RolloutState, Action[]] {
	const dueUs = nextUs(plan, state);
	assert(dueUs === null || dueUs >= nowUs, `rollout ${plan.name} missed its step at ${dueUs} us`, nowUs);
	const actions: Action[] = [];
	const rolloutStep: RolloutStep = { plan, observed, nowUs, actions, log: logger(plan, nowUs, actions) };
	let next = firstPush(rolloutStep, state);
	next = verdicts(rolloutStep, next);
	next = stepResponse(rolloutStep, next);
	// A stage pushed by this very step is held from now on; a hold of no length ends with the next step, gate read.
	if (state.phase.at !== 'waiting') next = endOfHold(rolloutStep, next);
	next = stepWaves(rolloutStep, next);
	return [next, actions];
}
