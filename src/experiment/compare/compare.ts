/**
 * Compares branches of a world that ran under the same seeds: replication k of each under the first seed + k. What they
 * share, arrivals above all, cancels in the differences seed by seed. The first branch is the baseline of all others.
 */
import { isTime, QUANTITIES } from '../../metrics/definitions/metrics.js';
import { type BranchBands, branchBands, ENDS, type End, HEADLINES } from '../replicate/branch-statistics.js';
import { digestsOf, failuresOf, type Replications } from '../replicate/replications.js';
import { CONFIDENCE } from '../statistics/critical-values.js';
import { comparePairs, type PairedDifference } from '../statistics/paired.js';
import { comparePairedShares, type PairedShares } from '../statistics/paired-shares.js';
import type { Case } from '../task/case.js';
import type { Digest } from '../task/digest.js';
import type { Laboratory, TaskFailure } from '../task/task.js';
import { type OpenBounds, type OpenRequests, openBounds, openRequests, type RunValues } from './open-bounds.js';
import { judgeEnd, judgeMeasure, type RegressionRuling } from './regression.js';

export type { RunValues } from './open-bounds.js';

/** The runs of one branch, fresh from a laboratory or out of its results. */
export interface ComparisonSide {
	/** short, and like no other's */
	readonly label: string;
	readonly firstSeed: number;
	/** in order of seed; null for a run that failed */
	readonly runs: readonly (RunValues | null)[];
	/** in the same order: the quantities that a run leaves undecided, which are null in its values; left out: none of any run */
	readonly undecided?: readonly (readonly string[])[];
	readonly failures: readonly { readonly seed: number; readonly kind: TaskFailure['kind']; readonly message: string }[];
	/** what its runs did over time, by branch; null where nobody kept it */
	readonly curves: BranchCurves | null;
}

/** Over steps from `fromUs` on, from t = 0. */
export interface BranchCurves {
	readonly fromUs: number;
	readonly stepUs: number;
	readonly branches: readonly BranchBands[];
}

export interface CompareOptions {
	readonly confidence: number;
	/** how much worse is no regression, relative to the baseline: 0.01 is 1% */
	readonly tolerance: number;
	/** which quantities are told in words, and judged where they have a direction */
	readonly measures: readonly string[];
}

export const DEFAULTS: CompareOptions = { confidence: CONFIDENCE, tolerance: 0.01, measures: HEADLINES };

export interface Comparison extends CompareOptions {
	readonly baseline: ComparisonSide;
	readonly others: readonly VersusBaseline[];
}

/** `runs` seeds from `first` on. */
export interface Seeds {
	readonly first: number;
	readonly runs: number;
}

/** One branch against the baseline. */
export interface VersusBaseline {
	readonly side: ComparisonSide;
	/** those that both have; no pair is formed of any other */
	readonly seeds: Seeds;
	/** seeds on which neither failed */
	readonly pairs: number;
	/** of those pairs, in how many as many requests were born on either side */
	readonly sameArrivals: number;
	/** requests that are open when the runs of the pairs end */
	readonly open: { readonly baseline: OpenRequests; readonly other: OpenRequests };
	/** every quantity that is a number */
	readonly measures: ReadonlyMap<string, ComparedMetric>;
	readonly ends: Readonly<Record<End, { readonly shares: PairedShares; readonly ruling: RegressionRuling }>>;
}

export interface ComparedMetric {
	readonly paired: PairedDifference;
	/** in how many of the shared seeds either side measured it */
	readonly measured: { readonly baseline: number; readonly other: number };
	readonly ruling: RegressionRuling;
	/** in how many pairs the requests that are open could turn which side is worse; 0 where the ruling stands whatever becomes of them */
	readonly openPairs: number;
}

/**
 * Runs every case under the same seeds, cases that give equal results once. Seed by seed, so that whoever is interrupted
 * keeps pairs.
 * @returns a side for each case, in their order
 */
export async function runSides(
	cases: readonly Case[],
	{ first, runs }: Seeds,
	laboratory: Laboratory,
): Promise<ComparisonSide[]> {
	const distinct = distinctCases(cases);
	const seeds = Array.from({ length: runs }, (_, k) => first + k);
	const found = await laboratory(seeds.flatMap((seed) => distinct.map((of) => ({ of, seed }))));
	return cases.map((of) => {
		const place = distinct.findIndex(({ key }) => key === of.key);
		const results = seeds.map((_, k) => found[k * distinct.length + place]);
		return sideOf({ of, firstSeed: first, results });
	});
}

