/** Each kind of log: how it is recognised, what a line of it says, and what is said of a line that cannot be read. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/experiment/fit/findings.js';
import { type Answers, isCount, type LineReading, NO_ANSWERS } from '../../../src/readers/logs/formats/log-format.js';
import { FIRST_LINES, recognise } from '../../../src/readers/logs/formats/recognise.js';
import { anyInstant, clfInstant, isoInstant } from '../../../src/readers/logs/formats/timestamps.js';
import { collected, excerpt } from '../../support/logs.js';

const INCREASE: Answers = { as: { kind: 'increase', windowUs: null } };
const RATE: Answers = { as: { kind: 'rate', windowUs: null } };

const UTC = (text: string): number => Date.parse(text) * 1000;

/** The reading of the first line that says something. */
function firstOf(lines: readonly string[], answers: Answers = NO_ANSWERS): LineReading {
	const first = lines.slice(0, FIRST_LINES);
	const reader = recognise('a.log', first).kind.open(first, answers);
	for (const line of lines) {
		const reading = reader.read(line);
		if (reading !== null) return reading;
	}
	const whole = reader.end();
	if (typeof whole !== 'string' && 'lines' in whole) throw new Error(whole.within);
	return whole;
}

/** A line of the kind of these lines. */
function reads(lines: readonly string[], line: string): LineReading {
	return recognise('a.log', lines.slice(0, FIRST_LINES)).kind.open(lines.slice(0, FIRST_LINES)).read(line);
}

describe('a log is recognised', () => {
	it.each([
		['testbed-a/access.log', 'combined access log (nginx, Apache)'],
		['testbed-a/access.ndjson.gz', 'nginx JSON lines'],
		['testbed-a/logpush.ndjson', 'Logpush http_requests JSON lines'],
		['testbed-a/k6.ndjson', 'k6 JSON lines (--out json)'],
		['testbed-a/vegeta.ndjson', 'vegeta JSON lines (vegeta encode)'],
		['testbed-a/attempts.ndjson.gz', 'recorded attempts (t, req, attempt, code, ms)'],
		['testbed-a/prom_attempts.json', 'Prometheus query_range answer'],
		['nasa-http-clf-jul/access.log.gz', 'combined access log (nginx, Apache)'],
		['elastic-apache-logs/apache_logs.log.gz', 'combined access log (nginx, Apache)'],
		['nginx-org-status/status.ndjson.gz', 'nginx status samples (JSON lines)'],
		['nasa-http-rate-jul/rate_60s.csv.gz', 'CSV counts per interval'],
		['worldcup98-rate-60s-a/rate_60s.csv.gz', 'CSV counts per interval'],
		['epa-http-rate-60s/rate_60s.csv', 'CSV counts per interval'],
		['nab-aws/elb_request_count_8c0756.csv.gz', 'CSV counts per interval'],
		['azure-llm-conv/trace.csv.gz', 'CSV counts per interval'],
	])('%s', (name, title) => {
		expect(recognise(name, excerpt(name).slice(0, FIRST_LINES)).kind.title).toBe(title);
	});

	it('names what it looks like where it is of none', () => {
		expect(() => recognise('a.md', ['# A heading', 'and words'])).toThrow(
			/^a\.md:1: error: found a log of no known kind, which begins with "# A heading"; Prometheus/,
		);
	});
});

