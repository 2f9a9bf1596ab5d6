/** Access logs of AWS: application and classic load balancers, S3, CloudFront in real time. Fields stand in the order of their documentation. */
import { type LineReading, lineKind, observedAttempt } from '../log-format.js';
import { requestLine } from '../record-requests.js';
import { anyInstant, clfInstant } from '../timestamps.js';

const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
/** type time elb client target request_time target_time response_time elb_status target_status received sent "request" "agent" */
const ALB_LINE = new RegExp(
	`^(?:https?|h2|grpcs|wss?) (\\S+) \\S+ (\\S+) \\S+ (-?[\\d.]+) (-?[\\d.]+) (-?[\\d.]+) (\\d{3}|-) \\S+ \\d+ \\d+ ${QUOTED} ${QUOTED}`,
);
/** time elb client backend request_time backend_time response_time elb_status backend_status received sent "request" ["agent"] */
const ELB_LINE = new RegExp(
	`^(\\d{4}-\\d\\d-\\d\\dT\\S+Z) \\S+ (\\S+) \\S+ (-?[\\d.]+) (-?[\\d.]+) (-?[\\d.]+) (\\d{3}|-) \\S+ \\d+ \\d+ ${QUOTED}(?: ${QUOTED})?`,
);
/** owner bucket [time] address requester id operation key "request" status error sent size total turn-around "referer" "agent" */
const S3_LINE = new RegExp(
	`^\\S+ \\S+ \\[([^\\]]+)\\] (\\S+) \\S+ (\\S+) (\\S+) \\S+ (?:${QUOTED}|-) (\\d{3}|-) \\S+ \\S+ \\S+ (\\d+|-) (?:\\d+|-) (?:"(?:[^"\\\\]|\\\\.)*"|-) (?:${QUOTED}|-)`,
);
const REAL_TIME = /^\d{10}\.\d{3}\t[0-9a-f.:]+\t[\d.]+\t\d{3}\t\d+\t[A-Z]+\t/;

/** The client was gone: what nginx calls 499. */
const CLIENT_CLOSED = 460;

export const ALB = lineKind(
	'AWS application load balancer',
	(line) => ALB_LINE.test(line),
	(line) => loadBalancer(ALB_LINE.exec(line), true),
	['a line has the instant at which the answer was sent'],
);

export const CLASSIC_ELB = lineKind(
	'AWS classic load balancer',
	(line) => ELB_LINE.test(line),
	(line) => loadBalancer(ELB_LINE.exec(line), false),
);

function loadBalancer(found: RegExpExecArray | null, isEnd: boolean): LineReading {
	if (found === null) return 'not a line of a load balancer';
	const [, time, client, before, target, after, status, request, agent] = found;
	const at = anyInstant(time);
	if (at === null) return `no instant: ${time}`;
	const parts = [before, target, after].map(Number);
	// -1: the connection was closed, or nobody answered.
	const known = parts.every((part) => part >= 0);
	const durationUs = known ? Math.round(1e6 * parts.reduce((sum, part) => sum + part, 0)) : null;
	const code = status === '-' ? 0 : Number(status);
	const address = client.replace(/:\d+$/, '');
	return observedAttempt({
		timeUs: at.us,
		startUs: isEnd && durationUs !== null ? at.us - durationUs : at.us,
		zoneMinutes: at.zoneMinutes,
		...requestLine(request),
		status: code === CLIENT_CLOSED ? 499 : code,
		durationUs,
		client: agent === undefined ? address : `${address} ${agent}`,
	});
}

export const S3 = lineKind(
	'S3 server access log',
	(line) => S3_LINE.test(line),
	(line) => {
		const found = S3_LINE.exec(line);
		if (found === null) return 'not a line of S3';
		const [, time, address, id, operation, request, status, totalMs, agent] = found;
		const at = clfInstant(time);
		if (at === null) return `no instant: [${time}]`;
		const target = request === undefined ? { method: operation, path: '-' } : requestLine(request);
		return observedAttempt({
			timeUs: at.us,
			zoneMinutes: at.zoneMinutes,
			...target,
			status: status === '-' ? null : Number(status),
			durationUs: totalMs === '-' ? null : Number(totalMs) * 1000,
			client: agent === undefined ? address : `${address} ${agent}`,
			id,
		});
	},
);

/**
 * Real-time logs of CloudFront have no header. With all fields, in the order that the console offers: timestamp, c-ip, time-to-first-byte,
 * sc-status, sc-bytes, cs-method, cs-protocol, cs-host, cs-uri-stem, cs-bytes, x-edge-location, x-edge-request-id, x-host-header, time-taken.
 */
export const CLOUDFRONT_REAL_TIME = lineKind(
	'CloudFront real-time log (all fields)',
	(line) => REAL_TIME.test(line) && line.split('\t').length >= 14,
	(line) => {
		const row = line.split('\t');
		const at = anyInstant(row[0]);
		if (at === null || row.length < 14) return 'not a line of CloudFront';
		const durationUs = Math.round(Number(row[13]) * 1e6);
		return observedAttempt({
			timeUs: at.us,
			startUs: at.us - durationUs,
			zoneMinutes: at.zoneMinutes,
			method: row[5],
			path: row[8],
			status: Number(row[3]),
			durationUs,
			client: row[1],
		});
	},
	['the fields are all those that CloudFront offers, in its order: --fields names others'],
);
