// HOT PATH where gates or alerts watch; nothing is counted otherwise.
/** What operators and gates could see at each node, cumulative; the layout is `model/rollout/counter-layout.ts`'s. */
import { OUTCOME } from '../../../model/attempt.js';
import { SEEN, slowColumn } from '../../../model/gates/metric.js';
import type { SeenShape } from '../../../model/rollout/counter-layout.js';

export class Seen {
	readonly counts: Float64Array;
	private readonly byClass: boolean;
	private readonly classes: number;
	private readonly columns: number;
	private readonly slowLimitsUs: readonly number[];

	constructor(nodes: number, { classes, columns, slowLimitsUs }: SeenShape) {
		this.counts = new Float64Array(nodes * classes * columns);
		this.byClass = classes > 1;
		this.classes = classes;
		this.columns = columns;
		this.slowLimitsUs = slowLimitsUs;
	}

	firstSent(node: number, requestClass: number): void {
		const at = this.row(node, requestClass);
		this.counts[at + SEEN.firstReceived]++;
		this.counts[at + SEEN.born]++;
	}

	/** @param cause node to which the attempt that failed had been sent */
	retrySent(node: number, cause: number, requestClass: number, marked: boolean): void {
		this.counts[this.row(node, requestClass) + (marked ? SEEN.retriesMarked : SEEN.retriesUnmarked)]++;
		this.counts[this.row(cause, requestClass) + (marked ? SEEN.causedMarked : SEEN.causedUnmarked)]++;
	}

	/** @param waitedUs from the send until the client knew */
	failed(node: number, requestClass: number, first: boolean, outcome: number, waitedUs: number): void {
		const at = this.row(node, requestClass);
		const answeredWithError = outcome >= OUTCOME.error && outcome <= OUTCOME.shed;
		this.counts[at + SEEN.attemptsFailed]++;
		if (answeredWithError) this.counts[at + SEEN.errorsAll]++;
		this.waited(at, first, waitedUs);
		if (!first) return;
		this.counts[at + SEEN.firstFailed]++;
		if (answeredWithError) this.counts[at + SEEN.errorsFirst]++;
	}

	/** A good answer in time. */
	answered(node: number, requestClass: number, first: boolean, waitedUs: number): void {
		if (this.slowLimitsUs.length > 0) this.waited(this.row(node, requestClass), first, waitedUs);
	}

	/** @param unsent its client never sent it: it counts as a request of the node all the same */
	lost(node: number, requestClass: number, unsent: boolean): void {
		const at = this.row(node, requestClass);
		this.counts[at + SEEN.lost]++;
		if (unsent) this.counts[at + SEEN.born]++;
	}

	/** First attempts sent to a node so far, of all classes. */
	firstAttempts(node: number): number {
		let sum = 0;
		for (let c = 0; c < this.classes; c++) sum += this.counts[this.row(node, c) + SEEN.firstReceived];
		return sum;
	}

	private waited(at: number, first: boolean, waitedUs: number): void {
		for (let i = 0; i < this.slowLimitsUs.length; i++) {
			if (waitedUs <= this.slowLimitsUs[i]) continue;
			this.counts[at + slowColumn(i, false)]++;
			if (first) this.counts[at + slowColumn(i, true)]++;
		}
	}

	private row(node: number, requestClass: number): number {
		return (this.byClass ? node * this.classes + requestClass : node) * this.columns;
	}
}
