/** What a new version of the configuration does to the nodes that run it, per class of request. */
import type { Distribution } from './distributions/distribution.js';
import type { Reply } from './reply.js';

/** A change: a predicate and its effects. Versions are per node, so nodes disagree during a rollout. */
export interface Change {
	readonly name: string;
	/** matching requests: by class, by home node's region and platform (null = all) */
	readonly classes: readonly boolean[] | null;
	readonly regions: readonly boolean[] | null;
	readonly platforms: readonly boolean[] | null;
	/** share of the nodes (lowest numbers of each group first, rounded up by `shareOf`) and of the requests it shows itself on */
	readonly nodeShare: number;
	readonly requestShare: number;
	/** a matching request that is not shed fails with this probability */
	readonly failProbability: number;
	/** what those that fail, and those that are shed, are answered */
	readonly failReply: Reply;
	readonly shedReply: Reply;
	/** service time of matching requests that succeed, times this */
	readonly costFactor: number;
	/** service time of matching requests that fail, times this (instead of costFactor) */
	readonly errorCostFactor: number;
	/** share of the matching requests shed at admission */
	readonly shedProbability: number;
	/** fresh requests born for each matching first attempt that meets it, that one included (1 = none extra) */
	readonly calls: number;
	/** a matching request crashes its node with this probability when its service starts; the node restarts after `restartUs` */
	readonly crash: { readonly probability: number; readonly restartUs: number } | null;
	/** delay between a node's activation and the first effect, drawn per node */
	readonly onset: Distribution;
	/** acts only while busy workers / workers of the node is at least this, 0..1, the one that takes the request included */
	readonly aboveLoad: number;
	/** fail-open: a request that would fail is passed unchecked and succeeds at its error cost */
	readonly failOpen: boolean;
}
