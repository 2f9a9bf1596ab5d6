/**
 * What a page is made of, by kind: plain data. The figures stand in `summary`, which is summary.json itself; all else is
 * what page.json keeps, so that the page can be made again without running.
 */
import type { BranchName } from '../experiment/replicate/branch-statistics.js';
import type { CurveName } from '../experiment/task/digest.js';
import type { Clock } from '../metrics/definitions/format.js';
import type { Parameter } from '../scenario/document/parameters.js';
import type { Json } from './files/json.js';
import type { Finding } from './run/findings.js';
import type { GateReadings, RetryRow, Toll } from './run/page-causes.js';
import type { Adoption, PlaceRows, Scope, Steps, Values } from './run/page-curves.js';
import type { LatencyPlane } from './run/page-latency.js';
import type { SideBySide } from './run/side-by-side.js';
import type { LogLine, Moment } from './run/timeline.js';

export type PageData =
	| RunsPage
	| AnswerPage
	| ComparisonPage
	| MeasuredPage
	| SweepPage
	| MapPage
	| GatePage
	| StudyPage
	| ChoicePage;

/** One or more variants of a scenario, one run each. */
export interface RunsPage {
	readonly kind: 'runs';
	readonly version: string;
	readonly runs: readonly RunPart[];
	/** all of them side by side; null where there is one */
	readonly beside: SideBySide | null;
}

/** A run: its summary.json, and what the page shows beyond that. */
export interface RunPart extends RunExtra {
	readonly summary: Json;
}

/** What opens every page: who it is about, what was asked, how to ask again. */
export interface About {
	readonly label: string;
	readonly about: string;
	/** whose account of what happened it tells: the first paragraph of the file's head; '' where it has none */
	readonly account: string;
	/** what was asked: how long, how often */
	readonly asked: string;
	/** the command that gives this again; null where there is none */
	readonly rerun: string | null;
}

export interface RunExtra extends About {
	readonly kind: 'run';
	readonly clock: Clock;
	readonly verdict: { readonly text: string; readonly bad: boolean };
	readonly findings: readonly Finding[];
	readonly moments: readonly Moment[];
	/** what had come about by each of them */
	readonly tolls: readonly (Toll | null)[];
	readonly log: readonly LogLine[];
	readonly steps: Steps;
	readonly scopes: readonly Scope[];
	readonly latency: LatencyPlane;
	readonly places: PlaceRows;
	readonly adoption: readonly Adoption[];
	readonly gates: readonly GateReadings[];
	readonly retries: readonly RetryRow[];
	readonly assumptions: Assumptions;
}

export interface Assumptions {
	/** what the author says about where numbers are from */
	readonly head: string;
	readonly parameters: readonly Parameter[];
	/** the world that ran, flat: every switch in force, in the engine's units */
	readonly switches: readonly Leaf[];
	/** lines that are in manifest.json alone */
	readonly left: number;
}

export type Leaf = readonly [path: string, value: string];

/** A page about an experiment. */
interface Experiment extends About {
	readonly version: string;
	/** what came out, the first the most important; intervals in them */
	readonly verdicts: readonly Verdict[];
	readonly findings: readonly Finding[];
	/** null where what ran is known by its results alone */
	readonly assumptions: Assumptions | null;
	readonly summary: Json;
}

export interface Verdict {
	readonly text: string;
	readonly tone: 'good' | 'bad' | 'note';
}

/** Curves of many runs: quantiles over the runs of one branch, step by step. */
export interface Course {
	/** whose: the branch, or the branch of a variant */
	readonly name: string;
	readonly branch: BranchName;
	readonly runs: number;
	readonly curves: Readonly<Record<CurveName, Spread>>;
}

export interface Spread {
	readonly p5: Values;
	readonly p50: Values;
	readonly p95: Values;
}

/** Replications of one case. */
export interface AnswerPage extends Experiment {
	readonly kind: 'replications';
	readonly clock: Clock;
	/** starts of the steps of all courses, us from t = 0 */
	readonly stepsUs: readonly number[];
	readonly courses: readonly Course[];
	readonly runs: RunTable;
}

/** One line per run; times in us. */
export interface RunTable {
	readonly quantities: readonly string[];
	readonly rows: readonly { readonly seed: number; readonly branch: BranchName; readonly values: Values }[];
	/** runs that are in the files alone */
	readonly left: number;
}

