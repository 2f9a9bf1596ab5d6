/**
 * The conservation check: what went in came out or is still inside, told from two sides that share no code. Cells say
 * what was counted; the tables say what is open.
 */
import { assert } from '../../kernel/errors.js';
import type { Audit } from '../../metrics/outcome.js';
import { column, MEASURES } from '../../metrics/recording/counters.js';
import { OpenWaits } from '../../metrics/recording/open-waits.js';
import type { Recorder } from '../../metrics/recording/recorder.js';
import { DISPOSITIONS, OUTCOMES } from '../../model/attempt.js';
import type { NodeControl } from './control/node-control.js';
import type { Edge } from './nodes/edge.js';
import type { FifoLookahead } from './nodes/lookahead/fifo-lookahead.js';
import { countsAt, cutStays, type LookaheadCounts } from './nodes/lookahead/stays-under-way.js';
import { type Attempts, STAGE } from './tables/attempts.js';
import type { Requests } from './tables/requests.js';

/** What is under way at one instant. */
interface UnderWay {
	readonly requests: number;
	readonly waited: number;
	readonly atEdge: number;
	readonly queued: number;
	readonly arrivals: number;
	readonly departures: number;
	readonly busyAreaUs: number;
	readonly liveUs: number;
}

const NOTHING_AHEAD: LookaheadCounts = { open: 0, waited: 0, atEdge: 0, queued: 0 };

/** What is audited. */
export interface AuditedParts {
	readonly requests: Requests;
	readonly attempts: Attempts;
	readonly edges: Edge;
	readonly nodeControl: NodeControl;
	readonly recorder: Recorder;
	readonly lookahead: FifoLookahead | null;
}

export class ConservationAudit {
	private readonly requests: Requests;
	private readonly attempts: Attempts;
	private readonly edges: Edge;
	private readonly nodeControl: NodeControl;
	private readonly recorder: Recorder;
	private readonly lookahead: FifoLookahead | null;
	/** as the measured window begins */
	private atStart: UnderWay;

	constructor({ requests, attempts, edges, nodeControl, recorder, lookahead }: AuditedParts) {
		this.requests = requests;
		this.attempts = attempts;
		this.edges = edges;
		this.nodeControl = nodeControl;
		this.recorder = recorder;
		this.lookahead = lookahead;
		this.atStart = this.underWay(0);
	}

	/** The measured window begins. */
	open(nowUs: number): void {
		this.atStart = this.underWay(nowUs);
	}

	/**
	 * Cuts what is under way at the end of the run: waits and services count up to here.
	 * @param fromUs start of the measured window, in `firstBucket`
	 * @returns service time cut, us
	 */
	cut(fromUs: number, firstBucket: number, nowUs: number): number {
		let underWayUs = 0;
		const { attempts, recorder } = this;
		const waits = new OpenWaits(recorder.places, recorder.bucketUs, nowUs);
		for (let row = 0; row < attempts.used; row++) {
			const sinceUs = attempts.sinceUs[row];
			if (attempts.stage[row] === STAGE.queued) {
				// What a run begins with waits since before its first bucket.
				if (sinceUs >= 0) waits.add(attempts.edgePlace[row], sinceUs);
				else recorder.waited(attempts.edgePlace[row], sinceUs, nowUs);
			}
			if (attempts.stage[row] !== STAGE.inService) continue;
			const node = attempts.node[row];
			if (this.edges.sharing !== null && this.edges.nodes.shares[node] === 1) {
				underWayUs += this.edges.sharing.cut(row, node, firstBucket, nowUs);
				continue;
			}
			recorder.servedUntilHorizon(attempts.edgePlace[row], sinceUs, nowUs);
			underWayUs += nowUs - Math.max(fromUs, sinceUs);
		}
		for (const { startUs } of this.edges.state.rejections.allUnderWay())
			underWayUs += nowUs - Math.max(fromUs, startUs);
		if (this.lookahead !== null) underWayUs += cutStays(this.lookahead, fromUs, nowUs, { recorder, waits });
		recorder.waitedUntilEnd(waits);
		return underWayUs;
	}

	/** Worker time of the measured window up to now: all there was, and what of it was idle. */
	workerUs(nowUs: number): { total: number; idle: number } {
		const { atStart, edges, lookahead } = this;
		const total = this.nodeControl.liveWorkerUs(nowUs) - atStart.liveUs;
		const busyAreaUs = lookahead === null ? edges.state.busyAreaUs(nowUs) : lookahead.busyAreaUs(nowUs);
		return { total, idle: total - (busyAreaUs - atStart.busyAreaUs) };
	}

