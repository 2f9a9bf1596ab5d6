/**
 * Which nodes run which change, and which are about to: pushes and rollbacks travel, so nodes disagree for a while. It
 * also counts by version: what nodes saw while they ran a change, the way a metric labelled with a version does.
 */
import { assert } from '../../kernel/errors.js';
import type { Uniform } from '../../kernel/random.js';
import type { Arrival, Regenerate } from '../../model/rollout/propagation.js';
import type { World } from '../../model/world.js';
import { HalfUpgradedSources } from './half-upgraded-sources.js';
import type { NodeOutages } from './node-outages.js';
import type { Plant } from './plant.js';
import { RollingRestarts } from './rolling-restarts.js';

/** A node takes a change up or drops it; a poisoned target brings another change with it. */
interface Activation {
	readonly atUs: number;
	readonly change: number;
	readonly node: number;
	readonly on: boolean;
	readonly poisonedBy: number | null;
}

/** One change: where it runs. */
interface ChangeDeployment {
	readonly on: Uint8Array;
	/** activations on their way */
	readonly pending: Uint8Array;
	active: number;
	/** the same by region */
	readonly activeIn: Int32Array;
	/** what each node had counted when it took the change up */
	readonly base: Float64Array;
	/** what was counted under the change on nodes that have dropped it since */
	readonly past: Float64Array;
	/** when a rollback first brought this change to a node */
	poisonUs: number | null;
}

export class Deployments {
	/** the next instant at which a node turns; Infinity if none */
	nextUs = Number.POSITIVE_INFINITY;
	readonly #plant: Plant;
	/** numbers that are counted per node */
	readonly #width: number;
	readonly #deployments: ChangeDeployment[];
	/** ascending in time, then in order of booking */
	#activations: Activation[] = [];
	readonly #restarts: RollingRestarts;
	readonly #sources = new HalfUpgradedSources();
	/** by node */
	readonly #regionOf: Int32Array;