/** Those that give different results. */
export function distinctCases(cases: readonly Case[]): Case[] {
	return cases.filter(({ key }, i) => cases.findIndex((other) => other.key === key) === i);
}

export function compare(
	[baseline, ...others]: readonly ComparisonSide[],
	options: CompareOptions = DEFAULTS,
): Comparison {
	return { ...options, baseline, others: others.map((side) => versusBaseline(baseline, side, options)) };
}

/** The seeds that two sides have in common; none: `runs` is 0. */
export function sharedSeeds(a: Seeds, b: Seeds): Seeds {
	const first = Math.max(a.first, b.first);
	return { first, runs: Math.max(0, Math.min(a.first + a.runs, b.first + b.runs) - first) };
}

export const seedsOf = ({ firstSeed, runs }: ComparisonSide): Seeds => ({ first: firstSeed, runs: runs.length });

function sideOf(replications: Replications): ComparisonSide {
	const { of, firstSeed, results } = replications;
	return {
		label: of.label,
		firstSeed,
		runs: results.map((result) => ('digest' in result ? asWritten(result.digest.values) : null)),
		undecided: results.map((result) =>
			'digest' in result && result.digest.undecided !== undefined ? Object.keys(result.digest.undecided) : [],
		),
		failures: failuresOf(replications).map(({ seed, failure: { kind, message } }) => ({ seed, kind, message })),
		curves: branchCurvesOf(digestsOf(replications)),
	};
}

function branchCurvesOf(digests: readonly Digest[]): BranchCurves | null {
	if (digests.length === 0) return null;
	const [{ curves }] = digests;
	return { fromUs: curves.fromUs, stepUs: curves.stepUs, branches: branchBands(digests) };
}

/** As results are written, so that a run says the same whether it is fresh or read from its file. */
function asWritten(values: RunValues): RunValues {
	return Object.fromEntries(
		QUANTITIES.map(({ name, kind }) => {
			const value = values[name];
			return [name, value !== null && isTime(kind) ? value / 1e6 : value];
		}),
	);
}

function versusBaseline(baseline: ComparisonSide, side: ComparisonSide, options: CompareOptions): VersusBaseline {
	const seeds = sharedSeeds(seedsOf(baseline), seedsOf(side));
	const runsOf = ({ firstSeed, runs }: ComparisonSide) => runs.slice(seeds.first - firstSeed).slice(0, seeds.runs);
	const [there, here] = [runsOf(baseline), runsOf(side)];
	const series = (name: string): [PairedSeries, PairedSeries] => [valuesOf(there, name), valuesOf(here, name)];
	const isPair = (_: unknown, i: number): boolean => there[i] !== null && here[i] !== null;
	const inPairs = (runs: ComparisonSide['runs']) => runs.filter(isPair);
	const [bornThere, bornHere] = series('born');
	const numbers = QUANTITIES.filter(({ kind }) => kind !== 'boolean');
	return {
		side,
		seeds,
		pairs: there.filter(isPair).length,
		sameArrivals: bornThere.filter((born, i) => isPair(born, i) && born === bornHere[i]).length,
		open: { baseline: openRequests(inPairs(there)), other: openRequests(inPairs(here)) },
		measures: new Map(numbers.map(({ name }) => [name, measure(name, [there, here], options)])),
		ends: Object.fromEntries(
			ENDS.map((end) => [end, endOf(end, [endsIn(baseline, seeds, end), endsIn(side, seeds, end)], options)]),
		) as VersusBaseline['ends'],
	};
}

type PairedSeries = (number | null)[];

/** A factor over nothing has no bound, and no mean: such a run measured nothing. */
const valuesOf = (runs: ComparisonSide['runs'], name: string): PairedSeries =>
	runs.map((values) => (values === null || !Number.isFinite(values[name]) ? null : values[name]));

type Runs = ComparisonSide['runs'];

