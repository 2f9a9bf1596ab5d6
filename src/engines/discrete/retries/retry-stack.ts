// HOT PATH: runs once per failed attempt; allocates nothing where no machine of a real client stands in the way.
/**
 * A population's stack of retry layers: given a failed try, which layer tries again and after how long; and whether a send
 * may go. Layers are asked from inside out; gates are asked without side effects and charged together once all agree.
 */
import type { Streams } from '../../../kernel/random.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import { type RetryPolicy, writtenIndex } from '../../../model/retry/policy.js';
import { REPLY, type Replies } from '../tables/replies.js';
import { MARK, NO_ATTEMPT, type Requests } from '../tables/requests.js';
import { drawer } from '../time/sampler.js';
import { type CallTable, HAS } from './call-table.js';
import { type CompiledLayer, NO_RETRY as NONE } from './compiled-layer.js';
import { type GuardKey, NO_ANSWER } from './layer-guards.js';
import type { RetryLayers } from './retry-layers.js';

// V8 folds constants of this file, but not those that are imported.
const NO_RETRY = NONE;

/** No layer tries again. */
export const GIVE_UP = -1;

/** What the gates say about a send: it goes, it is kept back, or it waits (so many us; PARKED: until it is woken). */
export const GATE = { go: 0, denied: -1, parked: -2 } as const;

/** A further copy of a hedged call that is about to go. */
export interface CopySend {
	request: number;
	/** among the copies of its call, from 1 */
	place: number;
	node: number;
	pool: number;
	/** of the failure that it answers */
	cause: number;
	/** names its turn */
	stamp: number;
	/** it has been asked for before, and waited */
	held: boolean;
}

export class RetryStack {
	/** what `decide` found: the layer that tries again */
	layer = 0;
	/** of `decide`: a retry would start when the clock of the whole request has ended, so no layer makes one */
	private isTooLate = false;
	/** some budget refused while everything else agreed */
	suppressed = false;
	/** by layer: which it is of those that the author wrote */
	readonly written: Uint8Array;
	readonly hasTimeouts: boolean;
	/** some layer has a budget, so that its calls are credited */
	readonly hasBudgets: boolean;
	/** some layer has a machine of a real client */
	readonly hasGuards: boolean;
	/** some layer has a say in which node a send goes to */
	readonly choosesHosts: boolean;
	/** some layer looks at how long its call has lasted */
	readonly hasLastTry: boolean;
	/** what `pass` found: the layer that kept the send back, and the number of the reply */
	deniedBy = 0;
	denial = 0;
	private readonly layers: readonly CompiledLayer[];
	private readonly calls: CallTable | null;
	private readonly backoffDraw: (() => number)[];
	private readonly againDraw: (() => number)[];
	private readonly timeoutDraw: ((() => number) | null)[];
	private readonly whose: GuardKey = { instance: 0, pool: 0, node: 0 };

	/** @param owner names the source's streams: `region/population` */
	constructor(
		all: RetryLayers,
		population: number,
		private readonly requests: Requests,
		private readonly replies: Replies,
		streams: Streams,
		owner: string,
	) {
		this.layers = all.ofPopulation[population];
		this.calls = all.calls;
		this.backoffDraw = this.layers.map((_, k) => streams.uniform(`backoff/${owner}/${k}`));
		this.againDraw = this.layers.map((_, k) => streams.uniform(`again/${owner}/${k}`));
		this.timeoutDraw = this.layers.map(({ policy: { timeout } }, k) => timeLaw(timeout, streams, `try/${owner}/${k}`));
		this.written = Uint8Array.from(writtenIndex(this.layers.map((layer) => layer.policy)));
		this.hasTimeouts = this.timeoutDraw.some((draw) => draw !== null);
		this.hasGuards = this.layers.some((layer) => layer.guards !== null);
		this.choosesHosts = this.layers.some(({ guards }) => guards?.choosesHosts === true);
		this.hasBudgets = this.hasGuards || this.layers.some((layer) => layer.bucket !== null);
		this.hasLastTry = this.layers.some((layer) => layer.lastTryUs !== Number.POSITIVE_INFINITY);
	}

