/**
 * `npm run bench`: how fast the storm runs, with all metrics on, beside a plain C program of the same world (where a C
 * compiler is there) and an object-heap JavaScript twin. Rounds are interleaved; figures are medians. Prints a table and
 * appends one dated line per case to results/bench.ndjson. Nothing here is asserted: timings are for reading.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASES } from './cases.mjs';

const here = import.meta.dirname;
const ROUNDS = 5;
/** runs in a process before the ones that count */
const WARM_UP = 5;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function node(kind, name, rounds) {
	const out = execFileSync(process.execPath, [join(here, 'run.mjs'), kind, name, String(rounds)], { encoding: 'utf8' });
	return out
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
}

/** Builds storm.c; null without a compiler. */
function buildC(dir) {
	const binary = join(dir, 'storm');
	for (const compiler of ['gcc', 'cc', 'clang']) {
		try {
			execFileSync(compiler, ['-O2', '-o', binary, join(here, 'storm.c'), '-lm'], { stdio: 'ignore' });
			return binary;
		} catch {
			// the next one may be there
		}
	}
	return null;
}

function runC(binary, seed, { queue, seconds }) {
	const out = execFileSync(binary, [String(seed), String(queue), String(seconds)], { encoding: 'utf8' });
	const { attempts, amp, rejected, timeouts, mean_latency, wall } = JSON.parse(out);
	return { attempts, amplification: amp, rejected, timeouts, latency: mean_latency, wall };
}

const perAttempt = (runs) => median(runs.map(({ wall, attempts }) => (wall / attempts) * 1e9));

/** Each round: a fresh process whose last run counts, one that runs once (cold), C, and the twin. */
function measureStorm(name, binary) {
	const engine = [];
	const cold = [];
	const c = [];
	const twin = [];
	for (let round = 1; round <= ROUNDS; round++) {
		engine.push(node('engine', name, WARM_UP + 1)[WARM_UP]);
		cold.push(node('cold', name, 1)[0]);
		if (binary !== null) c.push(runC(binary, round, CASES[name]));
		twin.push(node('twin', name, WARM_UP + 1)[WARM_UP]);
	}
	return { engine, cold, c, twin };
}

/** Means of engine and reference within four standard errors of the reference's spread over seeds. */
function agrees(engine, reference) {
	return ['amplification', 'latency'].every((figure) => {
		const mean = (runs) => runs.reduce((sum, run) => sum + run[figure], 0) / runs.length;
		const m = mean(reference);
		const spread = Math.sqrt(reference.reduce((sum, run) => sum + (run[figure] - m) ** 2, 0) / (reference.length - 1));
		return Math.abs(mean(engine) - m) <= 4 * spread;
	});
}

const lines = [];
function report(name, figures) {
	lines.push({ date: new Date().toISOString(), node: process.version, cpu: cpus()[0].model, case: name, ...figures });
	const shown = Object.entries(figures).map(
		([key, value]) => `${key} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`,
	);
	console.log(`${name}\n  ${shown.join(' · ')}`);
}

const dir = mkdtempSync(join(tmpdir(), 'storm-'));
try {
	const binary = buildC(dir);
	if (binary === null) console.log('no C compiler here: the engine is compared with the JavaScript twin alone');
	for (const name of ['storm B, 300 s', 'storm B, 3,000 s', 'storm C, 300 s']) {
		const { engine, cold, c, twin } = measureStorm(name, binary);
		const ns = perAttempt(engine);
		const { floor, goal } = CASES[name];
		report(name, {
			'attempts/s': 1e9 / ns,
			'ratio to the twin': perAttempt(twin) / ns,
			...(binary === null
				? {}
				: { 'ratio to storm.c': perAttempt(c) / ns, floor, goal, 'cold ratio': perAttempt(c) / perAttempt(cold) }),
			'peak MiB': median(engine.map(({ rss }) => rss)),
			agrees: agrees(engine.concat(cold), binary === null ? twin : c),
			hash: engine[0].hash,
		});
	}
	const few = perAttempt(node('engine', '10 nodes', 4 + WARM_UP).slice(WARM_UP));
	const many = perAttempt(node('engine', '1,000 nodes', 4 + WARM_UP).slice(WARM_UP));
	report('1,000 nodes against 10', { 'ns per attempt, 10': few, 'ns per attempt, 1,000': many, ratio: many / few });
	const full = median(
		node('engine', 'storm B, 300 s', 5 + WARM_UP)
			.slice(WARM_UP)
			.map(({ wall }) => wall),
	);
	const blind = median(
		node('blind', 'storm B, 300 s', 5 + WARM_UP)
			.slice(WARM_UP)
			.map(({ wall }) => wall),
	);
	report('cost of all metrics', { 'share of a blind run': full / blind - 1 });
} finally {
	rmSync(dir, { recursive: true });
}
const log = join(here, '../../results/bench.ndjson');
appendFileSync(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
console.log(`appended to results/bench.ndjson (${readFileSync(log, 'utf8').trim().split('\n').length} lines)`);
