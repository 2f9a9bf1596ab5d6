/** An interval, and on which side of a bound it lies: the question that every verdict over luck comes down to. */

/** Where the true value is believed to lie: low <= high, both ends in. */
export interface Interval {
	readonly low: number;
	readonly high: number;
}

/** Of an interval and a bound. An end that touches the bound has not passed it. */
export type BoundSide = 'below' | 'above' | 'straddles';

export function boundSideOf({ low, high }: Interval, bound: number): BoundSide {
	if (high < bound) return 'below';
	return low > bound ? 'above' : 'straddles';
}

/** What is written behind the sign "±". */
export function halfWidth({ low, high }: Interval): number {
	return (high - low) / 2;
}
