/** Attempts per request, as far as a log lets them be known: counted, estimated with its assumption, or not identifiable. */

import { normalReach } from '../statistics/critical-values.js';
import type { Interval } from '../statistics/interval.js';
import { ratioOfMeans } from '../statistics/ratio-of-means.js';
import { type FittedLaw, fitLaw } from './distribution-fit.js';
import { type RetriedShare, type RetryTracker, WINDOW_US } from './observe/retry-tracker.js';
import type { Series } from './series.js';

export type AttemptsFound =
	| {
			readonly kind: 'measured';
			/** "by the number of the attempt" */
			readonly how: string;
			readonly perRequest: number;
			/** null below two intervals of the log */
			readonly interval: Interval | null;
			/** the greatest number of sends that is no rarity; null where only the mean is known */
			readonly most: number | null;
			/** wait before each retry, the second attempt's first; empty where ends and beginnings do not tell */
			readonly waits: readonly FittedLaw[];
	  }
	| {
			readonly kind: 'estimated';
			readonly perRequest: number;
			readonly interval: Interval;
			/** of all attempts that failed, the share that was tried again */
			readonly again: number;
			/** of the attempts that follow a failure of the same client, the share that are retries; the others would have come anyway */
			readonly ofEchoes: number;
			/** sends of a request after whose failure hardly anybody tries again; null: people seem to go on and on */
			readonly most: number | null;
			/** of the failures before that, the share that was tried again: what each of them is retried with */
			readonly each: { readonly share: number; readonly interval: Interval };
			/** from the end of an attempt that failed to the next one of the same client; null where too much of it would have come anyway */
			readonly wait: FittedLaw | null;
			readonly assumption: string;
	  }
	| { readonly kind: 'not identifiable'; readonly why: string };

/** Fewer failures, or successes beside them, say nothing. */
const LEAST_ENDED = 100;
/** Waits known of a retry: fewer have no law. */
const LEAST_WAITS = 50;
/** An attempt number with less than this of the attempts is a rarity. */
const RARE = 1e-3;

export function attemptsOf(book: RetryTracker, series: Series): AttemptsFound {
	const { lines, numbered, named, clients, counted, tries, forgotten } = book.totals;
	if (lines === 0) return { kind: 'not identifiable', why: 'counts alone do not tell a retry from a first attempt' };
	if (counted > lines / 2 && (tries > counted || clients <= lines / 2)) {
		return {
			kind: 'measured',
			how: 'by the tries that the proxy counted',
			perRequest: tries / counted,
			interval: null,
			most: null,
			waits: [],
		};
	}
	if (numbered > lines / 2) return measured(book, series, 'by the number of the attempt');
	if (named > lines / 2) {
		const caveat = forgotten > 0 ? ', of which the oldest were forgotten' : '';
		if (book.retries.span(book.retries.everyS)[0] === Number.POSITIVE_INFINITY)
			return { kind: 'not identifiable', why: "each id comes once: it is an attempt's own, or nobody tried again" };
		return measured(book, series, `by the id of the request${caveat}`);
	}
	if (clients > lines / 2) return estimated(book, lines);
	return { kind: 'not identifiable', why: 'the log has no attempt number, no request id and no client' };
}

function measured(book: RetryTracker, series: Series, how: string): AttemptsFound {
	const all = [...book.byNumber.values()].reduce((sum, n) => sum + n, 0);
	const firsts = book.byNumber.get(1);
	if (firsts === undefined) return { kind: 'not identifiable', why: 'no line is a first attempt' };
	const { interval } = ratioOfMeans(Array.from(series.all), Array.from(series.firsts));
	const numbers = [...book.byNumber].filter(([, n]) => n >= RARE * all).map(([number]) => number);
	const most = Math.max(...numbers);
	return { kind: 'measured', how, perRequest: all / firsts, interval, most, waits: waitsOf(book, most) };
}

