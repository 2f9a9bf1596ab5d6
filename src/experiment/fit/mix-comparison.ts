/**
 * Two traffics side by side, staging and production above all: the shares of each class, the classes that one of them hardly sees,
 * and what a gate on either would notice of a defect in each. A gate sees the share of its samples that fail; a defect in a class
 * that is s of the traffic shows there as s times the share of the class that fails, and no more than s.
 */
import { chanceOfOne } from '../../model/coverage.js';
import { binomialAbove } from '../statistics/binomial.js';
import { type Proportion, proportion } from '../statistics/proportion.js';
import { firstPart, OTHERS } from './classes.js';
import { chanceOfAlike } from './mix-segments.js';
import type { ClassCounts } from './observe/class-counts.js';
import { isFailure } from './observe/observation.js';

export interface SampleGate {
	/** requests that it looks at */
	readonly samples: number;
	/** it trips when a larger share of them fails */
	readonly above: number;
	/** it notices what it trips for in at least this share of cases */
	readonly power: number;
}

export interface PairedClass {
	readonly key: string;
	readonly a: ClassInTraffic;
	readonly b: ClassInTraffic;
	/** the one that has less than a tenth of what the other has, at the wide end of its interval */
	readonly hardly: 'a' | 'b' | null;
}

export interface ClassInTraffic {
	readonly share: Proportion;
	/** share of the class that has to fail before the gate notices with its power; null: not even if all of it fails */
	readonly noticed: number | null;
	/** chance that the gate trips when all of the class fails */
	readonly chance: number;
	/** chance that the samples hold a single request of the class */
	readonly one: number;
}

export interface TrafficPair {
	readonly gate: SampleGate;
	/** share of its samples that must fail before the gate notices: a rarer class than this it cannot see; null: not even if all fail */
	readonly leastShare: number | null;
	readonly classes: readonly PairedClass[];
	/** half of the sum of the differences of shares: so many requests would have to change their class */
	readonly distance: number;
	/** chance of as much difference by luck */
	readonly alike: number;
	readonly how: string;
	/** requests of either */
	readonly total: { readonly a: number; readonly b: number };
	/** of either, the share that fails anyway; null: its status is not known, and none is assumed to */
	readonly baseline: { readonly a: number | null; readonly b: number | null };
}

/** One has less than this of the other's share. */
const HARDLY = 0.1;
const MOST_CLASSES = 20;
/** A kind is told apart if it has this share of either. */
const LEAST_SHARE = 0.002;
const COVERED = 0.8;

export function trafficPair(a: ClassCounts, b: ClassCounts, own: boolean, gate: SampleGate): TrafficPair {
	const [left, right] = [countsOf(a), countsOf(b)];
	const plain = classRows(left, right);
	const enough = own || Math.min(covered(plain, 0), covered(plain, 1)) >= COVERED;
	const rows = enough ? plain : classRows(merged(left), merged(right));
	const [na, nb] = [totalOf(left), totalOf(right)];
	const leastShare = leastNoticed(gate);
	const baseline = { a: baselineOf(a), b: baselineOf(b) };
	const sideOf = (count: number, n: number, base: number | null): ClassInTraffic => {
		const share = proportion(Math.round(count), Math.max(1, Math.round(n)));
		const of = share.share === null ? 0 : share.share;
		const failing = base === null ? 0 : base;
		// What fails anyway is spread over all classes alike.
		const reach = of * (1 - failing);
		const more = leastShare === null ? null : Math.max(0, leastShare - failing);
		const noticed = more === null || reach < more || reach === 0 ? null : more / reach;
		const chance = binomialAbove(gate.samples, Math.min(1, failing + reach), gate.above);
		return { share, noticed, chance, one: of >= 1 ? 1 : chanceOfOne(of, gate.samples) };
	};
	return {
		gate,
		leastShare,
		classes: rows.map(([key, [x, y]]) => {
			const sides = { a: sideOf(x, na, baseline.a), b: sideOf(y, nb, baseline.b) };
			return { key, ...sides, hardly: hardlyOf(sides.a.share, sides.b.share) };
		}),
		distance: rows.reduce((sum, [, [x, y]]) => sum + Math.abs(x / na - y / nb), 0) / 2,
		alike: chanceOfAlike(
			rows.map(([, [x]]) => x),
			rows.map(([, [, y]]) => y),
		),
		how: own ? 'as --classes says' : enough ? 'by method and path' : 'by method and the first part of the path',
		total: { a: na, b: nb },
		baseline,
	};
}

