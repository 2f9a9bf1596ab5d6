/** How long nodes hold n requests (waiting and in service), by node group: the time-weighted distribution of n. */
import { wider } from '../../../kernel/row-pool.js';
import type { NodeTable } from './node-table.js';

export class NumberInSystem {
	private readonly timeUs: Float64Array[];
	private readonly size: Int32Array;
	private readonly sinceUs: Float64Array;

	constructor(private readonly nodes: NodeTable) {
		this.timeUs = nodes.world.groups.map(() => new Float64Array(64));
		this.size = new Int32Array(nodes.count);
		this.sinceUs = new Float64Array(nodes.count);
	}

	change(node: number, by: number, nowUs: number): void {
		const size = this.size[node];
		const group = this.nodes.group[node];
		if (size >= this.timeUs[group].length) this.timeUs[group] = wider(this.timeUs[group], 2 * size);
		this.timeUs[group][size] += nowUs - this.sinceUs[node];
		this.size[node] = size + by;
		this.sinceUs[node] = nowUs;
	}

	/** Forgets what was counted so far: the measured window begins. */
	restart(nowUs: number): void {
		for (const column of this.timeUs) column.fill(0);
		this.sinceUs.fill(nowUs);
	}

	/** Counts up to now and gives [group][n] in us. */
	close(nowUs: number): Float64Array[] {
		for (let node = 0; node < this.nodes.count; node++) this.change(node, 0, nowUs);
		return this.timeUs;
	}
}
