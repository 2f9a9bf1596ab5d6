/**
 * Further copies of a hedged call: whether one may go, and what the guards of its layer hear of it. A copy is a send of
 * the innermost layer like any other, in a cell of its own; to a breaker that looks at whole calls it is a part of one.
 */
import type { Replies } from '../tables/replies.js';
import type { Requests } from '../tables/requests.js';
import type { CallCells } from './call-cells.js';
import { HAS } from './call-table.js';
import type { CompiledLayer } from './compiled-layer.js';
import type { PoolIndex } from './pool-index.js';
import { SEND, type SendAnswer, waitsFor } from './send-admission.js';
import { TRY_END } from './try-end.js';

/** A further copy that is about to go. Filled again for every copy: nobody keeps it. */
export interface CopySend {
	request: number;
	/** among the copies of its call, from 1 */
	place: number;
	node: number;
	/** of the failure that it answers */
	cause: number;
	/** names its turn */
	stamp: number;
	/** it has been asked for before, and waited */
	held: boolean;
}

export interface CopyAdmissionDeps {
	readonly innermost: CompiledLayer;
	readonly cells: CallCells;
	readonly requests: Requests;
	readonly replies: Replies;
	readonly pools: PoolIndex;
}

export class CopyAdmission {
	private readonly answer: SendAnswer = { decision: SEND.goes, waitUs: 0, deniedBy: 0, reply: 0 };

	constructor(private readonly deps: CopyAdmissionDeps) {}

	/** Whether a further copy of a call may go: its budget is charged, its breaker and limiter are asked. */
	pass(copy: CopySend, nowUs: number): SendAnswer {
		const { answer } = this;
		const { innermost, cells, requests, pools } = this.deps;
		const { bucket, guards } = innermost;
		const { request, place, node, cause, stamp } = copy;
		answer.decision = SEND.denied;
		if (bucket !== null && !copy.held) {
			const instance = requests.instance[request];
			const pool = pools.poolOf[node];
			if (!bucket.allows(instance, pool)) return answer;
			bucket.charge(instance, pool);
		}
		if (guards !== null) {
			const key = cells.keyAt(request, node);
			const at = cells.ofCopy(request, place);
			const isLetThrough =
				guards.chargeCopy(at, cells.of(request, 0), key, cause, nowUs) && guards.breakerAllows(key, false, nowUs);
			const limit = isLetThrough ? guards.askLimiter(at, key, true, nowUs) : null;
			if (!isLetThrough || limit?.decision === 'deny') {
				guards.leaveCopy(at, request, key, TRY_END.abandoned, nowUs);
				return answer;
			}
			if (limit !== null && limit.decision !== 'go') {
				if (limit.decision !== 'queue') return waitsFor(answer, limit.waitUs);
				guards.queue({ request, sendStamp: stamp, at, isCopy: true });
				answer.decision = SEND.queued;
				return answer;
			}
			guards.sent(at, key, nowUs);
		}
		answer.decision = SEND.goes;
		return answer;
	}

	/** A copy has failed; the guards of its layer hear of it now, whether or not the call goes on. */
	failed(request: number, place: number, reply: number, nowUs: number): void {
		const { innermost, cells, requests, replies } = this.deps;
		const { guards, on } = innermost;
		if (guards === null) return;
		const cause = replies.causes[reply];
		const isRetried = (on[requests.class[request]] & (1 << cause)) !== 0;
		guards.tryEnded(cells.ofCopy(request, place), request, cells.keyOf(request), cause, isRetried, nowUs);
	}

	/** The call of copies fails with the failure that its guards have just heard of. */
	callFailed(request: number): void {
		const { calls } = this.deps.cells;
		if (calls !== null) calls.has[this.deps.cells.of(request, 0)] |= HAS.reported;
	}

	/** Nobody waits for a copy any more, sent or held. @param end of TRY_END */
	left(request: number, place: number, end: number, nowUs: number): void {
		const { innermost, cells } = this.deps;
		innermost.guards?.leaveCopy(cells.ofCopy(request, place), request, cells.keyOf(request), end, nowUs);
	}

	/** The call ends well with this copy: what it holds is the call's. */
	won(request: number, place: number): void {
		const { innermost, cells } = this.deps;
		if (place > 0 && cells.calls !== null && innermost.guards !== null)
			cells.calls.handOver(cells.ofCopy(request, place), cells.of(request, 0));
	}
}
