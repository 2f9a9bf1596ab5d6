// HOT PATH: columns read and written once per event.
/**
 * The table of logical requests: one row from birth to final success or failure. What a layer of the retry stack has
 * used up stands in columns of its own, `layer` cells a row.
 */
import { Rows, wider } from '../../../kernel/row-pool.js';

const FIRST_CAPACITY = 1024;
export const NO_ATTEMPT = -1;

/** What has happened to a request, as bits. */
export const MARK = {
	/** an attempt of it has failed */
	attemptFailed: 1,
	/** a change or a fault in force failed its first attempt itself */
	direct: 2,
	/** a change made its client send it beside another one */
	duplicate: 4,
	/** its client kept its first attempt back, which counts as failed from then on */
	firstHeldBack: 8,
	/** its client's patience ends before its timeout does: then it leaves, and nothing has timed out */
	impatient: 16,
} as const;

export class Requests extends Rows {
	source = new Int32Array(FIRST_CAPACITY);
	class = new Int32Array(FIRST_CAPACITY);
	platform = new Int32Array(FIRST_CAPACITY);
	/** cell of the client's measures */
	place = new Int32Array(FIRST_CAPACITY);
	instance = new Int32Array(FIRST_CAPACITY);
	/** attempts sent so far, across layers */
	sent = new Int32Array(FIRST_CAPACITY);
	/** the attempt it waits for, or NO_ATTEMPT */
	attempt = new Int32Array(FIRST_CAPACITY);
	/** node of the newest attempt */
	lastNode = new Int32Array(FIRST_CAPACITY);
	/** how many regions down the failover order retries have gone */
	hops = new Int32Array(FIRST_CAPACITY);
	/** layer that decided on the retry it waits for */
	retryLayer = new Int32Array(FIRST_CAPACITY);
	/** cause of the failure that decided it, for budgets that are asked when the back-off ends */
	cause = new Uint8Array(FIRST_CAPACITY);
	/** names the booked retry; grows whenever that retry becomes void */
	sendStamp = new Int32Array(FIRST_CAPACITY);
	/** bits of MARK */
	marks = new Uint8Array(FIRST_CAPACITY);
	bornUs = new Float64Array(FIRST_CAPACITY);
	/** end of patience or of a whole-request timeout; Infinity without; kept where the world has any */
	endUs = new Float64Array(FIRST_CAPACITY);
	/** until when its present back-off lasts */
	backoffUntilUs = new Float64Array(FIRST_CAPACITY);
	shareUniform = new Float64Array(FIRST_CAPACITY);

	/** [row x layers + layer]: tries of the layer in its present call, the running one included */
	tries: Int32Array;
	/** names the present try of the layer, for its timeout */
	tryStamp: Int32Array;
	/** what the layer's delay remembers of the retry before, see `CompiledDelay` */
	memory: Float64Array;
	/** when the layer's present call began; kept where some layer looks at it */
	calledUs: Float64Array;

	/** @param layers cells per row, the deepest stack of the world */
	constructor(readonly layers: number) {
		super(FIRST_CAPACITY);
		this.tries = new Int32Array(FIRST_CAPACITY * layers);
		this.tryStamp = new Int32Array(FIRST_CAPACITY * layers);
		this.memory = new Float64Array(FIRST_CAPACITY * layers);
		this.calledUs = new Float64Array(FIRST_CAPACITY * layers);
	}

	protected override widen(capacity: number): void {
		this.source = wider(this.source, capacity);
		this.class = wider(this.class, capacity);
		this.platform = wider(this.platform, capacity);
		this.place = wider(this.place, capacity);
		this.instance = wider(this.instance, capacity);
		this.sent = wider(this.sent, capacity);
		this.attempt = wider(this.attempt, capacity);
		this.lastNode = wider(this.lastNode, capacity);
		this.hops = wider(this.hops, capacity);
		this.retryLayer = wider(this.retryLayer, capacity);
		this.cause = wider(this.cause, capacity);
		this.sendStamp = wider(this.sendStamp, capacity);
		this.marks = wider(this.marks, capacity);
		this.bornUs = wider(this.bornUs, capacity);
		this.endUs = wider(this.endUs, capacity);
		this.backoffUntilUs = wider(this.backoffUntilUs, capacity);
		this.shareUniform = wider(this.shareUniform, capacity);
		this.tries = wider(this.tries, capacity * this.layers);
		this.tryStamp = wider(this.tryStamp, capacity * this.layers);
		this.memory = wider(this.memory, capacity * this.layers);
		this.calledUs = wider(this.calledUs, capacity * this.layers);
	}
}
