/**
 * The discrete engine: one request at a time. It owns the clock and the main loop; the next arrival is a scalar,
 * constant timeouts stand in rings, everything else is in the event queue. What a run is made of is in `run-parts.ts`,
 * what it yields in `run-outcome.ts`.
 */
import { assert } from '../../kernel/errors.js';
import { type EventQueue, RANK as RANKS } from '../../kernel/event-queue.js';
import { tableBytes } from '../../kernel/table-bytes.js';
import type { Outcome, Stop } from '../../metrics/outcome.js';
import type { World } from '../../model/world.js';
import type { Engine } from '../engine.js';
import type { Arrivals } from './arrivals/arrivals.js';
import type { Clients } from './clients/clients.js';
import type { NodeControl } from './control/node-control.js';
import { EVENT as EVENTS } from './event-kinds.js';
import type { Edge } from './nodes/edge.js';
import type { FifoLookahead } from './nodes/lookahead/fifo-lookahead.js';
import { eventsOf, outcomeOf, readWindow, type WindowEnd } from './run-outcome.js';
import { type DiscreteOptions, type RunParts, runParts } from './run-parts.js';
import type { TimeoutRings } from './time/timeout-rings.js';

export type { DiscreteOptions } from './run-parts.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const EVENT = EVENTS;

const NEVER = Number.POSITIVE_INFINITY;
/** Events from one look at what the run holds to the next. Counted, not timed: where a limit stops a run is the same everywhere. */
const LOOK_EVERY = 16_384;

export class DiscreteEngine implements Engine {
	/** end of the run: of the measured window, or of the cool-down after it */
	readonly horizonUs: number;
	/** read as the measured window ended; null until then, and where the run ends with it */
	private windowEnd: WindowEnd | null = null;
	/** events that the loop has run */
	private looped = 0;
	/** when so many have run, the limits on what is held are looked at */
	private lookAt = LOOK_EVERY;
	private readonly parts: RunParts;
	/** parts that the loop asks at every event, held here as well */
	private readonly clock: Float64Array;
	private readonly queue: EventQueue;
	private readonly arrivals: Arrivals;
	private readonly rings: TimeoutRings | null;
	private readonly edges: Edge;
	private readonly lookahead: FifoLookahead | null;
	private readonly clients: Clients;
	private readonly nodeControl: NodeControl;
	/** ends of faults, and of traffic that counts as a trigger, that are still to come, ascending */
	private readonly triggerEndsUs: number[];
	private stopped: Stop | null = null;
	private closed = false;

	constructor(
		private readonly world: World,
		private readonly seed: number,
		options: DiscreteOptions = {},
	) {
		this.horizonUs = world.horizonUs + world.coolDownUs;
		this.parts = runParts(world, seed, options);
		this.clock = this.parts.clock;
		this.queue = this.parts.queue;
		this.arrivals = this.parts.arrivals;
		this.rings = this.parts.rings;
		this.edges = this.parts.edges;
		this.lookahead = this.parts.lookahead;
		this.clients = this.parts.clients;
		this.nodeControl = this.parts.nodeControl;
		const timed = [...world.faults, ...world.trafficTriggers].map(({ toUs }) => toUs);
		this.triggerEndsUs = [...new Set(timed)].filter((us) => us > 0).sort((a, b) => a - b);
	}

	get nowUs(): number {
		return this.clock[0];
	}

	/** Events handled: the ends of stays that were looked ahead are some, too. */
	get events(): number {
		return eventsOf(this.parts, this.looped);
	}

	/** States of budgets, limiters and breakers that its clients keep: one for each that is in use. */
	get machineStates(): number {
		return this.clients.layers.cells;
	}

	get finished(): boolean {
		return this.stopped !== null || this.clock[0] >= this.horizonUs;
	}

	advance(toUs: number): void {
		const untilUs = Math.min(toUs, this.horizonUs);
		while (this.stopped === null && this.clock[0] < untilUs) this.advanceSome(untilUs);
	}

