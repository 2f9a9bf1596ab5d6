/**
 * Runs points of a map from both starts until they are settled: first fresh, then, where the fresh system stays up, begun
 * collapsed. Whoever goes down fresh is doomed wherever else it begins, so that is not asked.
 */

import { formatShare } from '../../kernel/units.js';
import { countReasons, type Reason, reasonsText } from '../replicate/reasons.js';
import { digestsOf, isInterrupted } from '../replicate/replications.js';
import { present } from '../statistics/moments.js';
import type { Proportion } from '../statistics/proportion.js';
import type { Case } from '../task/case.js';
import type { Laboratory, Task, TaskFailure, TaskResult } from '../task/task.js';
import { collapseEstimate, type StoppingRule, sideOfBound } from './stopping-rule.js';

export const STARTS = ['fresh', 'collapsed'] as const;
export type StartKind = (typeof STARTS)[number];

export const REGIONS = ['safe', 'vulnerable', 'doomed', 'undecided'] as const;
/**
 * safe: it ends up from either start · vulnerable: up when fresh, down when it begins collapsed (bistable) · doomed: down even
 * when fresh · undecided: the runs do not tell
 */
export type StabilityRegion = (typeof REGIONS)[number];

/** P(collapsed) as seen from each start; null where that start was not asked. */
export interface CollapseEstimates {
	readonly fresh: StartRuns;
	readonly collapsed: StartRuns | null;
}

/** What the runs of one start of a point have shown. */
export interface StartRuns extends Proportion {
	/** runs that could not tell, and why; absent: all could */
	readonly undecided?: {
		readonly runs: number;
		readonly reasons: readonly Reason[];
		/** the length of the measured window with which all of them could; null where none is known to do */
		readonly neededUs: number | null;
	};
}

export interface PointFailure {
	readonly point: number;
	readonly start: StartKind;
	readonly seed: number;
	readonly failure: TaskFailure;
}

export interface PointPlan {
	readonly caseAt: (point: number, start: StartKind) => Case;
	/** replication k of every point and start runs under this + k */
	readonly firstSeed: number;
	readonly stoppingRule: StoppingRule;
}

export class PointRuns {
	/** tasks asked so far */
	runs = 0;
	/** a signal came: points under way are not seen */
	interrupted = false;
	readonly failures: PointFailure[] = [];
	readonly #estimates = new Map<number, CollapseEstimates>();

	constructor(
		private readonly plan: PointPlan,
		private readonly laboratory: Laboratory,
	) {}

	/** Every point seen so far. */
	get estimates(): ReadonlyMap<number, CollapseEstimates> {
		return this.#estimates;
	}

	/** Looks at points none of which has been seen. */
	async look(points: readonly number[]): Promise<void> {
		const { stoppingRule: rule } = this.plan;
		const fresh = await this.#settle(points, 'fresh');
		const up = [...fresh].filter(([, runs]) => sideOfBound(runs, rule) === 'below').map(([point]) => point);
		const collapsed = await this.#settle(up, 'collapsed');
		for (const [point, runs] of fresh) {
			const recovers = sideOfBound(runs, rule) === 'below';
			const other = collapsed.get(point);
			if (!recovers) this.#estimates.set(point, { fresh: runs, collapsed: null });
			else if (other !== undefined) this.#estimates.set(point, { fresh: runs, collapsed: other });
		}
	}

