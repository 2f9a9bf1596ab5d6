/** What is said of a log of no known kind: what it looks like, and the flag that would read it. */
import { isObject, type JsonObject, jsonObject } from './json/json-line.js';
import { cellsOf, delimiterOf } from './tables/cells.js';
import { anyInstant } from './timestamps.js';

export interface Refusal {
	/** "a log of no known kind" */
	readonly what: string;
	/** what would do in its place */
	readonly would: string;
}

const SUMMARIES: readonly (readonly [RegExp, string])[] = [
	[/^Running \d+\S* test @/m, 'wrk'],
	[/^This is ApacheBench/m, 'ApacheBench (ab -g writes a line a request)'],
	[/^Summary:\s*$[\s\S]*^\s*(?:Total|Success rate):/m, 'hey or oha (-o csv writes a row a request)'],
	[/^Requests\s+\[total, rate/m, 'vegeta (vegeta encode writes a line a request)'],
	[/"RequestsPerSecond"|"latencies"\s*:\s*\{/, 'a load generator'],
];

const KINDS =
	'Prometheus answers, access logs of nginx, Apache, Envoy, HAProxy, AWS, Google Cloud, Azure and CDNs, results of load generators, spans and tables of counts (docs/formats.md has all)';

export function refusalOf(first: readonly string[]): Refusal {
	const text = first.slice(0, 50).join('\n').slice(0, 20_000);
	const summary = SUMMARIES.find(([pattern]) => pattern.test(text));
	if (summary !== undefined)
		return { what: `a summary of ${summary[1]}, which has no request over time`, would: 'its log of single requests' };
	const object = first[0].length > 1_000_000 ? null : jsonObject(first[0]);
	if (object !== null)
		return {
			what: 'JSON objects of no known kind',
			would: `--fields ${fieldsFor(object)} with the right names, or ${KINDS}`,
		};
	const delimiter = delimiterOf(first);
	if (delimiter !== null && first.length > 1) {
		const header = cellsOf(first[0], delimiter);
		const time = cellsOf(first[1], delimiter).findIndex((cell) => anyInstant(cell) !== null);
		const name = time < 0 ? 'TIME' : /^-?\d/.test(header[time]) ? String(time + 1) : header[time];
		return {
			what: 'a table of no known kind',
			would: `--fields time=${name},status=COLUMN,path=COLUMN,duration=COLUMN:ms (names of columns, or their numbers), or ${KINDS}`,
		};
	}
	return {
		what: 'a log of no known kind',
		would: `${KINDS}, or --log-format '...' with its format string (nginx, Apache, Envoy)`,
	};
}

/** The names of the first record that may be meant. */
function fieldsFor(object: JsonObject): string {
	const names = leaves(object, '', 0);
	const find = (fits: (name: string, value: unknown) => boolean): string | undefined =>
		names.find(([name, value]) => fits(name, value))?.[0];
	const time = find((_, value) => anyInstant(value) !== null);
	const status = find((name, value) => /stat|code/i.test(name) && /^\d{3}$/.test(String(value)));
	const path = find((_, value) => typeof value === 'string' && /^(?:https?:\/)?\/\S*$/.test(value));
	const duration = find(
		(name, value) => /dur|elaps|lat|took|time|ms$/i.test(name) && Number.isFinite(Number(value)) && name !== time,
	);
	const known = [
		`time=${time ?? 'NAME'}`,
		`status=${status ?? 'NAME'}`,
		...(path === undefined ? [] : [`path=${path}`]),
		`duration=${duration ?? 'NAME'}:ms`,
	];
	return known.join(',');
}

function leaves(object: JsonObject, prefix: string, depth: number): (readonly [string, unknown])[] {
	return Object.entries(object).flatMap(([name, value]) =>
		isObject(value) && depth < 4
			? leaves(value, `${prefix}${name}.`, depth + 1)
			: [[`${prefix}${name}`, value] as const],
	);
}
