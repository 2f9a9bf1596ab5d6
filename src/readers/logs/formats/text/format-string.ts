/**
 * Log formats as their products write them (`log_format` of nginx, `LogFormat` of Apache, format strings of Envoy), turned into a pattern
 * whose captures are the variables. What stands between two variables says where the first one ends.
 */
import { EXIT, UserError } from '../../../../kernel/errors.js';
import type { LogKind, LogReader } from '../log-format.js';
import { type RequestFields, type RequestReader, requestReader } from '../record-requests.js';

export type Dialect = 'nginx' | 'apache' | 'envoy';

const VARIABLES: Readonly<Record<Dialect, RegExp>> = {
	nginx: /\$(?:\{(\w+)\}|(context(?:\.\w+)+|\w+))/g,
	apache: /%[<>]?(?:!?[\d,]+)?(?:\{([^}]+)\})?([a-zA-Z])/g,
	envoy: /%([A-Z_]+)(?:\(([^)]*)\))?(?::\d+)?%/g,
};

const COMMON: Pick<RequestFields, 'attempt' | 'resends'> = {
	attempt: ['http_x_attempt', '{X-Attempt}i', 'REQ(X-ATTEMPT)', 'REQ(X-ENVOY-ATTEMPT-COUNT)'],
	resends: ['http_x_retry_count', 'http_x_retry_attempt', '{X-Retry-Count}i', 'REQ(X-RETRY-COUNT)'],
};

/** What the variables of each product say. */
const FIELDS: Readonly<Record<Dialect, RequestFields>> = {
	nginx: {
		...COMMON,
		time: ['msec', 'time_iso8601', 'time_local', 'context.requestTimeEpoch', 'context.requestTime'],
		stamp: 'end',
		status: ['status', 'context.status'],
		request: ['request'],
		method: ['request_method', 'context.httpMethod'],
		path: ['request_uri', 'uri', 'context.path', 'context.resourcePath'],
		duration: [
			['request_time', 's'],
			['upstream_response_time', 's'],
			['context.responseLatency', 'ms'],
		],
		client: ['http_x_forwarded_for', 'remote_addr', 'realip_remote_addr', 'context.identity.sourceIp'],
		agent: ['http_user_agent', 'context.identity.userAgent'],
		id: ['http_x_request_id', 'request_id', 'req_id', 'context.requestId'],
		upstream: ['upstream_status'],
	},
	apache: {
		...COMMON,
		time: ['t'],
		stamp: 'start',
		status: ['s'],
		request: ['r'],
		method: ['m'],
		path: ['U'],
		duration: [
			['{us}T', 'us'],
			['{ms}T', 'ms'],
			['{s}T', 's'],
			['D', null],
			['T', 's'],
		],
		client: ['{X-Forwarded-For}i', 'h', 'a'],
		agent: ['{User-Agent}i', '{User-agent}i'],
		id: ['{X-Request-Id}i', '{X-Request-ID}i', '{UNIQUE_ID}e', 'L'],
	},
	envoy: {
		...COMMON,
		time: ['START_TIME'],
		stamp: 'start',
		status: ['RESPONSE_CODE'],
		method: ['REQ(:METHOD)'],
		path: ['REQ(X-ENVOY-ORIGINAL-PATH?:PATH)', 'REQ(X-ENVOY-ORIGINAL-PATH)', 'REQ(:PATH)', 'PATH'],
		duration: [['DURATION', 'ms']],
		client: ['REQ(X-FORWARDED-FOR)', 'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT', 'DOWNSTREAM_REMOTE_ADDRESS'],
		agent: ['REQ(USER-AGENT)'],
		id: ['REQ(X-REQUEST-ID)'],
		tries: ['UPSTREAM_REQUEST_ATTEMPT_COUNT'],
	},
};

type Captures = readonly (string | undefined)[];

interface Compiled {
	readonly pattern: RegExp;
	readonly names: readonly string[];
}

