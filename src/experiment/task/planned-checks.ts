/**
 * What watches a rollout, stage by stage: the gates of the stages, and what is armed beside all of them. The one place that
 * knows where a plan keeps them, and which line of the decision log is whose.
 */

import { limitOf } from '../../model/gates/condition.js';
import type { Check } from '../../model/gates/gate-check.js';
import { isShare, type Metric, metricText } from '../../model/gates/gate-metric.js';
import type { Decision } from '../../model/rollout/decision.js';
import type { Rollout } from '../../model/rollout/rollout-controller.js';
import type { World } from '../../model/world.js';

/** One check beside one stage. */
export interface PlannedCheck {
	readonly rollout: string;
	readonly stage: string;
	/** of the stage, from 0 */
	readonly index: number;
	readonly by: 'gate' | 'auto-revert';
	readonly name: string;
	/** how long it looks at the stage */
	readonly watchesUs: number;
	readonly windowUs: number;
	readonly everyUs: number;
	/** fails above this share of its samples */
	readonly above: number;
	readonly minSamples: number;
	/** false: a ratio that may exceed 1, such as retries over first attempts */
	readonly isShare: boolean;
	/** what is counted, over what, of which classes (null: all) */
	readonly counts: Pick<Metric, 'numerator' | 'accounting' | 'classes'>;
	/** sees the stage's nodes alone, or dilutes them with others */
	readonly scope: Check['metric']['scope'];
	/** "retries / all attempts" */
	readonly metric: string;
}

/** All checks of all rollouts that have a limit of their own, in order of stage, a gate before what is armed beside it. */
export const plannedChecksOf = ({ rollouts }: World): PlannedCheck[] => rollouts.flatMap(rolloutChecks);

/** The checks that have no limit of their own: they compare with a control, or are scored together. By name, with their stage. */
export const checksWithoutLimit = ({ rollouts }: World): string[] =>
	rollouts.flatMap(({ stages, gates: rolloutGates, autoRevert }) => {
		const all = [
			...stages.flatMap(({ name: stage, gates }) => gates.map((check) => ({ check, where: ` in ${stage}` }))),
			...rolloutGates.map((check) => ({ check, where: '' })),
			...(autoRevert === null ? [] : [{ check: autoRevert, where: '' }]),
		];
		return all.filter(({ check }) => limitOf(check.condition, null) === null).map((one) => one.check.name + one.where);
	});

/** The same for a check and for the lines of the log that are its own. */
export const checkKey = ({ rollout, stage, by, check }: Pick<Decision, 'rollout' | 'stage' | 'by' | 'check'>): string =>
	JSON.stringify([rollout, stage, by, check === null ? by : check]);

/** `checkKey` of a check itself. */
export const ownKey = ({ rollout, stage, by, name }: PlannedCheck): string =>
	checkKey({ rollout, stage, by, check: name });

function rolloutChecks({ name: rollout, stages, gates: rolloutGates, autoRevert }: Rollout): PlannedCheck[] {
	return stages.flatMap(({ name: stage, gates, holdUs }, index): PlannedCheck[] => {
		const of = { rollout, stage, index };
		// The next push arms it anew, beside the next stage.
		const armedUs = (us: number): number => (index === stages.length - 1 ? us : Math.min(us, holdUs));
		const stageGates = [...gates, ...rolloutGates.filter(({ fromStage }) => fromStage <= index)];
		return [
			...stageGates.flatMap((gate) => checkOf(gate, { ...of, by: 'gate', watchesUs: holdUs })),
			...(autoRevert === null
				? []
				: checkOf(autoRevert, { ...of, by: 'auto-revert', watchesUs: armedUs(autoRevert.armedUs) })),
		];
	});
}

/** None for a comparison with a control: there is no limit to reckon with before both have been seen. */
function checkOf(
	{ name, metric, condition, minSamples, schedule }: Check,
	where: Pick<PlannedCheck, 'rollout' | 'stage' | 'index' | 'by' | 'watchesUs'>,
): PlannedCheck[] {
	const above = limitOf(condition, null);
	if (above === null) return [];
	return [
		{
			...where,
			name,
			windowUs: Number.isFinite(metric.windowUs) ? metric.windowUs : where.watchesUs,
			everyUs: schedule.everyUs,
			above,
			minSamples,
			isShare: isShare(metric),
			counts: { numerator: metric.numerator, accounting: metric.accounting, classes: metric.classes },
			scope: metric.scope,
			metric: metricText(metric),
		},
	];
}
