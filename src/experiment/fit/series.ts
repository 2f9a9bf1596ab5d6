/** What arrived over time, on one grid: first attempts, all attempts and failures, with the holes that the log has. */

import type { BinnedCounts } from './observe/binned-counts.js';
import type { Collector } from './observe/collector.js';

export interface Series {
	/** start of the first interval, s of Unix time */
	readonly fromS: number;
	readonly everyS: number;
	readonly all: Float64Array;
	/** as far as the log tells retries apart */
	readonly firsts: Float64Array;
	readonly failures: Float64Array;
	/** true: the interval lies in a hole of the log */
	readonly missing: readonly boolean[];
	readonly gaps: readonly Gap[];
	/** true: the log begins or ends within the interval, so that its count says nothing of a rate */
	readonly partial: readonly boolean[];
}

/** Intervals without a single request, where there should have been many. */
export interface Gap {
	readonly fromS: number;
	readonly toS: number;
	/** requests that the neighbourhood lets expect in it */
	readonly expected: number;
}

/** An interval holds about so many requests, where the log lets us choose. */
const WANTED = 50;
/** There are so many of them, if the log is long enough, and no more than so many. */
const LEAST = 100;
const MOST = 20_000;
/** A hole is so long that this many requests should have come: it is no accident (e^-30). */
const EXPECTED_IN_GAP = 30;

/** The finest intervals that a log can be cut into. */
export function leastEveryS({ grid, starts, failures, attempts, countedEveryUs }: Collector): number {
	return grid.sharedEveryS([starts, failures, attempts.retries, attempts.echoes], Math.floor(countedEveryUs / 1e6));
}

/** The length of an interval that suits a log: not finer than its grain, about fifty requests, a hundred intervals or more. */
export function suitingEveryS(collector: Collector): number {
	const { starts } = collector;
	const least = Math.max(leastEveryS(collector), grainS(collector));
	const [first, last] = starts.span(least);
	const spanS = (last - first + 1) * least;
	const perSecond = collector.total / spanS;
	const rungs = collector.grid.ladderS.filter((every) => every >= least && spanS / every <= MOST);
	const enough = rungs.filter((every) => spanS / every >= LEAST);
	const full = enough.find((every) => every * perSecond >= WANTED);
	if (full !== undefined) return full;
	return enough.length > 0 ? enough[enough.length - 1] : rungs.length > 0 ? rungs[0] : least;
}

/** Fewer of the intervals hold something than this share of those that should, if times were written as they were. */
const HALF = 0.5;
/** A log with a clock that leaps spans years of seconds: they are not laid out. */
const MOST_LAID_OUT = 4_000_000;

/**
 * The finest intervals that requests fill as they would if each came at an instant of its own. Times that were rounded or made up lie in
 * lumps: then finer intervals are empty that should not be, k (1 - (1 - 1/k)^n) of the k within one that holds n.
 */
export function grainS(collector: Collector): number {
	const { starts } = collector;
	const least = leastEveryS(collector);
	const [first, last] = starts.span(least);
	const rungs = collector.grid.ladderS.filter(
		(every) => every >= least && ((last - first + 1) * least) / every <= MOST_LAID_OUT,
	);
	let grain = least;
	for (const [i, every] of rungs.slice(0, -1).entries()) {
		const coarse = rungs[i + 1];
		const [fine, wide] = [starts.series(every), starts.series(coarse)];
		if (fine === null || wide === null || wide.counts.length < 10) break;
		const k = coarse / every;
		const expected = wide.counts.reduce((sum, n) => sum + (n > 0 ? k * (1 - (1 - 1 / k) ** n) : 0), 0);
		const filled = fine.counts.reduce((sum, n) => (n > 0 ? sum + 1 : sum), 0);
		if (filled < HALF * expected && expected >= 50) grain = coarse;
	}
	return grain;
}

