/** The decision log: what a rollout's machinery and its people saw, and what they did about it. */

/** One line of the decision log. Instants from t = 0; `seen` and `limit` are shares (or ratios), `samples` a count. */
export interface Decision {
	readonly atUs: number;
	readonly rollout: string;
	readonly by: 'plan' | 'gate' | 'auto-revert' | 'people';
	/** what was decided or done */
	readonly what:
		| 'push'
		| 'measured'
		| 'passed'
		| 'tripped'
		| 'inconclusive'
		| 'detected'
		| 'declared'
		| 'decided'
		| 'revert'
		| 'wave'
		| 'reverted'
		| 'completed'
		| 'stood-down';
	readonly stage: string;
	readonly seen: number | null;
	readonly limit: number | null;
	readonly samples: number | null;
	readonly text: string;
}
