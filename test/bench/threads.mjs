/**
 * `node test/bench/threads.mjs [SECONDS] [ROUNDS]`: 200 equal runs of `hello` (SECONDS of simulated time each) on one
 * worker and on two, threads' start included. Prints the best wall time of each, their ratio, and a hash of what was
 * computed, which is the same for both. A busy machine has no second core to give: look at the best of several rounds.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { caseOf, loadScenario, openLaboratory } from 'retrystorm';

const RUNS = 200;
const [seconds = '600', rounds = '3', child] = process.argv.slice(2);

if (child === undefined) {
	const best = new Map();
	for (let round = 0; round < Number(rounds); round++) {
		for (const workers of ['1', '2']) {
			// A process of its own each: what one has compiled does not speed up the next.
			const args = [import.meta.filename, seconds, rounds, workers];
			const found = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
			if (!best.has(workers) || found.wallMs < best.get(workers).wallMs) best.set(workers, found);
		}
	}
	for (const [workers, { wallMs, cpuMs, hash }] of best) {
		console.log(`${workers} worker(s): ${wallMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of processor time, ${hash}`);
	}
	console.log(`speed-up: ${(best.get('1').wallMs / best.get('2').wallMs).toFixed(2)}`);
} else {
	const file = new URL('../../scenarios/hello.yaml', import.meta.url);
	const text = readFileSync(file, 'utf8');
	const load = () => loadScenario(text, { file: 'hello.yaml', set: [`duration=${seconds}s`] });
	const of = caseOf('hello', load(), load);
	const start = { ms: performance.now(), cpu: process.cpuUsage() };
	const { run } = openLaboratory({ workers: Number(child) });
	const results = await run(Array.from({ length: RUNS }, (_, k) => ({ of, seed: 1 + k })));
	const { user, system } = process.cpuUsage(start.cpu);
	const hash = createHash('sha256').update(JSON.stringify(results)).digest('hex').slice(0, 12);
	console.log(JSON.stringify({ wallMs: performance.now() - start.ms, cpuMs: (user + system) / 1000, hash }));
}
