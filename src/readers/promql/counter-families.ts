/**
 * The counters of requests that meshes, gateways and web frameworks export, by name, and which label carries the answer's
 * code. What is not here is not guessed at: the author is asked.
 */
import type { Matcher } from './parser.js';

export interface Family {
	/** labels that carry the status code, its class, or success and failure */
	readonly codes: readonly string[];
	/** a counter of retries, to be divided by one of requests */
	readonly retries?: true;
}

const HTTP_CODES = ['status', 'code', 'status_code', 'http_status', 'response_code', 'http_status_code', 'outcome'];

/** Sources: each project's list of metrics, and the queries that Flagger's own observers make of them. */
const FAMILIES: readonly (readonly [RegExp, Family])[] = [
	[/^istio_requests_total$/, { codes: ['response_code'] }],
	[/^nginx_ingress_controller_requests$/, { codes: ['status'] }],
	[/^envoy_cluster(?:_internal|_external)?_upstream_rq$/, { codes: ['envoy_response_code', 'response_code'] }],
	[
		/^envoy_cluster(?:_internal|_external)?_upstream_rq_xx$/,
		{ codes: ['envoy_response_code_class', 'response_code_class'] },
	],
	[/^envoy_cluster_upstream_rq_(?:total|completed)$/, { codes: [] }],
	[/^envoy_cluster_upstream_rq_retry$/, { codes: [], retries: true }],
	[/^traefik_(?:service|entrypoint|router|backend)_requests_total$/, { codes: ['code'] }],
	[/^response_total$/, { codes: ['classification', 'status_code'] }],
	[/^request_total$/, { codes: [] }],
	[/^(?:\w+_)?http_requests?_total$/, { codes: HTTP_CODES }],
	[/^http_server_requests_total$/, { codes: HTTP_CODES }],
	[/^grpc_server_handled_total$/, { codes: ['grpc_code', 'code'] }],
	[/^grpc_server_started_total$/, { codes: [] }],
];

/** Histograms of request durations; their count counts requests. The unit stands in the name, or is the project's. */
const DURATIONS: readonly (readonly [RegExp, number])[] = [
	[/^istio_request_duration_milliseconds$/, 1_000],
	[/^istio_request_duration_seconds$/, 1_000_000],
	[/^envoy_cluster(?:_internal|_external)?_upstream_rq_time$/, 1_000],
	[/^response_latency_ms$/, 1_000],
	[/^http_server_requests_seconds$/, 1_000_000],
	[/^(?:\w+_)?(?:http|request|response|grpc_server|serve)_?\w*_(?:milliseconds|ms)$/, 1_000],
	[/^(?:\w+_)?(?:http|request|response|grpc_server|serve)_?\w*_seconds$/, 1_000_000],
];

export const familyOf = (name: string): Family | null => {
	const known = FAMILIES.find(([pattern]) => pattern.test(name));
	return known === undefined ? null : known[1];
};

/** Microseconds per unit of a histogram of request durations, by its name without `_bucket`; null for anything else. */
export function unitUs(name: string): number | null {
	const known = DURATIONS.find(([pattern]) => pattern.test(name));
	return known === undefined ? null : known[1];
}

export const DURATION_COUNT: Family = { codes: HTTP_CODES };

export interface Classified {
	/** all requests, those that failed, or those that did not */
	readonly as: 'all' | 'bad' | 'good';
	/** where codes were lumped together that are not quite the server's errors */
	readonly loosely: string | null;
}

const OK_CODES = ['200', '201', '202', '204', '206'];
const OTHER_CODES = ['301', '302', '304', '400', '401', '403', '404', '405', '409', '422', '429', '499'];
const SERVER_ERRORS = ['500', '501', '502', '503', '504'];

/** Values of a label, as one list of each kind; the first whose values a matcher tells apart is the label's language. */
const LANGUAGES: readonly { readonly ok: string[]; readonly other: string[]; readonly bad: string[] }[] = [
	{ ok: OK_CODES, other: OTHER_CODES, bad: SERVER_ERRORS },
	{ ok: ['2xx'], other: ['1xx', '3xx', '4xx'], bad: ['5xx'] },
	{ ok: ['2'], other: ['1', '3', '4'], bad: ['5'] },
	{ ok: ['success'], other: [], bad: ['failure'] },
	{ ok: ['SUCCESS'], other: ['INFORMATIONAL', 'REDIRECTION', 'CLIENT_ERROR'], bad: ['SERVER_ERROR'] },
	{ ok: ['OK'], other: [], bad: ['Unknown', 'DeadlineExceeded', 'Internal', 'Unavailable'] },
];

/** What the matchers on a family's code labels pick out; null where it is neither the failed ones nor the others. */
export function classify(family: Family, matchers: readonly Matcher[]): Classified | null {
	const onCodes = matchers.filter(({ label }) => family.codes.includes(label));
	if (onCodes.length === 0) return { as: 'all', loosely: null };
	for (const { ok, other, bad } of LANGUAGES) {
		const picks = (values: readonly string[]) => values.map((value) => onCodes.every((each) => matches(each, value)));
		const [goods, others, bads] = [picks(ok), picks(other), picks(bad)];
		const matched = [...goods, ...others, ...bads];
		// A language that the matcher does not speak: it takes all of it, or none.
		if (matched.every(Boolean) || !matched.some(Boolean)) continue;
		const [allGood, noGood] = [goods.every(Boolean), !goods.some(Boolean)];
		const [allBad, someBad] = [bads.every(Boolean), bads.some(Boolean)];
		if (allGood && !someBad) {
			return {
				as: 'good',
				loosely: others.every(Boolean) ? null : 'what is neither a success nor an error of the server',
			};
		}
		if (noGood && someBad) {
			const some = allBad ? null : 'some codes of the 5xx class stand for all of it';
			return {
				as: 'bad',
				loosely: others.some(Boolean) ? 'errors of the client are counted with those of the server' : some,
			};
		}
		return null;
	}
	return null;
}

/** Prometheus anchors its expressions at both ends. */
export function matches({ op, value }: Matcher, text: string): boolean {
	if (op === '=') return text === value;
	if (op === '!=') return text !== value;
	try {
		return new RegExp(`^(?:${value})$`).test(text) === (op === '=~');
	} catch {
		return false;
	}
}
