/**
 * A sweep replicates a scenario at many points of its parameter space, every point under the same seeds, and keeps of each
 * point what its replications say: how often it collapses, its figures, how often its expectations held.
 */
import { QUANTITIES } from '../../metrics/definitions/metrics.js';
import {
	BRANCHES,
	type BranchName,
	branchOf,
	type End,
	endsOf,
	HEADLINES,
	type OpenAtEnd,
	openAtEnd,
	shareOf,
	type UndecidedRuns,
	undecidedIn,
	undecidedRuns,
} from '../replicate/branch-statistics.js';
import { type JudgedExpectation, judgeReplications } from '../replicate/probabilistic-expectations.js';
import { digestsOf, failuresOf, isInterrupted, type Replications, replicate } from '../replicate/replications.js';
import { type Mean, studentMean } from '../statistics/mean-interval.js';
import { present } from '../statistics/moments.js';
import type { Proportion } from '../statistics/proportion.js';
import type { Case } from '../task/case.js';
import { CURVES, type CurveName, type Digest } from '../task/digest.js';
import type { Laboratory, TaskFailure, TaskResult } from '../task/task.js';
import type { SweepPoint } from './axes.js';

export interface PointVerdict {
	readonly point: SweepPoint;
	/** replications that came to their end */
	readonly runs: number;
	/** those that a signal kept from it */
	readonly interrupted: number;
	/** over the runs that could tell */
	readonly ends: Readonly<Record<End, Proportion>>;
	/** the runs that could not tell of an end, and why */
	readonly undecided: Readonly<Record<End, UndecidedRuns>>;
	/** where the measured window of its runs begins, us from t = 0: an axis may move it */
	readonly fromUs: number;
	/** by quantity: the mean over all runs that measured it; where runs end in more than one branch it describes none of them */
	readonly figures: ReadonlyMap<string, PointFigure>;
	/** the same apart for the branches that some run took */
	readonly branches: readonly { readonly name: BranchName; readonly figures: ReadonlyMap<string, PointFigure> }[];
	/** requests that were open when its runs ended */
	readonly open: OpenAtEnd;
	readonly held: PointExpectations;
	/** what went wrong, by seed */
	readonly failures: readonly { readonly seed: number; readonly failure: TaskFailure }[];
}

export interface PointFigure extends Mean {
	/** runs that could not tell it; absent: all could */
	readonly undecided?: number;
}

/** What expectations say at a point. */
export interface PointExpectations {
	/**
	 * runs in which all held at once that one run can be held to, which P(that) cannot, of those in which that is decided; null
	 * where there are no such expectations
	 */
	readonly all: Proportion | null;
	/** runs in which none failed, and not all were decided */
	readonly undecided: number;
	/** each over luck, in the order of the scenario */
	readonly each: readonly JudgedExpectation[];
}

export interface SweepSize {
	readonly firstSeed: number;
	readonly reps: number;
	/** whose means are kept */
	readonly quantities: readonly string[];
}

/** Tasks asked for at once: enough for all cores, few enough to be held in memory with their results. */
const AT_ONCE = 2000;

/**
 * Replicates every point, a batch of points after the other.
 * @param caseAt makes the case of a point; asked for one batch at a time, for worlds are large and points many
 */
export async function sweep(
	points: readonly SweepPoint[],
	caseAt: (point: SweepPoint) => Case,
	{ firstSeed, reps, quantities }: SweepSize,
	laboratory: Laboratory,
): Promise<PointVerdict[]> {
	const verdicts: PointVerdict[] = [];
	const perBatch = Math.ceil(AT_ONCE / reps);
	for (let from = 0; from < points.length; from += perBatch) {
		const batch = points.slice(from, from + perBatch);
		const found = await replicate(batch.map(caseAt), { firstSeed, size: { runs: reps } }, laboratory);
		verdicts.push(...found.map((replications, k) => pointVerdict(batch[k], replications, quantities)));
	}
	return verdicts;
}

/** The figures that a sweep keeps: the headlines, and the one that is asked for. */
export function sweptQuantities(shown: string): string[] {
	const isFigure = QUANTITIES.some(({ name, kind }) => name === shown && kind !== 'boolean');
	return HEADLINES.includes(shown) || !isFigure ? [...HEADLINES] : [...HEADLINES, shown];
}

/** A sweep has use for the figures of a run, not for its curves: of a hundred thousand runs they would fill the memory. */
export function withoutCurves(result: TaskResult): TaskResult {
	if ('failure' in result) return result;
	const { fromUs, stepUs } = result.digest.curves;
	const steps = {} as Record<CurveName, readonly never[]>;
	for (const name of CURVES) steps[name] = [];
	return { digest: { ...result.digest, curves: { fromUs, stepUs, steps } } };
}

export function pointVerdict(
	point: SweepPoint,
	replications: Replications,
	quantities: readonly string[],
): PointVerdict {
	const digests = digestsOf(replications);
	const meansOf = (members: readonly Digest[]): ReadonlyMap<string, PointFigure> =>
		new Map(
			quantities.map((name) => {
				const values = present(members.map((digest) => digest.values[name]));
				const undecided = undecidedIn(members, name);
				const mean = studentMean(values.filter(Number.isFinite));
				return [name, undecided === 0 ? mean : { ...mean, undecided }];
			}),
		);
	const branches = BRANCHES.map((name) => ({ name, members: digests.filter((digest) => branchOf(digest) === name) }));
	const interrupted = replications.results.filter(isInterrupted).length;
	return {
		point,
		runs: digests.length,
		interrupted,
		ends: endsOf(digests),
		undecided: undecidedRuns(digests),
		fromUs: digests.length === 0 ? 0 : digests[0].curves.fromUs,
		figures: meansOf(digests),
		branches: branches
			.filter(({ members }) => members.length > 0)
			.map(({ name, members }) => ({ name, figures: meansOf(members) })),
		open: openAtEnd(digests),
		held: pointExpectations(digests, replications),
		failures: failuresOf(replications).filter(({ failure }) => failure.kind !== 'interrupted'),
	};
}

function pointExpectations(
	digests: readonly Digest[],
	{ of: { expectations }, results }: Replications,
): PointExpectations {
	const ofOneRun = expectations.map(
		({ requiredProbability: required }) => required === null || required.of === 'share',
	);
	const held = digests.map(({ judgements }) => {
		const verdicts = judgements.filter((_, i) => ofOneRun[i]).map(({ verdict }) => verdict);
		if (verdicts.every((verdict) => verdict === 'pass')) return 1;
		return verdicts.every((verdict) => verdict === 'pass' || verdict === 'undecided') ? null : 0;
	});
	const decided = present(held);
	return {
		all: ofOneRun.includes(true) ? shareOf(decided) : null,
		undecided: held.length - decided.length,
		each: judgeReplications(expectations, results),
	};
}