	advanceSome(toUs: number): void {
		const { recorder, room } = this.parts;
		const untilUs = Math.min(toUs, this.horizonUs);
		// The loop stops where a bucket turns or the control room has something to do, and nowhere else.
		while (this.stopped === null && this.clock[0] < untilUs) {
			const triggerEndUs = this.triggerEndsUs.length > 0 ? this.triggerEndsUs[0] : NEVER;
			const ownUs = Math.min(recorder.bucketEndUs, this.windowTurnsUs(), triggerEndUs);
			const breakUs = Math.min(untilUs, room.nextUs, ownUs);
			if (!this.runUntil(breakUs)) return;
			this.clock[0] = breakUs;
			if (breakUs === recorder.bucketEndUs) this.turnBucket(breakUs);
			if (breakUs === this.world.warmUpUs && breakUs > 0) this.startMeasuring(breakUs);
			if (breakUs === this.world.horizonUs && breakUs < this.horizonUs)
				this.windowEnd = readWindow(this.parts, breakUs);
			if (breakUs === triggerEndUs) this.noteTriggerEnd(breakUs);
			while (room.nextUs === breakUs && breakUs < this.horizonUs) room.run(breakUs);
		}
	}

	stop(limit: 'wall' | 'signal', bound: number): void {
		if (!this.finished) this.stopped = { limit, bound, atUs: this.clock[0] };
	}

	outcome(): Outcome {
		assert(!this.closed, 'a run gives its outcome once', this.clock[0]);
		this.closed = true;
		const { seed, looped, stopped, windowEnd } = this;
		return outcomeOf(this.parts, { seed, looped, stopped, endUs: this.clock[0], windowEnd });
	}

	/** Runs every event before `breakUs`. @returns false where it left earlier: stopped by a limit, or to be called again */
	private runUntil(breakUs: number): boolean {
		const { queue, arrivals, rings, clients, clock, lookahead } = this;
		const { newRequests, limits } = clients;
		const maxEvents = this.world.limits.events;
		const { lookAt } = this;
		const lastBirthUs = this.world.horizonUs;
		let arrivalUs = arrivals.nextUs < lastBirthUs ? arrivals.nextUs : NEVER;
		let events = this.looped;
		for (;;) {
			let limitUs = Math.min(arrivalUs, breakUs);
			let ringsTurn = false;
			if (rings !== null && rings.earliestUs[0] <= limitUs) {
				const timeoutUs = rings.nextUs(limitUs);
				ringsTurn = timeoutUs <= limitUs && timeoutUs < breakUs;
				if (ringsTurn) limitUs = timeoutUs;
			}
			// What runs at `limitUs` itself: nothing at a break, servers and clients before timeouts and arrivals.
			const limitKey = limitUs === breakUs ? 4 * limitUs - 1 : 4 * limitUs + RANK.timeout;
			const event = queue.popUntil(limitKey);
			if (event >= 0) {
				const nowUs = queue.timeUs[event];
				clock[0] = nowUs;
				this.handle(queue.kind[event], queue.row[event], queue.stamp[event], nowUs);
			} else if (limitUs === breakUs) break;
			else {
				clock[0] = limitUs;
				if (ringsTurn && rings !== null) clients.ringEnds(rings.pop(limitUs), limitUs);
				else {
					const source = arrivals.take();
					arrivalUs = arrivals.nextUs < lastBirthUs ? arrivals.nextUs : NEVER;
					newRequests.born(source, limitUs);
				}
			}
			const ends = lookahead === null ? 0 : lookahead.counted;
			if (++events + ends >= maxEvents || events >= lookAt || limits.halted) {
				this.looped = events;
				return this.pause(maxEvents);
			}
		}
		this.looped = events;
		if (this.events < maxEvents) return true;
		this.stopAt('events', maxEvents);
		return false;
	}