/** Branches of a world under the same seeds. */
export interface ComparisonPage extends Experiment {
	readonly kind: 'comparison';
	readonly clock: Clock;
	readonly stepsUs: readonly number[];
	readonly courses: readonly Course[];
	/** sides whose courses do not fit on that axis, or are not known */
	readonly without: readonly string[];
	readonly sides: readonly string[];
	readonly measures: readonly Differences[];
	/** fields in which others differ from the baseline, as their scenarios have them */
	readonly differs: readonly { readonly label: string; readonly rows: readonly (readonly string[])[] }[];
}

/** One measure of all sides. */
export interface Differences {
	readonly name: string;
	/** in the order of the seeds that all have; times in us */
	readonly values: readonly Values[];
	readonly firstSeed: number;
	/** for each of the others */
	readonly others: readonly Difference[];
}

export interface Difference {
	readonly baseline: string;
	readonly other: string;
	readonly change: string;
	readonly gain: string;
	/** whether what follows is relative to the baseline; null where too few pairs tell */
	readonly shown: {
		readonly relative: boolean;
		readonly value: number;
		readonly low: number;
		readonly high: number;
	} | null;
	readonly finding: string;
	readonly sentence: string;
}

/** A recording beside the bands in which a further run would fall; the bands stand in the summary. */
export interface MeasuredPage extends Experiment {
	readonly kind: 'measured';
	readonly clock: Clock;
	/** of the buckets, which begin with the window */
	readonly stepUs: number;
	readonly buckets: number;
	/** what both can be asked, by its name in the summary, and how much of it lies inside */
	readonly measures: readonly { readonly name: string; readonly timed: boolean; readonly inside: string }[];
}

/** Points of a parameter space. */
export interface SweepPage extends Experiment {
	readonly kind: 'sweep';
	readonly show: string;
	/** what can be shown */
	readonly pictures: readonly Picture[];
}

/** One quantity over the axes. */
export interface Picture {
	readonly name: string;
	readonly title: string;
	/** what a value is */
	readonly scale: 'share' | 'quantity';
	readonly planes: readonly GridPlane[];
	/** over one axis */
	readonly line: {
		readonly path: string;
		readonly labels: readonly string[];
		readonly values: Values;
		readonly low: Values;
		readonly high: Values;
	} | null;
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

export type GridCell = number | 'failed' | 'unknown' | 'absent';

/** Where on a plane a system is safe, vulnerable or doomed. */
export interface MapPage extends Experiment {
	readonly kind: 'map';
	readonly down: GridSide;
	readonly across: GridSide;
	/** a letter per point, row by row from the top: s, v, d, u; a capital where it was looked at; a blank: not known */
	readonly rows: readonly string[];
	readonly meanings: Readonly<Record<string, string>>;
	readonly notes: readonly string[];
	/** where regions end along the lower axis */
	readonly along: readonly Finding[];
	/** how sure it is, and what may have been missed */
	readonly sure: readonly Finding[];
}

/** What the gates of a rollout are worth. */
export interface GatePage extends Experiment {
	readonly kind: 'gate';
	readonly checks: readonly CheckPart[];
	readonly harm: string;
	readonly runs: readonly (readonly string[])[];
	readonly left: number;
}

export interface CheckPart {
	readonly title: string;
	/** "sees it", "is blind by coverage" */
	readonly sentence: string;
	readonly tone: Verdict['tone'];
	readonly rows: readonly Finding[];
}

/** A study of record: rows with their intervals, and how to read them. */
export interface StudyPage extends About {
	readonly kind: 'study';
	readonly version: string;
	readonly verdicts: readonly Verdict[];
	readonly findings: readonly Finding[];
	readonly planes: readonly StudyPlane[];
	readonly reading: readonly string[];
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

export interface StudyPlane extends GridPlane {
	readonly title: string;
	readonly caption: string;
	/** what the cells say in words, with their intervals, and as short as can be */
	readonly texts: readonly (readonly string[])[];
	readonly briefs: readonly (readonly string[])[];
	/** log: densities grow with the logarithm of 1 and the value */
	readonly scale: 'linear' | 'log';
	readonly unit: string;
	/** the colour of much */
	readonly ramp: 'bad' | 'plain';
	/** what the whole colour stands for; null: the most there is */
	readonly most: number | null;
	readonly boundary: { readonly meaning: string; readonly above: number } | null;
}

/** Several pages of which one is seen. */
export interface ChoicePage {
	readonly kind: 'choice';
	readonly title: string;
	readonly of: string;
	readonly pages: readonly (AnswerPage | GatePage)[];
}
