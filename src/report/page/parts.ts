/** Parts that pages of several kinds are made of. */

import type { BranchName } from '../../experiment/replicate/branch-statistics.js';
import type { CurveName } from '../../experiment/task/digest.js';
import type { Parameter } from '../../scenario/document/parameters.js';
import type { Json } from '../files/json.js';
import type { Finding } from '../text/finding.js';
import type { Values } from './values.js';

/** What opens every page: who it is about, what was asked, how to ask again. */
export interface PageHead {
	readonly label: string;
	readonly about: string;
	/** whose account of what happened it tells: the first paragraph of the file's head; '' where it has none */
	readonly account: string;
	/** what was asked: how long, how often */
	readonly asked: string;
	/** the command that gives this again; null where there is none */
	readonly rerun: string | null;
}

export interface Assumptions {
	/** what the author says about where numbers are from */
	readonly head: string;
	readonly parameters: readonly Parameter[];
	/** the world that ran, flat: every switch in force, in the engine's units */
	readonly switches: readonly Leaf[];
	/** the run whose switches hold where these say nothing; absent where these are all */
	readonly beyond?: string;
	/** lines that are in manifest.json alone */
	readonly left: number;
}

export type Leaf = readonly [path: string, value: string];

/** A page about an experiment. */
export interface Experiment extends PageHead {
	readonly version: string;
	/** what came out, the first the most important; intervals in them */
	readonly verdicts: readonly PageVerdict[];
	readonly findings: readonly Finding[];
	/** null where what ran is known by its results alone */
	readonly assumptions: Assumptions | null;
	readonly summary: Json;
}

export interface PageVerdict {
	readonly text: string;
	readonly tone: 'good' | 'bad' | 'open' | 'note';
}

/** Curves of many runs: quantiles over the runs of one branch, step by step. */
export interface CurveBands {
	/** whose: the branch, or the branch of a variant */
	readonly name: string;
	readonly branch: BranchName;
	readonly runs: number;
	readonly curves: Readonly<Record<CurveName, QuantileCurves>>;
}

export interface QuantileCurves {
	readonly p5: Values;
	readonly p50: Values;
	readonly p95: Values;
}

export interface GridPlane {
	/** which slice; '' where there is one */
	readonly name: string;
	readonly down: GridSide;
	readonly across: GridSide;
	/** by row from the top, in the unit of the quantity */
	readonly cells: readonly (readonly GridCell[])[];
}

export interface GridSide {
	readonly name: string;
	readonly labels: readonly string[];
}

export type GridCell = number | 'branches' | 'failed' | 'unknown' | 'none' | 'absent';
