/**
 * Requests out of records with named fields, whatever holds them: JSON objects, rows of a table, captures of a pattern. A format names
 * its fields; what a record leaves out stays unknown.
 */
import type { ObservedAttempt } from '../../../experiment/fit/observe/observation.js';
import { ownUnitUs, type Unit, US_PER, unitByEvidence } from './duration-units.js';
import { pathOf } from './json/json-line.js';
import { type LineReading, observedAttempt } from './log-format.js';
import { anyInstant, type LoggedInstant } from './timestamps.js';

type Names = readonly string[];

/** Names of fields by what they say; of several the first that says something counts. */
export interface RequestFields {
	readonly time: Names;
	/** whether `time` is the instant at which a request came, or at which it was done */
	readonly stamp: 'start' | 'end';
	/** when it came, where `time` is the end and both are told */
	readonly began?: Names;
	/** when it was done, in place of a duration */
	readonly ended?: Names;
	readonly status: Names;
	/** "GET /a HTTP/1.1" */
	readonly request?: Names;
	readonly method?: Names;
	readonly path?: Names;
	/** with its unit; null: to be told by the values */
	readonly duration?: readonly (readonly [name: string, unit: Unit | null])[];
	readonly client?: Names;
	readonly agent?: Names;
	/** of the request, the same for all its attempts */
	readonly id?: Names;
	/** 1 for the first attempt */
	readonly attempt?: Names;
	/** attempts of it that went before: 0 for the first */
	readonly resends?: Names;
	/** sends that a proxy counted for this line */
	readonly tries?: Names;
	/** sends after the first that a proxy counted */
	readonly retries?: Names;
	/** "502, 200": one status a try */
	readonly upstream?: Names;
	/** zone of instants that name none, minutes east of UTC */
	readonly zone?: number;
}

/** How a field of a record is had. */
export type Access<R> = (name: string) => (record: R) => unknown;

export interface RequestReader<R> {
	readonly read: (record: R) => LineReading;
	readonly assumed: readonly string[];
	readonly asked: readonly string[];
}

const NONE: Names = [];

/** @param first some records, by which units are told */
export function requestReader<R>(fields: RequestFields, access: Access<R>, first: readonly R[]): RequestReader<R> {
	const { stamp, zone } = fields;
	const of = (names: Names | undefined) => accessor(names === undefined ? NONE : names, access);
	const time = instants(of(fields.time), zone);
	const [began, ended] = [instants(of(fields.began), zone), instants(of(fields.ended), zone)];
	const [request, method, path] = [of(fields.request), of(fields.method), of(fields.path)];
	const [client, agent, id] = [of(fields.client), of(fields.agent), of(fields.id)];
	const [attempt, resends, tries] = [of(fields.attempt), of(fields.resends), of(fields.tries)];
	const [retries, upstream, status] = [of(fields.retries), of(fields.upstream), of(fields.status)];
	const timed = durations(fields, access, first, time);
	const counted = (record: R): number | null => {
		const plain = numberOf(tries(record));
		if (plain !== null) return plain;
		const more = numberOf(retries(record));
		return more !== null ? more + 1 : triesOf(upstream(record));
	};
	return {
		assumed: timed.assumed,
		asked: timed.asked,
		read: (record) => {
			const at = time(record);
			if (at === null) return `no instant in ${fields.time.join(' or ')}`;
			const end = ended(record);
			const durationUs = end === null ? timed.read(record) : end.us - at.us;
			if (durationUs !== null && !(durationUs >= 0)) return `no duration, or a negative one: ${durationUs} us`;
			const start = began(record);
			const line = requestLine(request(record));
			const target = textOf(path(record));
			const [who, with_] = [textOf(client(record)), textOf(agent(record))];
			const before = numberOf(resends(record));
			return observedAttempt({
				timeUs: at.us,
				startUs: start !== null ? start.us : stamp === 'end' && durationUs !== null ? at.us - durationUs : at.us,
				zoneMinutes: at.zoneMinutes,
				method: textOf(method(record)) ?? line.method,
				path: target !== null ? pathOf(target) : line.path,
				status: statusOf(status(record)),
				durationUs,
				client: who === null || with_ === null ? who : `${who} ${with_}`,
				id: textOf(id(record)),
				attempt: numberOf(attempt(record)) ?? (before === null ? null : before + 1),
				tries: counted(record),
			});
		},
	};
}

/** The first that says something: "-" and "" are how proxies write nothing. */
function accessor<R>(names: Names, access: Access<R>): (record: R) => unknown {
	const all = names.map(access);
	if (all.length === 0) return () => undefined;
	return (record) => {
		for (const get of all) {
			const value = get(record);
			if (value !== undefined && value !== null && value !== '' && value !== '-') return value;
		}
		return undefined;
	};
}

