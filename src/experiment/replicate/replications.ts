/**
 * Replicates cases: the same worlds under many seeds. Replication k of every case runs under the first seed + k, so that
 * cases meet the same luck and any replication can be looked at alone. Nothing else decides a result.
 */

import { present } from '../statistics/moments.js';
import { moreToNarrow } from '../statistics/proportion.js';
import type { Case } from '../task/case.js';
import type { Digest } from '../task/digest.js';
import type { Laboratory, Task, TaskFailure, TaskResult } from '../task/task.js';

/** How many replications: a number, or as many as it takes until P(collapsed) is known within `halfWidth`, at most `most`. */
export type Size = { readonly runs: number } | { readonly halfWidth: number; readonly most: number };

export interface Replications {
	readonly of: Case;
	readonly firstSeed: number;
	/** in order of seed */
	readonly results: readonly TaskResult[];
}

/** Runs of the first round where their number is open: enough to see a share, few enough to throw away. */
const FIRST_ROUND = 20;

/** Replicates every case. Rounds are as large as what is known asks for, whoever computes them. */
export async function replicate(
	cases: readonly Case[],
	{ firstSeed, size }: { readonly firstSeed: number; readonly size: Size },
	laboratory: Laboratory,
): Promise<Replications[]> {
	const results: TaskResult[][] = cases.map(() => []);
	for (;;) {
		const more = cases.map((_, k) => furtherRuns(results[k], size));
		const tasks = cases.flatMap((of, k): Task[] =>
			Array.from({ length: more[k] }, (_, i) => ({ of, seed: firstSeed + results[k].length + i })),
		);
		if (tasks.length === 0) return cases.map((of, k) => ({ of, firstSeed, results: results[k] }));
		const found = await laboratory(tasks);
		let from = 0;
		for (const [k, count] of more.entries()) {
			results[k].push(...found.slice(from, from + count));
			from += count;
		}
		// Whoever was interrupted is not asked again.
		if (found.some(isInterrupted)) return cases.map((of, k) => ({ of, firstSeed, results: results[k] }));
	}
}

/** @returns how many runs the next round has; 0 when it is enough */
function furtherRuns(results: readonly TaskResult[], size: Size): number {
	if ('runs' in size) return size.runs - results.length;
	if (results.length === 0) return Math.min(FIRST_ROUND, size.most);
	const decided = collapses({ results });
	// Where no run can tell, further ones hardly will.
	if (decided.length === 0) return 0;
	const needed = moreToNarrow(decided.filter((c) => c === 1).length, decided.length, size.halfWidth);
	// The share will move: a round at most doubles what is known.
	const wanted = needed === null ? results.length : Math.min(needed, results.length);
	return Math.min(wanted, size.most - results.length);
}

/** The digests there are, in order of seed. */
export const digestsOf = ({ results }: Pick<Replications, 'results'>): Digest[] =>
	results.flatMap((result) => ('digest' in result ? [result.digest] : []));

/** What went wrong, by seed. */
export const failuresOf = ({ results, firstSeed }: Replications): { seed: number; failure: TaskFailure }[] =>
	results.flatMap((result, k) => ('failure' in result ? [{ seed: firstSeed + k, failure: result.failure }] : []));

/** 1 or 0 for every replication that could tell whether it collapsed. */
const collapses = (of: Pick<Replications, 'results'>): number[] =>
	present(digestsOf(of).map(({ values }) => values.collapsed));

export const isInterrupted = (result: TaskResult): boolean =>
	'failure' in result && result.failure.kind === 'interrupted';
