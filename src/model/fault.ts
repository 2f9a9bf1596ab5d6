/** Timed disturbances: at a time, for a while, somewhere. Traffic factors are folded into the sources' curves. */

/** Which nodes; null = all. `nodeShare` takes the lowest numbers of each group, rounded up. */
export interface FaultScope {
	readonly regions: readonly boolean[] | null;
	readonly platforms: readonly boolean[] | null;
	readonly groups: readonly boolean[] | null;
	/** single nodes (world-wide numbers); null = by share */
	readonly nodes: readonly number[] | null;
	readonly nodeShare: number;
}

export type FaultEffect =
	| { readonly kind: 'crash' }
	/** workers' speed; 0 admits and holds, and serves nothing until it ends */
	| { readonly kind: 'speed'; readonly factor: number }
	/** network latency only */
	| { readonly kind: 'latency'; readonly factor: number }
	| { readonly kind: 'error'; readonly probability: number }
	| { readonly kind: 'partition' }
	| { readonly kind: 'traffic'; readonly factor: number };

export interface Fault {
	readonly name: string;
	readonly fromUs: number;
	readonly toUs: number;
	readonly scope: FaultScope;
	readonly effect: FaultEffect;
}
