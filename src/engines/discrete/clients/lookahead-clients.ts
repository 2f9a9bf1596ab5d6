// HOT PATH: runs once per attempt where it applies; allocates nothing.
/**
 * Clients where the stay of an attempt can be foreseen: whether it will be answered in time is known as it is sent. Most
 * requests are, at once, and need no row; the others wait in vain for a timeout, or are rejected at the door.
 */
import { OUTCOME as OUTCOMES } from '../../../model/attempt.js';
import { again, type FifoLookahead } from '../nodes/lookahead/fifo-lookahead.js';
import { REPLY as REPLIES } from '../tables/replies.js';
import { RequestLives } from './request-lifecycle.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const OUTCOME = OUTCOMES;
const REPLY = REPLIES;
const NEVER = Number.POSITIVE_INFINITY;

export abstract class ForeseenClients extends RequestLives {
	protected waitedInVain(request: number, nowUs: number): void {
		const { requests, recorder } = this;
		const place = requests.place[request];
		recorder.attemptFailed(place, OUTCOME.timeout);
		if (requests.sent[request] === 1) recorder.firstAttemptFailed(place, requests.bornUs[request]);
		this.failed(request, REPLY.timeout, 0, nowUs);
	}

	/** Most requests are answered in time at their first attempt: where that can be foreseen, they need no row. */
	protected bornForeseen(
		lookahead: FifoLookahead,
		source: number,
		requestClass: number,
		platform: number,
		nowUs: number,
	): void {
		const place = this.profiles.placeOf(source, requestClass, platform);
		const node = this.routing.node(source, platform, 0, 0, -1, null, nowUs);
		this.watchRunaway(nowUs);
		const room = lookahead.hasRoom(node, nowUs);
		let timeoutUs = NEVER;
		if (room) {
			this.recorder.bornAndSent(place);
			const endUs = lookahead.admit(node, requestClass, nowUs);
			timeoutUs = nowUs + this.timeouts.draw(source);
			const edgePlace = this.edgePlaceOf(place, source, node);
			if (endUs <= timeoutUs) {
				lookahead.inTime(node, nowUs, place, edgePlace);
				this.watchInFlight(nowUs);
				return;
			}
			lookahead.late(node, timeoutUs, edgePlace);
		}
		if (!room) this.recorder.requestBorn(place);
		const request = this.open(source, requestClass, platform, place, 0, nowUs);
		this.requests.sent[request] = 1;
		this.requests.lastNode[request] = node;
		if (room) this.waitInVain(request, source, timeoutUs);
		else this.rejectForeseen(request, node, place, 1, nowUs);
	}

	/** A retry, where what will become of it can be foreseen. */
	protected sendForeseen(lookahead: FifoLookahead, request: number, node: number, nowUs: number): void {
		const { requests, recorder } = this;
		const place = requests.place[request];
		const number = requests.sent[request] + 1;
		requests.sent[request] = number;
		requests.lastNode[request] = node;
		this.watchRunaway(nowUs);
		if (!lookahead.hasRoom(node, nowUs)) {
			this.rejectForeseen(request, node, place, number, nowUs);
			return;
		}
		recorder.attemptSent(place, number);
		const source = requests.source[request];
		const endUs = lookahead.admit(node, requests.class[request], nowUs);
		const timeoutUs = nowUs + this.timeouts.draw(source);
		const edgePlace = this.edgePlaceOf(place, source, node);
		if (endUs > timeoutUs) {
			lookahead.late(node, timeoutUs, edgePlace);
			this.waitInVain(request, source, timeoutUs);
			return;
		}
		lookahead.inTime(node, requests.bornUs[request], again(place), edgePlace);
		requests.giveBack(request);
	}

	/** Most attempts of a storm end here. */
	protected rejectForeseen(request: number, node: number, place: number, number: number, nowUs: number): void {
		const { requests } = this;
		const edgePlace = this.oneRegion ? place : this.edgePlaceOf(place, requests.source[request], node);
		this.passages.full(node, nowUs);
		this.recorder.rejectedAtDoor(place, edgePlace, number, requests.bornUs[request]);
		this.failed(request, this.edges.fullReply[node], 0, nowUs);
	}

	/** The attempt just sent will time out: what the edge does with it is known, so the request itself waits. */
	protected waitInVain(request: number, source: number, timeoutUs: number): void {
		if (this.rings !== null) this.rings.push(this.ring[source], timeoutUs, request);
	}
}
