/**
 * What the calls of guarded layers hold while they last, `layers` cells a request: since when they run, whether a try is
 * under way, and what of the client's machines they keep. Only worlds with budgets of real clients, limiters or breakers
 * have this table.
 */
import { wider } from '../../kernel/rows.js';

const FIRST_CAPACITY = 1024;

/** What a call has, as bits. */
export const HAS = {
	/** it has begun, and not ended */
	call: 1,
	/** a try of it is under way */
	try: 2,
	/** its retry is charged to the budget, and neither answered nor given up */
	charge: 4,
	/** a limiter has kept a place for its next send */
	place: 8,
} as const;

export class Calls {
	/** bits of HAS */
	has = new Uint8Array(FIRST_CAPACITY);
	/** what its last retry cost; 0 before the first */
	lastCost = new Float64Array(FIRST_CAPACITY);
	triedUs = new Float64Array(FIRST_CAPACITY);

	/** A call begins in this cell. */
	begin(at: number): void {
		if (at >= this.has.length) this.widen(at);
		this.has[at] = HAS.call;
		this.lastCost[at] = 0;
	}

	private widen(at: number): void {
		let capacity = this.has.length;
		while (capacity <= at) capacity *= 2;
		this.has = wider(this.has, capacity);
		this.lastCost = wider(this.lastCost, capacity);
		this.triedUs = wider(this.triedUs, capacity);
	}
}
