/**
 * What the replications of one case say. Collapse is bistable, so a mean over all runs describes none of them: first the
 * probability of each end with its interval, then every figure per branch, the runs that collapsed apart from the others.
 */
import { QUANTITIES } from '../../metrics/definitions/metrics.js';
import { type QuantileEstimate, quantiles } from '../statistics/bootstrap-quantiles.js';
import { type Band, bands } from '../statistics/curve-bands.js';
import { type Mean, studentMean } from '../statistics/mean-interval.js';
import { present } from '../statistics/moments.js';
import { type WarmUp, warmUp } from '../statistics/mser5.js';
import { type Proportion, proportion, proportionOfDecided } from '../statistics/proportion.js';
import { CURVES, type CurveName, type Digest } from '../task/digest.js';
import type { TaskFailure } from '../task/task.js';
import { countReasons, type Reason } from './reasons.js';
import { digestsOf, failuresOf, type Replications } from './replications.js';

/** Verdicts that a run gives with yes or no. */
export const ENDS = ['collapsed', 'cascaded', 'recovered-at-all'] as const;
export type End = (typeof ENDS)[number];

export const BRANCHES = ['collapsed', 'not collapsed', 'undecided'] as const;
export type BranchName = (typeof BRANCHES)[number];

/** The figures of the runs that ended alike. */
export interface Branch extends BranchBands {
	/** by quantity: those that at least one run measured, or could not tell */
	readonly figures: ReadonlyMap<string, Figure>;
}

export interface Figure {
	/** over the runs that measured it */
	readonly mean: Mean;
	/** runs that could not tell it, such as the instant of a recovery that may still come */
	readonly undecided: number;
	/** p5, p50, p95 of a headline; of the others there are none: resampling a hundred figures takes longer than running */
	readonly quantiles: readonly QuantileEstimate[];
}

/** The figures that a report opens with. */
export const HEADLINES: readonly string[] = [
	'unavailable',
	'lost',
	'goodput-share',
	'amplification',
	'peak-amplification',
	'retry-share',
	'outage-minutes',
	'time-to-detect',
	'time-to-recover',
	'request-p50',
	'request-p99',
];

/** When the warm-up of a case ends: the author says so, or the mean curve of all runs does. */
export type WarmUpFound =
	| { readonly kind: 'stated'; readonly us: number }
	| { readonly kind: 'found'; readonly us: number }
	| { readonly kind: 'unknown'; readonly why: 'too-short' | 'gaps' | 'unsettled' };

export interface ReplicationSummary {
	readonly label: string;
	readonly seeds: { readonly first: number; readonly runs: number };
	/** over the runs that could tell */
	readonly ends: Readonly<Record<End, Proportion>>;
	/** of the runs that had a trigger and could tell: collapsed, and down already before it */
	readonly beforeTrigger: Proportion;
	/** the runs that could not tell of an end, and why */
	readonly undecided: Readonly<Record<End, UndecidedRuns>>;
	/** only those that some run took */
	readonly branches: readonly Branch[];
	/** requests that were open when the runs ended: no share by birth counts them */
	readonly open: OpenAtEnd;
	/** start of a curve's first step and length of a step, us from t = 0 */
	readonly steps: { readonly fromUs: number; readonly stepUs: number };
	readonly warmUp: WarmUpFound;
	readonly failures: readonly { readonly seed: number; readonly failure: TaskFailure }[];
}

/** The runs that could not tell of an end. */
export interface UndecidedRuns {
	readonly runs: number;
	/** why they could not, the most frequent reason first; empty where all could */
	readonly reasons: readonly Reason[];
	/** where the measured window would have to end for all of them to tell, us from t = 0; null where no end is known to do */
	readonly neededToUs: number | null;
}

const QUANTILES = [0.05, 0.5, 0.95] as const;

/** Reads the replications of one case. The bootstrap's own luck is that of the first seed. */
export function replicationSummary(replications: Replications, confidence?: number): ReplicationSummary {
	const digests = digestsOf(replications);
	const { of, firstSeed, results } = replications;
	const branches = BRANCHES.map((name) => ({ name, members: digests.filter((d) => branchOf(d) === name) }));
	const curves = digests[0]?.curves;
	return {
		label: of.label,
		seeds: { first: firstSeed, runs: results.length },
		ends: endsOf(digests, confidence),
		beforeTrigger: shareOf(present(digests.map(({ values }) => values['collapsed-before-trigger'])), confidence),
		undecided: undecidedRuns(digests),
		branches: branches
			.filter(({ members }) => members.length > 0)
			.map(({ name, members }) => branch(name, members, firstSeed, confidence)),
		open: openAtEnd(digests),
		steps: curves === undefined ? { fromUs: 0, stepUs: 0 } : { fromUs: curves.fromUs, stepUs: curves.stepUs },
		warmUp: warmUpOf(replications, digests),
		failures: failuresOf(replications),
	};
}

/** What each branch did over time: the part of an answer that needs no resampling. */
export interface BranchBands {
	readonly name: BranchName;
	readonly runs: number;
	readonly bands: Readonly<Record<CurveName, readonly Band[]>>;
}

