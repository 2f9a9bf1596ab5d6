/**
 * results/real/README.md from the recordings: each beside the band in which one further run of the simulator would fall (119
 * replications from seed 1), and results/real/figures.json with the numbers. The same recordings give the same bytes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { judgeRecording } from '../../../dist/experiment/measure/judge-recording.js';
import { measuredVsPredicted } from '../../../dist/experiment/measure/measured-vs-predicted.js';
import { bucketsOf, seriesOfRecording } from '../../../dist/experiment/measure/recording.js';
import { predictionBand } from '../../../dist/experiment/statistics/prediction-band.js';
import { seriesCaseOf } from '../../../dist/experiment/task/case.js';
import { loadScenario, openLaboratory } from '../../../dist/index.js';
import { AttemptReader } from '../../../dist/readers/recording/recorded-attempts.js';
import { figuresOf } from './figures.mjs';
import { pageOf } from './show.mjs';
import { RUNS, WORLD } from './worlds.mjs';

const REPLICATIONS = 119;
const LEVEL = 0.95;
const SCENARIO = join(import.meta.dirname, 'testbed.yaml');

/** @param from folder of the recordings @param to folder of the pages */
export async function writePages(from, to) {
	const rows = await rowsOf(from);
	mkdirSync(to, { recursive: true });
	writeFileSync(join(to, 'figures.json'), `${JSON.stringify(rows, null, '\t')}\n`);
	writeFileSync(join(to, 'README.md'), readmeOf(rows));
}

/** @param rows what figures.json holds */
export function readmeOf(rows) {
	const reading = readFileSync(join(import.meta.dirname, 'reading.md'), 'utf8');
	return pageOf(rows, reading, { runs: REPLICATIONS, level: LEVEL });
}

/** @param names of the recordings to read: all without them */
export async function rowsOf(from, names = RUNS.map(({ name }) => name)) {
	const laboratory = openLaboratory({ workers: 2 });
	const rows = [];
	try {
		for (const name of names) {
			const file = join(from, `${name}.ndjson.gz`);
			if (existsSync(file)) rows.push(await rowOf(name, from, laboratory.run));
			else rows.push({ name, measured: null });
		}
	} finally {
		await laboratory.close();
	}
	return rows;
}

async function rowOf(name, from, run) {
	const about = JSON.parse(readFileSync(join(from, `${name}.json`), 'utf8'));
	const recording = read(join(from, `${name}.ndjson.gz`));
	const scenario = loadScenario(readFileSync(SCENARIO, 'utf8'), { file: SCENARIO, variant: name });
	const of = seriesCaseOf(name, scenario);
	const results = await run(Array.from({ length: REPLICATIONS }, (_, k) => ({ of, seed: 1 + k })));
	const digests = results.map((result) => {
		if (!('digest' in result)) throw new Error(`${name}: ${result.failure.message}`);
		return result.digest;
	});
	const { bucketUs } = scenario.world;
	const buckets = Math.min(WORLD.seconds, bucketsOf(recording, bucketUs));
	const series = seriesOfRecording(recording, bucketUs, buckets);
	const measured = { ...figuresOf(series, about.requests, WORLD), failed: about.failed / about.requests };
	const simulated = digests.map(({ series: own, values }) => ({
		...figuresOf(own, values.born, WORLD),
		failed: values.failed / values.born,
	}));
	const said = measuredVsPredicted(
		series,
		digests.map((one) => one.series),
		LEVEL,
	);
	const figures = Object.keys(measured).map((key) => [
		key,
		heldAgainst(
			measured[key],
			simulated.map((one) => one[key]),
		),
	]);
	return { name, about, measured: Object.fromEntries(figures), coverage: coverageOf(said) };
}

function read(file) {
	const reader = new AttemptReader(file);
	for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) reader.line(line);
	return reader.end();
}

/** What never happened came later than all that did. */
function heldAgainst(seen, simulated) {
	const last = (value) => value ?? Number.POSITIVE_INFINITY;
	const values = simulated.map(last).toSorted((a, b) => a - b);
	const { low, high } = predictionBand(values, LEVEL);
	const [value, median] = [last(seen), values[(values.length - 1) / 2]];
	const place = value < low ? 'below' : value > high ? 'above' : 'inside';
	return { measured: finite(value), predicted: finite(median), band: [finite(low), finite(high)], place };
}

const finite = (value) => (Number.isFinite(value) ? Number(value.toPrecision(12)) : null);

/** Shares of the seconds inside the band, by measure; those in which nothing happens on either side are left out. */
function coverageOf(said) {
	const [least] = judgeRecording(
		[{ text: '', that: 'coverage', bound: { above: 0, below: null, equals: null, between: null, never: false } }],
		said,
	);
	const busy = said.measures.filter(({ busy: { of } }) => of > 0).map(({ name, busy }) => [name, busy]);
	return { least: least.measured, busy: Object.fromEntries(busy) };
}
