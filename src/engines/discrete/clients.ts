// HOT PATH: runs once per event; allocates nothing.
/**
 * The clients' half of the story: requests are born, attempts sent and waited for, given up or tried again. What a
 * retry policy decides is in `retry-stack.ts`; what happens between send and answer is the edges'.
 */
import { type EventQueue, RANK as RANKS } from '../../kernel/event-queue.js';
import type { Streams, Uniform } from '../../kernel/random.js';
import type { Recorder } from '../../metrics/recorder.js';
import { OUTCOME as OUTCOMES } from '../../model/attempt.js';
import type { Distribution } from '../../model/distribution.js';
import type { World } from '../../model/world.js';
import { type Attempts, STAGE as STAGES } from './attempts.js';
import type { Callers, Edges } from './edges.js';
import { EVENT as EVENTS } from './events.js';
import { again, type Foresight } from './foresight.js';
import type { Network } from './network.js';
import type { Passages } from './passages.js';
import { Profiles } from './profiles.js';
import { MARK, NO_ATTEMPT as NONE, type Requests } from './requests.js';
import { RetryLayers, RetryStack } from './retry-stack.js';
import type { Routing } from './routing.js';
import type { Seen } from './seen.js';
import type { TimeoutRings } from './timeout-rings.js';
import { Times } from './times.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const NO_ATTEMPT = NONE;
const { scarred: SCARRED, direct: DIRECT, echo: ECHO } = MARK;
const NEVER = Number.POSITIVE_INFINITY;

export class Clients implements Callers {
	/** the limit that was passed, or '' */
	passedLimit: '' | 'inFlight' | 'attemptsPerInstant' = '';
	halted = false;
	readonly profiles: Profiles;
	private readonly passages: Passages;
	/** by source: retry policy, timeout (never where absent or of the whole request), ring of a constant one (-1: an event) */
	readonly stacks: readonly RetryStack[];
	readonly timeouts: Times;
	private readonly ring: Int32Array;
	/** by source: end of the whole request, after its birth */
	private readonly wholeTimeouts: Times;
	private readonly patiences: Times;
	private readonly wholeRequest: readonly boolean[];
	private readonly acceptLate: readonly boolean[];
	readonly luck: readonly Uniform[];
	private readonly spare: readonly Uniform[];
	/** what only some worlds ask for */
	private readonly anyEnds: boolean;
	private readonly anyAcceptsLate: boolean;
	private readonly drawsLuck: boolean;
	private readonly keepsDetails: boolean;
	/** by source, 1: it has one retry layer, whose retries go wherever a first attempt would */
	private readonly repicks: Uint8Array;
	/** an attempt is at its node as soon as it is sent, and nobody asks for its details */
	private readonly doorIsNear: boolean;
	private readonly oneRegion: boolean;
	private readonly maxInFlight: number;
	private readonly maxPerInstant: number;
	/** [0]: instant of the newest send */
	private readonly lastSend = new Float64Array([-1]);
	private sentAtInstant = 0;

