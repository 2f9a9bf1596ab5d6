/**
 * One process, one kind of run: `node run.mjs KIND CASE ROUNDS` prints a JSON line per round. KIND is engine, cold, blind
 * or twin; CASE is a key of CASES. A process of its own keeps one kind's types out of the other's compiled code. All but
 * cold ones are tuned for many runs, as the processes of an experiment are; cold is what a single `run` meets.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DiscreteEngine } from '../../dist/engines/discrete/engine.js';
import { tuneForManyRuns } from '../../dist/executors/tuning.js';
import { MEASURES } from '../../dist/metrics/recording/counters.js';
import { loadScenario } from '../../dist/scenario/load.js';
import { BlindRecorder } from './blind.mjs';
import { CASES } from './cases.mjs';
import { twin } from './twin.mjs';

const [, , kind, name, rounds] = process.argv;
const { file, set, queue, seconds } = CASES[name];
if (kind !== 'cold') tuneForManyRuns();

for (let seed = 1; seed <= Number(rounds); seed++) {
	const figures = kind === 'twin' ? runTwin(seed) : runEngine(seed);
	console.log(JSON.stringify({ seed, ...figures }));
}

function runTwin(seed) {
	const start = process.hrtime.bigint();
	const { born, attempts, rejected, timeouts, ok, latency } = twin(seed, queue, seconds);
	return { ...timed(start, attempts), amplification: attempts / born, rejected, timeouts, latency: latency / ok };
}

function runEngine(seed) {
	const path = new URL(file, import.meta.url);
	const { world } = loadScenario(readFileSync(path, 'utf8'), { file, set });
	const recorder = kind === 'blind' ? (...sizes) => new BlindRecorder(...sizes) : undefined;
	const start = process.hrtime.bigint();
	const engine = new DiscreteEngine(world, seed, { recorder });
	engine.advance(engine.horizonUs);
	// A blind run has no books to balance, so it gives no outcome.
	if (kind === 'blind') return timed(start, null);
	const outcome = engine.outcome();
	const sum = (measure) => {
		const column = MEASURES.findIndex((m) => m.name === measure);
		return outcome.cells.reduce((total, value, at) => (at % MEASURES.length === column ? total + value : total), 0);
	};
	const attempts = sum('attempts');
	const figures = timed(start, attempts);
	const { sumUs, count } = outcome.latency.request[0];
	return {
		...figures,
		amplification: attempts / sum('born'),
		rejected: sum('outcome_rejected'),
		timeouts: sum('outcome_timeout'),
		latency: sumUs / count / 1e6,
		hash: createHash('sha256').update(outcome.cells).digest('hex').slice(0, 16),
	};
}

function timed(start, attempts) {
	const wall = Number(process.hrtime.bigint() - start) / 1e9;
	return { wall, attempts, rss: process.resourceUsage().maxRSS / 1024 };
}
