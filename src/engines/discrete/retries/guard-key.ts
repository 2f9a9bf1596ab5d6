/**
 * Which state of a client's guards is meant: states are kept by instance, by pool or by node, as the scope of the guard
 * says.
 */

/** Filled again for every question, since questions are asked one at a time: nobody keeps it. */
export interface GuardKey {
	/** of the client */
	instance: number;
	/** that the attempt goes to or came from */
	pool: number;
	node: number;
}
