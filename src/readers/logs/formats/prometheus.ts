/**
 * Answers of Prometheus to `query_range`: counters become the requests of each step by their differences (a fall is a
 * restart), rates become requests by their step. A gauge counts no requests, and is refused by its name.
 */
import type { Count } from '../../../experiment/fit/observe/observation.js';
import { isObject, type JsonObject, jsonObject } from './json-line.js';
import type { LogKind, LogReader } from './log-format.js';

/** More than this is no answer of Prometheus, which gives at most 11,000 points a series. */
const MAX_CHARACTERS = 256 * 1024 * 1024;

export const PROMETHEUS: LogKind = {
	title: 'Prometheus query_range answer',
	knows: (line) => /^\s*\{\s*("status"\s*:\s*"success"|$)/.test(line),
	open: () => new PrometheusReader(),
};

class PrometheusReader implements LogReader {
	readonly assumed = [
		'a series without a name is a rate per second, one whose name ends in _total or _count a counter',
	];
	#text: string[] = [];
	#length = 0;

	read(line: string): null | string {
		this.#length += line.length;
		if (this.#length > MAX_CHARACTERS) return 'too long for an answer of Prometheus';
		this.#text.push(line);
		return null;
	}

	end(): readonly Count[] | string {
		const answer = jsonObject(this.#text.join('\n'));
		const data = answer === null ? null : answer.data;
		if (!isObject(data) || data.resultType !== 'matrix' || !Array.isArray(data.result))
			return 'no answer with a matrix: the whole JSON text of /api/v1/query_range would do';
		const counts: Count[] = [];
		for (const series of data.result) {
			const read = countsOf(series);
			if (typeof read === 'string') return read;
			for (const one of read) counts.push(one);
		}
		return counts;
	}
}

interface Point {
	readonly atUs: number;
	readonly value: number;
}

function countsOf(series: unknown): readonly Count[] | string {
	if (!isObject(series) || !isObject(series.metric) || !Array.isArray(series.values)) return 'a series without values';
	const points = series.values.flatMap((pair: unknown): Point[] => {
		if (!Array.isArray(pair) || pair.length !== 2) return [];
		const [atUs, value] = [Math.round(Number(pair[0]) * 1e6), Number(pair[1])];
		return Number.isFinite(atUs) && Number.isFinite(value) ? [{ atUs, value }] : [];
	});
	if (points.length < 2) return [];
	const stepUs = points.slice(1).reduce((least, { atUs }, i) => Math.min(least, atUs - points[i].atUs), Infinity);
	if (!(stepUs > 0)) return 'instants of a series that do not rise';
	const name = series.metric.__name__;
	if (typeof name !== 'string')
		return asCounts(
			series.metric,
			stepUs,
			points.map(({ atUs, value }) => ({ atUs: atUs - stepUs, value: (value * stepUs) / 1e6 })),
		);
	if (!/_(total|count)$/.test(name))
		return `a gauge, ${name}, which counts no requests: a counter (..._total) or rate(...) of one would do`;
	return asCounts(series.metric, stepUs, increases(points));
}

/** The step that ends at each point; where a scrape is missing, the step is as long as the gap, and is told as one. */
const increases = (points: readonly Point[]): Point[] =>
	points.slice(1).map(({ value }, i) => {
		const before = points[i];
		return { atUs: before.atUs, value: value < before.value ? value : value - before.value };
	});

function asCounts(labels: JsonObject, everyUs: number, points: readonly Point[]): readonly Count[] | string {
	const label = (...names: readonly string[]): string | null => {
		const found = names.map((name) => labels[name]).find((value) => typeof value === 'string' && value !== '');
		return typeof found === 'string' ? found : null;
	};
	const code = Number(label('code', 'status', 'status_code', 'response_code') ?? Number.NaN);
	const attempt = Number(label('attempt') ?? Number.NaN);
	const path = label('path', 'route', 'handler', 'uri', 'class', 'service');
	const method = label('method', 'verb');
	const negative = points.find(({ value }) => value < 0);
	if (negative !== undefined) return `a rate below zero: ${negative.value}`;
	return points.map(({ atUs, value }) => ({
		fromUs: atUs,
		everyUs,
		zoneMinutes: 0,
		count: value,
		method: method === null ? '-' : method,
		path: path === null ? '-' : path,
		status: Number.isInteger(code) ? code : null,
		attempt: Number.isInteger(attempt) ? attempt : null,
	}));
}
