/** What a page is made of, by kind: plain data. The figures stand in `summary`, which is summary.json itself. */
import type { Clock } from '../metrics/format.js';
import type { Parameter } from '../scenario/parameters.js';
import type { Json } from './json.js';
import type { LatencyPlane } from './page-latency.js';
import type { Adoption, PlaceRows, Scope, Steps } from './page-series.js';
import type { GateReadings, RetryRow, Toll } from './page-why.js';
import type { SideBySide } from './side-by-side.js';
import type { LogLine, Moment } from './story.js';
import type { Finding } from './verdict-words.js';

export type PageData = RunsPage;

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

/** What page.json keeps of a run, so that the page can be made again without running. */
export interface RunExtra {
	readonly kind: 'run';
	readonly label: string;
	readonly about: string;
	/** the command that gives this run again */
	readonly rerun: string;
	readonly clock: Clock;
	/** whose account of what happened it tells: the first paragraph of the file's head; '' where it has none */
	readonly account: string;
	/** what was asked: how long, how often */
	readonly asked: string;
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
	readonly switches: readonly (readonly [path: string, value: string])[];
}
