/**
 * `npm run fit-record`: fits every trace under test/data, forecasts the last 40 % of it, and writes results/fit/README.md. With a folder
 * (`npm run fit-record -- DIR`) the same traces are read there, whole if they are whole there, and the tables are printed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'dist/cli/main.js');
const RECORD = join(ROOT, 'results/fit');

/** Traces that have rates; those longer than five days by the hour, too. */
const TRACES = [
	['worldcup98-rate-60s-a/rate_60s.csv', '1998 World Cup, by minute'],
	['nasa-http-rate-jul/rate_60s.csv', 'NASA HTTP, July 1995, by minute'],
	['nab-aws/elb_request_count_8c0756.csv', 'an AWS load balancer, by 5 minutes'],
	['epa-http-rate-60s/rate_60s.csv', 'EPA HTTP, a day, by minute'],
	['nasa-http-clf-jul/access.log', 'NASA HTTP, its log'],
	['azure-llm-conv/trace.csv', 'Azure LLM calls'],
	['nginx-org-status/status.ndjson', 'nginx.org, its counters'],
	['testbed-a/attempts.ndjson', 'the testbed, through its storm'],
];
/** Its column is called `value`, which says nothing of what it holds. */
const COUNTS = new Set(['nab-aws']);
const HOURLY = new Set(['worldcup98-rate-60s-a', 'nasa-http-rate-jul', 'nab-aws']);

const [folder] = process.argv.slice(2);
const data = folder === undefined ? join(ROOT, 'test/data') : folder;
const tables = `${forecasts()}\n\n${testbed()}\n`;
if (folder !== undefined || process.env.PRINT !== undefined) process.stdout.write(tables);
else
	writeFileSync(join(RECORD, 'README.md'), `${readFileSync(join(RECORD, 'head.md'), 'utf8').trimEnd()}\n\n${tables}`);

/** Packed or not. */
function fileOf(name) {
	return [join(data, `${name}.gz`), join(data, name)].find(existsSync);
}

function foundIn(file, flags) {
	const args = [MAIN, 'fit', file, '-q', '--format', 'json', ...flags];
	return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

function forecasts() {
	const rows = TRACES.flatMap(([name, about]) => {
		const file = fileOf(name);
		if (file === undefined) return [];
		const grids = HOURLY.has(name.split('/')[0]) ? [[], ['--every', '1h']] : [[]];
		const as = COUNTS.has(name.split('/')[0]) ? ['--as', 'increase'] : [];
		return grids.map((every) => forecastRow(about, foundIn(file, ['--train', '60%', ...as, ...every])));
	});
	return [
		'## Forecasts',
		'',
		'| trace | interval | learnt | forecast | chosen | error | last value | mean | same time yesterday | last week | the fit is | in 50 % | in 95 % |',
		'|---|---|---|---|---|---|---|---|---|---|---|---|---|',
		...rows,
	].join('\n');
}

function forecastRow(about, { every, backtest }) {
	const error = (one) => (one === undefined ? '-' : `${three(one.mae)} (${(100 * one.share).toFixed(0)} %)`);
	const naive = (name) => backtest.naive.find((one) => one.name === name);
	const { fitted, trained, tested, finding, intervals } = backtest;
	const cells = [about, `${every} s`, trained, tested, fitted.name, error(fitted)];
	const others = ['the last value', 'the mean', 'the same time yesterday', 'the same time last week'];
	const covered = [0.5, 0.95].map((level) => {
		const found = intervals?.find((one) => one.level === level);
		return found === undefined ? '-' : `${(100 * found.covered).toFixed(0)} %`;
	});
	return `| ${[...cells, ...others.map((name) => error(naive(name))), finding, ...covered].join(' | ')} |`;
}

function testbed() {
	const found = foundIn(fileOf('testbed-a/access.ndjson'), []);
	const own = foundIn(fileOf('testbed-a/attempts.ndjson'), []);
	const classOf = (path) => found.classes.find(({ key }) => key.endsWith(path));
	const mean = (path) => `${(1000 * classOf(path).service.mean).toFixed(1)} ms, ${classOf(path).service.law.kind}`;
	const share = (path) => `${(100 * classOf(path).share.share).toFixed(1)} %`;
	const range = ([low, high]) => `${three(low)} to ${three(high)}`;
	const rows = [
		['workers', '4', `${found.workers.workers} (${range(found.workers.interval)})`],
		['service of /api/items', '10 ms, exponential', mean('/api/items')],
		['service of /api/checkout', '40 ms, exponential', mean('/api/checkout')],
		['service of /static/app.js', '5 ms, exponential', mean('/static/app.js')],
		['share of /api/items', '60 %', share('/api/items')],
		['share of /api/checkout', '15 %', share('/api/checkout')],
		['share of /static/app.js', '25 %', share('/static/app.js')],
		['timeout of the clients', '400 ms', `${found.timeout.law.us / 1000} ms`],
		[
			'attempts per request',
			'31,372 / 26,105 = 1.202',
			`${three(found.attempts.perRequest)} (${range(found.attempts.interval)}), ${found.attempts.kind}`,
		],
		['first attempts a second', '130', `${three(found.ratePerSecond.mean)} (${range(found.ratePerSecond.interval)})`],
		['most attempts of a request (attempts.ndjson)', '2', `${own.attempts.most}`],
		[
			'wait before the retry (attempts.ndjson)',
			'uniform up to 200 ms',
			`${own.attempts.waits[0].law.kind} up to ${three(own.attempts.waits[0].law.toUs / 1000)} ms`,
		],
	];
	return [
		'## A log whose truth is known',
		'',
		'| of testbed-a/access.ndjson | as it was set | as `fit` finds it |',
		'|---|---|---|',
		...rows.map((cells) => `| ${cells.join(' | ')} |`),
	].join('\n');
}

function three(x) {
	return x >= 1000 ? String(Math.round(x)) : String(Number(x.toPrecision(4)));
}
