/** Access logs of nginx (and of whoever writes its variables) as JSON lines: each field under its variable's name, or a usual short one. */

import { type UnitFound, US_PER, unitByEvidence } from '../duration-units.js';
import { type LineReading, type LogKind, observedAttempt } from '../log-format.js';
import { triesOf } from '../record-requests.js';
import { anyInstant } from '../timestamps.js';
import {
	attemptField,
	clientOf,
	field,
	ID_FIELDS,
	type JsonObject,
	jsonObject,
	numberField,
	objectsIn,
	pathOf,
	textField,
} from './json-line.js';

const TIMES = ['msec', 'time_iso8601', 'time_local', 'time', 'timestamp', '@timestamp', 'ts'];
const PATHS = ['request_uri', 'uri', 'path', 'url'];
/** Variables of nginx that are in seconds. */
const SECONDS = ['request_time', 'upstream_response_time'];
const METHODS = ['request_method', 'method', 'verb'];
const CLIENTS = ['http_x_forwarded_for', 'client', 'client_ip', 'remote_addr', 'realip', 'ip'];

export const NGINX_JSON: LogKind = {
	title: 'nginx JSON lines',
	long: true,
	knows: (line) => {
		const object = jsonObject(line);
		return (
			object !== null &&
			field(object, ['status']) !== undefined &&
			field(object, TIMES) !== undefined &&
			(field(object, PATHS) ?? field(object, ['request'])) !== undefined
		);
	},
	open: (first) => {
		const bare = bareUnit(first);
		const unitNote = bare === null || bare.unit === null ? [] : [bare.why];
		return {
			read: (line) => readNginxJson(line, bare === null || bare.unit === null ? Number.NaN : US_PER[bare.unit]),
			end: () => [],
			assumed: ['a line was written when its attempt ended (nginx)', ...unitNote],
			asked: bare === null || bare.unit !== null ? [] : [bare.why],
		};
	},
};

/** `duration` is no variable of nginx: whoever writes it chose its unit. Null where nobody does. */
function bareUnit(first: readonly string[]): UnitFound | null {
	const objects = objectsIn(first);
	const values = objects.flatMap((object) =>
		field(object, SECONDS) === undefined ? (numberField(object, ['duration']) ?? []) : [],
	);
	if (values.length === 0) return null;
	const times = objects.flatMap((object) => anyInstant(field(object, TIMES))?.us ?? []);
	return unitByEvidence('duration', values, Math.max(...times) - Math.min(...times) + 1e6);
}

/** @param usPer of a bare `duration`; NaN: not known */
function readNginxJson(line: string, usPer: number): LineReading {
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	const at = anyInstant(field(object, TIMES));
	if (at === null) return 'no instant';
	const status = numberField(object, ['status']);
	if (status === null) return 'no status';
	const request = requestOf(object);
	if (request === null) return 'no path';
	const seconds = numberField(object, SECONDS);
	if (seconds !== null && seconds < 0) return `a negative duration: ${seconds} s`;
	const bare = seconds === null ? numberField(object, ['duration']) : null;
	if (bare !== null && bare < 0) return `a negative duration: ${bare}`;
	const us = seconds !== null ? seconds * 1e6 : bare === null ? Number.NaN : bare * usPer;
	const durationUs = Number.isNaN(us) ? null : Math.round(us);
	return observedAttempt({
		timeUs: at.us,
		startUs: durationUs === null ? at.us : at.us - durationUs,
		zoneMinutes: at.zoneMinutes,
		...request,
		status,
		durationUs,
		client: clientOf(object, CLIENTS),
		id: textField(object, ID_FIELDS),
		attempt: attemptField(object),
		tries: triesOf(object.upstream_status),
	});
}

/** From the two fields, or from the request line. */
function requestOf(object: JsonObject): { readonly method: string | null; readonly path: string } | null {
	const path = textField(object, PATHS);
	if (path !== null) return { method: textField(object, METHODS), path: pathOf(path) };
	const request = textField(object, ['request']);
	if (request === null) return null;
	const [verb, target = request] = request.split(' ');
	return { method: verb, path: target };
}
