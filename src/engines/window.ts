/**
 * A sliding window over cumulative counts, for one watch. Counts are copied exactly at the instants at which some later
 * window will start, so a window may have any length and the push may fall on any microsecond.
 */
import { assert } from '../kernel/check.js';
import { look, type Reading } from '../model/monitor.js';
import { dueUs, type Watch } from '../model/rollout.js';

export class Window {
	readonly #count: () => Float64Array;
	/** ascending; the first one is the deploy until it is out of reach */
	#kept: { readonly atUs: number; readonly counts: Float64Array }[];
	#readUs = Number.NEGATIVE_INFINITY;

	/** @param count what is counted so far in the watch's scope; a fresh array each time */
	constructor(
		readonly watch: Watch,
		nowUs: number,
		count: () => Float64Array,
	) {
		assert(nowUs === watch.sinceUs, `a window that is clipped at ${watch.sinceUs} us was opened too late`, nowUs);
		this.#count = count;
		this.#kept = [{ atUs: nowUs, counts: count() }];
	}

	/** The metric must be read now, and has not been. */
	isDue(nowUs: number): boolean {
		return this.#readUs < nowUs && dueUs(this.watch, nowUs - 1) === nowUs;
	}

	/** Reads the metric over [now - window, now), clipped at the deploy. */
	read(nowUs: number): Reading {
		const { metric } = this.watch.threshold;
		const fromUs = Math.max(this.watch.sinceUs, nowUs - metric.windowUs);
		this.#readUs = nowUs;
		if (fromUs === nowUs) return look(metric, new Float64Array(this.#kept[0].counts.length));
		this.#kept = this.#kept.filter(({ atUs }) => atUs >= fromUs);
		const start = this.#kept[0];
		assert(
			start !== undefined && start.atUs === fromUs,
			`nothing was kept at ${fromUs} us, where a window starts`,
			nowUs,
		);
		return look(
			metric,
			this.#count().map((n, i) => n - start.counts[i]),
		);
	}

	/** Keeps the counts of now if a later window starts here. */
	keep(nowUs: number): void {
		const { windowUs } = this.watch.threshold.metric;
		if (dueUs(this.watch, nowUs + windowUs - 1) !== nowUs + windowUs) return;
		if (this.#kept[this.#kept.length - 1].atUs < nowUs) this.#kept.push({ atUs: nowUs, counts: this.#count() });
	}

	/** The next instant after now at which it must be read, or counts be kept; Infinity if none. */
	nextUs(nowUs: number): number {
		const { windowUs } = this.watch.threshold.metric;
		const readUs = dueUs(this.watch, nowUs);
		const endUs = dueUs(this.watch, nowUs + windowUs);
		return endUs === Number.POSITIVE_INFINITY ? readUs : Math.min(readUs, endUs - windowUs);
	}
}
