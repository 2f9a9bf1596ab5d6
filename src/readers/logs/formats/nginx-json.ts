/** Access logs of nginx (and of whoever writes its variables) as JSON lines: each field under its variable's name, or a usual short one. */

import {
	attemptField,
	clientOf,
	field,
	ID_FIELDS,
	type JsonObject,
	jsonObject,
	numberField,
	pathOf,
	textField,
} from './json-line.js';
import { type LineReading, lineKind, observedAttempt } from './log-format.js';
import { anyInstant } from './timestamps.js';

const TIMES = ['msec', 'time_iso8601', 'time_local', 'time', 'timestamp', '@timestamp', 'ts'];
const PATHS = ['request_uri', 'uri', 'path', 'url'];
const METHODS = ['request_method', 'method', 'verb'];
const CLIENTS = ['http_x_forwarded_for', 'client', 'client_ip', 'remote_addr', 'realip', 'ip'];

export const NGINX_JSON = lineKind(
	'nginx JSON lines',
	(line) => {
		const object = jsonObject(line);
		return (
			object !== null &&
			field(object, ['status']) !== undefined &&
			field(object, TIMES) !== undefined &&
			(field(object, PATHS) ?? field(object, ['request'])) !== undefined
		);
	},
	readNginxJson,
	['a line was written when its attempt ended (nginx)'],
);

function readNginxJson(line: string): LineReading {
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	const at = anyInstant(field(object, TIMES));
	if (at === null) return 'no instant';
	const status = numberField(object, ['status']);
	if (status === null) return 'no status';
	const request = requestOf(object);
	if (request === null) return 'no path';
	const seconds = numberField(object, ['request_time', 'duration', 'upstream_response_time']);
	if (seconds !== null && seconds < 0) return `a negative duration: ${seconds} s`;
	const durationUs = seconds === null ? null : Math.round(seconds * 1e6);
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
