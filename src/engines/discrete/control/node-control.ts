/**
 * The levers of the control room on the discrete engine: versions, crashes, partitions, slow workers. None of this runs
 * per event, so it may look through whole tables.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK } from '../../../kernel/event-queue.js';
import { DISPOSITION } from '../../../model/attempt.js';
import type { Reply } from '../../../model/reply.js';
import type { Plant } from '../../control/plant.js';
import { EVENT } from '../event-kinds.js';
import type { Network } from '../network.js';
import { TURNED_AWAY } from '../nodes/answers.js';
import type { Edge } from '../nodes/edge.js';
import { GUARD } from '../nodes/node-flags.js';
import type { Routing } from '../routing.js';
import { type Attempts, STAGE } from '../tables/attempts.js';
import { REPLY } from '../tables/replies.js';
import { ChangeExposure } from './change-exposure.js';
import type { MonitorCounters } from './monitor-counters.js';

const NEVER = Number.POSITIVE_INFINITY;
/** Why a node is down; both may hold. */
const BY_FAULT = 1;
const BY_REQUEST = 2;

/** What the levers move. */
export interface NodeControlParts {
	readonly now: () => number;
	readonly attempts: Attempts;
	readonly edges: Edge;
	readonly network: Network;
	readonly routing: Routing;
	readonly queue: EventQueue;
	readonly monitors: MonitorCounters;
}

export class NodeControl implements Plant {
	private readonly now: () => number;
	private readonly attempts: Attempts;
	private readonly edges: Edge;
	private readonly network: Network;
	private readonly routing: Routing;
	private readonly queue: EventQueue;
	private readonly monitors: MonitorCounters;
	private readonly downBy: Uint8Array;
	/** names the present crash by a request, for its restart */
	private readonly crashStamp: Int32Array;
	/** workers of live nodes, and the integral of their number over time up to `sinceUs` */
	private liveWorkers: number;
	private readonly live = { areaUs: 0, sinceUs: 0 };
	readonly exposure: ChangeExposure;

	constructor({ now, attempts, edges, network, routing, queue, monitors }: NodeControlParts) {
		this.now = now;
		this.attempts = attempts;
		this.edges = edges;
		this.network = network;
		this.routing = routing;
		this.queue = queue;
		this.monitors = monitors;
		this.downBy = new Uint8Array(edges.nodes.count);
		this.crashStamp = new Int32Array(edges.nodes.count);
		this.exposure = new ChangeExposure(edges.nodes.count, monitors);
		this.liveWorkers = edges.nodes.workers.reduce((sum, workers) => sum + workers, 0);
	}

	setChange(node: number, change: number, on: boolean): void {
		const { versions, state } = this.edges;
		const { passages, lines } = state;
		versions.set(node, change, on, this.now());
		if (!on && versions.active.every((changes) => changes === 0)) passages.triggerEnded((k) => lines.length[k] > 0);
		const runsSome = this.edges.versions.active[node] > 0;
		this.edges.state.setGuard(node, GUARD.changed, runsSome);
		this.exposure.set(node, runsSome, this.now());
	}

	setSpeed(node: number, factor: number): void {
		const nowUs = this.now();
		const before = this.edges.state.pace[node];
		this.edges.state.setSpeed(node, factor);
		this.edges.state.setGuard(node, GUARD.slow, factor !== 1);
		const pace = this.edges.state.pace[node];
		if (this.edges.sharing !== null) this.edges.sharing.setSpeed(node, pace, nowUs);
		if (this.edges.nodes.shares[node] === 1 || pace === before) return;
		for (const attempt of this.at(node, STAGE.inService)) {
			const doneUs = (nowUs - this.attempts.workedUs[attempt]) * before;
			this.attempts.workLeftUs[attempt] = Math.max(0, this.attempts.workLeftUs[attempt] - doneUs);
			this.edges.service.bookFinish(attempt, node, nowUs);
		}
	}

	setErrorProbability(node: number, probability: number, reply: Reply): void {
		this.edges.laws.setError(node, probability, reply);
		this.edges.state.setGuard(node, GUARD.faulty, probability > 0 || this.edges.state.classesFail);
	}

	setLatencyFactor(node: number, factor: number): void {
		this.network.setFactor(node, factor);
	}

	setCrashed(node: number, on: boolean): void {
		if (on) this.crash(node, BY_FAULT);
		else this.comeBack(node, BY_FAULT);
	}

