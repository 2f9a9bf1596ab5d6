/** Why runs could not tell: the reasons of many runs, each with how many gave it. One run's reason does not stand for the others. */
import { formatCount } from '../../metrics/definitions/format.js';

/** One run's reason. */
export interface RunReason {
	readonly seed: number;
	readonly why: string;
}

/** A reason that runs gave, whatever the numbers in it. */
export interface Reason {
	/** of the first run that gave it */
	readonly why: string;
	readonly seed: number;
	readonly runs: number;
	/** in all these runs the same to the letter; false: other runs gave it with other numbers */
	readonly alike: boolean;
}

/** The same for reasons that differ in their numbers alone. */
export const kindOfReason = (why: string): string => why.replace(/(\d[\d,.]*(?:us|ms|[smhd%])?)+/g, '#');

/** The most frequent first; of two alike the one that came first. */
export function countReasons(all: readonly RunReason[]): Reason[] {
	const found = new Map<string, Reason>();
	for (const { seed, why } of all) {
		const kind = kindOfReason(why);
		const known = found.get(kind);
		const next = known === undefined ? { why, seed, runs: 1, alike: true } : more(known, why);
		found.set(kind, next);
	}
	return [...found.values()].toSorted((a, b) => b.runs - a.runs);
}

const more = (known: Reason, why: string): Reason => ({
	...known,
	runs: known.runs + 1,
	alike: known.alike && known.why === why,
});

/** "fault x is in force to the end"; of several "in 5: fault x is in force to the end; in 3: 12 of 40 requests are open (seed 4)" */
export function reasonsText(reasons: readonly Reason[]): string {
	const reasonText = ({ why, seed, alike }: Reason): string => (alike ? why : `${why} (seed ${seed})`);
	if (reasons.length === 1) return reasonText(reasons[0]);
	return reasons.map((reason) => `in ${formatCount(reason.runs)}: ${reasonText(reason)}`).join('; ');
}
