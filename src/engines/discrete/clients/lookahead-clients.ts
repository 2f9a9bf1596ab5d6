// HOT PATH: runs once per attempt where it applies; allocates nothing.
/**
 * Clients where the stay of an attempt is known as it is sent, and with it whether it will be answered in time. Most
 * requests are, at once, and need no row; the others wait for a timeout, or are rejected at the door.
 */
import type { Recorder } from '../../../metrics/recording/recorder.js';
import { OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import type { Edge } from '../nodes/edge.js';
import type { FirstPassages } from '../nodes/first-passages.js';
import { asRetry, type FifoLookahead } from '../nodes/lookahead/fifo-lookahead.js';
import type { Routing } from '../routing.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import type { Requests } from '../tables/requests.js';
import type { Times } from '../time/time-laws.js';
import type { TimeoutRings } from '../time/timeout-rings.js';
import type { ClientDeps } from './client-deps.js';
import type { NewRequest, RequestLifecycle } from './request-lifecycle.js';
import type { RunLimits } from './run-limits.js';
import type { SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const OUTCOME = OUTCOMES;
const REPLY = REPLIES;

export class LookaheadClients {
	private readonly requests: Requests;
	private readonly recorder: Recorder;
	private readonly rings: TimeoutRings | null;
	private readonly routing: Routing;
	private readonly edges: Edge;
	private readonly passages: FirstPassages;
	private readonly timeouts: Times;
	private readonly newRequest: NewRequest = { source: 0, requestClass: 0, platform: 0, place: 0, marks: 0 };

	constructor(
		private readonly lookahead: FifoLookahead,
		{ requests, recorder, rings, routing, edges }: ClientDeps,
		private readonly laws: SourceLaws,
		private readonly limits: RunLimits,
		private readonly lifecycle: RequestLifecycle,
	) {
		this.requests = requests;
		this.recorder = recorder;
		this.rings = rings;
		this.routing = routing;
		this.edges = edges;
		this.passages = edges.state.passages;
		this.timeouts = laws.timeouts;
	}

	/** A fresh request is sent. Most are answered in time at their first attempt, and need no row. */
	born(source: number, requestClass: number, platform: number, nowUs: number): void {
		const { lookahead, laws } = this;
		const place = laws.profiles.placeOf(source, requestClass, platform);
		const node = this.routing.homeNode(source, platform);
		this.limits.watchRunaway(nowUs);
		if (!lookahead.hasRoom(node, nowUs)) {
			this.recorder.requestBorn(place);
			this.newRequest.place = place;
			const request = this.open(source, requestClass, platform, nowUs);
			this.requests.lastNode[request] = node;
			this.reject(request, place, node, nowUs);
			return;
		}
		this.recorder.bornAndSent(place);
		const endUs = lookahead.admit(node, requestClass, nowUs);
		const timeoutUs = nowUs + this.timeouts.draw(source);
		const edgePlace = this.edgePlaceOf(place, source, node);
		if (endUs <= timeoutUs) {
			lookahead.inTime(node, nowUs, place, edgePlace);
			this.limits.watchInFlight(nowUs);
			return;
		}
		lookahead.late(node, timeoutUs, edgePlace);
		this.newRequest.place = place;
		const request = this.open(source, requestClass, platform, nowUs);
		this.requests.lastNode[request] = node;
		this.awaitTimeout(request, source, timeoutUs);
	}

	/** A retry to wherever a first attempt would go. */
	sendRetry(request: number, nowUs: number): void {
		const { requests } = this;
		this.send(request, this.routing.homeNode(requests.source[request], requests.platform[request]), nowUs);
	}

	/** A retry, whose end is known at once. */
	send(request: number, node: number, nowUs: number): void {
		const { requests, recorder, lookahead } = this;
		const place = requests.place[request];
		const number = requests.sent[request] + 1;
		requests.sent[request] = number;
		requests.lastNode[request] = node;
		this.limits.watchRunaway(nowUs);
		if (!lookahead.hasRoom(node, nowUs)) {
			this.reject(request, place, node, nowUs);
			return;
		}
		recorder.attemptSent(place, number);
		const source = requests.source[request];
		const endUs = lookahead.admit(node, requests.class[request], nowUs);
		const timeoutUs = nowUs + this.timeouts.draw(source);
		const edgePlace = this.edgePlaceOf(place, source, node);
		if (endUs > timeoutUs) {
			lookahead.late(node, timeoutUs, edgePlace);
			this.awaitTimeout(request, source, timeoutUs);
			return;
		}
		lookahead.inTime(node, requests.bornUs[request], asRetry(place), edgePlace);
		requests.giveBack(request);
	}

	/** The timeout that a request waited for has come. */
	timedOut(request: number, nowUs: number): void {
		const { requests, recorder } = this;
		const place = requests.place[request];
		recorder.attemptFailed(place, OUTCOME.timeout);
		if (requests.sent[request] === 1) recorder.firstAttemptFailed(place, requests.bornUs[request]);
		this.lifecycle.failed(request, REPLY.timeout, 0, nowUs);
	}

	/** A row for a request whose first attempt is sent; its place stands in `newRequest` already. */
	private open(source: number, requestClass: number, platform: number, nowUs: number): number {
		const { newRequest } = this;
		newRequest.source = source;
		newRequest.requestClass = requestClass;
		newRequest.platform = platform;
		const request = this.lifecycle.open(newRequest, nowUs);
		this.requests.sent[request] = 1;
		return request;
	}

	/** Most attempts of a storm end here. */
	private reject(request: number, place: number, node: number, nowUs: number): void {
		const { requests } = this;
		const edgePlace = this.laws.oneRegion ? place : this.edgePlaceOf(place, requests.source[request], node);
		this.passages.full(node, nowUs);
		this.recorder.rejectedAtDoor(place, edgePlace, requests.sent[request], requests.bornUs[request]);
		this.lifecycle.failed(request, this.edges.fullReply[node], 0, nowUs);
	}

	private edgePlaceOf(place: number, source: number, node: number): number {
		return this.laws.oneRegion ? place : this.laws.profiles.placeAt(place, source, this.edges.nodes.region[node]);
	}

	/** The attempt just sent will time out: what the edge does with it is known, so the request itself waits. */
	private awaitTimeout(request: number, source: number, timeoutUs: number): void {
		if (this.rings !== null) this.rings.push(this.laws.ring[source], timeoutUs, request);
	}
}
