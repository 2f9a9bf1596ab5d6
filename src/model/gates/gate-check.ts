/** A check: a metric that is measured on a schedule and held against a condition, and what happens when it fails too often. */

import { assert } from '../../kernel/errors.js';
import type { CheckResult, Condition } from './condition.js';
import { type CounterRule, emptyTally, type FailureTally } from './failure-counter.js';
import type { Metric } from './gate-metric.js';

export interface Schedule {
	readonly everyUs: number;
	/** the next measurement starts `everyUs` after the last one started, or after it finished (Argo) */
	readonly from: 'start' | 'finish';
	/** from the start of a measurement to its result; it sees what was counted before its start */
	readonly takesUs: number;
	/** from the push to the start of the first measurement */
	readonly delayUs: number;
	/** measurements in all; null = no end */
	readonly count: number | null;
	/** from an error to the next try */
	readonly errorRetryUs: number;
}

/** How counters reach the monitor. */
export interface Telemetry {
	/** counters are read at multiples of this alone; null: always up to date */
	readonly scrapeUs: number | null;
	/** what was read can be asked for so much later */
	readonly lagUs: number;
	/** the monitor stands behind this edge: it cannot be reached with the probability that attempts fail now */
	readonly isBehindEdge: boolean;
}

export interface Check {
	readonly name: string;
	readonly metric: Metric;
	/** fewer in the denominator is no data */
	readonly minSamples: number;
	readonly condition: Condition;
	readonly schedule: Schedule;
	readonly telemetry: Telemetry;
	readonly rule: CounterRule;
	/** the hold of a stage ends only once this has passed */
	readonly mustPass: boolean;
	/** what a failure does; none: a dry run, which only tells */
	readonly onFail: 'revert' | 'pause' | 'page' | 'freeze' | 'none';
}

/** A check of which nothing has been measured, its clock started at `sinceUs`. Its first result is there after delay and measurement. */
export const newTally = ({ schedule: { delayUs, takesUs } }: Check, sinceUs: number): FailureTally =>
	emptyTally(sinceUs, sinceUs + delayUs + takesUs);

/** When the next result is there, after the one of `nowUs`, which was the `measured`th. */
export function followingUs({ schedule }: Check, outcome: CheckResult, measured: number, nowUs: number): number | null {
	const { everyUs, from, takesUs, count, errorRetryUs } = schedule;
	assert(everyUs > 0 && errorRetryUs > 0, `a check is asked every ${everyUs} us`);
	if (outcome === 'error') return nowUs + takesUs + errorRetryUs;
	if (count !== null && measured >= count) return null;
	return nowUs + (from === 'finish' ? takesUs + everyUs : Math.max(takesUs, everyUs));
}

/** True when everything was measured that was to be. */
export const isComplete = ({ schedule: { count } }: Check, { measured }: FailureTally): boolean =>
	count !== null && measured >= count;
