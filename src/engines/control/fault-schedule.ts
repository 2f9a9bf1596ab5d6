/** Applies the faults of a world to a plant, each at its hour; faults that overlap on a node are taken together. */
import { type CombinedFaults, combineFaults, type Fault, faultNodes, inForce } from '../../model/fault.js';
import type { World } from '../../model/world.js';
import type { NodeOutages } from './node-outages.js';
import type { Plant } from './plant.js';

export class FaultSchedule {
	/** the next instant at which a fault starts or ends; Infinity if none */
	nextUs: number;
	readonly #plant: Plant;
	readonly #outages: NodeOutages;
	/** faults by node, and what they amount to now */
	readonly #faults: Fault[][];
	readonly #state: CombinedFaults[];
	/** every start and end still to come, ascending, with the nodes it concerns */
	readonly #changes: { readonly atUs: number; readonly nodes: readonly number[] }[];

	constructor(world: World, plant: Plant, outages: NodeOutages) {
		this.#plant = plant;
		this.#outages = outages;
		// One for all nodes without a fault: there may be a hundred thousand of them.
		const none: Fault[] = [];
		this.#faults = new Array(world.nodeCount).fill(none);
		this.#state = new Array(world.nodeCount).fill(combineFaults([]));
		const changes = [];
		for (const fault of world.faults) {
			const nodes = faultNodes(world.groups, fault);
			if (nodes.length === 0) continue;
			for (const node of nodes) {
				if (this.#faults[node] === none) this.#faults[node] = [];
				this.#faults[node].push(fault);
			}
			changes.push({ atUs: Math.max(0, fault.fromUs), nodes }, { atUs: Math.max(0, fault.toUs), nodes });
		}
		this.#changes = changes.filter(({ atUs }) => atUs !== Number.POSITIVE_INFINITY).sort((a, b) => a.atUs - b.atUs);
		this.nextUs = this.#changes.length === 0 ? Number.POSITIVE_INFINITY : this.#changes[0].atUs;
	}

	/** Does what is due up to now. */
	run(nowUs: number): void {
		if (nowUs < this.nextUs) return;
		const later = this.#changes.findIndex(({ atUs }) => atUs > nowUs);
		const due = this.#changes.splice(0, later < 0 ? this.#changes.length : later);
		for (const node of new Set(due.flatMap(({ nodes }) => nodes))) this.#apply(node, nowUs);
		this.nextUs = this.#changes.length === 0 ? Number.POSITIVE_INFINITY : this.#changes[0].atUs;
	}

	#apply(node: number, nowUs: number): void {
		const plant = this.#plant;
		const was = this.#state[node];
		const is = combineFaults(this.#faults[node].filter((fault) => inForce(fault, nowUs)).map((fault) => fault.effect));
		this.#state[node] = is;
		if (is.speed !== was.speed) plant.setSpeed(node, is.speed);
		if (is.latency !== was.latency) plant.setLatencyFactor(node, is.latency);
		if (is.errorProbability !== was.errorProbability || is.errorReply !== was.errorReply) {
			plant.setErrorProbability(node, is.errorProbability, is.errorReply);
		}
		if (is.crashed && !was.crashed) this.#outages.begin(node);
		if (was.crashed && !is.crashed) this.#outages.end(node);
		if (is.cutOff !== was.cutOff) plant.setCutOff(node, is.cutOff);
	}
}
