/**
 * Answers of Prometheus to `query_range` (one, or one a line), and those of Loki, which have the same frame: there the lines of a log are
 * within. An instant answer has one instant, and no rate, unless several were put one below the other.
 */
import { isObject, type JsonObject, jsonObject, objectsIn } from '../json/json-line.js';
import {
	type Answers,
	type InnerLines,
	type LogKind,
	type LogReader,
	NO_ANSWERS,
	type WholeReading,
} from '../log-format.js';
import { countsOf } from './counts.js';
import { histogramCounts, isBucket } from './histogram-series.js';
import { meaningOf } from './meaning.js';
import type { MetricSeries, Point } from './metric-series.js';

/** More than this is no answer of Prometheus, which gives at most 11,000 points a series. */
const MAX_CHARACTERS = 256 * 1024 * 1024;
const BEGINS = /^\s*\{\s*("status"\s*:\s*"success"|$)/;

export const PROMETHEUS: LogKind = {
	title: 'Prometheus query_range answer',
	long: true,
	knows: (line) => BEGINS.test(line),
	// An answer that somebody has laid out over many lines is known by its first ones alone.
	knowsAll: (first) =>
		BEGINS.test(first[0]) && first.slice(0, 5).join('').includes('"success"')
			? first.length
			: first.filter((line) => BEGINS.test(line)).length,
	open: (_, answers = NO_ANSWERS) => new PrometheusReader(answers),
};

class PrometheusReader implements LogReader {
	readonly assumed: string[] = [];
	#text: string[] = [];
	#length = 0;

	constructor(private readonly answers: Answers) {}

	read(line: string): null | string {
		this.#length += line.length;
		if (this.#length > MAX_CHARACTERS) return 'too long for an answer of Prometheus';
		this.#text.push(line);
		return null;
	}

	end(): WholeReading {
		const answers = answersIn(this.#text);
		const results = answers.flatMap(({ data }) => (isObject(data) && Array.isArray(data.result) ? [data] : []));
		if (results.length === 0) return 'no answer with a matrix: the whole JSON text of /api/v1/query_range would do';
		if (results.every(({ resultType }) => resultType === 'streams')) return lokiLines(results);
		const series = seriesIn(results);
		if (typeof series === 'string') return series;
		const single = series.every(({ points }) => points.length < 2);
		if (single) return 'one instant of each series, which has no rate: the answer of /api/v1/query_range would do';
		const buckets = series.some(isBucket);
		const requests = buckets
			? series.filter(isBucket)
			: series.filter(({ name }) => !/_(sum|created)$/.test(name ?? ''));
		const meaning = meaningOf(requests, this.answers);
		if (typeof meaning === 'string') return meaning;
		this.assumed.push(meaning.why);
		return buckets ? histogramCounts(series, meaning, 'end') : countsOf(requests, meaning, 'end');
	}
}

/** One answer over all lines, or one a line. */
function answersIn(lines: readonly string[]): readonly JsonObject[] {
	const whole = lines.length === 1 || !lines.every((line) => BEGINS.test(line)) ? jsonObject(lines.join('\n')) : null;
	return whole !== null ? [whole] : objectsIn(lines);
}

function seriesIn(results: readonly JsonObject[]): readonly MetricSeries[] | string {
	const byLabels = new Map<string, { readonly metric: Record<string, string>; readonly points: Point[] }>();
	for (const { result, resultType } of results) {
		if (!Array.isArray(result)) continue;
		for (const one of result) {
			if (!isObject(one) || !isObject(one.metric)) return 'a series without labels';
			const pairs = resultType === 'vector' ? [one.value] : one.values;
			if (!Array.isArray(pairs)) return 'a series without values';
			const metric = texts(one.metric);
			const key = JSON.stringify(metric);
			const before = byLabels.get(key);
			const points = before === undefined ? [] : before.points;
			if (before === undefined) byLabels.set(key, { metric, points });
			for (const pair of pairs) {
				const point = pointOf(pair);
				if (point !== null) points.push(point);
			}
		}
	}
	return [...byLabels.values()].map(({ metric, points }) => ({
		name: metric.__name__ === undefined ? null : metric.__name__,
		labels: metric,
		points,
		zoneMinutes: 0,
	}));
}

function pointOf(pair: unknown): Point | null {
	if (!Array.isArray(pair) || pair.length !== 2) return null;
	const [atUs, value] = [Math.round(Number(pair[0]) * 1e6), Number(pair[1])];
	return Number.isFinite(atUs) && Number.isFinite(value) ? { atUs, value } : null;
}

const texts = (metric: JsonObject): Record<string, string> =>
	Object.fromEntries(
		Object.entries(metric).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
	);

/** The lines of all streams by their instants: each stream has its own, and the latest may stand first. */
function lokiLines(results: readonly JsonObject[]): InnerLines {
	const entries = results
		.flatMap(({ result }) => (Array.isArray(result) ? result : []))
		.flatMap((stream: unknown) => {
			if (!isObject(stream) || !Array.isArray(stream.values)) return [];
			return stream.values.flatMap((pair: unknown) =>
				Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string'
					? [{ ns: BigInt(/^\d+$/.test(pair[0]) ? pair[0] : 0), line: pair[1] }]
					: [],
			);
		});
	const sorted = entries.toSorted((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
	return { within: 'an answer of Loki', lines: sorted.map(({ line }) => line) };
}
