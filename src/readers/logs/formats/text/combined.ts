/**
 * Access logs of Apache and nginx: the common and the combined format, with a virtual host before them and durations behind
 * them where somebody added these: `rt=0.012` or a bare `0.012` is in seconds, `13ms` says its unit; a whole number may be Apache's %D in
 * microseconds, Tomcat's in milliseconds or %T in seconds, and is told by its values.
 */
import type { ObservedAttempt } from '../../../../experiment/fit/observe/observation.js';
import { ownUnitUs, type UnitFound, US_PER, unitByEvidence } from '../duration-units.js';
import type { LineReading, LogKind } from '../log-format.js';
import { triesOf } from '../record-requests.js';
import { clfInstant, type LoggedInstant } from '../timestamps.js';

/** [host:port] client identity user [time] "request" status bytes ["referer" "agent" [rest]] */
const LINE =
	/^(?:\S+:\d+ )?(\S+) \S+ [^[]*\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}|-)(?: (?:\d+|-))?(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?(| .*)$/;
const DURATION = /(?:^|\s)"?(?:(?:rt|request_time|urt|upstream_response_time)=)?"?(-?\d+\.\d+)"?(?=\s|$)/;
/** All that stands behind the line is a whole number. */
const WHOLE = /^\s*"?(\d+)"?\s*$/;
/** Traefik's common log ends so, and Apache's often read "%T/%D". */
const OWN_UNIT = /\s"?(\d+(?:\.\d+)?(?:ns|us|µs|ms))"?\s*$/;
const BOTH = /\*\*\d+\/(\d+)\*\*/;
const UPSTREAM = /(?:^|\s)(?:upstream_status|us)="?(\d{3}(?:(?:, | : )(?:\d{3}|-))*)"?/;
const ID = /(?:^|\s)"?(?:request_id|req_id|rid|id)="?([\w-]+)"?/;
const ATTEMPT = /(?:^|\s)"?(?:attempt|retry_attempt|x_attempt)="?(\d+)"?/;

export const COMBINED: LogKind = {
	title: 'combined access log (nginx, Apache)',
	knows: (line) => LINE.test(line) && clfInstant(line.slice(line.indexOf('[') + 1, line.indexOf(']'))) !== null,
	open: (first) => {
		const instantOf = remembering(clfInstant);
		const whole = wholeUnit(first, instantOf);
		const usPer = whole === null || whole.unit === null ? Number.NaN : US_PER[whole.unit];
		const ended = 'the line was written when the attempt ended (nginx)';
		return {
			read: (line) => readCombined(line, instantOf, usPer),
			end: () => [],
			assumed:
				whole === null
					? [`a duration behind the line is in seconds, and ${ended}`]
					: [ended, ...(whole.unit === null ? [] : [whole.why])],
			asked: whole === null || whole.unit !== null ? [] : [whole.why],
		};
	},
};

/** Of whole numbers behind the lines; null where there are none. */
function wholeUnit(first: readonly string[], instantOf: (text: string) => LoggedInstant | null): UnitFound | null {
	const values: number[] = [];
	let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const line of first) {
		const found = LINE.exec(line);
		const at = found === null ? null : instantOf(found[2]);
		if (found === null || at === null) continue;
		[low, high] = [Math.min(low, at.us), Math.max(high, at.us)];
		const whole = WHOLE.exec(found[6]);
		if (whole !== null) values.push(Number(whole[1]));
	}
	return values.length * 2 < first.length || values.length === 0
		? null
		: unitByEvidence('the number behind the line', values, high - low + 1e6);
}

/** Most lines have the instant of the one before. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
	let known: { readonly text: string; readonly value: T } | null = null;
	return (text) => {
		if (known === null || known.text !== text) known = { text, value: read(text) };
		return known.value;
	};
}

function readCombined(line: string, instantOf: (text: string) => LoggedInstant | null, usPer: number): LineReading {
	const found = LINE.exec(line);
	if (found === null) return 'not a line of an access log';
	const [, address, time, request, status, agent, rest = ''] = found;
	const at = instantOf(time);
	if (at === null) return `no instant: [${time}]`;
	if (status === '-') return 'no status';
	const [method, path] = requestOf(request);
	const client = agent === undefined ? address : `${address} ${agent}`;
	const attempt = attemptOf(at, method, path, Number(status), client);
	return rest === '' ? attempt : withRest(attempt, rest, usPer);
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

function withRest(observed: ObservedAttempt, rest: string, usPer: number): ObservedAttempt | string {
	const duration = DURATION.exec(rest);
	if (duration !== null && Number(duration[1]) < 0) return `a negative duration: ${duration[1]} s`;
	const durationUs = duration === null ? otherDuration(rest, usPer) : Math.round(Number(duration[1]) * 1e6);
	const upstream = rest.includes('us=') || rest.includes('upstream_status=') ? UPSTREAM.exec(rest) : null;
	const id = rest.includes('id=') ? ID.exec(rest) : null;
	const attempt = rest.includes('attempt=') ? ATTEMPT.exec(rest) : null;
	return {
		...observed,
		durationUs,
		startUs: durationUs === null ? observed.timeUs : observed.timeUs - durationUs,
		id: id === null ? null : id[1],
		attempt: attempt === null ? null : Number(attempt[1]),
		tries: upstream === null ? null : triesOf(upstream[1]),
	};
}

function otherDuration(rest: string, usPer: number): number | null {
	const whole = WHOLE.exec(rest);
	if (whole !== null) return Number.isNaN(usPer) ? null : Math.round(Number(whole[1]) * usPer);
	const own = OWN_UNIT.exec(rest);
	if (own !== null) return Math.round(Number(ownUnitUs(own[1])));
	const both = BOTH.exec(rest);
	return both === null ? null : Number(both[1]);
}
