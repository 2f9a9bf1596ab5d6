/**
 * What the calls of guarded layers hold while they last, `perRequest` cells a request: whether a try is under way, what of the
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
	queued: 16,
	/** a try of it has gone out, this one or an earlier one */
	sent: 32,
	/** its machines have heard of the failure with which it ends: that of the newest copy of a hedged call */
	reported: 64,
} as const;

export class CallTable {
	/** bits of HAS */
	has = new Uint8Array(FIRST_CAPACITY);
	/** what its last retry cost; 0 before the first */
	lastCost = new Float64Array(FIRST_CAPACITY);
	/** when what the breaker will hear of began: the try, or the call where the breaker stands outside of the retry */
	sinceUs = new Float64Array(FIRST_CAPACITY);
	/** cells whose states have a charge, a try in flight, a permit or a place in the line, and an answer to come */
	charged = new Int32Array(FIRST_CAPACITY);
	inFlight = new Int32Array(FIRST_CAPACITY);
	limited = new Int32Array(FIRST_CAPACITY);
	watched = new Int32Array(FIRST_CAPACITY);
	/** when the limiter has let its present try go, or told it to go */
	dueUs = new Float64Array(FIRST_CAPACITY);
	/** of a request, in its innermost cell: the layer whose limiter it waits for */
	heldBy = new Int32Array(FIRST_CAPACITY);

	/**
	 * @param perRequest cells of a request: one for each layer, from inside out, then one for each further copy of a hedged call
	 */
	constructor(readonly perRequest: number) {}

	/** A further copy begins in a cell of its own: part of a call that has been sent before. */
	beginCopy(at: number): void {
		if ((this.has[at] & HAS.call) !== 0) return;
		this.begin(at);
		this.has[at] = HAS.call | HAS.sent;
	}

	/** The call of the cell `to` ends with the copy in `from`: what that holds is the call's. */
	handOver(from: number, to: number): void {
		this.has[to] |= this.has[from] & (HAS.try | HAS.charge | HAS.permit);
		this.charged[to] = this.charged[from];
		this.inFlight[to] = this.inFlight[from];
		this.limited[to] = this.limited[from];
		this.watched[to] = this.watched[from];
		this.dueUs[to] = this.dueUs[from];
		this.sinceUs[to] = this.sinceUs[from];
		this.has[from] = 0;
	}

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
		this.inFlight = wider(this.inFlight, capacity);
		this.limited = wider(this.limited, capacity);
		this.watched = wider(this.watched, capacity);
		this.dueUs = wider(this.dueUs, capacity);
		this.heldBy = wider(this.heldBy, capacity);
	}
}
