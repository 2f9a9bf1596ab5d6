/** Spans of OpenTelemetry as its collector's file exporter writes them: a batch of them a line, times in nanoseconds. */
import { isObject, type JsonObject, jsonObject } from '../json/json-line.js';
import type { LogKind } from '../log-format.js';
import { chosenSpans, type Span, spanAttempt } from './spans.js';

export const OTLP: LogKind = {
	title: 'OTLP spans (JSON lines)',
	long: true,
	knows: (line) => /^\s*\{\s*"resourceSpans"\s*:/.test(line),
	open: (first) => {
		const chosen = chosenSpans(first.flatMap((line) => spansIn(jsonObject(line))));
		return {
			read: (line) => {
				const object = jsonObject(line);
				if (object === null) return 'not a JSON object';
				const spans = spansIn(object).filter(chosen.fits);
				return spans.length === 0 ? null : spans.map(spanAttempt);
			},
			end: () => [],
			assumed: chosen.assumed,
		};
	},
};

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function spansIn(object: JsonObject | null): readonly Span[] {
	return listOf(object?.resourceSpans).flatMap((of) => {
		const resource = isObject(of.resource) ? attributesOf(of.resource.attributes) : new Map();
		const service = String(resource.get('service.name') ?? '-');
		const scopes = [...listOf(of.scopeSpans), ...listOf(of.instrumentationLibrarySpans)];
		return scopes.flatMap(({ spans }) => listOf(spans).flatMap((span) => spanOf(span, service) ?? []));
	});
}

const KINDS: Readonly<Record<string, Span['kind']>> = {
	2: 'server',
	SPAN_KIND_SERVER: 'server',
	3: 'client',
	SPAN_KIND_CLIENT: 'client',
};

function spanOf(span: JsonObject, service: string): Span | null {
	// Nanoseconds since 1970 are more digits than a number holds; microseconds are not.
	const [startUs, endUs] = [span.startTimeUnixNano, span.endTimeUnixNano].map((ns) => Math.round(Number(ns) / 1000));
	if (!Number.isFinite(startUs) || !Number.isFinite(endUs)) return null;
	const kind = KINDS[String(span.kind)];
	return {
		trace: typeof span.traceId === 'string' ? span.traceId : '',
		parent: typeof span.parentSpanId === 'string' && span.parentSpanId !== '' ? span.parentSpanId : null,
		kind: kind === undefined ? 'other' : kind,
		name: typeof span.name === 'string' ? span.name : '-',
		service,
		startUs,
		endUs,
		attributes: attributesOf(span.attributes),
	};
}

function attributesOf(list: unknown): ReadonlyMap<string, unknown> {
	return new Map(
		listOf(list).map(({ key, value }): [string, unknown] => [
			String(key),
			isObject(value) ? (value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue) : value,
		]),
	);
}
