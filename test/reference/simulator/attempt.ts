/** A logical request, and one of its attempts. */
import type { Reply } from '../../../src/model/reply.js';
import type { ClientOutcome, ServerFate } from './ledgers.js';
import type { Node } from './nodes/node.js';

export interface Request {
	readonly bornUs: number;
	readonly region: number;
	readonly platform: number;
	readonly population: number;
	readonly requestClass: number;
	/** which of the population's clients makes it */
	readonly instance: number;
	/** decides whether a change shows itself on it: one uniform for each change, drawn once */
	readonly shareLuck: readonly number[];
	/** the same for each rollout that reaches a share of the requests */
	readonly rolloutLuck: readonly number[];
	/** born of a change that multiplies calls */
	readonly isExtra: boolean;
	/** attempts sent so far, over all layers */
	sent: number;
	/** a failed attempt is behind it */
	stumbled: boolean;
	/** its first attempt has failed, or was kept back */
	firstFailed: boolean;
	state: 'open' | 'succeeded' | 'failed';
}

export interface Attempt {
	readonly request: Request;
	/** 1 for the first one sent of its request */
	readonly number: number;
	readonly node: Node;
	readonly sentUs: number;
	/** send + timeout, which is what drop-at-dequeue compares with */
	readonly deadlineUs: number;
	/** the uniform that decides failure, drawn at the send and kept */
	readonly uniform: number;
	/** what the client saw; null: it still waits */
	outcome: ClientOutcome | null;
	serverOutcome: ServerFate | null;
	/** where it is, seen from the node */
	place: 'on its way' | 'waiting' | 'in service' | 'gone';
	/** a cancel has come before it */
	cancelled: boolean;
	/** still counts among what its node has not answered */
	outstanding: boolean;
	/** takes the answer to the client */
	readonly answer: (answer: Answer) => void;
}

/** What comes back to a client. */
export type Answer = { readonly kind: 'ok' } | Failure;

export interface Failure {
	readonly kind: 'error' | 'rejected' | 'shed' | 'refused' | 'timeout' | 'cancelled' | 'suppressed';
	readonly cause: Reply['cause'];
	readonly retryAfterUs: number | null;
}
