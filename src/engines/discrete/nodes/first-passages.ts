// HOT PATH where attempts are rejected and lines run empty: one look at a node.
/** First passages of waiting lines, by platform: when a node first had no place left, and when such a line was empty again. */
import type { NodeTable } from './node-table.js';

const NEVER = Number.POSITIVE_INFINITY;

export class Passages {
	/** 1 where the node has been full, and its line not empty since then */
	readonly wasFull: Uint8Array;
	/** by platform: first instant at which somebody found no place at a node, and at which a line that was full was empty; NEVER until then */
	readonly fullUs: Float64Array;
	readonly drainedUs: Float64Array;

	constructor(private readonly nodes: NodeTable) {
		this.wasFull = new Uint8Array(nodes.count);
		this.fullUs = new Float64Array(nodes.world.platforms.length).fill(NEVER);
		this.drainedUs = new Float64Array(nodes.world.platforms.length).fill(NEVER);
	}

	/** Somebody found no place at this node. */
	full(node: number, atUs: number): void {
		if (this.wasFull[node] === 1) return;
		this.wasFull[node] = 1;
		note(this.fullUs, this.nodes.platform[node], atUs);
	}

	/** The line of a node that was full is empty. It may be told later than others that happened after it. */
	drained(node: number, atUs: number): void {
		this.wasFull[node] = 0;
		note(this.drainedUs, this.nodes.platform[node], atUs);
	}
}

function note(firstUs: Float64Array, platform: number, atUs: number): void {
	if (atUs < firstUs[platform]) firstUs[platform] = atUs;
}
