/**
 * Who met a change: the first attempts that were sent to nodes while they ran one, and how long nodes did. What the nodes
 * count for the monitors is read when a node takes its first change up, and again when it has dropped the last one, so that
 * nothing runs per attempt.
 */
import type { MonitorCounters } from './monitor-counters.js';

const NOT_EXPOSED = -1;

export class ChangeExposure {
	/** by node: since when it has run a change; NOT_EXPOSED while it runs none */
	private readonly sinceUs: Float64Array;
	/** by node: first attempts sent to it before that */
	private readonly before: Float64Array;
	private firstAttempts = 0;
	private nodeUs = 0;

	constructor(
		nodes: number,
		private readonly counters: MonitorCounters,
	) {
		this.sinceUs = new Float64Array(nodes).fill(NOT_EXPOSED);
		this.before = new Float64Array(nodes);
	}

	/** A node runs some change from now on, or none any more. */
	set(node: number, on: boolean, nowUs: number): void {
		if ((this.sinceUs[node] !== NOT_EXPOSED) === on) return;
		if (on) {
			this.sinceUs[node] = nowUs;
			this.before[node] = this.counters.firstAttempts(node);
			return;
		}
		this.firstAttempts += this.counters.firstAttempts(node) - this.before[node];
		this.nodeUs += nowUs - this.sinceUs[node];
		this.sinceUs[node] = NOT_EXPOSED;
	}

	/** Up to now, nodes that are still exposed with what they have seen so far. */
	at(nowUs: number): { firstAttempts: number; nodeUs: number } {
		let { firstAttempts, nodeUs } = this;
		this.sinceUs.forEach((sinceUs, node) => {
			if (sinceUs === NOT_EXPOSED) return;
			firstAttempts += this.counters.firstAttempts(node) - this.before[node];
			nodeUs += nowUs - sinceUs;
		});
		return { firstAttempts, nodeUs };
	}
}
