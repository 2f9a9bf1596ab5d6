/** What the page of single runs is made of. */

import type { Clock } from '../../metrics/definitions/format.js';
import type { Json } from '../files/json.js';
import type { Assumptions, PageHead } from '../page/parts.js';
import type { Finding } from '../text/finding.js';
import type { Judgement } from '../text/judgement.js';
import type { GateReadings, RetryRow, RunningTotals } from './page-causes.js';
import type { Adoption, CurveScope, CurveSteps, PlaceRows } from './page-curves.js';
import type { LatencyPlane } from './page-latency.js';
import type { SideBySide } from './side-by-side.js';
import type { LogLine, TimelineEntry } from './timeline.js';

/** One or more variants of a scenario, one run each. */
export interface RunsPage {
	readonly kind: 'runs';
	readonly version: string;
	readonly runs: readonly RunPart[];
	/** all of them side by side; null where there is one */
	readonly beside: SideBySide | null;
}

/** A figure of the first screen; what is unknown has a word for its value. */
export interface KeyFigure {
	readonly label: string;
	readonly value: string;
	readonly note: string;
}

/** A run: its summary.json, and what the page shows beyond that. */
export interface RunPart extends RunExtra {
	readonly summary: Json;
}

export interface RunExtra extends PageHead {
	readonly kind: 'run';
	readonly clock: Clock;
	/** whether what was expected came out: it opens the page, and colours the verdict */
	readonly judgement: Judgement;
	readonly verdict: string;
	/** what happened, in one sentence or two, and the three figures beside it */
	readonly sentence: string;
	readonly keyFigures: readonly KeyFigure[];
	readonly findings: readonly Finding[];
	readonly moments: readonly TimelineEntry[];
	/** what had come about by each of them */
	readonly tolls: readonly (RunningTotals | null)[];
	readonly log: readonly LogLine[];
	readonly steps: CurveSteps;
	readonly scopes: readonly CurveScope[];
	readonly latency: LatencyPlane;
	readonly places: PlaceRows;
	readonly adoption: readonly Adoption[];
	readonly gates: readonly GateReadings[];
	readonly retries: readonly RetryRow[];
	readonly assumptions: Assumptions;
}
