/** Why an attempt cannot simply be admitted to a node or begun there: bits of the node's guard. */
export const GUARD = {
	crashed: 1,
	cutOff: 2,
	shed: 4,
	changed: 8,
	coldStart: 16,
	slow: 32,
	faulty: 64,
	loadLaw: 128,
	codel: 256,
	/** nobody waits: all share the workers */
	shares: 512,
} as const;
