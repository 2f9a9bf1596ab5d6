/**
 * Two kinds of wrong: ours and theirs. A broken invariant is our bug and stops the run with an assertion; a file or a
 * flag that cannot be used is the user's, and is explained without a stack trace.
 */

/** Exit codes of the command line; the table stands in the README. */
export const EXIT = {
	ok: 0,
	unexpected: 1,
	usage: 2,
	inconclusive: 3,
	expectationFailed: 99,
	invalid: 104,
	interrupted: 105,
	limit: 106,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A broken invariant of the simulator: always our bug, never the user's. */
export class Bug extends Error {
	override name = 'Bug';
}

/** Something the user can mend: the message says what was found and what would do. */
export class UserError extends Error {
	override name = 'UserError';

	/** @param exit the code the command line ends with */
	constructor(
		message: string,
		readonly exit: ExitCode = EXIT.invalid,
	) {
		super(message);
	}
}

/**
 * Stops on our own bug.
 * @param atUs simulated time, where there is one
 * @throws Bug
 */
export function assert(condition: unknown, message: string, atUs?: number): asserts condition {
	if (condition) return;
	throw new Bug(atUs === undefined ? message : `${message} (at ${atUs} us of simulated time)`);
}
