/** What was worked out from an outcome, kept as long as the outcome is: it is plain data that nobody changes, and a report asks for the same things a dozen times. */
import type { Outcome } from '../outcome.js';

/** @returns asks `make` once for each outcome and key */
export function memoByOutcome<T>(): (outcome: Outcome, key: string, make: () => T) => T {
	const cache = new WeakMap<Outcome, Map<string, T>>();
	return (outcome, key, make) => {
		let known = cache.get(outcome);
		if (known === undefined) {
			known = new Map();
			cache.set(outcome, known);
		}
		let found = known.get(key);
		if (found === undefined) {
			found = make();
			known.set(key, found);
		}
		return found;
	};
}
