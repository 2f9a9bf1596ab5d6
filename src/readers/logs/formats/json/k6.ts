/** What `k6 run --out json` writes: a point for every metric of every request. One of them, its duration, is the attempt. */

import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { anyInstant } from '../timestamps.js';
import { isObject, jsonObject, numberField, pathOf, textField } from './json-line.js';

export const K6 = lineKind(
	'k6 JSON lines (--out json)',
	(line) => {
		const object = jsonObject(line);
		return (
			object !== null &&
			(object.type === 'Metric' || object.type === 'Point') &&
			typeof object.metric === 'string' &&
			isObject(object.data)
		);
	},
	readK6,
	['k6 stamps an attempt when it ends; its `url`, or its `name` where that is a group of URLs, is the path'],
);

function readK6(line: string): LineReading {
	// Cheap, and most lines are about something else.
	if (!line.includes('"http_req_duration"')) return jsonObject(line) === null ? 'not a JSON object' : null;
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	if (object.type !== 'Point' || object.metric !== 'http_req_duration') return null;
	const { data } = object;
	if (!isObject(data) || !isObject(data.tags)) return 'a point without tags';
	const at = anyInstant(data.time);
	const ms = numberField(data, ['value']);
	if (at === null || ms === null) return 'a point without an instant or a value';
	if (ms < 0) return `a negative duration: ${ms} ms`;
	const status = numberField(data.tags, ['status']);
	const url = textField(data.tags, ['name', 'url']);
	if (status === null || url === null) return 'a point without a status or a url';
	const durationUs = Math.round(ms * 1000);
	return observedAttempt({
		timeUs: at.us,
		startUs: at.us - durationUs,
		zoneMinutes: at.zoneMinutes,
		method: textField(data.tags, ['method']),
		path: pathOf(url),
		status,
		durationUs,
	});
}
