/** What is asked: a world and a seed travel together, and an executor gives the outcomes in the order asked. */
import type { Outcome } from '../metrics/outcome.js';
import type { World } from '../model/world.js';

export interface Trial {
	/** for progress and messages */
	readonly label: string;
	readonly world: World;
	readonly seed: number;
}

/** Who computes: in this process, in threads, elsewhere. */
export type Executor = (trials: readonly Trial[]) => Promise<readonly Outcome[]>;
