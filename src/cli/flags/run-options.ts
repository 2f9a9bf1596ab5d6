/** The flags of `retrystorm run`, as commander gives them. */
export interface RunOptions {
	readonly variant?: string[];
	readonly seed: string;
	readonly set?: string[];
	readonly out?: string;
	/** false with --no-results */
	readonly results: boolean;
	/** false with --no-report */
	readonly report: boolean;
	readonly format: 'text' | 'json' | 'csv';
	readonly quiet?: true;
	readonly checkDeterminism?: true;
	readonly explain?: true;
	readonly reps?: number;
	/** as it was written: 5% */
	readonly untilHalfwidth?: string;
	readonly maxReps: number;
}
