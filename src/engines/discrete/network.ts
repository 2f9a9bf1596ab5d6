/** One-way latency between clients and nodes, drawn afresh in each direction; a fault may stretch a node's. */
import type { Streams } from '../../kernel/random.js';
import type { World } from '../../model/world.js';
import { Times } from './time/time-laws.js';

export class Network {
	/** true: nothing takes time on the way, so answers are delivered by a call instead of an event */
	readonly instant: boolean;
	private readonly times: Times;
	private readonly factor: Float64Array;

	constructor(world: World, streams: Streams) {
		this.factor = new Float64Array(world.nodeCount).fill(1);
		this.instant = world.populations.every((p) => p.latency.kind === 'constant' && p.latency.us === 0);
		this.times = Times.of(
			world.sources.map((source) => {
				const population = world.populations[source.population];
				const owner = `${world.regions[source.region].name}/${population.name}`;
				return { law: population.latency, uniform: streams.uniform(`latency/${owner}`) };
			}),
		);
	}

	/** Whole microseconds from a client of this source to this node, or back. */
	latencyUs(source: number, node: number): number {
		return Math.floor(this.times.draw(source) * this.factor[node] + 0.5);
	}

	setFactor(node: number, factor: number): void {
		this.factor[node] = factor;
	}
}
