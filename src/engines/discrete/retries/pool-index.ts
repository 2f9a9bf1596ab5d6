/** Nodes by pool, a pool being all nodes of one (region, platform), and the place of each in its pool. */
export class PoolIndex {
	/** by node */
	readonly poolOf: Int32Array;
	readonly placeOf: Int32Array;

	constructor(
		readonly pools: readonly Int32Array[],
		readonly count: number,
		/** nodes of the longest walk from node to node: a pool, and its spares */
		readonly longest: number = Math.max(...pools.map(({ length }) => length)),
	) {
		this.poolOf = new Int32Array(count);
		this.placeOf = new Int32Array(count);
		pools.forEach((nodes, pool) => {
			nodes.forEach((node, place) => {
				this.poolOf[node] = pool;
				this.placeOf[node] = place;
			});
		});
	}
}
