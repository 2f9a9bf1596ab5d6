/** Runs of scenarios that a test writes as text, with `path=value` on top. */
import type { Outcome } from '../../src/metrics/outcome.js';
import { loadScenario } from '../../src/scenario/load.js';
import { run, total } from './world-builder.js';

export const ran = (text: string, set: readonly string[] = [], seed = 1): Outcome =>
	run(loadScenario(text, { file: 'a.yaml', set }).world, seed);

/** One measure as a share of another, over the measured window. */
export const ratio = (outcome: Outcome, above: string, below: string): number =>
	total(outcome, above) / total(outcome, below);
