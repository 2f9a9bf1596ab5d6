/**
 * Why a try failed, as retry policies look at it: the status of an answer, what the network said in its place, or why no
 * attempt was sent at all.
 */
export const CAUSES = [
	'500',
	'502',
	'503',
	'504',
	'429',
	'refused',
	'reset',
	'timeout',
	/** a budget or limiter of the client kept the send back */
	'suppressed',
	/** a breaker of the client did */
	'open',
] as const;
export type Cause = (typeof CAUSES)[number];

/** The integer of each cause: the hot path speaks integers, and masks are bits 1 << CAUSE[cause]. */
export const CAUSE = {
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
} as const satisfies Record<Cause, number>;
