/** What a quantity is, and one maker for each kind: the kind decides how a bound is written and how a value is printed. */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import type { Subject } from '../reading/by-birth.js';
import type { Rules } from '../reading/milestones.js';

export type QuantityKind = 'share' | 'factor' | 'instant' | 'duration' | 'count' | 'rate' | 'boolean';

/**
 * What of its span a quantity reads, which decides what a span that begins or ends within a time bucket leaves open.
 * counts: of whole time buckets, 0 over all is 0 in each · time-means: the same over a length of time · states: means of
 * states, 0 over all need not be 0 in each · log: entries at instants of their own · run: the whole run, whatever the span
 */
export type SpanUse = 'counts' | 'time-means' | 'states' | 'log' | 'run';

export interface Quantity {
	readonly name: string;
	readonly kind: QuantityKind;
	/** one line: what it is, with the formula */
	readonly help: string;
	/** where: region, class, population, platform where cells are kept by them; layer for retries, change for adoption and decisions */
	readonly read: (outcome: Outcome, selection: Selection, rules: Rules) => number | null;
	/** what of it is undecided; null: nothing is. What stands in no such way is decided as soon as it is measured */
	readonly undecided?: (outcome: Outcome, selection: Selection, rules: Rules) => Undecided | null;
	readonly spanUse: SpanUse;
	/** the value, beside 0, that each part of a span has where the span has it: 1 of a share of counts, x1 of an amplification */
	readonly sameInParts?: number;
	/** of a share by birth: the measure that is counted, and of whom */
	readonly births?: readonly [measure: string, of: Subject];
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

type Maker = (name: string, help: string, read: Read, spanUse?: SpanUse) => Quantity;

const maker =
	(kind: QuantityKind, usually: SpanUse): Maker =>
	(name, help, read, spanUse = usually) => ({ name, kind, help, read, spanUse });

export const share = maker('share', 'counts');
export const factor = maker('factor', 'counts');
export const rate = maker('rate', 'time-means');
export const count = maker('count', 'counts');
export const instant = maker('instant', 'run');
export const duration = maker('duration', 'counts');
export const yes = (
	name: string,
	help: string,
	read: (o: Outcome, s: Selection, r: Rules) => boolean | null,
	undecided: ReadUndecided,
): Quantity => ({
	name,
	kind: 'boolean',
	spanUse: 'run',
	help,
	undecided,
	read: (o, s, r) => {
		const is = read(o, s, r);
		return is === null ? null : Number(is);
	},
});
