/**
 * The discrete engine: one request at a time. It owns the clock and the main loop; the next arrival is a scalar,
 * constant timeouts stand in rings, everything else is in the event queue.
 */
import { assert } from '../../kernel/errors.js';
import { EventQueue, RANK as RANKS } from '../../kernel/event-queue.js';
import { Streams } from '../../kernel/random.js';
import { tableBytes } from '../../kernel/table-bytes.js';
import type { Latency, Outcome, Stop } from '../../metrics/outcome.js';
import { LATENCIES } from '../../metrics/outcome.js';
import { MAX_LAYERS, MEASURES } from '../../metrics/recording/counters.js';
import { placesOf } from '../../metrics/recording/dimensions.js';
import { COARSE_BINS } from '../../metrics/recording/histogram.js';
import { Recorder } from '../../metrics/recording/recorder.js';
import type { Start } from '../../model/initial-state.js';
import { counterLayout } from '../../model/rollout/counter-layout.js';
import type { World } from '../../model/world.js';
import { ControlRoom } from '../control/control-room.js';
import type { Engine } from '../engine.js';
import { Arrivals } from './arrivals/arrivals.js';
import { Clients } from './clients/clients.js';
import { ConservationAudit } from './conservation-audit.js';
import { EVENT as EVENTS } from './event-kinds.js';
import { InitialState } from './initial-state.js';
import { Network } from './network.js';
import { Edge } from './nodes/edge.js';
import { FifoLookahead } from './nodes/lookahead/fifo-lookahead.js';
import { foreseeable } from './nodes/lookahead/lookahead-conditions.js';
import { openFirstAttempts } from './open-first-attempts.js';
import { MonitorCounters } from './plant/monitor-counters.js';
import { NodeControl } from './plant/node-control.js';
import { Routing } from './routing.js';
import { Attempts } from './tables/attempts.js';
import { Requests } from './tables/requests.js';
import { TimeoutRings } from './time/timeout-rings.js';

// V8 folds constants of this file, but not those that are imported: local names for them save a tenth of a run.
const RANK = RANKS;
const EVENT = EVENTS;

const NEVER = Number.POSITIVE_INFINITY;
/** Events from one look at what the run holds to the next. Counted, not timed: where a limit stops a run is the same everywhere. */
const LOOK_EVERY = 16_384;
/** More distinct timeouts than this are better kept in the event queue. */
const MOST_RINGS = 8;

export interface DiscreteOptions {
	/** is told every draw with the name of its stream */
	readonly observe?: (stream: string, value: number) => void;
	/** makes another recorder than the usual one (the benchmark measures what recording costs) */
	readonly recorder?: (places: number, bucketUs: number, horizonUs: number) => Recorder;
	/** false: goes from event to event also where stays can be foreseen (the tests compare both ways) */
	readonly lookahead?: boolean;
}

export class DiscreteEngine implements Engine {
	/** end of the run: of the measured window, or of the cool-down after it */
	readonly horizonUs: number;
	/** read as the measured window ended; null until then, and where the run ends with it */
	private windowEnd: WindowEnd | null = null;
	/** events that the loop has run */
	private looped = 0;
	/** when so many have run, the limits on what is held are looked at */
	private lookAt = LOOK_EVERY;
	private readonly clock = new Float64Array(1);
	private readonly queue = new EventQueue();
	private readonly attempts = new Attempts();
	private readonly requests: Requests;
	private readonly arrivals: Arrivals;
	private readonly rings: TimeoutRings | null;
	private readonly recorder: Recorder;
	private readonly edges: Edge;
	private readonly lookahead: FifoLookahead | null;
	private readonly clients: Clients;
	private readonly nodeControl: NodeControl;
	private readonly room: ControlRoom;
	private readonly ledger: ConservationAudit;
	private readonly adoption: Float64Array;
	private readonly adoptionByRegion: Float64Array;
	private readonly nodesIn: readonly number[];
	private adoptedBuckets = 0;
	/** ends of faults, and of traffic that counts as a trigger, that are still to come, ascending */
	private readonly triggerEndsUs: number[];
	private stopped: Stop | null = null;
	private closed = false;