	/** One start of some points, look after look; those that a signal cut short are left out. */
	async #settle(points: readonly number[], start: StartKind): Promise<Map<number, StartRuns>> {
		const { caseAt, stoppingRule: rule, firstSeed } = this.plan;
		const settled = new Map<number, StartRuns>();
		const last = rule.sizes[rule.sizes.length - 1];
		let open = points.map((point) => ({ point, of: caseAt(point, start), results: [] as TaskResult[] }));
		for (const size of rule.sizes) {
			if (this.interrupted) break;
			const tasks = open.flatMap(({ of, results }) => tasksOf(of, firstSeed + results.length, firstSeed + size));
			const found = await this.#ask(tasks);
			let from = 0;
			for (const { results } of open) {
				const more = size - results.length;
				results.push(...found.slice(from, from + more));
				from += more;
			}
			open = open.filter(({ point, results }) => {
				if (results.some(isInterrupted)) return false;
				const estimate = tally(results, rule);
				// Where no run can tell, more of them hardly will.
				const done = size === last || estimate.n === 0 || sideOfBound(estimate, rule) !== 'straddles';
				if (!done) return true;
				settled.set(point, estimate);
				this.#noteFailures(point, start, results);
				return false;
			});
		}
		return settled;
	}

	async #ask(tasks: readonly Task[]): Promise<readonly TaskResult[]> {
		if (tasks.length === 0) return [];
		this.runs += tasks.length;
		const found = await this.laboratory(tasks);
		if (found.some(isInterrupted)) this.interrupted = true;
		return found;
	}

	#noteFailures(point: number, start: StartKind, results: readonly TaskResult[]): void {
		for (const [k, result] of results.entries()) {
			if (!('failure' in result)) continue;
			this.failures.push({ point, start, seed: this.plan.firstSeed + k, failure: result.failure });
		}
	}
}

/** Where a point lies, by what was seen of it. */
export function regionOf({ fresh, collapsed }: CollapseEstimates, rule: StoppingRule): StabilityRegion {
	const [whenFresh, whenCollapsed] = [fresh, collapsed].map((runs) => (runs === null ? null : sideOfBound(runs, rule)));
	if (whenFresh === 'above') return 'doomed';
	if (whenFresh === 'straddles' || whenCollapsed === 'straddles') return 'undecided';
	return whenCollapsed === 'above' ? 'vulnerable' : 'safe';
}

/** Why a point is undecided, start by start: no run could tell, or the runs that could lie on both sides of the bound. */
export function whyUndecided(
	{ fresh, collapsed }: CollapseEstimates,
	rule: StoppingRule,
): { readonly start: StartKind; readonly why: string; readonly neededUs: number | null }[] {
	const all = [['fresh', fresh] as const, ...(collapsed === null ? [] : [['collapsed', collapsed] as const])];
	return all.flatMap(([start, estimate]) => {
		const { undecided, n, hits } = estimate;
		if (sideOfBound(estimate, rule) !== 'straddles') return [];
		const silent =
			undecided === undefined ? [] : [`undecided in ${undecided.runs} runs: ${reasonsText(undecided.reasons)}`];
		if (n > 0) silent.unshift(`${hits} of ${n} runs collapsed, on neither side of ${formatShare(rule.bound)}`);
		const neededUs = undecided === undefined ? null : undecided.neededUs;
		return [{ start, why: silent.length === 0 ? 'no run came to its end' : silent.join('; '), neededUs }];
	});
}

function tally(results: readonly TaskResult[], rule: StoppingRule): StartRuns {
	const digests = digestsOf({ results });
	const known = present(digests.map(({ values }) => values.collapsed));
	const estimate = collapseEstimate(
		known.filter((one) => one === 1).length,
		known.length,
		rule,
		digests.length - known.length,
	);
	if (known.length === digests.length) return estimate;
	const reasons = digests.flatMap(({ seed, values, undecided }) =>
		values.collapsed === null ? [{ seed, why: undecided?.collapsed?.why ?? 'not measured' }] : [],
	);
	const needed = digests.flatMap(({ values, undecided, curves }) => {
		const neededToUs = undecided?.collapsed?.neededToUs ?? null;
		return values.collapsed !== null ? [] : [neededToUs === null ? null : neededToUs - curves.fromUs];
	});
	const ends = present(needed);
	const neededUs = ends.length < needed.length ? null : Math.max(...ends);
	return { ...estimate, undecided: { runs: reasons.length, reasons: countReasons(reasons), neededUs } };
}

const tasksOf = (of: Case, fromSeed: number, toSeed: number): Task[] =>
	Array.from({ length: toSeed - fromSeed }, (_, k) => ({ of, seed: fromSeed + k }));
