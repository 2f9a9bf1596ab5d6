/** The seam between a world and whatever runs it. Imports no engine. */
import type { Outcome, Stop } from '../metrics/outcome.js';

/** The last instant before a run. */
export const BEFORE_RUN_US = -1;

/** A run under way. */
export interface Engine {
	/** simulated time reached: every event before it has run */
	readonly nowUs: number;
	/** events handled so far */
	readonly events: number;
	/** end of the run */
	readonly horizonUs: number;
	/** the horizon is reached, or a limit has stopped the run */
	readonly finished: boolean;
	/** Runs all events before `toUs` (at most up to the horizon). */
	advance(toUs: number): void;
	/** Runs some of them, a bounded number: for those who want to look up in between. */
	advanceSome(toUs: number): void;
	/** Stops here by a limit that only the outside can watch (wall time, a signal). */
	stop(limit: Extract<Stop['limit'], 'wall' | 'signal'>, bound: number): void;
	/** Closes the books at the instant reached and checks the audit; to be asked once. @throws Bug on a mismatch */
	outcome(): Outcome;
}
