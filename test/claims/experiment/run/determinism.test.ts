/** The same file, seed and version give the same bytes, however time is sliced; and the first draw that differs is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineFor } from '../../../../src/engines/engine-for.js';
import { compareDraws, type MakeEngine, type Observe } from '../../../../src/experiment/run/determinism.js';
import { judge } from '../../../../src/experiment/task/judge.js';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { toJson } from '../../../../src/report/files/json.js';
import { summary } from '../../../../src/report/run/summary.js';
import { decisionsCsv, timeseriesCsv } from '../../../../src/report/run/tables.js';
import { loadScenario, type Scenario } from '../../../../src/scenario/load.js';
import { ROOT, retrystorm, SMALL, scratch } from '../../../cli/cli.js';

const hello = readFileSync(join(ROOT, 'scenarios/hello.yaml'), 'utf8');
const december = readFileSync(join(ROOT, 'scenarios/december-5.yaml'), 'utf8');
const load = (text: string, set: readonly string[] = [], variant = 'base') =>
	loadScenario(text, { file: 'a.yaml', set, variant });
/** Rollout, gate, people and retries of three populations, cut to one minute and a half of a fifth of the traffic. */
const canary = load(december, ['from="08:46:30"', 'until="08:48"', 'traffic.rate=200/s'], 'canary');

/** @param sliceUs length of the next slice, by its number */
function sliced({ world }: Scenario, seed: number, sliceUs: (n: number) => number): Outcome {
	const engine = engineFor(world, seed);
	for (let n = 0; !engine.finished; n++) engine.advance(engine.nowUs + sliceUs(n));
	return engine.outcome();
}

function bytes({ world, expectations }: Scenario, outcome: Outcome): string {
	const own = expectations.filter(({ versus }) => versus === null);
	const judged = judge(own, outcome, world, () => outcome);
	return [toJson(summary(outcome, world, judged, '0')), timeseriesCsv(outcome), decisionsCsv(outcome)].join('\n');
}

describe.each([
	['hello', load(hello)],
	['canary', canary],
])('%s', (_, scenario) => {
	const whole = bytes(
		scenario,
		sliced(scenario, 1, () => Number.POSITIVE_INFINITY),
	);

	it.each([
		['once more', () => Number.POSITIVE_INFINITY],
		['in slices of a bucket', () => 1e6],
		['in slices of no round length', () => 7_919],
		['in slices that grow and shrink', (n: number) => 1 + ((n * 99_991) % 3_000_017)],
	])('is the same %s', (_how, sliceUs) => {
		expect(bytes(scenario, sliced(scenario, 1, sliceUs))).toBe(whole);
	});

	it('is another for another seed', () => {
		expect(
			bytes(
				scenario,
				sliced(scenario, 2, () => 1e9),
			),
		).not.toBe(whole);
	});

	it('draws the same twice', () => {
		const make: MakeEngine = (observe) => engineFor(scenario.world, 1, 'discrete', { observe });
		const found = compareDraws(make, make);
		expect(found.same).toBe(true);
		if (found.same) expect(found.draws).toBeGreaterThan(10_000);
	});
});

describe('the first draw that differs is named', () => {
	const scenario = load(SMALL, ['duration=10s']);
	const plain: MakeEngine = (observe) => engineFor(scenario.world, 1, 'discrete', { observe });
	const all: { stream: string; value: number }[] = [];
	const first = plain((stream, value) => all.push({ stream, value }));
	first.advance(first.horizonUs);

	/** The same run, with draw number `at` told otherwise. */
	const altered =
		(at: number, alter: (stream: string, value: number) => [string, number] | null): MakeEngine =>
		(observe: Observe) => {
			let number = 0;
			return plain((stream, value) => {
				const draw = ++number === at ? alter(stream, value) : ([stream, value] as const);
				if (draw !== null) observe(draw[0], draw[1]);
			});
		};

	it('enough of them to span blocks', () => expect(all.length).toBeGreaterThan(4096 + 500));

	it.each([1, 2, 4095, 4096, 4097, 4500])('number %i by its value', (at) => {
		const wrong = altered(at, (stream, value) => [stream, value === 0.5 ? 0.25 : 0.5]);
		const draw = { number: at, ...all[at - 1] };
		expect(compareDraws(plain, wrong)).toEqual({ same: false, first: draw, second: { ...draw, value: 0.5 } });
	});

	it('by its stream, even one of the same length and end', () => {
		const wrong = altered(4100, (stream, value) => [`X${stream.slice(1)}`, value]);
		const draw = { number: 4100, ...all[4099] };
		const second = { ...draw, stream: `X${draw.stream.slice(1)}` };
		expect(compareDraws(plain, wrong)).toEqual({ same: false, first: draw, second });
	});

	it('where one run draws less, at the end or before it', () => {
		const last = all.length;
		const short = altered(last, () => null);
		expect(compareDraws(plain, short)).toEqual({
			same: false,
			first: { number: last, ...all[last - 1] },
			second: null,
		});
		expect(compareDraws(short, plain)).toMatchObject({ same: false, first: null, second: { number: last } });
		const gap = altered(10, () => null);
		expect(compareDraws(plain, gap)).toMatchObject({ same: false, first: { number: 10, ...all[9] } });
	});

	it('between two worlds that differ in one parameter', () => {
		const other = load(SMALL, ['duration=10s', 'edge.service={ uniform: { from: 10ms, to: 30ms } }']).world;
		// Both service laws read the same uniforms: what differs is when each is drawn.
		const found = compareDraws(plain, (observe) => engineFor(other, 1, 'discrete', { observe }));
		expect(found.same).toBe(false);
		if (!found.same) expect(found.first).not.toEqual(found.second);
	});
});

describe('on the command line', () => {
	const cwd = scratch({ 'small.yaml': SMALL });
	const read = (dir: string, file: string) => readFileSync(join(cwd, dir, file), 'utf8');

	it('all files but timing.json are the same bytes twice', async () => {
		for (const dir of ['a', 'b']) {
			expect((await retrystorm(['run', 'small.yaml', '-o', dir, '-q'], { cwd })).code).toBe(0);
		}
		for (const file of ['summary.json', 'timeseries.csv', 'decisions.csv', 'manifest.json']) {
			expect(read('b', file), file).toBe(read('a', file));
		}
	});

	it('--check-determinism says how many draws were the same', async () => {
		const args = ['run', 'small.yaml', '--check-determinism', '--no-results', '--variant', 'all'];
		const { err } = await retrystorm(args, { cwd });
		expect(err).toMatch(/^(deterministic: (base|calm|proud), [\d,]+ draws, the same twice\n){3}$/);
	});
});