	constructor(
		world: World,
		streams: Streams,
		private readonly requests: Requests,
		private readonly attempts: Attempts,
		private readonly queue: EventQueue,
		private readonly rings: TimeoutRings | null,
		private readonly network: Network,
		private readonly routing: Routing,
		private readonly edges: Edges,
		private readonly recorder: Recorder,
		private readonly seen: Seen | null,
		private readonly foresight: Foresight | null,
	) {
		this.profiles = new Profiles(world, streams);
		this.passages = edges.passages;
		this.maxInFlight = world.limits.inFlight;
		this.maxPerInstant = world.limits.attemptsPerInstant;
		const layers = new RetryLayers(world.populations, routing.pools.length);
		const populations = world.sources.map((source) => world.populations[source.population]);
		const whole = populations.map((p) => p.timeoutClock === 'whole-request');
		const owners = world.sources.map((s) => `${world.regions[s.region].name}/${world.populations[s.population].name}`);
		const uniforms = (purpose: string): Uniform[] => owners.map((owner) => streams.uniform(`${purpose}/${owner}`));
		const times = (purpose: string, law: (source: number) => Distribution | null): Times =>
			new Times(uniforms(purpose).map((uniform, source) => ({ law: law(source), uniform })));
		this.stacks = world.sources.map((s, k) => new RetryStack(layers, s.population, requests, streams, owners[k]));
		this.timeouts = times('timeout', (source) => (whole[source] ? null : populations[source].timeout));
		this.wholeTimeouts = times('timeout', (source) => (whole[source] ? populations[source].timeout : null));
		this.patiences = times('patience', (source) => populations[source].patience);
		this.ring = Int32Array.from(populations, ({ timeout }, source) =>
			rings === null || timeout?.kind !== 'constant' || whole[source] ? -1 : rings.ringOf(Math.floor(timeout.us + 0.5)),
		);
		this.wholeRequest = whole;
		this.acceptLate = populations.map((p) => p.lateAnswer === 'accept');
		this.luck = uniforms('luck');
		this.spare = uniforms('calls');
		this.anyEnds = populations.some((p, source) => whole[source] || p.patience !== null);
		this.anyAcceptsLate = this.acceptLate.includes(true);
		this.drawsLuck = needsLuck(world);
		this.keepsDetails =
			this.drawsLuck ||
			this.anyAcceptsLate ||
			!network.instant ||
			world.groups.some((g) => g.shed.length > 0 || g.abandoned === 'drop-at-dequeue');
		this.doorIsNear = network.instant && !this.keepsDetails;
		this.repicks = Uint8Array.from(populations, ({ layers: [layer, ...outer] }) =>
			outer.length === 0 && layer.target === 'repick' ? 1 : 0,
		);
		this.oneRegion = world.regions.length === 1;
	}

	/** A fresh request of this source. */
	born(source: number, nowUs: number): void {
		const { profiles } = this;
		const requestClass = profiles.classOf(source, nowUs);
		const platform = profiles.platformOf(source);
		if (this.foresight === null) this.create(source, requestClass, platform, false, nowUs);
		else this.bornForeseen(this.foresight, source, requestClass, platform, nowUs);
	}

	/** The back-off of a request ends, unless the retry has become void. */
	retry(request: number, move: number, nowUs: number): void {
		const requests = this.requests;
		const source = requests.source[request];
		if (this.foresight !== null && this.repicks[source] === 1) {
			const node = this.routing.node(source, requests.platform[request], 0, 0, -1, nowUs);
			this.recorder.retryDecided(requests.place[request], 0);
			this.sendForeseen(this.foresight, request, node, nowUs);
			return;
		}
		if (requests.move[request] !== move) return;
		const stack = this.stacks[source];
		const layer = requests.retryLayer[request];
		const cause = requests.lastNode[request];
		if (layer > 0) {
			stack.callsStart(request, layer - 1);
			if (stack.hasBudgets) stack.creditCalls(layer - 1, requests.instance[request], this.poolOf(cause));
		}
		if (stack.hasTimeouts) this.startTries(request, stack, layer, nowUs);
		const policy = stack.policy(layer);
		this.recorder.retryDecided(requests.place[request], layer);
		if (policy.target === 'next-region') requests.hops[request]++;
		const node =
			policy.target === 'same' ? cause : this.route(request, policy.target === 'avoid-previous' ? cause : -1, nowUs);
		if (this.seen !== null) this.seen.retrySent(node, cause, policy.marked);
		this.send(request, node, nowUs);
	}

	/** An attempt's timeout ends, unless it is no longer waited for. */
	timeout(attempt: number, generation: number, nowUs: number): void {
		if (this.attempts.generation[attempt] !== generation || this.attempts.waiting[attempt] === 0) return;
		this.timedOut(attempt, nowUs);
	}

	/** A timeout of constant length ends, of an attempt that is waited for (or, where it was foreseen, of a request). */
	ringEnds(row: number, nowUs: number): void {
		if (this.foresight === null) this.timedOut(row, nowUs);
		else this.waitedInVain(row, nowUs);
	}

	private waitedInVain(request: number, nowUs: number): void {
		const { requests, recorder } = this;
		const place = requests.place[request];
		recorder.attemptFailed(place, OUTCOME.timeout);
		if (requests.sent[request] === 1) recorder.firstAttemptFailed(place, requests.bornUs[request]);
		this.failed(request, OUTCOME.timeout, 0, nowUs);
	}