	get depth(): number {
		return this.layers.length;
	}

	policy(layer: number): RetryPolicy {
		return this.layers[layer].policy;
	}

	/** Layers from `layer` inwards start a new call: one try each. */
	callsStart(request: number, layer: number, nowUs: number): void {
		const { requests } = this;
		for (let k = layer; k >= 0; k--) {
			const at = request * requests.layers + k;
			requests.tries[at] = 1;
			requests.memory[at] = this.layers[k].delay.firstMemory;
			if (this.hasLastTry) requests.calledUs[at] = nowUs;
		}
	}

	/** The credit that new calls of the layers from `layer` inwards earn. */
	creditCalls(request: number, layer: number, pool: number, nowUs: number): void {
		const instance = this.requests.instance[request];
		for (let k = layer; k >= 0; k--) {
			const { bucket, guards } = this.layers[k];
			if (bucket !== null) bucket.credit('per-call', instance, pool);
			if (guards !== null) guards.called(this.cell(request, k), this.of(instance, pool, -1), nowUs);
		}
	}

	/** The credit earned where all calls of the stack end well. */
	creditSuccess(request: number, node: number, pool: number, nowUs: number): void {
		const instance = this.requests.instance[request];
		for (let k = 0; k < this.layers.length; k++) {
			const { bucket, guards } = this.layers[k];
			const atOnce = this.requests.tries[request * this.requests.layers + k] === 1;
			if (bucket !== null) {
				bucket.credit('per-success', instance, pool);
				if (atOnce) bucket.credit('per-first-success', instance, pool);
			}
			if (guards === null) continue;
			const whose = this.of(instance, pool, node);
			const at = this.cell(request, k);
			guards.tried(at, request, whose, null, false, nowUs);
			guards.ended(at, whose, true, !atOnce, false, nowUs);
		}
	}

	/**
	 * Asks the layers from `from` outwards. When one tries again its try is counted, its budget charged, and `layer` says
	 * which.
	 * @param reply number of what the failure said
	 * @param leftUs a retry that would start so late or later is not made
	 * @returns its delay in whole us, or GIVE_UP, below 0
	 */
	decide(request: number, reply: number, from: number, pool: number, leftUs: number, nowUs: number): number {
		const { requests } = this;
		const cause = this.replies.causes[reply];
		const signal = 1 << cause;
		const requestClass = requests.class[request];
		this.suppressed = false;
		this.isTooLate = false;
		for (let k = from; k < this.layers.length; k++) {
			const layer = this.layers[k];
			const wanted = !this.isTooLate && (layer.on[requestClass] & signal) !== 0;
			const delayUs = !layer.simple
				? this.askLayer(layer, k, request, cause, reply, wanted, pool, leftUs, nowUs)
				: wanted
					? this.simplyIn(layer, k, request, cause, pool, leftUs)
					: NO_RETRY;
			if (delayUs < 0) continue;
			this.layer = k;
			return delayUs;
		}
		return GIVE_UP;
	}

	/** A layer that is not simple hears of a failed try, and of the end of its call where it makes no other. */
	private askLayer(
		layer: CompiledLayer,
		k: number,
		request: number,
		cause: number,
		reply: number,
		wanted: boolean,
		pool: number,
		leftUs: number,
		nowUs: number,
	): number {
		const { requests } = this;
		const { guards } = layer;
		const at = this.cell(request, k);
		const whose = (): GuardKey => this.of(requests.instance[request], pool, requests.lastNode[request]);
		if (guards !== null) guards.tried(at, request, whose(), cause, wanted, nowUs);
		const delayUs = wanted ? this.retryIn(layer, k, request, cause, reply, pool, leftUs, nowUs) : NO_RETRY;
		if (delayUs < 0 && guards !== null)
			guards.ended(at, whose(), false, requests.tries[request * requests.layers + k] > 1, wanted, nowUs);
		return delayUs;
	}

