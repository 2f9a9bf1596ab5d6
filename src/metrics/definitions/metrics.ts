/**
 * Every quantity an expectation may name and a report may print: its kind (which decides how a bound is written), what
 * it means with its formula, and how it is read from an outcome. Shares are 0..1, times microseconds, instants
 * microseconds from t = 0, booleans 0 or 1. Null means that nothing was measured, or that it never happened.
 */
import { OUTCOMES } from '../../model/attempt.js';
import { LATENCIES, type Latency } from '../outcome.js';
import { byBirth, decidedShare, type Subject } from '../reading/by-birth.js';
import { cascaded } from '../reading/cascade.js';
import { isWholeEdge, isWholeWindow, minus, perSecond, plus, quotient, ratio, total } from '../reading/cell-sums.js';
import { collapse, collapsedAt, collapsedBefore } from '../reading/collapse.js';
import { isTrip, revertAfter } from '../reading/gate-decisions.js';
import { histogram, LATENCY_HELP, latencyAt } from '../reading/latency.js';
import * as when from '../reading/milestones.js';
import { inSystem } from '../reading/number-in-system.js';
import { recovery } from '../reading/recovery.js';
import { retries } from '../reading/retries-by-layer.js';
import { adoption, decisions, mean, outage, start, timeBetween } from '../reading/time-averages.js';
import { MEASURES } from '../recording/counters.js';
import { GATES } from './gate-metrics.js';
import {
	count,
	duration,
	factor,
	instant,
	type Quantity,
	type QuantityKind,
	type Read,
	rate,
	share,
	yes,
} from './metric.js';
import * as open from './undecided.js';
import * as unseen from './undecided-instants.js';

export type { Quantity, QuantityKind, Undecided } from './metric.js';

/** The quantity of that name, or of that other name of it; undefined if there is none. */
export function quantity(name: string): Quantity | undefined {
	return byName.get(keyOf(name)) ?? shareOfTime(name);
}

/** What people call a quantity that has an older key in files: either name may be written, and is read the same. */
const OLD_KEYS: ReadonlyMap<string, string> = new Map([['first-attempt-failures', 'unavailable']]);
const SPOKEN: ReadonlyMap<string, string> = new Map([['unavailable', 'first-attempt failures']]);

/** The key of a quantity in files, by any name of it. */
export function keyOf(name: string): string {
	const old = OLD_KEYS.get(name);
	return old === undefined ? name : old;
}

/** All that may be written for a quantity. */
export const namesOf = (keys: readonly string[]): string[] => [
	...[...OLD_KEYS].filter(([, key]) => keys.includes(key)).map(([name]) => name),
	...keys,
];

/** What a table calls a quantity. */
export function spokenName(key: string): string {
	const spoken = SPOKEN.get(key);
	return spoken === undefined ? key : spoken;
}

/** `in-system-at-least-25`: one quantity for each number. */
function shareOfTime(name: string): Quantity | undefined {
	const least = /^in-system-at-least-(\d{1,9})$/.exec(name);
	if (least === null) return undefined;
	const n = Number(least[1]);
	return share(
		name,
		`share of the time in which a node holds at least ${n} requests; record: { inSystem: true }`,
		(o, s) => {
			const held = inSystem(o, s);
			return held === null ? null : held.shareAtLeast(n);
		},
	);
}

/** Its kind; a plain count where there is none of that name. */
export function kindOf(name: string): QuantityKind {
	const named = quantity(name);
	return named === undefined ? 'count' : named.kind;
}

/** Microseconds here, seconds wherever results are written. */
export const isTime = (kind: QuantityKind): boolean => kind === 'instant' || kind === 'duration';

const of =
	(numerator: string, denominator: string): Read =>
	(o, s) =>
		ratio(o, s, numerator, denominator);

/** A share by birth of those that are decided. */
const ofBirths = (name: string, help: string, measure: string, of: Subject = 'requests'): Quantity => ({
	...share(name, help, (o, s) => decidedShare(byBirth(o, s, measure, of))),
	undecided: open.openShare(measure, of),
});

/** Of a month of 30 days at 99.9 %. */
const BUDGET_US = 30 * 24 * 3600e6 * 0.001;

/** Every client outcome but the good one. */
const FAILURES = OUTCOMES.filter((outcome) => outcome !== 'ok');

const attemptsFailed: Read = (o, s) => {
	const ended = FAILURES.map((outcome) => total(o, s, `outcome_${outcome}`));
	return quotient(ended.reduce(plus, 0), total(o, s, 'attempts'));
};