/** @param everyS one of the ladder, as long as `suitingEveryS` or longer */
export function seriesOf(collector: Collector, everyS: number): Series {
	const { starts, failures, attempts } = collector;
	const all = starts.series(everyS);
	if (all === null)
		return { fromS: 0, everyS, all: EMPTY, firsts: EMPTY, failures: EMPTY, missing: [], gaps: [], partial: [] };
	const on = (ticks: BinnedCounts): Float64Array => laidOn(all.fromS, all.counts.length, ticks, everyS);
	const retries = on(attempts.retries);
	const gaps = gapsOf(all.fromS, everyS, all.counts);
	const missing = Array.from(all.counts, (_, i) => {
		const atS = all.fromS + i * everyS;
		return gaps.some(({ fromS, toS }) => atS >= fromS && atS < toS);
	});
	return {
		fromS: all.fromS,
		everyS,
		all: all.counts,
		firsts: all.counts.map((count, i) => Math.max(0, count - retries[i])),
		failures: on(failures),
		missing,
		gaps,
		partial: partialEdges(all.fromS, everyS, all.counts, collector),
	};
}

/** What is not seen of an interval at the edge could have held this many requests: less is no accident of a short log. */
const UNSEEN = 3;

/** The first and the last interval, where the log covers only a part of them. */
function partialEdges(
	fromS: number,
	everyS: number,
	counts: Float64Array,
	{ firstUs, lastUs, fine }: Collector,
): boolean[] {
	const n = counts.length;
	if (n < 4) return Array.from(counts, () => false);
	const perInterval = counts.subarray(1, n - 1).reduce((sum, count) => sum + count, 0) / (n - 2);
	// Of a clock of whole seconds the last one is seen whole.
	const endS = lastUs / 1e6 + (fine || !Number.isInteger(lastUs / 1e6) ? 0 : 1);
	const before = (firstUs / 1e6 - fromS) / everyS;
	const after = (fromS + n * everyS - endS) / everyS;
	return Array.from(
		counts,
		(_, i) => (i === 0 && before * perInterval > UNSEEN) || (i === n - 1 && after * perInterval > UNSEEN),
	);
}

const EMPTY = new Float64Array(0);

/** On the grid of another: what lies outside it is left out. */
export function laidOn(fromS: number, length: number, ticks: BinnedCounts, everyS: number): Float64Array {
	const laid = new Float64Array(length);
	const own = ticks.series(everyS);
	if (own === null) return laid;
	own.counts.forEach((count, i) => {
		const at = (own.fromS - fromS) / everyS + i;
		if (at >= 0 && at < length) laid[at] += count;
	});
	return laid;
}

/** So many silences make a source that is silent now and then. */
const SILENCES = 3;

/**
 * Stretches without a request where the neighbourhood lets expect thirty or more. A source that is silent again and again is bursty: only
 * a silence that is far longer than its others is a hole (with exponential lengths one in a thousand logs has one).
 */
function gapsOf(fromS: number, everyS: number, counts: Float64Array): Gap[] {
	const gaps: Gap[] = [];
	const silences: number[] = [];
	for (let i = 0; i < counts.length; i++) {
		if (counts[i] > 0) continue;
		let end = i;
		while (end < counts.length && counts[end] === 0) end++;
		const length = end - i;
		silences.push(length);
		const reach = Math.max(10, Math.min(length, 1000));
		const expected = length * Math.min(meanOf(counts, i - reach, i), meanOf(counts, end, end + reach));
		if (expected >= EXPECTED_IN_GAP) gaps.push({ fromS: fromS + i * everyS, toS: fromS + end * everyS, expected });
		i = end;
	}
	return gaps.filter(({ fromS: from, toS }) => {
		const length = (toS - from) / everyS;
		const others = silences.toSorted((a, b) => b - a).slice(1);
		if (others.length < SILENCES) return true;
		const mean = others.reduce((sum, one) => sum + one, 0) / others.length;
		const usual = others.filter((one) => one * 4 >= length).length;
		return usual < SILENCES && length > mean * Math.log(others.length / 1e-3);
	});
}

function meanOf(counts: Float64Array, from: number, to: number): number {
	const part = counts.subarray(Math.max(0, from), Math.max(0, Math.min(counts.length, to)));
	return part.length === 0 ? 0 : part.reduce((sum, n) => sum + n, 0) / part.length;
}
