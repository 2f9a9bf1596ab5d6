/**
 * Which nodes a filter means. One rule for stages, changes and faults: nodes are chosen by region, platform and group,
 * and a share of them takes the lowest numbers of each group, rounded up, so that a larger share holds the smaller one.
 */
import type { NodeGroup } from './node-group.js';
import type { StageScope } from './rollout/plan.js';

/** Masks are by index; null = all. */
export interface NodeFilter {
	readonly regions: readonly boolean[] | null;
	readonly platforms: readonly boolean[] | null;
	readonly groups?: readonly boolean[] | null;
	/** 0..1 */
	readonly nodeShare: number;
}

/** World-wide numbers of the nodes a filter means, ascending. */
export function selectNodes(groups: readonly NodeGroup[], filter: NodeFilter): number[] {
	return groups
		.filter((group, index) => {
			const { regions, platforms, groups: mask } = filter;
			return admits(regions, group.region) && admits(platforms, group.platform) && admits(mask ?? null, index);
		})
		.flatMap((group) => lowest(group, shareOf(group.nodes, filter.nodeShare)))
		.sort((a, b) => a - b);
}

/**
 * World-wide numbers of the nodes a stage reaches, ascending. A share of requests that is diverted needs nodes to go to: as
 * large a share of each group as of the requests, unless the author chose a share of nodes. A flagged share reaches all.
 */
export function stageNodes(groups: readonly NodeGroup[], scope: StageScope): number[] {
	const { requestShare, requestMode, nodeShare } = scope;
	const diverted = requestShare < 1 && requestMode === 'divert' && nodeShare === 1;
	return selectNodes(groups, diverted ? { ...scope, nodeShare: requestShare } : scope);
}

/**
 * share x n, rounded up, so at least one of n > 0 for any share > 0. A product that is whole but for the last bits of a
 * float (7 % of 100) stays whole.
 */
export function shareOf(n: number, share: number): number {
	if (n === 0 || share <= 0) return 0;
	return Math.max(1, Math.min(n, Math.ceil(n * share - 1e-9)));
}

const admits = (mask: readonly boolean[] | null, index: number): boolean => mask === null || mask[index];

const lowest = (group: NodeGroup, count: number): number[] =>
	Array.from({ length: count }, (_, i) => group.firstNode + i);
