// HOT PATH: runs once per attempt; allocates nothing.
/** Whose turn it is in each pool, by population. A turn is taken when a node is chosen, and given back where nothing is sent. */

/** The newest choice took no turn. */
const NO_TURN = -1;

export class RoundRobinTurns {
	/** [population x pools + pool]: the next place of the pool, which may be its length */
	private readonly next: Int32Array;
	/** of the newest choice: where its turn was taken, or NO_TURN, and the place that was next before */
	private newest = NO_TURN;
	private placeBefore = 0;

	constructor(
		populations: number,
		private readonly pools: number,
	) {
		this.next = new Int32Array(populations * pools);
	}

	/** Takes the next turn. @param nodes in the pool @returns a place of the pool, from 0 */
	take(population: number, pool: number, nodes: number): number {
		const at = population * this.pools + pool;
		this.newest = at;
		this.placeBefore = this.next[at];
		const place = this.placeBefore % nodes;
		this.next[at] = place + 1;
		return place;
	}

	/** The newest choice took no turn: no turn decides where it goes. */
	takeNone(): void {
		this.newest = NO_TURN;
	}

	/** What was chosen last is not sent: gives back its turn, if it took one. */
	giveBack(): void {
		if (this.newest !== NO_TURN) this.next[this.newest] = this.placeBefore;
		this.newest = NO_TURN;
	}
}
