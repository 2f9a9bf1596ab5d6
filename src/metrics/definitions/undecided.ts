/** What is undecided of a quantity, and why: requests that are open when a run ends, and verdicts that it cannot give. */
import { formatDuration } from '../../kernel/units.js';
import type { Latency, Outcome } from '../outcome.js';
import { type ByBirth, byBirth, type Subject, shareRange } from '../reading/by-birth.js';
import { cascaded, cascadeWhy } from '../reading/cascade.js';
import { total } from '../reading/cell-sums.js';
import { collapse } from '../reading/collapse.js';
import { impact } from '../reading/impact.js';
import { latencyAt, timesIn } from '../reading/latency.js';
import { detected, halfRetries, hiddenHalfRetries, MIN_SAMPLES, mitigated, peak } from '../reading/milestones.js';
import { firstRecovery, recovered, recovery } from '../reading/recovery.js';
import { outage, start } from '../reading/time-averages.js';
import { firstTrigger, isCoarse } from '../reading/trigger-times.js';
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

/** A peak over so few first attempts that none can be read. */
export const peakUndecided: ReadUndecided = (outcome, selection) => {
	const firsts = total(outcome, selection, 'first_attempts');
	if (firsts === null || firsts === 0 || peak(outcome, 'amplification', selection) !== null) return null;
	const why = `${formatCount(firsts)} first attempts are too few to read a peak, ${MIN_SAMPLES} are needed`;
	return { range: null, why, brief: null, neededToUs: null };
};

const EITHER = [0, 1] as const;

export const collapseUndecided: ReadUndecided = (outcome, _, rules) => {
	const { collapsed, why, neededToUs } = collapse(outcome, rules);
	return collapsed !== null || why === null ? null : { range: EITHER, why, brief: null, neededToUs };
};

/** Of an instant nothing can be said where it is not known whether it came. */
export const collapsedAtUndecided: ReadUndecided = (...args) => unbounded(collapseUndecided(...args));

export const cascadeUndecided: ReadUndecided = (outcome, _, rules) => {
	if (cascaded(outcome, rules) !== null) return null;
	return { range: EITHER, why: cascadeWhy(outcome, rules), brief: null, neededToUs: null };
};

/** Whether it came is not known, let alone when. */
export const impactUndecided: ReadUndecided = (outcome, { where }) => {
	const found = impact(outcome, where);
	if (found === null) return null;
	const { atUs } = found;
	if (atUs !== null && isCoarse(outcome)) return { range: [atUs, bucketEnd(outcome, atUs)], ...within(outcome) };
	if (found.why === null) return null;
	return { range: null, why: found.why, brief: null, neededToUs: found.neededToUs };
};

export const recoveryUndecided: ReadUndecided = (outcome, { where }, rules) => {
	const found = recovery(outcome, rules, where);
	if (found === null || found.recovered !== null || found.why === null) return null;
	return { range: EITHER, why: found.why, brief: null, neededToUs: found.neededToUs };
};

/** Of an instant, in coarse time buckets: it is known which buckets it may be in. */
export const recoveredAtUndecided: ReadUndecided = (outcome, selection, rules) => {
	const found = recovery(outcome, rules, selection.where);
	const range = found === null ? null : found.range;
	if (range !== null) return { range, ...within(outcome) };
	const open = unbounded(recoveryUndecided(outcome, selection, rules));
	if (open === null || found === null || found.notBeforeUs === null) return open;
	return { ...open, notBefore: found.notBeforeUs };
};

/** The first recovery: it may be a time bucket earlier, and where there was none the run may end too early to see it. */
export const firstRecoveryUndecided: ReadUndecided = (outcome, selection, rules) => {
	const atUs = firstRecovery(outcome, rules, selection.where);
	if (atUs === null) return unbounded(recoveryUndecided(outcome, selection, rules));
	return isCoarse(outcome) ? { range: [atUs - outcome.bucketUs, atUs], ...within(outcome) } : null;
};

/** Half of all attempts being retries: coarse time buckets may hide a second of it, before the first that shows it or at all. */
export const halfRetriesUndecided: ReadUndecided = (outcome, { where }) => {
	if (!isCoarse(outcome)) return null;
	const [atUs, hiddenUs] = [halfRetries(outcome, where), hiddenHalfRetries(outcome, where)];
	if (atUs === null) return hiddenUs === null ? null : { range: null, ...within(outcome) };
	return { range: [Math.min(atUs, hiddenUs === null ? atUs : hiddenUs), bucketEnd(outcome, atUs)], ...within(outcome) };
};

type ReadArguments = Parameters<ReadUndecided>;
interface Instant {
	readonly at: number | null;
	readonly open: Undecided | null;
}
type ReadInstant = (...args: ReadArguments) => Instant;

const IMPACT: ReadInstant = (...args) => {
	const open = impactUndecided(...args);
	// Where it is not known whether there was one, times count from the first trigger.
	return { at: start(args[0], args[1]), open: open === null || open.range === null ? null : open };
};
const MITIGATED: ReadInstant = (outcome) => ({ at: mitigated(outcome), open: null });
const DETECTED: ReadInstant = (outcome, { where }) => ({ at: detected(outcome, where), open: null });
const RECOVERED: ReadInstant = (...args) => {
	const [outcome, { where }, rules] = args;
	return { at: recovered(outcome, rules, where), open: recoveredAtUndecided(...args) };
};

/** A time from one milestone to another, each of which may be known no finer than coarse time buckets are. */
const timeUndecided =
	(from: ReadInstant, to: ReadInstant): ReadUndecided =>
	(...args) => {
		// Without a trigger there is none, and nothing to decide.
		if (firstTrigger(args[0]) === null) return null;
		const [begin, end] = [from(...args), to(...args)];
		const open = end.open === null ? begin.open : end.open;
		if (open === null || (end.open === null && end.at === null)) return null;
		const [first, last] = [rangeOf(begin), rangeOf(end)];
		if (first === null || last === null) {
			const { notBefore, ...rest } = open;
			const least = notBefore === undefined || first === null ? {} : { notBefore: Math.max(0, notBefore - first[1]) };
			return { ...rest, ...least, range: null };
		}
		return { ...open, range: [Math.max(0, last[0] - first[1]), Math.max(0, last[1] - first[0])] };
	};

const rangeOf = ({ at, open }: Instant): Undecided['range'] =>
	open !== null ? open.range : at === null ? null : [at, at];

export const TIMES_UNDECIDED = {
	'time-to-detect': timeUndecided(IMPACT, DETECTED),
	'time-to-mitigate': timeUndecided(IMPACT, MITIGATED),
	'time-to-recover': timeUndecided(IMPACT, RECOVERED),
	'recovery-after-trigger': timeUndecided(MITIGATED, RECOVERED),
} as const;

/** What is read from coarse time buckets happened somewhere in one. */
const within = ({ bucketUs }: Outcome): Omit<Undecided, 'range'> => ({
	why: `it is known no finer than its time bucket of ${formatDuration(bucketUs)}`,
	brief: `within ${formatDuration(bucketUs)}`,
	neededToUs: null,
});

const unbounded = (found: Undecided | null): Undecided | null => (found === null ? null : { ...found, range: null });

const bucketEnd = ({ bucketUs }: Outcome, us: number): number => (Math.floor(us / bucketUs) + 1) * bucketUs;
