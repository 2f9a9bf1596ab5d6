/** Computes trials and tasks in this process, one after the other. */
import { engineFor } from '../engines/engine-for.js';
import type { Executor, Laboratory, TaskResult, Trial } from '../experiment/task/task.js';
import type { Outcome } from '../metrics/outcome.js';
import { runTask } from './run-task.js';
import { runInSlices } from './slices.js';

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

/** @param signal aborted: the task under way and those whose turn has not come are interrupted */
export function inlineLaboratory({ signal }: Pick<InlineOptions, 'signal'> = {}): Laboratory {
	return async (tasks, onResult) => {
		const results: TaskResult[] = [];
		for (const [index, task] of tasks.entries()) {
			const result = await runTask(task, signal);
			results.push(result);
			onResult?.(index, result, 'run');
		}
		return results;
	};
}

async function runTrial(
	{ world, seed, label }: Trial,
	{ onProgress, signal }: InlineOptions,
	{ trial, trials, startMs }: { trial: number; trials: number; startMs: number },
): Promise<Outcome> {
	const engine = engineFor(world, seed);
	const onSlice = (wallMs: number): void => {
		const { nowUs, horizonUs, events } = engine;
		onProgress?.({ label, trial, trials, nowUs, horizonUs, events, wallMs });
	};
	await runInSlices(engine, { wallMs: world.limits.wallMs, startMs, signal, onSlice });
	return engine.outcome();
}
