/** Numbers over time as metric systems export them, and their labels. */

export interface Point {
	readonly atUs: number;
	readonly value: number;
}

export interface MetricSeries {
	/** null where the export does not name it: a function was laid over it */
	readonly name: string | null;
	readonly labels: Readonly<Record<string, string>>;
	/** in order of time */
	readonly points: readonly Point[];
	readonly zoneMinutes: number | null;
}

/** What the labels of a series say of its requests. */
export interface RequestLabels {
	readonly method: string;
	readonly path: string;
	readonly status: number | null;
	readonly attempt: number | null;
}

const CODES = [
	'code',
	'status',
	'status_code',
	'statusCode',
	'response_code',
	'http_status',
	'http_status_code',
	'http_response_status_code',
	'envoy_response_code',
	'grpc_code',
	'grpc_status',
	'status_class',
	'code_class',
	'class',
	'envoy_response_code_class',
	'response_code_class',
];
const PATHS = [
	'path',
	'route',
	'handler',
	'uri',
	'http_route',
	'class',
	'endpoint',
	'service',
	'envoy_cluster_name',
	'job',
];
const METHODS = ['method', 'verb', 'http_method', 'http_request_method', 'grpc_method'];

export function requestLabels(labels: MetricSeries['labels']): RequestLabels {
	const first = (names: readonly string[], fits: (value: string) => boolean = () => true): string | null => {
		const found = names.map((name) => labels[name]).find((value) => value !== undefined && value !== '' && fits(value));
		return found === undefined ? null : found;
	};
	const code = first(CODES, (value) => statusOfLabel(value) !== null);
	const path = first(PATHS, (value) => statusOfLabel(value) === null);
	const method = first(METHODS);
	const attempt = Number(first(['attempt']) ?? Number.NaN);
	return {
		method: method === null ? '-' : method,
		path: path === null ? '-' : path,
		status: code === null ? null : statusOfLabel(code),
		attempt: Number.isInteger(attempt) ? attempt : null,
	};
}

/** What the codes of gRPC come to in HTTP, as its gateway maps them. */
const GRPC: Readonly<Record<string, number>> = {
	ok: 200,
	canceled: 499,
	cancelled: 499,
	unknown: 500,
	invalidargument: 400,
	deadlineexceeded: 504,
	notfound: 404,
	alreadyexists: 409,
	permissiondenied: 403,
	resourceexhausted: 429,
	failedprecondition: 400,
	aborted: 409,
	outofrange: 400,
	unimplemented: 501,
	internal: 500,
	unavailable: 503,
	dataloss: 500,
	unauthenticated: 401,
};

/** "200", "5xx", "5" (a class of Envoy), "Unavailable": of a class the status that stands for it. */
export function statusOfLabel(text: string): number | null {
	if (/^[1-5]\d\d$/.test(text) || text === '0') return Number(text);
	const found = /^([1-5])(?:xx)?$/i.exec(text);
	if (found !== null) return 100 * Number(found[1]);
	const grpc = GRPC[text.toLowerCase().replace(/_/g, '')];
	return grpc === undefined ? null : grpc;
}