/** Only branches that some run took. */
export function branchBands(digests: readonly Digest[]): BranchBands[] {
	return BRANCHES.map((name) => ({ name, members: digests.filter((d) => branchOf(d) === name) }))
		.filter(({ members }) => members.length > 0)
		.map(({ name, members }) => ({ name, runs: members.length, bands: bandsOf(members) }));
}

function bandsOf(members: readonly Digest[]): Readonly<Record<CurveName, readonly Band[]>> {
	const of = (curve: CurveName): Band[] =>
		curve === 'unavailable'
			? bands(decidedInAll(members.map((d) => d.curves.steps[curve])))
			: bands(members.map((d) => d.curves.steps[curve]));
	return Object.fromEntries(CURVES.map((curve) => [curve, of(curve)])) as Record<CurveName, Band[]>;
}

/** Curves that end where decisions end: none goes on where another has ended. */
function decidedInAll(curves: readonly (readonly (number | null)[])[]): (readonly (number | null)[])[] {
	const lengths = curves.map((curve) => curve.findLastIndex((value) => value !== null) + 1);
	const shortest = Math.min(...lengths);
	return curves.map((curve) => curve.map((value, step) => (step < shortest ? value : null)));
}

export function branchOf({ values: { collapsed } }: Digest): BranchName {
	if (collapsed === null) return 'undecided';
	return collapsed === 1 ? 'collapsed' : 'not collapsed';
}

/** How often each end was seen: the share over the runs that could tell, and an interval that holds whatever the others were. */
export function endsOf(digests: readonly Digest[], confidence?: number): Readonly<Record<End, Proportion>> {
	const open = undecidedRuns(digests);
	return byEnd((end) => {
		const { hits, n } = shareOf(present(digests.map(({ values }) => values[end])));
		return proportionOfDecided(hits, n, open[end].runs, confidence);
	});
}

/** Requests that were open when runs ended. */
export interface OpenAtEnd {
	readonly requests: number;
	readonly born: number;
	/** runs that had any */
	readonly runs: number;
}

export function openAtEnd(digests: readonly Digest[]): OpenAtEnd {
	const all = present(digests.map(({ values }) => values['open-requests']));
	const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
	return {
		requests: sum(all),
		born: sum(present(digests.map(({ values }) => values.born))),
		runs: all.filter((open) => open > 0).length,
	};
}

/** Runs that could not tell a quantity: it is neither measured nor known to have never happened. */
export const undecidedIn = (digests: readonly Digest[], quantity: string): number =>
	digests.filter(({ undecided }) => undecided?.[quantity] !== undefined).length;

/** How many runs could not tell of each end. One without an impact has nothing to tell of a recovery. */
export function undecidedRuns(digests: readonly Digest[]): Readonly<Record<End, UndecidedRuns>> {
	return byEnd((end): UndecidedRuns => {
		const reasons = digests.flatMap(({ seed, values, undecided }) =>
			values[end] !== null || undecided?.[end] === undefined ? [] : [{ seed, ...undecided[end] }],
		);
		const ends = reasons.map(({ neededToUs }) => neededToUs);
		const known = ends.length > 0 && ends.every((us) => us !== null);
		return {
			runs: reasons.length,
			reasons: countReasons(reasons),
			neededToUs: known ? Math.max(...ends.map(Number)) : null,
		};
	});
}

function byEnd<T>(of: (end: End) => T): Readonly<Record<End, T>> {
	return Object.fromEntries(ENDS.map((end) => [end, of(end)])) as Record<End, T>;
}

/** The share of ones. */
export const shareOf = (values: readonly number[], confidence?: number): Proportion =>
	proportion(values.filter((one) => one === 1).length, values.length, confidence);

function branch(name: BranchName, members: readonly Digest[], seed: number, confidence?: number): Branch {
	const figures = new Map<string, Figure>();
	for (const { name: quantity, kind } of QUANTITIES) {
		if (kind === 'boolean') continue;
		const values = present(members.map((d) => d.values[quantity])).filter(Number.isFinite);
		const undecided = undecidedIn(members, quantity);
		if (values.length === 0 && undecided === 0) continue;
		figures.set(quantity, {
			mean: studentMean(values, confidence),
			undecided,
			quantiles: HEADLINES.includes(quantity) ? quantiles(values, QUANTILES, { seed, confidence }) : [],
		});
	}
	return { name, runs: members.length, figures, bands: bandsOf(members) };
}

/** Judged by the goodput share, which is low while an empty system fills; the mean over all runs drowns the noise of each. */
function warmUpOf({ of: { world } }: Replications, digests: readonly Digest[]): WarmUpFound {
	if (world.warmUpUs > 0) return { kind: 'stated', us: world.warmUpUs };
	if (digests.length === 0) return { kind: 'unknown', why: 'gaps' };
	const found: WarmUp = warmUp(bands(digests.map((d) => d.curves.steps['goodput-share'])).map(({ mean }) => mean));
	if (!found.detected) return { kind: 'unknown', why: found.why };
	return { kind: 'found', us: found.steps * digests[0].curves.stepUs };
}
