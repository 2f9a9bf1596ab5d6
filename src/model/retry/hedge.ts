/**
 * Hedging: further copies of a call while the first is still out, so that the fastest answers.
 *
 *     fixed-delay          copy k + 1 goes `delayUs` after copy k              gRPC A6, .NET hedging
 *     percentile           it goes when copy k has taken longer than that percentile of the last answers   Finagle backup requests
 *     on-per-try-timeout   it goes when copy k passes its per-try timeout, and copy k is left running      Envoy
 *
 * up to `total` copies, the first included. A copy that fails with a cause of `goesOn` lets the next go at once (next) or
 * leaves the clock alone (wait; where no copy is out the next goes at once all the same); any other failure ends the call. The
 * first copy that succeeds ends the call.
 * Source: gRPC proposal A6 "Hedging Policy"; dotnet/extensions 5862342 HttpStandardHedging; finagle 4feb34c
 * BackupRequestFilter; envoy route_components.proto HedgePolicy.
 */
import { assert } from '../../kernel/errors.js';
import { inMask } from './cause.js';

export interface HedgeLaw {
	readonly when:
		| { readonly kind: 'fixed-delay'; readonly delayUs: number }
		| { readonly kind: 'percentile'; readonly p: number; readonly leastUs: number; readonly refreshUs: number }
		| { readonly kind: 'on-per-try-timeout' };
	readonly total: number;
	/** mask of the failures that do not end the call */
	readonly goesOn: number;
	readonly onFailure: 'next' | 'wait';
	/** what becomes of the copies that are still out when the call has its answer: the edge hears of it, or nobody tells it */
	readonly losers: 'cancel' | 'leave';
}

/**
 * How long after the last copy the next one goes, in us, while that is out; null: not by the clock.
 * @param copies sent so far
 * @param learntUs the percentile, of {@link LatencyTail}; unread by the other kinds
 */
export function nextCopyUs({ when, total }: HedgeLaw, copies: number, learntUs: number): number | null {
	if (copies >= total || when.kind === 'on-per-try-timeout') return null;
	return when.kind === 'fixed-delay' ? when.delayUs : Math.max(when.leastUs, learntUs);
}

/** What a failed copy does to the call. @param out copies still in flight */
export function onCopyFailed(law: HedgeLaw, cause: number, copies: number, out: number): 'next' | 'wait' | 'ends' {
	if (!inMask(law.goesOn, cause)) return 'ends';
	if (copies >= law.total) return out > 0 ? 'wait' : 'ends';
	return law.onFailure === 'next' || out === 0 ? 'next' : 'wait';
}

/** What a copy that passes its per-try timeout does: the next goes beside it, or it is cut off as ever. */
export const onCopyLate = ({ when, total }: HedgeLaw, copies: number): 'next' | 'cut' =>
	when.kind === 'on-per-try-timeout' && copies < total ? 'next' : 'cut';

/** A percentile of the answers' times as it was at the last refresh; before the first, no copy goes (Infinity). */
export interface LatencyTail {
	readonly learntUs: number;
	readonly sinceUs: number;
	/** answers since then, by the logarithm of their time */
	readonly counts: readonly number[];
}

export const emptyTail = (nowUs: number): LatencyTail => ({
	learntUs: Number.POSITIVE_INFINITY,
	sinceUs: nowUs,
	counts: [],
});

/** The tail with one more answer; a refresh forgets what came before. */
export function tailAfter(law: HedgeLaw, tail: LatencyTail, tookUs: number, nowUs: number): LatencyTail {
	assert(law.when.kind === 'percentile', 'only a percentile is learnt');
	const { p, refreshUs } = law.when;
	const due = nowUs - tail.sinceUs >= refreshUs && tail.counts.length > 0;
	const counts = due ? [] : tail.counts.slice();
	const at = Math.ceil(Math.log(Math.max(1, tookUs)) / STEP);
	while (counts.length <= at) counts.push(0);
	counts[at]++;
	return due
		? { learntUs: percentileUs(tail.counts, p), sinceUs: nowUs, counts }
		: { learntUs: tail.learntUs, sinceUs: tail.sinceUs, counts };
}

/** Upper end of the bin that the percentile lies in: at most 5 % too long. */
function percentileUs(counts: readonly number[], p: number): number {
	const wanted = p * counts.reduce((sum, count) => sum + count, 0);
	let cumulative = 0;
	const at = counts.findIndex((count) => {
		cumulative += count;
		return cumulative >= wanted && count > 0;
	});
	return Math.exp(at * STEP);
}

/** Bins are 5 % wide. */
const STEP = Math.log(1.05);
