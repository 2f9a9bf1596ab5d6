/** Figures that are more than a sum or a ratio of sums: areas, means over time, adoption, counts of decisions. */
import type { Selection } from '../expectation.js';
import type { Decision, Outcome } from '../outcome.js';
import { openPerBucket } from './by-birth.js';
import { bucketLengthUs, bucketRangeOf, isWholeEdge, perBucket, total } from './cell-sums.js';
import * as when from './milestones.js';

/** Time of full outage, us. */
interface Outage {
	/** area under the curve of decided first attempts; null where none is decided */
	readonly us: number | null;
	/** if everything open turned out well, and if all of it failed */
	readonly range: readonly [number, number];
}

/** Area under the curve of failed first attempts; buckets without a request count as available. Null where none was born. */
export function outage(outcome: Outcome, selection: Selection): Outage | null {
	const failed = perBucket(outcome, selection.where, 'first_failed_by_birth');
	const born = perBucket(outcome, selection.where, 'born');
	const open = openPerBucket(outcome, selection.where, 'first-attempts');
	const span = bucketRangeOf(outcome, selection);
	if (failed === null || born === null || open === null || span === null) return null;
	let [sum, least, most, bornCount, decided] = [0, 0, 0, 0, 0];
	for (let i = span.first; i < span.end; i++) {
		const us = bucketLengthUs(outcome, i);
		bornCount += born[i];
		if (born[i] === 0) continue;
		decided += born[i] - open[i];
		if (born[i] > open[i]) sum += (failed[i] / (born[i] - open[i])) * us;
		least += (failed[i] / born[i]) * us;
		most += ((failed[i] + open[i]) / born[i]) * us;
	}
	return bornCount === 0 ? null : { us: decided === 0 ? null : sum, range: [least, most] };
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

/** How many decisions of a kind fell into a selection: its start included, its end not. */
export function decisions(outcome: Outcome, selection: Selection, is: (decision: Decision) => boolean): number {
	const { fromUs, toUs, where } = selection;
	return when.decisionsWhere(outcome, where).filter((d) => is(d) && d.atUs >= fromUs && d.atUs < toUs).length;
}

/** Where times to something begin: at the impact, or at the first trigger where there was no impact; without any trigger nowhere. */
export function start(outcome: Outcome, selection: Selection): number | null {
	const trigger = when.firstTrigger(outcome);
	const impact = trigger === null ? null : when.impactStart(outcome, selection.where);
	return impact === null ? trigger : impact;
}

/** From one instant to a later one; nothing where either never came, zero where the second came first. */
export function timeBetween(fromUs: number | null, toUs: number | null): number | null {
	return fromUs === null || toUs === null ? null : Math.max(0, toUs - fromUs);
}
