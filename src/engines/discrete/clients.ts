// HOT PATH: runs once per event; allocates nothing.
/**
 * The clients' half of the story: requests are born, attempts sent and waited for, given up or tried again. What a
 * retry policy decides is in `retry-stack.ts`; what happens between send and answer is the edges'.
 */
import { type EventQueue, RANK as RANKS } from '../../kernel/event-queue.js';
import type { Streams } from '../../kernel/random.js';
import type { Recorder } from '../../metrics/recorder.js';
import { OUTCOME as OUTCOMES } from '../../model/attempt.js';
import type { World } from '../../model/world.js';
import { type Attempts, STAGE as STAGES } from './attempts.js';
import type { Callers, Edges } from './edges.js';
import { EVENT as EVENTS } from './events.js';
import type { Network } from './network.js';
import { Profiles } from './profiles.js';
import { NO_ATTEMPT as NONE, type Requests } from './requests.js';
import { RetryLayers, RetryStack, timeLaw } from './retry-stack.js';
import type { Routing } from './routing.js';
import type { Seen } from './seen.js';
import type { TimeoutRings } from './timeout-rings.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const OUTCOME = OUTCOMES;
const STAGE = STAGES;
const EVENT = EVENTS;
const NO_ATTEMPT = NONE;
const NEVER = Number.POSITIVE_INFINITY;

/** What the clients of one source share. */
interface Habits {
	readonly stack: RetryStack;
	readonly timeout: (() => number) | null;
	/** the ring its constant timeout is kept in; -1: timeouts are events */
	readonly ring: number;
	readonly wholeRequest: boolean;
	readonly patience: (() => number) | null;
	readonly acceptsLate: boolean;
	readonly luck: (() => number) | null;
	readonly spare: () => number;
}

