/**
 * What a sweep says, as the plain data of its `summary.json`: the one form that its table, its picture and `merge` read, so
 * that shards put together say, byte for byte, what one machine says. Shares 0..1, times in seconds, twelve digits.
 */

import {
	type BranchName,
	ENDS,
	type End,
	type OpenAtEnd,
	type UndecidedRuns,
} from '../../experiment/replicate/branch-statistics.js';
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import { reasonsText } from '../../experiment/replicate/reasons.js';
import { CONFIDENCE } from '../../experiment/statistics/critical-values.js';
import type { Proportion } from '../../experiment/statistics/proportion.js';
import type { SweepAxis, SweepDesign } from '../../experiment/sweep/axes.js';
import type { Shard } from '../../experiment/sweep/designs.js';
import type { PointFigure, PointVerdict } from '../../experiment/sweep/sweep.js';
import { isCut } from '../../experiment/task/task.js';
import type { Clock } from '../../metrics/definitions/format.js';
import { isTime, kindOf } from '../../metrics/definitions/metrics.js';
import { jsonOf, SCHEMA_VERSION } from '../files/json.js';

export interface SweepHead {
	readonly schema: number;
	readonly kind: 'sweep';
	readonly name: string;
	readonly variant: string;
	/** of retrystorm */
	readonly version: string;
	readonly design: SweepDesign & {
		/** fingerprint of the axes and of every point's case */
		readonly hash: string;
		/** points of all shards */
		readonly total: number;
	};
	readonly axes: readonly SweepAxis[];
	/** of every point */
	readonly seeds: { readonly first: number; readonly runs: number };
	/** null: all points are here */
	readonly shard: Shard | null;
	/** some replications were interrupted */
	readonly partial: boolean;
	/** the quantity of the picture */
	readonly show: string;
	/** whose means are kept */
	readonly quantities: readonly string[];
	/** what the author wrote */
	readonly expectations: readonly string[];
	/** of every interval */
	readonly confidence: number;
	/** what instants are put on: midnight plus `start` is t = 0 */
	readonly clock: { readonly date: string | null; readonly start: number; readonly from: number; readonly to: number };
}

export interface SweepSummary extends SweepHead {
	/** in order of their number */
	readonly points: readonly PointRow[];
}

export interface PointRow {
	/** its number in the design, from 0 */
	readonly point: number;
	readonly values: readonly string[];
	/** replications that came to their end */
	readonly runs: number;
	readonly interrupted: number;
	readonly probabilities: Readonly<Record<End, ShareRow>>;
	readonly figures: Readonly<Record<string, FigureRow>>;
	/** requests that were open when the runs ended, of all that were born, and in how many runs */
	readonly open: OpenAtEnd;
	/** runs in which every expectation held that one run can be held to, of those where that is decided; null where there are none */
	readonly held: HeldRow | null;
	/** the worst of its expectations' verdicts; null where there are none */
	readonly verdict: PointVerdictWord | null;
	/** of each expectation over luck: its verdict, and in how many of the runs that count it held */
	readonly each: readonly {
		readonly verdict: PointVerdictWord;
		readonly hits: number;
		readonly of: number;
		/** what was seen where it does not hold, with the reasons of runs that could not tell */
		readonly why?: string;
	}[];
	readonly failures: readonly { readonly seed: number; readonly kind: string; readonly message: string }[];
}

export type PointVerdictWord = JudgedExpectation['verdict'];

export interface ShareRow {
	readonly hits: number;
	/** runs that could tell; the others are undecided */
	readonly of: number;
	readonly share: number | null;
	readonly interval: readonly [number, number];
	/** why runs could not tell; only where some could not */
	readonly why?: string;
	/** the length of the measured window with which all of them could; only where it is known */
	readonly neededSeconds?: number;
}

export interface HeldRow extends ShareRow {
	/** runs in which it could not be told; only where there are some */
	readonly undecided?: number;
}

export interface FigureRow {
	/** those that measured it */
	readonly runs: number;
	/** those that could not tell; only where there are some */
	readonly undecided?: number;
	/** null where runs end in more than one branch: a mean over all of them describes none */
	readonly mean: number | null;
	readonly interval: readonly [number, number] | null;
	/** only where runs end in more than one branch */
	readonly branches?: readonly BranchFigureRow[];
}

export interface BranchFigureRow extends Omit<FigureRow, 'branches'> {
	readonly branch: BranchName;
}

export type SweepAbout = Omit<SweepHead, 'schema' | 'kind' | 'partial' | 'confidence' | 'clock'> & {
	readonly clock: Clock;
};

