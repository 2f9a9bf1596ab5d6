/**
 * Nodes that are down, whoever took them down: faults and restarts may overlap on a node, and the end of one must not bring
 * it back while another lasts. So both pull the plant's lever through here.
 */
import { assert } from '../../kernel/errors.js';
import type { Plant } from './plant.js';

export class NodeOutages {
	readonly #plant: Pick<Plant, 'setCrashed'>;
	/** outages that hold a node down, by node */
	readonly #holding: Uint16Array;

	constructor(nodes: number, plant: Pick<Plant, 'setCrashed'>) {
		this.#plant = plant;
		this.#holding = new Uint16Array(nodes);
	}

	/** One outage more. */
	begin(node: number): void {
		if (++this.#holding[node] === 1) this.#plant.setCrashed(node, true);
	}

	/** One outage less; the node is back when none is left. */
	end(node: number): void {
		assert(this.#holding[node] > 0, `node ${node} comes back and was not down`);
		if (--this.#holding[node] === 0) this.#plant.setCrashed(node, false);
	}
}
