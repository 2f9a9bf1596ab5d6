/** When the stages of a rollout are pushed, and their tools are done, if nothing holds it up: what a run must be long enough for. */
import type { Rollout } from './plan.js';

/** A rollout as planned: when each stage is pushed, if nothing holds it up, and when its tools are done. */
export interface PlannedStage {
	readonly pushUs: number;
	/** null: no tool watches it */
	readonly doneUs: number | null;
}

/** @param pushes of the stages that were pushed, in order */
export function plannedStages(plan: Rollout, pushes: readonly number[] = []): PlannedStage[] {
	let nextUs = plan.atUs;
	return plan.stages.map(({ gates, holdUs, approvalUs }, i) => {
		const pushUs = i < pushes.length ? pushes[i] : nextUs;
		nextUs = pushUs + holdUs + (approvalUs === null ? 0 : approvalUs);
		const isGated = gates.length > 0 || plan.gates.some(({ fromStage }) => fromStage <= i);
		const armedUs = plan.autoRevert === null ? null : plan.autoRevert.armedUs;
		// The next push arms it anew; armed without end it has watched as long as there was something to watch.
		const isArmed = armedUs !== null && Number.isFinite(armedUs);
		const isLast = i === plan.stages.length - 1;
		const watchedUs = [
			...(isGated ? [holdUs] : []),
			...(isArmed ? [isLast ? armedUs : Math.min(armedUs, holdUs)] : []),
		];
		return { pushUs, doneUs: watchedUs.length === 0 ? null : pushUs + Math.max(...watchedUs) };
	});
}

/** The end of a run that holds the last reading of a rollout, whose instant lies within it; of one that nobody watches, a second of it. */
export function watchedToUs(stages: readonly PlannedStage[], atUs: number): number {
	const ends = stages.flatMap(({ doneUs }) => (doneUs === null ? [] : [doneUs]));
	return 1 + Math.max(atUs + 1e6, ...ends);
}