	/** A retry would start at the end of the request or after it: of its whole timeout, which covers all layers, or of patience. */
	private tooLate(request: number): number {
		this.isTooLate = (this.requests.marks[request] & MARK.impatient) === 0;
		return NO_RETRY;
	}

	/** `retryIn` for a layer that is simple. */
	private simplyIn(
		layer: CompiledLayer,
		k: number,
		request: number,
		cause: number,
		pool: number,
		leftUs: number,
	): number {
		const { requests } = this;
		const at = request * requests.layers + k;
		const tries = requests.tries[at];
		if (tries >= layer.attempts) return NO_RETRY;
		if (layer.probability < 1 && this.againDraw[k]() >= layer.probability) return NO_RETRY;
		const { bucket } = layer;
		if (bucket !== null && !bucket.allows(requests.instance[request], pool)) {
			this.suppressed = true;
			return NO_RETRY;
		}
		const u = layer.draws ? this.backoffDraw[k]() : 0;
		const waitUs = Math.floor(layer.delayUs(tries, u, requests.memory[at], cause) + 0.5);
		if (waitUs === Number.POSITIVE_INFINITY) return NO_RETRY;
		if (waitUs >= leftUs) return this.tooLate(request);
		if (bucket !== null) bucket.charge(requests.instance[request], pool);
		requests.tries[at] = tries + 1;
		if (layer.remembers) requests.memory[at] = layer.delay.remember(tries, u, requests.memory[at], waitUs);
		return waitUs;
	}

	/** The wait of the layer's next try, which it then has decided on; NO_RETRY where it makes none. */
	private retryIn(
		layer: CompiledLayer,
		k: number,
		request: number,
		cause: number,
		reply: number,
		pool: number,
		leftUs: number,
		nowUs: number,
	): number {
		const { requests } = this;
		const at = request * requests.layers + k;
		const tries = requests.tries[at];
		if (tries >= layer.attemptsAfter(cause)) return NO_RETRY;
		if (layer.probability < 1 && this.againDraw[k]() >= layer.probability) return NO_RETRY;
		const { bucket, guards } = layer;
		const instance = this.hasBudgets || layer.policy.delay.perClient ? requests.instance[request] : 0;
		const checksNow = guards !== null && guards.budget?.checked !== 'after-backoff';
		if (
			(bucket !== null && !bucket.allows(instance, pool)) ||
			(checksNow && !guards.allows(this.of(instance, pool, requests.lastNode[request]), cause, nowUs))
		) {
			this.suppressed = true;
			return NO_RETRY;
		}
		const u = layer.uniformFor(instance, this.backoffDraw[k]);
		const backoffUs = layer.delay.delayUs(tries, u, requests.memory[at], cause);
		const waitUs = layer.wait(backoffUs, this.replies.retryAfterUs[reply], cause, u);
		if (waitUs < 0) return NO_RETRY;
		if (waitUs >= leftUs) return this.tooLate(request);
		if (this.hasLastTry && nowUs + waitUs >= requests.calledUs[at] + layer.lastTryUs) return NO_RETRY;
		if (bucket !== null) bucket.charge(instance, pool);
		if (checksNow)
			guards.charge(this.cell(request, k), this.of(instance, pool, requests.lastNode[request]), cause, nowUs);
		requests.tries[at] = tries + 1;
		requests.memory[at] = layer.delay.remember(tries, u, requests.memory[at], Math.floor(backoffUs + 0.5));
		requests.cause[request] = cause;
		return waitUs;
	}

