/**
 * What the tools of a rollout had still to say when the run ended: a hold that was not over, a stage that was not pushed yet.
 * A tool that is cut short has neither tripped nor passed, and a share of runs has no place for it.
 */
import type { Decision, Outcome } from '../../metrics/outcome.js';
import type { Rollout } from '../../model/rollout/plan.js';
import { plannedStages, watchedToUs } from '../../model/rollout/planned-stages.js';
import type { World } from '../../model/world.js';

/** hold: the stage was pushed, and the run ended before the tools beside it were done · push: it ended before the stage was pushed */
export type OpenAt = 'hold' | 'push';

export interface OpenWatch {
	readonly at: OpenAt;
	/** the end of a run that would decide; null where that is not known: something holds the rollout up */
	readonly neededToUs: number | null;
}

/** What ends a rollout before its last stage has been held: nobody asks its tools again. */
const ENDS = new Set<Decision['what']>(['tripped', 'decided', 'revert', 'refused', 'stood-down', 'frozen', 'paused']);

/** Of each stage of a rollout, in order: null where its tools were done. */
export function openStages(plan: Rollout, outcome: Outcome): (OpenWatch | null)[] {
	const own = outcome.decisions.filter(({ rollout }) => rollout === plan.name);
	const pushes = own.filter(({ what }) => what === 'push').map(({ atUs }) => atUs);
	const stages = plannedStages(plan, pushes);
	const isOver = own.some(({ what }) => ENDS.has(what));
	const last = own.findLast(({ what }) => what === 'push' || what === 'waiting' || what === 'completed');
	const isHeld = last !== undefined && last.what === 'waiting';
	const neededUs = watchedToUs(stages, plan.atUs);
	// As planned it would have been over by now: it waits for somebody or something.
	const neededToUs = neededUs > outcome.toUs ? neededUs : null;
	return stages.map(({ doneUs }, i): OpenWatch | null => {
		if (isOver || doneUs === null) return null;
		if (i >= pushes.length) return { at: 'push', neededToUs };
		// What falls on the end of a run does not come any more.
		if (doneUs >= outcome.toUs) return { at: 'hold', neededToUs };
		return i === pushes.length - 1 && isHeld ? { at: 'hold', neededToUs: null } : null;
	});
}

/** What is open of all rollouts of a run: the one that takes the longest; null where nothing is. */
export function openWatch({ rollouts }: World, outcome: Outcome): OpenWatch | null {
	const all = rollouts.flatMap((plan) => {
		const isOut = outcome.decisions.some(({ rollout, what }) => rollout === plan.name && what === 'push');
		const late: OpenWatch[] =
			isOut || plan.atUs < outcome.toUs
				? []
				: [{ at: 'push', neededToUs: watchedToUs(plannedStages(plan), plan.atUs) }];
		return [...openStages(plan, outcome).filter((one) => one !== null), ...late];
	});
	if (all.length === 0) return null;
	const needed = all.map(({ neededToUs }) => neededToUs);
	const at = all.some((one) => one.at === 'hold') ? 'hold' : 'push';
	return { at, neededToUs: needed.some((us) => us === null) ? null : Math.max(...needed.filter((us) => us !== null)) };
}
