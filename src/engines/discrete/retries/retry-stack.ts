// HOT PATH: runs once per request and retry; allocates nothing where no guard of a real client stands in the way.
/**
 * A population's stack of retry layers, as one source uses it: when calls begin and end. Which layer tries again is in
 * `retry-decision.ts`, whether a send may go in `send-admission.ts` and `copy-admission.ts`.
 */
import type { Streams } from '../../../kernel/random.js';
import { type RetryPolicy, writtenIndex } from '../../../model/retry/policy.js';
import type { Replies } from '../tables/replies.js';
import { NO_ATTEMPT, type Requests } from '../tables/requests.js';
import { drawer } from '../time/sampler.js';
import { CallCells } from './call-cells.js';
import type { CompiledLayer } from './compiled-layer.js';
import { CopyAdmission } from './copy-admission.js';
import type { PoolIndex } from './pool-index.js';
import { RetryDecisions } from './retry-decision.js';
import type { RetryLayers } from './retry-layers.js';
import { SendAdmission } from './send-admission.js';
import { TRY_END } from './try-end.js';

const NEVER = Number.POSITIVE_INFINITY;

export interface RetryStackDeps {
	readonly all: RetryLayers;
	readonly requests: Requests;
	readonly replies: Replies;
	readonly pools: PoolIndex;
	readonly streams: Streams;
}

export class RetryStack {
	/** by layer: which it is of those that the author wrote */
	readonly written: Uint8Array;
	readonly hasTimeouts: boolean;
	/** some layer has a budget, so that its calls are credited */
	readonly hasBudgets: boolean;
	/** some layer has a budget, limiter or breaker of a real client */
	readonly hasGuards: boolean;
	/** some layer has a say in which node a send goes to */
	readonly choosesNodes: boolean;
	readonly decisions: RetryDecisions;
	readonly sends: SendAdmission;
	readonly copies: CopyAdmission;
	private readonly layers: readonly CompiledLayer[];
	private readonly cells: CallCells;
	private readonly requests: Requests;
	private readonly pools: PoolIndex;
	private readonly timeoutDraw: ((() => number) | null)[];

	/** @param owner names the source's streams: `region/population` */
	constructor({ all, requests, replies, pools, streams }: RetryStackDeps, population: number, owner: string) {
		const layers = all.ofPopulation[population];
		const cells = new CallCells(all.calls, requests, pools);
		this.layers = layers;
		this.cells = cells;
		this.requests = requests;
		this.pools = pools;
		this.decisions = new RetryDecisions({ layers, cells, requests, replies, pools, streams, owner });
		this.sends = new SendAdmission(layers, cells, requests);
		this.copies = new CopyAdmission({ innermost: layers[0], cells, requests, replies, pools });
		this.timeoutDraw = layers.map(({ policy: { timeout } }, k) =>
			timeout === null ? null : drawer(timeout, streams.uniform(`try/${owner}/${k}`)),
		);
		this.written = Uint8Array.from(writtenIndex(layers.map((layer) => layer.policy)));
		this.hasTimeouts = this.timeoutDraw.some((draw) => draw !== null);
		this.hasGuards = layers.some((layer) => layer.guards !== null);
		this.choosesNodes = layers.some(({ guards }) => guards?.choosesNodes === true);
		this.hasBudgets = this.decisions.hasBudgets;
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
			if (this.decisions.hasLastTry) requests.calledUs[at] = nowUs;
		}
	}

	/** The credit that new calls of the layers from `layer` inwards earn, which go to this node. */
	creditCalls(request: number, layer: number, node: number, nowUs: number): void {
		const instance = this.requests.instance[request];
		const pool = this.pools.poolOf[node];
		for (let k = layer; k >= 0; k--) {
			const { bucket, guards } = this.layers[k];
			if (bucket !== null) bucket.credit('per-call', instance, pool);
			if (guards !== null) guards.called(this.cells.of(request, k), this.cells.keyAt(request, node), nowUs);
		}
	}

	/** The credit earned where all calls of the stack end well, answered by this node. */
	creditSuccess(request: number, node: number, nowUs: number): void {
		const instance = this.requests.instance[request];
		const pool = this.pools.poolOf[node];
		for (let k = 0; k < this.layers.length; k++) {
			const { bucket, guards } = this.layers[k];
			const atOnce = this.requests.tries[request * this.requests.layers + k] === 1;
			if (bucket !== null) {
				bucket.credit('per-success', instance, pool);
				if (atOnce) bucket.credit('per-first-success', instance, pool);
			}
			if (guards === null) continue;
			const key = this.cells.keyAt(request, node);
			const at = this.cells.of(request, k);
			guards.tryEnded(at, request, key, TRY_END.ok, false, nowUs);
			guards.callEnded(at, key, { end: TRY_END.ok, retried: !atOnce, retryable: false }, nowUs);
		}
	}

	/** As the run begins: all calls of a request are under way. */
	adopt(request: number, nowUs: number): void {
		const { requests } = this;
		const isSent = requests.attempt[request] !== NO_ATTEMPT;
		this.layers.forEach(({ guards }, k) => {
			// In a back-off only the layers outside of it are in the middle of a try.
			const isTrying = isSent || k > requests.retryLayer[request];
			guards?.adopt(this.cells.of(request, k), this.cells.keyOf(request), isTrying, nowUs);
		});
	}

	/** The calls from `layer` inwards are over, whatever they had under way. @param end of TRY_END */
	cut(request: number, layer: number, end: number, nowUs: number): void {
		const key = this.cells.keyOf(request);
		for (let k = layer; k >= 0; k--) this.layers[k].guards?.cut(this.cells.of(request, k), request, key, end, nowUs);
	}

	/** Whole us that a try of this layer is waited for; Infinity without a timeout. */
	tryTimeoutUs(layer: number): number {
		const draw = this.timeoutDraw[layer];
		return draw === null ? NEVER : draw();
	}
}
