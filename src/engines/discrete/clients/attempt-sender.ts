// HOT PATH: runs once per attempt; allocates nothing.
/**
 * An attempt is sent: it gets a row, goes to its node, and its client waits for its timeout. One that is rejected before
 * anybody could wait for it needs no row.
 */
import { type EventQueue, RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { Network } from '../network.js';
import { TURNED_AWAY } from '../nodes/answers.js';
import type { Edge } from '../nodes/edge.js';
import { type Attempts, STAGE as STAGES } from '../tables/attempts.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import type { Requests } from '../tables/requests.js';
import type { Times } from '../time/time-laws.js';
import type { TimeoutRings } from '../time/timeout-rings.js';
import type { ClientDeps } from './client-deps.js';
import type { Hedges } from './hedged-calls.js';
import type { LookaheadClients } from './lookahead-clients.js';
import type { NodeChoice } from './node-choice.js';
import type { RequestLifecycle } from './request-lifecycle.js';
import type { RunLimits } from './run-limits.js';
import { NO_RING as NONE, type SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const REPLY = REPLIES;
const NO_RING = NONE;
const NEVER = Number.POSITIVE_INFINITY;

/** The parts of the clients that a send needs. */
export interface SenderParts {
	readonly laws: SourceLaws;
	readonly limits: RunLimits;
	readonly lifecycle: RequestLifecycle;
	readonly choice: NodeChoice;
	/** null where nobody hedges */
	readonly hedges: Hedges | null;
	/** null where stays are not known ahead */
	readonly ahead: LookaheadClients | null;
}

export class AttemptSender {
	private readonly requests: Requests;
	private readonly attempts: Attempts;
	private readonly queue: EventQueue;
	private readonly rings: TimeoutRings | null;
	private readonly network: Network;
	private readonly edges: Edge;
	private readonly recorder: Recorder;
	private readonly laws: SourceLaws;
	private readonly limits: RunLimits;
	private readonly lifecycle: RequestLifecycle;
	private readonly choice: NodeChoice;
	private readonly hedges: Hedges | null;
	private readonly ahead: LookaheadClients | null;
	private readonly timeouts: Times;

	constructor({ requests, attempts, queue, rings, network, edges, recorder }: ClientDeps, parts: SenderParts) {
		this.requests = requests;
		this.attempts = attempts;
		this.queue = queue;
		this.rings = rings;
		this.network = network;
		this.edges = edges;
		this.recorder = recorder;
		this.laws = parts.laws;
		this.limits = parts.limits;
		this.lifecycle = parts.lifecycle;
		this.choice = parts.choice;
		this.hedges = parts.hedges;
		this.ahead = parts.ahead;
		this.timeouts = parts.laws.timeouts;
	}

	send(request: number, node: number, nowUs: number): void {
		if (this.ahead !== null) {
			this.ahead.send(request, node, nowUs);
			return;
		}
		const { requests, edges, laws } = this;
		const source = requests.source[request];
		const place = requests.place[request];
		const number = requests.sent[request] + 1;
		requests.sent[request] = number;
		requests.lastNode[request] = node;
		this.recorder.attemptSent(place, number);
		this.limits.watchRunaway(nowUs);
		const edgePlace = this.edgePlaceOf(place, source, node);
		const timeoutUs = nowUs + this.timeouts.draw(source);
		const isRefused = laws.mayRefuse && this.choice.refuses(request, node, nowUs);
		if (laws.rejectsWithoutRow && !isRefused && edges.admission.rejectsAtOnce(node)) {
			// Most attempts of a storm end here: one that is answered before anybody waits needs no row.
			this.rejectedAtDoor(request, node, edgePlace, nowUs);
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
		if (laws.keepsDetails) this.keepDetails(attempt, request, timeoutUs);
		if (this.hedges?.isHedged(source) === true) this.noteCopy(this.hedges, request, attempt, nowUs);
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

	awaitTimeout(attempt: number, source: number, timeoutUs: number): void {
		const ring = this.laws.ring[source];
		if (ring !== NO_RING && this.rings !== null) this.rings.push(ring, timeoutUs, attempt);
		else if (timeoutUs !== NEVER) {
			this.queue.book(timeoutUs, RANK.timeout, EVENT.timeout, attempt, this.attempts.generation[attempt]);
		}
	}

	/** Cell of the edge's measures. */
	edgePlaceOf(place: number, source: number, node: number): number {
		return this.laws.oneRegion ? place : this.laws.profiles.placeAt(place, source, this.edges.nodes.region[node]);
	}

	private rejectedAtDoor(request: number, node: number, edgePlace: number, nowUs: number): void {
		this.edges.admission.rejectAtDoor(node, edgePlace, nowUs);
		this.lifecycle.attemptFailed(request, node, OUTCOME.rejected, 0, this.requests.sent[request] === 1);
		this.lifecycle.failed(request, this.edges.fullReply[node], 0, nowUs);
	}

	/** Columns of an attempt that only some worlds read. */
	private keepDetails(attempt: number, request: number, timeoutUs: number): void {
		const { requests, attempts, laws } = this;
		const source = requests.source[request];
		attempts.requestStamp[attempt] = requests.generation[request];
		attempts.source[attempt] = source;
		attempts.number[attempt] = requests.sent[request];
		attempts.deadlineUs[attempt] = laws.wholeRequest[source] ? requests.endUs[request] : timeoutUs;
		if (laws.drawsFailureUniform) attempts.failureUniform[attempt] = laws.failureUniforms[source]();
		if (laws.profiles.usesShareUniforms) attempts.shareUniform[attempt] = requests.shareUniform[request];
	}

	/** A copy is under way: the turn of the next one is booked. */
	private noteCopy(hedges: Hedges, request: number, attempt: number, nowUs: number): void {
		const us = hedges.sent(request, attempt, nowUs);
		const call = hedges.call(request);
		if (us === null || call === undefined) return;
		this.queue.book(nowUs + Math.floor(us + 0.5), RANK.client, EVENT.copy, request, call.stamp);
	}
}
