/** Spans as Jaeger's API and Zipkin's give them: a document of traces, times in microseconds. */
import type { ObservedAttempt } from '../../../../experiment/fit/observe/observation.js';
import { isObject, type JsonObject } from '../json/json-line.js';
import { chosenSpans, type Span, spanAttempt } from './spans.js';

export interface SpansRead {
	readonly attempts: readonly ObservedAttempt[];
	readonly assumed: readonly string[];
}

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Null where the document is none of Jaeger's. */
export function jaegerSpans(document: JsonObject): SpansRead | null {
	const traces = listOf(document.data);
	if (traces.length === 0 || !traces.every(({ spans }) => Array.isArray(spans))) return null;
	return requestsOf(
		traces.flatMap(({ spans, processes }) =>
			listOf(spans).map((span): Span => {
				const tags = new Map(listOf(span.tags).map(({ key, value }) => [String(key), value]));
				const kind = tags.get('span.kind');
				const process =
					isObject(processes) && typeof span.processID === 'string' ? processes[span.processID] : undefined;
				const parent = listOf(span.references).find(({ refType }) => refType === 'CHILD_OF');
				return {
					trace: String(span.traceID),
					parent: parent === undefined ? null : String(parent.spanID),
					kind: kind === 'server' || kind === 'client' ? kind : 'other',
					name: String(span.operationName),
					service: isObject(process) ? String(process.serviceName) : '-',
					startUs: Number(span.startTime),
					endUs: Number(span.startTime) + Number(span.duration),
					attributes: tags,
				};
			}),
		),
	);
}

/** Null where the list is none of Zipkin's: a list of spans, or of traces that are lists of them. */
export function zipkinSpans(list: readonly unknown[]): SpansRead | null {
	const spans = list.flat().filter(isObject);
	if (spans.length === 0 || !spans.every((span) => typeof span.traceId === 'string' && span.timestamp !== undefined))
		return null;
	return requestsOf(
		spans.map(
			(span): Span => ({
				trace: String(span.traceId),
				parent: typeof span.parentId === 'string' ? span.parentId : null,
				kind: span.kind === 'SERVER' ? 'server' : span.kind === 'CLIENT' ? 'client' : 'other',
				name: String(span.name),
				service: isObject(span.localEndpoint) ? String(span.localEndpoint.serviceName) : '-',
				startUs: Number(span.timestamp),
				endUs: Number(span.timestamp) + Number(span.duration),
				attributes: new Map(isObject(span.tags) ? Object.entries(span.tags) : []),
			}),
		),
	);
}

function requestsOf(spans: readonly Span[]): SpansRead {
	const { fits, assumed } = chosenSpans(spans);
	const sound = spans.filter((span) => fits(span) && Number.isFinite(span.endUs));
	return { attempts: sound.toSorted((a, b) => a.startUs - b.startUs).map(spanAttempt), assumed };
}
