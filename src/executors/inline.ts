/**
 * Computes trials in this process, one after the other, in slices of wall time: between slices signals come through,
 * progress is told, and the wall limit is watched.
 */

import type { Engine } from '../engines/engine.js';
import { engineFor } from '../engines/simulate.js';
import type { Executor, Trial } from '../experiment/trial.js';
import type { Outcome } from '../metrics/outcome.js';

/** How far a run has come. */
export interface Progress {
	readonly label: string;
	/** of how many trials this is the k-th, from 1 */
	readonly trial: number;
	readonly trials: number;
	readonly nowUs: number;
	readonly horizonUs: number;
	readonly events: number;
	readonly wallMs: number;
}

export interface InlineOptions {
	readonly onProgress?: (progress: Progress) => void;
	/** aborted: the run under way stops with what it has, later ones stop at once */
	readonly signal?: AbortSignal;
	/** told when a trial has ended, with its wall time */
	readonly onEnd?: (trial: Trial, outcome: Outcome, wallMs: number) => void;
}

const SLICE_MS = 60;
/** Of simulated time. Nobody knows yet how dense the world is, and a slice that has begun cannot be left. */
const FIRST_SLICE_US = 1000;

export function inlineExecutor(options: InlineOptions = {}): Executor {
	return async (trials) => {
		const outcomes: Outcome[] = [];
		for (const [index, trial] of trials.entries()) {
			const startMs = performance.now();
			const outcome = await runTrial(trial, options, { trial: index + 1, trials: trials.length, startMs });
			options.onEnd?.(trial, outcome, performance.now() - startMs);
			outcomes.push(outcome);
		}
		return outcomes;
	};
}

async function runTrial(
	{ world, seed, label }: Trial,
	{ onProgress, signal }: InlineOptions,
	{ trial, trials, startMs }: { trial: number; trials: number; startMs: number },
): Promise<Outcome> {
	const engine = engineFor(world, seed);
	let sliceUs = FIRST_SLICE_US;
	while (!engine.finished) {
		if (signal?.aborted) engine.stop('signal', 0);
		else if (performance.now() - startMs > world.limits.wallMs) engine.stop('wall', world.limits.wallMs);
		else {
			sliceUs = advanceSlice(engine, sliceUs);
			const wallMs = performance.now() - startMs;
			const { nowUs, horizonUs, events } = engine;
			onProgress?.({ label, trial, trials, nowUs, horizonUs, events, wallMs });
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
	return engine.outcome();
}

/** @returns the length of the next slice: as much simulated time as fits into the slice's wall time */
function advanceSlice(engine: Engine, sliceUs: number): number {
	const startMs = performance.now();
	engine.advance(engine.nowUs + sliceUs);
	const tookMs = Math.max(performance.now() - startMs, 0.1);
	return Math.max(1, Math.min(sliceUs * 4, Math.ceil((sliceUs * SLICE_MS) / tookMs)));
}