export class Clients implements Callers {
	/** the limit that was passed, or '' */
	passedLimit: '' | 'inFlight' | 'attemptsPerInstant' = '';
	readonly profiles: Profiles;
	private readonly habits: readonly Habits[];
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
	) {
		this.profiles = new Profiles(world, streams);
		this.maxInFlight = world.limits.inFlight;
		this.maxPerInstant = world.limits.attemptsPerInstant;
		const layers = new RetryLayers(world.populations, routing.pools.length);
		const luck = needsLuck(world);
		this.habits = world.sources.map((source): Habits => {
			const population = world.populations[source.population];
			const owner = `${world.regions[source.region].name}/${population.name}`;
			const { timeout } = population;
			const wholeRequest = population.timeoutClock === 'whole-request';
			const inRing = rings !== null && timeout !== null && timeout.kind === 'constant' && !wholeRequest;
			return {
				stack: new RetryStack(layers, source.population, requests, streams, owner),
				timeout: timeLaw(timeout, streams, `timeout/${owner}`),
				ring: inRing ? rings.ringOf(Math.floor(timeout.us + 0.5)) : -1,
				wholeRequest,
				patience: timeLaw(population.patience, streams, `patience/${owner}`),
				acceptsLate: population.lateAnswer === 'accept',
				luck: luck ? streams.uniform(`luck/${owner}`) : null,
				spare: streams.uniform(`calls/${owner}`),
			};
		});
	}

	/** A fresh request of this source. */
	born(source: number, nowUs: number): void {
		const { profiles } = this;
		this.create(source, profiles.classOf(source, nowUs), profiles.platformOf(source), false, nowUs);
	}

	/** The back-off of a request ends, unless the retry has become void. */
	retry(request: number, move: number, nowUs: number): void {
		if (this.requests.move[request] !== move) return;
		const requests = this.requests;
		const { stack } = this.habits[requests.source[request]];
		const layer = requests.retryLayer[request];
		const cause = requests.lastNode[request];
		if (layer > 0) stack.callsStart(request, layer - 1, requests.instance[request], this.poolOf(cause));
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

	/** The same for a timeout that is known to be waited for. */
	timedOut(attempt: number, nowUs: number): void {
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
		const { wholeRequest } = this.habits[this.requests.source[request]];
		this.endPresentWait(request, wholeRequest ? OUTCOME.timeout : OUTCOME.cancelled, nowUs);
		this.lose(request, nowUs);
	}

	answered(attempt: number, outcome: number, nowUs: number): void {
		const attempts = this.attempts;
		const request = attempts.request[attempt];
		attempts.waiting[attempt] = 0;
		this.requests.attempt[request] = NO_ATTEMPT;
		if (outcome === OUTCOME.ok) {
			this.recorder.attemptOk(attempts.clientPlace[attempt], nowUs - attempts.sentUs[attempt]);
			attempts.settle(attempt);
			this.succeed(request, nowUs);
			return;
		}
		this.countFailure(attempt, request, outcome);
		attempts.settle(attempt);
		this.failed(request, outcome, 0, nowUs);
	}

	answeredLate(attempt: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		if (this.requests.generation[request] !== this.attempts.requestStamp[attempt]) return;
		if (!this.habits[this.requests.source[request]].acceptsLate) return;
		this.endPresentWait(request, OUTCOME.cancelled, nowUs);
		this.succeed(request, nowUs);
	}

	acceptsLate(source: number): boolean {
		return this.habits[source].acceptsLate;
	}

	failedByChange(attempt: number): void {
		const request = this.attempts.request[attempt];
		if (this.requests.generation[request] === this.attempts.requestStamp[attempt]) this.requests.direct[request] = 1;
	}

	multiplied(attempt: number, calls: number, nowUs: number): void {
		const request = this.attempts.request[attempt];
		if (this.requests.echo[request] === 1) return;
		const source = this.attempts.source[attempt];
		const extra = Math.floor(calls - 1 + this.habits[source].spare());
		const requestClass = this.requests.class[request];
		const platform = this.requests.platform[request];
		for (let k = 0; k < extra; k++) this.create(source, requestClass, platform, true, nowUs);
	}

	private create(source: number, requestClass: number, platform: number, echo: boolean, nowUs: number): void {
		const { requests, profiles } = this;
		const { stack, patience, timeout, wholeRequest } = this.habits[source];
		const request = requests.lend();
		if (requests.live > this.maxInFlight) this.passedLimit = 'inFlight';
		requests.source[request] = source;
		requests.class[request] = requestClass;
		requests.platform[request] = platform;
		requests.place[request] =
			profiles.basePlace[source] + requestClass * profiles.classStride + platform * profiles.platformStride;
		requests.instance[request] = profiles.instanceOf(source);
		if (profiles.usesLots) requests.lot[request] = profiles.lotOf(source);
		requests.sent[request] = 0;
		requests.attempt[request] = NO_ATTEMPT;
		requests.hops[request] = 0;
		requests.scarred[request] = 0;
		requests.direct[request] = 0;
		requests.echo[request] = echo ? 1 : 0;
		requests.bornUs[request] = nowUs;
		requests.endUs[request] = NEVER;
		this.recorder.requestBorn(requests.place[request]);
		const node = this.route(request, -1, nowUs);
		stack.callsStart(request, stack.depth - 1, requests.instance[request], this.poolOf(node));
		if (wholeRequest || patience !== null) {
			const wholeUs = wholeRequest && timeout !== null ? timeout() : NEVER;
			requests.endUs[request] = nowUs + Math.min(wholeUs, patience === null ? NEVER : patience());
			this.queue.book(requests.endUs[request], RANK.timeout, EVENT.giveUp, request, requests.generation[request]);
		}
		if (stack.hasTimeouts) this.startTries(request, stack, stack.depth - 1, nowUs);
		if (this.seen !== null) this.seen.firstSent(node);
		this.send(request, node, nowUs);
	}

	/** Books the timeouts of the tries that begin now, from `layer` inwards. */
	private startTries(request: number, stack: RetryStack, layer: number, nowUs: number): void {
		for (let k = layer; k >= 0; k--) {
			const at = request * this.requests.layers + k;
			const stamp = ++this.requests.tryStamp[at];
			const us = stack.tryTimeoutUs(k);
			if (us >= 0) this.queue.book(nowUs + us, RANK.timeout, EVENT.layerTimeout, at, stamp);
		}
	}

	private route(request: number, avoid: number, nowUs: number): number {
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
		const { requests, attempts, profiles } = this;
		const source = requests.source[request];
		const habits = this.habits[source];
		const number = ++requests.sent[request];
		const place = requests.place[request];
		const attempt = attempts.lend();
		const region = this.edges.nodes.region[node];
		attempts.request[attempt] = request;
		attempts.requestStamp[attempt] = requests.generation[request];
		attempts.source[attempt] = source;
		attempts.node[attempt] = node;
		attempts.class[attempt] = requests.class[request];
		attempts.number[attempt] = number;
		attempts.clientPlace[attempt] = place;
		attempts.edgePlace[attempt] = place + (region - profiles.region[source]) * profiles.regionStride;
		attempts.stage[attempt] = STAGE.enRoute;
		attempts.waiting[attempt] = 1;
		attempts.served[attempt] = 0;
		attempts.sentUs[attempt] = nowUs;
		attempts.leftUs[attempt] = NEVER;
		if (habits.luck !== null) attempts.luck[attempt] = habits.luck();
		if (profiles.usesLots) attempts.lot[attempt] = requests.lot[request];
		requests.attempt[request] = attempt;
		requests.lastNode[request] = node;
		this.recorder.attemptSent(place, number);
		this.watchRunaway(nowUs);
		const timeoutUs = habits.timeout === null || habits.wholeRequest ? NEVER : nowUs + habits.timeout();
		attempts.deadlineUs[attempt] = habits.wholeRequest ? requests.endUs[request] : timeoutUs;
		const generation = attempts.generation[attempt];
		if (this.network.instant) this.edges.arrive(attempt, nowUs);
		else {
			const arrivesUs = nowUs + this.network.latencyUs(source, node);
			this.queue.book(arrivesUs, RANK.server, EVENT.arrive, attempt, generation);
		}
		if (timeoutUs === NEVER || attempts.generation[attempt] !== generation || attempts.waiting[attempt] === 0) return;
		if (habits.ring >= 0 && this.rings !== null) this.rings.push(habits.ring, timeoutUs, attempt);
		else this.queue.book(timeoutUs, RANK.timeout, EVENT.timeout, attempt, generation);
	}

	/** An immediate unlimited retry never moves the clock: sends at one instant are bounded. */
	private watchRunaway(nowUs: number): void {
		if (this.lastSend[0] !== nowUs) {
			this.lastSend[0] = nowUs;
			this.sentAtInstant = 0;
		}
		if (++this.sentAtInstant > this.maxPerInstant) this.passedLimit = 'attemptsPerInstant';
	}

	/** A try of the layers below `layer` has failed: some layer from there outwards tries again, or the request is lost. */
	private failed(request: number, outcome: number, layer: number, nowUs: number): void {
		const requests = this.requests;
		const { stack } = this.habits[requests.source[request]];
		const pool = this.poolOf(requests.lastNode[request]);
		const endUs = requests.endUs[request];
		const again = stack.decide(request, outcome, layer, requests.instance[request], pool, nowUs, endUs);
		if (stack.suppressed) this.recorder.retrySuppressed(requests.place[request]);
		if (!again) {
			this.lose(request, nowUs);
			return;
		}
		const atUs = nowUs + stack.delayUs;
		requests.retryLayer[request] = stack.layer;
		requests.backoffUntilUs[request] = atUs;
		// The tries of the layers inside have ended: their timeouts are void.
		if (stack.hasTimeouts) for (let k = stack.layer; k >= 0; k--) requests.tryStamp[request * requests.layers + k]++;
		this.recorder.backedOff(requests.place[request], nowUs, atUs);
		this.queue.book(atUs, RANK.client, EVENT.retry, request, ++requests.move[request]);
	}

	private succeed(request: number, nowUs: number): void {
		const requests = this.requests;
		const { stack } = this.habits[requests.source[request]];
		stack.callsSucceed(request, requests.instance[request], this.poolOf(requests.lastNode[request]));
		const saved = requests.scarred[request] === 1;
		this.recorder.requestSucceeded(requests.place[request], requests.bornUs[request], nowUs, saved);
		this.release(request);
	}

	private lose(request: number, nowUs: number): void {
		const requests = this.requests;
		const direct = requests.direct[request] === 1;
		this.recorder.requestLost(requests.place[request], requests.bornUs[request], nowUs, direct);
		if (this.seen !== null) this.seen.lost(requests.lastNode[request]);
		this.release(request);
	}

	private release(request: number): void {
		const requests = this.requests;
		requests.move[request]++;
		for (let k = 0; k < requests.layers; k++) requests.tryStamp[request * requests.layers + k]++;
		requests.giveBack(request);
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
		this.countFailure(attempt, request, outcome);
		this.edges.abandoned(attempt, nowUs);
	}

	private countFailure(attempt: number, request: number, outcome: number): void {
		const first = this.attempts.number[attempt] === 1;
		const place = this.attempts.clientPlace[attempt];
		this.recorder.attemptFailed(place, outcome);
		if (first) this.recorder.firstAttemptFailed(place, this.requests.bornUs[request]);
		this.requests.scarred[request] = 1;
		if (this.seen !== null) this.seen.failed(this.attempts.node[attempt], first, outcome);
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