	private pause(maxEvents: number): false {
		const { lookahead } = this;
		const { attempts } = this.parts;
		const { passedLimit } = this.clients.limits;
		const { limits } = this.world;
		if (this.events >= maxEvents) this.stopAt('events', maxEvents);
		else if (passedLimit !== '') this.stopAt(passedLimit, limits[passedLimit]);
		else if (this.looped >= this.lookAt) {
			this.lookAt = this.looped + LOOK_EVERY;
			// Rows are lent again before new ones are taken: there are as many as were ever held at once.
			const held = attempts.used + (lookahead === null ? 0 : lookahead.rows);
			if (held > limits.attempts) this.stopAt('attempts', limits.attempts);
			else if (this.heldBytes() > limits.memoryBytes) this.stopAt('memory', limits.memoryBytes);
		}
		return false;
	}

	private heldBytes(): number {
		const { attempts, requests, queue, rings, lookahead, recorder, clients } = this.parts;
		return tableBytes([attempts, requests, queue, rings, lookahead, recorder, recorder.latencies, clients.layers]);
	}

	private handle(kind: number, row: number, stamp: number, nowUs: number): void {
		switch (kind) {
			case EVENT.finish:
				this.edges.service.finish(row, stamp, nowUs);
				return;
			case EVENT.retry:
				this.clients.sends.retry(row, stamp, nowUs);
				return;
			case EVENT.send:
				this.clients.sends.sendHeld(row, stamp, nowUs);
				return;
			case EVENT.copy:
				this.clients.copyDue(row, stamp, nowUs);
				return;
			case EVENT.multiply:
				this.clients.newRequests.duplicatesBorn(nowUs);
				return;
			case EVENT.arrive:
				this.edges.admission.reach(row, nowUs);
				return;
			case EVENT.answer:
				this.edges.answers.deliver(row, nowUs);
				return;
			case EVENT.timeout:
				this.clients.waits.timeout(row, stamp, nowUs);
				return;
			case EVENT.giveUp:
				this.clients.waits.giveUp(row, stamp, nowUs);
				return;
			case EVENT.layerTimeout:
				this.clients.waits.layerTimeout(row, stamp, nowUs);
				return;
			case EVENT.cancel:
				this.edges.admission.cancel(row, stamp, nowUs);
				return;
			case EVENT.share:
				this.edges.service.checkShared(row, stamp, nowUs);
				return;
			case EVENT.rejectionDone:
				this.edges.service.rejectionDone(row, nowUs);
				return;
			case EVENT.crash:
				this.nodeControl.crashByRequest(row);
				return;
			case EVENT.restart:
				this.nodeControl.restart(row, stamp);
				return;
			default:
				assert(false, `there is no event of kind ${kind}`, nowUs);
		}
	}

	/** A fault, or traffic that counts as a trigger, ends: it matters who waits then. */
	private noteTriggerEnd(nowUs: number): void {
		const { lookahead } = this;
		const { passages, lines } = this.edges.state;
		this.triggerEndsUs.shift();
		passages.triggerEnded((node) => (lookahead === null ? lines.length[node] > 0 : lookahead.waits(node, nowUs)));
	}

	private stopAt(limit: Exclude<Stop['limit'], 'wall' | 'signal'>, bound: number): void {
		this.stopped = { limit, bound, atUs: this.clock[0] };
	}

	/** When the measured window begins or ends next. */
	private windowTurnsUs(): number {
		const { warmUpUs, horizonUs } = this.world;
		if (this.clock[0] < warmUpUs) return warmUpUs;
		return this.clock[0] < horizonUs ? horizonUs : NEVER;
	}

	private startMeasuring(nowUs: number): void {
		const { audit, recorder } = this.parts;
		const { numberInSystem } = this.edges.state;
		audit.open(nowUs);
		recorder.startMeasuring(nowUs);
		this.clients.sends.retries.fill(0);
		if (numberInSystem !== null) numberInSystem.restart(nowUs);
	}

	private turnBucket(nowUs: number): void {
		this.parts.adoption.note();
		if (nowUs >= this.horizonUs) return;
		this.parts.recorder.turn(nowUs);
		if (this.edges.sharing !== null) this.edges.sharing.turn(nowUs);
	}
}