	private timedOut(attempt: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		this.stopWaiting(attempt, OUTCOME.timeout, nowUs);
		this.failed(request, OUTCOME.timeout, 0, nowUs);
	}

	/** The whole try of an outer layer has taken too long: its attempt and its back-off end. */
	layerTimeout(requestLayer: number, stamp: number, nowUs: number): void {
		const requests = this.requests;
		if (requests.tryStamp[requestLayer] !== stamp) return;
		const request = Math.floor(requestLayer / requests.layers);
		this.endPresentWait(request, OUTCOME.timeout, nowUs);
		this.failed(request, OUTCOME.timeout, requestLayer % requests.layers, nowUs);
	}

	/** Patience, or a whole-request timeout, ends. */
	giveUp(request: number, generation: number, nowUs: number): void {
		if (this.requests.generation[request] !== generation) return;
		const wholeRequest = this.wholeRequest[this.requests.source[request]];
		this.endPresentWait(request, wholeRequest ? OUTCOME.timeout : OUTCOME.cancelled, nowUs);
		this.lose(request, nowUs);
	}

	answered(attempt: number, outcome: number, nowUs: number): void {
		const { attempts, requests } = this;
		const request = attempts.request[attempt];
		requests.attempt[request] = NO_ATTEMPT;
		attempts.waiting[attempt] = 0;
		if (outcome === OUTCOME.ok) {
			const sentUs = attempts.sentUs[attempt];
			attempts.giveBack(attempt);
			this.answeredOk(request, sentUs, nowUs);
		} else {
			this.countFailure(request, attempts.node[attempt], outcome);
			attempts.giveBack(attempt);
			this.failed(request, outcome, 0, nowUs);
		}
	}

