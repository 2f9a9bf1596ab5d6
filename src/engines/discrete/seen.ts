// HOT PATH where gates or alerts watch; nothing is counted otherwise.
/** What operators and gates could see at each node, cumulative; the layout is the monitor's. */
import { OUTCOME } from '../../model/attempt.js';
import { SEEN, SEEN_COUNT } from '../../model/monitor.js';

export class Seen {
	readonly counts: Float64Array;

	constructor(nodes: number) {
		this.counts = new Float64Array(nodes * SEEN_COUNT);
	}

	firstSent(node: number): void {
		this.counts[node * SEEN_COUNT + SEEN.firstReceived]++;
		this.counts[node * SEEN_COUNT + SEEN.born]++;
	}

	/** @param cause node to which the attempt that failed had been sent */
	retrySent(node: number, cause: number, marked: boolean): void {
		this.counts[node * SEEN_COUNT + (marked ? SEEN.retriesMarked : SEEN.retriesUnmarked)]++;
		this.counts[cause * SEEN_COUNT + (marked ? SEEN.causedMarked : SEEN.causedUnmarked)]++;
	}

	failed(node: number, first: boolean, outcome: number): void {
		const at = node * SEEN_COUNT;
		const answeredWithError = outcome >= OUTCOME.error && outcome <= OUTCOME.shed;
		this.counts[at + SEEN.attemptsFailed]++;
		if (answeredWithError) this.counts[at + SEEN.errorsAll]++;
		if (!first) return;
		this.counts[at + SEEN.firstFailed]++;
		if (answeredWithError) this.counts[at + SEEN.errorsFirst]++;
	}

	lost(node: number): void {
		this.counts[node * SEEN_COUNT + SEEN.lost]++;
	}
}