function waitsOf({ delays }: RetryTracker, most: number): FittedLaw[] {
	const byNumber = Array.from({ length: Math.max(0, most - 1) }, (_, k) => {
		const waits: number[] = [];
		for (let row = 0; row < delays.size; row++) if (delays.at(row, 0) === k + 2) waits.push(delays.at(row, 1));
		return waits;
	});
	const known = byNumber.findIndex((waits) => waits.length < LEAST_WAITS);
	return (known < 0 ? byNumber : byNumber.slice(0, known)).map(fitLaw);
}

/** Where fewer of those who ask again are retries, their waits are not those of retries. */
const MOSTLY = 0.8;
/** What would have come anyway comes at any time of the window: the longest gaps are taken for it. */
function echoWait({ delays }: RetryTracker, share: number): FittedLaw | null {
	const gaps = Array.from({ length: delays.size }, (_, row) => delays.at(row, 1)).toSorted((a, b) => a - b);
	const likely = gaps.slice(0, Math.round(share * gaps.length));
	return likely.length < LEAST_WAITS ? null : fitLaw(likely);
}

/** At most so much of what is tried again after a first failure is tried after the last one. */
const HARDLY = 0.25;

/** What follows failures of each position in a row, beside what follows successes. */
function estimated(book: RetryTracker, lines: number): AttemptsFound {
	const {
		after: { failure, success },
		afterFailures,
	} = book;
	if (failure.ended < LEAST_ENDED || success.ended < LEAST_ENDED) {
		const few =
			failure.ended < LEAST_ENDED ? `${failure.ended} attempts failed` : `${success.ended} attempts succeeded`;
		return {
			kind: 'not identifiable',
			why: `only ${few}: whether clients try again shows after failures, beside what they do after successes`,
		};
	}
	if (success.again >= 0.9 * success.ended)
		return { kind: 'not identifiable', why: 'nine of ten clients ask for the same thing again anyway' };
	const all = againOf(failure, success);
	const shares = afterFailures.map((one) => (one.ended < LEAST_ENDED ? null : againOf(one, success).share));
	const [first] = shares;
	const last = shares.findIndex((share) => share !== null && first !== null && share < HARDLY * first);
	const known = last > 0 ? last : afterFailures.length;
	const ofEchoes = failure.again === 0 ? 0 : Math.min(1, all.share / (failure.again / failure.ended));
	const wait = ofEchoes >= MOSTLY ? echoWait(book, ofEchoes) : null;
	const factor = (share: number) => lines / Math.max(1, lines - share * failure.ended);
	return {
		kind: 'estimated',
		perRequest: factor(all.share),
		interval: { low: factor(all.interval.low), high: factor(all.interval.high) },
		again: all.share,
		ofEchoes,
		wait,
		most: last > 0 ? last + 1 : null,
		each: againOf(summed(afterFailures.slice(0, known)), success),
		assumption: `the same client asking for the same within ${WINDOW_US / 1e6} s of a failure tries again, as far as that is commoner than after a success`,
	};
}

const summed = (all: readonly RetriedShare[]): RetriedShare =>
	all.reduce((sum, one) => ({ ended: sum.ended + one.ended, again: sum.again + one.again }), { ended: 0, again: 0 });

/**
 * A failure is followed by the same request if it is tried again (r), or if it would have come anyway, as it does after a success (b):
 * P(again | failure) = 1 - (1 - r)(1 - b), so r = (f - b) / (1 - b). Its error by the delta method.
 */
function againOf(
	failure: RetriedShare,
	success: RetriedShare,
): { readonly share: number; readonly interval: Interval } {
	const [f, b] = [failure.again / failure.ended, success.again / success.ended];
	const share = Math.min(1, Math.max(0, (f - b) / (1 - b)));
	const variance =
		(f * (1 - f)) / failure.ended / (1 - b) ** 2 + (((1 - f) / (1 - b) ** 2) ** 2 * b * (1 - b)) / success.ended;
	const reach = normalReach(0.95) * Math.sqrt(variance);
	return { share, interval: { low: Math.max(0, share - reach), high: Math.min(1, share + reach) } };
}