const meanOf =
	(latency: Latency): Read =>
	(o, s) => {
		const times = histogram(o, s, latency);
		return times === null || times.count === 0 ? null : times.sumUs / times.count;
	};

const REQUESTS: readonly Quantity[] = [
	ofBirths(
		'unavailable',
		'first-attempt failures (also: first-attempt-failures): share of first attempts that fail, by birth, of those that are decided when the run ends',
		'first_failed_by_birth',
		'first-attempts',
	),
	ofBirths(
		'lost',
		'share of logical requests that fail after everything, by birth, of those that are decided when the run ends',
		'lost_by_birth',
	),
	ofBirths(
		'lost-direct',
		'the part of lost whose first attempt a change or a fault (its errors, a crash, a partition) failed itself, by birth',
		'lost_direct_by_birth',
	),
	{
		...share('lost-collateral', 'lost - lost-direct: full queues, timeouts, errors of the class itself', (o, s) => {
			const [all, own] = ['lost_by_birth', 'lost_direct_by_birth'].map((m) => byBirth(o, s, m, 'requests'));
			return minus(decidedShare(all), decidedShare(own));
		}),
		undecided: open.openDifference('lost_by_birth', 'lost_direct_by_birth'),
	},
	ofBirths('success-rate', 'succeeded / (succeeded + lost), by birth', 'succeeded_by_birth'),
	share('open', 'share of logical requests that are open when the run ends, by birth', (o, s) => {
		const found = byBirth(o, s, 'born', 'requests');
		return found === null ? null : quotient(found.open, found.born);
	}),
	count('open-requests', 'logical requests that are open when the run ends, by birth', (o, s) => {
		const found = byBirth(o, s, 'born', 'requests');
		return found === null ? null : found.open;
	}),
	share('goodput-share', 'logical successes / logical requests born', of('succeeded', 'born')),
	rate('goodput', 'logical successes per second', (o, s) => perSecond(o, s, 'succeeded')),
	rate('arrival-rate', 'logical requests born per second', (o, s) => perSecond(o, s, 'born')),
	{
		...share('attempts-failed', 'attempts that failed, cancelled ones included / attempts sent', attemptsFailed),
		undecided: open.openAttempts(attemptsFailed),
	},
	rate('attempt-rate', 'attempts sent per second', (o, s) => perSecond(o, s, 'attempts')),
	{
		...duration(
			'outage-minutes',
			'full-outage-equivalent time: area under the curve of first-attempt failures',
			(o, s) => {
				const found = outage(o, s);
				return found === null ? null : found.us;
			},
		),
		undecided: open.openOutage(1),
	},
	{
		...share('error-budget', 'share of a 30-day budget at 99.9 % spent: outage-minutes / 43.2 min', (o, s) => {
			const found = outage(o, s);
			return found === null ? null : quotient(found.us, BUDGET_US);
		}),
		undecided: open.openOutage(1 / BUDGET_US),
	},
];

const RETRIES: readonly Quantity[] = [
	count(
		'retries',
		'attempts sent that are not the first of their request; with where.layer those of one layer',
		retries,
	),
	factor('amplification', 'attempts / first attempts', of('attempts', 'first_attempts')),
	factor('attempts-per-request', 'attempts / logical requests born', of('attempts', 'born')),
	share('retry-share', 'retries / attempts', (o, s, r) => quotient(retries(o, s, r), total(o, s, 'attempts'))),
	factor('retry-ratio', 'retries / first attempts', (o, s, r) =>
		quotient(retries(o, s, r), total(o, s, 'first_attempts')),
	),
	{
		...factor(
			'peak-amplification',
			'highest amplification of a time bucket, or of as many as hold 30 first attempts',
			(o, s) => when.peak(o, 'amplification', s)?.value ?? null,
		),
		undecided: unseen.peakUndecided,
	},
	{
		...share(
			'peak-retry-share',
			'highest retry share of a time bucket, or of as many as hold 30 first attempts',
			(o, s) => when.peak(o, 'retry-share', s)?.value ?? null,
		),
		undecided: unseen.peakUndecided,
	},
	{
		...instant('peak-amplification-at', 'time bucket of the peak amplification', (o, s) => {
			return when.peak(o, 'amplification', s)?.atUs ?? null;
		}),
		undecided: unseen.peakAtUndecided,
	},
];

