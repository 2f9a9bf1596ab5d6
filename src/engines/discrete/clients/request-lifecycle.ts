// HOT PATH: runs several times per request; allocates nothing.
/**
 * The life of a logical request, whatever becomes of its attempts: it is born, its failed attempts are tried again or not,
 * and it ends. How attempts are sent and waited for is in `attempt-sender.ts` and `attempt-waits.ts`.
 */
import { type EventQueue, RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { MonitorCounters } from '../control/monitor-counters.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import { noFailedTry } from '../retries/retry-decision.js';
import type { RetryStack } from '../retries/retry-stack.js';
import { TRY_END } from '../retries/try-end.js';
import { MARK, NO_ATTEMPT as NONE, type Requests } from '../tables/requests.js';
import type { ClientDeps } from './client-deps.js';
import type { Hedges } from './hedged-calls.js';
import type { RunLimits } from './run-limits.js';
import type { SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const EVENT = EVENTS;
const NO_ATTEMPT = NONE;
const { attemptFailed: ATTEMPT_FAILED, direct: DIRECT, firstHeldBack: FIRST_HELD_BACK, impatient: IMPATIENT } = MARK;
const NEVER = Number.POSITIVE_INFINITY;

/** What a request is like as it is born. */
export interface NewRequest {
	source: number;
	requestClass: number;
	platform: number;
	/** cell of the client's measures */
	place: number;
	/** bits of MARK */
	marks: number;
}

export class RequestLifecycle {
	private readonly requests: Requests;
	private readonly queue: EventQueue;
	private readonly recorder: Recorder;
	private readonly monitors: MonitorCounters | null;
	private readonly failedTry = noFailedTry();
	private readonly stacks: readonly RetryStack[];
	private readonly anyEnds: boolean;

	constructor(
		{ requests, queue, recorder, monitors }: ClientDeps,
		private readonly laws: SourceLaws,
		private readonly limits: RunLimits,
		private readonly hedges: Hedges | null,
	) {
		this.requests = requests;
		this.queue = queue;
		this.recorder = recorder;
		this.monitors = monitors;
		this.stacks = laws.stacks;
		this.anyEnds = laws.anyEnds;
	}

	/** A row for a request that is born now. */
	open({ source, requestClass, platform, place, marks }: NewRequest, nowUs: number): number {
		const { requests, laws } = this;
		const { profiles } = laws;
		const stack = this.stacks[source];
		const request = requests.lend();
		this.limits.watchInFlight(nowUs);
		requests.source[request] = source;
		requests.class[request] = requestClass;
		requests.platform[request] = platform;
		requests.place[request] = place;
		requests.instance[request] = profiles.instanceOf(source);
		if (profiles.usesShareUniforms) requests.shareUniform[request] = profiles.shareUniformOf(source);
		requests.sent[request] = 0;
		requests.attempt[request] = NO_ATTEMPT;
		requests.hops[request] = 0;
		requests.marks[request] = marks;
		requests.bornUs[request] = nowUs;
		stack.callsStart(request, stack.depth - 1, nowUs);
		return request;
	}

	/** When the request gives up whatever comes: its patience, or a timeout of the whole request. */
	bookEnd(request: number, source: number, nowUs: number): void {
		const { requests, laws } = this;
		const wholeUs = laws.wholeTimeouts.draw(source);
		const patienceUs = laws.patiences.draw(source);
		const endUs = nowUs + Math.min(wholeUs, patienceUs);
		if (patienceUs < wholeUs) requests.marks[request] |= IMPATIENT;
		requests.endUs[request] = endUs;
		if (endUs !== NEVER) this.queue.book(endUs, RANK.timeout, EVENT.giveUp, request, requests.generation[request]);
	}

	/** Books the timeouts of the tries that begin now, from `layer` inwards. */
	startTries(request: number, stack: RetryStack, layer: number, nowUs: number): void {
		for (let k = layer; k >= 0; k--) {
			const at = request * this.requests.layers + k;
			const stamp = ++this.requests.tryStamp[at];
			const us = stack.tryTimeoutUs(k);
			if (us !== NEVER) this.queue.book(nowUs + us, RANK.timeout, EVENT.layerTimeout, at, stamp);
		}
	}

	/** The tries from `layer` inwards have ended: their timeouts are void. */
	endTries(request: number, layer: number): void {
		for (let k = layer; k >= 0; k--) this.requests.tryStamp[request * this.requests.layers + k]++;
	}

	/** A try of the layers below `layer` has failed: some layer from there outwards tries again, or the request is lost. */
	failed(request: number, reply: number, layer: number, nowUs: number): void {
		const { requests, failedTry } = this;
		failedTry.request = request;
		failedTry.reply = reply;
		failedTry.fromLayer = layer;
		failedTry.leftUs = this.anyEnds ? requests.endUs[request] - nowUs : NEVER;
		failedTry.nowUs = nowUs;
		const decision = this.stacks[requests.source[request]].decisions.decide(failedTry);
		if (decision.suppressed) this.recorder.retrySuppressed(requests.place[request]);
		if (decision.retries) this.backOff(request, decision.layer, nowUs, nowUs + decision.delayUs);
		else this.lose(request, nowUs);
	}

	backOff(request: number, layer: number, nowUs: number, atUs: number): void {
		const { requests } = this;
		const stamp = requests.sendStamp[request] + 1;
		requests.sendStamp[request] = stamp;
		requests.retryLayer[request] = layer;
		requests.backoffUntilUs[request] = atUs;
		if (this.stacks[requests.source[request]].hasTimeouts) this.endTries(request, layer);
		this.recorder.backedOff(requests.place[request], nowUs, atUs);
		this.queue.book(atUs, RANK.client, EVENT.retry, request, stamp);
	}

	/** A send was queued until now: nobody could tell for how long when it was. */
	noteQueued(request: number, nowUs: number): void {
		const { place, backoffUntilUs } = this.requests;
		if (backoffUntilUs[request] < nowUs) this.recorder.backedOff(place[request], backoffUntilUs[request], nowUs);
	}

	/** An attempt of the request has failed. @param isFirst it is the first one */
	attemptFailed(request: number, node: number, outcome: number, waitedUs: number, isFirst: boolean): void {
		const { requests } = this;
		const place = requests.place[request];
		this.recorder.attemptFailed(place, outcome);
		const marks = requests.marks[request];
		if (isFirst && (marks & FIRST_HELD_BACK) === 0) this.recorder.firstAttemptFailed(place, requests.bornUs[request]);
		requests.marks[request] = marks | ATTEMPT_FAILED;
		if (this.monitors !== null) this.monitors.failed(node, requests.class[request], isFirst, outcome, waitedUs);
	}

	succeed(request: number, nowUs: number): void {
		const { requests } = this;
		const saved = (requests.marks[request] & ATTEMPT_FAILED) !== 0;
		this.recorder.requestSucceeded(requests.place[request], requests.bornUs[request], nowUs, saved);
		this.close(request, nowUs);
	}

	/** The request has ended well. */
	close(request: number, nowUs: number): void {
		const stack = this.stacks[this.requests.source[request]];
		if (stack.hasBudgets) stack.creditSuccess(request, this.requests.lastNode[request], nowUs);
		this.release(request, stack);
	}

	lose(request: number, nowUs: number): void {
		const { requests } = this;
		const direct = (requests.marks[request] & DIRECT) !== 0;
		const isUnsent = requests.sent[request] === 0;
		this.recorder.requestLost(requests.place[request], requests.bornUs[request], nowUs, direct);
		if (isUnsent) this.noteUnsent(request);
		if (this.monitors !== null)
			this.monitors.lost(requests.lastNode[request], requests.class[request], isUnsent, requests.bornUs[request]);
		const stack = this.stacks[requests.source[request]];
		if (stack.hasGuards) stack.cut(request, stack.depth - 1, TRY_END.abandoned, nowUs);
		this.release(request, stack);
	}

	/** Its client has held the first attempt of a request back, for now or for good: to its user it has failed. */
	noteUnsent(request: number): void {
		const { requests } = this;
		if ((requests.marks[request] & FIRST_HELD_BACK) !== 0) return;
		requests.marks[request] |= FIRST_HELD_BACK | ATTEMPT_FAILED;
		this.recorder.firstAttemptFailed(requests.place[request], requests.bornUs[request]);
	}

	/** As the run begins: requests that others have put there are under way. */
	adopt(): void {
		const { requests } = this;
		for (let request = 0; request < requests.used; request++) {
			const stack = this.stacks[requests.source[request]];
			if (stack.hasGuards) stack.adopt(request, 0);
		}
	}

	/** As the run ends: who is still queued waits until then. */
	closeQueued(nowUs: number): void {
		const { requests, stacks, hedges } = this;
		if (!stacks.some(({ hasGuards }) => hasGuards)) return;
		requests.eachLent((request) => {
			if (requests.attempt[request] !== NO_ATTEMPT || hedges?.call(request) !== undefined) return;
			if (stacks[requests.source[request]].hasGuards) this.noteQueued(request, nowUs);
		});
	}

	/** The request is over. No retry of it is booked any more, but tries may have timeouts left. */
	private release(request: number, stack: RetryStack): void {
		if (this.hedges !== null) this.hedges.end(request);
		if (stack.hasTimeouts) this.endTries(request, stack.depth - 1);
		this.requests.giveBack(request);
	}
}
