/**
 * `npm run testbed`: real clients from the npm registry against a small upstream on loopback, healthy, slowed, healthy; then
 * results/real/README.md, where what was measured stands beside what the simulator predicts of the same world. A minute a
 * run, and a fraction of a core; the workspace of the clients is installed where it is missing.
 *
 *     npm run testbed -- got ky            measures these again, and remakes the pages
 *     npm run testbed -- --pages [DIR]     remakes the pages alone, from the recordings
 *     npm run testbed -- --smoke got       a few seconds of one client; writes nothing
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { versionOf } from './proxies.mjs';
import { measure } from './run.mjs';
import { RUNS, WORLD } from './worlds.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const CLIENTS = join(ROOT, 'test/real/clients');
const RECORD = join(ROOT, 'results/real');
/** Of a run that the machine disturbed. */
const TRIES = 3;
const SHORT = { ...WORLD, seconds: 8, slow: { fromS: 2, toS: 5, speed: 0.25 } };

const { values: flags, positionals: names } = parseArgs({
	options: { pages: { type: 'boolean', default: false }, smoke: { type: 'boolean', default: false } },
	allowPositionals: true,
});
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));

try {
	if (flags.pages) await pages(names[0] ?? RECORD);
	else if (flags.smoke) await smoke(names[0] ?? 'got');
	else {
		install();
		for (const run of names.length === 0 ? RUNS : names.map(runCalled)) await record(run);
		await pages(RECORD);
	}
} catch (error) {
	process.stderr.write(`testbed: ${error.message}\n`);
	process.exitCode = stop.signal.aborted ? 105 : 1;
}

function runCalled(name) {
	const run = RUNS.find((one) => one.name === name);
	if (run === undefined) throw new Error(`found ${name}, one of ${RUNS.map((one) => one.name).join(', ')} would do`);
	return run;
}

function install() {
	if (existsSync(join(CLIENTS, 'node_modules'))) return;
	const flags = ['--prefix', CLIENTS, '--ignore-scripts', '--no-audit', '--no-fund'];
	execFileSync('npm', ['ci', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What stands in the way of a run, or null. */
function missing({ proxy, packages }) {
	if (packages.length > 0 && !existsSync(join(CLIENTS, 'node_modules')))
		return 'its packages are not installed: npm ci --prefix test/real/clients --ignore-scripts';
	return proxy !== undefined && versionOf(proxy) === null ? `${proxy} is not installed` : null;
}

/** Measures until the machine has left it alone, a few times at most, and keeps the last one. */
async function record(run) {
	const why = missing(run);
	if (why !== null) {
		process.stderr.write(`${run.name}: not measured, ${why}\n`);
		return;
	}
	for (let n = 1; n <= TRIES; n++) {
		const { attempts, about } = await measure(run, WORLD, stop.signal);
		process.stderr.write(`${run.name}: ${tell(attempts, about)}\n`);
		if (!about.calm && n < TRIES) continue;
		mkdirSync(join(RECORD, 'recordings'), { recursive: true });
		const at = join(RECORD, 'recordings', run.name);
		writeFileSync(`${at}.ndjson.gz`, gzipSync(attempts, { level: 9 }));
		writeFileSync(`${at}.json`, `${JSON.stringify({ ...about, tries: n }, null, '\t')}\n`);
		return;
	}
}

function lines(attempts) {
	return attempts.split('\n').filter((line) => line !== '');
}

function tell(attempts, { requests, succeeded, failed, lag, calm }) {
	const late = `lag p99 ${lag.upstream.p99Ms} and ${lag.client.p99Ms} ms${calm ? '' : ': DISTURBED'}`;
	return `${requests} requests, ${lines(attempts).length} attempts, ${succeeded} succeeded, ${failed} failed; ${late}`;
}

/** Whether all of it works together, in ten seconds. */
async function smoke(name) {
	const run = runCalled(name);
	const why = missing(run);
	if (why !== null) throw new Error(`${name}: ${why}`);
	const { attempts, about } = await measure(run, SHORT, stop.signal);
	process.stdout.write(`${name}: ${tell(attempts, about)}\n`);
	const read = lines(attempts).map((line) => JSON.parse(line));
	const first = read.filter(({ attempt }) => attempt === 1).length;
	const broken = [
		[read.length > first, 'nobody tried again'],
		[
			run.proxy !== undefined || Math.abs(first - about.requests) <= 1,
			`${first} first attempts of ${about.requests} requests`,
		],
		[read.some(({ code }) => code === 503), 'the upstream was never full'],
		[about.succeeded > 0, 'nothing succeeded'],
	].flatMap(([holds, what]) => (holds ? [] : [what]));
	if (broken.length > 0) throw new Error(`${name}: ${broken.join(', ')}`);
}

async function pages(dir) {
	const { writePages } = await import('./pages.mjs');
	await writePages(join(RECORD, 'recordings'), dir);
}
