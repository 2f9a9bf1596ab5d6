/** Scenarios as a test suite: every variant of every file replicated, and its expectations judged over the replications. */
import type { Case } from '../task/case.js';
import type { Laboratory, Task, TaskFailure, TaskResult } from '../task/task.js';
import { type JudgedExpectation, judgeReplications, type Replication } from './probabilistic-expectations.js';

/** One variant of one file. */
export interface Suite {
	readonly file: string;
	readonly of: Case;
	/** from 1 */
	readonly replications: number;
}

export interface SuiteResult {
	readonly suite: Suite;
	/** one for each expectation, in order */
	readonly judged: readonly JudgedExpectation[];
	/** runs that did not come to their end */
	readonly failures: readonly { readonly seed: number; readonly failure: TaskFailure }[];
}

/** Tasks asked for at once: enough for any number of cores, and few enough to hold their digests. */
const AT_ONCE = 1000;

/** Runs all suites, each under the seeds from the first on; all cores stay busy from one suite to the next. */
export async function runSuites(
	suites: readonly Suite[],
	firstSeed: number,
	laboratory: Laboratory,
): Promise<SuiteResult[]> {
	const tasks = suites.flatMap(({ of, replications }) =>
		Array.from({ length: replications }, (_, k): Task => ({ of, seed: firstSeed + k })),
	);
	const results: Replication[] = [];
	while (results.length < tasks.length) {
		const found = await laboratory(tasks.slice(results.length, results.length + AT_ONCE));
		results.push(...found.map(judgedPart));
	}
	return suites.map((suite) => {
		const own = results.splice(0, suite.replications);
		const failures = own.flatMap((result, k) =>
			'failure' in result ? [{ seed: firstSeed + k, failure: result.failure }] : [],
		);
		return { suite, judged: judgeReplications(suite.of.expectations, own), failures };
	});
}

/** A hundred thousand digests would not fit into memory, their judgements do. */
function judgedPart(result: TaskResult): Replication {
	if ('failure' in result) return result;
	const { seed, judgements } = result.digest;
	return { digest: { seed, judgements } };
}