	constructor(
		private readonly world: World,
		private readonly seed: number,
		options: DiscreteOptions = {},
	) {
		const streams = new Streams(seed, options.observe);
		this.horizonUs = world.horizonUs + world.coolDownUs;
		const places = placesOf(world).list.length;
		const makeRecorder = options.recorder ?? ((p, b, h) => new Recorder(p, b, h));
		this.recorder = makeRecorder(places, world.bucketUs, this.horizonUs);
		this.requests = new Requests(Math.max(...world.populations.map((p) => p.layers.length)));
		this.arrivals = new Arrivals(world, streams);
		const lengthsUs = ringLengthsUs(world);
		const foresees = options.lookahead !== false && world.coolDownUs === 0 && lengthsUs !== null && foreseeable(world);
		this.rings = lengthsUs === null ? null : new TimeoutRings(foresees ? null : this.attempts, lengthsUs);
		const network = new Network(world, streams);
		this.edges = new Edge({
			world,
			streams,
			attempts: this.attempts,
			queue: this.queue,
			network,
			recorder: this.recorder,
		});
		this.lookahead =
			foresees && this.rings !== null
				? new FifoLookahead(this.edges.nodes, this.recorder, this.rings, this.edges.state.passages)
				: null;
		const routing = new Routing(world, this.edges, streams);
		const watched = world.rollouts.length > 0;
		const shape = counterLayout(world.rollouts, world.classes.length);
		const seen = new MonitorCounters(watched ? world.nodeCount : 0, shape, () => this.clock[0]);
		this.clients = this.clientsWith(streams, network, routing, watched ? seen : null, this.lookahead);
		this.edges.connect(this.clients);
		if (world.start !== null) this.begin(world, world.start, streams.under('start'), network);
		this.nodeControl = new NodeControl(
			() => this.clock[0],
			this.attempts,
			this.edges,
			network,
			routing,
			this.queue,
			seen,
		);
		this.room = new ControlRoom(world, this.nodeControl, streams);
		this.ledger = new ConservationAudit(
			this.requests,
			this.attempts,
			this.edges,
			this.nodeControl,
			this.recorder,
			this.lookahead,
		);
		const timed = [...world.faults, ...world.trafficTriggers].map(({ toUs }) => toUs);
		this.triggerEndsUs = [...new Set(timed)].filter((us) => us > 0).sort((a, b) => a - b);
		this.adoption = new Float64Array(this.recorder.buckets * world.changes.length);
		this.nodesIn = world.regions.map((_, region) =>
			world.groups.reduce((sum, group) => (group.region === region ? sum + group.nodes : sum), 0),
		);
		this.adoptionByRegion = new Float64Array(this.adoption.length * world.regions.length);
	}

	get nowUs(): number {
		return this.clock[0];
	}

	/** Events handled: the ends of stays that were foreseen are some, too. */
	get events(): number {
		return this.looped + (this.lookahead === null ? 0 : this.lookahead.counted);
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
		const untilUs = Math.min(toUs, this.horizonUs);
		// The loop stops where a bucket turns or the control room has something to do, and nowhere else.
		while (this.stopped === null && this.clock[0] < untilUs) {
			const triggerEndUs = this.triggerEndsUs.length > 0 ? this.triggerEndsUs[0] : NEVER;
			const ownUs = Math.min(this.recorder.bucketEndUs, this.windowTurnsUs(), triggerEndUs);
			const breakUs = Math.min(untilUs, this.room.nextUs, ownUs);
			if (!this.runUntil(breakUs)) return;
			this.clock[0] = breakUs;
			if (breakUs === this.recorder.bucketEndUs) this.turnBucket(breakUs);
			if (breakUs === this.world.warmUpUs && breakUs > 0) this.startMeasuring(breakUs);
			if (breakUs === this.world.horizonUs && breakUs < this.horizonUs) this.windowEnd = this.readWindow(breakUs);
			if (breakUs === triggerEndUs) this.noteTriggerEnd(breakUs);
			while (this.room.nextUs === breakUs && breakUs < this.horizonUs) this.room.run(breakUs);
		}
	}

	stop(limit: 'wall' | 'signal', bound: number): void {
		if (!this.finished) this.stopped = { limit, bound, atUs: this.clock[0] };
	}