/**
 * The least share of failures at which the gate trips with its power: P(X / n > above) >= power for X of the binomial law. It rises
 * with the share, so halving finds it.
 */
export function leastNoticed({ samples, above, power }: SampleGate): number | null {
	if (binomialAbove(samples, 1, above) < power) return null;
	let [low, high] = [0, 1];
	for (let step = 0; step < 60; step++) {
		const middle = (low + high) / 2;
		if (binomialAbove(samples, middle, above) >= power) high = middle;
		else low = middle;
	}
	return high;
}

/** Of the requests whose status is known, those that fail. */
function baselineOf(book: ClassCounts): number | null {
	let [judged, failed] = [0, 0];
	for (const { statuses } of [...book.tallies, book.rest]) {
		for (const [status, count] of statuses) {
			judged += count;
			if (isFailure(status)) failed += count;
		}
	}
	return judged === 0 ? null : failed / judged;
}

type Counts = ReadonlyMap<string, number>;
type Row = readonly [key: string, counts: readonly [a: number, b: number]];

function countsOf(book: ClassCounts): Counts {
	const counts = new Map(book.tallies.map(({ key, firstCount }) => [key, firstCount]));
	if (book.rest.firstCount > 0) counts.set(OTHERS, book.rest.firstCount + countOf(counts, OTHERS));
	return counts;
}

const countOf = (counts: Counts, key: string): number => {
	const count = counts.get(key);
	return count === undefined ? 0 : count;
};

const totalOf = (counts: Counts): number => [...counts.values()].reduce((sum, n) => sum + n, 0);

function merged(counts: Counts): Counts {
	const sums = new Map<string, number>();
	for (const [key, count] of counts) {
		const first = firstPart(key);
		sums.set(first, count + countOf(sums, first));
	}
	return sums;
}

/** The kinds with a share of either, the others as one; those first that either has most of. */
function classRows(left: Counts, right: Counts): Row[] {
	const [na, nb] = [totalOf(left), totalOf(right)];
	const most = (key: string): number => Math.max(countOf(left, key) / na, countOf(right, key) / nb);
	const keys = [...new Set([...left.keys(), ...right.keys()])].toSorted(
		(x, y) => most(y) - most(x) || (x < y ? -1 : 1),
	);
	const large = keys.filter((key) => key !== OTHERS && most(key) >= LEAST_SHARE).slice(0, MOST_CLASSES);
	const rows = large.map((key): Row => [key, [countOf(left, key), countOf(right, key)]]);
	const rest = rows.reduce(([x, y], [, [a, b]]) => [x - a, y - b], [na, nb]);
	return rest[0] > 0 || rest[1] > 0 ? [...rows, [OTHERS, [rest[0], rest[1]]]] : rows;
}

function covered(rows: readonly Row[], side: 0 | 1): number {
	const total = rows.reduce((sum, [, counts]) => sum + counts[side], 0);
	return rows.reduce((sum, [key, counts]) => (key === OTHERS ? sum : sum + counts[side]), 0) / total;
}

function hardlyOf(a: Proportion, b: Proportion): PairedClass['hardly'] {
	const less = (x: Proportion, y: Proportion) => y.share !== null && x.interval.high < HARDLY * y.share;
	return less(a, b) ? 'a' : less(b, a) ? 'b' : null;
}
