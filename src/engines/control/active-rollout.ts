/** One rollout of a run: its plan, the state of its controller, and what the control room keeps beside that. */
import type { NodeGroup } from '../../model/node-group.js';
import { stageNodes } from '../../model/node-selection.js';
import * as rollout from '../../model/rollout/rollout-controller.js';
import type { RolloutReach } from './check-scopes.js';
import type { MetricWindow } from './metric-window.js';

export interface ActiveRollout {
	readonly plan: rollout.Rollout;
	/** nodes of each stage, ascending */
	readonly stages: readonly (readonly number[])[];
	state: rollout.RolloutState;
	windows: MetricWindow[];
	/** what the waves of its revert are made of, fixed when the first one starts */
	toTakeBack: readonly number[];
	/** nodes that its waves have taken back so far */
	returned: readonly number[];
	/** when it pushed a stage last */
	pushUs: number;
	/** first attempts that the newest stage had received when it was pushed */
	receivedBefore: number;
}

/** A rollout that has not begun. */
export function activeRollout(plan: rollout.Rollout, groups: readonly NodeGroup[]): ActiveRollout {
	return {
		plan,
		stages: plan.stages.map(({ scope }) => stageNodes(groups, scope)),
		state: rollout.start(plan),
		windows: [],
		toTakeBack: [],
		returned: [],
		pushUs: Number.NEGATIVE_INFINITY,
		receivedBefore: 0,
	};
}

/** The nodes that a rollout has reached by now. */
export function reachOf({ plan, stages, returned, state: { phase } }: ActiveRollout): RolloutReach {
	return { change: plan.change, stages: phase.at === 'waiting' ? [] : stages.slice(0, phase.stage + 1), returned };
}

/** Some of its monitors, or the tools of its people, stand behind the edge themselves. */
export const needsEdgeHealth = (plan: rollout.Rollout): boolean =>
	(plan.people !== null && plan.people.tools !== null) ||
	rollout.checksOf(plan).some(({ telemetry }) => telemetry.isBehindEdge);

export const isUnderWay = ({ phase: { at } }: rollout.RolloutState): boolean =>
	at !== 'waiting' && at !== 'completed' && at !== 'reverted';
