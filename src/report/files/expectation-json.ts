/** A share with its interval, and an expectation judged by it, for programs. */
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import type { Proportion } from '../../experiment/statistics/proportion.js';
import type { Json } from './json.js';

export const judgedJson = ({ expectation, verdict, held, more, text }: JudgedExpectation): Json => ({
	text: expectation.text,
	that: expectation.that,
	verdict,
	held: proportionJson(held),
	more,
	seenText: text,
});

/** Shares 0..1, an interval is [low, high]. */
export const proportionJson = ({
	hits,
	n,
	share,
	interval,
	confidence,
	bounds,
}: Proportion): { readonly [key: string]: Json } => ({
	hits,
	of: n,
	share,
	interval: [interval.low, interval.high],
	confidence,
	...(bounds === undefined ? {} : { undecided: bounds.undecided, low: bounds.low, high: bounds.high }),
});
