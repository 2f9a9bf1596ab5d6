/**
 * The upstream, a process of its own on loopback: HTTP (and gRPC where asked) in front of a pool of workers. It writes every
 * attempt that arrives as a JSON line: what all clients have in common is what they send. Says its ports to its parent, and
 * ends with it.
 *
 * In: { speed } at any time, { end } at the end. Out: { ports } once it listens, { lag } at the end.
 */
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { watchLag } from './lag.mjs';
import { Pool } from './pool.mjs';

const { file, grpc, nodes, ...world } = JSON.parse(process.argv[2]);
const log = createWriteStream(file);
const lag = watchLag();
const known = new Map();
const pools = Array.from({ length: nodes }, (_, i) => new Pool({ ...world, seed: `${world.seed}/${i}` }));

process.on('disconnect', () => process.exit(1));
process.on('message', async ({ speed, end }) => {
	if (speed !== undefined) for (const pool of pools) pool.speed = speed;
	if (end === undefined) return;
	process.send({ lag: lag() });
	log.end(() => process.exit(0));
});

/**
 * One attempt arrives.
 * @param {number} pool which of the pools it has come to
 * @param {string} id of its request
 * @param {(code: number) => void} answer
 * @returns {() => void} to be told when the client has gone
 */
function arrive(pool, id, answer) {
	const startMs = performance.now();
	const attempt = (known.get(id) ?? 0) + 1;
	known.set(id, attempt);
	let open = true;
	const ended = (code) => {
		if (!open) return;
		open = false;
		const t = Number(((performance.timeOrigin + startMs) / 1000).toFixed(6));
		const ms = Number((performance.now() - startMs).toFixed(3));
		log.write(`${JSON.stringify({ t, req: Number(id), attempt, code, ms, node: nodes > 1 ? pool : undefined })}\n`);
	};
	const end = (code) => {
		if (open) answer(code);
		ended(code);
	};
	const job = pools[pool].admit(() => end(200));
	if (job === null) end(503);
	return () => {
		// Whoever has gone after the answer has not gone.
		if (open && job !== null) job.left();
		ended(0);
	};
}

function listen(pool) {
	const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
		request.resume();
		const gone = arrive(pool, request.headers['x-request'], (code) => {
			response.writeHead(code, { 'content-type': 'application/json' }).end('{}');
		});
		response.on('close', gone);
	});
	return new Promise((done) => {
		server.listen(0, '127.0.0.1', () => done(server.address().port));
	});
}

const ports = await Promise.all(pools.map((_, i) => listen(i)));
if (grpc) {
	const { serve } = await import('../clients/adapters/grpc-server.mjs');
	ports.push(await serve((id, answer) => arrive(0, id, answer)));
}
process.send({ ports });
