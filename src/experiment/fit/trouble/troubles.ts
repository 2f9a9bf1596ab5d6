/**
 * The trouble in a log: stretches in which more fails than usual, what each of them was, from when to when and how deep. An error of the
 * server's own is told by its status; that capacity fell, by the fall under which a replay of the same attempts ends as the log says. A
 * stretch that no fall of capacity explains better than none is told without a cause.
 */
import { Streams } from '../../../kernel/random.js';
import { quantile } from '../../../model/distributions/distribution.js';
import { ENDED } from '../../measure/recording.js';
import { binomialAbove } from '../../statistics/binomial.js';
import { normalReach } from '../../statistics/critical-values.js';
import type { Interval } from '../../statistics/interval.js';
import type { Findings } from '../findings.js';
import type { KeptAttempts } from '../observe/log-recorder.js';
import { type CapacityFound, searchCapacity } from './capacity-search.js';
import { type ErrorsFound, errorStretch } from './error-episode.js';
import type { Arrivals } from './queue-replay.js';

export type Trouble = {
	/** s of Unix time: where more failed than usual */
	readonly fromS: number;
	readonly toS: number;
	readonly failed: number;
	readonly of: number;
} & (
	| {
			readonly kind: 'capacity';
			readonly found: CapacityFound;
			readonly workers: number;
	  }
	| { readonly kind: 'errors'; readonly found: ErrorsFound; readonly status: number }
	| { readonly kind: 'unexplained'; readonly why: string }
);

/** Intervals without excess between two stretches that are still one. */
const MERGED = 5;
const LEAST_FAILED = 20;
const ACCIDENT = 1e-9;
/** Attempts of a stretch that are replayed at most. */
const MOST_REPLAYED = 80_000;
const DRAWS = 3;
/** Calm before and after, s, that is looked at with it. */
const MARGIN_S = 20;
/** So much nearer than without trouble has a fall of capacity to bring a replay. */
const CLEARLY = 60;

const NOT_KEPT =
	'its single attempts were not kept (a log of counts, or above a million attempts without --replay), so that its cause was not looked for';

/** @param keptAttempts null where not all attempts were kept: stretches are told then, and that their causes were not looked for */
export function troublesOf(found: Findings, keptAttempts: KeptAttempts | null): readonly Trouble[] {
	if (found.baseline.why !== null) return [wholeLog(found, found.baseline.why)];
	if (keptAttempts === null) return stretchesOf(found).map((one) => ({ ...one, kind: 'unexplained', why: NOT_KEPT }));
	const order = Array.from({ length: keptAttempts.sentS.length }, (_, i) => i).sort(
		(a, b) => keptAttempts.sentS[a] - keptAttempts.sentS[b],
	);
	const troubles: Trouble[] = [];
	for (const stretch of stretchesOf(found)) {
		const lastToS = troubles.length === 0 ? Number.NEGATIVE_INFINITY : troubles[troubles.length - 1].toS;
		troubles.push(causeOf({ ...stretch, lastToS }, found, keptAttempts, order));
	}
	return troubles;
}

interface Stretch {
	readonly fromS: number;
	readonly toS: number;
	readonly failed: number;
	readonly of: number;
}

/** A log without a calm part is no calm log: nothing in it can be held against what is usual. */
function wholeLog({ series: { all, failures, fromS, everyS } }: Findings, why: string): Trouble {
	const sum = (counts: Float64Array) => Math.round(counts.reduce((a, b) => a + b, 0));
	const toS = fromS + all.length * everyS;
	return { fromS, toS, failed: sum(failures), of: sum(all), kind: 'unexplained', why };
}

