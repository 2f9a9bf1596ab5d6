// HOT PATH where nodes fill up and lines run empty: one look at a node.
/**
 * First passages of waiting lines, by platform: when the last place of a node was first taken, and when a line was empty
 * again. A line that has been full is drained once nobody waits. One that never was is drained when it is empty again
 * after the last trigger, if somebody waited at the end of that trigger.
 */
import type { NodeTable } from './node-table.js';

const NEVER = Number.POSITIVE_INFINITY;
const NONE = -1;

/** Why somebody wants to know when a node's line is empty. */
const FULL = 1;
const TRIGGER = 2;

export class FirstPassages {
	/** by node: 0, or why its line is waited for to be empty */
	readonly awaited: Uint8Array;
	/** by platform: first instant at which a node had no place left; NEVER until then */
	readonly fullUs: Float64Array;
	/** by platform: when the line of that very node was empty again */
	readonly firstFullDrainedUs: Float64Array;
	/** by platform: first instant at which a line that had been full was empty; one that never was, after the last trigger */
	private readonly afterFullUs: Float64Array;
	private readonly afterTriggerUs: Float64Array;
	private readonly firstFull: Int32Array;

	constructor(private readonly nodes: NodeTable) {
		const platforms = nodes.world.platforms.length;
		this.awaited = new Uint8Array(nodes.count);
		this.fullUs = new Float64Array(platforms).fill(NEVER);
		this.firstFullDrainedUs = new Float64Array(platforms).fill(NEVER);
		this.afterFullUs = new Float64Array(platforms).fill(NEVER);
		this.afterTriggerUs = new Float64Array(platforms).fill(NEVER);
		this.firstFull = new Int32Array(platforms).fill(NONE);
	}

	/** This node has no place left. Told in order of time. */
	full(node: number, atUs: number): void {
		if (this.awaited[node] === FULL) return;
		const platform = this.nodes.platform[node];
		if (this.firstFull[platform] === NONE) {
			this.firstFull[platform] = node;
			this.fullUs[platform] = atUs;
		}
		// Without waiting places there is no line to drain.
		if (this.nodes.queueLimit[node] > 0) this.awaited[node] = FULL;
	}

	/** A trigger ends: of lines that have not been full, those that `waits` says somebody waits in are awaited from now on. */
	triggerEnded(waits: (node: number) => boolean): void {
		this.afterTriggerUs.fill(NEVER);
		for (let node = 0; node < this.nodes.count; node++) {
			if (this.awaited[node] !== FULL) this.awaited[node] = waits(node) ? TRIGGER : 0;
		}
	}

	/** The line of a node that is awaited is empty. It may be told later than others that happened after it. */
	drained(node: number, atUs: number): void {
		const platform = this.nodes.platform[node];
		const wasFull = this.awaited[node] === FULL;
		this.awaited[node] = 0;
		note(wasFull ? this.afterFullUs : this.afterTriggerUs, platform, atUs);
		if (wasFull && this.firstFull[platform] === node) note(this.firstFullDrainedUs, platform, atUs);
	}

	/** By platform: first line drained; NEVER where none was. */
	get drainedUs(): Float64Array {
		return this.afterFullUs.map((us, platform) =>
			this.fullUs[platform] === NEVER ? this.afterTriggerUs[platform] : us,
		);
	}
}

function note(firstUs: Float64Array, platform: number, atUs: number): void {
	if (atUs < firstUs[platform]) firstUs[platform] = atUs;
}