	/**
	 * Whether a send may go that the layer's retry (or, with `layer` = depth, a fresh request) makes to this node. Layers
	 * inside of it begin a new call. What a gate has let through it is not asked about again, however long others hold it.
	 * @returns GATE, or us to wait until it is asked again
	 */
	pass(request: number, layer: number, node: number, pool: number, move: number, nowUs: number): number {
		const { requests, layers } = this;
		const whose = this.of(requests.instance[request], pool, node);
		const first = this.cell(request, 0);
		const top = Math.min(layer, layers.length - 1);
		const retrying = layer < layers.length ? layers[layer].guards : null;
		if (retrying?.allowsAfterBackoff(first + layer, whose, requests.cause[request], nowUs) === false)
			return this.deny(request, layer, REPLY.suppressed, whose, nowUs);
		for (let k = top; k >= 0; k--) {
			const { guards } = layers[k];
			if (guards === null || guards.breakerAllows(whose, k !== layer, nowUs)) continue;
			// Outside of its retry it keeps back the whole call, which only layers further out can try again.
			return this.deny(request, guards.breaker?.inside === true ? k : k + 1, REPLY.open, whose, nowUs);
		}
		for (let k = top; k >= 0; k--) {
			const { guards } = layers[k];
			const answer = guards?.askLimiter(first + k, whose, k === layer, nowUs);
			if (guards === null || answer === null || answer === undefined || answer.verdict === 'go') continue;
			if (answer.verdict === 'deny') return this.deny(request, k, REPLY.suppressed, whose, nowUs);
			if (this.calls !== null) this.calls.heldBy[first] = k;
			if (answer.verdict !== 'queue') return Math.max(1, Math.ceil(answer.waitUs));
			guards.park({ request, move, at: first + k, isCopy: false });
			return GATE.parked;
		}
		// Layers further out are in the middle of a try, unless its first send has been kept back until now.
		for (let k = layers.length - 1; k >= 0; k--) {
			const { guards } = layers[k];
			if (guards !== null && !guards.isTrying(first + k)) guards.sent(first + k, whose, nowUs);
		}
		return GATE.go;
	}

	/** Layer whose limiter holds the request's send back. */
	heldBy(request: number): number {
		return this.calls === null ? 0 : this.calls.heldBy[this.cell(request, 0)];
	}

	/** Whether every layer would have a send of the request go to this node. */
	takesHost(request: number, node: number, nowUs: number): boolean {
		const whose = this.of(this.requests.instance[request], 0, node);
		return this.layers.every(({ guards }) => guards === null || guards.takesHost(whose, nowUs));
	}

	/** Whether its balancing has no node left where it would have chosen this one. */
	refusesHost(request: number, node: number, nowUs: number): boolean {
		const whose = this.of(this.requests.instance[request], 0, node);
		return this.layers.some(({ guards }) => guards?.refusesHost(whose, nowUs) === true);
	}

	/** As the run begins: all calls of a request are under way. */
	adopt(request: number, pool: number, nowUs: number): void {
		const { requests } = this;
		const whose = this.of(requests.instance[request], pool, requests.lastNode[request]);
		const isSent = requests.attempt[request] !== NO_ATTEMPT;
		this.layers.forEach(({ guards }, k) => {
			// In a back-off only the layers outside of it are in the middle of a try.
			const trying = isSent || k > requests.retryLayer[request];
			if (guards !== null) guards.adopt(this.cell(request, k), whose, trying, nowUs);
		});
	}

	/**
	 * Whether a further copy of a call may go: it is a send of the innermost layer like any other. Its budget is charged, its
	 * breaker and limiter are asked; of a breaker that looks at whole calls it is a part of one.
	 * @returns GATE, or us to wait until it is asked again
	 */
	passCopy(copy: CopySend, nowUs: number): number {
		const { bucket, guards } = this.layers[0];
		const { request, place, node, pool, cause, stamp } = copy;
		const instance = this.requests.instance[request];
		if (bucket !== null && !copy.held) {
			if (!bucket.allows(instance, pool)) return GATE.denied;
			bucket.charge(instance, pool);
		}
		if (guards === null) return GATE.go;
		const whose = this.of(instance, pool, node);
		const at = this.copyCell(request, place);
		const isLetThrough =
			guards.allowsCopy(at, this.cell(request, 0), whose, cause, nowUs) && guards.breakerAllows(whose, false, nowUs);
		const answer = isLetThrough ? guards.askLimiter(at, whose, true, nowUs) : null;
		if (!isLetThrough || answer?.verdict === 'deny') {
			guards.leaveCopy(at, request, whose, NO_ANSWER.left, nowUs);
			return GATE.denied;
		}
		if (answer !== null && answer.verdict !== 'go') {
			if (answer.verdict !== 'queue') return Math.max(1, Math.ceil(answer.waitUs));
			guards.park({ request, move: stamp, at, isCopy: true });
			return GATE.parked;
		}
		guards.sent(at, whose, nowUs);
		return GATE.go;
	}