function stretchesOf({ series, baseline }: Findings): Stretch[] {
	const { all, failures, fromS, everyS } = series;
	let [calmAll, calmFailed] = [0, 0];
	for (let i = 0; i < all.length; i++) {
		if (!baseline.isCalm[i]) continue;
		calmAll += all[i];
		calmFailed += failures[i];
	}
	const usual = Math.max(1e-3, calmFailed / Math.max(1, calmAll));
	const found: { first: number; last: number }[] = [];
	for (let i = 0; i < all.length; i++) {
		if (baseline.isCalm[i]) continue;
		const before = found[found.length - 1];
		if (before !== undefined && i - before.last <= MERGED) before.last = i;
		else found.push({ first: i, last: i });
	}
	return found.flatMap(({ first, last }) => {
		const sum = (counts: Float64Array) => Math.round(counts.subarray(first, last + 1).reduce((a, b) => a + b, 0));
		const [of, failed] = [sum(all), sum(failures)];
		if (failed < LEAST_FAILED || of === 0 || binomialAbove(of, usual, (failed - 1) / of) > ACCIDENT) return [];
		return [{ fromS: fromS + first * everyS, toS: fromS + (last + 1) * everyS, failed, of }];
	});
}

function causeOf(
	stretch: Stretch & { readonly lastToS: number },
	found: Findings,
	keptAttempts: KeptAttempts,
	order: readonly number[],
): Trouble {
	const { fromS, toS, failed, of, lastToS } = stretch;
	const about = { fromS, toS, failed, of };
	const beginS = Math.max(fromS - MARGIN_S, lastToS);
	const rows = order.filter((i) => keptAttempts.sentS[i] >= beginS && keptAttempts.sentS[i] < toS + MARGIN_S);
	const ok = ENDED.indexOf('ok');
	const [error, untold] = [ENDED.indexOf('error'), rows.filter((i) => keptAttempts.ended[i] >= ENDED.length).length];
	if (rows.length < LEAST_FAILED || untold > 0)
		return { ...about, kind: 'unexplained', why: 'the log does not say how its attempts ended' };
	const within = rows.filter((i) => keptAttempts.sentS[i] >= fromS && keptAttempts.sentS[i] < toS);
	const errors = within.filter((i) => keptAttempts.ended[i] === error);
	if (errors.length > failed / 2) {
		// An error is drawn for what is served: rejections and those who gave up are none of its tries.
		const answered = rows.filter((i) => [ok, error].includes(keptAttempts.ended[i]));
		const isError = Uint8Array.from(answered, (i) => Number(keptAttempts.ended[i] === error));
		const stretchFound = errorStretch(
			Float64Array.from(answered, (i) => keptAttempts.sentS[i]),
			isError,
			1e-3,
		);
		if (stretchFound !== null)
			return {
				...about,
				kind: 'errors',
				found: stretchFound,
				status: commonest(errors.map((i) => keptAttempts.status[i])),
			};
	}
	if (found.nodes > 1)
		return { ...about, kind: 'unexplained', why: 'several servers: which of them lost capacity is not looked for' };
	if (rows.some((i) => Number.isNaN(keptAttempts.tookMs[i])))
		return { ...about, kind: 'unexplained', why: 'the log has no durations, so that capacity cannot be told' };
	if (found.workers === null)
		return {
			...about,
			kind: 'unexplained',
			why: 'the workers are not identifiable, so that a fall of capacity has no measure',
		};
	if (rows.length > MOST_REPLAYED)
		return {
			...about,
			kind: 'unexplained',
			why: `it has ${rows.length} attempts, more than the ${MOST_REPLAYED} that are replayed`,
		};
	const { arrivals, observed } = arrivalsOf(rows, beginS, toS + MARGIN_S, found, found.workers.workers, keptAttempts);
	const capacity = withLuck(searchCapacity(arrivals, observed, { fromS, toS }), observed, found, arrivals);
	if (capacity.untroubled - capacity.distance < CLEARLY || capacity.intervals.speed.high >= 1)
		return {
			...about,
			kind: 'unexplained',
			why: 'the same attempts fail about as much in a replay at full capacity: traffic and retries alone may explain it',
		};
	return { ...about, kind: 'capacity', found: capacity, workers: arrivals.workers };
}

/**
 * A replay under a few draws knows nothing of the luck that one log had all along: of n services the sum is off by 1 / sqrt(n), and with
 * it the depth (by sqrt(3) of that in storms of known depth); of those that fill and empty a queue, its places and both instants. No interval is narrower than that.
 */
