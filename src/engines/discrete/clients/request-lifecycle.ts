// HOT PATH: runs several times per request; allocates nothing.
/**
 * The life of a logical request, whatever becomes of its attempts: it is born, its failed attempts are tried again or not,
 * and it ends. How attempts are sent and waited for is in `clients.ts`.
 */
import { type EventQueue, RANK as RANKS } from '../../../kernel/event-queue.js';
import type { Streams, Uniform } from '../../../kernel/random.js';
import { MAX_LAYERS } from '../../../metrics/recording/counters.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import type { World } from '../../../model/world.js';
import { RequestProfiles } from '../arrivals/request-profiles.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { Network } from '../network.js';
import type { Edge } from '../nodes/edge.js';
import type { FirstPassages } from '../nodes/first-passages.js';
import type { FifoLookahead } from '../nodes/lookahead/fifo-lookahead.js';
import type { MonitorCounters } from '../plant/monitor-counters.js';
import { PoolIndex } from '../retries/pool-index.js';
import { noFailedTry } from '../retries/retry-decision.js';
import { RetryLayers } from '../retries/retry-layers.js';
import { RetryStack } from '../retries/retry-stack.js';
import { TRY_END } from '../retries/try-end.js';
import type { Routing } from '../routing.js';
import type { Attempts } from '../tables/attempts.js';
import { MARK, NO_ATTEMPT as NONE, type Requests } from '../tables/requests.js';
import { Times } from '../time/time-laws.js';
import type { TimeoutRings } from '../time/timeout-rings.js';
import { type Hedges, hedgesOf } from './hedged-calls.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const EVENT = EVENTS;
const NO_ATTEMPT = NONE;
const { attemptFailed: SCARRED, direct: DIRECT, firstHeldBack: KEPT_BACK } = MARK;
const NEVER = Number.POSITIVE_INFINITY;

export abstract class RequestLives {
	/** the limit that was passed, or '' */
	passedLimit: '' | 'inFlight' | 'attemptsPerInstant' = '';
	halted = false;
	readonly profiles: RequestProfiles;
	protected readonly passages: FirstPassages;
	readonly layers: RetryLayers;
	/** by source: retry policy, timeout (never where absent or of the whole request), ring of a constant one (-1: an event) */
	readonly stacks: readonly RetryStack[];
	readonly timeouts: Times;
	protected readonly ring: Int32Array;
	/** by source: end of the whole request, after its birth */
	protected readonly wholeTimeouts: Times;
	protected readonly patiences: Times;
	protected readonly wholeRequest: readonly boolean[];
	protected readonly acceptLate: readonly boolean[];
	readonly failureUniforms: readonly Uniform[];
	protected readonly extraCallUniforms: readonly Uniform[];
	/** what only some worlds ask for */
	protected readonly anyEnds: boolean;
	protected readonly anyAcceptsLate: boolean;
	protected readonly drawsFailureUniform: boolean;
	protected readonly keepsDetails: boolean;
	/** some balancing refuses to send once all its nodes are out */
	protected readonly mayRefuse: boolean;
	/** by source, 1: it has one retry layer, whose retries go wherever a first attempt would */
	protected readonly repicks: Uint8Array;
	/** an attempt is at its node as soon as it is sent, and nobody asks for its details */
	protected readonly rejectsWithoutRow: boolean;
	/** null where nobody hedges */
	protected readonly hedges: Hedges | null;
	/** sent since the window is measured: [source][layer], `MAX_LAYERS` of them */
	readonly retries: Float64Array;
	protected readonly oneRegion: boolean;
	protected readonly maxInFlight: number;
	protected readonly maxPerInstant: number;
	/** [0]: instant of the newest send */
	protected readonly lastSend = new Float64Array([-1]);
	protected sentAtInstant = 0;
	private readonly failedTry = noFailedTry();