	/** A copy of a call has failed; the machines of its layer hear of it now, whether or not the call goes on. */
	copyFailed(request: number, place: number, pool: number, reply: number, nowUs: number): void {
		const { guards, on } = this.layers[0];
		if (guards === null) return;
		const { requests, replies } = this;
		const cause = replies.causes[reply];
		const isRetried = (on[requests.class[request]] & (1 << cause)) !== 0;
		const whose = this.of(requests.instance[request], pool, requests.lastNode[request]);
		guards.tried(this.copyCell(request, place), request, whose, cause, isRetried, nowUs);
	}

	/** The call of copies fails with the failure that its machines have just heard of. */
	copiesFail(request: number): void {
		if (this.calls !== null) this.calls.has[this.cell(request, 0)] |= HAS.reported;
	}

	/** Nobody waits for a copy any more, sent or held. @param why of NO_ANSWER */
	copyLeft(request: number, place: number, why: number, nowUs: number): void {
		const { guards } = this.layers[0];
		if (guards === null) return;
		const { requests } = this;
		const whose = this.of(requests.instance[request], 0, requests.lastNode[request]);
		guards.leaveCopy(this.copyCell(request, place), request, whose, why, nowUs);
	}

	/** The call ends well with this copy: what it holds is the call's. */
	copyWins(request: number, place: number): void {
		if (place > 0 && this.calls !== null && this.layers[0].guards !== null)
			this.calls.handOver(this.copyCell(request, place), this.cell(request, 0));
	}

	/** The calls from `layer` inwards are over, whatever they had under way. @param why of NO_ANSWER */
	cut(request: number, layer: number, pool: number, why: number, nowUs: number): void {
		const whose = this.of(this.requests.instance[request], pool, this.requests.lastNode[request]);
		this.cutCalls(request, layer, whose, why, nowUs);
	}

	/** Whole us that a try of this layer is waited for; -1 without a timeout. */
	tryTimeoutUs(layer: number): number {
		const draw = this.timeoutDraw[layer];
		return draw === null ? -1 : draw();
	}

	/** A send is kept back, and with it whatever the layers inside of that one had got for it. */
	private deny(request: number, layer: number, reply: number, whose: GuardKey, nowUs: number): number {
		this.cutCalls(request, layer - 1, whose, NO_ANSWER.left, nowUs);
		this.deniedBy = layer;
		this.denial = reply;
		return GATE.denied;
	}

	private cutCalls(request: number, layer: number, whose: GuardKey, why: number, nowUs: number): void {
		for (let k = layer; k >= 0; k--) {
			this.layers[k].guards?.cut(this.cell(request, k), request, whose, why, nowUs);
		}
	}

	/** Where a layer's call of the request is kept. */
	private cell(request: number, layer: number): number {
		return this.calls === null ? 0 : request * this.calls.perRequest + layer;
	}

	/** Where a copy of the innermost layer's call is kept: the first one is the call. */
	private copyCell(request: number, place: number): number {
		return this.cell(request, place === 0 ? 0 : this.requests.layers + place - 1);
	}

	/** One object for all questions: they are asked one at a time. */
	private of(instance: number, pool: number, node: number): GuardKey {
		const { whose } = this;
		whose.instance = instance;
		whose.pool = pool;
		whose.node = node;
		return whose;
	}
}

/** Draws of a time that may be absent. */
export function timeLaw(law: Distribution | null, streams: Streams, name: string): (() => number) | null {
	return law === null ? null : drawer(law, streams.uniform(name));
}
