/**
 * Why a try failed, in the words that retry policies look at: a status, what the network did, or what in the client
 * kept it back. Sets of causes are masks, bit 1 << CAUSE[x].
 */

/** Statuses, then the network, then `suppressed` (a budget or a limiter kept the send back) and `open` (a breaker did). */
export const CAUSES = ['500', '502', '503', '504', '429', 'refused', 'reset', 'timeout', 'suppressed', 'open'] as const;

export type Cause = (typeof CAUSES)[number];

/** The integer of each cause: its place in {@link CAUSES}. */
export const CAUSE: Readonly<Record<Cause, number>> = {
	'500': 0,
	'502': 1,
	'503': 2,
	'504': 3,
	'429': 4,
	refused: 5,
	reset: 6,
	timeout: 7,
	suppressed: 8,
	open: 9,
};

/** What authors may write for several at once. */
export const CAUSE_GROUPS = {
	throttled: ['429'],
	network: ['refused', 'reset', 'timeout'],
	'5xx': ['500', '502', '503', '504'],
} as const satisfies Record<string, readonly Cause[]>;

/** The mask of a set of causes. */
export const maskOf = (causes: readonly Cause[]): number =>
	causes.reduce((mask, cause) => mask | (1 << CAUSE[cause]), 0);

/** Whether a cause, as an integer, is in a mask. */
export const inMask = (mask: number, cause: number): boolean => (mask & (1 << cause)) !== 0;
