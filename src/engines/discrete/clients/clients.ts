// HOT PATH: runs once per event; allocates nothing.
/**
 * The clients' half of the story: requests are born, attempts sent and waited for, given up or tried again. What a
 * retry policy decides is in `retry-stack.ts`; what happens between send and answer is the edges'.
 */
import { assert } from '../../../kernel/errors.js';
import { RANK as RANKS } from '../../../kernel/event-queue.js';
import { MAX_LAYERS } from '../../../metrics/recording/counters.js';
import { OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import { type Callers, TURNED_AWAY } from '../nodes/answers.js';
import type { CopySend } from '../retries/copy-gates.js';
import type { RetryStack } from '../retries/retry-stack.js';
import { GATE, type GateAnswer, type GuardedSend } from '../retries/send-gates.js';
import { TRY_END } from '../retries/try-end.js';
import type { NodeFilter } from '../routing.js';
import { STAGE as STAGES } from '../tables/attempts.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import { MARK, NO_ATTEMPT as NONE } from '../tables/requests.js';
import type { HedgedCall, Hedges } from './hedged-calls.js';
import { ForeseenClients } from './lookahead-clients.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const NO_ATTEMPT = NONE;
const REPLY = REPLIES;
const LAYERS = MAX_LAYERS;
const {
	attemptFailed: SCARRED,
	direct: DIRECT,
	duplicate: ECHO,
	firstHeldBack: KEPT_BACK,
	impatient: IMPATIENT,
} = MARK;
const NEVER = Number.POSITIVE_INFINITY;

/** Requests that a change makes a client send beside another one, all alike. */
interface Extra {
	readonly source: number;
	readonly requestClass: number;
	readonly platform: number;
	readonly extra: number;
}

export class Clients extends ForeseenClients implements Callers {
	/** requests that are born at this instant, by events of their own: whoever asks for them may be in the middle of other work */
	private readonly extras: Extra[] = [];
	/** one record for all copies: they go one at a time */
	private readonly guardedSend: GuardedSend = { request: 0, layer: 0, node: 0, stamp: 0, nowUs: Number.NaN };
	private readonly copySend: CopySend = { request: 0, place: 0, node: 0, cause: 0, stamp: 0, held: false };

	/** A fresh request of this source. */
	born(source: number, nowUs: number): void {
		const { profiles } = this;
		const requestClass = profiles.classOf(source, nowUs);
		const platform = profiles.platformOf(source);
		if (this.lookahead === null) this.create(source, requestClass, platform, false, nowUs);
		else this.bornForeseen(this.lookahead, source, requestClass, platform, nowUs);
	}

	/** The back-off of a request ends, unless the retry has become void. */
	retry(request: number, move: number, nowUs: number): void {
		const requests = this.requests;
		const source = requests.source[request];
		if (this.lookahead !== null && this.repicks[source] === 1) {
			const node = this.routing.node(source, requests.platform[request], 0, 0, -1, null, nowUs);
			this.countRetry(request, 0);
			this.sendForeseen(this.lookahead, request, node, nowUs);
			return;
		}
		if (requests.sendStamp[request] !== move) return;
		const stack = this.stacks[source];
		const layer = requests.retryLayer[request];
		const before = requests.lastNode[request];
		if (layer > 0) {
			stack.callsStart(request, layer - 1, nowUs);
			if (stack.hasBudgets) stack.creditCalls(request, layer - 1, before, nowUs);
		}
		if (stack.hasTimeouts) this.startTries(request, stack, layer, nowUs);
		const policy = stack.policy(layer);
		if (policy.target === 'next-region' && requests.sent[request] > 0) requests.hops[request]++;
		const node = this.target(request, policy, nowUs);
		if (stack.hasGuards) this.sendGuarded(request, stack, layer, node, nowUs);
		else this.sendRetry(request, policy, layer, node, nowUs);
	}

	/** A send that a limiter has held back is asked again, unless it has become void. */
	sendHeld(request: number, move: number, nowUs: number): void {
		const { requests } = this;
		if (requests.sendStamp[request] !== move) return;
		const stack = this.stacks[requests.source[request]];
		const layer = requests.retryLayer[request];
		this.noteParked(request, nowUs);
		if (stack.hasTimeouts) this.startTries(request, stack, stack.sends.heldBy(request), nowUs);
		const node =
			layer < stack.depth ? this.target(request, stack.policy(layer), nowUs) : this.route(request, -1, nowUs);
		this.sendGuarded(request, stack, layer, node, nowUs);
	}

	/** Where a retry goes: anywhere, while nothing of its request has been sent. */
	private target(request: number, { target }: RetryPolicy, nowUs: number): number {
		if (this.requests.sent[request] === 0) return this.route(request, -1, nowUs);
		const before = this.requests.lastNode[request];
		this.routing.noTurn();
		if (target === 'same') return before;
		if (target === 'next-node') return this.routing.after(before, this.hostsOf(request, nowUs), nowUs);
		return this.route(request, target === 'avoid-previous' ? before : -1, nowUs);
	}

	private countRetry(request: number, layer: number): void {
		const { requests } = this;
		const written = this.stacks[requests.source[request]].written[layer];
		this.recorder.retryDecided(requests.place[request], written);
		this.retries[requests.source[request] * LAYERS + written]++;
	}

	private sendRetry(request: number, policy: RetryPolicy, layer: number, node: number, nowUs: number): void {
		const { requests } = this;
		this.countRetry(request, layer);
		const cause = requests.lastNode[request];
		if (this.monitors !== null) this.monitors.retrySent(node, cause, requests.class[request], policy.marked);
		this.send(request, node, nowUs);
	}

	/**
	 * A send that has to pass the client's own gates first: it goes, is kept back, or waits.
	 * @param layer whose retry it is; the depth of the stack for a first attempt
	 */
	private sendGuarded(request: number, stack: RetryStack, layer: number, node: number, nowUs: number): void {
		const { requests } = this;
		const move = requests.sendStamp[request] + 1;
		// Whether or not a layer asks for it again: what has not been sent yet is its request's first attempt.
		const isFirst = requests.sent[request] === 0;
		if (isFirst) requests.lastNode[request] = node;
		const { guardedSend } = this;
		guardedSend.request = request;
		guardedSend.layer = layer;
		guardedSend.node = node;
		guardedSend.stamp = move;
		guardedSend.nowUs = nowUs;
		const gate = stack.sends.pass(guardedSend);
		// A send that does not happen takes no node.
		if (gate.verdict !== GATE.goes) this.routing.takeBack();
		if (gate.verdict === GATE.denied) {
			this.watchRunaway(nowUs);
			if (!isFirst && stack.policy(layer).target === 'next-region') requests.hops[request]--;
			this.recorder.retrySuppressed(requests.place[request]);
			if (isFirst) this.noteUnsent(request);
			this.failed(request, gate.reply, gate.deniedBy, nowUs);
		} else if (gate.verdict !== GATE.goes) this.hold(guardedSend, stack, gate);
		else if (isFirst) {
			if (this.monitors !== null) this.monitors.firstSent(node, requests.class[request]);
			this.send(request, node, nowUs);
		} else this.sendRetry(request, stack.policy(layer), layer, node, nowUs);
	}

	/** A limiter makes the send wait: so long, or until it is woken. The try of its layer has not begun yet. */
	private hold({ request, layer, stamp, nowUs }: GuardedSend, stack: RetryStack, gate: GateAnswer): void {
		const { requests } = this;
		requests.sendStamp[request] = stamp;
		requests.retryLayer[request] = layer;
		if (stack.hasTimeouts) this.endTries(request, stack.sends.heldBy(request));
		const atUs = gate.verdict === GATE.parked ? nowUs : nowUs + gate.waitUs;
		requests.backoffUntilUs[request] = atUs;
		if (gate.verdict === GATE.parked) return;
		this.recorder.backedOff(requests.place[request], nowUs, atUs);
		this.queue.book(atUs, RANK.client, EVENT.send, request, stamp);
	}

	/** An attempt's timeout ends, unless it is no longer waited for. */
	timeout(attempt: number, generation: number, nowUs: number): void {
		if (this.attempts.generation[attempt] !== generation || this.attempts.waiting[attempt] === 0) return;
		this.timedOut(attempt, nowUs);
	}

	/** A timeout of constant length ends, of an attempt that is waited for (or, where it was foreseen, of a request). */
	ringEnds(row: number, nowUs: number): void {
		if (this.lookahead === null) this.timedOut(row, nowUs);
		else this.waitedInVain(row, nowUs);
	}

	private timedOut(attempt: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		const call = this.hedges?.call(request);
		if (call !== undefined && this.hedges?.afterTimeout(call, this.requests.source[request]) === 'next') {
			this.copyAtOnce(request, call, nowUs);
			return;
		}
		this.stopWaiting(attempt, OUTCOME.timeout, nowUs);
		if (call !== undefined) this.copyFailed(request, call, attempt, REPLY.timeout, nowUs);
		else this.failed(request, REPLY.timeout, 0, nowUs);
	}

	/** The next copy of a hedged call goes, unless its call has ended or has sent it already. */
	copyDue(request: number, stamp: number, nowUs: number): void {
		const call = this.hedges?.call(request);
		if (call === undefined || call.stamp !== stamp || this.sendCopy(request, call, nowUs)) return;
		if (call.out.length === 0) this.callFails(request, call, nowUs);
	}

	/** The next copy goes at this instant, by an event of its own: the node that answered has freed its worker by then. */
	private copyAtOnce(request: number, call: HedgedCall, nowUs: number): void {
		// One that waits at a gate is on its way.
		if (this.hedges !== null && !call.held)
			this.queue.book(nowUs, RANK.client, EVENT.copy, request, this.hedges.newTurn(call));
	}

	/** @returns false where no copy may go */
	private sendCopy(request: number, call: HedgedCall, nowUs: number): boolean {
		const { requests, hedges } = this;
		const source = requests.source[request];
		const stack = this.stacks[source];
		if (hedges === null || !hedges.mayGo(call, source)) return false;
		const node = this.route(request, -1, nowUs);
		const gate = this.passCopy(request, call, stack, node, nowUs);
		const { verdict } = gate;
		if (verdict !== GATE.goes) this.routing.takeBack();
		call.held = verdict === GATE.waits || verdict === GATE.parked;
		if (verdict === GATE.denied) {
			this.recorder.retrySuppressed(requests.place[request]);
			return false;
		}
		if (verdict === GATE.goes) this.sendRetry(request, stack.policy(0), 0, node, nowUs);
		else if (verdict === GATE.waits) this.queue.book(nowUs + gate.waitUs, RANK.client, EVENT.copy, request, call.stamp);
		return true;
	}

	private passCopy(request: number, call: HedgedCall, stack: RetryStack, node: number, nowUs: number): GateAnswer {
		const { copySend } = this;
		copySend.request = request;
		copySend.place = call.copies;
		copySend.node = node;
		copySend.cause = call.cause;
		copySend.stamp = call.stamp;
		copySend.held = call.held;
		return stack.copies.pass(copySend, nowUs);
	}

	/** A copy that is no longer out has failed: the next one goes, the others are waited for, or the call has failed. */
	private copyFailed(request: number, call: HedgedCall, attempt: number, reply: number, nowUs: number): void {
		const { requests, hedges } = this;
		if (hedges === null) return;
		const stack = this.stacks[requests.source[request]];
		const place = hedges.over(call, attempt);
		if (stack.hasGuards) stack.copies.failed(request, place, reply, nowUs);
		call.reply = reply;
		call.cause = this.edges.replies.causes[reply];
		const next = hedges.afterFailure(call, requests.source[request], call.cause);
		if (next !== 'ends' && call.out.length > 0) requests.attempt[request] = call.out[call.out.length - 1];
		if (next === 'next') this.copyAtOnce(request, call, nowUs);
		else if (next === 'ends') this.callFails(request, call, nowUs);
	}

	/** The call fails as its newest copy did; nobody waits for the others. */
	private callFails(request: number, call: HedgedCall, nowUs: number): void {
		const { reply } = call;
		const stack = this.stacks[this.requests.source[request]];
		this.cancelCopies(request, call, nowUs);
		if (stack.hasGuards) stack.copies.callFailed(request);
		this.failed(request, reply, 0, nowUs);
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
		const stack = this.stacks[requests.source[request]];
		if (stack.hasGuards) for (const copy of call.places) stack.copies.left(request, copy, TRY_END.abandoned, nowUs);
		this.leaveCopies(request, call, nowUs);
	}

	/** All copies are left at once. */
	private leaveCopies(request: number, call: HedgedCall, nowUs: number): void {
		const { requests, attempts } = this;
		const source = requests.source[request];
		const stack = this.stacks[source];
		if (call.held && stack.hasGuards) stack.copies.left(request, call.copies, TRY_END.abandoned, nowUs);
		const cancels = this.hedges?.cancelsLosers(source) === true;
		requests.attempt[request] = NO_ATTEMPT;
		this.hedges?.end(request);
		for (const attempt of call.out) {
			attempts.waiting[attempt] = 0;
			attempts.leftUs[attempt] = nowUs;
			if (cancels) this.edges.admission.abandoned(attempt, nowUs);
			else attempts.settle(attempt);
		}
	}

	/** The whole try of an outer layer has taken too long: its attempt and its back-off end. */
	layerTimeout(requestLayer: number, stamp: number, nowUs: number): void {
		const requests = this.requests;
		if (requests.tryStamp[requestLayer] !== stamp) return;
		const request = Math.floor(requestLayer / requests.layers);
		const layer = requestLayer % requests.layers;
		const stack = this.stacks[requests.source[request]];
		this.endPresentWait(request, OUTCOME.timeout, nowUs);
		if (stack.hasGuards) stack.cut(request, layer - 1, TRY_END.outerTimeout, nowUs);
		this.failed(request, REPLY.timeout, layer, nowUs);
	}

	/** Patience, or a whole-request timeout, ends. */
	giveUp(request: number, generation: number, nowUs: number): void {
		if (this.requests.generation[request] !== generation) return;
		const wholeRequest = (this.requests.marks[request] & IMPATIENT) === 0;
		this.endPresentWait(request, wholeRequest ? OUTCOME.timeout : OUTCOME.cancelled, nowUs);
		const stack = this.stacks[this.requests.source[request]];
		if (wholeRequest && stack.hasGuards) stack.cut(request, stack.depth - 1, TRY_END.outerTimeout, nowUs);
		this.lose(request, nowUs);
	}

	answered(attempt: number, outcome: number, nowUs: number): void {
		const { attempts, requests } = this;
		const request = attempts.request[attempt];
		const call = this.hedges === null ? undefined : this.hedges.call(request);
		requests.attempt[request] = NO_ATTEMPT;
		attempts.waiting[attempt] = 0;
		if (outcome === OUTCOME.ok) {
			const sentUs = attempts.sentUs[attempt];
			const first = call === undefined ? requests.sent[request] === 1 : attempts.number[attempt] === 1;
			if (call !== undefined) this.copyAnswered(request, call, attempt, sentUs, nowUs);
			attempts.giveBack(attempt);
			this.answeredOk(request, sentUs, first, nowUs);
		} else {
			this.countFailure(request, attempt, outcome, nowUs - attempts.sentUs[attempt]);
			const reply = attempts.reply[attempt];
			attempts.giveBack(attempt);
			if (call === undefined) this.failed(request, reply, 0, nowUs);
			else this.copyFailed(request, call, attempt, reply, nowUs);
		}
	}

	/** The first good answer ends the call. */
	private copyAnswered(request: number, call: HedgedCall, attempt: number, sentUs: number, nowUs: number): void {
		const { requests, hedges } = this;
		if (hedges === null) return;
		hedges.learn(requests.source[request], requests.instance[request], nowUs - sentUs, nowUs);
		const place = hedges.over(call, attempt);
		requests.lastNode[request] = this.attempts.node[attempt];
		this.cancelCopies(request, call, nowUs);
		const stack = this.stacks[requests.source[request]];
		if (stack.hasGuards) stack.copies.won(request, place);
	}

	answeredLate(attempt: number, nowUs: number): void {
		if (!this.acceptsLate(attempt)) return;
		const request = this.attempts.request[attempt];
		if (this.requests.generation[request] !== this.attempts.requestStamp[attempt]) return;
		this.endPresentWait(request, OUTCOME.cancelled, nowUs);
		if (this.monitors !== null)
			this.monitors.succeededLate(this.requests.lastNode[request], this.requests.class[request]);
		this.succeed(request, nowUs);
	}

	acceptsLate(attempt: number): boolean {
		return this.anyAcceptsLate && this.acceptLate[this.attempts.source[attempt]];
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
		const request = this.attempts.request[attempt];
		if ((this.requests.marks[request] & ECHO) !== 0) return;
		const source = this.attempts.source[attempt];
		const extra = Math.floor(calls - 1 + this.extraCallUniforms[source]());
		const requestClass = this.requests.class[request];
		const platform = this.requests.platform[request];
		if (extra === 0) return;
		this.extras.push({ source, requestClass, platform, extra });
		this.queue.book(nowUs, RANK.client, EVENT.multiply, 0, 0);
	}

	/** The oldest requests that a change makes a client send beside another one are born. */
	bornBeside(nowUs: number): void {
		const next = this.extras.shift();
		assert(next !== undefined, 'requests were to be born beside another one that nobody asked for', nowUs);
		for (let k = 0; k < next.extra; k++) this.create(next.source, next.requestClass, next.platform, true, nowUs);
	}

	private create(source: number, requestClass: number, platform: number, echo: boolean, nowUs: number): void {
		const stack = this.stacks[source];
		const place = this.profiles.placeOf(source, requestClass, platform);
		const request = this.open(source, requestClass, platform, place, echo ? ECHO : 0, nowUs);
		this.recorder.requestBorn(place);
		const node = this.route(request, -1, nowUs);
		if (stack.hasBudgets) stack.creditCalls(request, stack.depth - 1, node, nowUs);
		if (this.anyEnds) this.bookEnd(request, source, nowUs);
		if (stack.hasTimeouts) this.startTries(request, stack, stack.depth - 1, nowUs);
		if (stack.hasGuards) {
			this.sendGuarded(request, stack, stack.depth, node, nowUs);
			return;
		}
		if (this.monitors !== null) this.monitors.firstSent(node, requestClass);
		this.send(request, node, nowUs);
	}

	/** When the request gives up whatever comes: its patience, or a timeout of the whole request. */
	bookEnd(request: number, source: number, nowUs: number): void {
		const { requests } = this;
		const wholeUs = this.wholeTimeouts.draw(source);
		const patienceUs = this.patiences.draw(source);
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

	route(request: number, avoid: number, nowUs: number): number {
		const requests = this.requests;
		return this.routing.node(
			requests.source[request],
			requests.platform[request],
			requests.shareUniform[request],
			requests.hops[request],
			avoid,
			this.hostsOf(request, nowUs),
			nowUs,
		);
	}

	/** Nodes that the client's own breakers leave in its balancing; null where it has none that look at nodes. */
	private hostsOf(request: number, nowUs: number): NodeFilter | null {
		const stack = this.stacks[this.requests.source[request]];
		return stack.choosesNodes ? (node) => stack.sends.takesNode(request, node, nowUs) : null;
	}

	private send(request: number, node: number, nowUs: number): void {
		if (this.lookahead !== null) {
			this.sendForeseen(this.lookahead, request, node, nowUs);
			return;
		}
		const { requests, edges } = this;
		const source = requests.source[request];
		const place = requests.place[request];
		const number = requests.sent[request] + 1;
		requests.sent[request] = number;
		requests.lastNode[request] = node;
		this.recorder.attemptSent(place, number);
		this.watchRunaway(nowUs);
		const edgePlace = this.edgePlaceOf(place, source, node);
		const timeoutUs = nowUs + this.timeouts.draw(source);
		const isRefused = this.mayRefuse && this.refuses(request, node, nowUs);
		if (this.rejectsWithoutRow && !isRefused && edges.admission.rejectsAtOnce(node)) {
			// Most attempts of a storm end here: one that is answered before anybody waits needs no row.
			this.turnedAway(request, node, edgePlace, nowUs);
			return;
		}
		const { attempts } = this;
		const attempt = attempts.lend();
		const generation = attempts.generation[attempt];
		requests.attempt[request] = attempt;
		attempts.request[attempt] = request;
		attempts.node[attempt] = node;
		attempts.class[attempt] = requests.class[request];
		attempts.edgePlace[attempt] = edgePlace;
		attempts.waiting[attempt] = 1;
		attempts.sentUs[attempt] = nowUs;
		if (this.keepsDetails) this.keepDetails(attempt, request, source, number, timeoutUs);
		if (this.hedges?.isHedged(source) === true) this.noteCopy(this.hedges, request, source, attempt, nowUs);
		if (isRefused) edges.answers.turnAway(attempt, TURNED_AWAY.refused, REPLY.refused, nowUs);
		else if (this.network.instant) edges.admission.arrive(attempt, nowUs);
		if (isRefused || this.network.instant) {
			if (attempts.generation[attempt] !== generation || attempts.waiting[attempt] === 0) return;
		} else {
			attempts.stage[attempt] = STAGE.enRoute;
			edges.state.enRoute[node]++;
			const arrivesUs = nowUs + this.network.latencyUs(source, node);
			this.queue.book(arrivesUs, RANK.server, EVENT.arrive, attempt, generation);
		}
		this.awaitTimeout(attempt, source, timeoutUs);
	}

	/** A copy is under way: the turn of the next one is booked. */
	private noteCopy(hedges: Hedges, request: number, source: number, attempt: number, nowUs: number): void {
		const us = hedges.sent(request, source, this.requests.instance[request], attempt, nowUs);
		const call = hedges.call(request);
		if (us === null || call === undefined) return;
		this.queue.book(nowUs + Math.floor(us + 0.5), RANK.client, EVENT.copy, request, call.stamp);
	}

	/** There is no node to send to: the client's breakers, or the failover, have taken all of them out. */
	private refuses(request: number, node: number, nowUs: number): boolean {
		if (this.routing.refuses(node, nowUs)) return true;
		const stack = this.stacks[this.requests.source[request]];
		return stack.choosesNodes && stack.sends.refusesNode(request, node, nowUs);
	}

	private turnedAway(request: number, node: number, edgePlace: number, nowUs: number): void {
		this.edges.admission.rejectAtDoor(node, edgePlace, nowUs);
		this.noteFailure(request, node, OUTCOME.rejected, 0, this.requests.sent[request] === 1);
		this.failed(request, this.edges.fullReply[node], 0, nowUs);
	}

	/** What is asked of an attempt in some worlds only. */
	private keepDetails(attempt: number, request: number, source: number, number: number, timeoutUs: number): void {
		const { requests, attempts } = this;
		attempts.requestStamp[attempt] = requests.generation[request];
		attempts.source[attempt] = source;
		attempts.number[attempt] = number;
		attempts.deadlineUs[attempt] = this.wholeRequest[source] ? requests.endUs[request] : timeoutUs;
		if (this.drawsFailureUniform) attempts.failureUniform[attempt] = this.failureUniforms[source]();
		if (this.profiles.usesShareUniforms) attempts.shareUniform[attempt] = requests.shareUniform[request];
	}

	private answeredOk(request: number, sentUs: number, first: boolean, nowUs: number): void {
		const { requests, recorder, monitors } = this;
		const place = requests.place[request];
		if (monitors !== null) {
			monitors.answered(requests.lastNode[request], requests.class[request], first, nowUs - sentUs);
		}
		// A first attempt that was held back did not begin with its request, or was kept back before.
		if (
			requests.sent[request] > 1 ||
			requests.bornUs[request] !== sentUs ||
			(requests.marks[request] & SCARRED) !== 0
		) {
			recorder.attemptOk(place, nowUs - sentUs);
			this.succeed(request, nowUs);
			return;
		}
		recorder.answeredAtOnce(place, requests.bornUs[request], nowUs);
		this.close(request, nowUs);
	}

	/** Whatever the request waits for, an answer or the end of a back-off, it waits for it no longer. */
	private endPresentWait(request: number, outcome: number, nowUs: number): void {
		const attempt = this.requests.attempt[request];
		const call = this.hedges === null ? undefined : this.hedges.call(request);
		if (call !== undefined) {
			for (const copy of call.out) this.countFailure(request, copy, outcome, nowUs - this.attempts.sentUs[copy]);
			const stack = this.stacks[this.requests.source[request]];
			const why = outcome === OUTCOME.timeout ? TRY_END.outerTimeout : TRY_END.abandoned;
			// What the first copy holds is the call's, which ends with the layer's try or with its request.
			if (stack.hasGuards) for (const copy of call.places) if (copy > 0) stack.copies.left(request, copy, why, nowUs);
			this.leaveCopies(request, call, nowUs);
			return;
		}
		if (attempt !== NO_ATTEMPT) {
			this.stopWaiting(attempt, outcome, nowUs);
			return;
		}
		this.requests.sendStamp[request]++;
		const untilUs = this.requests.backoffUntilUs[request];
		if (untilUs > nowUs) this.recorder.backoffCut(this.requests.place[request], nowUs, untilUs);
		else this.noteParked(request, nowUs);
	}

	/** A send was parked until now: nobody could tell for how long when it was. */
	private noteParked(request: number, nowUs: number): void {
		const { place, backoffUntilUs } = this.requests;
		if (backoffUntilUs[request] < nowUs) this.recorder.backedOff(place[request], backoffUntilUs[request], nowUs);
	}

	/** As the run ends: who is still parked waits until then. */
	closeParked(nowUs: number): void {
		const { requests, stacks, hedges } = this;
		if (!stacks.some(({ hasGuards }) => hasGuards)) return;
		requests.eachLent((request) => {
			if (requests.attempt[request] !== NO_ATTEMPT || hedges?.call(request) !== undefined) return;
			if (stacks[requests.source[request]].hasGuards) this.noteParked(request, nowUs);
		});
	}

	private stopWaiting(attempt: number, outcome: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		this.attempts.waiting[attempt] = 0;
		this.attempts.leftUs[attempt] = nowUs;
		this.requests.attempt[request] = NO_ATTEMPT;
		this.countFailure(request, attempt, outcome, nowUs - this.attempts.sentUs[attempt]);
		this.edges.admission.abandoned(attempt, nowUs);
	}

	/** An attempt of a request has failed: its present one, or a copy of it. */
	private countFailure(request: number, attempt: number, outcome: number, waitedUs: number): void {
		const first = this.isFirst(request, attempt);
		this.noteFailure(request, this.attempts.node[attempt], outcome, waitedUs, first);
	}

	/** Whether an attempt that its request waits for is the first one of it. */
	private isFirst(request: number, attempt: number): boolean {
		return this.hedges === null ? this.requests.sent[request] === 1 : this.attempts.number[attempt] === 1;
	}

	private noteFailure(request: number, node: number, outcome: number, waitedUs: number, first: boolean): void {
		const { requests } = this;
		const place = requests.place[request];
		this.recorder.attemptFailed(place, outcome);
		const marks = requests.marks[request];
		if (first && (marks & KEPT_BACK) === 0) this.recorder.firstAttemptFailed(place, requests.bornUs[request]);
		requests.marks[request] = marks | SCARRED;
		if (this.monitors !== null) this.monitors.failed(node, requests.class[request], first, outcome, waitedUs);
	}
}
