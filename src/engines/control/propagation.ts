/** Sends a version on its way to the nodes of a stage, by whichever way its rollout has: from law and uniform to bookings. */
import type { Streams } from '../../kernel/random.js';
import type { NodeGroup } from '../../model/node-group.js';
import { arrivals, type Cohort, type Propagation } from '../../model/rollout/propagation.js';
import type { Deployments } from './deployments.js';

export interface PushToNodes {
	readonly change: number;
	/** the nodes of the stage, ascending */
	readonly nodes: readonly number[];
	readonly propagation: Propagation;
	/** names its streams: `OWNER/NODE` draws once per node, `OWNER/file` once per file */
	readonly owner: string;
}

/** Books the arrivals of a push made now. */
export function propagate(
	{ change, nodes, propagation, owner }: PushToNodes,
	deployments: Deployments,
	groups: readonly NodeGroup[],
	streams: Pick<Streams, 'uniform'>,
	nowUs: number,
): void {
	if (propagation.kind === 'regenerate') {
		deployments.regenerate(change, nodes, propagation, streams.uniform(`${owner}/file`), nowUs);
		return;
	}
	const uniform = (node: number): number => streams.uniform(`${owner}/${node}`)();
	deployments.push(change, nodes, (fresh) => arrivals(propagation, cohorts(groups, nodes, fresh), nowUs, uniform));
}

/** The nodes of a stage by group, each a deployment of its own. */
function cohorts(groups: readonly NodeGroup[], nodes: readonly number[], fresh: readonly number[]): Cohort[] {
	return groups.map((group) => {
		const within = (node: number) => node >= group.firstNode && node < group.firstNode + group.nodes;
		return { size: nodes.filter(within).length, nodes: fresh.filter(within) };
	});
}
