/** A population of clients: how long they wait, how often they ask again, and where its state is kept. */
import type { Distribution } from './distributions/distribution.js';
import type { RetryPolicy } from './retry/policy.js';

export interface Population {
	readonly name: string;
	/** share of the fresh requests, 0..1 */
	readonly share: number;
	/** the classes it makes (indices into World.classes) */
	readonly classes: readonly number[];
	/** separate clients, each with its own state where a scope is `instance`; a request picks one uniformly */
	readonly instances: number;
	/** one-way network latency, drawn afresh in each direction */
	readonly latency: Distribution;
	/** how long an attempt is waited for, from its send; null = for ever */
	readonly timeout: Distribution | null;
	/** per-attempt: send to answer. whole-request: ends attempt and request at birth + timeout */
	readonly timeoutClock: 'per-attempt' | 'whole-request';
	/** how long the request as a whole is waited for, from its birth; null = for ever */
	readonly patience: Distribution | null;
	/** accept: any attempt's answer completes the request, however late */
	readonly lateAnswer: 'ignore' | 'accept';
	/** from inside out, at least one; a client without retries has one layer of one attempt */
	readonly layers: readonly RetryPolicy[];
}
