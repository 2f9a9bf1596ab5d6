/**
 * How soon a signal and the wall limit act on a run: told in steps of the engine on a clock of the test, so that a busy machine
 * changes nothing; and how many events one step of the real engine has at most.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DiscreteEngine } from '../../../src/engines/discrete/engine.js';
import type { Engine } from '../../../src/engines/engine.js';
import { runInSlices } from '../../../src/executors/slices.js';
import { loadScenario } from '../../../src/scenario/load.js';

afterEach(() => vi.restoreAllMocks());

/** An engine whose every step takes so long, and comes so far: it counts its steps. */
class Steps implements Engine {
	nowUs = 0;
	events = 0;
	readonly horizonUs = 1e15;
	finished = false;
	steps = 0;
	stopped: { readonly limit: string; readonly atStep: number } | null = null;

	constructor(
		private readonly clock: { ms: number },
		private readonly stepMs: number,
		private readonly stepUs: number,
		private readonly onStep: (steps: number) => void = () => {},
	) {}

	advance(): void {
		throw new Error('a whole slice at once cannot be left');
	}

	advanceSome(toUs: number): void {
		this.steps++;
		this.clock.ms += this.stepMs;
		this.nowUs = Math.min(toUs, this.nowUs + this.stepUs);
		this.onStep(this.steps);
	}

	stop(limit: 'wall' | 'signal'): void {
		this.stopped = { limit, atStep: this.steps };
		this.finished = true;
	}

	outcome(): never {
		throw new Error('nobody asks');
	}
}

function clockOfTest(): { ms: number } {
	const clock = { ms: 0 };
	vi.spyOn(performance, 'now').mockImplementation(() => clock.ms);
	return clock;
}

/** Dense: time hardly moves. Sparse: a step comes to the end of its slice. Growing: slices become as long as they may. */
const WORLDS = [
	['dense', 10, 1],
	['sparse', 1, 1e12],
	['of steps that are long', 200, 1],
] as const;

describe.each(WORLDS)('a world that is %s', (_, stepMs, stepUs) => {
	it('hears a signal before the slice of 60 ms, or the step, in which it came is over', async () => {
		const clock = clockOfTest();
		const abort = new AbortController();
		let cameMs = Number.NaN;
		const engine = new Steps(clock, stepMs, stepUs, (steps) => {
			if (steps !== 50) return;
			// A signal that came while the engine ran is seen once the loop of events of node has had its turn.
			setImmediate(() => abort.abort());
			cameMs = clock.ms;
		});
		await runInSlices(engine, { wallMs: 1e9, startMs: 0, signal: abort.signal });
		expect(engine.stopped?.limit).toBe('signal');
		expect(clock.ms - cameMs).toBeLessThanOrEqual(2 * Math.max(60, stepMs) + stepMs);
	});

	it('is stopped by the wall limit within a slice of it', async () => {
		const clock = clockOfTest();
		const engine = new Steps(clock, stepMs, stepUs);
		await runInSlices(engine, { wallMs: 3000, startMs: 0 });
		expect(engine.stopped?.limit).toBe('wall');
		expect(clock.ms).toBeGreaterThan(3000);
		expect(clock.ms).toBeLessThanOrEqual(3000 + Math.max(60, stepMs) + stepMs);
	});

	it('does not begin where the signal has come before', async () => {
		const clock = clockOfTest();
		const engine = new Steps(clock, stepMs, stepUs);
		await runInSlices(engine, { wallMs: 3000, startMs: 0, signal: AbortSignal.abort() });
		expect(engine.stopped).toEqual({ limit: 'signal', atStep: 0 });
	});
});

it.each([
	['that tries again at once', 'onFull: reject', 'backoff: 0s', ''],
	['that is looked ahead', 'queue: unlimited', 'backoff: 10ms', ''],
	['of one bucket, with a cool-down', 'queue: unlimited', 'backoff: 10ms', 'coolDown: 1s\nrecord: { bucket: 1h }\n'],
])('a step of a world %s has at most 32,768 events, those counted late among them', (_, edge, backoff, more) => {
	const { world } = loadScenario(
		`name: runaway
duration: 1h
${more}traffic: { rate: 20000/s }
edge: { service: { exponential: 20ms }, workers: 1, ${edge} }
clients: { apps: { timeout: 10ms, retry: { attempts: 20, ${backoff} } } }
`,
		{ file: 'a.yaml' },
	);
	const engine = new DiscreteEngine(world, 1, { lookahead: edge.startsWith('queue') && more === '' });
	let steps = 0;
	while (!engine.finished && steps < 40) {
		const before = engine.events;
		engine.advanceSome(engine.horizonUs);
		steps++;
		// Stays that were looked ahead are counted as others push them out: at most one for each event, and those of a settling.
		expect(engine.events - before).toBeLessThanOrEqual(2 * 16_384);
	}
	expect(steps).toBe(40);
});
