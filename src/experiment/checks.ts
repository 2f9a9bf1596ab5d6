/**
 * What watches a rollout, stage by stage: the gates of the stages, and what is armed beside all of them. The one place that
 * knows where a plan keeps them, and which line of the decision log is whose.
 */
import type { Decision } from '../model/decision.js';
import { metricText } from '../model/monitor.js';
import type { Rollout, Threshold } from '../model/rollout.js';
import type { World } from '../model/world.js';

/** One check beside one stage. */
export interface Check {
	readonly rollout: string;
	readonly stage: string;
	/** of the stage, from 0 */
	readonly index: number;
	readonly by: 'gate' | 'auto-revert';
	/** how long it looks at the stage */
	readonly watchesUs: number;
	readonly windowUs: number;
	readonly everyUs: number;
	/** trips above this share of its samples */
	readonly above: number;
	readonly minSamples: number;
	/** retries of a request count, and each request may cause several */
	readonly countsRetries: boolean;
	/** sees the stage's nodes alone, or dilutes them with others */
	readonly scope: Threshold['metric']['scope'];
	/** "retries / all attempts" */
	readonly metric: string;
}

/** All checks of all rollouts, in order of stage, a gate before what is armed beside it. */
export const checksOf = ({ rollouts }: World): Check[] => rollouts.flatMap(rolloutChecks);

/** The same for a check and for the lines of the log that are its own. */
export const checkKey = ({ rollout, stage, by }: Pick<Decision, 'rollout' | 'stage' | 'by'>): string =>
	JSON.stringify([rollout, stage, by]);

function rolloutChecks({ name: rollout, stages, autoRevert }: Rollout): Check[] {
	return stages.flatMap(({ name: stage, gate, holdUs }, index): Check[] => {
		const of = { rollout, stage, index };
		// The next push arms it anew, beside the next stage.
		const armedUs = (us: number): number => (index === stages.length - 1 ? us : Math.min(us, holdUs));
		return [
			...(gate === null ? [] : [{ ...of, by: 'gate' as const, watchesUs: holdUs, ...fieldsOf(gate) }]),
			...(autoRevert === null
				? []
				: [{ ...of, by: 'auto-revert' as const, watchesUs: armedUs(autoRevert.armedUs), ...fieldsOf(autoRevert) }]),
		];
	});
}

const fieldsOf = ({ metric, above, minSamples, everyUs }: Threshold) => ({
	windowUs: metric.windowUs,
	everyUs,
	above,
	minSamples,
	countsRetries: metric.numerator === 'retries',
	scope: metric.scope,
	metric: metricText(metric),
});
