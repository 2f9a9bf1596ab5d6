// HOT PATH: columns read and written once per event.
/**
 * The table of attempts: one row from the send until both the client and the edge are done with it. The client's side
 * is `waiting`; the edge's side is `stage`. A row is returned when nobody waits and the stage is done.
 */
import { Rows, wider } from '../../../kernel/row-pool.js';

// V8 folds constants of this file, but not those that are exported.
const STAGES = { enRoute: 0, queued: 1, inService: 2, answering: 3, done: 4, cancelledEnRoute: 5 } as const;

/** Where an attempt is. */
export const STAGE = STAGES;

/** What made a service fail: changes first, then the errors of the class, then those of faults. */
export const FAILED_BY = { nothing: 0, change: 1, class: 2, fault: 3 } as const;

const FIRST_CAPACITY = 1024;

export class Attempts extends Rows {
	/** its request, and the request's generation at the send */
	request = new Int32Array(FIRST_CAPACITY);
	requestStamp = new Int32Array(FIRST_CAPACITY);
	source = new Int32Array(FIRST_CAPACITY);
	node = new Int32Array(FIRST_CAPACITY);
	class = new Int32Array(FIRST_CAPACITY);
	/** 1 for the first attempt of the request */
	number = new Int32Array(FIRST_CAPACITY);
	/** cell of the edge's measures (the node's region) */
	edgePlace = new Int32Array(FIRST_CAPACITY);

	stage = new Uint8Array(FIRST_CAPACITY);
	/** 1 while the client waits for the answer */
	waiting = new Uint8Array(FIRST_CAPACITY);
	/** 1 once a worker has served it: its disposition is settled when the answer arrives */
	served = new Uint8Array(FIRST_CAPACITY);
	/** outcome that the edge has decided on */
	answer = new Uint8Array(FIRST_CAPACITY);
	/** number of the reply that a failure comes with, see `Replies` */
	reply = new Uint8Array(FIRST_CAPACITY);
	/** what makes its service fail, see FAILED_BY; kept where something may */
	failedBy = new Uint8Array(FIRST_CAPACITY);
	/** names the booked end of its service; grows with each service start and each change of its end */
	run = new Int32Array(FIRST_CAPACITY);

	sentUs = new Float64Array(FIRST_CAPACITY);
	/** send + timeout: what an edge that drops at dequeue compares with */
	deadlineUs = new Float64Array(FIRST_CAPACITY);
	/** since when it has been in its stage (queued, in service) */
	sinceUs = new Float64Array(FIRST_CAPACITY);
	/** when the client stopped waiting without an answer; unread while it waits */
	leftUs = new Float64Array(FIRST_CAPACITY);
	/** the uniform that decides failure, drawn at the send */
	failureUniform = new Float64Array(FIRST_CAPACITY);
	/** the request's uniform for shares of requests */
	shareUniform = new Float64Array(FIRST_CAPACITY);
	/** work left at unit speed, as of `workedUs`; kept only where speeds change */
	workLeftUs = new Float64Array(FIRST_CAPACITY);
	workedUs = new Float64Array(FIRST_CAPACITY);

	/** neighbours in the waiting line */
	behind = new Int32Array(FIRST_CAPACITY);
	ahead = new Int32Array(FIRST_CAPACITY);

	constructor() {
		super(FIRST_CAPACITY);
	}

	/** Returns the row once neither side needs it any more. */
	settle(attempt: number): void {
		if (this.waiting[attempt] === 0 && this.stage[attempt] === STAGES.done) this.giveBack(attempt);
	}

	protected override widen(capacity: number): void {
		this.request = wider(this.request, capacity);
		this.requestStamp = wider(this.requestStamp, capacity);
		this.source = wider(this.source, capacity);
		this.node = wider(this.node, capacity);
		this.class = wider(this.class, capacity);
		this.number = wider(this.number, capacity);
		this.edgePlace = wider(this.edgePlace, capacity);
		this.stage = wider(this.stage, capacity);
		this.waiting = wider(this.waiting, capacity);
		this.served = wider(this.served, capacity);
		this.answer = wider(this.answer, capacity);
		this.reply = wider(this.reply, capacity);
		this.failedBy = wider(this.failedBy, capacity);
		this.run = wider(this.run, capacity);
		this.sentUs = wider(this.sentUs, capacity);
		this.deadlineUs = wider(this.deadlineUs, capacity);
		this.sinceUs = wider(this.sinceUs, capacity);
		this.leftUs = wider(this.leftUs, capacity);
		this.failureUniform = wider(this.failureUniform, capacity);
		this.shareUniform = wider(this.shareUniform, capacity);
		this.workLeftUs = wider(this.workLeftUs, capacity);
		this.workedUs = wider(this.workedUs, capacity);
		this.behind = wider(this.behind, capacity);
		this.ahead = wider(this.ahead, capacity);
	}
}
