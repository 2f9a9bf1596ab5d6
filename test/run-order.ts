/**
 * The order of the test files: those that take longest first, so that no worker is left alone with one at the end. Vitest knows
 * the durations of earlier runs, and a fresh clone has none.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Half a minute or more, the longest first. */
const LONGEST = [
	'cli/shipped',
	'laws/engines/random-worlds',
	'cli/sweep',
	'theory/queues/first-passages',
	'cli/map',
	'reference/reference',
	'cli/replicate',
	'claims/records/testbed',
	'claims/records/december-5',
	'laws/engines/gate-shares',
	'laws/engines/random-twins',
	'claims/records/readme',
	'claims/records/policies',
	'claims/records/fit',
	'claims/cli/disk-faults',
	'claims/cli/kill',
	'laws/engines/metamorphic',
	'web/experiments',
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