	constructor(
		world: Pick<World, 'changes' | 'groups' | 'nodeCount' | 'regions'>,
		width: number,
		plant: Plant,
		outages: NodeOutages,
	) {
		const { nodeCount: nodes, groups, regions } = world;
		this.#regionOf = new Int32Array(nodes);
		for (const { firstNode, nodes: own, region } of groups) this.#regionOf.fill(region, firstNode, firstNode + own);
		this.#plant = plant;
		this.#width = width;
		this.#restarts = new RollingRestarts(outages);
		this.#deployments = world.changes.map(() => ({
			on: new Uint8Array(nodes),
			pending: new Uint8Array(nodes),
			active: 0,
			activeIn: new Int32Array(regions.length),
			base: new Float64Array(nodes * width),
			past: new Float64Array(width),
			poisonUs: null,
		}));
	}

	/** Nodes that run the change now. */
	active(change: number): number {
		return this.#deployments[change].active;
	}

	/** The same by region. */
	activeIn(change: number): Int32Array {
		return this.#deployments[change].activeIn;
	}

	/** Their numbers, ascending. */
	nodesOn(change: number): number[] {
		const nodes: number[] = [];
		this.#deployments[change].on.forEach((on, node) => {
			if (on === 1) nodes.push(node);
		});
		return nodes;
	}

	/** When a rollback first brought this change to a node (a poisoned target); null = never. */
	poisonUs(change: number): number | null {
		return this.#deployments[change].poisonUs;
	}

	/** Books activations; nodes that run the change already, or will, are left as they are, and no time is asked for them. */
	push(change: number, nodes: readonly number[], arrivals: (fresh: readonly number[]) => readonly Arrival[]): void {
		const { on, pending } = this.#deployments[change];
		this.#sources.release(change, nodes);
		const fresh = arrivals(nodes.filter((node) => on[node] === 0 && pending[node] === 0));
		for (const { node } of fresh) pending[node] = 1;
		this.#restarts.book(
			fresh.flatMap(({ node, atUs, downFromUs }) =>
				downFromUs === null ? [] : [{ change, node, fromUs: downFromUs, toUs: atUs }],
			),
		);
		this.#book(fresh.map(({ node, atUs }) => ({ atUs, change, node, on: true, poisonedBy: null })));
	}

	/** Has a half-upgraded source make files for these nodes from now on, until the change is called off or pushed anew. */
	regenerate(change: number, nodes: readonly number[], law: Regenerate, uniform: Uniform, nowUs: number): void {
		this.#sources.add({ change, nodes, law, uniform, nextUs: nowUs });
		this.#lookAhead();
	}

	/** Books the return of nodes to the version without the change. */
	takeBack(change: number, nodes: readonly number[], poisonedBy: number | null, atUs: (node: number) => number): void {
		this.#book(nodes.map((node) => ({ atUs: atUs(node), change, node, on: false, poisonedBy })));
	}

	/** Calls off the activations of a change that have not happened yet; a node that restarts comes back without it. */
	cancel(change: number): void {
		this.#deployments[change].pending.fill(0);
		this.#sources.cancel(change);
		this.#restarts.cancel(change);
		this.#activations = this.#activations.filter((activation) => activation.change !== change || !activation.on);
		this.#lookAhead();
	}

	/** Turns the nodes that are due; one that restarted comes back as what it turned into. */
	run(nowUs: number): void {
		if (nowUs < this.nextUs) return;
		this.#activateDue(nowUs);
		this.#sources.run(nowUs, (change, node, on) => this.#set(change, node, on));
		this.#restarts.run(nowUs);
		this.#lookAhead();
	}

	/** Everything counted so far on nodes while they ran the change. */
	countsUnder(change: number): Float64Array {
		const { on, base, past } = this.#deployments[change];
		const sum = past.slice();
		const counters = this.#plant.counters();
		for (let node = 0; node < on.length; node++) {
			if (on[node] === 0) continue;
			const row = node * this.#width;
			for (let i = 0; i < this.#width; i++) sum[i] += counters[row + i] - base[row + i];
		}
		return sum;
	}

	#activateDue(nowUs: number): void {
		const later = this.#activations.findIndex(({ atUs }) => atUs > nowUs);
		for (const activation of this.#activations.splice(0, later < 0 ? this.#activations.length : later)) {
			assert(activation.atUs === nowUs, `node ${activation.node} should have turned at ${activation.atUs} us`, nowUs);
			this.#set(activation.change, activation.node, activation.on);
			if (activation.poisonedBy === null) continue;
			this.#set(activation.poisonedBy, activation.node, true);
			this.#deployments[activation.poisonedBy].poisonUs ??= nowUs;
		}
	}

	#set(change: number, node: number, on: boolean): void {
		const deployment = this.#deployments[change];
		if (on) deployment.pending[node] = 0;
		if ((deployment.on[node] === 1) === on) return;
		const counters = this.#plant.counters();
		const row = node * this.#width;
		for (let i = row; i < row + this.#width; i++) {
			if (on) deployment.base[i] = counters[i];
			else deployment.past[i - row] += counters[i] - deployment.base[i];
		}
		deployment.on[node] = on ? 1 : 0;
		deployment.active += on ? 1 : -1;
		deployment.activeIn[this.#regionOf[node]] += on ? 1 : -1;
		this.#plant.setChange(node, change, on);
	}

	#book(activations: readonly Activation[]): void {
		this.#activations = [...this.#activations, ...activations].sort((a, b) => a.atUs - b.atUs);
		this.#lookAhead();
	}

	#lookAhead(): void {
		const activationUs = this.#activations.length === 0 ? Number.POSITIVE_INFINITY : this.#activations[0].atUs;
		this.nextUs = Math.min(activationUs, this.#restarts.nextUs, this.#sources.nextUs);
	}
}
