/** What a quantity is, and one maker for each kind: the kind decides how a bound is written and how a value is printed. */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import type { Rules } from '../reading/milestones.js';

export type QuantityKind = 'share' | 'factor' | 'instant' | 'duration' | 'count' | 'rate' | 'boolean';

export interface Quantity {
	readonly name: string;
	readonly kind: QuantityKind;
	/** one line: what it is, with the formula */
	readonly help: string;
	/** where: region, class, population, platform where cells are kept by them; layer for retries, change for adoption and decisions */
	readonly read: (outcome: Outcome, selection: Selection, rules: Rules) => number | null;
	/** what of it is undecided; null: nothing is. What stands in no such way is decided as soon as it is measured */
	readonly undecided?: (outcome: Outcome, selection: Selection, rules: Rules) => Undecided | null;
}

/** What is open at the end of a run and may still move a quantity. */
export interface Undecided {
	/** the least and the greatest value it may come to; null: nothing can be said */
	readonly range: readonly [number, number] | null;
	/** of an instant, or a time, that may still come: it does not before; left out: nothing is known of it */
	readonly notBefore?: number;
	/** what is open, for people; and in two words, where a value stands beside it */
	readonly why: string;
	readonly brief: string | null;
	/** where the measured window would have to end for an answer, us from t = 0; null where no end is known to do */
	readonly neededToUs: number | null;
	/** the range is that of coarse time buckets: it happened, some time within them */
	readonly withinBuckets?: true;
}

export type Read = Quantity['read'];
export type ReadUndecided = NonNullable<Quantity['undecided']>;

export const share = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'share', help, read });
export const factor = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'factor', help, read });
export const rate = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'rate', help, read });
export const count = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'count', help, read });
export const instant = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'instant', help, read });
export const duration = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'duration', help, read });
export const yes = (
	name: string,
	help: string,
	read: (o: Outcome, s: Selection, r: Rules) => boolean | null,
	undecided: ReadUndecided,
): Quantity => ({
	name,
	kind: 'boolean',
	help,
	undecided,
	read: (o, s, r) => {
		const is = read(o, s, r);
		return is === null ? null : Number(is);
	},
});
