/**
 * CoDel in its server form, per node: a node is overloaded when the shortest wait of the last interval was above the
 * target; while it is, whoever waited more than twice the target is shed at dequeue. The first of an interval never is.
 * Source: Facebook's folly and "Fail at Scale" (ACM Queue 2015), as summarised in the validation facts, section 1.
 */
import type { CoDel } from '../../../model/node-group.js';

export class CodelStates {
	private readonly intervalEndUs: Float64Array;
	private readonly shortestUs: Float64Array;
	private readonly overloaded: Uint8Array;

	constructor(nodes: number) {
		this.intervalEndUs = new Float64Array(nodes);
		this.shortestUs = new Float64Array(nodes);
		this.overloaded = new Uint8Array(nodes);
	}

	isOverloaded(node: number): boolean {
		return this.overloaded[node] === 1;
	}

	/** Tells a wait that ends now; true when its request is to be shed. */
	sheds(codel: CoDel, node: number, waitedUs: number, nowUs: number): boolean {
		if (nowUs >= this.intervalEndUs[node]) {
			this.overloaded[node] = this.shortestUs[node] > codel.targetUs ? 1 : 0;
			this.intervalEndUs[node] = nowUs + codel.intervalUs;
			this.shortestUs[node] = waitedUs;
			return false;
		}
		if (waitedUs < this.shortestUs[node]) this.shortestUs[node] = waitedUs;
		return this.overloaded[node] === 1 && waitedUs > 2 * codel.targetUs;
	}
}
