/**
 * Why a try failed, in the words that retry policies decide by: a status, a failure of the network, or a send that the
 * client's own budget, limiter or breaker kept back. Sets of causes are bit masks, so that a policy asks with one AND.
 */

/** A cause's place in this list is its number, and stays so: masks are made of it. */
export const CAUSES = [
	'500',
	'502',
	'503',
	'504',
	'429',
	'refused',
	'reset',
	'timeout',
	/** a budget or a limiter kept the send back */
	'suppressed',
	/** a breaker did */
	'open',
] as const;

export type Cause = (typeof CAUSES)[number];

/** The number of each cause. */
export const CAUSE = Object.fromEntries(CAUSES.map((name, i) => [name, i])) as Readonly<Record<Cause, number>>;

/** Causes as a mask: bit 1 << CAUSE[x] for each. */
export const causeMask = (causes: readonly Cause[]): number => causes.reduce((mask, c) => mask | (1 << CAUSE[c]), 0);

/** Names of exactly these causes, as an author would write them: `refused` alone stands for resets as well. */
export const exactNames = <T extends string | number>(names: readonly T[]): (T | 'connection-refused')[] =>
	names.map((name) => (name === 'refused' && !names.some((other) => other === 'reset') ? 'connection-refused' : name));

/** The causes of a mask, in the order of the list. */
export const causesIn = (mask: number): Cause[] => CAUSES.filter((name) => (mask & (1 << CAUSE[name])) !== 0);

/** Names for several at once, as authors write them. */
export const CAUSE_GROUPS = {
	'5xx': ['500', '502', '503', '504'],
	throttled: ['429'],
	network: ['refused', 'reset', 'timeout'],
	/** the outcome `refused` has resets as well; this is the one cause alone */
	'connection-refused': ['refused'],
} as const satisfies Readonly<Record<string, readonly Cause[]>>;

/** Whether a cause, as its number, is in a mask. */
export const inMask = (mask: number, cause: number): boolean => (mask & (1 << cause)) !== 0;
