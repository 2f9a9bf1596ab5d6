/** Collapsed: did the damage outlive its cause? A run whose end still stands under a trigger cannot tell. */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { perBucket, total } from './cells.js';
import type { Rules } from './rules.js';
import { endOf, firstTrigger, isInForce, namesOf, triggersSince } from './triggers.js';

/** What is left at the end of a run. */
export interface Collapse {
	/** null: undecided, for the reason `why` */
	readonly collapsed: boolean | null;
	/** logical successes / logical requests born, over the last `collapsedLastUs`; null where none was born */
	readonly goodputShare: number | null;
	/** a trigger is in force to the end of the run */
	readonly triggered: boolean;
	readonly why: string | null;
	/** where the measured window would have to end for an answer, us from t = 0; null where no end is known to do */
	readonly neededToUs: number | null;
}

/**
 * Collapsed (metastable): goodput over the last `collapsedLastUs` of the run stays below `collapsedBelow` of the demand
 * although every trigger was gone before. Undecided where a trigger begins or ends in that time, or holds goodput down to the
 * end; one that is in force all that time and lets most requests through has brought no collapse.
 */
export function collapse(outcome: Outcome, rules: Rules): Collapse {
	const { collapsedLastUs, collapsedBelow } = rules.verdicts;
	const last = judged(outcome, rules);
	const born = total(outcome, last, 'born');
	const succeeded = total(outcome, last, 'succeeded');
	const goodputShare = born === null || succeeded === null || born === 0 ? null : succeeded / born;
	const within = triggersSince(outcome, last.fromUs);
	const triggered = within.some((trigger) => isInForce(trigger, outcome));
	const found = { goodputShare, triggered, why: null, neededToUs: null };
	if (outcome.stopped !== null) return { ...found, collapsed: null, why: 'the run was stopped before its end' };
	if (goodputShare === null) return { ...found, collapsed: null, why: 'no request was made at the end of the run' };
	if (within.length === 0) return { ...found, collapsed: goodputShare < collapsedBelow };
	const throughout = within.every((trigger) => isInForce(trigger, outcome) && trigger.fromUs <= last.fromUs);
	if (throughout && goodputShare >= collapsedBelow) return { ...found, collapsed: false };
	const endUs = endOf(within);
	const why = triggered
		? `${namesOf(within.filter((trigger) => isInForce(trigger, outcome)))} is in force to the end`
		: `${namesOf(within)} ends within the window that is judged`;
	return { ...found, collapsed: null, why, neededToUs: endUs === null ? null : endUs + collapsedLastUs };
}

/** The end of the run that is looked at. */
function judged(outcome: Outcome, { verdicts }: Rules): Selection {
	return { fromUs: Math.max(outcome.fromUs, outcome.toUs - verdicts.collapsedLastUs), toUs: outcome.toUs, where: {} };
}

/**
 * Start of the lasting collapse: the first time bucket from which on goodput lies below the stated share of demand, counted
 * from there to any later instant, and in every window of `collapsedLastUs`. Null of a run that has not collapsed.
 */
export function collapsedAt(outcome: Outcome, rules: Rules): number | null {
	if (collapse(outcome, rules).collapsed !== true) return null;
	const { bucketUs } = outcome;
	const { collapsedLastUs, collapsedBelow } = rules.verdicts;
	const born = perBucket(outcome, {}, 'born');
	const succeeded = perBucket(outcome, {}, 'succeeded');
	if (born === null || succeeded === null) return null;
	const [first, end] = [Math.floor(outcome.fromUs / bucketUs), Math.min(outcome.buckets, outcome.toUs / bucketUs)];
	/** goodput beyond the stated share of demand, up to the start of each bucket */
	const surplus = new Float64Array(Math.ceil(end) - first + 1);
	for (let i = 1; i < surplus.length; i++) {
		const bucket = first + i - 1;
		surplus[i] = surplus[i - 1] + succeeded[bucket] - collapsedBelow * born[bucket];
	}
	const length = Math.max(1, Math.round(collapsedLastUs / bucketUs));
	let start: number | null = null;
	let highest = surplus[surplus.length - 1];
	for (let i = surplus.length - 2; i >= 0; i--) {
		const ahead = i + length;
		if (ahead < surplus.length && surplus[ahead] >= surplus[i]) break;
		if (surplus[i] > highest) start = Math.max(outcome.fromUs, (first + i) * bucketUs);
		highest = Math.max(highest, surplus[i]);
	}
	return start;
}

/** Whether the lasting collapse began before the first trigger; null where that is undecided, or there was no trigger. */
export function collapsedBefore(outcome: Outcome, rules: Rules): boolean | null {
	const trigger = firstTrigger(outcome);
	const { collapsed } = collapse(outcome, rules);
	if (trigger === null || collapsed === null) return null;
	const atUs = collapsedAt(outcome, rules);
	return atUs !== null && atUs + outcome.bucketUs <= trigger;
}
