/** What a run begins with: attempts that the nodes hold at t = 0, and clients between two attempts. By default nothing. */

/** What each node of a group holds, in whole attempts, the abandoned ones first: they are the oldest. */
export interface HeldAtStart {
	/** work for nobody: their clients have left */
	readonly abandoned: number;
	/** first attempts of requests, sent at t = 0: their clients wait from then on */
	readonly live: number;
}

/**
 * The workers of a node take the first of what it holds at t = 0; the rest waits behind. Clients in back-off are found
 * in the middle of a wait of their policy. None of this was born or sent within the run.
 */
export interface Start {
	/** by node group, for each of its nodes */
	readonly held: readonly HeldAtStart[];
	/** clients in back-off, by population */
	readonly backoff: readonly number[];
}

/** Everything that a start puts into a world of these node groups: attempts and clients. */
export function sizeOfStart({ held, backoff }: Start, groups: readonly { readonly nodes: number }[]): number {
	const attempts = groups.reduce((sum, { nodes }, g) => sum + nodes * (held[g].abandoned + held[g].live), 0);
	return backoff.reduce((sum, clients) => sum + clients, attempts);
}
