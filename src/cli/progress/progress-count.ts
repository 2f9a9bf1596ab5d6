/** How far an experiment is: a pure count of results as they come, read against a clock that is passed in. */
import type { Task, TaskResult } from '../../experiment/task/task.js';

/** An interval for the share behind `hits` of `n`, 0..1. */
export type ShareInterval = (hits: number, n: number) => { readonly low: number; readonly high: number };

export interface TallySnapshot {
	readonly done: number;
	/** of those done, how many have no digest */
	readonly failed: number;
	/** of those done, how many were known from before */
	readonly remembered: number;
	/** null while it is open how many there will be */
	readonly total: number | null;
	/** runs finished by now per second of wall time; null before the first */
	readonly perSecond: number | null;
	readonly secondsLeft: number | null;
	/** over all that are done and could tell; null before the first */
	readonly collapsed: { readonly hits: number; readonly of: number; readonly estimate: CollapseShare | null } | null;
}

/** P(collapsed): there is one only while all results are of one case. */
export interface CollapseShare {
	readonly share: number;
	readonly low: number;
	readonly high: number;
}

export class Tally {
	#total: number | null = null;
	#done = 0;
	#failed = 0;
	#remembered = 0;
	#hits = 0;
	#judged = 0;
	readonly #cases = new Set<string>();

	/** @param startMs when the work began, on the clock of `at` */
	constructor(
		private readonly startMs: number,
		private readonly interval: ShareInterval,
	) {}

	/** @param total how many tasks there will be in all; null where that is open */
	plan(total: number | null): void {
		this.#total = total;
	}

	add({ of }: Task, result: TaskResult, from: 'run' | 'memory'): void {
		this.#done++;
		if (from === 'memory') this.#remembered++;
		this.#cases.add(of.key);
		if ('failure' in result) this.#failed++;
		else this.#judge(result.digest.values.collapsed);
	}

	at(nowMs: number): TallySnapshot {
		const ran = this.#done - this.#remembered;
		const seconds = (nowMs - this.startMs) / 1000;
		const perSecond = ran === 0 || seconds <= 0 ? null : ran / seconds;
		const left = this.#total === null ? null : this.#total - this.#done;
		return {
			done: this.#done,
			failed: this.#failed,
			remembered: this.#remembered,
			total: this.#total,
			perSecond,
			secondsLeft: left === 0 ? 0 : left === null || perSecond === null ? null : left / perSecond,
			collapsed: this.#judged === 0 ? null : { hits: this.#hits, of: this.#judged, estimate: this.#estimate() },
		};
	}

	#judge(collapsed: number | null): void {
		if (collapsed === null) return;
		this.#judged++;
		this.#hits += collapsed;
	}

	#estimate(): CollapseShare | null {
		if (this.#cases.size > 1) return null;
		return { share: this.#hits / this.#judged, ...this.interval(this.#hits, this.#judged) };
	}
}
