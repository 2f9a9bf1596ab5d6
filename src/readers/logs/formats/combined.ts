/**
 * Access logs of Apache and nginx: the common and the combined format, with a virtual host before them and durations behind
 * them where somebody added these (`rt=0.012`, or a bare `0.012`, in seconds).
 */
import type { ObservedAttempt } from '../../../experiment/fit/observe/observation.js';
import type { LineReading, LogKind } from './log-format.js';
import { clfInstant, type LoggedInstant } from './timestamps.js';

/** [host:port] client identity user [time] "request" status bytes ["referer" "agent" [rest]] */
const LINE =
	/^(?:\S+:\d+ )?(\S+) \S+ [^[]*\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}|-)(?: (?:\d+|-))?(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"(.*))?\s*$/;
const DURATION = /(?:^|\s)"?(?:(?:rt|request_time|urt|upstream_response_time)=)?"?(-?\d+\.\d+)"?(?=\s|$)/;
const ID = /(?:^|\s)"?(?:request_id|req_id|rid|id)="?([\w-]+)"?/;
const ATTEMPT = /(?:^|\s)"?(?:attempt|retry_attempt|x_attempt)="?(\d+)"?/;

export const COMBINED: LogKind = {
	title: 'combined access log (nginx, Apache)',
	knows: (line) => LINE.test(line) && clfInstant(line.slice(line.indexOf('[') + 1, line.indexOf(']'))) !== null,
	open: () => {
		const instantOf = remembering(clfInstant);
		return {
			read: (line) => readCombined(line, instantOf),
			end: () => [],
			assumed: ['a duration behind the line is in seconds, and the line was written when the attempt ended (nginx)'],
		};
	},
};

/** Most lines have the instant of the one before. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
	let known: { readonly text: string; readonly value: T } | null = null;
	return (text) => {
		if (known === null || known.text !== text) known = { text, value: read(text) };
		return known.value;
	};
}

function readCombined(line: string, instantOf: (text: string) => LoggedInstant | null): LineReading {
	const found = LINE.exec(line);
	if (found === null) return 'not a line of an access log';
	const [, address, time, request, status, agent, rest = ''] = found;
	const at = instantOf(time);
	if (at === null) return `no instant: [${time}]`;
	if (status === '-') return 'no status';
	const [method, path] = requestOf(request);
	const client = agent === undefined ? address : `${address} ${agent}`;
	const seen = attemptOf(at, method, path, Number(status), client);
	return rest === '' ? seen : withRest(seen, rest);
}

/** Written out: a log has millions of them. */
const attemptOf = (
	at: LoggedInstant,
	method: string,
	path: string,
	status: number,
	client: string,
): ObservedAttempt => ({
	timeUs: at.us,
	startUs: at.us,
	zoneMinutes: at.zoneMinutes,
	method,
	path,
	status,
	durationUs: null,
	client,
	id: null,
	attempt: null,
	tries: null,
});

/** "GET /a?b HTTP/1.1"; old clients leave the protocol out, and broken ones send anything. */
function requestOf(request: string): readonly [method: string, path: string] {
	const first = request.indexOf(' ');
	if (first < 1 || first > 20) return ['-', request];
	const end = request.lastIndexOf(' HTTP/');
	return [request.slice(0, first), end > first ? request.slice(first + 1, end) : request.slice(first + 1)];
}

function withRest(seen: ObservedAttempt, rest: string): ObservedAttempt | string {
	const duration = DURATION.exec(rest);
	if (duration !== null && Number(duration[1]) < 0) return `a negative duration: ${duration[1]} s`;
	const durationUs = duration === null ? null : Math.round(Number(duration[1]) * 1e6);
	const id = rest.includes('id=') ? ID.exec(rest) : null;
	const attempt = rest.includes('attempt=') ? ATTEMPT.exec(rest) : null;
	return {
		...seen,
		durationUs,
		startUs: durationUs === null ? seen.timeUs : seen.timeUs - durationUs,
		id: id === null ? null : id[1],
		attempt: attempt === null ? null : Number(attempt[1]),
	};
}
