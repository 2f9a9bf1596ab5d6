/** A stability map as files: what it says (JSON), and a line per point and start (CSV). Same bytes every time. */
import { type Axis, onAxis } from '../../experiment/map/axis.js';
import { STARTS, whyUndecided } from '../../experiment/map/point-runs.js';
import type { MapPoint, StabilityMap } from '../../experiment/map/stability-map.js';
import { mapSummary } from '../../experiment/map/summary.js';
import { csv } from '../files/csv.js';
import { proportionJson } from '../files/expectation-json.js';
import { type Json, SCHEMA_VERSION } from '../files/json.js';

/** Values of an axis as text, as the scenario writes them; shares 0..1; an interval is [low, high]. */
export function mapJson(map: StabilityMap, label: string, version: string): Json {
	const { plan, runs, check, failures, partial, interrupted } = map;
	const { x, y, stoppingRule, firstSeed, coarse } = plan;
	const { counts, lines, undecided, lookedAt, points, gridRuns, cell, net } = mapSummary(map);
	const columns = x.values.length;
	const step = (of: { readonly x: number; readonly y: number }): Json => ({ x: onAxis(x, of.x), y: onAxis(y, of.y) });
	return {
		schema: SCHEMA_VERSION,
		kind: 'map',
		label,
		version,
		firstSeed,
		partial,
		...(interrupted ? { interrupted } : {}),
		axes: { x: axisJson(x), y: axisJson(y) },
		looks: {
			bound: stoppingRule.bound,
			runs: stoppingRule.sizes,
			confidence: stoppingRule.confidence,
			confidenceOfEach: stoppingRule.eachConfidence,
		},
		points: { all: points, lookedAt, coarse },
		runs: { taken: runs, grid: gridRuns, timesFewer: gridRuns / runs },
		regions: counts,
		undecided: undecided.map(({ x: column, y: row, start, why, neededUs }) => ({
			x: x.texts[column],
			y: y.texts[row],
			start,
			why,
			neededSeconds: secondsOf(neededUs),
		})),
		finestStep: step(cell),
		firstNetStep: step(net),
		check: check === null ? null : proportionJson(check),
		lines: lines.map(({ y: row, stretches }) => ({
			y: y.texts[row],
			stretches: stretches.map(({ region, from, to }) => ({ region, from: x.texts[from], to: x.texts[to] })),
		})),
		failures: failures.map(({ point, start, seed, failure: { kind, message } }) => ({
			x: x.texts[point % columns],
			y: y.texts[Math.floor(point / columns)],
			start,
			seed,
			kind,
			message,
		})),
	};
}

const axisJson = ({ path, unit, texts }: Axis): Json => ({
	path,
	unit,
	min: texts[0],
	max: texts[texts.length - 1],
	values: texts.length,
});

/**
 * A line per start that a point was run from (n: runs that could tell; without any, low and high are empty), or one without a start for a point that was only inferred. x and y as --set
 * takes them; `why` says of a start why the point is undecided, `needed_seconds` with which duration all its runs could tell (empty: none is known); x_value and y_value as numbers (seconds, requests per second, shares 0..1).
 */
export function pointsCsv({ plan: { x, y, stoppingRule: rule }, points }: StabilityMap): string {
	const header = [
		'x',
		'y',
		'x_value',
		'y_value',
		'start',
		'hits',
		'n',
		'low',
		'high',
		'region',
		'inferred',
		'why',
		'needed_seconds',
	];
	const rows = points.flatMap((point) => {
		const place = [x.texts[point.x], y.texts[point.y], number(x, point.x), number(y, point.y)];
		const reasons = point.region !== 'undecided' || point.estimates === null ? [] : whyUndecided(point.estimates, rule);
		return startCells(point).map((cells) => {
			const reason = reasons.find(({ start }) => start === cells[0]);
			return [
				...place,
				...cells,
				point.region,
				String(point.estimates === null),
				...(reason === undefined ? [null, null] : [reason.why, secondsOf(reason.neededUs)]),
			];
		});
	});
	return csv([header, ...rows]);
}

function startCells({ estimates }: MapPoint): (string | number | null)[][] {
	if (estimates === null) return [[null, null, null, null, null]];
	return STARTS.flatMap((start) => {
		const estimate = estimates[start];
		if (estimate === null) return [];
		const { low, high } = estimate.interval;
		return [estimate.n === 0 ? [start, 0, 0, null, null] : [start, estimate.hits, estimate.n, low, high]];
	});
}

const secondsOf = (us: number | null): number | null => (us === null ? null : us / 1e6);

const number = ({ unit, values }: Axis, i: number): number => (unit === 'duration' ? values[i] / 1e6 : values[i]);