	outcome(): Outcome {
		assert(!this.closed, 'a run gives its outcome once', this.clock[0]);
		this.closed = true;
		const { world, recorder } = this;
		const endUs = this.clock[0];
		const toUs = Math.min(endUs, world.horizonUs);
		const fromUs = Math.min(world.warmUpUs, toUs);
		while (this.adoptedBuckets < recorder.buckets) this.noteAdoption();
		// A run stopped during its warm-up has measured nothing: its books are those of the whole run so far.
		const bookedFromUs = endUs < world.warmUpUs ? 0 : fromUs;
		const firstBucket = Math.floor(bookedFromUs / world.bucketUs);
		const underWayUs = this.ledger.cut(bookedFromUs, firstBucket, endUs);
		this.clients.closeParked(endUs);
		recorder.close();
		const audit = this.ledger.audit(firstBucket, underWayUs, endUs);
		this.clients.layers.audit(
			this.requests,
			world.sources.map(({ population }) => population),
			endUs,
		);
		const places = placesOf(world).list;
		const buckets = Math.ceil(world.horizonUs / world.bucketUs);
		const hedged = world.populations.some(({ layers }) => layers[0].hedge !== null);
		const grid = { buckets, places: places.length, bucketUs: world.bucketUs, hedged };
		const window = this.windowEnd === null ? this.readWindow(toUs) : this.windowEnd;
		// What happens in a cool-down counts where its requests were born; nothing else of it is measured.
		const isMeasured = (us: number): boolean => us < toUs || (us === toUs && this.windowEnd === null);
		const untilEnd = (us: number): number | null => (isMeasured(us) ? us : null);
		return {
			name: world.name,
			variant: world.variant,
			seed: this.seed,
			engine: 'discrete',
			date: world.date,
			clockUs: world.clockUs,
			bucketUs: world.bucketUs,
			fromUs,
			toUs,
			stopped: this.stopped,
			events: this.events,
			places,
			buckets,
			cells: recorder.counted.subarray(0, buckets * places.length * MEASURES.length),
			openFirst: openFirstAttempts(grid, this.requests, this.attempts, this.rings, this.lookahead),
			latency: window.latency,
			latencyByBucket: byLatency((l) => recorder.latencies.ofBuckets(l).subarray(0, buckets * COARSE_BINS)),
			adoption: this.adoption.subarray(0, buckets * world.changes.length),
			adoptionByRegion: this.adoptionByRegion.subarray(0, buckets * world.changes.length * world.regions.length),
			changes: world.changes.map((c) => c.name),
			retriesOf: window.retriesOf,
			exposure: window.exposure,
			inSystemUs: window.inSystemUs,
			groups: world.groups.map((g) => g.name),
			passages: {
				firstErrorUs: untilEnd(this.edges.laws.firstErrorUs),
				queueFullUs: Array.from(this.edges.state.passages.fullUs, untilEnd),
				queueDrainedUs: Array.from(this.edges.state.passages.drainedUs, untilEnd),
				firstFullDrainedUs: Array.from(this.edges.state.passages.firstFullDrainedUs, untilEnd),
			},
			decisions: this.room.decisions.filter(({ atUs }) => isMeasured(atUs)),
			triggers: this.room.triggers(toUs),
			windowWorkerUs: window.workerUs,
			audit,
		};
	}

	/** What is read as the measured window ends. */
	private readWindow(nowUs: number): WindowEnd {
		const { numberInSystem } = this.edges.state;
		const places = placesOf(this.world).list;
		return {
			latency: byLatency((l) => places.map((_, place) => this.recorder.latencies.data(l, place))),
			retriesOf: this.retriesOf(),
			exposure: this.nodeControl.exposure.at(nowUs),
			inSystemUs: numberInSystem === null ? null : numberInSystem.close(nowUs).map((column) => column.slice()),
			workerUs: this.ledger.workerUs(nowUs),
		};
	}

	private clientsWith(
		streams: Streams,
		network: Network,
		routing: Routing,
		seen: MonitorCounters | null,
		lookahead: FifoLookahead | null,
	): Clients {
		return new Clients(
			this.world,
			streams,
			this.requests,
			this.attempts,
			this.queue,
			this.rings,
			network,
			routing,
			this.edges,
			this.recorder,
			seen,
			lookahead,
		);
	}

	/** What the run begins with, by clients of their own luck. */
	private begin(world: World, start: Start, streams: Streams, network: Network): void {
		const routing = new Routing(world, this.edges, streams);
		const before = this.clientsWith(streams, network, routing, null, null);
		new InitialState(world, streams, before, this.requests, this.attempts, this.edges).begin(start);
		this.clients.adopt();
	}

