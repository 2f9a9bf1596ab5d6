/** How changes travel (MODEL section 7), stage by stage: a push, a delay to each node, a hold. Gates stand in `gates.ts`. */
import type { Change } from '../../../src/model/change.js';
import type { Rollout, Stage } from '../../../src/model/rollout/plan.js';
import type { Attempt, Request } from './attempt.js';
import { draw } from './laws.js';
import { shareOf } from './nodes/health.js';
import type { Node } from './nodes/node.js';
import { matches } from './nodes/versions.js';
import type { Run } from './run.js';

export interface Rollouts {
	begin(): void;
	/** The changes that act on an attempt at a node of which this share of the workers is busy. */
	acting(node: Node, attempt: Attempt, utilisation: number): Change[];
	/** Whether a request may go to a node: some are diverted to the nodes of a stage, the others kept from them. */
	mayGo(node: Node, request: Request): boolean;
	/** A first attempt has met a change that multiplies calls. */
	observe(attempt: Attempt, node: Node): void;
}

interface Progress {
	/** by node: since when the version has an effect there, and the share of requests that are flagged for it */
	readonly running: Map<Node, { readonly effectUs: number; readonly flagged: number }>;
	diverted: { readonly share: number; readonly nodes: readonly Node[] } | null;
}

export function newRollouts(
	run: Pick<Run, 'agenda' | 'world' | 'chance' | 'nodes'>,
	bearMore: (like: Request) => void,
): Rollouts {
	const { agenda, world, chance, nodes } = run;
	const progress: Progress[] = world.rollouts.map(() => ({ running: new Map(), diverted: null }));

	function push(rollout: Rollout, of: Progress, number: number) {
		const stage = rollout.stages[number];
		const reached = stageNodes(nodes, stage);
		const { requestShare, requestMode } = stage.scope;
		of.diverted = requestMode === 'divert' && requestShare < 1 ? { share: requestShare, nodes: reached } : null;
		for (const node of reached) {
			const flagged = requestMode === 'flag' ? requestShare : 1;
			agenda.book(agenda.nowUs + travelUs(stage), 'control', () => {
				const before = of.running.get(node);
				const effectUs =
					before === undefined ? agenda.nowUs + draw(world.changes[rollout.change].onset, chance) : before.effectUs;
				of.running.set(node, { effectUs, flagged });
			});
		}
		if (number + 1 < rollout.stages.length) {
			agenda.book(agenda.nowUs + stage.holdUs, 'control', () => push(rollout, of, number + 1));
		}
	}

	function travelUs({ propagation }: Stage): number {
		if (propagation.kind === 'push') return draw(propagation.delay, chance);
		if (propagation.kind === 'pull') return Math.round(chance() * propagation.everyUs);
		throw new Error(`the reference knows no propagation by ${propagation.kind}`);
	}

	return {
		begin() {
			world.rollouts.forEach((rollout, i) => {
				agenda.book(rollout.atUs, 'control', () => push(rollout, progress[i], 0));
			});
		},
		acting(node, attempt, utilisation) {
			return world.rollouts.flatMap((rollout, i) => {
				const change = world.changes[rollout.change];
				const there = progress[i].running.get(node);
				if (there === undefined || agenda.nowUs < there.effectUs || utilisation < change.aboveLoad) return [];
				if (attempt.request.rolloutLuck[i] >= there.flagged || !showsOn(change, node)) return [];
				return matches(change, rollout.change, attempt) ? [change] : [];
			});
		},
		mayGo(node, request) {
			return progress.every(({ diverted }, i) => {
				if (diverted === null) return true;
				return diverted.nodes.includes(node) === request.rolloutLuck[i] < diverted.share;
			});
		},
		observe(attempt, node) {
			if (attempt.number > 1 || attempt.request.isExtra) return;
			for (const { calls } of this.acting(node, attempt, 1)) {
				const extra = calls - 1;
				const born = Math.floor(extra) + (extra % 1 > 0 && chance() < extra % 1 ? 1 : 0);
				for (let i = 0; i < born; i += 1) bearMore(attempt.request);
			}
		},
	};
}

/** A change shows itself on a share of the nodes of each group, lowest numbers first, rounded up. */
const showsOn = ({ nodeShare }: Change, { group, index }: Node): boolean =>
	index - group.firstNode < shareOf(group.nodes, nodeShare);

/** Where a stage reaches. A diverted share of requests without a share of nodes takes as large a share of each group. */
function stageNodes(nodes: readonly Node[], { scope }: Stage): Node[] {
	const { regions, platforms, requestShare, requestMode } = scope;
	const nodeShare = requestMode === 'divert' && scope.nodeShare === 1 ? requestShare : scope.nodeShare;
	return nodes.filter(({ group, index }) => {
		if (regions !== null && !regions[group.region]) return false;
		if (platforms !== null && !platforms[group.platform]) return false;
		return index - group.firstNode < shareOf(group.nodes, nodeShare);
	});
}