	answeredLate(attempt: number, nowUs: number): void {
		if (!this.acceptsLate(attempt)) return;
		const request = this.attempts.request[attempt];
		if (this.requests.generation[request] !== this.attempts.requestStamp[attempt]) return;
		this.endPresentWait(request, OUTCOME.cancelled, nowUs);
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

	multiplied(attempt: number, calls: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		if ((this.requests.marks[request] & ECHO) !== 0) return;
		const source = this.attempts.source[attempt];
		const extra = Math.floor(calls - 1 + this.spare[source]());
		const requestClass = this.requests.class[request];
		const platform = this.requests.platform[request];
		for (let k = 0; k < extra; k++) this.create(source, requestClass, platform, true, nowUs);
	}

	/** Most requests are answered in time at their first attempt: where that can be foreseen, they need no row. */
	private bornForeseen(
		foresight: Foresight,
		source: number,
		requestClass: number,
		platform: number,
		nowUs: number,
	): void {
		const place = this.profiles.placeOf(source, requestClass, platform);
		const node = this.routing.node(source, platform, 0, 0, -1, nowUs);
		this.recorder.requestBorn(place);
		this.watchRunaway(nowUs);
		const room = foresight.hasRoom(node, nowUs);
		let timeoutUs = NEVER;
		if (room) {
			this.recorder.attemptSent(place, 1);
			const endUs = foresight.admit(node, requestClass, nowUs);
			timeoutUs = nowUs + this.timeouts.draw(source);
			const edgePlace = this.edgePlaceOf(place, source, node);
			if (endUs <= timeoutUs) {
				foresight.inTime(node, nowUs, place, edgePlace);
				this.watchInFlight(nowUs);
				return;
			}
			foresight.late(node, timeoutUs, edgePlace);
		}
		const request = this.open(source, requestClass, platform, place, 0, nowUs);
		this.requests.sent[request] = 1;
		this.requests.lastNode[request] = node;
		if (room) this.waitInVain(request, source, timeoutUs);
		else this.rejectForeseen(request, node, place, 1, nowUs);
	}

	private create(source: number, requestClass: number, platform: number, echo: boolean, nowUs: number): void {
		const { requests } = this;
		const stack = this.stacks[source];
		const place = this.profiles.placeOf(source, requestClass, platform);
		const request = this.open(source, requestClass, platform, place, echo ? ECHO : 0, nowUs);
		this.recorder.requestBorn(place);
		const node = this.route(request, -1, nowUs);
		if (stack.hasBudgets) stack.creditCalls(stack.depth - 1, requests.instance[request], this.poolOf(node));
		if (this.anyEnds) this.bookEnd(request, source, nowUs);
		if (stack.hasTimeouts) this.startTries(request, stack, stack.depth - 1, nowUs);
		if (this.seen !== null) this.seen.firstSent(node);
		this.send(request, node, nowUs);
	}

	/** A row for a request that is born now. */
	open(source: number, requestClass: number, platform: number, place: number, marks: number, nowUs: number): number {
		const { requests, profiles } = this;
		const stack = this.stacks[source];
		const request = requests.lend();
		this.watchInFlight(nowUs);
		requests.source[request] = source;
		requests.class[request] = requestClass;
		requests.platform[request] = platform;
		requests.place[request] = place;
		requests.instance[request] = profiles.instanceOf(source);
		if (profiles.usesLots) requests.lot[request] = profiles.lotOf(source);
		requests.sent[request] = 0;
		requests.attempt[request] = NO_ATTEMPT;
		requests.hops[request] = 0;
		requests.marks[request] = marks;
		requests.bornUs[request] = nowUs;
		stack.callsStart(request, stack.depth - 1);
		return request;
	}

	private watchInFlight(nowUs: number): void {
		const { requests, foresight } = this;
		if (requests.live + (foresight === null ? 0 : foresight.openAtMost) <= this.maxInFlight) return;
		// Requests whose answers are foreseen have no row, but they are in flight.
		if (requests.live + (foresight === null ? 0 : foresight.openAt(nowUs)) > this.maxInFlight) this.halt('inFlight');
	}

	/** When the request gives up whatever comes: its patience, or a timeout of the whole request. */
	bookEnd(request: number, source: number, nowUs: number): void {
		const { requests } = this;
		const endUs = nowUs + Math.min(this.wholeTimeouts.draw(source), this.patiences.draw(source));
		requests.endUs[request] = endUs;
		if (endUs !== NEVER) this.queue.book(endUs, RANK.timeout, EVENT.giveUp, request, requests.generation[request]);
	}

	/** Books the timeouts of the tries that begin now, from `layer` inwards. */
	startTries(request: number, stack: RetryStack, layer: number, nowUs: number): void {
		for (let k = layer; k >= 0; k--) {
			const at = request * this.requests.layers + k;
			const stamp = ++this.requests.tryStamp[at];
			const us = stack.tryTimeoutUs(k);
			if (us >= 0) this.queue.book(nowUs + us, RANK.timeout, EVENT.layerTimeout, at, stamp);
		}
	}

	route(request: number, avoid: number, nowUs: number): number {
		const requests = this.requests;
		return this.routing.node(
			requests.source[request],
			requests.platform[request],
			requests.lot[request],
			requests.hops[request],
			avoid,
			nowUs,
		);
	}

	private poolOf(node: number): number {
		return this.routing.pool(this.edges.nodes.region[node], this.edges.nodes.platform[node]);
	}

	private send(request: number, node: number, nowUs: number): void {
		if (this.foresight !== null) {
			this.sendForeseen(this.foresight, request, node, nowUs);
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
		if (this.doorIsNear && edges.isFull(node)) {
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
		if (this.network.instant) {
			edges.arrive(attempt, nowUs);
			if (attempts.generation[attempt] !== generation || attempts.waiting[attempt] === 0) return;
		} else {
			attempts.stage[attempt] = STAGE.enRoute;
			const arrivesUs = nowUs + this.network.latencyUs(source, node);
			this.queue.book(arrivesUs, RANK.server, EVENT.arrive, attempt, generation);
		}
		this.awaitTimeout(attempt, source, timeoutUs);
	}

	awaitTimeout(attempt: number, source: number, timeoutUs: number): void {
		const ring = this.ring[source];
		if (ring >= 0 && this.rings !== null) this.rings.push(ring, timeoutUs, attempt);
		else if (timeoutUs !== NEVER) {
			this.queue.book(timeoutUs, RANK.timeout, EVENT.timeout, attempt, this.attempts.generation[attempt]);
		}
	}

	private turnedAway(request: number, node: number, edgePlace: number, nowUs: number): void {
		this.edges.rejectAtDoor(node, edgePlace, nowUs);
		this.countFailure(request, node, OUTCOME.rejected);
		this.failed(request, OUTCOME.rejected, 0, nowUs);
	}

	/** A retry, where what will become of it can be foreseen. */
	private sendForeseen(foresight: Foresight, request: number, node: number, nowUs: number): void {
		const { requests, recorder } = this;
		const place = requests.place[request];
		const number = requests.sent[request] + 1;
		requests.sent[request] = number;
		requests.lastNode[request] = node;
		this.watchRunaway(nowUs);
		if (!foresight.hasRoom(node, nowUs)) {
			this.rejectForeseen(request, node, place, number, nowUs);
			return;
		}
		recorder.attemptSent(place, number);
		const source = requests.source[request];
		const endUs = foresight.admit(node, requests.class[request], nowUs);
		const timeoutUs = nowUs + this.timeouts.draw(source);
		const edgePlace = this.edgePlaceOf(place, source, node);
		if (endUs > timeoutUs) {
			foresight.late(node, timeoutUs, edgePlace);
			this.waitInVain(request, source, timeoutUs);
			return;
		}
		foresight.inTime(node, requests.bornUs[request], again(place), edgePlace);
		requests.giveBack(request);
	}

	/** Most attempts of a storm end here. */
	private rejectForeseen(request: number, node: number, place: number, number: number, nowUs: number): void {
		const { requests } = this;
		const edgePlace = this.oneRegion ? place : this.edgePlaceOf(place, requests.source[request], node);
		this.passages.full(node, nowUs);
		this.recorder.rejectedAtDoor(place, edgePlace, number, requests.bornUs[request]);
		this.failed(request, OUTCOME.rejected, 0, nowUs);
	}

	/** The attempt just sent will time out: what the edge does with it is known, so the request itself waits. */
	private waitInVain(request: number, source: number, timeoutUs: number): void {
		if (this.rings !== null) this.rings.push(this.ring[source], timeoutUs, request);
	}

	edgePlaceOf(place: number, source: number, node: number): number {
		return this.oneRegion ? place : this.profiles.placeAt(place, source, this.edges.nodes.region[node]);
	}

	/** What is asked of an attempt in some worlds only. */
	private keepDetails(attempt: number, request: number, source: number, number: number, timeoutUs: number): void {
		const { requests, attempts } = this;
		attempts.requestStamp[attempt] = requests.generation[request];
		attempts.source[attempt] = source;
		attempts.number[attempt] = number;
		attempts.deadlineUs[attempt] = this.wholeRequest[source] ? requests.endUs[request] : timeoutUs;
		if (this.drawsLuck) attempts.luck[attempt] = this.luck[source]();
		if (this.profiles.usesLots) attempts.lot[attempt] = requests.lot[request];
	}

	/** An immediate unlimited retry never moves the clock: sends at one instant are bounded. */
	private watchRunaway(nowUs: number): void {
		if (this.lastSend[0] !== nowUs) {
			this.lastSend[0] = nowUs;
			this.sentAtInstant = 0;
		}
		if (++this.sentAtInstant > this.maxPerInstant) this.halt('attemptsPerInstant');
	}

	private halt(limit: 'inFlight' | 'attemptsPerInstant'): void {
		this.passedLimit = limit;
		this.halted = true;
	}

	/** A try of the layers below `layer` has failed: some layer from there outwards tries again, or the request is lost. */
	private failed(request: number, outcome: number, layer: number, nowUs: number): void {
		const { requests } = this;
		const stack = this.stacks[requests.source[request]];
		const pool = stack.hasBudgets ? this.poolOf(requests.lastNode[request]) : 0;
		const leftUs = this.anyEnds ? requests.endUs[request] - nowUs : NEVER;
		const delayUs = stack.decide(request, outcome, layer, pool, leftUs);
		if (stack.suppressed) this.recorder.retrySuppressed(requests.place[request]);
		if (delayUs >= 0) this.backOff(request, stack, nowUs, nowUs + delayUs);
		else this.lose(request, nowUs);
	}

	backOff(request: number, stack: RetryStack, nowUs: number, atUs: number): void {
		const { requests } = this;
		const move = requests.move[request] + 1;
		requests.move[request] = move;
		requests.retryLayer[request] = stack.layer;
		requests.backoffUntilUs[request] = atUs;
		// The tries of the layers inside have ended: their timeouts are void.
		if (stack.hasTimeouts) this.endTries(request, stack.layer);
		this.recorder.backedOff(requests.place[request], nowUs, atUs);
		this.queue.book(atUs, RANK.client, EVENT.retry, request, move);
	}

	private endTries(request: number, layer: number): void {
		for (let k = layer; k >= 0; k--) this.requests.tryStamp[request * this.requests.layers + k]++;
	}

	private answeredOk(request: number, sentUs: number, nowUs: number): void {
		const { requests, recorder } = this;
		const place = requests.place[request];
		if (requests.sent[request] > 1) {
			recorder.attemptOk(place, nowUs - sentUs);
			this.succeed(request, nowUs);
			return;
		}
		recorder.requestSucceededAtOnce(place, requests.bornUs[request], nowUs);
		this.close(request);
	}

	private succeed(request: number, nowUs: number): void {
		const { requests } = this;
		const saved = (requests.marks[request] & SCARRED) !== 0;
		this.recorder.requestSucceeded(requests.place[request], requests.bornUs[request], nowUs, saved);
		this.close(request);
	}

	/** The request has ended well. */
	private close(request: number): void {
		const stack = this.stacks[this.requests.source[request]];
		if (stack.hasBudgets) stack.creditSuccess(request, this.poolOf(this.requests.lastNode[request]));
		this.release(request, stack);
	}

	private lose(request: number, nowUs: number): void {
		const { requests } = this;
		const direct = (requests.marks[request] & DIRECT) !== 0;
		this.recorder.requestLost(requests.place[request], requests.bornUs[request], nowUs, direct);
		if (this.seen !== null) this.seen.lost(requests.lastNode[request]);
		this.release(request, this.stacks[requests.source[request]]);
	}

	/** The request is over. No retry of it is booked any more, but tries may have timeouts left. */
	private release(request: number, stack: RetryStack): void {
		if (stack.hasTimeouts) this.endTries(request, stack.depth - 1);
		this.requests.giveBack(request);
	}

	/** Whatever the request waits for, an answer or the end of a back-off, it waits for it no longer. */
	private endPresentWait(request: number, outcome: number, nowUs: number): void {
		const attempt = this.requests.attempt[request];
		if (attempt !== NO_ATTEMPT) {
			this.stopWaiting(attempt, outcome, nowUs);
			return;
		}
		this.requests.move[request]++;
		this.recorder.backoffCut(this.requests.place[request], nowUs, this.requests.backoffUntilUs[request]);
	}

	private stopWaiting(attempt: number, outcome: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		this.attempts.waiting[attempt] = 0;
		this.attempts.leftUs[attempt] = nowUs;
		this.requests.attempt[request] = NO_ATTEMPT;
		this.countFailure(request, this.attempts.node[attempt], outcome);
		this.edges.abandoned(attempt, nowUs);
	}

	/** The present attempt of a request, sent to this node, has failed. */
	private countFailure(request: number, node: number, outcome: number): void {
		const { requests } = this;
		const first = requests.sent[request] === 1;
		const place = requests.place[request];
		this.recorder.attemptFailed(place, outcome);
		if (first) this.recorder.firstAttemptFailed(place, requests.bornUs[request]);
		requests.marks[request] |= SCARRED;
		if (this.seen !== null) this.seen.failed(node, first, outcome);
	}
}

/** A uniform per attempt is drawn only in a world in which something may make attempts fail by chance. */
function needsLuck(world: World): boolean {
	return (
		world.changes.length > 0 ||
		world.classes.some((c) => c.errorProbability > 0) ||
		world.faults.some((f) => f.effect.kind === 'error')
	);
}
