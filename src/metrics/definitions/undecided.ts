/** What is undecided of a quantity, and why: requests that are open when a run ends, and verdicts that it cannot give. */
import type { Latency } from '../outcome.js';
import { type ByBirth, byBirth, type Subject, shareRange } from '../reading/by-birth.js';
import { cascade, cascaded, hidesPlaces } from '../reading/cascade.js';
import { total } from '../reading/cells.js';
import { collapse } from '../reading/collapse.js';
import { impact } from '../reading/impact.js';
import { latencyAt, timesIn } from '../reading/latency.js';
import { firstRecovery, recovery } from '../reading/recovery.js';
import { outage } from '../reading/time-averages.js';
import { firstTrigger } from '../reading/triggers.js';
import { formatCount } from './format.js';
import type { Read, ReadUndecided, Undecided } from './metric.js';

/** "12 of 4,000 requests are open when the run ends" */
function openOf({ open, born }: ByBirth, of: Subject): Omit<Undecided, 'range'> {
	const whose = of === 'requests' ? 'requests' : 'first attempts';
	return {
		why: `${formatCount(open)} of ${formatCount(born)} ${whose} ${open === 1 ? 'is' : 'are'} open when the run ends`,
		brief: `${formatCount(open)} open`,
		neededToUs: null,
	};
}

/** A share by birth over those that are decided. */
export const openShare =
	(measure: string, of: Subject): ReadUndecided =>
	(outcome, selection) => {
		const found = byBirth(outcome, selection, measure, of);
		if (found === null || found.open === 0) return null;
		return { range: shareRange(found), ...openOf(found, of) };
	};

/** A count by birth: what is open may still be counted. */
export const openCount =
	(measure: string, of: Subject): ReadUndecided =>
	(outcome, selection) => {
		const found = byBirth(outcome, selection, measure, of);
		if (found === null || found.open === 0) return null;
		return { range: [found.count, found.count + found.open], ...openOf(found, of) };
	};

/** Lost, but not by the change: two counts of which either may grow. */
export const openDifference =
	(measure: string, part: string): ReadUndecided =>
	(outcome, selection) => {
		const all = byBirth(outcome, selection, measure, 'requests');
		const own = byBirth(outcome, selection, part, 'requests');
		if (all === null || own === null || all.open === 0) return null;
		return {
			range: shareRange({ ...all, count: all.count - own.count }),
			...openOf(all, 'requests'),
		};
	};

/** A percentile of a time: what is open may have taken any time, or have no part in it. */
export const openPercentile =
	(latency: Latency, q: number): ReadUndecided =>
	(outcome, selection) => {
		const found = byBirth(outcome, selection, 'born', 'requests');
		const times = timesIn(outcome, selection, latency);
		if (found === null || found.open === 0 || times === null) return null;
		const open = { ...openOf(found, 'requests'), brief: null };
		if (times === 0) return { range: null, ...open };
		const rank = (q * (times + found.open)) / times;
		const least = latencyAt(outcome, selection, latency, Math.max(0, rank - found.open / times));
		const most = rank > 1 ? Number.POSITIVE_INFINITY : latencyAt(outcome, selection, latency, rank);
		return { range: least === null || most === null ? null : [least, most], ...open };
	};

/** Of a mean: with fewer open than this, what is open is in flight as it is at any time. */
const IN_FLIGHT = 0.01;

/** A mean of a time: it has no upper bound where more is open than is in flight at any time. */
export const openMean =
	(latency: Latency, read: Read): ReadUndecided =>
	(outcome, selection, rules) => {
		const found = byBirth(outcome, selection, 'born', 'requests');
		const times = timesIn(outcome, selection, latency);
		if (found === null || times === null || found.open <= IN_FLIGHT * times) return null;
		const open = { ...openOf(found, 'requests'), brief: null };
		const value = read(outcome, selection, rules);
		if (value === null) return times === 0 ? { range: null, ...open } : null;
		return { range: [(value * times) / (times + found.open), Number.POSITIVE_INFINITY], ...open };
	};

/** A share of attempts: an open request may have one that is still to fail. */
export const openAttempts =
	(read: Read): ReadUndecided =>
	(outcome, selection, rules) => {
		const found = byBirth(outcome, selection, 'born', 'requests');
		const value = read(outcome, selection, rules);
		const sent = total(outcome, selection, 'attempts');
		if (found === null || found.open === 0 || value === null || sent === null) return null;
		return { range: [value, Math.min(1, value + found.open / sent)], ...openOf(found, 'requests'), brief: null };
	};

/** Time of full outage, in us times `scale`. */
export const openOutage =
	(scale: number): ReadUndecided =>
	(outcome, selection) => {
		const found = outage(outcome, selection);
		const open = byBirth(outcome, selection, 'first_failed_by_birth', 'first-attempts');
		if (found === null || open === null || open.open === 0) return null;
		const [least, most] = found.range;
		return { range: [least * scale, most * scale], ...openOf(open, 'first-attempts') };
	};

const EITHER = [0, 1] as const;

export const collapseUndecided: ReadUndecided = (outcome, _, rules) => {
	const { collapsed, why, neededToUs } = collapse(outcome, rules);
	return collapsed !== null || why === null ? null : { range: EITHER, why, brief: null, neededToUs };
};

/** Of an instant nothing can be said where it is not known whether it came. */
export const collapsedAtUndecided: ReadUndecided = (...asked) => unbounded(collapseUndecided(...asked));

export const cascadeUndecided: ReadUndecided = (outcome, _, rules) => {
	if (cascaded(outcome, rules) !== null) return null;
	const why =
		outcome.stopped !== null
			? 'the run was stopped before its end'
			: hidesPlaces(outcome, rules) && cascade(outcome, rules) !== null
				? 'regions and platforms were not recorded apart, and one may have lost more than all: record: { by: [region, platform] } would tell'
				: 'too few requests were made, too many of them are open, or the time buckets are too long, to tell what was lost';
	return { range: EITHER, why, brief: null, neededToUs: null };
};

/** Whether it came is not known, let alone when. */
export const impactUndecided: ReadUndecided = (outcome, { where }) => {
	const found = impact(outcome, where);
	if (found === null || found.why === null) return null;
	return { range: null, why: found.why, brief: null, neededToUs: found.neededToUs };
};

export const recoveryUndecided: ReadUndecided = (outcome, { where }, rules) => {
	const found = recovery(outcome, rules, where);
	if (found === null || found.recovered !== null || found.why === null) return null;
	return { range: EITHER, why: found.why, brief: null, neededToUs: found.neededToUs };
};

export const recoveredAtUndecided: ReadUndecided = (...asked) => unbounded(recoveryUndecided(...asked));

/** A time since a trigger: without one there is none, and nothing to decide. */
export const afterTriggerUndecided: ReadUndecided = (outcome, selection, rules) =>
	firstTrigger(outcome) === null ? null : recoveredAtUndecided(outcome, selection, rules);

/** One that was seen is the first, whatever comes later; one that was not seen may still come. */
export const firstRecoveryUndecided: ReadUndecided = (outcome, selection, rules) =>
	firstRecovery(outcome, rules, selection.where) === null ? recoveredAtUndecided(outcome, selection, rules) : null;

const unbounded = (found: Undecided | null): Undecided | null => (found === null ? null : { ...found, range: null });
