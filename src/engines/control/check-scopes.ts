/** Which nodes stages, waves and comparisons mean, and what is counted there so far. */
import { assert } from '../../kernel/errors.js';
import { type Control, controlOf } from '../../model/gates/condition.js';
import type { Check } from '../../model/gates/gate-check.js';
import { COUNTER, type Metric } from '../../model/gates/gate-metric.js';
import { type CounterLayout, counterLayout, rowOf, widthOf } from '../../model/rollout/counter-layout.js';
import type { World } from '../../model/world.js';
import type { Deployments } from './deployments.js';
import type { WindowCounts } from './metric-window.js';
import type { Plant } from './plant.js';

/** The nodes of a rollout so far. */
export interface RolloutReach {
	/** index of the change */
	readonly change: number;
	/** nodes of the stages pushed, the newest last */
	readonly stages: readonly (readonly number[])[];
	/** nodes that waves of its revert have taken back */
	readonly returned: readonly number[];
}

export class CheckScopes {
	readonly #world: World;
	readonly #plant: Plant;
	readonly #deployments: Deployments;
	readonly #shape: CounterLayout;
	readonly #everyNode: readonly number[];

	constructor(world: World, plant: Plant, deployments: Deployments) {
		this.#world = world;
		this.#plant = plant;
		this.#deployments = deployments;
		this.#shape = counterLayout(world.rollouts, world.classes.length);
		this.#everyNode = Array.from({ length: world.nodeCount }, (_, node) => node);
	}

	/** Everything counted so far, everywhere, all classes together. */
	everything(): Float64Array {
		return rowOf(this.#sum(this.#everyNode), this.#shape, null);
	}

	/** First attempts that these nodes have received so far. */
	received(nodes: readonly number[]): number {
		return rowOf(this.#sum(nodes), this.#shape, null)[COUNTER.firstReceived];
	}

	/** What is counted in the scope of a check, among the canary and among those it is compared with; fresh arrays each time. */
	counter({ metric, condition }: Check, reach: RolloutReach): () => WindowCounts {
		const canary = this.#canary(metric.scope, reach);
		const kind = controlOf(condition);
		const control = kind === null ? null : this.#control(metric.scope, kind, reach, canary);
		const row = (counts: Float64Array) => rowOf(counts, this.#shape, metric.classes);
		return () => ({ canary: row(canary()), control: control === null ? null : row(control()) });
	}

	#canary(scope: Metric['scope'], { change, stages, returned }: RolloutReach): () => Float64Array {
		if (scope === 'rollout') return () => this.#deployments.countsUnder(change);
		if (scope === 'returned') return () => this.#sum(returned);
		if (scope === 'global') return () => this.#sum(this.#everyNode);
		const nodes = stages.at(-1);
		assert(nodes !== undefined, 'a stage is watched before its first push');
		return () => this.#sum(nodes);
	}

	/** Whom a canary is compared with: all that is not it, or as many nodes of each group, the highest numbers. */
	#control(
		scope: Metric['scope'],
		kind: Control,
		{ stages }: RolloutReach,
		canary: () => Float64Array,
	): () => Float64Array {
		if (kind === 'rest' && scope === 'rollout') {
			return () => {
				const under = canary();
				return this.#sum(this.#everyNode).map((n, i) => n - under[i]);
			};
		}
		const taken = new Set(stages.flat());
		const free = this.#everyNode.filter((node) => !taken.has(node));
		const nodes = kind === 'rest' ? free : sameSize(this.#world, taken);
		return () => this.#sum(nodes);
	}

	#sum(nodes: readonly number[]): Float64Array {
		const width = widthOf(this.#shape);
		const counters = this.#plant.counters();
		const sum = new Float64Array(width);
		for (const node of nodes) for (let i = 0; i < width; i++) sum[i] += counters[node * width + i];
		return sum;
	}
}

/** The nodes of wave k of n: equal numbers, within one. */
export const waveOf = (nodes: readonly number[], wave: number, of: number): readonly number[] =>
	nodes.slice(Math.floor(((wave - 1) * nodes.length) / of), Math.floor((wave * nodes.length) / of));

/** In each group as many free nodes as are taken there, the highest numbers first; all that are free where there are fewer. */
function sameSize({ groups }: World, taken: ReadonlySet<number>): number[] {
	return groups.flatMap(({ firstNode, nodes }) => {
		const all = Array.from({ length: nodes }, (_, i) => firstNode + i);
		const free = all.filter((node) => !taken.has(node));
		const size = nodes - free.length;
		return size === 0 ? [] : free.slice(-size);
	});
}