	/** @throws Bug with the simulated time and the numbers when something does not balance */
	audit(firstBucket: number, underWayUs: number, nowUs: number): Audit {
		const { atStart } = this;
		const atEnd = this.underWay(nowUs);
		const sum = (name: string): number => this.sum(name, firstBucket);
		const sumOf = (prefix: string, names: readonly string[]): number =>
			names.reduce((total, name) => total + sum(prefix + name.replaceAll('-', '_')), 0);
		const audit: Audit = {
			requests: {
				openAtStart: atStart.requests,
				born: sum('born'),
				succeeded: sum('succeeded'),
				failed: sum('failed'),
				open: atEnd.requests,
			},
			clientLedger: {
				openAtStart: atStart.waited,
				sent: sum('attempts'),
				entries: sumOf('outcome_', OUTCOMES),
				open: atEnd.waited,
			},
			serverLedger: {
				openAtStart: atStart.atEdge,
				sent: sum('attempts'),
				entries: sumOf('fate_', DISPOSITIONS),
				open: atEnd.atEdge,
			},
			workerUs: {
				total: atEnd.liveUs - atStart.liveUs,
				useful: sum('useful_us'),
				wasted: sum('wasted_us'),
				rejecting: sum('rejecting_us'),
				underWay: underWayUs,
				idle: atEnd.liveUs - atStart.liveUs - (atEnd.busyAreaUs - atStart.busyAreaUs),
			},
			queues: {
				openAtStart: atStart.queued,
				arrivals: atEnd.arrivals - atStart.arrivals,
				departures: atEnd.departures - atStart.departures,
				waiting: atEnd.queued,
			},
		};
		check(audit, nowUs);
		return audit;
	}

	private underWay(nowUs: number): UnderWay {
		const { attempts } = this;
		let waited = 0;
		let atEdge = 0;
		let queued = 0;
		for (let row = 0; row < attempts.used; row++) {
			waited += attempts.waiting[row];
			if (this.isDispositionOpen(row)) atEdge++;
			if (attempts.stage[row] === STAGE.queued) queued++;
		}
		const { edges, lookahead } = this;
		const ahead = lookahead === null ? NOTHING_AHEAD : countsAt(lookahead, nowUs);
		const [arrivals, departures] = lookahead === null ? edges.state.flow : lookahead.flow;
		return {
			requests: this.requests.live + ahead.open,
			waited: waited + ahead.waited,
			atEdge: atEdge + ahead.atEdge,
			queued: queued + ahead.queued,
			arrivals,
			departures,
			busyAreaUs: lookahead === null ? edges.state.busyAreaUs(nowUs) : lookahead.busyAreaUs(nowUs),
			liveUs: this.nodeControl.liveWorkerUs(nowUs),
		};
	}

	/** An answer on its way has its disposition already unless it came out of a service. */
	private isDispositionOpen(row: number): boolean {
		const stage = this.attempts.stage[row];
		if (stage === STAGE.done) return false;
		return stage !== STAGE.answering || this.attempts.served[row] === 1;
	}

	private sum(name: string, firstBucket: number): number {
		const { counted: cells, buckets, places } = this.recorder;
		const measure = column(name);
		let total = 0;
		for (let at = firstBucket * places; at < buckets * places; at++) total += cells[at * MEASURES.length + measure];
		return total;
	}
}

function check(audit: Audit, nowUs: number): void {
	const balance = (what: string, left: number, right: number): void =>
		assert(
			left === right,
			`the audit of ${what} does not balance: ${left} against ${right}: ${JSON.stringify(audit)}`,
			nowUs,
		);
	const { requests, clientLedger, serverLedger, workerUs, queues } = audit;
	balance('requests', requests.openAtStart + requests.born, requests.succeeded + requests.failed + requests.open);
	balance('client outcomes', clientLedger.openAtStart + clientLedger.sent, clientLedger.entries + clientLedger.open);
	balance('server fates', serverLedger.openAtStart + serverLedger.sent, serverLedger.entries + serverLedger.open);
	const used = workerUs.useful + workerUs.wasted + workerUs.rejecting + workerUs.underWay;
	balance('worker time', used + workerUs.idle, workerUs.total);
	assert(workerUs.idle >= 0, `workers were idle for ${workerUs.idle} us`, nowUs);
	balance('waiting lines', queues.openAtStart + queues.arrivals, queues.departures + queues.waiting);
}
