/** A run that holds ever more stops by the name of a limit, where it would stop everywhere, and its books close quickly. */
import { describe, expect, it } from 'vitest';
import { engineFor, loadScenario } from '../../../../src/engine.js';
import { runInSlices } from '../../../../src/executors/slices.js';

/** The queue of the issue: nothing is ever turned away, and everybody tries again at once. */
const RUNAWAY = `name: runaway
duration: 1h
traffic: { rate: 1000/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: unlimited }
clients: { apps: { timeout: 1s, retry: { attempts: 100, backoff: 0s } } }
`;
const WITH_PATIENCE = ['clients.apps.patience=30s'];
const run = async (...set: string[]) => {
	const { world } = loadScenario(RUNAWAY, { file: 'runaway.yaml', variant: 'base', set });
	const engine = engineFor(world, 1);
	await runInSlices(engine, { wallMs: 60_000, startMs: performance.now() });
	return engine.outcome();
};

describe.each([
	['foreseen', []],
	['event by event', WITH_PATIENCE],
])('an unlimited queue, %s', (_, more) => {
	it('stops by limits.attempts', async () => {
		const { stopped } = await run('limits.attempts=50000', ...more);
		expect(stopped).toMatchObject({ limit: 'attempts', bound: 50_000 });
	});

	it('stops by limits.memory', async () => {
		const { stopped } = await run('limits.memory=64MiB', ...more);
		expect(stopped).toMatchObject({ limit: 'memory', bound: 64 * 1024 ** 2 });
	});

	it('stops at the same instant however it is sliced', async () => {
		const { world } = loadScenario(RUNAWAY, { file: 'r', variant: 'base', set: ['limits.attempts=30000', ...more] });
		const whole = engineFor(world, 3);
		whole.advance(world.horizonUs);
		const sliced = engineFor(world, 3);
		for (let k = 1; !sliced.finished; k++) {
			if (k % 3 === 0) sliced.advanceSome(world.horizonUs);
			else sliced.advance(sliced.nowUs + 777 * k);
		}
		const [a, b] = [whole.outcome(), sliced.outcome()];
		expect(b.stopped).toEqual(a.stopped);
		expect(b.events).toBe(a.events);
		expect(b.cells).toEqual(a.cells);
	});
});

it('check says what an unlimited queue comes to in a collapse, and only where it can', () => {
	const texts = (...set: string[]) =>
		loadScenario(RUNAWAY, { file: 'a.yaml', variant: 'base', set }).warnings.map(({ text }) => text);
	expect(texts()).toEqual([
		'a.yaml:4:60: warning: edge.queue: unlimited: in a collapse it holds ever more attempts, until limits.attempts (2,000,000) stops the run; a number of places such as 10000 would turn attempts away instead',
	]);
	expect(texts('edge.queue=100')).toEqual([]);
	expect(texts('duration=10s')).toEqual([]);
	// Tries without end, of which a bucket of tokens pays for one in ten calls: below two millions in 50 s, not in ten hours.
	const endless = 'clients.apps.retry.attempts=unlimited';
	const bucket = [endless, 'clients.apps.instances=1', 'clients.apps.retry.budget={ratio: 10%, capacity: 10}'];
	expect(texts('duration=50s', ...bucket)).toEqual([]);
	expect(texts('duration=10h', ...bucket)).toHaveLength(1);
	expect(texts('duration=50s', endless)).toHaveLength(1);
});

it('some events at a time: no call of advanceSome goes on for long, however dense an instant is', () => {
	const { world } = loadScenario(RUNAWAY, { file: 'runaway.yaml', variant: 'base' });
	const engine = engineFor(world, 1);
	let most = 0;
	for (let k = 0; k < 60; k++) {
		const before = engine.events;
		engine.advanceSome(world.horizonUs);
		most = Math.max(most, engine.events - before);
	}
	expect(most).toBeLessThan(40_000);
});

it('closes the books of a million attempts that wait in two thousand buckets', async () => {
	const { world } = loadScenario(RUNAWAY, {
		file: 'runaway.yaml',
		variant: 'base',
		set: ['record.bucket=20ms', 'duration=40s', 'limits.attempts=100000000'],
	});
	const engine = engineFor(world, 1);
	engine.advance(40e6);
	const before = process.cpuUsage();
	engine.outcome();
	expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
});

describe('exact counts', () => {
	const counted = (values: string) => `name: counted
duration: 2s
traffic: { counts: { every: 1s, values: ${values} } }
edge: { service: 1ms, workers: 1, queue: 1 }
clients: { a: { share: 25%, timeout: 1s }, b: { share: 75%, timeout: 1s } }
`;

	it('of a thousand million are dealt at once', () => {
		const { world } = loadScenario(counted('[1000000000, 1000000000]'), { file: 'c', variant: 'base' });
		const before = process.cpuUsage();
		const engine = engineFor(world, 1);
		expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1);
		engine.advance(1000);
		const { cells, places } = engine.outcome();
		expect(cells.length).toBeGreaterThan(places.length);
	});
});