describe('a line of', () => {
	it('a combined log', () => {
		expect(firstOf(excerpt('testbed-a/access.log'))).toEqual({
			timeUs: UTC('2026-11-23T11:00:21Z'),
			startUs: UTC('2026-11-23T11:00:21Z'),
			zoneMinutes: 0,
			method: 'GET',
			path: '/static/app.js',
			status: 200,
			durationUs: null,
			client: '203.0.113.130 Mozilla/5.0 (X11; Linux x86_64) testbed',
			id: null,
			attempt: null,
			tries: null,
		});
	});

	it('the common log format, with a zone of its own and an odd request', () => {
		const lines = excerpt('nasa-http-clf-jul/access.log.gz');
		expect(firstOf(lines)).toMatchObject({
			timeUs: UTC('1995-07-01T04:00:01Z'),
			zoneMinutes: -240,
			path: '/history/apollo/',
			client: '199.72.81.55',
		});
		const odd = 'h - - [01/Jul/1995:00:00:01 -0400] "GET /a b" 404 -';
		expect(reads(lines, odd)).toMatchObject({ method: 'GET', path: '/a b', status: 404 });
	});

	it('a combined log with what people put behind it', () => {
		const line = `${excerpt('testbed-a/access.log')[0]} rt=0.250 request_id=ab-1 attempt=2`;
		expect(reads(excerpt('testbed-a/access.log'), line)).toMatchObject({
			durationUs: 250_000,
			startUs: UTC('2026-11-23T11:00:20.75Z'),
			id: 'ab-1',
			attempt: 2,
		});
		const virtualHost = `shop.example:443 ${excerpt('testbed-a/access.log')[0]} 0.031`;
		expect(reads(excerpt('testbed-a/access.log'), virtualHost)).toMatchObject({ durationUs: 31_000 });
	});

	it('nginx JSON: the line was written at the end', () => {
		expect(firstOf(excerpt('testbed-a/access.ndjson.gz'))).toMatchObject({
			timeUs: 1795431621_382000,
			startUs: 1795431621_376000,
			durationUs: 6000,
			method: 'GET',
			path: '/static/app.js',
			status: 200,
		});
		const own = {
			time_iso8601: '2026-11-23T11:00:21+01:00',
			request: 'POST /a?b HTTP/1.1',
			status: '503',
			request_id: 'r',
			http_x_retry_count: '1',
		};
		expect(firstOf([JSON.stringify(own)])).toMatchObject({
			timeUs: UTC('2026-11-23T10:00:21Z'),
			zoneMinutes: 60,
			method: 'POST',
			path: '/a?b',
			status: 503,
			id: 'r',
			attempt: 2,
		});
	});

	it('Envoy JSON: the line has the start, and the tries of the proxy', () => {
		const line = {
			start_time: '2026-11-23T11:00:21.123Z',
			method: 'GET',
			path: '/api/items?id=1',
			response_code: 200,
			duration: 12,
			request_id: 'r-1',
			upstream_request_attempt_count: 2,
			downstream_remote_address: '192.0.2.1:1234',
			user_agent: 'curl',
		};
		expect(firstOf([JSON.stringify(line)])).toMatchObject({
			startUs: UTC('2026-11-23T11:00:21.123Z'),
			durationUs: 12_000,
			id: 'r-1',
			tries: 2,
			client: '192.0.2.1:1234 curl',
		});
	});

	it('Logpush: duration from its two instants, and no id', () => {
		expect(firstOf(excerpt('testbed-a/logpush.ndjson'))).toMatchObject({
			startUs: UTC('2026-11-23T11:00:21.375Z'),
			durationUs: 6000,
			path: '/static/app.js',
			status: 200,
			id: null,
		});
	});

	it('k6: only the duration of a request is an attempt', () => {
		const lines = excerpt('testbed-a/k6.ndjson');
		expect(firstOf(lines)).toMatchObject({
			durationUs: 12_181,
			startUs: 1795431621_383561 - 12_181,
			path: '/static/app.js',
			status: 200,
		});
		expect(reads(lines, lines[3])).toBe(null);
	});

	it('vegeta: nanoseconds, and 0 for no answer', () => {
		expect(firstOf(excerpt('testbed-a/vegeta.ndjson'))).toMatchObject({
			startUs: 1795431621_371380,
			durationUs: 12_181,
			method: 'GET',
			path: '/static/app.js',
		});
	});

	it('recorded attempts', () => {
		expect(firstOf(excerpt('testbed-a/attempts.ndjson.gz'))).toMatchObject({
			startUs: 1795431621_371380,
			id: '0',
			attempt: 1,
			durationUs: 12_181,
		});
	});

	it('a table of counts', () => {
		// A column `value` says nothing of what it holds: that is asked.
		expect(firstOf(excerpt('nab-aws/elb_request_count_8c0756.csv.gz'))).toMatch(
			/^"value": numbers that may be requests a second/,
		);
		expect([firstOf(excerpt('nab-aws/elb_request_count_8c0756.csv.gz'), INCREASE)].flat()[0]).toMatchObject({
			fromUs: UTC('2014-04-10T00:04:00Z'),
			everyUs: 300e6,
			count: 94,
			zoneMinutes: null,
		});
		expect([firstOf(excerpt('epa-http-rate-60s/rate_60s.csv'))].flat()[0]).toMatchObject({
			fromUs: 0,
			everyUs: 60e6,
			count: 16,
		});
		expect(firstOf(excerpt('azure-llm-conv/trace.csv.gz'))).toMatchObject({
			timeUs: UTC('2023-11-16T18:15:46.680Z') + 590,
			method: '-',
		});
	});

	it('nginx status: what was added between two samples', () => {
		const counts = firstOf(excerpt('nginx-org-status/status.ndjson.gz'));
		expect(counts).toContainEqual(
			expect.objectContaining({ path: 'hg.nginx.org', status: 200, count: 1, fromUs: 1446249499_322000 }),
		);
	});
});

