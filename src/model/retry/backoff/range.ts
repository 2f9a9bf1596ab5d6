/**
 * The law of a delay without drawing it: the least and the greatest that can come, and the mean. Exact but where a chained
 * delay meets a cap, a quantum or a floor: there the chain is followed on a fine grid, to about one part in a thousand.
 */
import { quantile } from '../../distributions/distribution.js';
import { bases, compileDelay, type DelayLaw, isChained, lastRetry, plainOf } from './backoff.js';
import { risen } from './chained.js';
import { type DelayJitter, spreadOf, TEETH } from './jitter.js';

export interface DelayRange {
	readonly leastUs: number;
	/** no delay is longer; where it is drawn it comes as near as one likes */
	readonly greatestUs: number;
	readonly meanUs: number;
}

/** Before retry n after failures of this cause; where a table has stopped there is none: null. */
export function delayRange(law: DelayLaw, n: number, cause: number): DelayRange | null {
	if (n > lastRetry(law.growth)) return null;
	const constant = fixedUs(law, n, cause);
	if (constant !== null) return { leastUs: constant, greatestUs: constant, meanUs: constant };
	if (law.growth.kind === 'drawn' || isChained(law.growth)) return chainRange(law, n, cause);
	return plainRange(law, n, cause, law.growth);
}

/** The same without the mean, which costs more where a chain has to be followed. */
export function delayEnds(law: DelayLaw, n: number, cause: number): Omit<DelayRange, 'meanUs'> | null {
	const chained = law.growth.kind === 'drawn' || isChained(law.growth);
	return chained && fixedUs(law, n, cause) === null ? chainEnds(law, n, cause) : delayRange(law, n, cause);
}

/** What stands in front of the pipeline. */
function fixedUs({ waitsOn, firstUs }: DelayLaw, n: number, cause: number): number | null {
	if (waitsOn !== null && (waitsOn & (1 << cause)) === 0) return 0;
	return n === 1 ? firstUs : null;
}

type Growth = Parameters<typeof plainOf>[1];

function plainRange(law: DelayLaw, n: number, cause: number, growth: Growth): DelayRange {
	const x = plainOf(law, growth)(n, bases(law)(cause));
	const capUs = law.capStage === 'base' ? Number.POSITIVE_INFINITY : law.capUs;
	// The floor comes last, and so it wins.
	const limits = { low: law.floorUs, high: Math.max(law.floorUs, capUs) };
	const pieces = piecesOf(law.jitter, x, law.quantumUs, limits);
	const ends = pieces.flatMap(({ leastUs, greatestUs }) => [leastUs, greatestUs]);
	const mean = pieces.reduce((sum, { meanUs }) => sum + meanUs, 0) / pieces.length;
	return { leastUs: Math.min(...ends), greatestUs: Math.max(...ends), meanUs: mean };
}

interface Limits {
	readonly low: number;
	readonly high: number;
}

/** A jitter as equally likely pieces in which the delay is uniform before quantum and limits: one, or the teeth of a comb. */
function piecesOf(jitter: DelayJitter, x: number, quantumUs: number, limits: Limits): DelayRange[] {
	if (jitter.kind === 'comb') return Array.from({ length: TEETH }, (_, k) => toothRange(jitter, x, k, limits));
	const { share, spread, addUs, addSpreadUs } = spreadOf(jitter);
	const from = x * share + addUs;
	const to = from + x * spread + addSpreadUs;
	return [stepRange(from, to, quantumUs, limits)];
}

/** One tooth: x minus or plus a deviation that is uniform before its own quantum. */
function toothRange({ share, quantumUs }: { share: number; quantumUs: number }, x: number, k: number, at: Limits) {
	const [from, to] = [k, k + 1].map((tooth) => (tooth / TEETH) * share * x);
	if (k % 2 === 1) {
		const up = stepRange(from, to, quantumUs, { low: at.low - x, high: at.high - x });
		return { leastUs: x + up.leastUs, greatestUs: x + up.greatestUs, meanUs: x + up.meanUs };
	}
	const down = stepRange(from, to, quantumUs, { low: x - at.high, high: x - at.low });
	return { leastUs: x - down.greatestUs, greatestUs: x - down.leastUs, meanUs: x - down.meanUs };
}

/** Range and mean of min(high, max(low, q floor(X / q))), X uniform on [from, to); q = 0 for X itself. */
function stepRange(from: number, to: number, q: number, { low, high }: Limits): DelayRange {
	const limit = (us: number): number => Math.max(low, Math.min(high, us));
	const down = (us: number): number => (q === 0 ? us : Math.floor(us / q) * q);
	const [first, last] = [down(from), to > from && q > 0 ? (Math.ceil(to / q) - 1) * q : down(to)];
	const range = { leastUs: limit(first), greatestUs: limit(last) };
	if (to <= from) return { ...range, meanUs: limit(first) };
	// Below `start` all is `low`, from `end` on all is `high`, and between them nothing is limited.
	const up = (us: number): number => (q === 0 || !Number.isFinite(us) ? us : Math.ceil(us / q) * q);
	const start = Math.min(to, Math.max(from, up(low)));
	const end = Math.max(start, Math.min(to, up(high)));
	const below = start > from ? low * (start - from) : 0;
	const above = to > end ? high * (to - end) : 0;
	return { ...range, meanUs: (below + areaOf(end, q) - areaOf(start, q) + above) / (to - from) };
}

