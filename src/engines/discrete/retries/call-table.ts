/**
 * What the calls of guarded layers hold while they last, `layers` cells a request: whether a try is under way, what of the
 * client's machines they keep, and in which of their states: a retry may go to another pool than the one whose budget
 * it is charged to. Only worlds with budgets of real clients, limiters or breakers have this table.
 */
import { wider } from '../../../kernel/row-pool.js';

const FIRST_CAPACITY = 1024;

/** What a call has, as bits. */
export const HAS = {
	/** it has begun, and not ended */
	call: 1,
	/** a try of it is under way */
	try: 2,
	/** its retry is charged to the budget, and neither answered nor given up */
	charge: 4,
	/** the limiter has let its present try through, which is not over yet */
	permit: 8,
	/** its present try stands in the limiter's line */
	parked: 16,
	/** a try of it has gone out, this one or an earlier one */
	sent: 32,
} as const;

export class Calls {
	/** bits of HAS */
	has = new Uint8Array(FIRST_CAPACITY);
	/** what its last retry cost; 0 before the first */
	lastCost = new Float64Array(FIRST_CAPACITY);
	/** when what the breaker will hear of began: the try, or the call where the breaker stands outside of the retry */
	sinceUs = new Float64Array(FIRST_CAPACITY);
	/** cells whose states have a charge, a try in flight, a permit or a place in the line, and an answer to come */
	charged = new Int32Array(FIRST_CAPACITY);
	flying = new Int32Array(FIRST_CAPACITY);
	limited = new Int32Array(FIRST_CAPACITY);
	watched = new Int32Array(FIRST_CAPACITY);
	/** of a request, in its innermost cell: the layer whose limiter it waits for */
	heldBy = new Int32Array(FIRST_CAPACITY);

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
		this.sinceUs = wider(this.sinceUs, capacity);
		this.charged = wider(this.charged, capacity);
		this.flying = wider(this.flying, capacity);
		this.limited = wider(this.limited, capacity);
		this.watched = wider(this.watched, capacity);
		this.heldBy = wider(this.heldBy, capacity);
	}
}