describe('Prometheus', () => {
	const answer = (metric: object, values: readonly (readonly [number, string])[]): string[] => [
		JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric, values }] } }),
	];

	it('a rate times its step is a count', () => {
		// Without a name it may as well be requests of each step: that is asked.
		expect(firstOf(excerpt('testbed-a/prom_rate_by_code.json'))).toMatch(/^numbers that may be requests a second/);
		const [first] = [firstOf(excerpt('testbed-a/prom_rate_by_code.json'), RATE)].flat();
		if (first === null || typeof first === 'string' || !isCount(first)) throw new Error('no count');
		expect(first).toMatchObject({ fromUs: 1795431631e6, everyUs: 5e6, status: 200 });
		expect(first.count).toBeCloseTo(5 * 76.70152, 9);
	});

	it('a counter is its differences, and a fall a restart', () => {
		const text = answer({ __name__: 'http_requests_total', code: '503' }, [
			[1795431631, '10'],
			[1795431636, '30'],
			[1795431641, '4'],
		]);
		expect(firstOf(text)).toEqual([
			expect.objectContaining({ fromUs: 1795431631e6, count: 20, status: 503 }),
			expect.objectContaining({ fromUs: 1795431636e6, count: 4, status: 503 }),
		]);
	});

	it('a gauge is refused by its name', () => {
		expect(firstOf(excerpt('testbed-a/prom_inflight.json'))).toBe(
			'a gauge, app_inflight, which counts no requests: a counter (..._total) or rate(...) of one would do; --as rate or --as increase if it is one',
		);
	});
});

describe('a line that cannot be read says why', () => {
	const nginx = excerpt('testbed-a/access.ndjson.gz');
	it.each([
		['{"msec":1795431621.382,"uri":"/","status":200,"request_time":-0.1}', 'a negative duration: -0.1 s'],
		['{"msec":"soon","uri":"/","status":200}', 'no instant'],
		['{"msec":1795431621.382,"uri":"/"}', 'no status'],
		['{"msec":1795', 'not a JSON object'],
		['[1, 2]', 'not a JSON object'],
	])('%s', (line, why) => {
		expect(reads(nginx, line)).toBe(why);
	});

	it('in a combined log', () => {
		const lines = excerpt('testbed-a/access.log');
		expect(reads(lines, `${lines[0]} rt=-0.100`)).toBe('a negative duration: -0.100 s');
		expect(reads(lines, lines[0].replace('23/Nov', '31/Feb'))).toBe('no instant: [31/Feb/2026:11:00:21 +0000]');
		expect(reads(lines, 'garbage')).toBe('not a line of an access log');
	});
});

