/** Nodes that restart because a rollout replaces them, one batch after the other. */
import { assert } from '../../kernel/errors.js';
import type { NodeOutages } from './node-outages.js';

/** A node is down over [fromUs, toUs). */
interface RollingRestart {
	readonly change: number;
	readonly node: number;
	readonly fromUs: number;
	readonly toUs: number;
}

export class RollingRestarts {
	readonly #outages: NodeOutages;
	#booked: RollingRestart[] = [];
	#down: RollingRestart[] = [];

	constructor(outages: NodeOutages) {
		this.#outages = outages;
	}

	/** The next instant at which a node goes or is back; Infinity if none. */
	get nextUs(): number {
		return Math.min(
			this.#booked.reduce((least, { fromUs }) => Math.min(least, fromUs), Number.POSITIVE_INFINITY),
			this.#down.reduce((least, { toUs }) => Math.min(least, toUs), Number.POSITIVE_INFINITY),
		);
	}

	book(restarts: readonly RollingRestart[]): void {
		for (const restart of restarts) this.#booked.push(restart);
	}

	/** Calls off the restarts of a change that have not begun; a node that is down comes back when it would have. */
	cancel(change: number): void {
		this.#booked = this.#booked.filter((restart) => restart.change !== change);
	}

	/** A node that goes as another outage of it ends stays down without a break: so the ones that begin are first. */
	run(nowUs: number): void {
		const begun = this.#booked.filter(({ fromUs }) => fromUs <= nowUs);
		const ended = this.#down.filter(({ toUs }) => toUs <= nowUs);
		if (begun.length === 0 && ended.length === 0) return;
		for (const { node, fromUs } of begun) {
			assert(fromUs === nowUs, `node ${node} should have gone at ${fromUs} us`, nowUs);
			this.#outages.begin(node);
		}
		for (const { node, toUs } of ended) {
			assert(toUs === nowUs, `node ${node} should have been back at ${toUs} us`, nowUs);
			this.#outages.end(node);
		}
		this.#booked = this.#booked.filter(({ fromUs }) => fromUs > nowUs);
		this.#down = [...this.#down, ...begun].filter(({ toUs }) => toUs > nowUs);
	}
}
