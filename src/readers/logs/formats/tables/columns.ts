/** What the columns of a table are, by their names. */

const TIME =
	/^(?:time|timestamp|date|datetime|date\/time|period|ts|minute|second|start|start_?time|_time|@timestamp|time_?stamp|event_?time|started_?at|bucket|interval|time_iso8601|t)$/i;
const COUNT =
	/^(?:count|counts|requests?|hits|n|invocations?|sum|samplecount|sample_?count|calls|num_?requests|request_?counts?|req_?counts?|events|visits|queries)$/i;
const RATE = /(?:\/ ?s(?:ec(?:ond)?)?|per[ _]?sec(?:ond)?|rps|qps|tps|req_?s|_rate|\brate)\)?$/i;
const STATUS =
	/^(?:status|status[_-]?codes?|http[_-]?status(?:[_-]?code)?|code|http[_-]?code|response[_-]?(?:code|status)|return[_-]?code|sc-status|res\.status(?:code)?|http\.(?:response\.)?status_code|elb_status_code)$/i;
const SUCCESS = /^(?:success|succeeded|ok|is_?success|passed)$/i;
const ERRORS = /^(?:errors?|failures?|failed|error_?counts?|failure_?counts?|5xx|http_?5xx|errors_?5xx)$/i;
const PATH =
	/^(?:path|url|uri|request_?uri|request_?path|route|endpoint|target|resource|http\.target|url\.path|label|operation|service|class|handler|name)$/i;
const METHOD = /^(?:method|verb|http_?method|request_?method|http\.(?:request\.)?method)$/i;
const REQUEST = /^(?:request|request_?line)$/i;
const DURATION =
	/^(?:duration|elapsed|latency|response_?time|request_?time|took|time_?taken|rt|service_?time|total_?time|upstream_response_time|ttlb)(?:[_ ]?\(?(ns|us|µs|ms|msec|s|sec|secs|seconds|millis|milliseconds|micros|nanos)\)?)?$/i;
const CLIENT = /^(?:client|client_?ip|remote_?addr|remote_?ip|ip|source_?ip|c-ip|user|client_?address)$/i;
const ID = /^(?:request_?id|req_?id|x[-_]request[-_]id|correlation_?id|trace_?id)$/i;
const ATTEMPT = /^(?:attempt|attempt_?number|try|x[-_]attempt)$/i;
const UNIT = /^units?$/i;
/** Numbers that count no requests. */
const OTHER =
	/byte|latency|duration|elapsed|cpu|mem|^p\d|p\d\d|percent|%|^avg|average|^max|^min|maximum|minimum|median|size|age|user.?count|connections|in.?flight|temperature/i;

export type Unit = 's' | 'ms' | 'us' | 'ns';

export interface Columns {
	readonly header: readonly string[];
	readonly time: number | null;
	readonly status: number | null;
	readonly success: number | null;
	readonly path: number | null;
	readonly method: number | null;
	readonly request: number | null;
	readonly duration: { readonly column: number; readonly unit: Unit | null } | null;
	readonly client: number | null;
	readonly id: number | null;
	readonly attempt: number | null;
	readonly unit: number | null;
	readonly errors: number | null;
	/** columns whose name says that they count requests, of each step or a second */
	readonly counts: readonly number[];
	readonly rates: readonly number[];
}

const UNITS: readonly (readonly [RegExp, Unit])[] = [
	[/^(?:ns|nanos)$/i, 'ns'],
	[/^(?:us|µs|micros)$/i, 'us'],
	[/^(?:ms|msec|millis|milliseconds)$/i, 'ms'],
	[/^(?:s|sec|secs|seconds)$/i, 's'],
];

export function columnsOf(header: readonly string[]): Columns {
	const find = (pattern: RegExp): number | null => {
		const at = header.findIndex((name) => pattern.test(name));
		return at < 0 ? null : at;
	};
	const all = (pattern: RegExp): number[] => header.flatMap((name, i) => (pattern.test(name) ? [i] : []));
	const column = find(DURATION);
	const written = column === null ? undefined : DURATION.exec(header[column])?.[1];
	const unit = UNITS.find(([pattern]) => written !== undefined && pattern.test(written));
	return {
		header,
		time: find(TIME),
		status: find(STATUS),
		success: find(SUCCESS),
		path: find(PATH),
		method: find(METHOD),
		request: find(REQUEST),
		duration: column === null ? null : { column, unit: unit === undefined ? null : unit[1] },
		client: find(CLIENT),
		id: find(ID),
		attempt: find(ATTEMPT),
		unit: find(UNIT),
		errors: find(ERRORS),
		counts: all(COUNT),
		rates: all(RATE).filter((i) => !OTHER.test(header[i])),
	};
}

export const countsNothing = (name: string): boolean => OTHER.test(name) || DURATION.test(name);

/** A header has names: no cell is a number. */
export const isHeader = (cells: readonly string[]): boolean =>
	cells.length > 1 && cells.every((cell) => !/^-?\d+(?:\.\d+)?$/.test(cell)) && columnsOf(cells).time !== null;
