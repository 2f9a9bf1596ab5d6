/** Summaries of sweeps for tests of whatever shows or merges them: a plane of shares, without a run. */

import { studentMean } from '../../src/experiment/statistics/mean-interval.js';
import { proportion } from '../../src/experiment/statistics/proportion.js';
import { type SweepAxis, type SweepDesign, type SweepPoint, sweepPoints } from '../../src/experiment/sweep/axes.js';
import type { PointVerdict } from '../../src/experiment/sweep/sweep.js';
import type { Expectation } from '../../src/metrics/expectation.js';
import { type SweepSummary, sweepSummary } from '../../src/report/sweep/summary.js';

export const RUNS = 20;

const expectation: Expectation = {
	text: 'lost below 5%',
	that: 'lost',
	selection: { fromUs: 0, toUs: 5_000_000, where: {} },
	versus: null,
	bound: { above: null, below: 0.05, equals: null, between: null, never: false },
	requiredProbability: null,
};

export interface Swept {
	readonly axes: readonly SweepAxis[];
	readonly design?: SweepDesign;
	/** how many of the runs at a point collapsed; null: none could tell; undefined: it failed */
	readonly hits: (point: SweepPoint) => number | null | undefined;
	/** amplification at a point, which two runs measured; the others measured nothing */
	readonly amplification?: (point: SweepPoint) => number;
	/** of the runs that collapsed, where some did and others did not; absent: the branches are not told apart */
	readonly collapsed?: (point: SweepPoint) => number;
}

export function swept({
	axes,
	design = { kind: 'grid' },
	hits,
	amplification = () => 1.5,
	collapsed,
}: Swept): SweepSummary {
	const points = sweepPoints(axes, design);
	const about = {
		name: 'plane',
		variant: 'base',
		version: '0.1.0',
		design: { ...design, hash: '0123456789abcdef', total: points.length },
		axes,
		seeds: { first: 1, runs: RUNS },
		shard: null,
		show: 'collapsed',
		quantities: ['amplification', 'time-to-detect'],
		expectations: [expectation.text],
		clock: { date: null, clockUs: 0, fromUs: 0, toUs: 5_000_000 },
	};
	return sweepSummary(
		about,
		points.map((point) => verdictOf(point, hits(point), amplification(point), collapsed?.(point))),
	);
}

const DECIDED = { runs: 0, reasons: [], neededToUs: null } as const;

function verdictOf(
	point: SweepPoint,
	hits: number | null | undefined,
	amplification: number,
	collapsed?: number,
): PointVerdict {
	const share = hits === undefined || hits === null ? proportion(0, 0) : proportion(hits, RUNS);
	const failed = hits === undefined;
	const held = proportion(share.n - share.hits, share.n);
	const means = failed ? [] : [amplification - 0.1, amplification + 0.1];
	return {
		point,
		runs: failed ? 0 : RUNS,
		interrupted: 0,
		ends: { collapsed: share, cascaded: proportion(0, share.n), 'recovered-at-all': proportion(share.n, share.n) },
		undecided: { collapsed: DECIDED, cascaded: DECIDED, 'recovered-at-all': DECIDED },
		fromUs: 0,
		figures: new Map([
			['amplification', studentMean(means)],
			['time-to-detect', studentMean([])],
		]),
		branches:
			collapsed === undefined || share.hits === 0 || share.hits === RUNS
				? []
				: [
						{
							name: 'collapsed',
							figures: new Map([['amplification', studentMean([collapsed - 0.1, collapsed + 0.1])]]),
						},
						{ name: 'not collapsed', figures: new Map([['amplification', studentMean(means)]]) },
					],
		open: { requests: 0, born: 0, runs: 0 },
		held: {
			all: held,
			undecided: 0,
			each: [{ expectation, verdict: share.hits > 0 ? 'fail' : 'pass', held, more: 0, text: '' }],
		},
		failures: failed
			? [{ seed: 7, failure: { kind: 'limit', limit: 'events', message: 'stopped by limits.events' } }]
			: [],
	};
}
