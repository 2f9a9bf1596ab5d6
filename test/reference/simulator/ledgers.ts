/** What is counted (MODEL section 9): requests, attempts by number and layer, and the two ledgers, which are never mixed. */
export type ClientOutcome = 'ok' | 'error' | 'rejected' | 'shed' | 'refused' | 'timeout' | 'cancelled';
export type ServerFate =
	| 'served_in_time'
	| 'served_late'
	| 'failed'
	| 'rejected'
	| 'shed'
	| 'dropped_at_dequeue'
	| 'cancelled_queued'
	| 'cancelled_in_service'
	| 'lost'
	| 'never_arrived';

/** Figures by name, under the names that the engine's list of measures has. */
export type Figures = Record<string, number>;

export interface Ledgers {
	readonly figures: Figures;
	add(name: string, by?: number): void;
}

export function newLedgers(): Ledgers {
	const figures: Figures = {};
	return {
		figures,
		add(name, by = 1) {
			if (!(name in figures)) figures[name] = 0;
			figures[name] += by;
		},
	};
}

/** How many clients wait between two sends, as a time average: in back-off, or at their own gate. */
export interface Waiting {
	enter(): void;
	leave(): void;
}

export function newWaiting(ledgers: Ledgers, now: () => number): Waiting {
	let [clients, sinceUs] = [0, 0];
	const become = (by: number): void => {
		ledgers.add('backoff_us', clients * (now() - sinceUs));
		clients += by;
		sinceUs = now();
	};
	return { enter: () => become(1), leave: () => become(-1) };
}