function measure(name: string, [there, here]: [Runs, Runs], options: CompareOptions): ComparedMetric {
	const [baseline, other] = [valuesOf(there, name), valuesOf(here, name)];
	const paired = comparePairs(baseline, other, options.confidence);
	const count = (series: PairedSeries): number => series.filter((value) => value !== null).length;
	const measured = { baseline: count(baseline), other: count(other) };
	const ruling = judgeMeasure(name, paired, options.tolerance);
	const bounds = there.map((run, i) => boundsOfPair(name, run, here[i]));
	if (ruling.verdict === null || bounds.every((pair) => pair === null)) {
		return { paired, measured, ruling, openPairs: 0 };
	}
	// Open requests at their best for one side and at their worst for the other, and the other way round.
	const corners = [0, 1].map((end) =>
		judgeMeasure(
			name,
			comparePairs(
				baseline.map((value, i) => boundOr(bounds[i], 0, 1 - end, value)),
				other.map((value, i) => boundOr(bounds[i], 1, end, value)),
				options.confidence,
			),
			options.tolerance,
		),
	);
	// A time without a bound may be as long as it takes: on the side that does well as things stand, it turns the verdict.
	const unbounded = ruling.verdict === 'regressed' ? 0 : 1;
	const isTurned =
		bounds.some((pair) => pair !== null && pair[unbounded][1] === Number.POSITIVE_INFINITY) ||
		corners.some(({ verdict }) => verdict !== ruling.verdict);
	if (!isTurned) return { paired, measured, ruling, openPairs: 0 };
	const openPairs = bounds.filter((pair) => pair !== null && isOpen(pair)).length;
	return { paired, measured, ruling: { finding: 'unclear', verdict: 'undecided', further: null }, openPairs };
}

type PairBounds = readonly [baseline: OpenBounds, other: OpenBounds];

/** null: nothing is open in either run, or both runs are the same in everything and so is what becomes of them. */
function boundsOfPair(name: string, there: RunValues | null, here: RunValues | null): PairBounds | null {
	if (there === null || here === null || QUANTITIES.every((one) => there[one.name] === here[one.name])) return null;
	const [baseline, other] = [openBounds(name, there), openBounds(name, here)];
	const [own, their] = [there[name], here[name]];
	if ((baseline === null && other === null) || own === null || their === null) return null;
	return [baseline === null ? [own, own] : baseline, other === null ? [their, their] : other];
}

const boundOr = (pair: PairBounds | null, side: 0 | 1, end: number, value: number | null): number | null =>
	pair === null || !Number.isFinite(pair[side][end]) ? value : pair[side][end];

const isOpen = ([[least, most], [otherLeast, otherMost]]: PairBounds): boolean =>
	least < otherMost && otherLeast < most;

/** An end of a run: 1 or 0; null where it failed, or had nothing to tell. */
type EndSeries = readonly (number | 'undecided' | null)[];

function endsIn({ firstSeed, runs, undecided }: ComparisonSide, seeds: Seeds, end: End): EndSeries {
	return Array.from({ length: seeds.runs }, (_, k) => {
		const at = seeds.first + k - firstSeed;
		const values = runs[at];
		if (values === null) return null;
		return values[end] === null && undecided?.[at].includes(end) === true ? 'undecided' : values[end];
	});
}

/** The share of ones if all that could not tell were zeros, and if all were ones. */
function boundsOf(series: EndSeries): readonly [number, number] {
	const [ones, undecided] = [1, 'undecided'].map((value) => series.filter((one) => one === value).length);
	const n = series.filter((one) => one !== null).length;
	return [ones / n, (ones + undecided) / n];
}

/** Runs that could not tell may not be as those that could: the interval holds whatever their ends would have been. */
function endOf(end: End, [there, here]: readonly [EndSeries, EndSeries], { confidence }: CompareOptions) {
	const filled = (series: EndSeries, value: number | null) => series.map((one) => (one === 'undecided' ? value : one));
	const decided = comparePairedShares(filled(there, null), filled(here, null), confidence);
	const isOpen = [...there, ...here].includes('undecided');
	if (!isOpen) return { shares: decided, ruling: judgeEnd(end, decided) };
	const least = comparePairedShares(filled(there, 1), filled(here, 0), confidence);
	const most = comparePairedShares(filled(there, 0), filled(here, 1), confidence);
	if (least.interval === null || most.interval === null || decided.interval === null)
		return { shares: decided, ruling: judgeEnd(end, decided) };
	const bounds = {
		baseline: boundsOf(there),
		other: boundsOf(here),
		difference: [Number(least.difference), Number(most.difference)] as const,
	};
	const shares = { ...decided, interval: { low: least.interval.low, high: most.interval.high }, bounds };
	return { shares, ruling: judgeEnd(end, shares) };
}