function withLuck(one: CapacityFound, observed: Float64Array, { classes }: Findings, of: Arrivals): CapacityFound {
	const reach = normalReach(0.95);
	const buckets = observed.length / 3;
	let served = 0;
	for (let i = 0; i < buckets; i++) {
		const atS = of.fromS + i;
		if (atS >= one.startS && atS < one.endS) served += observed[i] + observed[2 * buckets + i];
	}
	const known = classes.flatMap(({ share, service }) => {
		const mean = service === null ? null : service.mean;
		if (mean === null || mean.mean === null || mean.interval === null || share.share === null) return [];
		return [{ us: share.share * mean.mean, half: (share.share * (mean.interval.high - mean.interval.low)) / 2 }];
	});
	const meanUs = known.reduce((sum, { us }) => sum + us, 0);
	const service = meanUs > 0 ? Math.sqrt(known.reduce((sum, { half }) => sum + half * half, 0)) / meanUs : 0;
	const depth = one.speed * Math.sqrt((reach * reach * 3) / Math.max(1, served) + service * service);
	const places = reach * Math.sqrt(4 * Math.max(of.workers, Number.isFinite(one.queue) ? one.queue : 0));
	// Counts are those of whole steps, and a queue fills and empties at the pace of the trouble.
	const instant = of.stepS / 2 + (places * meanUs) / 1e6 / (of.workers * one.speed);
	const hull = ({ low, high }: Interval, at: number, by: number): Interval => ({
		low: Math.min(low, at - by),
		high: Math.max(high, at + by),
	});
	const { intervals } = one;
	const queue = Number.isFinite(one.queue) ? hull(intervals.queue, one.queue, places) : intervals.queue;
	return {
		...one,
		intervals: {
			speed: hull(intervals.speed, one.speed, depth),
			startS: hull(intervals.startS, one.startS, instant),
			endS: hull(intervals.endS, one.endS, instant),
			queue: { low: Math.max(0, Math.floor(queue.low)), high: Math.ceil(queue.high) },
		},
	};
}

function commonest(values: readonly number[]): number {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, 1 + (counts.has(value) ? Number(counts.get(value)) : 0));
	return [...counts].toSorted((a, b) => b[1] - a[1])[0][0];
}

/** The attempts of a stretch as arrivals at a queue, and how they ended second by second. */
function arrivalsOf(
	rows: readonly number[],
	fromS: number,
	toS: number,
	{ classes, timeout }: Findings,
	workers: number,
	keptAttempts: KeptAttempts,
): { readonly arrivals: Arrivals; readonly observed: Float64Array } {
	const laws = new Map(
		classes.flatMap(({ key, service }) => (service === null ? [] : [[key, quantile(service.law.law)]])),
	);
	const [anyLaw] = laws.values();
	const uniform = new Streams(1).uniform('trouble');
	const services = Array.from({ length: DRAWS }, () =>
		Float64Array.from(rows, (i) => {
			const law = laws.get(keptAttempts.keys[keptAttempts.kind[i]]) ?? anyLaw;
			return law === undefined ? 0.02 : law(uniform()) / 1e6;
		}),
	);
	const buckets = Math.ceil(toS - fromS);
	const observed = new Float64Array(3 * buckets);
	for (const i of rows) {
		const bucket = Math.floor(keptAttempts.sentS[i] + keptAttempts.tookMs[i] / 1000 - fromS);
		if (bucket < 0 || bucket >= buckets) continue;
		const how = ENDED[keptAttempts.ended[i]];
		observed[(how === 'rejected' ? 1 : how === 'timeout' ? 2 : 0) * buckets + bucket]++;
	}
	const patienceS =
		timeout !== null && timeout.law.kind === 'constant' ? timeout.law.us / 1e6 : Number.POSITIVE_INFINITY;
	const atS = Float64Array.from(rows, (i) => keptAttempts.sentS[i]);
	return { arrivals: { atS, services, workers, patienceS, fromS, stepS: 1, buckets }, observed };
}
