/**
 * The stability map: over a plane of two parameters, where a system is safe, where it is vulnerable (up, but a collapse
 * would last) and where it is doomed. Points are chosen by what earlier ones have shown, in rounds that follow from the
 * results alone: any number of workers, and a run that is resumed, give the same map.
 *
 * "Vulnerable" is the word of N. Bronson et al., "Metastable Failures in Distributed Systems" (HotOS 2021), for a state that
 * is healthy and would not come back from a collapse.
 */
import { Streams } from '../../kernel/random.js';
import { type Proportion, proportion } from '../statistics/proportion.js';
import type { Case } from '../task/case.js';
import { isCut, type Laboratory } from '../task/task.js';
import type { Axis } from './axis.js';
import {
	type CollapseEstimates,
	type PointFailure,
	PointRuns,
	regionOf,
	type StabilityRegion,
	type StartKind,
} from './point-runs.js';
import { Quadtree } from './quadtree.js';
import type { StoppingRule } from './stopping-rule.js';

export interface MapPlan {
	readonly x: Axis;
	readonly y: Axis;
	/** the system at a place, begun one way or the other; x and y as a scenario writes them */
	readonly caseAt: (x: string, y: string, start: StartKind) => Case;
	readonly firstSeed: number;
	readonly stoppingRule: StoppingRule;
	/** points per side that are looked at whatever they show */
	readonly coarse: number;
	/** how many of the inferred points to look at in the end, to learn how many are wrong */
	readonly check: number;
}

export interface StabilityMap {
	readonly plan: Omit<MapPlan, 'caseAt'>;
	/** row by row from the lowest y, each from the lowest x */
	readonly points: readonly MapPoint[];
	/** tasks asked, whoever remembered some of them */
	readonly runs: number;
	/** inferred points that were looked at after all, and how many of them were of another region; null where none was */
	readonly check: Proportion | null;
	readonly failures: readonly PointFailure[];
	/** a signal came before the map was whole */
	readonly partial: boolean;
	/** a signal came: --resume goes on */
	readonly interrupted: boolean;
}

export interface MapPoint {
	/** number of its value on the axis */
	readonly x: number;
	readonly y: number;
	/** null where a partial map knows nothing */
	readonly region: StabilityRegion | null;
	/** null where it was not looked at: its region is that of all points looked at around it */
	readonly estimates: CollapseEstimates | null;
}

export async function stabilityMap(plan: MapPlan, laboratory: Laboratory): Promise<StabilityMap> {
	const { x, y, caseAt, stoppingRule, firstSeed } = plan;
	const columns = x.values.length;
	const tree = new Quadtree<StabilityRegion>({ columns, rows: y.values.length }, plan.coarse);
	const at = (point: number, start: StartKind): Case =>
		caseAt(x.texts[point % columns], y.texts[Math.floor(point / columns)], start);
	const runs = new PointRuns({ caseAt: at, firstSeed, stoppingRule }, laboratory);
	const look = async (points: readonly number[]): Promise<void> => {
		await runs.look(points);
		for (const point of points) {
			const estimates = runs.estimates.get(point);
			if (estimates !== undefined) tree.record(point, regionOf(estimates, stoppingRule));
		}
	};
	const refine = async (): Promise<void> => {
		for (;;) {
			const wanted = tree.wanted();
			if (wanted.length === 0 || runs.interrupted) return;
			await look(wanted);
		}
	};
	await refine();
	const check = runs.interrupted ? null : await checkSome(plan, tree, look);
	// What the check has found out of place has a line around it, too.
	await refine();
	const points = tree.known().map((known, point): MapPoint => {
		const estimates = runs.estimates.get(point);
		const place = { x: point % columns, y: Math.floor(point / columns) };
		return {
			...place,
			region: known === null ? null : known.value,
			estimates: estimates === undefined ? null : estimates,
		};
	});
	const { caseAt: _, ...settings } = plan;
	return {
		plan: settings,
		points,
		runs: runs.runs,
		check,
		failures: runs.failures,
		partial: runs.interrupted || runs.failures.some(({ failure }) => isCut(failure)),
		interrupted: runs.interrupted,
	};
}

/** Looks at some inferred points, whichever chance picks. @returns how many are not what was inferred */
async function checkSome(
	{ check, firstSeed }: MapPlan,
	tree: Quadtree<StabilityRegion>,
	look: (points: readonly number[]) => Promise<void>,
): Promise<Proportion | null> {
	const before = tree.known();
	const inferred = before.flatMap((known, point) => (known?.inferred ? [point] : []));
	const picked = pick(inferred, check, new Streams(firstSeed).uniform('map/check'));
	if (picked.length === 0) return null;
	await look(picked);
	const after = tree.known();
	const pairs = picked.flatMap((point) => {
		const [was, is] = [before[point], after[point]];
		return was === null || is === null || is.inferred ? [] : [was.value !== is.value];
	});
	return proportion(pairs.filter((wrong) => wrong).length, pairs.length);
}

/** Some of them, in their order, each as likely; all where there are no more. */
function pick(items: readonly number[], count: number, uniform: () => number): number[] {
	const left = [...items];
	const picked = Array.from({ length: Math.min(count, left.length) }, () => {
		const [one] = left.splice(Math.floor(uniform() * left.length), 1);
		return one;
	});
	return picked.toSorted((a, b) => a - b);
}
