/** Collapsed: did the damage outlive its cause? A run whose end still stands under a trigger cannot tell. */
import { formatDuration } from '../../kernel/units.js';
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { bucketRangeOf, perBucket, total } from './cell-sums.js';
import { impactStart } from './impact.js';
import type { Rules } from './rules.js';
import {
	endOf,
	firstTrigger,
	inForceText,
	isCoarse,
	isInForce,
	namesOf,
	sinceTrigger,
	triggersSince,
} from './trigger-times.js';

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
 * although every trigger was gone before. Undecided where a trigger begins in that time, or ends in it or after it with goodput
 * down. Where goodput stays up through all of that time, under a trigger that began before and is in force to the end, or that
 * had an impact and has ended, it has not collapsed: without that trigger no more would fail.
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
	if (outcome.toUs - outcome.fromUs < collapsedLastUs) {
		const why = `the run is shorter than the ${formatDuration(collapsedLastUs)} that are judged`;
		return { ...found, collapsed: null, why, neededToUs: outcome.fromUs + collapsedLastUs };
	}
	if (goodputShare === null)
		return {
			...found,
			collapsed: null,
			why: `no request was made in the ${formatDuration(collapsedLastUs)} that are judged; a longer verdicts.collapsed.last, or a higher rate, may decide`,
		};
	if (within.length === 0) return { ...found, collapsed: goodputShare < collapsedBelow };
	const began = within.every(({ fromUs }) => fromUs <= last.fromUs);
	// One that ended without harm may have helped while it was there.
	const harms = within.every((trigger) => isInForce(trigger, outcome)) || impactStart(outcome) !== null;
	if (began && harms && staysUp(outcome, rules, last)) return { ...found, collapsed: false };
	if (began && harms && Number(born) < UP_REQUESTS) {
		const few = `fewer than ${UP_REQUESTS} requests were made in the ${formatDuration(collapsedLastUs)} that are judged`;
		return { ...found, collapsed: null, why: `${few}; a longer verdicts.collapsed.last, or a higher rate, may decide` };
	}
	const endUs = endOf(within);
	const why = triggered
		? inForceText(within.filter((trigger) => isInForce(trigger, outcome)))
		: `${namesOf(within)} ends within the window that is judged`;
	return { ...found, collapsed: null, why, neededToUs: endUs === null ? null : endUs + collapsedLastUs };
}

/** Whether goodput is up in every window of 10 s and of 30 requests within a span. */
function staysUp(outcome: Outcome, { verdicts }: Rules, span: Selection): boolean {
	const born = perBucket(outcome, {}, 'born');
	const succeeded = perBucket(outcome, {}, 'succeeded');
	const buckets = bucketRangeOf(outcome, span);
	if (born === null || succeeded === null || buckets === null) return false;
	const length = Math.max(1, Math.ceil(UP_WINDOW_US / outcome.bucketUs));
	let [births, successes, start, isUp] = [0, 0, buckets.first, false];
	for (let end = buckets.first; end < buckets.end; end++) {
		births += born[end];
		successes += succeeded[end];
		for (; end - start >= length && births - born[start] >= UP_REQUESTS; start++) {
			births -= born[start];
			successes -= succeeded[start];
		}
		if (end + 1 - start < length || births < UP_REQUESTS) continue;
		isUp = successes >= verdicts.collapsedBelow * births;
		if (!isUp) return false;
	}
	return isUp;
}

const UP_WINDOW_US = 10e6;
const UP_REQUESTS = 30;

/** The end of the run that is looked at. */
function judged(outcome: Outcome, { verdicts }: Rules): Selection {
	return { fromUs: Math.max(outcome.fromUs, outcome.toUs - verdicts.collapsedLastUs), toUs: outcome.toUs, where: {} };
}

/**
 * Start of the lasting collapse: the first time bucket from which on goodput lies below the stated share of demand, counted
 * from there to any later instant, and in every window of `collapsedLastUs`. Null of a run that has not collapsed.
 */
export function collapsedAt(outcome: Outcome, rules: Rules): number | null {
	const down = lastingCollapse(outcome, rules);
	if (down === null) return null;
	const startUs = Math.max(outcome.fromUs, down.bucket * outcome.bucketUs);
	return down.earlierUs > 0 ? startUs : Math.max(startUs, sinceTrigger(outcome, down.bucket));
}

/**
 * The earliest and the latest instant of the start of the lasting collapse. Goodput beyond the stated share, counted from the
 * start of the run, is highest there; where it is highest of all starts of time buckets, the true instant is within one of it.
 */
export function collapsedAtRange(outcome: Outcome, rules: Rules): readonly [number, number] | null {
	const [down, atUs] = [lastingCollapse(outcome, rules), collapsedAt(outcome, rules)];
	if (down === null || atUs === null) return null;
	const { fromUs, toUs, bucketUs } = outcome;
	return [Math.max(fromUs, atUs - down.earlierUs), Math.min(toUs, (down.bucket + 1) * bucketUs)];
}

interface LastingCollapse {
	/** the time bucket it starts in, as far as buckets tell */
	readonly bucket: number;
	/** how much earlier than that bucket it may have started: not at all where hardly anything failed in the one before */
	readonly earlierUs: number;
}

function lastingCollapse(outcome: Outcome, rules: Rules): LastingCollapse | null {
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
		if (surplus[i] > highest) start = first + i;
		highest = Math.max(highest, surplus[i]);
	}
	if (start === null) return null;
	const before = start - 1;
	if (before < first) return { bucket: start, earlierUs: 0 };
	// What failed in the bucket before may have failed at its end, and all of it together.
	const failed = born[before] - succeeded[before];
	const share = born[before] === 0 ? 1 : failed / (born[before] * (1 - collapsedBelow));
	return { bucket: start, earlierUs: share <= HARDLY ? 0 : Math.min(1, share) * bucketUs };
}

/** Of a time bucket: what is in flight at its ends makes as much difference. */
const HARDLY = 0.05;

/**
 * Whether the lasting collapse began before the first trigger; null where that is undecided, or there was no trigger. In coarse
 * time buckets it is undecided where the trigger lies within those that may hold the start.
 */
export function collapsedBefore(outcome: Outcome, rules: Rules): boolean | null {
	const trigger = firstTrigger(outcome);
	const { collapsed } = collapse(outcome, rules);
	if (trigger === null || collapsed === null) return null;
	const range = collapsed ? collapsedAtRange(outcome, rules) : null;
	if (range === null) return false;
	const [earliest, latest] = range;
	if (latest <= trigger) return true;
	return isCoarse(outcome) && earliest < trigger ? null : false;
}