	setCutOff(node: number, on: boolean): void {
		this.edges.state.setGuard(node, GUARD.cutOff, on);
		this.noteDown(node);
	}

	setCanaryShare(change: number, share: number, mode: 'divert' | 'flag'): void {
		if (mode === 'divert') this.routing.setDiverted(change, share);
		else this.edges.versions.setFlagged(change, share);
	}

	notePush(rollout: number): void {
		this.monitors.pushed(rollout);
	}

	counters(): Float64Array {
		return this.monitors.counts;
	}

	/** A request has crashed this node; it comes back by itself. */
	crashByRequest(node: number): void {
		if ((this.downBy[node] & BY_REQUEST) !== 0) return;
		this.crash(node, BY_REQUEST);
		const atUs = this.now() + this.edges.laws.restartUs[node];
		this.queue.book(atUs, RANK.server, EVENT.restart, node, ++this.crashStamp[node]);
	}

	restart(node: number, stamp: number): void {
		if (this.crashStamp[node] === stamp) this.comeBack(node, BY_REQUEST);
	}

	/** Worker time of live nodes up to now. */
	liveWorkerUs(nowUs: number): number {
		return this.live.areaUs + this.liveWorkers * (nowUs - this.live.sinceUs);
	}

	private crash(node: number, by: number): void {
		const wasUp = this.downBy[node] === 0;
		this.downBy[node] |= by;
		if (!wasUp) return;
		this.edges.state.setGuard(node, GUARD.crashed, true);
		this.noteDown(node);
		const { crashWork, workers } = this.edges.nodes.groupOf(node);
		if (crashWork === 'kept') return;
		this.countLive(-workers);
		this.loseWork(node, crashWork === 'reset');
	}

	private comeBack(node: number, by: number): void {
		this.downBy[node] &= ~by;
		if (this.downBy[node] !== 0) return;
		const { crashWork, coldStart, workers } = this.edges.nodes.groupOf(node);
		this.edges.state.setGuard(node, GUARD.crashed, false);
		this.noteDown(node);
		if (crashWork !== 'kept') this.countLive(workers);
		if (coldStart === null) return;
		this.edges.laws.coldUntilUs[node] = this.now() + coldStart.forUs;
		this.edges.state.setGuard(node, GUARD.coldStart, true);
	}

	/** All the node holds is gone; with `reset` the clients hear of it, otherwise they wait for their timeouts. */
	private loseWork(node: number, reset: boolean): void {
		const nowUs = this.now();
		this.edges.service.forgetRejections(node, nowUs);
		for (const attempt of this.at(node, STAGE.queued)) {
			this.edges.state.leaveLine(attempt, node, nowUs);
			this.edges.state.resize(node, -1, nowUs);
			this.end(attempt, reset, nowUs);
		}
		for (const attempt of this.at(node, STAGE.inService)) {
			this.edges.service.cutService(attempt, node, this.attempts.sinceUs[attempt], nowUs);
			this.end(attempt, reset, nowUs);
		}
	}

	private end(attempt: number, reset: boolean, nowUs: number): void {
		this.edges.answers.callers.failedByFault(attempt);
		if (reset) this.edges.answers.answerHeld(attempt, TURNED_AWAY.lost, REPLY.reset, nowUs);
		else this.edges.answers.leave(attempt, DISPOSITION.lost);
	}

	/** Attempts of a node in a stage, by row: a fixed order, so that equal runs stay equal. */
	private at(node: number, stage: number): number[] {
		const found: number[] = [];
		for (let row = 0; row < this.attempts.used; row++) {
			if (this.attempts.stage[row] === stage && this.attempts.node[row] === node) found.push(row);
		}
		return found;
	}

	private noteDown(node: number): void {
		const isDown = (this.edges.state.guard[node] & (GUARD.crashed | GUARD.cutOff)) !== 0;
		const wasDown = this.routing.downSinceUs[node] !== NEVER;
		if (isDown === wasDown) return;
		this.routing.downSinceUs[node] = isDown ? this.now() : NEVER;
		this.routing.down += isDown ? 1 : -1;
	}

	private countLive(workers: number): void {
		const nowUs = this.now();
		this.live.areaUs = this.liveWorkerUs(nowUs);
		this.live.sinceUs = nowUs;
		this.liveWorkers += workers;
	}
}
