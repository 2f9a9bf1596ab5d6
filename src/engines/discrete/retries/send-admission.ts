/**
 * Whether a send may go that its client's guards have a say in: budgets that are asked after the back-off, breakers and
 * limiters, and the choice of its node. Guards are asked without side effects first, and charged together once all agree.
 */
import { REPLY } from '../tables/replies.js';
import type { Requests } from '../tables/requests.js';
import type { CallCells } from './call-cells.js';
import type { CompiledLayer } from './compiled-layer.js';
import { TRY_END } from './try-end.js';

/** What its guards decide about a send: it goes, is held back for good, waits so long, or waits until it is woken. */
export const SEND = { goes: 0, denied: 1, waits: 2, queued: 3 } as const;

/** A send that is about to go. Filled again for every send: nobody keeps it. */
export interface GuardedSend {
	request: number;
	/** whose retry it is; the depth of the stack for a first attempt */
	layer: number;
	node: number;
	/** names it, for whoever wakes it */
	stamp: number;
	nowUs: number;
}

/** True until the next answer of the same stack. */
export interface SendAnswer {
	/** of SEND */
	decision: number;
	/** us until it is asked again; read where it waits */
	waitUs: number;
	/** the layer that has held it back for good, and the number of the reply; read where it is denied */
	deniedBy: number;
	reply: number;
}

export class SendAdmission {
	private readonly answer: SendAnswer = { decision: SEND.goes, waitUs: 0, deniedBy: 0, reply: 0 };

	constructor(
		private readonly layers: readonly CompiledLayer[],
		private readonly cells: CallCells,
		private readonly requests: Requests,
	) {}

	/**
	 * Whether a send may go to this node. Layers inside of the one that retries begin a new call. What a guard has let through
	 * it is not asked about again, however long others hold it.
	 */
	pass(send: GuardedSend): SendAnswer {
		const { layers, answer } = this;
		const { request, layer, node, nowUs } = send;
		const key = this.cells.keyAt(request, node);
		const first = this.cells.of(request, 0);
		const top = Math.min(layer, layers.length - 1);
		const budget = layer < layers.length ? layers[layer].guards?.budget : undefined;
		const isLate = budget !== undefined && budget !== null && !budget.isCheckedAtDecision;
		if (isLate && !budget.chargeOnce(first + layer, key, this.requests.cause[request], nowUs))
			return this.deny(send, layer, REPLY.suppressed);
		for (let k = top; k >= 0; k--) {
			const { guards } = layers[k];
			if (guards === null || guards.breakerAllows(key, k !== layer, nowUs)) continue;
			// Outside of its retry it holds back the whole call, which only layers further out can try again.
			return this.deny(send, guards.breaker?.isInsideRetry === true ? k : k + 1, REPLY.open);
		}
		for (let k = top; k >= 0; k--) {
			const { guards } = layers[k];
			const limit = guards?.askLimiter(first + k, key, k === layer, nowUs);
			if (guards === null || limit === null || limit === undefined || limit.decision === 'go') continue;
			if (limit.decision === 'deny') return this.deny(send, k, REPLY.suppressed);
			if (this.cells.calls !== null) this.cells.calls.heldBy[first] = k;
			if (limit.decision !== 'queue') return waitsFor(answer, limit.waitUs);
			guards.queue({ request, sendStamp: send.stamp, at: first + k, isCopy: false });
			answer.decision = SEND.queued;
			return answer;
		}
		// Layers further out are in the middle of a try, unless its first send has been held back until now.
		for (let k = layers.length - 1; k >= 0; k--) {
			const { guards } = layers[k];
			if (guards !== null && !guards.isTrying(first + k)) guards.sent(first + k, key, nowUs);
		}
		answer.decision = SEND.goes;
		return answer;
	}

	/** Layer whose limiter holds the request's send back. */
	heldBy(request: number): number {
		const { calls } = this.cells;
		return calls === null ? 0 : calls.heldBy[this.cells.of(request, 0)];
	}

	/** Whether every layer would have a send of the request go to this node. */
	takesNode(request: number, node: number, nowUs: number): boolean {
		const key = this.cells.keyAt(request, node);
		return this.layers.every(({ guards }) => guards === null || guards.takesNode(key, nowUs));
	}

	/** Whether its balancing has no node left where it would have chosen this one. */
	refusesNode(request: number, node: number, nowUs: number): boolean {
		const key = this.cells.keyAt(request, node);
		return this.layers.some(({ guards }) => guards?.refusesNode(key, nowUs) === true);
	}

	/** A send is held back for good, and with it whatever the layers inside of that one had got for it. */
	private deny({ request, node, nowUs }: GuardedSend, layer: number, reply: number): SendAnswer {
		const { answer } = this;
		const key = this.cells.keyAt(request, node);
		for (let k = layer - 1; k >= 0; k--)
			this.layers[k].guards?.cut(this.cells.of(request, k), request, key, TRY_END.abandoned, nowUs);
		answer.decision = SEND.denied;
		answer.deniedBy = layer;
		answer.reply = reply;
		return answer;
	}
}

/** The send is asked again after this time, and at least a microsecond later. */
export function waitsFor(answer: SendAnswer, us: number): SendAnswer {
	answer.decision = SEND.waits;
	answer.waitUs = Math.max(1, Math.ceil(us));
	return answer;
}
