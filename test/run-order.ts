/**
 * The order of the test files: those that take longest first, so that no worker is left alone with one at the end. Vitest knows
 * the durations of earlier runs, and a fresh clone has none.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A quarter of a minute or more, the longest first. */
const LONGEST = [
	'cli/shipped',
	'theory/queues/queues',
	'web/experiments',
	'theory/queues/retrials',
	'claims/records/readme',
	'cli/replicate',
	'web/report',
	'cli/sweep',
	'reference/reference',
	'cli/compare',
	'cli/report',
	'cli/map',
	'claims/executors/disk-faults',
	'theory/queues/zombies',
	'cli/stops',
	'theory/queues/first-passages',
	'claims/experiment/fit/fit-known-truth',
	'claims/cli/kill',
	'cli/gate',
	'cli/fit',
	'cli/test',
	'theory/queues/impatience',
	'theory/queues/processor-sharing',
	'theory/retries/attempts-per-request',
	'claims/records/fit-record',
	'claims/report/hostile-texts',
	'theory/queues/shared-zombies',
];

export class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rest = await super.sort(files);
		const placeOf = ({ moduleId }: TestSpecification): number => {
			const place = LONGEST.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
			return place < 0 ? LONGEST.length : place;
		};
		return rest.toSorted((a, b) => placeOf(a) - placeOf(b));
	}
}
