/**
 * First attempts that are undecided when a run ends: neither answered nor given up, or not yet sent. Counted once, from the tables,
 * by the time bucket and place of the request's birth: shares of first attempts leave them out.
 */
import type { FifoLookahead } from './nodes/lookahead/fifo-lookahead.js';
import { eachOpenFirst } from './nodes/lookahead/stays-under-way.js';
import type { Attempts } from './tables/attempts.js';
import { MARK, type Requests } from './tables/requests.js';
import type { TimeoutRings } from './time/timeout-rings.js';

/** Where counts go. */
interface Grid {
	readonly buckets: number;
	readonly places: number;
	readonly bucketUs: number;
	/** true: several attempts of a request may be out at once, and attempts know their numbers */
	readonly hedged: boolean;
}

/**
 * [bucket][place], for requests born from t = 0 on.
 * @param lookahead null where attempts stand in their table; else stays and timeouts say what is open
 */
export function openFirstAttempts(
	{ buckets, places, bucketUs, hedged }: Grid,
	requests: Requests,
	attempts: Attempts,
	rings: TimeoutRings | null,
	lookahead: FifoLookahead | null,
): Float64Array {
	const open = new Float64Array(buckets * places);
	const count = (bornUs: number, place: number): void => {
		if (bornUs >= 0) open[Math.floor(bornUs / bucketUs) * places + place]++;
	};
	const countRequest = (request: number): void => count(requests.bornUs[request], requests.place[request]);
	if (lookahead !== null && rings !== null) {
		eachOpenFirst(lookahead, count);
		rings.each((request) => {
			if (requests.sent[request] === 1) countRequest(request);
		});
		return open;
	}
	// Their clients hold them still, so that not even the first attempt has been sent.
	requests.eachLent((request) => {
		if (requests.sent[request] === 0 && (requests.marks[request] & MARK.firstHeldBack) === 0) countRequest(request);
	});
	for (let row = 0; row < attempts.used; row++) {
		if (attempts.waiting[row] === 0) continue;
		const request = attempts.request[row];
		if ((hedged ? attempts.number[row] : requests.sent[request]) !== 1) continue;
		if ((requests.marks[request] & MARK.firstHeldBack) === 0) countRequest(request);
	}
	return open;
}
