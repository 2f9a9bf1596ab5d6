/**
 * The words of the two ledgers. Every sent attempt has one client outcome and one server disposition; the two are never mixed.
 * MODEL: section 9 of the design, "Two ledgers".
 */

/** What the client saw of an attempt, in the order of the counters. */
export const OUTCOMES = ['ok', 'error', 'rejected', 'shed', 'refused', 'timeout', 'cancelled'] as const;
export type AttemptOutcome = (typeof OUTCOMES)[number];

/** The integer of each outcome: the hot path speaks integers. */
export const OUTCOME = {
	ok: 0,
	error: 1,
	rejected: 2,
	shed: 3,
	refused: 4,
	timeout: 5,
	cancelled: 6,
} as const satisfies Record<AttemptOutcome, number>;

/** What became of an attempt at the edge, in the order of the counters. */
export const DISPOSITIONS = [
	'served-in-time',
	'served-late',
	'failed',
	'rejected',
	'shed',
	'dropped-at-dequeue',
	'cancelled-queued',
	'cancelled-in-service',
	'lost',
	'never-arrived',
] as const;

/** The integer of each disposition. */
export const DISPOSITION = {
	servedInTime: 0,
	servedLate: 1,
	failed: 2,
	rejected: 3,
	shed: 4,
	droppedAtDequeue: 5,
	cancelledQueued: 6,
	cancelledInService: 7,
	lost: 8,
	neverArrived: 9,
} as const;
