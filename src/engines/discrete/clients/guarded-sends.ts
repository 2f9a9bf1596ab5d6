// HOT PATH: runs once per retry; allocates nothing where no guard of a real client stands in the way.
/**
 * Sends that a retry policy has a say in: the back-off of a request ends and its next attempt goes, unless a guard of its
 * client holds it back, for a while or for good. First attempts come here only where their client has guards.
 */
import { type EventQueue, RANK as RANKS } from '../../../kernel/event-queue.js';
import { MAX_LAYERS } from '../../../metrics/recording/counters.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { MonitorCounters } from '../control/monitor-counters.js';
import { EVENT as EVENTS } from '../event-kinds.js';
import type { RetryStack } from '../retries/retry-stack.js';
import { type GuardedSend, SEND as SENDS, type SendAnswer } from '../retries/send-admission.js';
import { NO_NODE } from '../routing.js';
import type { Requests } from '../tables/requests.js';
import type { AttemptSender, SenderParts } from './attempt-sender.js';
import type { ClientDeps } from './client-deps.js';
import type { LookaheadClients } from './lookahead-clients.js';
import type { NodeChoice } from './node-choice.js';
import type { RequestLifecycle } from './request-lifecycle.js';
import type { RunLimits } from './run-limits.js';
import type { SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const EVENT = EVENTS;
const SEND = SENDS;
const LAYERS = MAX_LAYERS;

export class GuardedSends {
	/** retries sent since the window is measured: [source][layer], `MAX_LAYERS` of them */
	readonly retries: Float64Array;
	private readonly requests: Requests;
	private readonly queue: EventQueue;
	private readonly recorder: Recorder;
	private readonly monitors: MonitorCounters | null;
	private readonly laws: SourceLaws;
	private readonly limits: RunLimits;
	private readonly lifecycle: RequestLifecycle;
	private readonly choice: NodeChoice;
	private readonly ahead: LookaheadClients | null;
	private readonly stacks: readonly RetryStack[];
	private readonly guardedSend: GuardedSend = { request: 0, layer: 0, node: 0, stamp: 0, nowUs: Number.NaN };

	constructor(
		{ world, requests, queue, recorder, monitors }: ClientDeps,
		{ laws, limits, lifecycle, choice, ahead }: SenderParts,
		private readonly sender: AttemptSender,
	) {
		this.requests = requests;
		this.queue = queue;
		this.recorder = recorder;
		this.monitors = monitors;
		this.laws = laws;
		this.limits = limits;
		this.lifecycle = lifecycle;
		this.choice = choice;
		this.ahead = ahead;
		this.stacks = laws.stacks;
		this.retries = new Float64Array(world.sources.length * MAX_LAYERS);
	}

	/** The back-off of a request ends, unless the retry has become void. */
	retry(request: number, stamp: number, nowUs: number): void {
		const { requests } = this;
		const source = requests.source[request];
		if (this.ahead !== null && this.laws.picksAnyNode[source] === 1) {
			this.countRetry(request, 0);
			this.ahead.sendRetry(request, nowUs);
			return;
		}
		if (requests.sendStamp[request] !== stamp) return;
		const stack = this.stacks[source];
		const layer = requests.retryLayer[request];
		const before = requests.lastNode[request];
		if (layer > 0) {
			stack.callsStart(request, layer - 1, nowUs);
			if (stack.hasBudgets) stack.creditCalls(request, layer - 1, before, nowUs);
		}
		if (stack.hasTimeouts) this.lifecycle.startTries(request, stack, layer, nowUs);
		const policy = stack.policy(layer);
		if (policy.target === 'next-region' && requests.sent[request] > 0) requests.hops[request]++;
		const node = this.choice.target(request, policy, nowUs);
		if (stack.hasGuards) this.send(request, layer, node, nowUs);
		else this.sendRetry(request, layer, node, nowUs);
	}

	/** A send that a limiter has held back is asked again, unless it has become void. */
	sendHeld(request: number, stamp: number, nowUs: number): void {
		const { requests, choice } = this;
		if (requests.sendStamp[request] !== stamp) return;
		const stack = this.stacks[requests.source[request]];
		const layer = requests.retryLayer[request];
		this.lifecycle.noteQueued(request, nowUs);
		if (stack.hasTimeouts) this.lifecycle.startTries(request, stack, stack.sends.heldBy(request), nowUs);
		const node =
			layer < stack.depth ? choice.target(request, stack.policy(layer), nowUs) : choice.route(request, NO_NODE, nowUs);
		this.send(request, layer, node, nowUs);
	}

	/**
	 * A send that has to be admitted by the guards of its client first: it goes, is held back, or waits.
	 * @param layer whose retry it is; the depth of the stack for a first attempt
	 */
	send(request: number, layer: number, node: number, nowUs: number): void {
		const { requests, guardedSend } = this;
		const stack = this.stacks[requests.source[request]];
		// Whether or not a layer asks for it again: what has not been sent yet is its request's first attempt.
		const isFirst = requests.sent[request] === 0;
		if (isFirst) requests.lastNode[request] = node;
		guardedSend.request = request;
		guardedSend.layer = layer;
		guardedSend.node = node;
		guardedSend.stamp = requests.sendStamp[request] + 1;
		guardedSend.nowUs = nowUs;
		const answer = stack.sends.pass(guardedSend);
		// A send that does not happen takes no node.
		if (answer.decision !== SEND.goes) this.choice.giveBackTurn();
		if (answer.decision === SEND.denied) {
			this.limits.watchRunaway(nowUs);
			if (!isFirst && stack.policy(layer).target === 'next-region') requests.hops[request]--;
			this.recorder.retrySuppressed(requests.place[request]);
			if (isFirst) this.lifecycle.noteUnsent(request);
			this.lifecycle.failed(request, answer.reply, answer.deniedBy, nowUs);
		} else if (answer.decision !== SEND.goes) this.hold(guardedSend, stack, answer);
		else if (isFirst) {
			if (this.monitors !== null) this.monitors.firstSent(node, requests.class[request]);
			this.sender.send(request, node, nowUs);
		} else this.sendRetry(request, layer, node, nowUs);
	}

	/** A retry of this layer goes. */
	sendRetry(request: number, layer: number, node: number, nowUs: number): void {
		const { requests } = this;
		this.countRetry(request, layer);
		if (this.monitors !== null) {
			const { marked } = this.stacks[requests.source[request]].policy(layer);
			this.monitors.retrySent(node, requests.lastNode[request], requests.class[request], marked);
		}
		this.sender.send(request, node, nowUs);
	}

	private countRetry(request: number, layer: number): void {
		const { requests } = this;
		const source = requests.source[request];
		const written = this.stacks[source].written[layer];
		this.recorder.retryDecided(requests.place[request], written);
		this.retries[source * LAYERS + written]++;
	}

	/** A limiter makes the send wait: so long, or until it is woken. The try of its layer has not begun yet. */
	private hold({ request, layer, stamp, nowUs }: GuardedSend, stack: RetryStack, answer: SendAnswer): void {
		const { requests } = this;
		requests.sendStamp[request] = stamp;
		requests.retryLayer[request] = layer;
		if (stack.hasTimeouts) this.lifecycle.endTries(request, stack.sends.heldBy(request));
		const atUs = answer.decision === SEND.queued ? nowUs : nowUs + answer.waitUs;
		requests.backoffUntilUs[request] = atUs;
		if (answer.decision === SEND.queued) return;
		this.recorder.backedOff(requests.place[request], nowUs, atUs);
		this.queue.book(atUs, RANK.client, EVENT.send, request, stamp);
	}
}