const EDGE: readonly Quantity[] = [
	count('queue-length', 'mean number of waiting attempts: waiting time / span', (o, s) => mean(o, s, 'waiting_us')),
	count('busy-workers', 'mean number of workers in service: busy time / span', (o, s) => mean(o, s, 'busy_us')),
	count('clients-in-backoff', 'mean number of clients in back-off: back-off time / span', (o, s) =>
		mean(o, s, 'backoff_us'),
	),
	share('wasted-share', 'worker time wasted / (useful + wasted)', (o, s) => {
		const wasted = total(o, s, 'wasted_us');
		return quotient(wasted, plus(wasted, total(o, s, 'useful_us')));
	}),
	share('utilisation', 'worker time not idle / worker time there was; whole window and whole edge only', (o, s) => {
		const { total: there, idle } = o.windowWorkerUs;
		return isWholeWindow(o, s) && isWholeEdge(s) ? quotient(there - idle, there) : null;
	}),
	count(
		'in-system',
		'mean number of requests in one node, waiting and in service; record: { inSystem: true }',
		(o, s) => {
			const held = inSystem(o, s);
			return held === null ? null : held.mean;
		},
	),
	count(
		'in-system-p95',
		'a node holds no more requests than this for 95 % of the time; in-system-at-least-25: share of time with at least 25; record: { inSystem: true }',
		(o, s) => {
			const held = inSystem(o, s);
			return held === null ? null : held.quantile(0.95);
		},
	),
	share('adoption', 'share of nodes on the change (where.change), mean over the ends of the time buckets', adoption),
];

const MILESTONES: readonly Quantity[] = [
	instant('first-error', 'first answer that failed because of a change', (o) => o.passages.firstErrorUs),
	{
		...instant(
			'impact-start',
			'where failures begin in the first 10-s window with first-attempt failures above 2 x baseline + 0.1 points, by more failures than chance explains',
			(o, s) => when.impactStart(o, s.where),
		),
		undecided: unseen.impactUndecided,
	},
	instant(
		'detected',
		'first alert or page, or the people’s delay, or a gate or auto-revert that trips (reverts, pauses, freezes or pages)',
		(o, s) => when.detected(o, s.where),
	),
	instant('declared', 'people declare an incident', (o, s) => when.declared(o, s.where)),
	instant('decided', 'people decide to roll back, or a gate or auto-revert trips', (o, s) => when.decided(o, s.where)),
	instant('mitigation-started', 'the first revert or wave takes effect on a node', (o, s) =>
		when.mitigationStarted(o, s.where),
	),
	instant('mitigated', 'the last trigger (change, fault, marked traffic) ended', (o) => when.mitigated(o)),
	{
		...instant('recovered', 'first window from which on every window fails at most the stated share', (o, s, r) =>
			when.recovered(o, r, s.where),
		),
		undecided: unseen.recoveredAtUndecided,
	},
	{
		...instant(
			'collapsed-at',
			'start of the lasting collapse: goodput stays below the stated share to the end',
			(o, _, r) => collapsedAt(o, r),
		),
		undecided: unseen.collapsedAtUndecided,
	},
	{
		...instant('first-recovery', 'first such window after the first bad one, whatever follows', (o, s, r) =>
			when.firstRecovery(o, r, s.where),
		),
		undecided: unseen.firstRecoveryUndecided,
	},
	instant('queue-full', 'the last place of a node is taken for the first time (where.platform: there)', (o, s, r) =>
		when.queueFull(o, r, s.where),
	),
	instant(
		'queue-drained',
		'first time that a line was empty again that had been full; where none ever was: that had not been empty at the end of the last trigger (where.platform: there)',
		(o, s, r) => when.queueDrained(o, r, s.where),
	),
	{
		...instant('half-retries', 'first time bucket in which at least half of all attempts are retries', (o, s) =>
			when.halfRetries(o, s.where),
		),
		undecided: unseen.halfRetriesUndecided,
	},
	{
		...instant('last-success', 'start of the last time bucket of the span in which a request succeeded', (o, s) =>
			when.lastSuccess(o, s),
		),
		undecided: unseen.lastSuccessUndecided,
	},
];

/** A time between two milestones that are read from time buckets. */
const between = (name: keyof typeof unseen.TIMES_UNDECIDED, help: string, read: Read): Quantity => ({
	...duration(name, help, read),
	undecided: unseen.TIMES_UNDECIDED[name],
});

