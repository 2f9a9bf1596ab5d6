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
	/** any of those that matter when a service starts: changed, coldStart, slow, faulty, loadLaw */
	atStart: 8 | 16 | 32 | 64 | 128,
	/** any of those that matter at the admission: crashed, cutOff, shed, changed, codel, shares */
	atAdmission: 1 | 2 | 4 | 8 | 256 | 512,
} as const;
