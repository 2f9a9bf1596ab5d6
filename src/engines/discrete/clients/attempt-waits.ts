// HOT PATH: runs once per attempt; allocates nothing.
/**
 * A client waits for an attempt until it is answered, its time is over, or the request is given up. What the edge has to
 * say about an attempt comes here as well.
 */
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import type { MonitorCounters } from '../control/monitor-counters.js';
import type { Callers } from '../nodes/answers.js';
import type { Edge } from '../nodes/edge.js';
import { TRY_END } from '../retries/try-end.js';
import type { Attempts } from '../tables/attempts.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import { MARK, NO_ATTEMPT as NONE, type Requests } from '../tables/requests.js';
import type { ClientDeps } from './client-deps.js';
import type { HedgedSends } from './hedged-sends.js';
import type { NewRequests } from './new-requests.js';
import type { RequestLifecycle } from './request-lifecycle.js';
import type { SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const OUTCOME = OUTCOMES;
const NO_ATTEMPT = NONE;
const REPLY = REPLIES;
const { attemptFailed: ATTEMPT_FAILED, direct: DIRECT, impatient: IMPATIENT } = MARK;

export interface WaitParts {
	readonly laws: SourceLaws;
	readonly lifecycle: RequestLifecycle;
	readonly newRequests: NewRequests;
	/** null where nobody hedges */
	readonly hedging: HedgedSends | null;
}

export class AttemptWaits implements Callers {
	private readonly requests: Requests;
	private readonly attempts: Attempts;
	private readonly edges: Edge;
	private readonly recorder: Recorder;
	private readonly monitors: MonitorCounters | null;
	private readonly laws: SourceLaws;
	private readonly lifecycle: RequestLifecycle;
	private readonly newRequests: NewRequests;
	private readonly hedging: HedgedSends | null;

	constructor({ requests, attempts, edges, recorder, monitors }: ClientDeps, parts: WaitParts) {
		this.requests = requests;
		this.attempts = attempts;
		this.edges = edges;
		this.recorder = recorder;
		this.monitors = monitors;
		this.laws = parts.laws;
		this.lifecycle = parts.lifecycle;
		this.newRequests = parts.newRequests;
		this.hedging = parts.hedging;
	}

	/** An attempt's timeout ends, unless it is no longer waited for. */
	timeout(attempt: number, generation: number, nowUs: number): void {
		if (this.attempts.generation[attempt] !== generation || this.attempts.waiting[attempt] === 0) return;
		this.timedOut(attempt, nowUs);
	}

	/** The timeout of an attempt that is waited for ends. */
	timedOut(attempt: number, nowUs: number): void {
		const { hedging } = this;
		const request = this.attempts.request[attempt];
		const call = hedging === null ? undefined : hedging.call(request);
		if (hedging === null || call === undefined) {
			this.stopWaiting(attempt, OUTCOME.timeout, nowUs);
			this.lifecycle.failed(request, REPLY.timeout, 0, nowUs);
			return;
		}
		if (hedging.isLeftWaiting(request, call, nowUs)) return;
		this.stopWaiting(attempt, OUTCOME.timeout, nowUs);
		hedging.copyFailed(request, call, attempt, REPLY.timeout, nowUs);
	}

	/** The whole try of an outer layer has taken too long: its attempt and its back-off end. */
	layerTimeout(requestLayer: number, stamp: number, nowUs: number): void {
		const { requests } = this;
		if (requests.tryStamp[requestLayer] !== stamp) return;
		const request = Math.floor(requestLayer / requests.layers);
		const layer = requestLayer % requests.layers;
		const stack = this.laws.stacks[requests.source[request]];
		this.endPresentWait(request, OUTCOME.timeout, nowUs);
		if (stack.hasGuards) stack.cut(request, layer - 1, TRY_END.outerTimeout, nowUs);
		this.lifecycle.failed(request, REPLY.timeout, layer, nowUs);
	}

	/** Patience, or a whole-request timeout, ends. */
	giveUp(request: number, generation: number, nowUs: number): void {
		if (this.requests.generation[request] !== generation) return;
		const wholeRequest = (this.requests.marks[request] & IMPATIENT) === 0;
		this.endPresentWait(request, wholeRequest ? OUTCOME.timeout : OUTCOME.cancelled, nowUs);
		const stack = this.laws.stacks[this.requests.source[request]];
		if (wholeRequest && stack.hasGuards) stack.cut(request, stack.depth - 1, TRY_END.outerTimeout, nowUs);
		this.lifecycle.lose(request, nowUs);
	}

	answered(attempt: number, outcome: number, nowUs: number): void {
		const { attempts, requests, hedging } = this;
		const request = attempts.request[attempt];
		const call = hedging === null ? undefined : hedging.call(request);
		requests.attempt[request] = NO_ATTEMPT;
		attempts.waiting[attempt] = 0;
		if (outcome === OUTCOME.ok) {
			const sentUs = attempts.sentUs[attempt];
			const first = call === undefined ? requests.sent[request] === 1 : attempts.number[attempt] === 1;
			if (hedging !== null && call !== undefined) hedging.copyAnswered(request, call, attempt, nowUs);
			attempts.giveBack(attempt);
			this.answeredOk(request, sentUs, first, nowUs);
		} else {
			this.countFailure(request, attempt, outcome, nowUs - attempts.sentUs[attempt]);
			const reply = attempts.reply[attempt];
			attempts.giveBack(attempt);
			if (hedging === null || call === undefined) this.lifecycle.failed(request, reply, 0, nowUs);
			else hedging.copyFailed(request, call, attempt, reply, nowUs);
		}
	}

	answeredLate(attempt: number, nowUs: number): void {
		const { attempts, requests } = this;
		if (!this.acceptsLate(attempt)) return;
		const request = attempts.request[attempt];
		if (requests.generation[request] !== attempts.requestStamp[attempt]) return;
		this.endPresentWait(request, OUTCOME.cancelled, nowUs);
		if (this.monitors !== null) this.monitors.succeededLate(requests.lastNode[request], requests.class[request]);
		this.lifecycle.succeed(request, nowUs);
	}

	acceptsLate(attempt: number): boolean {
		return this.laws.anyAcceptsLate && this.laws.acceptLate[this.attempts.source[attempt]];
	}

	failedByChange(attempt: number): void {
		const request = this.attempts.request[attempt];
		if (this.requests.generation[request] === this.attempts.requestStamp[attempt])
			this.requests.marks[request] |= DIRECT;
	}

	/** What its client had given up before has failed already. */
	failedByFault(attempt: number): void {
		const { attempts, requests } = this;
		if (attempts.waiting[attempt] === 0) return;
		const request = attempts.request[attempt];
		if (this.isFirst(request, attempt)) requests.marks[request] |= DIRECT;
	}

	multiplied(attempt: number, calls: number, nowUs: number): void {
		this.newRequests.multiplied(this.attempts.request[attempt], this.attempts.source[attempt], calls, nowUs);
	}

	private answeredOk(request: number, sentUs: number, first: boolean, nowUs: number): void {
		const { requests, recorder, monitors } = this;
		const place = requests.place[request];
		if (monitors !== null)
			monitors.answered(requests.lastNode[request], requests.class[request], first, nowUs - sentUs);
		// A first attempt that was held back did not begin with its request, or was held back before.
		if (
			requests.sent[request] > 1 ||
			requests.bornUs[request] !== sentUs ||
			(requests.marks[request] & ATTEMPT_FAILED) !== 0
		) {
			recorder.attemptOk(place, nowUs - sentUs);
			this.lifecycle.succeed(request, nowUs);
			return;
		}
		recorder.answeredAtOnce(place, requests.bornUs[request], nowUs);
		this.lifecycle.close(request, nowUs);
	}

	/** Whatever the request waits for, an answer or the end of a back-off, it waits for it no longer. */
	private endPresentWait(request: number, outcome: number, nowUs: number): void {
		const { requests, hedging } = this;
		const attempt = requests.attempt[request];
		const call = hedging === null ? undefined : hedging.call(request);
		if (hedging !== null && call !== undefined) {
			hedging.cutCall(request, call, outcome, nowUs);
			return;
		}
		if (attempt !== NO_ATTEMPT) {
			this.stopWaiting(attempt, outcome, nowUs);
			return;
		}
		requests.sendStamp[request]++;
		const untilUs = requests.backoffUntilUs[request];
		if (untilUs > nowUs) this.recorder.backoffCut(requests.place[request], nowUs, untilUs);
		else this.lifecycle.noteQueued(request, nowUs);
	}

	private stopWaiting(attempt: number, outcome: number, nowUs: number): void {
		const { attempts } = this;
		const request = attempts.request[attempt];
		attempts.waiting[attempt] = 0;
		attempts.leftUs[attempt] = nowUs;
		this.requests.attempt[request] = NO_ATTEMPT;
		this.countFailure(request, attempt, outcome, nowUs - attempts.sentUs[attempt]);
		this.edges.admission.abandoned(attempt, nowUs);
	}

	/** An attempt of a request has failed: its present one, or a copy of it. */
	private countFailure(request: number, attempt: number, outcome: number, waitedUs: number): void {
		const isFirst = this.isFirst(request, attempt);
		this.lifecycle.attemptFailed(request, this.attempts.node[attempt], outcome, waitedUs, isFirst);
	}

	/** Whether an attempt that its request waits for is the first one of it. */
	private isFirst(request: number, attempt: number): boolean {
		return this.hedging === null ? this.requests.sent[request] === 1 : this.attempts.number[attempt] === 1;
	}
}