const TIMES: readonly Quantity[] = [
	between('time-to-detect', 'detected - impact start (the first trigger where there was no impact)', (o, s) => {
		return timeBetween(start(o, s), when.detected(o, s.where));
	}),
	between('time-to-mitigate', 'mitigated - impact start (the first trigger where there was no impact)', (o, s) => {
		return timeBetween(start(o, s), when.mitigated(o));
	}),
	between('time-to-recover', 'recovered - impact start; none where no trigger had an impact', (o, s, r) => {
		const hit = when.firstTrigger(o) === null ? null : when.impactStart(o, s.where);
		return timeBetween(hit, when.recovered(o, r, s.where));
	}),
	duration(
		'time-to-drain',
		'from queue-full until nobody waits at that node; where no node was ever full: queue-drained - mitigated (where.platform: there)',
		(o, s, r) => when.timeToDrain(o, r, s.where),
	),
	duration('revert-after', 'decision to take the change back - first push of the same rollout', (o, s) =>
		revertAfter(o, s.where),
	),
	between('recovery-after-trigger', 'recovered - mitigated, 0 where it had recovered before', (o, s, r) =>
		timeBetween(when.mitigated(o), when.recovered(o, r, s.where)),
	),
	...LATENCIES.flatMap((latency): Quantity[] => [
		...([50, 90, 99, 99.9] as const).map((p): Quantity => {
			const name = `${latency}-p${String(p).replace('.', '')}`;
			const found = duration(name, `${LATENCY_HELP[latency]}, ${p} % are below`, (o, s) =>
				latencyAt(o, s, latency, p / 100),
			);
			return { ...found, undecided: open.openPercentile(latency, p / 100) };
		}),
		{
			...duration(`mean-${latency}-latency`, `${LATENCY_HELP[latency]}, mean; whole window only`, meanOf(latency)),
			undecided: open.openMean(latency, meanOf(latency)),
		},
	]),
];

const DECISIONS: readonly Quantity[] = [
	count('reverts', 'reverts and rollbacks begun', (o, s) => decisions(o, s, (d) => d.what === 'revert')),
	count('gate-trips', 'gates and auto-reverts that tripped (revert, pause, freeze or page)', (o, s) =>
		decisions(o, s, isTrip),
	),
	count('detections', 'alerts that fired, or people who noticed', (o, s) =>
		decisions(o, s, (d) => d.what === 'detected'),
	),
	count('pushes', 'stages pushed', (o, s) => decisions(o, s, (d) => d.what === 'push')),
];

const VERDICTS: readonly Quantity[] = [
	yes(
		'cascaded',
		'while a trigger was in force one (region, platform) lost at least the stated share',
		(o, _, r) => cascaded(o, r),
		unseen.cascadeUndecided,
	),
	yes(
		'collapsed',
		'goodput at the end below the stated share of demand although every trigger is gone; undecided while one is in force',
		(o, _, r) => collapse(o, r).collapsed,
		unseen.collapseUndecided,
	),
	yes(
		'collapsed-before-trigger',
		'collapsed, and down already before the first trigger',
		(o, _, r) => collapsedBefore(o, r),
		unseen.collapsedBeforeUndecided,
	),
	yes(
		'recovered-at-all',
		'recovered before the run ended; neither where there was no impact; undecided where its window does not fit between the last trigger and the end',
		(o, s, r) => {
			const found = recovery(o, r, s.where);
			return found === null ? null : found.recovered;
		},
		unseen.recoveryUndecided,
	),
];

/** One quantity for each measure: `born`, `outcome-ok`, `retries-layer-1`, `wasted-time`. */
const COUNTS: readonly Quantity[] = MEASURES.map(({ name, unit, help }) => {
	const read: Read = (o, s) => total(o, s, name);
	const plain = name.replaceAll('_', '-');
	const found = unit === 'us' ? duration(plain.replace(/-us$/, '-time'), help, read) : count(plain, help, read);
	if (!name.endsWith('_by_birth')) return found;
	return { ...found, undecided: open.openCount(name, name.startsWith('first_') ? 'first-attempts' : 'requests') };
});

export const QUANTITIES: readonly Quantity[] = [
	...REQUESTS,
	...RETRIES,
	...EDGE,
	...MILESTONES,
	...TIMES,
	...DECISIONS,
	...GATES,
	...VERDICTS,
	...COUNTS,
];

const byName: ReadonlyMap<string, Quantity> = new Map(QUANTITIES.map((q) => [q.name, q]));