	/** Runs every event before `breakUs`. @returns false where it left earlier: stopped by a limit, or to be called again */
	private runUntil(breakUs: number): boolean {
		const { queue, arrivals, rings, clients, clock, lookahead } = this;
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
					clients.born(source, limitUs);
				}
			}
			const ends = lookahead === null ? 0 : lookahead.counted;
			if (++events + ends >= maxEvents || events >= lookAt || clients.halted) {
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
		const { clients, attempts, lookahead } = this;
		const { limits } = this.world;
		if (this.events >= maxEvents) this.stopAt('events', maxEvents);
		else if (clients.passedLimit !== '') this.stopAt(clients.passedLimit, limits[clients.passedLimit]);
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
		const { attempts, requests, queue, rings, lookahead, recorder, clients } = this;
		return tableBytes([attempts, requests, queue, rings, lookahead, recorder, recorder.latencies, clients.layers]);
	}

	private handle(kind: number, row: number, stamp: number, nowUs: number): void {
		switch (kind) {
			case EVENT.finish:
				this.edges.service.finish(row, stamp, nowUs);
				return;
			case EVENT.retry:
				this.clients.retry(row, stamp, nowUs);
				return;
			case EVENT.send:
				this.clients.sendHeld(row, stamp, nowUs);
				return;
			case EVENT.copy:
				this.clients.copyDue(row, stamp, nowUs);
				return;
			case EVENT.multiply:
				this.clients.bornBeside(nowUs);
				return;
			case EVENT.arrive:
				this.edges.admission.reach(row, nowUs);
				return;
			case EVENT.answer:
				this.edges.answers.deliver(row, nowUs);
				return;
			case EVENT.timeout:
				this.clients.timeout(row, stamp, nowUs);
				return;
			case EVENT.giveUp:
				this.clients.giveUp(row, stamp, nowUs);
				return;
			case EVENT.layerTimeout:
				this.clients.layerTimeout(row, stamp, nowUs);
				return;
			case EVENT.cancel:
				this.edges.admission.cancel(row, stamp, nowUs);
				return;
			case EVENT.share:
				this.edges.service.lookAtShared(row, stamp, nowUs);
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
		const { lookahead, edges } = this;
		this.triggerEndsUs.shift();
		edges.state.passages.triggerEnded((node) =>
			lookahead === null ? edges.state.lines.length[node] > 0 : lookahead.waits(node, nowUs),
		);
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
		this.ledger.open(nowUs);
		this.recorder.startMeasuring(nowUs);
		this.clients.retries.fill(0);
		if (this.edges.state.numberInSystem !== null) this.edges.state.numberInSystem.restart(nowUs);
	}

	/** Sources are told apart by region, too; here those of a population are one. */
	private retriesOf(): Float64Array {
		const { populations, sources } = this.world;
		const sums = new Float64Array(populations.length * MAX_LAYERS);
		sources.forEach(({ population }, source) => {
			for (let layer = 0; layer < MAX_LAYERS; layer++)
				sums[population * MAX_LAYERS + layer] += this.clients.retries[source * MAX_LAYERS + layer];
		});
		return sums;
	}

	private turnBucket(nowUs: number): void {
		this.noteAdoption();
		if (nowUs >= this.horizonUs) return;
		this.recorder.turn(nowUs);
		if (this.edges.sharing !== null) this.edges.sharing.turn(nowUs);
	}

	/** The share of nodes that run each change as a bucket ends, everywhere and in each region. */
	private noteAdoption(): void {
		const { changes, nodeCount, regions } = this.world;
		for (let k = 0; k < changes.length; k++) {
			const at = this.adoptedBuckets * changes.length + k;
			this.adoption[at] = this.room.activeNodes(k) / nodeCount;
			const active = this.room.activeNodesIn(k);
			for (let region = 0; region < regions.length; region++) {
				if (active[region] > 0)
					this.adoptionByRegion[at * regions.length + region] = active[region] / this.nodesIn[region];
			}
		}
		this.adoptedBuckets++;
	}
}

/**
 * The lengths of the world's timeouts where rings can hold them; null otherwise. They do only where nothing else in the
 * world ends at the timeout's rank, so that booking order is kept.
 */
function ringLengthsUs(world: World): ReadonlySet<number> | null {
	const lengths = new Set<number>();
	for (const { timeout, timeoutClock, patience, layers } of world.populations) {
		if (patience !== null || layers.some((layer) => layer.timeout !== null)) return null;
		if (timeout === null) continue;
		if (timeout.kind !== 'constant' || timeoutClock === 'whole-request') return null;
		lengths.add(Math.floor(timeout.us + 0.5));
	}
	return lengths.size > MOST_RINGS ? null : lengths;
}

/** What stands for the whole measured window, and goes on growing in a cool-down. */
type WindowEnd = Pick<Outcome, 'latency' | 'retriesOf' | 'exposure' | 'inSystemUs'> & {
	readonly workerUs: Outcome['windowWorkerUs'];
};

const byLatency = <T>(read: (latency: Latency) => T): Record<Latency, T> =>
	Object.fromEntries(LATENCIES.map((latency) => [latency, read(latency)])) as Record<Latency, T>;
