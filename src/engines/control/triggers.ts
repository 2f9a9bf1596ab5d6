/**
 * What disturbs a world, in order of time: changes from the first push until the last node is back, changes that a poisoned
 * rollback brought, faults, traffic marked as a trigger, and what the run began with, which is over at once.
 */
import type { Trigger } from '../../metrics/outcome.js';
import type { World } from '../../model/world.js';
import type { ActiveRollout } from './active-rollout.js';
import type { Deployments } from './deployments.js';

/** Those that began before `endUs`; still in force then: null. */
export function triggersUntil(
	endUs: number,
	{ changes, faults, start, trafficTriggers }: World,
	rollouts: readonly ActiveRollout[],
	deployments: Deployments,
): Trigger[] {
	const ended = (toUs: number): Pick<Trigger, 'toUs' | 'plannedUs'> =>
		toUs <= endUs ? { toUs } : { toUs: null, plannedUs: toUs };
	const pushed = rollouts.flatMap(({ plan, state: { phase } }): Trigger[] => {
		if (phase.at === 'waiting') return [];
		const toUs = phase.at === 'reverted' ? phase.backUs : null;
		return [{ kind: 'change', name: changes[plan.change].name, fromUs: phase.firstPushUs, toUs }];
	});
	const poisons = changes.flatMap(({ name }, change): Trigger[] => {
		const fromUs = deployments.poisonUs(change);
		return fromUs === null ? [] : [{ kind: 'change', name, fromUs, toUs: null }];
	});
	const begun: Trigger[] = start === null ? [] : [{ kind: 'start', name: 'work from before', fromUs: 0, toUs: 0 }];
	return [
		...begun,
		...pushed,
		...poisons,
		...faults.map(({ name, fromUs, toUs }): Trigger => ({ kind: 'fault', name, fromUs, ...ended(toUs) })),
		...trafficTriggers.map(({ name, fromUs, toUs }): Trigger => ({ kind: 'traffic', name, fromUs, ...ended(toUs) })),
	]
		.filter(({ fromUs }) => fromUs < endUs)
		.sort((a, b) => a.fromUs - b.fromUs);
}
