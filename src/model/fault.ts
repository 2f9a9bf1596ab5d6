/** Timed disturbances: at a time, for a while, somewhere. Traffic factors are folded into the sources' curves. */
import type { NodeGroup } from './node-group.js';
import { selectNodes } from './node-selection.js';
import { type Reply, SERVER_ERROR } from './reply.js';

/** Which nodes; null = all. `nodeShare` takes the lowest numbers of each group, rounded up. */
export interface FaultScope {
	readonly regions: readonly boolean[] | null;
	readonly platforms: readonly boolean[] | null;
	readonly groups: readonly boolean[] | null;
	/** single nodes (world-wide numbers); null = by share */
	readonly nodes: readonly number[] | null;
	readonly nodeShare: number;
}

export type FaultEffect =
	| { readonly kind: 'crash' }
	/** workers' speed; 0 admits and holds, and serves nothing until it ends */
	| { readonly kind: 'speed'; readonly factor: number }
	/** network latency only */
	| { readonly kind: 'latency'; readonly factor: number }
	| { readonly kind: 'error'; readonly probability: number; readonly reply: Reply }
	| { readonly kind: 'partition' }
	| { readonly kind: 'traffic'; readonly factor: number };

export interface Fault {
	readonly name: string;
	readonly fromUs: number;
	readonly toUs: number;
	readonly scope: FaultScope;
	readonly effect: FaultEffect;
}

/** A fault is in force over [fromUs, toUs): one that ends where another begins leaves no gap and no overlap. */
export const inForce = (fault: Fault, nowUs: number): boolean => fault.fromUs <= nowUs && nowUs < fault.toUs;

/** World-wide numbers of the nodes a fault befalls, ascending. A traffic factor befalls none: it is in the sources' curves. */
export function faultNodes(groups: readonly NodeGroup[], { scope, effect }: Fault): readonly number[] {
	if (effect.kind === 'traffic') return [];
	if (scope.nodes !== null) return [...scope.nodes].sort((a, b) => a - b);
	return selectNodes(groups, scope);
}

/** What all the faults on one node come to. */
export interface CombinedFaults {
	readonly speed: number;
	readonly latency: number;
	readonly errorProbability: number;
	/** of the likeliest of them */
	readonly errorReply: Reply;
	readonly crashed: boolean;
	readonly cutOff: boolean;
}

/**
 * Faults on one node, taken together: factors multiply, errors strike independently (1 - product of (1 - p)), and a
 * node is down while any crash lasts. It is computed from the faults in force, never undone step by step, so that the
 * end of all of them gives exactly a healthy node.
 */
export function combineFaults(effects: readonly FaultEffect[]): CombinedFaults {
	let [speed, latency, spared] = [1, 1, 1];
	let likeliest = 0;
	let errorReply = SERVER_ERROR;
	for (const effect of effects) {
		if (effect.kind === 'speed') speed *= effect.factor;
		if (effect.kind === 'latency') latency *= effect.factor;
		if (effect.kind !== 'error') continue;
		spared *= 1 - effect.probability;
		if (effect.probability <= likeliest) continue;
		likeliest = effect.probability;
		errorReply = effect.reply;
	}
	return {
		speed,
		latency,
		errorProbability: 1 - spared,
		errorReply,
		crashed: effects.some(({ kind }) => kind === 'crash'),
		cutOff: effects.some(({ kind }) => kind === 'partition'),
	};
}
