/**
 * HAProxy's HTTP log (`option httplog`): client [accept date] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes cookies state
 * connections with retries queues {headers} "request". Its retries are counted, so attempts are known; times are in milliseconds.
 */
import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { numberOf, requestLine } from '../record-requests.js';
import { clfInstant } from '../timestamps.js';

const LINE =
	/(?:^|\s)(\S+):\d+ \[(\d\d\/\w{3}\/\d{4}:[\d:.]+)\] \S+ [^\s/]+\/\S+ -?\d+\/(-?\d+)\/-?\d+\/-?\d+\/\+?(-?\d+) (-?\d{1,3}) \+?\d+ \S+ \S+ \S{4} \d+\/\d+\/\d+\/\d+\/(\+?\d+) \d+\/\d+ .*?"((?:[^"\\]|\\.)*)"?\s*$/;

export const HAPROXY = lineKind('HAProxy HTTP log (option httplog)', (line) => LINE.test(line), readHaproxy, [
	'HAProxy writes its local time without a zone',
	'Tw, the wait in a queue of HAProxy, is no part of the service',
]);

function readHaproxy(line: string): LineReading {
	const found = LINE.exec(line);
	if (found === null) return /haproxy\[\d+\]/.test(line) ? null : 'not a line of HAProxy';
	const [, client, time, queued, total, status, retries, request] = found;
	const at = clfInstant(time);
	if (at === null) return `no instant: [${time}]`;
	// -1 where it never left the queue.
	const ms = Number(total) - Math.max(0, Number(queued));
	const code = Number(status);
	const sends = numberOf(retries);
	return observedAttempt({
		timeUs: at.us,
		zoneMinutes: at.zoneMinutes,
		...requestLine(request),
		status: Math.max(code, 0),
		durationUs: ms < 0 || Number(total) < 0 ? null : ms * 1000,
		client,
		tries: sends === null ? null : sends + 1,
	});
}
