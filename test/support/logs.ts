/** What the tests of logs share: the excerpts under test/data, lines fed to a collector, and what is found in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Findings, type FitOptions, findingsOf } from '../../src/experiment/fit/findings.js';
import { Collector } from '../../src/experiment/fit/observe/collector.js';
import { suitingEveryS } from '../../src/experiment/fit/series.js';
import { classifier } from '../../src/readers/logs/class-rules.js';
import { type FeedOptions, LogFeed } from '../../src/readers/logs/feed.js';
import { readAs } from '../../src/readers/logs/formats/own.js';

export const DATA = join(import.meta.dirname, '../data');

/** Lines of an excerpt, packed or not. */
export function excerpt(name: string): string[] {
	const bytes = readFileSync(join(DATA, name));
	const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
	return text.trimEnd().split('\n');
}

export function collected(
	lines: readonly string[],
	file = 'a.log',
	classes?: readonly string[],
	options: Partial<FeedOptions> = {},
): Collector {
	const collector = new Collector(classifier(classes));
	const feed = new LogFeed(collector, file, { anyOrder: false, ...options });
	for (const line of lines) feed.line(line);
	feed.end();
	collector.end();
	return collector;
}

export function found(
	lines: readonly string[],
	options: Partial<FitOptions> & { classes?: readonly string[]; as?: string } = {},
): Findings {
	const answers = { as: options.as === undefined ? null : readAs(options.as) };
	const collector = collected(lines, 'a.log', options.classes, { answers });
	return findingsOf(collector, {
		everyS: suitingEveryS(collector),
		ownClasses: options.classes !== undefined,
		train: null,
		...options,
	});
}

/** A line of a combined log. @param second of Unix time */
export function combined(second: number, { path = '/', status = 200, rest = '' } = {}): string {
	const [, date, time] = /^(.+)T(.+)\.000Z$/.exec(new Date(second * 1000).toISOString()) ?? [];
	const [year, month, day] = date.split('-');
	const name = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][Number(month) - 1];
	return `192.0.2.1 - - [${day}/${name}/${year}:${time} +0000] "GET ${path} HTTP/1.1" ${status} 10 "-" "test"${rest}`;
}

/** A line of attempts with a fine clock. */
export const attempt = (fields: {
	t: number;
	req: number;
	attempt: number;
	code: number;
	ms: number;
	path?: string;
}): string => JSON.stringify({ path: '/', client: 'c', ...fields });

/** Noon of a day. */
export const NOON = Date.UTC(2026, 10, 23, 12) / 1000;
