// HOT PATH: runs once per arrival; allocates nothing.
/**
 * The earliest of many clocks: a tournament over leaves, each with an instant and the order in which it was booked.
 * Changing one leaf plays log2(n) matches again.
 */
export class TournamentTree {
	/** [leaf]: instant, Infinity when it has none */
	private readonly atUs: Float64Array;
	private readonly booking: Float64Array;
	/** [1] is the winner of all; leaves of the tree start at `leaves` */
	private readonly winner: Int32Array;
	private readonly leaves: number;
	private readonly counter = new Float64Array(1);

	constructor(count: number) {
		this.leaves = 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
		this.atUs = new Float64Array(this.leaves).fill(Number.POSITIVE_INFINITY);
		this.booking = new Float64Array(this.leaves);
		this.winner = new Int32Array(2 * this.leaves);
		for (let i = 0; i < this.leaves; i++) this.winner[this.leaves + i] = i;
		for (let i = this.leaves - 1; i > 0; i--) this.winner[i] = this.winner[2 * i];
	}

	get first(): number {
		return this.winner[1];
	}

	get firstUs(): number {
		return this.atUs[this.winner[1]];
	}

	set(leaf: number, atUs: number): void {
		this.atUs[leaf] = atUs;
		this.booking[leaf] = this.counter[0]++;
		for (let at = (this.leaves + leaf) >>> 1; at > 0; at >>>= 1) {
			const a = this.winner[2 * at];
			const b = this.winner[2 * at + 1];
			const aFirst =
				this.atUs[a] < this.atUs[b] || (this.atUs[a] === this.atUs[b] && this.booking[a] < this.booking[b]);
			this.winner[at] = aFirst ? a : b;
		}
	}
}