	constructor(
		world: World,
		streams: Streams,
		protected readonly requests: Requests,
		protected readonly attempts: Attempts,
		protected readonly queue: EventQueue,
		protected readonly rings: TimeoutRings | null,
		protected readonly network: Network,
		protected readonly routing: Routing,
		protected readonly edges: Edge,
		protected readonly recorder: Recorder,
		protected readonly monitors: MonitorCounters | null,
		protected readonly lookahead: FifoLookahead | null,
	) {
		this.profiles = new RequestProfiles(world, streams);
		this.passages = edges.state.passages;
		this.maxInFlight = world.limits.inFlight;
		this.maxPerInstant = world.limits.attemptsPerInstant;
		// In an event of its own: the permit comes back in the middle of another client's story.
		const pools = new PoolIndex(routing.pools, world.nodeCount);
		this.layers = new RetryLayers(world, streams, pools, ({ request, sendStamp, isCopy }, nowUs) =>
			queue.book(nowUs, RANK.client, isCopy ? EVENT.copy : EVENT.send, request, sendStamp),
		);
		const populations = world.sources.map((source) => world.populations[source.population]);
		const whole = populations.map((p) => p.timeoutClock === 'whole-request');
		const owners = world.sources.map((s) => `${world.regions[s.region].name}/${world.populations[s.population].name}`);
		const uniforms = (purpose: string): Uniform[] => owners.map((owner) => streams.uniform(`${purpose}/${owner}`));
		const times = (purpose: string, law: (source: number) => Distribution | null): Times =>
			new Times(uniforms(purpose).map((uniform, source) => ({ law: law(source), uniform })));
		const deps = { all: this.layers, requests, replies: edges.replies, pools, streams };
		this.stacks = world.sources.map((s, k) => new RetryStack(deps, s.population, owners[k]));
		this.timeouts = times('timeout', (source) => (whole[source] ? null : populations[source].timeout));
		this.wholeTimeouts = times('timeout', (source) => (whole[source] ? populations[source].timeout : null));
		this.patiences = times('patience', (source) => populations[source].patience);
		this.ring = Int32Array.from(populations, ({ timeout }, source) =>
			rings === null || timeout?.kind !== 'constant' || whole[source] ? -1 : rings.ringOf(Math.floor(timeout.us + 0.5)),
		);
		this.wholeRequest = whole;
		this.acceptLate = populations.map((p) => p.lateAnswer === 'accept');
		this.failureUniforms = uniforms('luck');
		this.extraCallUniforms = uniforms('calls');
		this.anyEnds = populations.some((p, source) => whole[source] || p.patience !== null);
		this.anyAcceptsLate = this.acceptLate.includes(true);
		this.drawsFailureUniform = needsFailureUniform(world);
		this.hedges = hedgesOf(world);
		this.keepsDetails =
			this.hedges !== null ||
			this.drawsFailureUniform ||
			this.anyAcceptsLate ||
			!network.instant ||
			world.groups.some((g) => g.shed.length > 0 || g.abandoned === 'drop-at-dequeue');
		const refusing = populations.some(({ layers }) =>
			layers.some(({ breaker }) => breaker?.kind === 'consecutive-ejection' && breaker.panic === 0),
		);
		this.mayRefuse = refusing || world.failover?.panic === 0;
		this.rejectsWithoutRow = network.instant && !this.keepsDetails;
		this.repicks = Uint8Array.from(populations, ({ layers: [layer, ...outer] }) =>
			outer.length === 0 && layer.target === 'repick' ? 1 : 0,
		);
		this.retries = new Float64Array(world.sources.length * MAX_LAYERS);
		this.oneRegion = world.regions.length === 1;
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
		if (profiles.usesShareUniforms) requests.shareUniform[request] = profiles.shareUniformOf(source);
		requests.sent[request] = 0;
		requests.attempt[request] = NO_ATTEMPT;
		requests.hops[request] = 0;
		requests.marks[request] = marks;
		requests.bornUs[request] = nowUs;
		stack.callsStart(request, stack.depth - 1, nowUs);
		return request;
	}

	protected watchInFlight(nowUs: number): void {
		const { requests, lookahead } = this;
		if (requests.live + (lookahead === null ? 0 : lookahead.openAtMost) <= this.maxInFlight) return;
		// Requests whose answers are foreseen have no row, but they are in flight.
		if (requests.live + (lookahead === null ? 0 : lookahead.openAt(nowUs)) > this.maxInFlight) this.halt('inFlight');
	}

