// HOT PATH: runs once per failed attempt; allocates nothing where no machine of a real client stands in the way.
/**
 * A population's stack of retry layers: given a failed try, which layer tries again and after how long; and whether a send
 * may go. Layers are asked from inside out; gates are asked without side effects and charged together once all agree.
 */
import type { Streams } from '../../kernel/random.js';
import type { Distribution } from '../../model/distribution.js';
import type { RetryPolicy } from '../../model/retry/policy.js';
import type { World } from '../../model/world.js';
import { Calls } from './calls.js';
import { drawer } from './drawer.js';
import { Layer, NO_RETRY, signalOf } from './layer.js';
import { isGuarded, LayerGuards, type Parked, type Whose } from './layer-guards.js';
import { REPLY, type Replies } from './replies.js';
import type { Requests } from './requests.js';

/** No layer tries again. */
export const GIVE_UP = -1;

/** What the gates say about a send: it goes, it is kept back, or it waits (so many us; PARKED: until it is woken). */
export const GATE = { go: 0, denied: -1, parked: -2 } as const;

/** The layers of every population; see `RetryStack` for the sources that use them. State is shared by all regions. */
export class RetryLayers {
	readonly ofPopulation: readonly (readonly Layer[])[];
	/** null where no layer has a machine */
	readonly calls: Calls | null;
	/** what wakes a parked send; the clients put themselves here */
	wake: (send: Parked, nowUs: number) => boolean = () => false;

	constructor(world: World, streams: Streams, pools: readonly { readonly length: number }[]) {
		const { populations, classes, nodeCount } = world;
		const calls = populations.some(({ layers }) => layers.some(isGuarded)) ? new Calls() : null;
		this.calls = calls;
		this.ofPopulation = populations.map(({ name, layers, instances }) =>
			layers.map((policy, k) => {
				const guards =
					calls === null || !isGuarded(policy)
						? null
						: new LayerGuards(policy, calls, nodeCount, streams.uniform(`guards/${name}/${k}`), (send, nowUs) =>
								this.wake(send, nowUs),
							);
				return new Layer(policy, classes, instances, pools, guards);
			}),
		);
	}
}

