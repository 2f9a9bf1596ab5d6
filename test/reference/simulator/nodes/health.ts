/** What the faults in force on a node come to (MODEL section 8): factors multiply, errors strike independently. */
import type { Fault } from '../../../../src/model/fault.js';
import type { NodeGroup } from '../../../../src/model/node-group.js';
import type { Reply } from '../../../../src/model/reply.js';

export interface Health {
	readonly crashed: boolean;
	readonly cutOff: boolean;
	readonly speed: number;
	readonly latency: number;
	readonly errors: readonly { readonly probability: number; readonly reply: Reply }[];
}

/** Whether a fault picks the node: by region, platform and group, and then by number, or by share, lowest first, rounded up. */
export function befalls({ scope }: Fault, group: NodeGroup, groupIndex: number, place: number): boolean {
	const allowed = (mask: readonly boolean[] | null, index: number): boolean => mask === null || mask[index];
	if (
		!allowed(scope.regions, group.region) ||
		!allowed(scope.platforms, group.platform) ||
		!allowed(scope.groups, groupIndex)
	)
		return false;
	if (scope.nodes !== null) return scope.nodes.includes(group.firstNode + place);
	return place < shareOf(group.nodes, scope.nodeShare);
}

/** A share of n, rounded up, but for the dust of floats. */
export const shareOf = (n: number, share: number): number => Math.ceil(Number((n * share).toPrecision(12)));

/** Of the faults that befall a node, at an instant: each is in force over [from, to). */
export function healthAt(faults: readonly Fault[], nowUs: number): Health {
	const effects = faults.filter(({ fromUs, toUs }) => fromUs <= nowUs && nowUs < toUs).map(({ effect }) => effect);
	return {
		crashed: effects.some(({ kind }) => kind === 'crash'),
		cutOff: effects.some(({ kind }) => kind === 'partition'),
		speed: effects.reduce((all, effect) => (effect.kind === 'speed' ? all * effect.factor : all), 1),
		latency: effects.reduce((all, effect) => (effect.kind === 'latency' ? all * effect.factor : all), 1),
		errors: effects.flatMap((effect) => (effect.kind === 'error' ? [effect] : [])),
	};
}
