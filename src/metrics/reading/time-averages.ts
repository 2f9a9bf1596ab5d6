/** Figures that are more than a sum or a ratio of sums: areas, means over time, adoption, counts of decisions. */
import type { Selection } from '../expectation.js';
import type { Decision, Outcome } from '../outcome.js';
import { bucketRangeOf, isWholeEdge, perBucket, total } from './cells.js';
import * as when from './milestones.js';

/** Area under the unavailable curve, in us of full outage; buckets without a request count as available. */
export function outageUs(outcome: Outcome, selection: Selection): number | null {
	const failed = perBucket(outcome, selection.where, 'first_failed_by_birth');
	const born = perBucket(outcome, selection.where, 'born');
	const span = bucketRangeOf(outcome, selection);
	if (failed === null || born === null || span === null) return null;
	let us = 0;
	let seen = 0;
	for (let i = span.first; i < span.end; i++) {
		if (born[i] > 0) us += (failed[i] / born[i]) * outcome.bucketUs;
		seen += born[i];
	}
	return seen === 0 ? null : us;
}

/** Mean number over a span, from the time spent (queue length from waiting time, and so on). */
export function mean(outcome: Outcome, selection: Selection, measure: string): number | null {
	const span = bucketRangeOf(outcome, selection);
	const us = total(outcome, selection, measure);
	return span === null || us === null ? null : us / span.us;
}

/**
 * Share of nodes on a change, mean over the ends of the buckets. Without `where.change` the world must have a single change: shares of nodes on different changes do not add up.
 */
export function adoption(outcome: Outcome, selection: Selection): number | null {
	const { change } = selection.where;
	const n = outcome.changes.length;
	const index = change === undefined ? (n === 1 ? 0 : -1) : outcome.changes.indexOf(change);
	const span = bucketRangeOf(outcome, selection);
	if (index < 0 || span === null || !isWholeEdge(selection)) return null;
	let sum = 0;
	for (let bucket = span.first; bucket < span.end; bucket++) sum += outcome.adoption[bucket * n + index];
	return sum / (span.end - span.first);
}

/** How many decisions of a kind fell into a selection, both ends included. */
export function decisions(outcome: Outcome, selection: Selection, is: (decision: Decision) => boolean): number {
	const { fromUs, toUs, where } = selection;
	return when.decisionsWhere(outcome, where).filter((d) => is(d) && d.atUs >= fromUs && d.atUs <= toUs).length;
}

/** Where times to something begin: at the impact, or at the first trigger where there was no impact. */
export function start(outcome: Outcome, selection: Selection): number | null {
	return when.impactStart(outcome, selection.where) ?? when.firstTrigger(outcome);
}
