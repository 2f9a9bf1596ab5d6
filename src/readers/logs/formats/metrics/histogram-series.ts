/**
 * Prometheus histograms: the buckets of a series say how many requests came, by their labels how they ended, and how long they took. A
 * duration lies anywhere within its bucket as likely; where the sum of all is there, too, its mean is kept.
 */
import type { Count } from '../../../../experiment/fit/observe/observation.js';
import { countsOf } from './counts.js';
import type { Meaning } from './meaning.js';
import type { MetricSeries } from './metric-series.js';

/** Durations that stand for a series. */
const DRAWN = 400;

export const isBucket = ({ labels }: MetricSeries): boolean => labels.le !== undefined;

/** @returns the counts of each step, the last of each series with its durations; a text: why they count no requests */
export function histogramCounts(
	all: readonly MetricSeries[],
	meaning: Meaning,
	stamp: 'start' | 'end',
): readonly Count[] | string {
	const buckets = all.filter(isBucket);
	const groups = new Map<string, MetricSeries[]>();
	for (const one of buckets) {
		const key = keyOf(one);
		groups.set(key, [...(groups.get(key) ?? []), one]);
	}
	const counts: Count[] = [];
	for (const [key, group] of groups) {
		const sorted = group.toSorted((a, b) => bound(a) - bound(b));
		const whole = sorted[sorted.length - 1];
		if (bound(whole) !== Number.POSITIVE_INFINITY)
			return 'a histogram without its bucket of le="+Inf", which counts all';
		const own = countsOf([whole], meaning, stamp);
		if (typeof own === 'string') return own;
		if (own.length === 0) continue;
		const sums = all.find((one) => !isBucket(one) && /_sum$/.test(one.name ?? '') && keyOf(one) === key);
		const usPer = unitOf(whole.name);
		const totals = sorted.map((one) => totalOf(one, meaning));
		const drawn = durationsOf(sorted.map(bound), totals).map((value) => value * usPer);
		const meanUs = sums === undefined ? null : (totalOf(sums, meaning) / totals[totals.length - 1]) * usPer;
		const durationsUs = meanUs === null ? drawn : scaled(drawn, meanUs);
		counts.push(...own.slice(0, -1), { ...own[own.length - 1], durationsUs });
	}
	return counts;
}

const bound = ({ labels }: MetricSeries): number =>
	/inf/i.test(labels.le) ? Number.POSITIVE_INFINITY : Number(labels.le);

/** All labels but the bound. */
function keyOf({ labels }: MetricSeries): string {
	const { le: _, __name__: __, ...rest } = labels;
	return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Prometheus counts in seconds; Envoy and Istio in milliseconds, and say so. */
const unitOf = (name: string | null): number =>
	name !== null && /millis|_ms_|_ms$|_time_bucket$|rq_time/.test(name) ? 1e3 : 1e6;

function totalOf({ points }: MetricSeries, { as }: Meaning): number {
	if (as !== 'counter') return points.reduce((sum, { value }) => sum + value, 0);
	return points
		.slice(1)
		.reduce((sum, { value }, i) => sum + (value < points[i].value ? value : value - points[i].value), 0);
}

/** Quantiles of the requests, in the unit of the bounds. @param totals of each bucket and all below it */
function durationsOf(bounds: readonly number[], totals: readonly number[]): number[] {
	const all = totals[totals.length - 1];
	if (!(all > 0)) return [];
	return Array.from({ length: DRAWN }, (_, k) => {
		const rank = ((k + 0.5) / DRAWN) * all;
		const i = totals.findIndex((total) => total >= rank);
		const low = i === 0 ? 0 : bounds[i - 1];
		if (bounds[i] === Number.POSITIVE_INFINITY) return low;
		const below = i === 0 ? 0 : totals[i - 1];
		return low + ((bounds[i] - low) * (rank - below)) / Math.max(1e-9, totals[i] - below);
	});
}

function scaled(values: readonly number[], mean: number): number[] {
	const own = values.reduce((sum, value) => sum + value, 0) / values.length;
	return values.map((value) => (own > 0 ? (value * mean) / own : value));
}
