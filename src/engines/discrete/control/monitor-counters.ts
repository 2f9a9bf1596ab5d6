// HOT PATH where gates or alerts watch; nothing is counted otherwise.
/** What operators and gates could see at each node, cumulative; the layout is `model/rollout/counter-layout.ts`'s. */
import { OUTCOME } from '../../../model/attempt.js';
import { beforePushColumn, COUNTER, slowColumn } from '../../../model/gates/gate-metric.js';
import type { CounterLayout } from '../../../model/rollout/counter-layout.js';

export class MonitorCounters {
	readonly counts: Float64Array;
	private readonly byClass: boolean;
	private readonly classes: number;
	private readonly columns: number;
	private readonly slowLimitsUs: readonly number[];
	/** by rollout: its latest push; what was sent before it is counted apart */
	private readonly pushUs: Float64Array;

	constructor(
		nodes: number,
		{ classes, columns, slowLimitsUs, rollouts }: CounterLayout,
		private readonly clock: () => number,
	) {
		this.counts = new Float64Array(nodes * classes * columns);
		this.byClass = classes > 1;
		this.classes = classes;
		this.columns = columns;
		this.slowLimitsUs = slowLimitsUs;
		this.pushUs = new Float64Array(rollouts).fill(Number.NEGATIVE_INFINITY);
	}

	/** A rollout pushes now: what fails from here on and was sent before cannot be its doing. */
	pushed(rollout: number): void {
		this.pushUs[rollout] = this.clock();
	}

	firstSent(node: number, requestClass: number): void {
		const at = this.row(node, requestClass);
		this.counts[at + COUNTER.firstReceived]++;
		this.counts[at + COUNTER.born]++;
	}

	/** @param cause node to which the attempt that failed had been sent */
	retrySent(node: number, cause: number, requestClass: number, marked: boolean): void {
		this.counts[this.row(node, requestClass) + (marked ? COUNTER.retriesMarked : COUNTER.retriesUnmarked)]++;
		this.counts[this.row(cause, requestClass) + (marked ? COUNTER.causedMarked : COUNTER.causedUnmarked)]++;
	}

	/** @param waitedUs from the send until the client knew */
	failed(node: number, requestClass: number, first: boolean, outcome: number, waitedUs: number): void {
		const at = this.row(node, requestClass);
		const sentUs = this.clock() - waitedUs;
		const answeredWithError = outcome >= OUTCOME.error && outcome <= OUTCOME.shed;
		this.countFailure(at, COUNTER.attemptsFailed, sentUs);
		if (answeredWithError) this.countFailure(at, COUNTER.errorsAll, sentUs);
		this.decided(at, first, waitedUs);
		if (!first) return;
		this.countFailure(at, COUNTER.firstFailed, sentUs);
		if (answeredWithError) this.countFailure(at, COUNTER.errorsFirst, sentUs);
	}

	/** A good answer in time: its request has ended well. */
	answered(node: number, requestClass: number, first: boolean, waitedUs: number): void {
		const at = this.row(node, requestClass);
		this.decided(at, first, waitedUs);
		this.counts[at + COUNTER.requestsDecided]++;
	}

	/** A good answer after its client had stopped waiting for the attempt, and the request took it: the attempt is counted already. */
	succeededLate(node: number, requestClass: number): void {
		this.counts[this.row(node, requestClass) + COUNTER.requestsDecided]++;
	}

	/** A client has left an attempt for another copy of it: neither well nor failed, but it may have been slow. */
	left(node: number, requestClass: number, first: boolean, waitedUs: number): void {
		this.decided(this.row(node, requestClass), first, waitedUs);
	}

	/** @param unsent its client never sent it: it counts as a request of the node all the same */
	lost(node: number, requestClass: number, unsent: boolean, bornUs: number): void {
		const at = this.row(node, requestClass);
		this.countFailure(at, COUNTER.lost, bornUs);
		this.counts[at + COUNTER.requestsDecided]++;
		if (unsent) this.counts[at + COUNTER.born]++;
	}

	/** First attempts sent to a node so far, of all classes. */
	firstAttempts(node: number): number {
		let sum = 0;
		for (let c = 0; c < this.classes; c++) sum += this.counts[this.row(node, c) + COUNTER.firstReceived];
		return sum;
	}

	/** An attempt has its outcome. */
	private decided(at: number, first: boolean, waitedUs: number): void {
		this.counts[at + COUNTER.attemptsDecided]++;
		if (first) this.counts[at + COUNTER.firstDecided]++;
		for (let i = 0; i < this.slowLimitsUs.length; i++) {
			if (waitedUs <= this.slowLimitsUs[i]) continue;
			const sentUs = this.clock() - waitedUs;
			this.countFailure(at, slowColumn(i, false), sentUs);
			if (first) this.countFailure(at, slowColumn(i, true), sentUs);
		}
	}

	/** One more in a column of failures or slow answers; and apart, for each rollout that had not pushed when it was sent. */
	private countFailure(at: number, column: number, sentUs: number): void {
		this.counts[at + column]++;
		for (let i = 0; i < this.pushUs.length; i++) {
			if (sentUs < this.pushUs[i]) this.counts[at + beforePushColumn(column, i, this.slowLimitsUs.length)]++;
		}
	}

	private row(node: number, requestClass: number): number {
		return (this.byClass ? node * this.classes + requestClass : node) * this.columns;
	}
}
