/**
 * Files that are one JSON document: lists of lines (`gcloud logging read --format json`, events of CloudWatch, hits of Elasticsearch), traces
 * of Jaeger and Zipkin, numbers of CloudWatch and Datadog. The lines within are read as a log of their own.
 */
import { isObject, type JsonObject } from './json/json-line.js';
import {
	type Answers,
	type InnerLines,
	type LogKind,
	type LogReader,
	NO_ANSWERS,
	type WholeReading,
} from './log-format.js';
import { countsOf } from './metrics/counts.js';
import { type Meaning, meaningOf } from './metrics/meaning.js';
import type { MetricSeries, Point } from './metrics/metric-series.js';
import { jaegerSpans, type SpansRead, zipkinSpans } from './spans/jaeger.js';
import { anyInstant } from './timestamps.js';

const MAX_CHARACTERS = 256 * 1024 * 1024;
/** Names that stand at the head of documents that have a line to themselves. */
const HEADS =
	/^\s*\{\s*"(?:events|data|searchedLogStreams|Label|Datapoints|MetricDataResults|Messages|hits|took|series|resourceSpans|status)"\s*:/;

export const DOCUMENT: LogKind = {
	title: 'JSON document',
	long: true,
	knows: () => false,
	knowsAll: (first) => (isDocument(first) ? first.length : 0),
	open: (_, answers = NO_ANSWERS) => new DocumentReader(answers),
};

/** A list, an object over several lines, or a single line with a head that we know. */
function isDocument(first: readonly string[]): boolean {
	const [line] = first;
	if (/^\s*\[\s*(?:[{\]]|$)/.test(line)) return true;
	if (/^\s*\{\s*$/.test(line) || (first.length > 1 && /^\s*\{/.test(line) && !/\}\s*$/.test(line))) return true;
	return first.length === 1 && HEADS.test(line);
}

class DocumentReader implements LogReader {
	readonly assumed: string[] = [];
	#text: string[] = [];
	#length = 0;

	constructor(private readonly answers: Answers) {}

	read(line: string): null | string {
		this.#length += line.length;
		if (this.#length > MAX_CHARACTERS)
			return 'a JSON document of more than 256 MB; one object a line would do (jq -c ".[]")';
		this.#text.push(line);
		return null;
	}

	end(): WholeReading {
		const values = parsed(this.#text.join('\n'));
		this.#text = [];
		if (values === null) return 'no JSON document, and no JSON object a line';
		const [value] = values;
		if (values.length > 1)
			return { within: 'JSON objects over several lines', lines: values.map((one) => JSON.stringify(one)) };
		return Array.isArray(value)
			? this.#list(value)
			: isObject(value)
				? this.#object(value)
				: 'a JSON document that is neither a list nor an object';
	}

	#list(list: readonly unknown[]): WholeReading {
		const spans = zipkinSpans(list);
		if (spans !== null) return this.#spans(spans);
		if (list.every((one) => typeof one === 'string')) return { within: 'a JSON list of lines', lines: list };
		return { within: 'a JSON list', lines: list.filter(isObject).map((one) => JSON.stringify(one)) };
	}

	#object(document: JsonObject): WholeReading {
		const spans = jaegerSpans(document);
		if (spans !== null) return this.#spans(spans);
		if (Array.isArray(document.resourceSpans))
			return { within: 'a document of OTLP', lines: [JSON.stringify(document)] };
		const inner = linesIn(document);
		if (inner !== null) return inner;
		const metrics = cloudWatch(document) ?? datadog(document);
		if (metrics === null)
			return 'a JSON document of no known kind; one object a line, and --fields with their names, would do';
		const meaning = meaningOf(metrics.series, this.answers, metrics.stated);
		if (typeof meaning === 'string') return meaning;
		this.assumed.push(meaning.why);
		return countsOf(metrics.series, meaning, 'start');
	}

	#spans({ attempts, assumed }: SpansRead): WholeReading {
		this.assumed.push(...assumed);
		return attempts;
	}
}

/** One value, or several below each other, each laid out over several lines. */
function parsed(text: string): readonly unknown[] | null {
	for (const whole of [text, `[${text.replace(/^\}\s*\{/gm, '},{')}]`]) {
		try {
			const value: unknown = JSON.parse(whole);
			return whole === text ? [value] : Array.isArray(value) ? value : null;
		} catch (error) {
			if (!(error instanceof SyntaxError)) throw error;
		}
	}
	return null;
}

const textsOf = (list: unknown, read: (one: JsonObject) => unknown): readonly string[] | null => {
	if (!Array.isArray(list)) return null;
	const lines = list.filter(isObject).flatMap((one) => {
		const line = read(one);
		return typeof line === 'string' ? [line.replace(/\n$/, '')] : isObject(line) ? [JSON.stringify(line)] : [];
	});
	return lines.length === 0 ? null : lines;
};

function linesIn(document: JsonObject): InnerLines | null {
	const events = textsOf(document.events, ({ message }) => message);
	if (events !== null) return { within: 'events of CloudWatch Logs', lines: events };
	const hits = isObject(document.hits) ? textsOf(document.hits.hits, ({ _source }) => _source) : null;
	if (hits !== null) return { within: 'hits of Elasticsearch', lines: hits };
	const data = textsOf(document.data, ({ attributes }) => attributes);
	return data === null ? null : { within: 'logs of Datadog', lines: data };
}

interface Metrics {
	readonly series: readonly MetricSeries[];
	readonly stated: Meaning | null;
}

const COUNTED: Meaning = { as: 'increase', windowUs: null, why: 'a Sum of Count counts the requests of each period' };

/** `get-metric-statistics` and `get-metric-data`. */
function cloudWatch({ Datapoints: points, MetricDataResults: results, Label: label }: JsonObject): Metrics | null {
	if (Array.isArray(points)) {
		const rows = points.filter(isObject);
		const statistic = ['Sum', 'SampleCount'].find(
			(name) => rows.length > 0 && rows.every((row) => row[name] !== undefined),
		);
		if (statistic === undefined) return null;
		const counted = statistic === 'SampleCount' || rows.every(({ Unit }) => Unit === 'Count');
		return {
			series: [
				seriesOf(
					{ path: String(label ?? '-') },
					rows.map((row) => [row.Timestamp, row[statistic]]),
				),
			],
			stated: counted ? COUNTED : null,
		};
	}
	if (!Array.isArray(results)) return null;
	const series = results.filter(isObject).map(({ Label, Timestamps, Values }) => {
		const [times, values] = [Timestamps, Values].map((list) => (Array.isArray(list) ? list : []));
		return seriesOf(
			{ path: String(Label ?? '-') },
			times.map((time, i) => [time, values[i]]),
		);
	});
	return { series, stated: null };
}

/** The query API: `{"series":[{"pointlist":[[ms, value]],"tag_set":["code:200"]}]}`. */
function datadog({ series }: JsonObject): Metrics | null {
	if (!Array.isArray(series) || !series.filter(isObject).every(({ pointlist }) => Array.isArray(pointlist)))
		return null;
	return {
		stated: null,
		series: series.filter(isObject).map(({ pointlist, tag_set: tags }) => {
			const labels = Array.isArray(tags)
				? tags.map((tag) => String(tag).split(':')).filter((pair) => pair.length === 2)
				: [];
			return seriesOf(Object.fromEntries(labels), Array.isArray(pointlist) ? pointlist : []);
		}),
	};
}

function seriesOf(labels: Record<string, string>, pairs: readonly unknown[]): MetricSeries {
	const points = pairs.flatMap((pair): Point[] => {
		if (!Array.isArray(pair)) return [];
		const at = anyInstant(pair[0]);
		return at === null || pair[1] === null || !Number.isFinite(Number(pair[1]))
			? []
			: [{ atUs: at.us, value: Number(pair[1]) }];
	});
	return { name: null, labels, points: points.toSorted((a, b) => a.atUs - b.atUs), zoneMinutes: 0 };
}
