/** The library's face on node: the engine's face, and whoever computes: here, in threads, over a journal. */
export * from './engine.js';
export { type InlineOptions, inlineExecutor, inlineLaboratory, type Progress } from './executors/inline.js';
export { type Design, type Journal, type JournalOptions, journaled, openJournal } from './executors/journal.js';
export { CORES, type OpenLaboratory, openLaboratory, type ThreadOptions } from './executors/threads.js';
export { type Replayed, type ReplayPlan, replay } from './experiment/run/replay.js';
export type { Executor, Laboratory, OnResult, Task, TaskFailure, TaskResult, Trial } from './experiment/task/task.js';
