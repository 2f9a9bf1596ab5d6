/**
 * A window over cumulative counts, for one watch. Counts are copied on a grid of instants that holds every instant at which
 * some window starts or ends, so a window may have any length and the push may fall on any microsecond; a monitor that
 * scrapes sees the copies of its scrapes alone.
 */
import { assert } from '../../kernel/errors.js';
import type { CheckSample, MetricPoints } from '../../model/gates/condition.js';
import { type Metric, type MetricReading, readMetric } from '../../model/gates/gate-metric.js';
import { type ActiveCheck, dueUs } from '../../model/rollout/rollout-controller.js';

/** What is counted so far, among the canary and, where it is compared, its control. */
export interface WindowCounts {
	readonly canary: Float64Array;
	readonly control: Float64Array | null;
}

const NEVER = Number.POSITIVE_INFINITY;

export class MetricWindow {
	watch: ActiveCheck;
	readonly #count: () => WindowCounts;
	/** null: the rollout has pushed again since it was opened, or it follows no push */
	#pushes: Parameters<typeof readMetric>[2];
	readonly #originUs: number;
	readonly #gridUs: number;
	/** how far back a window may begin; Infinity: to where they are clipped */
	readonly #reachUs: number;
	/** ascending; the first one is the deploy until it is out of reach */
	#copies: ({ readonly atUs: number } & WindowCounts)[];
	#readUs = Number.NEGATIVE_INFINITY;

	/**
	 * @param gridUs its windows start and end whole multiples of this after the watch's clock started
	 * @param count what is counted so far in the watch's scope; fresh arrays each time
	 * @param pushes whose push it follows, as `readMetric` asks for it
	 */
	constructor(
		watch: ActiveCheck,
		nowUs: number,
		gridUs: number,
		count: () => WindowCounts,
		pushes: NonNullable<Parameters<typeof readMetric>[2]>,
	) {
		assert(nowUs === watch.sinceUs, `a window that is clipped at ${watch.sinceUs} us was opened too late`, nowUs);
		const { telemetry, schedule, metric } = watch.check;
		this.watch = watch;
		this.#count = count;
		this.#pushes = pushes;
		this.#originUs = telemetry.scrapeUs === null ? watch.tally.sinceUs : 0;
		this.#gridUs = telemetry.scrapeUs === null ? gridUs : telemetry.scrapeUs;
		this.#reachUs = metric.windowUs + schedule.takesUs + telemetry.lagUs + this.#gridUs;
		this.#copies = [{ atUs: nowUs, ...count() }];
	}

	/** The metric must be read now, and has not been. */
	isDue(nowUs: number): boolean {
		return this.#readUs < nowUs && dueUs(this.watch, nowUs - 1) === nowUs;
	}

	/**
	 * Reads the metric over [end - window, end), clipped at the deploy; the end is now, less what a measurement and the ingest take.
	 * @param pushUs latest push of its rollout: what was sent before the push is told where the window follows that one
	 */
	read(nowUs: number, pushUs: number): CheckSample {
		this.#readUs = nowUs;
		if (this.watch.sinceUs !== pushUs) this.#pushes = null;
		const { metric, condition, schedule, telemetry } = this.watch.check;
		const now = { atUs: nowUs, ...this.#count() };
		const endUs = nowUs - schedule.takesUs - telemetry.lagUs;
		const reading = (who: 'canary' | 'control', windowUs: number) =>
			this.#reading(metric, who, endUs - windowUs, endUs, now);
		return {
			canary: reading('canary', metric.windowUs) ?? { ...nothing(metric, now.canary), clippedToUs: 0 },
			control: now.control === null ? null : reading('control', metric.windowUs),
			short: condition.kind === 'burn-rate' ? reading('canary', condition.shortUs) : null,
			points: condition.kind === 'mann-whitney' ? this.#points(endUs, condition.stepUs, now) : null,
		};
	}

	/** Keeps the counts of now if they are on the grid, and lets go of those that no window reaches any more. */
	keep(nowUs: number): void {
		if ((nowUs - this.#originUs) % this.#gridUs !== 0 || this.nextUs(nowUs) === NEVER) return;
		if (this.#copies[this.#copies.length - 1].atUs < nowUs) this.#copies.push({ atUs: nowUs, ...this.#count() });
		let gone = 0;
		while (gone + 1 < this.#copies.length && this.#copies[gone + 1].atUs <= nowUs - this.#reachUs) gone++;
		if (gone > 0) this.#copies.splice(0, gone);
	}

	/** The next instant after now at which it must be read, or counts be kept; Infinity if none. */
	nextUs(nowUs: number): number {
		const readUs = dueUs(this.watch, nowUs);
		if (readUs === NEVER) return NEVER;
		const gridUs = this.#originUs + (Math.floor((nowUs - this.#originUs) / this.#gridUs) + 1) * this.#gridUs;
		return Math.min(readUs, gridUs);
	}

	/** One reading for each whole step of the window, newest last; those with nothing in them are no points. */
	#points(endUs: number, stepUs: number, now: { readonly atUs: number } & WindowCounts): MetricPoints {
		const { metric } = this.watch.check;
		const steps = Math.floor((endUs - Math.max(this.watch.sinceUs, endUs - metric.windowUs)) / stepUs);
		const of = (who: 'canary' | 'control') =>
			Array.from({ length: Math.max(0, steps) }, (_, k) => {
				const toUs = endUs - (steps - 1 - k) * stepUs;
				return this.#reading(metric, who, toUs - stepUs, toUs, now)?.value ?? null;
			}).filter((value) => value !== null);
		return { canary: of('canary'), control: of('control') };
	}

	/** Null where the window is empty: nothing was kept between its ends. */
	#reading(
		metric: Metric,
		who: 'canary' | 'control',
		fromUs: number,
		endUs: number,
		now: { readonly atUs: number } & WindowCounts,
	): MetricReading | null {
		const end = this.#at(endUs, now);
		const start = this.#at(Math.max(this.watch.sinceUs, fromUs), now);
		if (end === null || start === null || end.atUs <= start.atUs) return null;
		const [last, first] = [end[who], start[who]];
		if (last === null || first === null) return null;
		const found = readMetric(
			metric,
			last.map((n, i) => n - first[i]),
			this.#pushes,
		);
		return fromUs < this.watch.sinceUs ? { ...found, clippedToUs: end.atUs - start.atUs } : found;
	}

	/** The counts as the monitor had them at an instant: exactly then, or at its last scrape. */
	#at(us: number, now: { readonly atUs: number } & WindowCounts): ({ readonly atUs: number } & WindowCounts) | null {
		const { scrapeUs } = this.watch.check.telemetry;
		if (us === now.atUs && (scrapeUs === null || us % scrapeUs === 0)) return now;
		const before = this.#copies.findLast(({ atUs }) => atUs <= us);
		if (before === undefined) return null;
		assert(
			scrapeUs !== null || before.atUs === us,
			`nothing was kept at ${us} us, where a window starts or ends`,
			now.atUs,
		);
		return before;
	}
}

const nothing = (metric: Metric, counts: Float64Array): MetricReading =>
	readMetric(metric, new Float64Array(counts.length));
