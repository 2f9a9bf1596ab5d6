/** Where the calls of a request are kept, and which state of a guard they mean: what all parts of a retry stack ask. */
import type { Requests } from '../tables/requests.js';
import type { CallTable } from './call-table.js';
import type { GuardKey } from './guard-key.js';
import type { PoolIndex } from './pool-index.js';

export class CallCells {
	private readonly key: GuardKey = { instance: 0, pool: 0, node: 0 };

	/** @param calls null where no layer of the world has a guard: then nobody reads a cell */
	constructor(
		readonly calls: CallTable | null,
		private readonly requests: Requests,
		private readonly pools: PoolIndex,
	) {}

	/** The cell of a layer's call. */
	of(request: number, layer: number): number {
		return this.calls === null ? 0 : request * this.calls.perRequest + layer;
	}

	/** The cell of a copy of the innermost layer's call: the first copy is the call. */
	ofCopy(request: number, place: number): number {
		return this.of(request, place === 0 ? 0 : this.requests.layers + place - 1);
	}

	/** The state that an attempt of the request to this node means. Filled again by the next call. */
	keyAt(request: number, node: number): GuardKey {
		const { key } = this;
		key.instance = this.requests.instance[request];
		key.pool = this.pools.poolOf[node];
		key.node = node;
		return key;
	}

	/** The same for the node of the newest attempt. */
	keyOf(request: number): GuardKey {
		return this.keyAt(request, this.requests.lastNode[request]);
	}
}
