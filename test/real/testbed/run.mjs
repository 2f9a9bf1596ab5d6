/**
 * One run: an upstream and a client on loopback, each a process, healthy, slowed, healthy. Whatever happens, both are gone at
 * its end: they end with the parent's channel, with a signal, and by a deadline.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MOST_LAG_MS } from './lag.mjs';
import { startProxy, versionOf } from './proxies.mjs';

const here = import.meta.dirname;
/** s beyond its length after which a run is given up. */
const GRACE_S = 20;
/** s that a client stays on after its last arrival: what its end cuts off is beyond the window that is read. */
const OVERTIME_S = 0.5;
/** ms until the connections of a client that has ended are closed. */
const CLOSING_MS = 300;

/**
 * @param run of RUNS
 * @param world WORLD, or a shorter one
 * @param {AbortSignal} signal ends it early
 * @returns {Promise<{ attempts: string, about: object }>} the recording as JSON lines, and what is to be known of it
 */
export async function measure(run, world, signal) {
	const dir = mkdtempSync(join(tmpdir(), 'retrystorm-testbed-'));
	const children = [];
	const deadline = AbortSignal.any([signal, AbortSignal.timeout((world.seconds + GRACE_S) * 1000)]);
	const kill = () => {
		for (const child of children) child.kill('SIGKILL');
	};
	deadline.addEventListener('abort', kill);
	try {
		return await under(deadline, measureIn(dir, run, world, children));
	} finally {
		deadline.removeEventListener('abort', kill);
		kill();
		rmSync(dir, { recursive: true, force: true });
	}
}

async function measureIn(dir, run, world, children) {
	const { seconds, slow, ratePerSecond, workers, queue, meanMs } = world;
	const { seed } = run;
	const nodes = run.proxy === undefined ? 1 : 2;
	const file = join(dir, 'attempts.ndjson');
	const abandoned = run.abandoned ?? 'serve';
	const pool = { workers: workers / nodes, queue: queue / nodes, meanMs, abandoned, seed };
	const upstream = start('upstream.mjs', { file, grpc: run.grpc === true, nodes, ...pool }, children);
	const { ports } = await upstream.next();
	const url = await addressFor(run, dir, ports, children);
	const client = start('client.mjs', { adapter: run.adapter, url, ratePerSecond, seconds, seed }, children);
	await client.next();
	client.send({ start: true });
	const startMs = performance.now();
	const until = (s) => sleep(startMs + s * 1000 - performance.now());
	await until(slow.fromS);
	upstream.send({ speed: slow.speed });
	await until(slow.toS);
	upstream.send({ speed: 1 });
	await until(seconds + OVERTIME_S);
	client.send({ end: true });
	const { lag: clientLag, ...requests } = await client.next();
	await sleep(CLOSING_MS);
	upstream.send({ end: true });
	const { lag: upstreamLag } = await upstream.next();
	await upstream.gone;
	return {
		attempts: readFileSync(file, 'utf8'),
		about: {
			name: run.name,
			versions: versions(run),
			...requests,
			lag: { upstream: upstreamLag, client: clientLag },
			calm: Math.max(upstreamLag.p99Ms, clientLag.p99Ms) <= MOST_LAG_MS,
		},
	};
}

async function addressFor({ proxy, grpc }, dir, ports, children) {
	if (proxy === undefined) return `http://127.0.0.1:${ports.at(grpc ? -1 : 0)}/`;
	const { child, url } = await startProxy(proxy, join(dir, proxy), ports);
	children.push(child);
	return url;
}

/** A process and its messages, one after the other. */
function start(script, setting, children) {
	const child = fork(join(here, script), [JSON.stringify(setting)]);
	children.push(child);
	const waiting = [];
	const come = [];
	child.on('message', (message) => {
		if (waiting.length > 0) waiting.shift().done(message);
		else come.push(message);
	});
	const gone = new Promise((done) => {
		child.on('exit', (code) => {
			for (const { fail } of waiting) fail(new Error(`${script} ended with ${code}`));
			done(code);
		});
	});
	const next = () =>
		new Promise((done, fail) => {
			if (come.length > 0) done(come.shift());
			else if (child.exitCode !== null) fail(new Error(`${script} ended with ${child.exitCode}`));
			else waiting.push({ done, fail });
		});
	return { next, gone, send: (message) => child.send(message) };
}

function under(signal, work) {
	return new Promise((done, fail) => {
		const stop = () => fail(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
		work.then(done, fail);
	});
}

function versions({ packages, proxy }) {
	const read = (name) =>
		JSON.parse(readFileSync(join(here, '../clients/node_modules', name, 'package.json'), 'utf8')).version;
	return {
		node: process.versions.node,
		...Object.fromEntries(packages.map((name) => [name, read(name)])),
		...(proxy === undefined ? {} : { [proxy]: versionOf(proxy) }),
	};
}
