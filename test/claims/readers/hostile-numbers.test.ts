/** Every number of a log has bounds: one bad line of many is counted as unreadable, and no clock costs time or memory. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Collector, findingsOf, LogFeed, suitingEveryS, writeScenario } from '../../../src/engine.js';
import { classifier } from '../../../src/readers/logs/class-rules.js';
import { checkScenario } from '../../../src/scenario/load.js';

function read(lines: readonly string[], anyOrder = false): Collector {
	const collector = new Collector(null);
	const feed = new LogFeed(collector, 'a.log', { anyOrder });
	for (const line of lines) feed.line(line);
	feed.end();
	collector.end();
	return collector;
}
function fitted(collector: Collector): string {
	const found = findingsOf(collector, { everyS: suitingEveryS(collector), ownClasses: false, train: null });
	return writeScenario(found, { traffic: 'counts', windowUs: null });
}

const clf = (year: number, second: number) =>
	`1.2.3.4 - - [10/Oct/${year}:13:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} +0000] "GET / HTTP/1.0" 200 23`;
const nginx = (k: number, over: object = {}) =>
	JSON.stringify({
		msec: 1_600_000_000 + k,
		request_uri: '/',
		request_method: 'GET',
		status: 200,
		request_time: 0.01,
		...over,
	});
const recorded = (k: number, over: object = {}) =>
	JSON.stringify({
		t: 1_600_000_000 + k,
		req: `r${k}`,
		attempt: 1,
		client: 'c',
		path: '/',
		code: 200,
		ms: 20,
		...over,
	});
const many = (line: (k: number) => string): string[] => Array.from({ length: 200 }, (_, k) => line(k));

const CASES: readonly (readonly [name: string, good: readonly string[], bad: string])[] = [
	['request_time 1e11', many(nginx), nginx(50, { request_time: 1e11 })],
	['attempt 1e11', many(recorded), recorded(50, { attempt: 1e11 })],
	['attempt 1.5', many(recorded), recorded(50, { attempt: 1.5 })],
	['attempt -1', many(nginx), nginx(50, { attempt: -1 })],
	['code 1e9', many(recorded), recorded(50, { code: 1e9 })],
	['code 200.5', many(recorded), recorded(50, { code: 200.5 })],
	['a count of 1e308', ['time,count', ...many((k) => `${1_600_000_000 + k},5`)], '1600000300,1e308'],
	['a count of 4.5e16', ['time,count', ...many((k) => `${1_600_000_000 + k},5`)], '1600000300,4.5e16'],
	['a count of 2e12 after a gap', ['time,count', ...many((k) => `${1_600_000_000 + k},5`)], '1600000300,2e12'],
];

it.each(CASES.map(([name], place) => [name, place] as const))(
	'%s is one unreadable line, and the fit is that of the others',
	(_, place) => {
		const [, good, bad] = CASES[place];
		const collector = read([...good, bad]);
		const [file] = collector.files;
		expect(file.unreadable.count).toBe(1);
		const scenario = fitted(collector);
		expect(scenario).not.toMatch(/NaN|Infinity|undefined/);
		expect(checkScenario(scenario, { file: 'a.yaml' }).errors).toEqual([]);
	},
);

describe('a clock of thirty years', () => {
	const years: [string, string[]][] = [
		['three lines of 1995 and 2026', [clf(1995, 36), clf(2026, 36), clf(2026, 39)]],
		['two hundred lines of 2016 and 2026', [...Array(100).keys()].flatMap((k) => [clf(2016, k), clf(2026, k)])],
	];
	it.each(years.map(([name], place) => [name, place] as const))(
		'%s cost what they hold, not what they span',
		(_, place) => {
			const [, lines] = years[place];
			const before = process.cpuUsage();
			const scenario = fitted(read(lines, true));
			expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
			expect(checkScenario(scenario, { file: 'a.yaml' }).errors).toEqual([]);
		},
	);
});

describe('what fit writes is what check takes', () => {
	it('names that YAML reads as numbers or as null are names', () => {
		for (const name of ['1234', 'true', 'null', '1e5', '0x10', 'no']) {
			const collector = new Collector(classifier([`${name}=/*`]));
			const feed = new LogFeed(collector, `${name}.log`, { anyOrder: false });
			for (const line of many(nginx)) feed.line(line);
			feed.end();
			collector.end();
			const scenario = fitted(collector);
			expect(checkScenario(scenario, { file: 'a.yaml' }).errors, scenario).toEqual([]);
			expect(Object.keys(parse(scenario, { mapAsMap: false }).classes)).toEqual([name]);
		}
	});

	it('a class of which nothing was counted is not written: the first lines of the status sample of nginx.org', () => {
		const sample = join(import.meta.dirname, '../../data/nginx-org-status/status.ndjson.gz');
		const lines = gunzipSync(readFileSync(sample)).toString('utf8').split('\n');
		for (const count of [3, 4, 5, 10]) {
			const scenario = fitted(read(lines.slice(0, count)));
			expect(checkScenario(scenario, { file: 'a.yaml' }).errors, scenario).toEqual([]);
		}
	});
});
