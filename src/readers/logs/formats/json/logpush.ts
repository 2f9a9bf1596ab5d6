/** Cloudflare Logpush, data set http_requests, as JSON lines. Its instants are RFC 3339, or numbers in s, ms or ns. */

import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { anyInstant } from '../timestamps.js';
import { clientOf, field, jsonObject, numberField, pathOf, textField } from './json-line.js';

export const LOGPUSH = lineKind(
	'Logpush http_requests JSON lines',
	(line) => {
		const object = jsonObject(line);
		return (
			object !== null && object.EdgeStartTimestamp !== undefined && field(object, ['EdgeResponseStatus']) !== undefined
		);
	},
	readLogpush,
);

function readLogpush(line: string): LineReading {
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	const at = anyInstant(object.EdgeStartTimestamp);
	if (at === null) return 'no instant in EdgeStartTimestamp';
	const status = numberField(object, ['EdgeResponseStatus']);
	if (status === null) return 'no EdgeResponseStatus';
	const end = anyInstant(object.EdgeEndTimestamp);
	const durationUs = end === null ? null : end.us - at.us;
	if (durationUs !== null && durationUs < 0) return `a negative duration: ${durationUs / 1000} ms`;
	const url = textField(object, ['ClientRequestURI', 'ClientRequestPath']);
	if (url === null) return 'no ClientRequestURI and no ClientRequestPath';
	return observedAttempt({
		timeUs: at.us,
		zoneMinutes: at.zoneMinutes,
		method: textField(object, ['ClientRequestMethod']),
		path: pathOf(url),
		status,
		durationUs,
		// A RayID is an attempt's own: it does not tie attempts together.
		client: clientOf(object, ['ClientIP'], ['ClientRequestUserAgent']),
	});
}
