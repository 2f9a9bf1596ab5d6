/**
 * What every command shares that runs many tasks: threads on all cores, a journal beside the results, progress, and an
 * interrupt that keeps what is finished.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type Design, journaled, openJournal } from '../../executors/journal.js';
import { CORES, openLaboratory } from '../../executors/threads.js';
import { tuneForManyRuns } from '../../executors/tuning.js';
import { proportion } from '../../experiment/statistics/proportion.js';
import type { Laboratory, TaskResult } from '../../experiment/task/task.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { complain } from '../output/exit.js';
import { JOURNAL, SUMMARY } from '../output/file-names.js';
import { VERSION } from '../output/version.js';
import { batchProgress, PROGRESS_MODES, type ProgressMode } from '../progress/batch.js';
import { interruptible } from '../progress/interrupt.js';
import { positive } from './flags.js';

/** The flags that all of them take. */
export interface ExperimentFlags {
	readonly workers: number;
	readonly progress: ProgressMode;
	readonly resume?: true;
	readonly restart?: true;
	readonly quiet?: true;
}

/** Those of them that `run` does not have by itself. */
export function withExperimentFlags(command: Command): Command {
	return command
		.addOption(new Option('--workers <n>', 'tasks side by side').argParser(positive).default(CORES, 'all cores'))
		.addOption(new Option('--progress <mode>', 'on standard error').choices([...PROGRESS_MODES]).default('auto'))
		.addOption(new Option('--resume', 'go on with an experiment that was interrupted').conflicts('restart'))
		.option('--restart', 'forget an experiment that was interrupted');
}

export interface ExperimentPlan {
	/** where results and journal go; null keeps neither */
	readonly dir: string | null;
	readonly design: Design;
	/** how many tasks there will be; null where that is open */
	readonly total: number | null;
	readonly flags: ExperimentFlags;
	/** how much of a result the experiment, its journal included, has use for; all of it unless said */
	readonly keep?: (result: TaskResult) => TaskResult;
}

/**
 * Asks a laboratory, with all of that about it.
 * @throws UserError (exit 2) where the folder holds an unfinished experiment and no flag says what is to become of it
 */
export async function experiment<T>(plan: ExperimentPlan, ask: (laboratory: Laboratory) => Promise<T>): Promise<T> {
	tuneForManyRuns();
	if (plan.dir !== null && plan.flags.resume === undefined) makeWay(plan.dir, plan.flags);
	return await interruptible((signal) => askWith(plan, ask, signal));
}

async function askWith<T>(
	{ dir, design, total, flags, keep }: ExperimentPlan,
	ask: (laboratory: Laboratory) => Promise<T>,
	signal: AbortSignal,
): Promise<T> {
	const journal =
		dir === null ? null : openJournal(join(dir, JOURNAL), { version: VERSION, design, resume: flags.resume === true });
	const mode = flags.quiet === true && flags.progress === 'auto' ? 'none' : flags.progress;
	const progress = batchProgress(mode, (hits, n) => proportion(hits, n).interval);
	const { run: whole, close } = openLaboratory({ workers: flags.workers, signal });
	const run = keep === undefined ? whole : keeping(whole, keep);
	try {
		for (const note of journal?.notes ?? []) complain(note);
		progress.plan(total);
		return await ask(progress.watch(journal === null ? run : journaled(run, journal)));
	} finally {
		progress.end();
		journal?.close();
		await close();
	}
}

function keeping(inner: Laboratory, keep: (result: TaskResult) => TaskResult): Laboratory {
	return async (tasks, onResult) => {
		const results = await inner(tasks, (index, result, from) => onResult?.(index, keep(result), from));
		return results.map(keep);
	};
}

/** Whatever stands in the folder is finished, or given up by its owner. */
function makeWay(dir: string, { restart }: ExperimentFlags): void {
	if (!existsSync(join(dir, JOURNAL))) return;
	if (restart === undefined && !isFinished(join(dir, SUMMARY))) {
		throw new UserError(
			`${join(dir, JOURNAL)}: error: found an experiment that did not come to its end; --resume goes on with it, --restart forgets it, and --out DIR goes elsewhere`,
			EXIT.usage,
		);
	}
	// A kill in the midst of the next experiment must not leave the last one's summary as its own.
	rmSync(join(dir, SUMMARY), { force: true });
}

function isFinished(summary: string): boolean {
	try {
		return JSON.parse(readFileSync(summary, 'utf8')).partial === false;
	} catch {
		return false;
	}
}
