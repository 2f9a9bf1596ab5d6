/** Attempts as a client of one's own may record them: `{"t","req","attempt","client","path","code","ms"}` a line, code 0 without an answer. */

import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { anyInstant } from '../timestamps.js';
import { jsonObject, numberField, textField } from './json-line.js';

export const ATTEMPTS = lineKind(
	'recorded attempts (t, req, attempt, code, ms)',
	(line) => {
		const object = jsonObject(line);
		return object !== null && ['t', 'req', 'attempt', 'code'].every((name) => name in object);
	},
	readAttempt,
);

function readAttempt(line: string): LineReading {
	const object = jsonObject(line);
	if (object === null) return 'not a JSON object';
	const at = anyInstant(object.t);
	const status = numberField(object, ['code']);
	if (at === null || status === null) return 'no instant in t, or no code';
	const ms = numberField(object, ['ms']);
	if (ms !== null && ms < 0) return `a negative duration: ${ms} ms`;
	return observedAttempt({
		timeUs: at.us,
		zoneMinutes: at.zoneMinutes,
		method: textField(object, ['method']),
		path: textField(object, ['path']),
		status,
		durationUs: ms === null ? null : Math.round(ms * 1000),
		client: textField(object, ['client']),
		id: textField(object, ['req']),
		attempt: numberField(object, ['attempt']),
	});
}