function instants<R>(of: (record: R) => unknown, zone: number | undefined): (record: R) => LoggedInstant | null {
	let known: { readonly text: unknown; readonly at: LoggedInstant | null } | null = null;
	return (record) => {
		const text = of(record);
		if (text === undefined) return null;
		if (known === null || known.text !== text) {
			const at = anyInstant(text);
			known = {
				text,
				at: at !== null && at.zoneMinutes === null && zone !== undefined ? { us: at.us, zoneMinutes: zone } : at,
			};
		}
		return known.at;
	};
}

/** The durations of a format: the first field whose unit is told, or can be. */
function durations<R>(
	{ duration = [] }: RequestFields,
	access: Access<R>,
	first: readonly R[],
	time: (record: R) => LoggedInstant | null,
) {
	const assumed: string[] = [];
	const questions: string[] = [];
	const spanUs = spanOf(first, time);
	const read = duration.flatMap(([name, unit]) => {
		const get = accessor([name], access);
		if (unit !== null) return [durationReader(get, US_PER[unit])];
		const values = first.flatMap((record) => {
			const value = get(record);
			return value === undefined || (typeof value === 'string' && ownUnitUs(value) !== null) ? [] : [Number(value)];
		});
		if (values.length === 0) return [durationReader(get, Number.NaN)];
		const found = unitByEvidence(name, values.filter(Number.isFinite), spanUs);
		(found.unit === null ? questions : assumed).push(found.why);
		return [durationReader(get, found.unit === null ? Number.NaN : US_PER[found.unit])];
	});
	return {
		assumed,
		asked: questions,
		read: (record: R): number | null => {
			for (const one of read) {
				const us = one(record);
				if (us !== null) return us;
			}
			return null;
		},
	};
}

/** @param usPer of a bare number; NaN: its unit is not known, so that it says nothing */
function durationReader<R>(get: (record: R) => unknown, usPer: number): (record: R) => number | null {
	return (record) => {
		const value = get(record);
		if (value === undefined) return null;
		const own = typeof value === 'string' ? ownUnitUs(value.trim()) : null;
		if (own !== null) return Number.isNaN(own) && !/^-\d/.test(String(value)) ? null : Math.round(own);
		const us = Number(value) * usPer;
		return Number.isNaN(us) ? null : Math.round(us);
	};
}

function spanOf<R>(records: readonly R[], time: (record: R) => LoggedInstant | null): number {
	let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const record of records) {
		const at = time(record);
		if (at === null) continue;
		low = Math.min(low, at.us);
		high = Math.max(high, at.us);
	}
	return high >= low ? high - low + 1e6 : 0;
}

export const textOf = (value: unknown): string | null =>
	typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;

/** A number, or a text that is one; HAProxy writes "+1" where it chose another server. */
export function numberOf(value: unknown): number | null {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	return typeof value === 'string' && /^\+?-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

const CLASS = /^([1-5])xx$/i;

/** @returns 0: no answer; null: not told */
export function statusOf(value: unknown): number | null {
	const number = numberOf(value);
	if (number !== null) return Math.max(number, 0);
	if (typeof value !== 'string') return null;
	const found = CLASS.exec(value);
	if (found !== null) return 100 * Number(found[1]);
	const leading = /^(\d{3})\b/.exec(value);
	if (leading !== null) return Number(leading[1]);
	// JMeter, hey and their like: an exception in place of an answer.
	return /^non http|exception|error|timeout|refused|reset/i.test(value) ? 0 : null;
}

/** nginx writes a status for each try: ", " between servers, " : " after an internal redirect. */
export function triesOf(value: unknown): number | null {
	if (typeof value !== 'string') return typeof value === 'number' ? 1 : null;
	if (value.length === 3) return /^\d{3}$/.test(value) ? 1 : null;
	const statuses = value.split(/, | : /).filter((part) => /^\d{3}$/.test(part));
	return statuses.length === 0 ? null : statuses.length;
}

const NO_LINE: Pick<ObservedAttempt, 'method' | 'path'> = { method: '-', path: '-' };

/** "GET /a?b HTTP/1.1"; old clients leave the protocol out. */
export function requestLine(value: unknown): Pick<ObservedAttempt, 'method' | 'path'> {
	if (typeof value !== 'string') return NO_LINE;
	const first = value.indexOf(' ');
	if (first < 1 || !/^[A-Z]{3,16}$/.test(value.slice(0, first))) return { method: '-', path: pathOf(value) };
	const end = value.lastIndexOf(' HTTP/');
	return {
		method: value.slice(0, first),
		path: pathOf(end > first ? value.slice(first + 1, end) : value.slice(first + 1)),
	};
}
