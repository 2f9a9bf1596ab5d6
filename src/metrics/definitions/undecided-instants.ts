/** What is undecided of verdicts and of instants, and why: what a run cannot show, and what coarse time buckets hold. */
import { formatDuration } from '../../kernel/units.js';
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { cascaded, cascadeWhy } from '../reading/cascade.js';
import { total } from '../reading/cell-sums.js';
import { collapse, collapsedAtRange, collapsedBefore } from '../reading/collapse.js';
import { impact } from '../reading/impact.js';
import {
	detected,
	halfRetries,
	hiddenHalfRetries,
	lastSuccess,
	MIN_SAMPLES,
	mitigated,
	peak,
} from '../reading/milestones.js';
import { firstRecovery, recovered, recovery } from '../reading/recovery.js';
import { start } from '../reading/time-averages.js';
import { firstTrigger, isCoarse } from '../reading/trigger-times.js';
import { formatCount } from './format.js';
import type { ReadUndecided, Undecided } from './metric.js';

/** A peak over so few first attempts that none can be read; in coarse time buckets it may have been higher for a part of one. */
export const peakUndecided =
	(of: 'amplification' | 'retry-share'): ReadUndecided =>
	(outcome, selection) => {
		const found = peak(outcome, of, selection);
		const isCalm = found !== null && found.value <= (of === 'amplification' ? 1 : 0);
		if (found === null || isCalm) return found === null ? noPeak(outcome, selection) : null;
		if (!isCoarse(outcome)) return null;
		const most = of === 'amplification' ? Number.POSITIVE_INFINITY : 1;
		return { ...within(outcome), range: [found.value, most], brief: 'or more', why: shortPeak(outcome) };
	};

const shortPeak = ({ bucketUs }: Outcome): string =>
	`time buckets of ${formatDuration(bucketUs)} hide a peak that is shorter; shorter ones would decide`;

const noPeak = (outcome: Outcome, selection: Selection): Undecided | null => {
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

/** Of an instant nothing can be said where it is not known whether it came; in coarse time buckets it is known which may hold it. */
export const collapsedAtUndecided: ReadUndecided = (...args) => {
	const [outcome, , rules] = args;
	const range = collapsedAtRange(outcome, rules);
	return range === null || !isCoarse(outcome) ? unbounded(collapseUndecided(...args)) : { range, ...within(outcome) };
};

/** It collapsed, and a coarse time bucket holds the first trigger and may hold the start of the collapse: which came first is not known. */
export const collapsedBeforeUndecided: ReadUndecided = (...args) => {
	const [outcome, , rules] = args;
	if (firstTrigger(outcome) === null || collapsedBefore(outcome, rules) !== null) return null;
	const open = collapseUndecided(...args);
	return open === null ? { ...within(outcome), range: EITHER, brief: null, why: whichFirst(outcome) } : open;
};

const whichFirst = ({ bucketUs }: Outcome): string =>
	`time buckets of ${formatDuration(bucketUs)} do not tell which came first`;

/** The time buckets of the peak. */
export const peakAtUndecided: ReadUndecided = (...args) => {
	const [outcome, selection] = args;
	const found = peak(outcome, 'amplification', selection);
	if (found === null) return noPeak(outcome, selection);
	return isCoarse(outcome) ? { range: [found.atUs, found.toUs], ...within(outcome) } : null;
};

export const lastSuccessUndecided: ReadUndecided = (outcome, selection) => {
	const atUs = lastSuccess(outcome, selection);
	return atUs === null || !isCoarse(outcome) ? null : { range: [atUs, bucketEnd(outcome, atUs)], ...within(outcome) };
};

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
	withinBuckets: true,
});

const unbounded = (found: Undecided | null): Undecided | null => (found === null ? null : { ...found, range: null });

const bucketEnd = ({ bucketUs }: Outcome, us: number): number => (Math.floor(us / bucketUs) + 1) * bucketUs;
