/**
 * Copies of hedged calls are sent, fail, win and are cancelled. Which copies of a call are out is known by
 * `hedged-calls.ts`; what follows an answer goes by an event of its own, since the node that answered frees its worker
 * first.
 */
import { type EventQueue, RANK } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { OUTCOME } from '../../../model/attempt.js';
import type { MonitorCounters } from '../control/monitor-counters.js';
import { EVENT } from '../event-kinds.js';
import type { Edge } from '../nodes/edge.js';
import type { CopySend } from '../retries/copy-admission.js';
import type { RetryStack } from '../retries/retry-stack.js';
import { SEND } from '../retries/send-admission.js';
import { TRY_END } from '../retries/try-end.js';
import { NO_NODE } from '../routing.js';
import type { Attempts } from '../tables/attempts.js';
import { NO_ATTEMPT, type Requests } from '../tables/requests.js';
import type { SenderParts } from './attempt-sender.js';
import type { ClientDeps } from './client-deps.js';
import type { GuardedSends } from './guarded-sends.js';
import type { HedgedCall, Hedges } from './hedged-calls.js';
import type { NodeChoice } from './node-choice.js';
import type { RequestLifecycle } from './request-lifecycle.js';
import type { SourceLaws } from './source-laws.js';

export class HedgedSends {
	private readonly requests: Requests;
	private readonly attempts: Attempts;
	private readonly queue: EventQueue;
	private readonly edges: Edge;
	private readonly recorder: Recorder;
	private readonly monitors: MonitorCounters | null;
	private readonly laws: SourceLaws;
	private readonly lifecycle: RequestLifecycle;
	private readonly choice: NodeChoice;
	/** one record for all copies: they go one at a time */
	private readonly copySend: CopySend = { request: 0, place: 0, node: 0, cause: 0, stamp: 0, held: false };

	constructor(
		private readonly hedges: Hedges,
		{ requests, attempts, queue, edges, recorder, monitors }: ClientDeps,
		{ laws, lifecycle, choice }: SenderParts,
		private readonly sends: GuardedSends,
	) {
		this.requests = requests;
		this.attempts = attempts;
		this.queue = queue;
		this.edges = edges;
		this.recorder = recorder;
		this.monitors = monitors;
		this.laws = laws;
		this.lifecycle = lifecycle;
		this.choice = choice;
	}

	/** The hedged call of a request; undefined where it has none that is open. */
	call(request: number): HedgedCall | undefined {
		return this.hedges.call(request);
	}

	/** The next copy of a hedged call goes, unless its call has ended or has sent it already. */
	copyDue(request: number, stamp: number, nowUs: number): void {
		const call = this.hedges.call(request);
		if (call === undefined || call.stamp !== stamp || this.sendCopy(request, call, nowUs)) return;
		if (call.out.length === 0) this.callFails(request, call, nowUs);
	}

	/** A copy has timed out. @returns whether it is waited for all the same, beside the next copy */
	isLeftWaiting(request: number, call: HedgedCall, nowUs: number): boolean {
		if (this.hedges.afterTimeout(call, this.requests.source[request]) !== 'next') return false;
		this.copyAtOnce(request, call, nowUs);
		return true;
	}

	/** A copy that is no longer out has failed: the next one goes, the others are waited for, or the call has failed. */
	copyFailed(request: number, call: HedgedCall, attempt: number, reply: number, nowUs: number): void {
		const { requests, hedges } = this;
		const stack = this.stackOf(request);
		const place = hedges.over(call, attempt);
		if (stack.hasGuards) stack.copies.failed(request, place, reply, nowUs);
		call.reply = reply;
		call.cause = this.edges.replies.causes[reply];
		const next = hedges.afterFailure(call, requests.source[request], call.cause);
		if (next !== 'ends' && call.out.length > 0) requests.attempt[request] = call.out[call.out.length - 1];
		if (next === 'next') this.copyAtOnce(request, call, nowUs);
		else if (next === 'ends') this.callFails(request, call, nowUs);
	}

	/** The first good answer ends the call. */
	copyAnswered(request: number, call: HedgedCall, attempt: number, nowUs: number): void {
		const { requests, attempts, hedges } = this;
		const sentUs = attempts.sentUs[attempt];
		hedges.learn(requests.source[request], requests.instance[request], nowUs - sentUs, nowUs);
		const place = hedges.over(call, attempt);
		requests.lastNode[request] = attempts.node[attempt];
		this.cancelCopies(request, call, nowUs);
		const stack = this.stackOf(request);
		if (stack.hasGuards) stack.copies.won(request, place);
	}

