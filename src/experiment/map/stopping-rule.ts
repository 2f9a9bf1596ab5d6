/**
 * How often a point is run before it is called up or down: few times where all runs agree, at most so many where they do
 * not. After each look the interval of P(collapsed) is held against a bound; what it does not straddle is settled.
 *
 * Looking several times errs more often than looking once. k looks therefore share the error that one would be allowed: each
 * has the confidence 1 - (1 - c) / k (C. E. Bonferroni, 1936), so that all together are wrong at a point no more often than
 * 1 - c, as far as each interval keeps its word (see statistics/proportion.ts).
 */
import { EXIT, UserError } from '../../kernel/errors.js';
import { formatShare } from '../../kernel/units.js';
import { CONFIDENCE } from '../statistics/critical-values.js';
import { type BoundSide, boundSideOf } from '../statistics/interval.js';
import { type Proportion, proportionOfDecided } from '../statistics/proportion.js';

export interface StoppingRule {
	/** P(collapsed) above it is down, below it is up */
	readonly bound: number;
	/** runs of one start of a point after the first look, the second, ...; rising, the last is the most there are */
	readonly sizes: readonly number[];
	/** of all looks at a point together */
	readonly confidence: number;
	/** of each */
	readonly eachConfidence: number;
}

/**
 * The first look is the shortest that can settle anything, each further one doubles what is known.
 * @param bound 0..1, ends excluded
 * @param most runs of one start of a point
 * @throws UserError (exit 2) where so few cannot tell up from down even if they all agree
 */
export function stoppingRule(bound: number, most: number, confidence = CONFIDENCE): StoppingRule {
	const miss = 1 - confidence;
	for (let k = 1; ; k++) {
		const sizes = doubling(Math.min(unanimous(bound, miss / k), unanimous(1 - bound, miss / k)), most);
		if (sizes.length > k) continue;
		const each = miss / sizes.length;
		const needed = Math.max(unanimous(bound, each), unanimous(1 - bound, each));
		if (most < needed) throw tooFew(bound, most, needed);
		return { bound, sizes, confidence, eachConfidence: 1 - each };
	}
}

/** What some runs of one start of a point have shown, at the confidence at which they are judged; `n` could tell, others could not. */
export const collapseEstimate = (
	hits: number,
	n: number,
	{ eachConfidence }: StoppingRule,
	undecided = 0,
): Proportion => proportionOfDecided(hits, n, undecided, eachConfidence);

/** Down (above the bound), up (below it), or not settled. */
export const sideOfBound = ({ interval }: Proportion, { bound }: StoppingRule): BoundSide =>
	boundSideOf(interval, bound);

/** The least n with bound^n < miss: so many runs that all collapse put P above the bound. */
const unanimous = (bound: number, miss: number): number => Math.floor(Math.log(miss) / Math.log(bound)) + 1;

function doubling(first: number, most: number): number[] {
	const sizes: number[] = [];
	for (let size = first; size < most; size *= 2) sizes.push(size);
	return [...sizes, most];
}

const tooFew = (bound: number, most: number, needed: number): UserError =>
	new UserError(
		`error: --reps: found ${most}, too few to tell P(collapsed) above ${formatShare(bound)} from below it; at least ${needed} would do`,
		EXIT.usage,
	);
