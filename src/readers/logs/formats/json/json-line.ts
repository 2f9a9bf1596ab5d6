/** A line that is a JSON object, and its fields under the names that people give them. */

export type JsonObject = { readonly [key: string]: unknown };

/** Null for anything but an object. */
export function jsonObject(line: string): JsonObject | null {
	if (!line.startsWith('{') && !/^\s*\{/.test(line)) return null;
	try {
		const value: unknown = JSON.parse(line);
		return isObject(value) ? value : null;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}

/** Those of the lines that are objects. */
export function objectsIn(lines: readonly string[]): JsonObject[] {
	return lines.flatMap((line) => {
		const object = jsonObject(line);
		return object === null ? [] : [object];
	});
}

export const isObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of the fields that is there and says something: "-" and "" are how proxies write nothing. */
export function field(object: JsonObject, names: readonly string[]): unknown {
	for (const name of names) {
		const value = object[name];
		if (value !== undefined && value !== null && value !== '-' && value !== '') return value;
	}
	return undefined;
}

export function textField(object: JsonObject, names: readonly string[]): string | null {
	const value = field(object, names);
	return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

/** A number, or a text that is one. */
export function numberField(object: JsonObject, names: readonly string[]): number | null {
	const value = field(object, names);
	const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
	return Number.isFinite(number) ? number : null;
}

/** Which send of its request this was, where a header was logged that says so: 1 for the first. */
export function attemptField(object: JsonObject): number | null {
	const counted = numberField(object, ['attempt', 'attempt_number', 'http_x_attempt', 'x_attempt', 'x-attempt']);
	if (counted !== null) return counted;
	// These count the sends before: 0 for the first.
	const before = numberField(object, [
		'retry_count',
		'http_x_retry_count',
		'http_x_retry_attempt',
		'http_x_stainless_retry_count',
		'http_grpc_previous_rpc_attempts',
		'grpc-previous-rpc-attempts',
	]);
	return before === null ? null : before + 1;
}

export const ID_FIELDS = [
	'request_id',
	'req_id',
	'http_x_request_id',
	'x_request_id',
	'x-request-id',
	'idempotency_key',
];
export const AGENT_FIELDS = ['http_user_agent', 'user_agent', 'ua', 'agent'];

/** An address and a user agent, as far as they are there. */
export function clientOf(object: JsonObject, addresses: readonly string[], agents = AGENT_FIELDS): string | null {
	const address = textField(object, addresses);
	if (address === null) return null;
	const agent = textField(object, agents);
	return agent === null ? address : `${address} ${agent}`;
}

/** The path of a URL, with its query; a path stays what it is. */
export function pathOf(url: string): string {
	const scheme = url.indexOf('://');
	if (scheme < 0) return url;
	const slash = url.indexOf('/', scheme + 3);
	return slash < 0 ? '/' : url.slice(slash);
}
