/**
 * What every command shares that runs many tasks: threads on all cores, a journal beside the results, progress, and an
 * interrupt that keeps what is finished.
 */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { statOf } from '../../executors/disk.js';
import { type Design, type Journal, journaled, openJournal } from '../../executors/journal.js';
import { CORES, openLaboratory } from '../../executors/threads.js';
import { tuneForManyRuns } from '../../executors/tuning.js';
import { proportion } from '../../experiment/statistics/proportion.js';
import type { Laboratory, TaskResult } from '../../experiment/task/task.js';
import { complain } from '../output/exit.js';
import { JOURNAL } from '../output/file-names.js';
import { dropHead, type Files, refuseUnfinished, writeFolder } from '../output/result-folder.js';
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

/** Makes of what was found what the command tells of it, and writes its files while the folder's lock is held. */
export type Settle<T, R> = (found: T, write: (files: Files) => void) => R;

/**
 * Asks a laboratory, with all of that about it.
 * @throws UserError (exit 2) where the folder holds an unfinished experiment and no flag says what is to become of it
 */
export async function experiment<T, R>(
	plan: ExperimentPlan,
	ask: (laboratory: Laboratory) => Promise<T>,
	settle: Settle<T, R>,
): Promise<R> {
	tuneForManyRuns();
	return await interruptible((signal) => askWith(plan, ask, settle, signal));
}

async function askWith<T, R>(
	{ dir, design, total, flags, keep }: ExperimentPlan,
	ask: (laboratory: Laboratory) => Promise<T>,
	settle: Settle<T, R>,
	signal: AbortSignal,
): Promise<R> {
	const journal = dir === null ? null : journalIn(dir, design, flags);
	const mode = flags.quiet === true && flags.progress === 'auto' ? 'none' : flags.progress;
	const progress = batchProgress(mode, (hits, n) => proportion(hits, n).interval);
	const { run: whole, close } = openLaboratory({ workers: flags.workers, signal });
	const run = keep === undefined ? whole : keeping(whole, keep);
	try {
		for (const note of journal?.notes ?? []) complain(note);
		progress.plan(total);
		const found = await ask(progress.watch(journal === null ? run : journaled(run, journal)));
		progress.end();
		return settle(found, (files) => {
			if (dir !== null && journal !== null) writeFolder(dir, files, journal);
		});
	} finally {
		progress.end();
		journal?.close();
		await close();
	}
}

/** Nothing in the folder is touched before its lock is held; then whatever stands there is finished, or given up by its owner. */
function journalIn(dir: string, design: Design, { resume, restart }: ExperimentFlags): Journal {
	const onLocked = (): void => {
		if (resume === true) return;
		refuseUnfinished(dir, restart === true);
		// A kill in the midst of the next experiment must not leave the last one's summary as its own.
		if (statOf(join(dir, JOURNAL)) !== null) dropHead(dir);
	};
	return openJournal(join(dir, JOURNAL), { version: VERSION, design, resume: resume === true, onLocked });
}

function keeping(inner: Laboratory, keep: (result: TaskResult) => TaskResult): Laboratory {
	return async (tasks, onResult) => {
		const results = await inner(tasks, (index, result, from) => onResult?.(index, keep(result), from));
		return results.map(keep);
	};
}