/** @param exact nothing may stand behind the last variable */
export function compile(format: string, dialect: Dialect, exact = false): Compiled {
	const text = format.replace(/\\t/g, '\t').replace(/\\(["'\\])/g, '$1');
	const names: string[] = [];
	let [pattern, at] = ['', 0];
	for (const found of text.matchAll(VARIABLES[dialect])) {
		const before = text.slice(at, found.index);
		at = found.index + found[0].length;
		const name = nameOf(dialect, found);
		pattern += escaped(before) + capture(dialect, name, before, text.slice(at, at + 1));
		names.push(name);
	}
	return { pattern: new RegExp(`^\\s*${pattern}${escaped(text.slice(at))}${exact ? '\\s*' : '(?:\\s.*)?'}$`), names };
}

function nameOf(dialect: Dialect, [, first, second]: RegExpExecArray): string {
	if (dialect === 'nginx') return first === undefined ? second : first;
	if (dialect === 'apache')
		return first === undefined ? second : /^(?:begin|end)?:?%/.test(first) ? second : `{${first}}${second}`;
	return second === undefined || first === 'START_TIME' ? first : `${first}(${second.toUpperCase()})`;
}

function capture(dialect: Dialect, name: string, before: string, next: string): string {
	if (dialect === 'apache' && name === 't' && !before.endsWith('[')) return '\\[([^\\]]*)\\]';
	if (next === '"' && before.endsWith('"')) return '((?:[^"\\\\]|\\\\.)*)';
	if (next === ' ' || next === '') {
		if (name === 'time_local') return '(\\S+ [+-]\\d{4})';
		if (name === 'request' || name === 'r') return '(\\S+ \\S+ \\S+)';
		if (name.startsWith('upstream_')) return '(\\S*(?:(?:,| :) \\S+)*)';
		if (/user.?agent/i.test(name)) return '(.*?)';
		return '(\\S*)';
	}
	return `([^${next === ']' || next === '\\' || next === '^' ? `\\${next}` : next}]*)`;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[ \t]+/g, '\\s+');

/** A kind of log that is described by its format. */
export function formatKind(title: string, dialect: Dialect, format: string, exact = false): LogKind {
	const { pattern, names } = compile(format, dialect, exact);
	const access = (name: string) => {
		const i = names.indexOf(name) + 1;
		return i === 0 ? () => undefined : (captures: Captures) => captures[i];
	};
	return {
		title,
		knows: (line) => pattern.test(line),
		open: (first): LogReader => {
			const records = first.flatMap((line): Captures[] => {
				const found = pattern.exec(line);
				return found === null ? [] : [found];
			});
			const reader: RequestReader<Captures> = requestReader(FIELDS[dialect], access, records);
			return {
				read: (line) => {
					const found = pattern.exec(line);
					return found === null ? 'not a line of this format' : reader.read(found);
				},
				end: () => [],
				assumed: reader.assumed,
				asked: reader.asked,
			};
		},
	};
}

/** @throws UserError (exit 2) for a text that holds no instant of a product we know */
export function ownFormat(text: string): LogKind {
	const dialect: Dialect | undefined = /%[A-Z_]{3,}(?:\([^)]*\))?(?::\d+)?%/.test(text)
		? 'envoy'
		: /\$\{?\w/.test(text)
			? 'nginx'
			: /%[<>]?(?:\{[^}]+\})?[a-zA-Z]/.test(text)
				? 'apache'
				: undefined;
	const kind =
		dialect === undefined ? null : formatKind(`log in the format of --log-format (${dialect})`, dialect, text);
	const known =
		dialect !== undefined && compile(text, dialect).names.some((name) => FIELDS[dialect].time.includes(name));
	if (kind !== null && known) return kind;
	throw new UserError(
		`error: --log-format: found ${JSON.stringify(text)}, a format string of nginx ($time_local), Apache (%t) or Envoy (%START_TIME%) with its instant would do`,
		EXIT.usage,
	);
}

export const ENVOY_TEXT = formatKind(
	'Envoy access log (default text)',
	'envoy',
	'[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"',
);

export const ISTIO_TEXT = formatKind(
	'Envoy access log (Istio text)',
	'envoy',
	'[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"',
);

export const INGRESS_NGINX = formatKind(
	'access log of ingress-nginx',
	'nginx',
	'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id',
);

const API_GATEWAY = formatKind(
	'API Gateway access log (CLF)',
	'nginx',
	'$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId',
	true,
);

/** A number at the end is a duration of Tomcat, and no id. */
export const API_GATEWAY_TEXT: LogKind = {
	...API_GATEWAY,
	knows: (line) => API_GATEWAY.knows(line) && !/\s\d+$/.test(line),
};
