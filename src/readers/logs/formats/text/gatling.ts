/** Gatling's simulation.log, as text: `REQUEST`, groups, name, start and end in ms, OK or KO with a message. */
import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { requestLine } from '../record-requests.js';

const REQUEST = /^REQUEST\t.*?([^\t]*)\t(\d{13})\t(\d{13})\t(OK|KO)(?:\t(.*))?$/;
const OTHERS = /^(?:RUN|USER|GROUP|ASSERTION|ERROR)\t/;

export const GATLING = lineKind(
	'Gatling simulation.log',
	(line) => REQUEST.test(line) || OTHERS.test(line),
	readGatling,
	[
		'a request that Gatling calls OK has status 200; of others the status is the one in their message, and none without it',
	],
);

function readGatling(line: string): LineReading {
	if (OTHERS.test(line)) return null;
	const found = REQUEST.exec(line);
	if (found === null) return 'not a line of Gatling';
	const [, name, start, end, ending, message = ''] = found;
	const status = /\bfound (\d{3})\b/.exec(message);
	const [from, to] = [Number(start) * 1000, Number(end) * 1000];
	return observedAttempt({
		timeUs: to,
		startUs: from,
		zoneMinutes: 0,
		...requestLine(name),
		status: ending === 'OK' ? 200 : status === null ? 0 : Number(status[1]),
		durationUs: to - from,
	});
}
