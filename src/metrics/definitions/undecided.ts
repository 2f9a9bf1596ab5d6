/** What is undecided of a share, a count or a latency, and why: requests that are open when a run ends. */

import type { Latency, Outcome } from '../outcome.js';
import { type ByBirth, byBirth, type Subject, shareRange } from '../reading/by-birth.js';
import { total } from '../reading/cell-sums.js';
import { coolDownText } from '../reading/cool-down.js';
import { latencyAt, timesIn } from '../reading/latency.js';
import type { Rules } from '../reading/rules.js';
import { outage } from '../reading/time-averages.js';
import { formatCount } from './format.js';
import type { Read, ReadUndecided, Undecided } from './metric.js';

/** "12 of 4,000 requests are open when the run ends" */
function openOf({ open, born }: ByBirth, of: Subject, outcome: Outcome, rules: Rules): Omit<Undecided, 'range'> {
	const whose = of === 'requests' ? 'requests' : 'first attempts';
	const are = `${whose} ${open === 1 ? 'is' : 'are'} open when the run ends`;
	return {
		why: `${formatCount(open)} of ${formatCount(born)} ${are}${coolDownText(outcome, rules)}`,
		brief: `${formatCount(open)} open`,
		neededToUs: null,
	};
}

/** A share by birth over those that are decided. */
export const openShare =
	(measure: string, of: Subject): ReadUndecided =>
	(outcome, selection, rules) => {
		const found = byBirth(outcome, selection, measure, of);
		if (found === null || found.open === 0) return null;
		return { range: shareRange(found), ...openOf(found, of, outcome, rules) };
	};

/** A count by birth: what is open may still be counted. */
export const openCount =
	(measure: string, of: Subject): ReadUndecided =>
	(outcome, selection, rules) => {
		const found = byBirth(outcome, selection, measure, of);
		if (found === null || found.open === 0) return null;
		return { range: [found.count, found.count + found.open], ...openOf(found, of, outcome, rules) };
	};

/** Lost, but not by the change: two counts of which either may grow. */
export const openDifference =
	(measure: string, part: string): ReadUndecided =>
	(outcome, selection, rules) => {
		const all = byBirth(outcome, selection, measure, 'requests');
		const own = byBirth(outcome, selection, part, 'requests');
		if (all === null || own === null || all.open === 0) return null;
		return {
			range: shareRange({ ...all, count: all.count - own.count }),
			...openOf(all, 'requests', outcome, rules),
		};
	};

/** A percentile of a time: what is open may have taken any time, or have no part in it. */
export const openPercentile =
	(latency: Latency, q: number): ReadUndecided =>
	(outcome, selection, rules) => {
		const found = byBirth(outcome, selection, 'born', 'requests');
		const times = timesIn(outcome, selection, latency);
		if (found === null || found.open === 0 || times === null) return null;
		const open = { ...openOf(found, 'requests', outcome, rules), brief: null };
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
		const open = { ...openOf(found, 'requests', outcome, rules), brief: null };
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
		return {
			range: [value, Math.min(1, value + found.open / sent)],
			...openOf(found, 'requests', outcome, rules),
			brief: null,
		};
	};

/** Time of full outage, in us times `scale`. */
export const openOutage =
	(scale: number): ReadUndecided =>
	(outcome, selection, rules) => {
		const found = outage(outcome, selection);
		const open = byBirth(outcome, selection, 'first_failed_by_birth', 'first-attempts');
		if (found === null || open === null || open.open === 0) return null;
		const [least, most] = found.range;
		return { range: [least * scale, most * scale], ...openOf(open, 'first-attempts', outcome, rules) };
	};