describe('instants', () => {
	it('of every form are the same', () => {
		const us = UTC('2026-11-23T11:00:21Z');
		expect(isoInstant('2026-11-23T11:00:21Z')).toEqual({ us, zoneMinutes: 0 });
		expect(isoInstant('2026-11-23 12:00:21.000001+0100')).toEqual({ us: us + 1, zoneMinutes: 60 });
		expect(isoInstant('2026-11-23 11:00:21')).toEqual({ us, zoneMinutes: null });
		expect(clfInstant('23/Nov/2026:06:00:21 -0500')).toEqual({ us, zoneMinutes: -300 });
		for (const epoch of [us / 1e6, us / 1e3, us, us * 1e3]) expect(anyInstant(epoch)).toEqual({ us, zoneMinutes: 0 });
	});

	it('that there are not are none', () => {
		for (const text of ['2026-02-30', '2026-13-01', '2026-01-01T24:00:00', 'yesterday', '12', ''])
			expect(anyInstant(text)).toBe(null);
	});
});

describe('lines that a container engine has cut', () => {
	const at = (i: number): string => `2024-11-23T10:20:${String(i).padStart(2, '0')}.000Z`;
	const request = (i: number): string =>
		`10.0.0.1 - - [23/Nov/2024:10:20:${String(i).padStart(2, '0')} +0000] "GET /a/${'x'.repeat(40)} HTTP/1.1" ${i % 10 === 0 ? 503 : 200} 12 "-" "curl" rt=0.012`;
	const all = Array.from({ length: 40 }, (_, i) => request(i));
	const cri = all.flatMap((line, i) => {
		const tagged = (part: string, tag: string): string => `${at(i)} stdout ${tag} ${part}`;
		// The sample ends within a line, too, and another stream comes between.
		return i % 3 === 0
			? [
					tagged(line.slice(0, 30), 'P'),
					...(i === 3 ? [`${at(i)} stderr F some warning`] : []),
					tagged(line.slice(30, 60), 'P'),
					tagged(line.slice(60), 'F'),
				]
			: [tagged(line, 'F')];
	});
	const docker = all.flatMap((line) =>
		[line.slice(0, 50), `${line.slice(50)}\n`].map((log) => JSON.stringify({ log, stream: 'stdout', time: at(0) })),
	);

	it.each([
		['CRI', cri],
		['docker json-file', docker],
	])('%s: are read as one', (name, lines) => {
		const collector = collected(lines);
		expect(collector.total).toBe(40);
		expect(collector.files[0].silent + collector.files[0].unreadable.count).toBe(name === 'CRI' ? 1 : 0);
	});

	it('and a line of a wrapper that is longer than any is unreadable, and counted', () => {
		const long = `${at(5)} stdout F ${'y'.repeat(3_000_000)}`;
		const collector = collected([...all.map((line, i) => `${at(i)} stdout F ${line}`), long]);
		expect(collector.total).toBe(40);
		expect(collector.files[0].unreadable.count).toBe(1);
	});
});

it('a wait in a queue of HAProxy is no part of the service', () => {
	const lines = Array.from({ length: 60 }, (_, i) => {
		const second = String(i % 60).padStart(2, '0');
		return `haproxy[1]: 10.0.0.1:4000 [23/Nov/2024:10:20:${second}.000] web shop/s1 0/400/0/20/420 200 12 - - ---- 9/9/9/4/0 0/3 "GET /a HTTP/1.1"`;
	});
	const { classes, files } = findingsOf(collected(lines), { everyS: 1, ownClasses: false, train: null });
	expect(Number(classes[0].service?.mean.mean)).toBeCloseTo(20_000, -2);
	expect(files[0].assumed.join()).toMatch(/Tw, the wait in a queue of HAProxy, is no part of the service/);
});
