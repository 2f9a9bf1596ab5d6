// HOT PATH: runs once per failed attempt; allocates nothing where no guard of a real client stands in the way.
/**
 * Given a failed try, which layer of the stack tries again, and after how long. Layers are asked from inside out; a layer
 * that tries again has its try counted and its budget charged.
 */
import type { Streams } from '../../../kernel/random.js';
import type { Replies } from '../tables/replies.js';
import { MARK, type Requests } from '../tables/requests.js';
import type { CallCells } from './call-cells.js';
import { type CompiledLayer, NO_RETRY as NONE } from './compiled-layer.js';
import type { PoolIndex } from './pool-index.js';

// V8 folds constants of this file, but not those that are imported.
const NO_RETRY = NONE;
/** No retry, and none by a layer further out: it would start after the clock of the whole request has ended. */
const NO_MORE_RETRIES = -2;

/** A try that has failed, as the layers are asked about it. Filled again for every failure: nobody keeps it. */
export interface FailedTry {
	request: number;
	/** number of what the failure said, see `Replies` */
	reply: number;
	/** the innermost layer that is asked: those inside of it have had their say */
	fromLayer: number;
	/** a retry that would start so late or later is not made */
	leftUs: number;
	nowUs: number;
}

/** Fields of time are doubles from the start: V8 drops the compiled code around a field that turns into one. */
export const noFailedTry = (): FailedTry => ({
	request: 0,
	reply: 0,
	fromLayer: 0,
	leftUs: Number.NaN,
	nowUs: Number.NaN,
});

/** What the layers have decided. True until the next decision of the same stack. */
export interface RetryDecision {
	retries: boolean;
	/** that tries again; read where `retries` */
	layer: number;
	/** its back-off in whole us; read where `retries` */
	delayUs: number;
	/** some budget has refused a retry that everything else agreed to */
	suppressed: boolean;
}

export interface RetryDecisionDeps {
	readonly layers: readonly CompiledLayer[];
	readonly cells: CallCells;
	readonly requests: Requests;
	readonly replies: Replies;
	readonly pools: PoolIndex;
	readonly streams: Streams;
	/** names the source's streams: `region/population` */
	readonly owner: string;
}

export class RetryDecisions {
	/** some layer has a budget */
	readonly hasBudgets: boolean;
	/** some layer looks at how long its call has lasted */
	readonly hasLastTry: boolean;
	private readonly decision: RetryDecision = { retries: false, layer: 0, delayUs: Number.NaN, suppressed: false };
	private readonly layers: readonly CompiledLayer[];
	private readonly cells: CallCells;
	private readonly requests: Requests;
	private readonly replies: Replies;
	private readonly pools: PoolIndex;
	private readonly backoffDraw: (() => number)[];
	private readonly retryDraw: (() => number)[];

	constructor({ layers, cells, requests, replies, pools, streams, owner }: RetryDecisionDeps) {
		this.layers = layers;
		this.cells = cells;
		this.requests = requests;
		this.replies = replies;
		this.pools = pools;
		this.backoffDraw = layers.map((_, k) => streams.uniform(`backoff/${owner}/${k}`));
		// The name of a stream seeds its draws: a new one would change every result.
		this.retryDraw = layers.map((_, k) => streams.uniform(`again/${owner}/${k}`));
		this.hasBudgets = layers.some(({ guards, bucket }) => guards !== null || bucket !== null);
		this.hasLastTry = layers.some(({ lastTryUs }) => lastTryUs !== Number.POSITIVE_INFINITY);
	}

	decide(failure: FailedTry): RetryDecision {
		const { decision, layers } = this;
		const { request } = failure;
		const cause = this.replies.causes[failure.reply];
		const signal = 1 << cause;
		const requestClass = this.requests.class[request];
		decision.suppressed = false;
		let mayRetry = true;
		for (let k = failure.fromLayer; k < layers.length; k++) {
			const layer = layers[k];
			const wanted = mayRetry && (layer.on[requestClass] & signal) !== 0;
			const delayUs = !layer.simple
				? this.askLayer(k, failure, cause, wanted)
				: wanted
					? this.simplyIn(layer, k, failure, cause)
					: NO_RETRY;
			if (delayUs === NO_MORE_RETRIES) mayRetry = false;
			if (delayUs < 0) continue;
			decision.retries = true;
			decision.layer = k;
			decision.delayUs = delayUs;
			return decision;
		}
		decision.retries = false;
		return decision;
	}

