/** Access logs of Envoy, and of the meshes around it, as JSON lines under the names of Istio's default and of Envoy's operators. */

import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { anyInstant } from '../timestamps.js';
import { attemptField, clientOf, field, jsonObject, numberField, textField } from './json-line.js';

const TIMES = ['start_time', 'startTime', ':start_time'];
const STATUSES = ['response_code', 'responseCode'];

export const ENVOY_JSON = lineKind(
	'Envoy JSON lines',
	(line) => {
		const object = jsonObject(line);
		return object !== null && field(object, TIMES) !== undefined && field(object, STATUSES) !== undefined;
	},
	readEnvoyJson,
);

function readEnvoyJson(line: string): LineReading {
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	const at = anyInstant(field(object, TIMES));
	if (at === null) return 'no instant in start_time';
	// 0: the client was gone before an answer began.
	const status = numberField(object, STATUSES);
	if (status === null) return 'no response_code';
	const ms = numberField(object, ['duration', 'duration_ms']);
	if (ms !== null && ms < 0) return `a negative duration: ${ms} ms`;
	return observedAttempt({
		timeUs: at.us,
		zoneMinutes: at.zoneMinutes,
		method: textField(object, ['method', ':method', 'request_method']),
		path: textField(object, ['path', ':path', 'x_envoy_original_path', 'x-envoy-original-path']),
		status,
		durationUs: ms === null ? null : Math.round(ms * 1000),
		client: clientOf(object, ['x_forwarded_for', 'x-forwarded-for', 'downstream_remote_address']),
		id: textField(object, ['request_id', 'x_request_id', 'x-request-id']),
		attempt: numberField(object, ['x_envoy_attempt_count', 'x-envoy-attempt-count']) ?? attemptField(object),
		tries: numberField(object, ['upstream_request_attempt_count', 'attempt_count', 'upstreamRequestAttemptCount']),
	});
}
