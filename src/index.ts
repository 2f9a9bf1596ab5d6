/** The library's face on node: the engine's face, and the executor that watches wall time and signals. */
export * from './engine.js';
export { type InlineOptions, inlineExecutor, type Progress } from './executors/inline.js';
export { type Replayed, type ReplayPlan, replay } from './experiment/replay.js';
export type { Executor, Trial } from './experiment/trial.js';
