// HOT PATH: runs once per attempt where stays are looked ahead; allocates nothing.
/**
 * When each worker is free, where services are handed out in order of arrival: one heap a node, laid side by side in one
 * column. A node's heap is named by its first cell, which holds the worker that is free earliest.
 */
export class WorkerHeaps {
	private readonly freeUs: Float64Array;
	/** [0]: time that workers stood idle before they were taken again */
	private readonly idleUs = new Float64Array(1);

	/** @param workers of all nodes */
	constructor(workers: number) {
		this.freeUs = new Float64Array(workers);
	}

	/** When the first worker of a node is free; in the past where one is idle. */
	earliestUs(first: number): number {
		return this.freeUs[first];
	}

	/** The worker that is free earliest has been idle until now. */
	endIdle(first: number, nowUs: number): void {
		this.idleUs[0] += nowUs - this.freeUs[first];
	}

	/** The earliest worker is taken until `endUs`: its cell sinks to its place in the heap. */
	take(first: number, workers: number, endUs: number): void {
		const { freeUs } = this;
		let hole = 0;
		for (;;) {
			let child = 2 * hole + 1;
			if (child >= workers) break;
			let childUs = freeUs[first + child];
			if (child + 1 < workers && freeUs[first + child + 1] < childUs) childUs = freeUs[first + ++child];
			if (childUs >= endUs) break;
			freeUs[first + hole] = childUs;
			hole = child;
		}
		freeUs[first + hole] = endUs;
	}

	/** Whether a worker that was taken until `endUs` was the last free one; one that ends at once does not count as free meanwhile. */
	allTaken(first: number, workers: number, endUs: number, nowUs: number): boolean {
		if (endUs > nowUs) return this.freeUs[first] > nowUs;
		const last = Math.min(2, workers - 1);
		for (let k = 1; k <= last; k++) if (this.freeUs[first + k] <= nowUs) return false;
		return true;
	}

	/** Busy-worker time up to now, by the gaps between services: the audit's second opinion. */
	busyAreaUs(nowUs: number): number {
		const idleNowUs = this.freeUs.reduce((sum, us) => sum + Math.max(0, nowUs - us), 0);
		return this.freeUs.length * nowUs - this.idleUs[0] - idleNowUs;
	}
}