export class RetryStack {
	/** what `decide` found: the layer that tries again */
	layer = 0;
	/** some budget refused while everything else agreed */
	suppressed = false;
	readonly hasTimeouts: boolean;
	/** some layer has a budget, so that its calls are credited */
	readonly hasBudgets: boolean;
	/** some layer has a machine of a real client */
	readonly hasGuards: boolean;
	/** some layer looks at how long its call has lasted */
	readonly hasLastTry: boolean;
	/** what `pass` found: the layer that kept the send back, and the number of the reply */
	deniedBy = 0;
	denial = 0;
	private readonly layers: readonly Layer[];
	private readonly backoffDraw: (() => number)[];
	private readonly againDraw: (() => number)[];
	private readonly timeoutDraw: ((() => number) | null)[];
	private readonly whose: Whose = { instance: 0, pool: 0, node: 0 };

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
		this.backoffDraw = this.layers.map((_, k) => streams.uniform(`backoff/${owner}/${k}`));
		this.againDraw = this.layers.map((_, k) => streams.uniform(`again/${owner}/${k}`));
		this.timeoutDraw = this.layers.map(({ policy: { timeout } }, k) => timeLaw(timeout, streams, `try/${owner}/${k}`));
		this.hasTimeouts = this.timeoutDraw.some((draw) => draw !== null);
		this.hasGuards = this.layers.some((layer) => layer.guards !== null);
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
			if (guards !== null) guards.called(request * this.requests.layers + k, this.of(instance, pool, -1), nowUs);
		}
	}

	/** The credit earned where all calls of the stack end well. */
	creditSuccess(request: number, node: number, pool: number, nowUs: number): void {
		const instance = this.requests.instance[request];
		for (let k = 0; k < this.layers.length; k++) {
			const { bucket, guards } = this.layers[k];
			const at = request * this.requests.layers + k;
			const atOnce = this.requests.tries[at] === 1;
			if (bucket !== null) {
				bucket.credit('per-success', instance, pool);
				if (atOnce) bucket.credit('per-first-success', instance, pool);
			}
			if (guards === null) continue;
			const whose = this.of(instance, pool, node);
			guards.tried(at, whose, null, false, nowUs);
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
	decide(
		request: number,
		outcome: number,
		reply: number,
		from: number,
		pool: number,
		leftUs: number,
		nowUs: number,
	): number {
		const { requests } = this;
		const cause = this.replies.causes[reply];
		const signal = signalOf(outcome, cause);
		const requestClass = requests.class[request];
		this.suppressed = false;
		for (let k = from; k < this.layers.length; k++) {
			const layer = this.layers[k];
			const at = request * requests.layers + k;
			const wanted = (layer.on[requestClass] & signal) !== 0;
			if (layer.guards !== null) {
				const whose = this.of(requests.instance[request], pool, requests.lastNode[request]);
				layer.guards.tried(at, whose, cause, wanted, nowUs);
			}
			const delayUs = wanted ? this.retryIn(layer, k, request, cause, reply, pool, leftUs, nowUs) : NO_RETRY;
			if (delayUs >= 0) {
				this.layer = k;
				return delayUs;
			}
			if (layer.guards !== null) {
				const whose = this.of(requests.instance[request], pool, requests.lastNode[request]);
				layer.guards.ended(at, whose, false, requests.tries[at] > 1, wanted, nowUs);
			}
		}
		return GIVE_UP;
	}

	/** The wait of the layer's next try, which it then has decided on; NO_RETRY where it makes none. */
	private retryIn(
		layer: Layer,
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
		if (waitUs < 0 || waitUs >= leftUs) return NO_RETRY;
		if (this.hasLastTry && nowUs + waitUs >= requests.calledUs[at] + layer.lastTryUs) return NO_RETRY;
		if (bucket !== null) bucket.charge(instance, pool);
		if (checksNow) guards.charge(at, this.of(instance, pool, requests.lastNode[request]), cause, nowUs);
		requests.tries[at] = tries + 1;
		requests.memory[at] = layer.delay.remember(tries, u, requests.memory[at], Math.floor(backoffUs + 0.5));
		requests.cause[request] = cause;
		return waitUs;
	}

	/**
	 * Whether a send may go that the layer's retry (or, with `layer` = depth, a fresh request) makes to this node. Layers
	 * inside of it begin a new call. What the gates take is taken where all agree, and where one of them keeps a place.
	 * @returns GATE, or us to wait until it is asked again
	 */
	pass(request: number, layer: number, node: number, pool: number, move: number, nowUs: number): number {
		const { requests } = this;
		const whose = this.of(requests.instance[request], pool, node);
		const top = Math.min(layer, this.layers.length - 1);
		const retrying = layer < this.layers.length ? this.layers[layer].guards : null;
		if (retrying?.budget?.checked === 'after-backoff') {
			const cause = requests.cause[request];
			if (!retrying.allows(whose, cause, nowUs)) return this.deny(layer, REPLY.suppressed);
			retrying.charge(request * requests.layers + layer, whose, cause, nowUs);
		}
		for (let k = top; k >= 0; k--) {
			const { guards } = this.layers[k];
			if (guards === null || guards.breakerAllows(whose, k !== layer, nowUs)) continue;
			// Outside of its retry it keeps back the whole call, which only layers further out can try again.
			return this.deny(guards.breaker?.inside === true ? k : k + 1, REPLY.open);
		}
		for (let k = top; k >= 0; k--) {
			const { guards } = this.layers[k];
			const answer = guards?.askLimiter(request * requests.layers + k, whose, k === layer, nowUs);
			if (guards === null || answer === null || answer === undefined || answer.verdict === 'go') continue;
			if (answer.verdict === 'deny') return this.deny(k, REPLY.suppressed);
			if (answer.verdict !== 'queue') return Math.max(1, Math.ceil(answer.waitUs));
			guards.park({ request, move }, whose);
			return GATE.parked;
		}
		for (let k = top; k >= 0; k--) {
			const { guards } = this.layers[k];
			if (guards !== null) guards.sent(request * requests.layers + k, whose, k !== layer, nowUs);
		}
		return GATE.go;
	}

	/** The calls from `layer` inwards are over, whatever they had under way. */
	cut(request: number, layer: number, pool: number, nowUs: number): void {
		const whose = this.of(this.requests.instance[request], pool, this.requests.lastNode[request]);
		for (let k = layer; k >= 0; k--) this.layers[k].guards?.cut(request * this.requests.layers + k, whose, nowUs);
	}

	/** Whole us that a try of this layer is waited for; -1 without a timeout. */
	tryTimeoutUs(layer: number): number {
		const draw = this.timeoutDraw[layer];
		return draw === null ? -1 : draw();
	}

	private deny(layer: number, reply: number): number {
		this.deniedBy = layer;
		this.denial = reply;
		return GATE.denied;
	}

	/** One object for all questions: they are asked one at a time. */
	private of(instance: number, pool: number, node: number): Whose {
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
