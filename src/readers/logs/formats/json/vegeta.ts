/** What `vegeta encode` writes: one JSON object a hit, its latency in nanoseconds. */

import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { anyInstant } from '../timestamps.js';
import { jsonObject, numberField, pathOf, textField } from './json-line.js';

export const VEGETA = lineKind(
	'vegeta JSON lines (vegeta encode)',
	(line) => {
		const object = jsonObject(line);
		return object !== null && 'latency' in object && 'timestamp' in object && 'code' in object;
	},
	readVegeta,
);

function readVegeta(line: string): LineReading {
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	const at = anyInstant(object.timestamp);
	const status = numberField(object, ['code']);
	const ns = numberField(object, ['latency']);
	if (at === null || status === null || ns === null) return 'no timestamp, code or latency';
	if (ns < 0) return `a negative duration: ${ns} ns`;
	const url = textField(object, ['url']);
	return observedAttempt({
		timeUs: at.us,
		zoneMinutes: at.zoneMinutes,
		method: textField(object, ['method']),
		path: url === null ? null : pathOf(url),
		status,
		durationUs: Math.round(ns / 1000),
	});
}