	/** What the request waits for ends, with all copies that are out. @param outcome of each of them */
	cutCall(request: number, call: HedgedCall, outcome: number, nowUs: number): void {
		const { attempts } = this;
		for (const copy of call.out) {
			const waitedUs = nowUs - attempts.sentUs[copy];
			this.lifecycle.attemptFailed(request, attempts.node[copy], outcome, waitedUs, attempts.number[copy] === 1);
		}
		const stack = this.stackOf(request);
		const end = outcome === OUTCOME.timeout ? TRY_END.outerTimeout : TRY_END.abandoned;
		// What the first copy holds is the call's, which ends with the layer's try or with its request.
		if (stack.hasGuards) for (const copy of call.places) if (copy > 0) stack.copies.left(request, copy, end, nowUs);
		this.leaveCopies(request, call, nowUs);
	}

	/** The next copy goes at this instant, by an event of its own: the node that answered has freed its worker by then. */
	private copyAtOnce(request: number, call: HedgedCall, nowUs: number): void {
		// One that waits for a guard is on its way.
		if (!call.held) this.queue.book(nowUs, RANK.client, EVENT.copy, request, this.hedges.newTurn(call));
	}

	/** @returns false where no copy may go */
	private sendCopy(request: number, call: HedgedCall, nowUs: number): boolean {
		const { requests, copySend } = this;
		if (!this.hedges.mayGo(call, requests.source[request])) return false;
		const node = this.choice.route(request, NO_NODE, nowUs);
		copySend.request = request;
		copySend.place = call.copies;
		copySend.node = node;
		copySend.cause = call.cause;
		copySend.stamp = call.stamp;
		copySend.held = call.held;
		const { decision, waitUs } = this.stackOf(request).copies.pass(copySend, nowUs);
		if (decision !== SEND.goes) this.choice.giveBackTurn();
		call.held = decision === SEND.waits || decision === SEND.queued;
		if (decision === SEND.denied) {
			this.recorder.retrySuppressed(requests.place[request]);
			return false;
		}
		if (decision === SEND.goes) this.sends.sendRetry(request, 0, node, nowUs);
		else if (decision === SEND.waits) this.queue.book(nowUs + waitUs, RANK.client, EVENT.copy, request, call.stamp);
		return true;
	}

	/** The call fails as its newest copy did; nobody waits for the others. */
	private callFails(request: number, call: HedgedCall, nowUs: number): void {
		const { reply } = call;
		const stack = this.stackOf(request);
		this.cancelCopies(request, call, nowUs);
		if (stack.hasGuards) stack.copies.callFailed(request);
		this.lifecycle.failed(request, reply, 0, nowUs);
	}

	/** The call has an end: nobody waits for the copies that are still out. */
	private cancelCopies(request: number, call: HedgedCall, nowUs: number): void {
		const { requests, attempts, monitors } = this;
		const place = requests.place[request];
		for (const attempt of call.out) {
			this.recorder.attemptFailed(place, OUTCOME.cancelled);
			if (monitors === null) continue;
			const waitedUs = nowUs - attempts.sentUs[attempt];
			monitors.left(attempts.node[attempt], requests.class[request], attempts.number[attempt] === 1, waitedUs);
		}
		const stack = this.stackOf(request);
		if (stack.hasGuards) for (const copy of call.places) stack.copies.left(request, copy, TRY_END.abandoned, nowUs);
		this.leaveCopies(request, call, nowUs);
	}

	/** All copies are left at once. */
	private leaveCopies(request: number, call: HedgedCall, nowUs: number): void {
		const { requests, attempts } = this;
		const stack = this.stackOf(request);
		if (call.held && stack.hasGuards) stack.copies.left(request, call.copies, TRY_END.abandoned, nowUs);
		const cancels = this.hedges.cancelsLosers(requests.source[request]);
		requests.attempt[request] = NO_ATTEMPT;
		this.hedges.end(request);
		for (const attempt of call.out) {
			attempts.waiting[attempt] = 0;
			attempts.leftUs[attempt] = nowUs;
			if (cancels) this.edges.admission.abandoned(attempt, nowUs);
			else attempts.settle(attempt);
		}
	}

	private stackOf(request: number): RetryStack {
		return this.laws.stacks[this.requests.source[request]];
	}
}