export function sweepSummary(about: SweepAbout, verdicts: readonly PointVerdict[]): SweepSummary {
	const { name, variant, version, design, axes, seeds, shard, show, quantities, expectations, clock } = about;
	const head: SweepHead = {
		schema: SCHEMA_VERSION,
		kind: 'sweep',
		name,
		variant,
		version,
		design,
		axes,
		seeds,
		shard,
		partial: verdicts.some(
			({ interrupted, failures }) => interrupted > 0 || failures.some(({ failure }) => isCut(failure)),
		),
		show,
		quantities,
		expectations,
		confidence: CONFIDENCE,
		clock: {
			date: clock.date,
			start: clock.clockUs / 1e6,
			from: clock.fromUs / 1e6,
			to: clock.toUs / 1e6,
		},
	};
	return rounded({ ...head, points: verdicts.map(rowOf) });
}

/** The text of `summary.json`, in pieces: a point is a line, for there may be a hundred thousand. */
export function* summaryText({ points, ...head }: SweepSummary): Generator<string> {
	const opening = JSON.stringify(head, null, 2);
	yield `${opening.slice(0, -'\n}'.length)},\n  "points": [`;
	for (const [i, row] of points.entries()) yield `${i === 0 ? '' : ','}\n    ${JSON.stringify(row)}`;
	yield '\n  ]\n}\n';
}

/** Back from the text; null where it is not one of a sweep. What it says is not doubted: it comes from `summaryText`. */
export function readSummary(text: string): SweepSummary | null {
	try {
		const read = JSON.parse(text);
		return read?.kind === 'sweep' && read.schema === SCHEMA_VERSION && Array.isArray(read.points) ? read : null;
	} catch {
		return null;
	}
}

export function clockOf({ clock: { date, start, from, to } }: SweepHead): Clock {
	const [clockUs, fromUs, toUs] = [start, from, to].map((seconds) => Math.round(seconds * 1e6));
	return { date, clockUs, fromUs, toUs };
}

/** How many of its unit one of a summary's is: times stand there in seconds. */
export const scaleOf = (name: string): number => (isTime(kindOf(name)) ? 1e6 : 1);

const whyOf = ({ reasons, neededToUs }: UndecidedRuns, fromUs: number): Pick<ShareRow, 'why' | 'neededSeconds'> => ({
	...(reasons.length === 0 ? {} : { why: reasonsText(reasons) }),
	...(neededToUs === null ? {} : { neededSeconds: (neededToUs - fromUs) / 1e6 }),
});

function rowOf(verdict: PointVerdict): PointRow {
	const { point, runs, interrupted, ends, undecided, fromUs, figures, open, held, failures } = verdict;
	return {
		point: point.index,
		values: point.values,
		runs,
		interrupted,
		probabilities: Object.fromEntries(
			ENDS.map((end) => [end, { ...shareRow(ends[end]), ...whyOf(undecided[end], fromUs) }]),
		) as PointRow['probabilities'],
		figures: Object.fromEntries([...figures.keys()].map((name) => [name, figureOf(verdict, name)])),
		open,
		held: held.all === null ? null : { ...shareRow(held.all), ...undecidedOf(held.undecided) },
		verdict: worstOf(held.each),
		each: held.each.map(({ verdict, held: { hits, n }, text }) => ({
			verdict,
			hits,
			of: n,
			...(verdict === 'pass' || text === '' ? {} : { why: text }),
		})),
		failures: failures.map(({ seed, failure: { kind, message } }) => ({ seed, kind, message })),
	};
}

function worstOf(judged: readonly JudgedExpectation[]): PointVerdictWord | null {
	const found = (['fail', 'no-data', 'undecided', 'inconclusive', 'pass'] as const).find((word) =>
		judged.some(({ verdict }) => verdict === word),
	);
	return found === undefined ? null : found;
}

const shareRow = ({ hits, n, share, interval }: Proportion): ShareRow => ({
	hits,
	of: n,
	share,
	interval: [interval.low, interval.high],
});

function figureOf({ figures, branches }: PointVerdict, name: string): FigureRow {
	const meanOf = (of: PointVerdict['figures']): FigureRow => {
		const mean = of.get(name);
		return mean === undefined ? NOTHING : figureRow(mean, scaleOf(name));
	};
	const all = meanOf(figures);
	const apart = branches
		.map((branch): BranchFigureRow => ({ branch: branch.name, ...meanOf(branch.figures) }))
		.filter(({ runs, undecided }) => runs > 0 || undecided !== undefined);
	return apart.length > 1 ? { ...NOTHING, runs: all.runs, ...undecidedOf(all.undecided), branches: apart } : all;
}

const undecidedOf = (undecided: number | undefined): { readonly undecided?: number } =>
	undecided === undefined || undecided === 0 ? {} : { undecided };

const NOTHING: FigureRow = { runs: 0, mean: null, interval: null };

const figureRow = ({ n, mean, interval, undecided }: PointFigure, scale: number): FigureRow => ({
	runs: n,
	...undecidedOf(undecided),
	mean: mean === null ? null : mean / scale,
	interval: interval === null ? null : [interval.low / scale, interval.high / scale],
});

/** To the digits that are written, so that what is read back is the same. */
const rounded = (summary: SweepSummary): SweepSummary => jsonOf(summary) as object as SweepSummary;
