/** What a stability map says: how large its regions are, where they end on each line, and what was saved by not looking. */
import type { Axis } from './axis.js';
import { REGIONS, STARTS, type StabilityRegion, type StartKind, whyUndecided } from './point-runs.js';
import { net } from './quadtree.js';
import type { MapPoint, StabilityMap } from './stability-map.js';

export interface MapSummary {
	/** points of each region */
	readonly counts: Readonly<Record<StabilityRegion, { readonly lookedAt: number; readonly inferred: number }>>;
	readonly points: number;
	readonly lookedAt: number;
	/** what a grid of all points takes, all runs of either start */
	readonly gridRuns: number;
	/** every line of equal y, from the lowest */
	readonly lines: readonly MapLine[];
	/** points that were looked at and are undecided, with the reason; inferred ones are as those around them */
	readonly undecided: readonly UndecidedPoint[];
	/** largest step of the finest grid: no line between regions that were looked at on both sides is further off */
	readonly cell: { readonly x: number; readonly y: number };
	/** largest side of a cell of the first net: what is smaller may be missed */
	readonly net: { readonly x: number; readonly y: number };
}

/** A start of an undecided point. */
export interface UndecidedPoint {
	readonly x: number;
	readonly y: number;
	readonly start: StartKind;
	readonly why: string;
	/** the length of the measured window with which all its runs could tell; null where none is known to do */
	readonly neededUs: number | null;
}

export interface MapLine {
	/** number of its value on the axis */
	readonly y: number;
	/** from the lowest x on */
	readonly stretches: readonly RegionStretch[];
}

/** Neighbours of one region, first and last by their numbers on the axis, both in. */
export interface RegionStretch {
	readonly region: StabilityRegion | null;
	readonly from: number;
	readonly to: number;
}

export function mapSummary({ plan, points }: StabilityMap): MapSummary {
	const { x, y, stoppingRule, coarse } = plan;
	const columns = x.values.length;
	const count = (region: StabilityRegion, simulated: boolean): number =>
		points.filter((point) => point.region === region && (point.estimates !== null) === simulated).length;
	const counts = REGIONS.map((region) => [region, { lookedAt: count(region, true), inferred: count(region, false) }]);
	return {
		counts: Object.fromEntries(counts),
		points: points.length,
		lookedAt: points.filter(({ estimates }) => estimates !== null).length,
		gridRuns: points.length * STARTS.length * stoppingRule.sizes[stoppingRule.sizes.length - 1],
		lines: y.values.map((_, row) => ({
			y: row,
			stretches: stretches(points.slice(row * columns, (row + 1) * columns)),
		})),
		undecided: points.flatMap(({ x: column, y: row, region, estimates }) =>
			region !== 'undecided' || estimates === null
				? []
				: whyUndecided(estimates, stoppingRule).map((one) => ({ x: column, y: row, ...one })),
		),
		cell: { x: widest(x, x.values.length), y: widest(y, y.values.length) },
		net: { x: widest(x, coarse), y: widest(y, coarse) },
	};
}

function stretches(line: readonly MapPoint[]): RegionStretch[] {
	const found: RegionStretch[] = [];
	for (const { x, region } of line) {
		const last = found.at(-1);
		if (last !== undefined && last.region === region) found[found.length - 1] = { ...last, to: x };
		else found.push({ region, from: x, to: x });
	}
	return found;
}

/** The largest step between so many of an axis's values. */
function widest({ values }: Axis, count: number): number {
	return Math.max(...net(values.length, count).map(([from, to]) => values[to] - values[from]));
}
