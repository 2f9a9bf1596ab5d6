/** Lines as the documentation of each product shows them, and what is no log of requests, by its name. */
import { describe, expect, it } from 'vitest';
import { recognise } from '../../../src/readers/logs/formats/recognise.js';
import { collected } from '../../support/logs.js';

const read = (lines: readonly string[]) => {
	const { kind } = recognise('a.log', lines);
	const reader = kind.open(lines);
	return { title: kind.title, reading: lines.map((line) => reader.read(line)).find((one) => one !== null) };
};

describe('a documented line of', () => {
	it.each([
		[
			'AWS application load balancer',
			[
				'http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"',
			],
			{ status: 200, durationUs: 1000, method: 'GET' },
		],
		[
			'AWS classic load balancer',
			[
				'2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
			],
			{ status: 200, durationUs: 1178, method: 'GET' },
		],
		[
			'HAProxy HTTP log (option httplog)',
			[
				'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"',
			],
			{ status: 200, durationUs: 109_000, path: '/index.html', tries: 1 },
		],
	])('%s', (title, lines, expected) => {
		const found = read(lines);
		expect(found.title).toBe(title);
		expect(found.reading).toMatchObject(expected);
	});
});

describe('refused by its name: a summary of', () => {
	it.each([
		['wrk', ['Running 30s test @ http://localhost:8080/', '  12 threads and 400 connections']],
		['ApacheBench', ['This is ApacheBench, Version 2.3 <$Revision: 1843412 $>']],
		['hey or oha', ['Summary:', '  Total:\t30.0082 secs', '  Slowest:\t0.1231 secs']],
		['vegeta', ['Requests      [total, rate, throughput]         100, 10.10, 10.09']],
	])('%s', (name, lines) => {
		expect(() => recognise('a.log', lines)).toThrow(`a summary of ${name}`);
	});
});

it('a byte order mark costs no line', () => {
	const line = (s: number) => `192.0.2.1 - - [23/Nov/2026:11:00:0${s} +0000] "GET /a HTTP/1.1" 200 5`;
	const [source] = collected([`\uFEFF${line(1)}`, line(2), line(3)]).files;
	expect(source).toMatchObject({ read: 3, unreadable: { count: 0 } });
});
