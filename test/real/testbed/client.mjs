/**
 * A client, a process of its own: the library of one adapter, asked for requests at the instants of a Poisson process of a
 * fixed seed, whether earlier ones have come back or not (open loop).
 *
 * In: { start } to begin, { end } at the end. Out: { ready }, then { requests, succeeded, failed, lag } at the end.
 */
import alea from 'seedrandom/lib/alea.js';
import { watchLag } from './lag.mjs';

const { adapter, url, ratePerSecond, seconds, seed } = JSON.parse(process.argv[2]);
const { open } = await import(`../clients/adapters/${adapter}.mjs`);
const send = await open(url);
const lag = watchLag();
const seen = { requests: 0, succeeded: 0, failed: 0 };

process.on('disconnect', () => process.exit(1));
process.on('message', ({ start, end }) => {
	if (start !== undefined) arrivals();
	if (end !== undefined) process.send({ ...seen, lag: lag() }, () => process.exit(0));
});
process.send({ ready: true });

function arrivals() {
	const uniform = alea(`arrivals/${seed}`);
	const startMs = performance.now();
	let atMs = 0;
	const next = () => {
		atMs += (-Math.log(1 - uniform()) * 1000) / ratePerSecond;
		if (atMs >= seconds * 1000) return;
		setTimeout(one, startMs + atMs - performance.now());
	};
	const one = () => {
		next();
		const id = String(seen.requests++);
		// The adapter may throw at once, too.
		Promise.resolve()
			.then(() => send(id))
			.then(
				() => seen.succeeded++,
				() => seen.failed++,
			);
	};
	next();
}
