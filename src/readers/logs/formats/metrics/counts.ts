/** Requests of each step out of series, by what their numbers are. */
import type { Count } from '../../../../experiment/fit/observe/observation.js';
import { type Meaning, stepOf } from './meaning.js';
import { type MetricSeries, type Point, requestLabels } from './metric-series.js';

/** @param stamp whether the instant of a point begins its step, as in most tables, or ends it, as in Prometheus. @returns a text: why they count no requests */
export function countsOf(
	series: readonly MetricSeries[],
	meaning: Meaning,
	stamp: 'start' | 'end',
): readonly Count[] | string {
	if (meaning.as === 'gauge') return 'a gauge, which counts no requests: a counter or a rate of one would do';
	const steps = series.flatMap(({ points }) => stepOf(points) ?? []);
	if (steps.length === 0)
		return 'no series with two instants, from which a rate could be told: an answer over a range would do';
	const commonest = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)];
	const counts: Count[] = [];
	for (const one of series) {
		const unordered = one.points.find(({ atUs }, i) => i > 0 && atUs <= one.points[i - 1].atUs);
		if (unordered !== undefined) return 'instants of a series that do not rise';
		const negative = one.points.find(({ value }) => value < 0);
		if (negative !== undefined) return `a rate below zero: ${negative.value}`;
		const stepUs = stepOf(one.points) ?? commonest;
		const labels = requestLabels(one.labels);
		for (const piece of piecesOf(one.points, stepUs, meaning, stamp))
			counts.push({ ...piece, zoneMinutes: one.zoneMinutes, ...labels });
	}
	return counts;
}

type Piece = Pick<Count, 'fromUs' | 'everyUs' | 'count'>;

function piecesOf(
	points: readonly Point[],
	stepUs: number,
	{ as, windowUs }: Meaning,
	stamp: 'start' | 'end',
): Piece[] {
	if (as === 'counter') return increases(points, stepUs);
	// What covers a window is told of its middle.
	const back = stamp === 'start' ? 0 : ((windowUs ?? stepUs) + stepUs) / 2;
	const times = as === 'rate' ? stepUs / 1e6 : stepUs / (windowUs ?? stepUs);
	return points.map(({ atUs, value }) => ({ fromUs: atUs - back, everyUs: stepUs, count: value * times }));
}

/**
 * The difference of neighbours; a fall is a restart, and what was counted before it is lost. Where samples are missing it is the difference
 * over a longer time: spread over the steps between.
 */
function increases(points: readonly Point[], stepUs: number): Piece[] {
	return points.slice(1).flatMap(({ atUs, value }, i): Piece[] => {
		const before = points[i];
		const count = value < before.value ? value : value - before.value;
		const lengthUs = atUs - before.atUs;
		const steps = Math.min(MOST_STEPS, Math.max(1, Math.round(lengthUs / stepUs)));
		const everyUs = lengthUs / steps;
		return Array.from({ length: steps }, (_, k) => ({
			fromUs: before.atUs + k * everyUs,
			everyUs,
			count: count / steps,
		}));
	});
}

/** Samples that may be missing in a row; a longer hole is spread more coarsely. */
const MOST_STEPS = 10_000;