	/** A layer that is not simple hears of a failed try, and of the end of its call where it makes no other. */
	private askLayer(k: number, failure: FailedTry, cause: number, wanted: boolean): number {
		const { requests, cells } = this;
		const { request, nowUs } = failure;
		const { guards } = this.layers[k];
		const at = cells.of(request, k);
		if (guards !== null) guards.tryEnded(at, request, cells.keyOf(request), cause, wanted, nowUs);
		const delayUs = wanted ? this.retryIn(k, failure, cause) : NO_RETRY;
		if (delayUs < 0 && guards !== null) {
			const retried = requests.tries[request * requests.layers + k] > 1;
			guards.callEnded(at, cells.keyOf(request), { end: cause, retried, retryable: wanted }, nowUs);
		}
		return delayUs;
	}

	/** A retry would start at the end of the request or after it: of its whole timeout, which covers all layers, or of patience. */
	private tooLate(request: number): number {
		return (this.requests.marks[request] & MARK.impatient) === 0 ? NO_MORE_RETRIES : NO_RETRY;
	}

	/** `retryIn` for a layer that is simple. */
	private simplyIn(layer: CompiledLayer, k: number, { request, leftUs }: FailedTry, cause: number): number {
		const { requests } = this;
		const at = request * requests.layers + k;
		const tries = requests.tries[at];
		if (tries >= layer.attempts) return NO_RETRY;
		if (layer.probability < 1 && this.retryDraw[k]() >= layer.probability) return NO_RETRY;
		const { bucket } = layer;
		const instance = requests.instance[request];
		if (bucket !== null && !bucket.allows(instance, this.pools.poolOf[requests.lastNode[request]])) {
			this.decision.suppressed = true;
			return NO_RETRY;
		}
		const u = layer.draws ? this.backoffDraw[k]() : 0;
		const waitUs = Math.floor(layer.delayUs(tries, u, requests.memory[at], cause) + 0.5);
		if (waitUs === Number.POSITIVE_INFINITY) return NO_RETRY;
		if (waitUs >= leftUs) return this.tooLate(request);
		if (bucket !== null) bucket.charge(instance, this.pools.poolOf[requests.lastNode[request]]);
		requests.tries[at] = tries + 1;
		if (layer.remembers) requests.memory[at] = layer.delay.remember(tries, u, requests.memory[at], waitUs);
		return waitUs;
	}

	/** The wait of the layer's next try, which it then has decided on; NO_RETRY or NO_MORE_RETRIES where it makes none. */
	private retryIn(k: number, { request, reply, leftUs, nowUs }: FailedTry, cause: number): number {
		const { requests, cells } = this;
		const layer = this.layers[k];
		const at = request * requests.layers + k;
		const tries = requests.tries[at];
		if (tries >= layer.attemptsAfter(cause)) return NO_RETRY;
		if (layer.probability < 1 && this.retryDraw[k]() >= layer.probability) return NO_RETRY;
		const { bucket, guards } = layer;
		const instance = this.hasBudgets || layer.policy.delay.perClient ? requests.instance[request] : 0;
		const pool = this.pools.poolOf[requests.lastNode[request]];
		const budget = guards?.budget?.isCheckedAtDecision === true ? guards.budget : null;
		if (
			(bucket !== null && !bucket.allows(instance, pool)) ||
			(budget !== null && !budget.allows(cells.keyOf(request), cause, nowUs))
		) {
			this.decision.suppressed = true;
			return NO_RETRY;
		}
		const u = layer.uniformFor(instance, this.backoffDraw[k]);
		const backoffUs = layer.delay.delayUs(tries, u, requests.memory[at], cause);
		const waitUs = layer.wait(backoffUs, this.replies.retryAfterUs[reply], cause, u);
		if (waitUs === NO_RETRY) return NO_RETRY;
		if (waitUs >= leftUs) return this.tooLate(request);
		if (this.hasLastTry && nowUs + waitUs >= requests.calledUs[at] + layer.lastTryUs) return NO_RETRY;
		if (bucket !== null) bucket.charge(instance, pool);
		if (budget !== null) budget.charge(cells.of(request, k), cells.keyOf(request), cause, nowUs);
		requests.tries[at] = tries + 1;
		requests.memory[at] = layer.delay.remember(tries, u, requests.memory[at], Math.floor(backoffUs + 0.5));
		requests.cause[request] = cause;
		return waitUs;
	}
}