/** Integral of q floor(t / q) from 0 to x: with k = floor(x / q), q^2 k (k - 1) / 2 + k q (x - k q); of t itself: x^2 / 2. */
function areaOf(x: number, q: number): number {
	if (q === 0) return (x * x) / 2;
	const k = Math.floor(x / q);
	return (q * q * k * (k - 1)) / 2 + k * q * (x - k * q);
}

function chainRange(law: DelayLaw, n: number, cause: number): DelayRange {
	const ends = chainEnds(law, n, cause);
	const meanUs = closedMeanUs(law, n, cause, ends.greatestUs) ?? griddedMeanUs(law, n, cause);
	return { ...ends, meanUs };
}

/** Just below 1. */
const TOP = 1 - 2 ** -53;

/** Every chained delay grows with its uniform and, save v2, with its memory; v2 falls with the uniform before. */
function chainEnds(law: DelayLaw, n: number, cause: number): { leastUs: number; greatestUs: number } {
	const delay = compileDelay(law);
	if (law.growth.kind === 'decorrelated-v2') {
		const before = (u: number): number => (n === 1 ? 0 : delay.remember(n - 1, u, 0, 0));
		return {
			leastUs: delay.delayUs(n, 0, before(TOP), cause),
			greatestUs: delay.delayUs(n, TOP, before(0), cause),
		};
	}
	const along = (u: number): number => {
		let [memory, us] = [delay.firstMemory, 0];
		for (let k = 1; k <= n; k++) {
			us = delay.delayUs(k, u, memory, cause);
			memory = delay.remember(k, u, memory, us);
		}
		return us;
	};
	return { leastUs: along(0), greatestUs: along(TOP) };
}

/**
 * Means of chains that no limit touches, with s the mean of the jitter's scale:
 *
 *     compound               base mult^(n - 1) s^n
 *     decorrelated           e_1 = 2 base, e_n = (base + 3 e_(n-1)) / 2
 *     decorrelated-v2        base (F(n) - F(n - 1)) / 1.4,  F(n) = integral of f from n - 1 to n, F(0) = 0
 *     decorrelated-monotone  base 2^(n - 1)
 *
 * null where a limit may be in reach.
 */
function closedMeanUs(law: DelayLaw, n: number, cause: number, greatestUs: number): number | null {
	const { growth, jitter, capUs, quantumUs, floorUs, firstUs } = law;
	const baseUs = bases(law)(cause);
	// The greatest one is drawn just below the cap where the cap bounds the draw.
	if (greatestUs >= capUs * (1 - 1e-9) || quantumUs !== 0 || floorUs !== 0 || firstUs !== null) return null;
	switch (growth.kind) {
		case 'compound': {
			if (jitter.kind === 'comb') return null;
			const { share, spread, addUs, addSpreadUs } = spreadOf(jitter);
			if (addUs !== 0 || addSpreadUs !== 0) return null;
			return baseUs * growth.multiplier ** (n - 1) * (share + spread / 2) ** n;
		}
		case 'decorrelated':
			return Array.from({ length: n }).reduce<number>((mean) => (baseUs + 3 * mean) / 2, baseUs);
		case 'decorrelated-v2':
			return (baseUs * (areaOfRisen(n) - (n === 1 ? 0 : areaOfRisen(n - 1)))) / 1.4;
		case 'decorrelated-monotone':
			return baseUs * 2 ** (n - 1);
	}
	return null;
}

const PANELS = 400;

/** Integral of f from n - 1 to n by Simpson's rule over the root of t, in which f is smooth. Relative error below 1e-9. */
function areaOfRisen(n: number): number {
	const [from, to] = [Math.sqrt(n - 1), Math.sqrt(n)];
	const h = (to - from) / PANELS;
	let sum = 0;
	for (let i = 0; i <= PANELS; i++) {
		const s = from + i * h;
		const weight = i === 0 || i === PANELS ? 1 : i % 2 === 1 ? 4 : 2;
		sum += weight * 2 * s * risen(n, s * s - (n - 1));
	}
	return (sum * h) / 3;
}

const ATOMS = 400;
const DRAWS = 100;

/** The chain followed by equally likely values of its memory, the means of equal shares of all that may come next. */
function griddedMeanUs(law: DelayLaw, n: number, cause: number): number {
	if (law.growth.kind === 'drawn')
		return meanOf(drawsOf(quantile(law.growth.waits[Math.min(n, law.growth.waits.length) - 1])));
	const delay = compileDelay(law);
	let memories = [delay.firstMemory];
	for (let k = 1; ; k++) {
		const next = memories.flatMap((memory) =>
			drawsOf((u) => {
				const us = delay.delayUs(k, u, memory, cause);
				return { us, memory: delay.remember(k, u, memory, us) };
			}),
		);
		if (k === n) return meanOf(next.map(({ us }) => us));
		memories = thinned(next.map(({ memory }) => memory));
	}
}

const drawsOf = <T>(of: (u: number) => T): T[] => Array.from({ length: DRAWS }, (_, i) => of((i + 0.5) / DRAWS));

function thinned(values: readonly number[]): number[] {
	const sorted = Float64Array.from(values).sort();
	if (sorted.length <= ATOMS) return [...sorted];
	const each = sorted.length / ATOMS;
	return Array.from({ length: ATOMS }, (_, i) =>
		meanOf([...sorted.subarray(Math.floor(i * each), Math.floor((i + 1) * each))]),
	);
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
