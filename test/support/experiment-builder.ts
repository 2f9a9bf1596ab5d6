/** Cases for tests of whatever runs, keeps or judges replications: small ones from a text, and digests written by hand. */
import { type Case, caseOf } from '../../src/experiment/task/case.js';
import type { Task, TaskResult } from '../../src/experiment/task/task.js';
import { loadScenario, type Scenario } from '../../src/scenario/load.js';
import { SMALL } from '../cli/cli.js';

/** Gives the variants of a text. */
export const loader =
	(text: string, set: readonly string[] = []) =>
	(variant: string): Scenario =>
		loadScenario(text, { file: 'a.yaml', variant: variant === '' ? 'base' : variant, set });

/** A variant of the small scenario as a case. */
export function smallCase(variant = 'base', set: readonly string[] = [], text = SMALL): Case {
	const load = loader(text, set);
	return caseOf(`small, ${variant}`, load(variant), load);
}

/** A case under the seeds from `first` on. */
export const replications = (of: Case, count: number, first = 1): Task[] =>
	Array.from({ length: count }, (_, k) => ({ of, seed: first + k }));

/** The bytes of results, for comparison. */
export const bytesOf = (results: readonly TaskResult[]): string[] => results.map((result) => JSON.stringify(result));

/** The failure of a result, or a word. */
export const failureOf = (result: TaskResult) => ('failure' in result ? result.failure : 'none');
