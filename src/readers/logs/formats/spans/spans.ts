/**
 * Requests out of spans of traces. The spans of servers are what a service was asked; where a file has none, those of clients are what it
 * asked. Attempts of a request are tied by its trace, and numbered where `http.request.resend_count` says so.
 */
import type { ObservedAttempt } from '../../../../experiment/fit/observe/observation.js';
import { pathOf } from '../json/json-line.js';
import { observedAttempt } from '../log-format.js';
import { numberOf, statusOf, textOf } from '../record-requests.js';
import { Tally } from '../tally.js';

export interface Span {
	readonly trace: string;
	readonly parent: string | null;
	readonly kind: 'server' | 'client' | 'other';
	readonly name: string;
	readonly service: string;
	readonly startUs: number;
	readonly endUs: number;
	readonly attributes: ReadonlyMap<string, unknown>;
}

/** What a span weighs beside the beginning of a trace. */
const SPAN = 1e-6;
const STATUS = ['http.response.status_code', 'http.status_code'];
const METHOD = ['http.request.method', 'http.method'];
const PATH = ['url.path', 'http.target', 'http.route', 'url.full', 'http.url'];
const RESEND = ['http.request.resend_count', 'http.resend_count', 'http.retry_count'];
const CLIENT = ['client.address', 'http.client_ip', 'net.peer.ip', 'network.peer.address'];

const first = ({ attributes }: Span, names: readonly string[]): unknown => {
	for (const name of names) {
		const value = attributes.get(name);
		if (value !== undefined && value !== '') return value;
	}
	return undefined;
};

/** A span of HTTP. */
export const isRequest = (span: Span): boolean =>
	first(span, METHOD) !== undefined || first(span, STATUS) !== undefined;

export interface Chosen {
	readonly fits: (span: Span) => boolean;
	readonly assumed: readonly string[];
}

/** Of the spans of one request those of one service count: what lies behind it would be counted twice. */
export function chosenSpans(spans: readonly Span[]): Chosen {
	const requests = spans.filter(isRequest);
	const kind = requests.some((span) => span.kind === 'server') ? 'server' : 'client';
	const own = requests.filter((span) => span.kind === kind);
	const roots = new Tally<string>();
	// Most of the traces begin with it; of equals the one that has most spans.
	for (const { service, parent } of own) roots.add(service, parent === null ? 1 + SPAN : SPAN);
	const services = roots.commonest.map(([name]) => name);
	const [service] = services;
	const others =
		services.length > 1 ? `, those of ${services.slice(1).join(', ')} are not counted: they lie behind it` : '';
	const of = services.length > 1 ? ` of ${service}, which traces begin with` : '';
	return {
		fits: (span) => span.kind === kind && isRequest(span) && (services.length < 2 || span.service === service),
		assumed: [`the spans of ${kind}s${of} are the requests${others}`],
	};
}

export function spanAttempt(span: Span): ObservedAttempt {
	const method = textOf(first(span, METHOD));
	const target = textOf(first(span, PATH));
	const named = /^[A-Z]{3,7} (\/\S*)/.exec(span.name);
	const path = target !== null ? pathOf(target) : named === null ? span.name : named[1];
	const resent = numberOf(first(span, RESEND));
	return observedAttempt({
		timeUs: span.startUs,
		zoneMinutes: 0,
		method,
		path,
		status: statusOf(first(span, STATUS)),
		durationUs: Math.max(0, Math.round(span.endUs - span.startUs)),
		client: textOf(first(span, CLIENT)),
		id: span.trace === '' ? null : `${span.trace} ${method} ${path}`,
		attempt: resent === null ? null : resent + 1,
	});
}
