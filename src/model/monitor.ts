/** What operators and gates see: a ratio of two counts over a window, in a scope. */

/**
 * A metric. numerator / denominator:
 * - retries over all-attempts: the retry share; over first-attempts: the retry ratio
 * - failures over first-attempts: failed first attempts; over all-attempts: failed attempts; over logical-requests: lost requests
 * - errors: as failures, but only answers of the error class (HTTP 5xx: error, rejected, shed)
 */
export interface Metric {
	readonly numerator: 'retries' | 'failures' | 'errors';
	readonly accounting: 'first-attempts' | 'all-attempts' | 'logical-requests';
	/** which retries it can see: all, or marked ones only (SDK retries: a person's reload looks like a first attempt) */
	readonly retries: 'all' | 'marked';
	/** received in its scope, or caused: counted where the attempt that failed had been sent, timeouts included */
	readonly where: 'received' | 'caused';
	/** stage: the nodes of the newest stage; rollout: all nodes on the new version; global: every node */
	readonly scope: 'stage' | 'rollout' | 'global';
	/** a window at t is [t - windowUs, t), clipped at the deploy */
	readonly windowUs: number;
}

/** One look at a metric. `value` is null when nothing was counted in the denominator. */
export interface Reading {
	readonly value: number | null;
	readonly samples: number;
}