	awaitTimeout(attempt: number, source: number, timeoutUs: number): void {
		const ring = this.ring[source];
		if (ring >= 0 && this.rings !== null) this.rings.push(ring, timeoutUs, attempt);
		else if (timeoutUs !== NEVER) {
			this.queue.book(timeoutUs, RANK.timeout, EVENT.timeout, attempt, this.attempts.generation[attempt]);
		}
	}

	edgePlaceOf(place: number, source: number, node: number): number {
		return this.oneRegion ? place : this.profiles.placeAt(place, source, this.edges.nodes.region[node]);
	}

	/** An immediate unlimited retry never moves the clock: sends at one instant are bounded. */
	protected watchRunaway(nowUs: number): void {
		if (this.lastSend[0] !== nowUs) {
			this.lastSend[0] = nowUs;
			this.sentAtInstant = 0;
		}
		if (++this.sentAtInstant > this.maxPerInstant) this.halt('attemptsPerInstant');
	}

	protected halt(limit: 'inFlight' | 'attemptsPerInstant'): void {
		this.passedLimit = limit;
		this.halted = true;
	}

	/** A try of the layers below `layer` has failed: some layer from there outwards tries again, or the request is lost. */
	protected failed(request: number, reply: number, layer: number, nowUs: number): void {
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
		const move = requests.sendStamp[request] + 1;
		requests.sendStamp[request] = move;
		requests.retryLayer[request] = layer;
		requests.backoffUntilUs[request] = atUs;
		// The tries of the layers inside have ended: their timeouts are void.
		if (this.stacks[requests.source[request]].hasTimeouts) this.endTries(request, layer);
		this.recorder.backedOff(requests.place[request], nowUs, atUs);
		this.queue.book(atUs, RANK.client, EVENT.retry, request, move);
	}

	protected endTries(request: number, layer: number): void {
		for (let k = layer; k >= 0; k--) this.requests.tryStamp[request * this.requests.layers + k]++;
	}

	protected succeed(request: number, nowUs: number): void {
		const { requests } = this;
		const saved = (requests.marks[request] & SCARRED) !== 0;
		this.recorder.requestSucceeded(requests.place[request], requests.bornUs[request], nowUs, saved);
		this.close(request, nowUs);
	}

	/** The request has ended well. */
	protected close(request: number, nowUs: number): void {
		const stack = this.stacks[this.requests.source[request]];
		const node = this.requests.lastNode[request];
		if (stack.hasBudgets) stack.creditSuccess(request, node, nowUs);
		this.release(request, stack);
	}

	protected lose(request: number, nowUs: number): void {
		const { requests } = this;
		const direct = (requests.marks[request] & DIRECT) !== 0;
		this.recorder.requestLost(requests.place[request], requests.bornUs[request], nowUs, direct);
		if (requests.sent[request] === 0) this.noteUnsent(request);
		if (this.monitors !== null) {
			const unsent = requests.sent[request] === 0;
			this.monitors.lost(requests.lastNode[request], requests.class[request], unsent, requests.bornUs[request]);
		}
		const stack = this.stacks[requests.source[request]];
		if (stack.hasGuards) stack.cut(request, stack.depth - 1, TRY_END.abandoned, nowUs);
		this.release(request, stack);
	}

	/** Its client has kept the first attempt of a request back, for now or for good: to its user it has failed. */
	protected noteUnsent(request: number): void {
		const { requests } = this;
		if ((requests.marks[request] & KEPT_BACK) !== 0) return;
		requests.marks[request] |= KEPT_BACK | SCARRED;
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

	/** The request is over. No retry of it is booked any more, but tries may have timeouts left. */
	protected release(request: number, stack: RetryStack): void {
		if (this.hedges !== null) this.hedges.end(request);
		if (stack.hasTimeouts) this.endTries(request, stack.depth - 1);
		this.requests.giveBack(request);
	}
}

/** A uniform per attempt is drawn only in a world in which something may make attempts fail by chance. */
function needsFailureUniform(world: World): boolean {
	return (
		world.changes.length > 0 ||
		world.classes.some((c) => c.errorProbability > 0) ||
		world.faults.some((f) => f.effect.kind === 'error')
	);
}
