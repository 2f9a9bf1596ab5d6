/** What a run yields: columns, histograms, decisions, triggers and the audit. Plain data; figures are read by `reading/cell-sums.ts`. */
import type { Decision } from '../model/rollout/decision.js';
import type { Dimension } from '../model/world.js';

export type { Decision } from '../model/rollout/decision.js';

/** One combination of the recorded dimensions; empty when cells are kept for the whole edge only. */
export type Place = Readonly<Partial<Record<Dimension, string>>>;

/** Log-linear histogram with exact moments; bins as in `histogram.ts`. */
export interface HistogramData {
	readonly count: number;
	readonly sumUs: number;
	readonly sumSquaresUs2: number;
	readonly minUs: number;
	readonly maxUs: number;
	readonly bins: Uint32Array;
}

export const LATENCIES = ['wait', 'attempt', 'request', 'failure'] as const;
/** wait: admission to service start · attempt: send to ok · request: birth to success · failure: birth to final failure */
export type Latency = (typeof LATENCIES)[number];

/** Something that disturbs the world from `fromUs` until `toUs` (null: still in force at the end). */
export interface Trigger {
	readonly kind: 'change' | 'fault' | 'traffic' | 'start';
	readonly name: string;
	readonly fromUs: number;
	readonly toUs: number | null;
	/** of one that is in force at the end: when it would end, where that is fixed */
	readonly plannedUs?: number;
}

/** Why a run ended before its horizon. */
export interface Stop {
	readonly limit: 'inFlight' | 'events' | 'attemptsPerInstant' | 'attempts' | 'memory' | 'wall' | 'signal';
	readonly bound: number;
	readonly atUs: number;
}

/** The conservation check, over the measured window and, where there is one, the cool-down after it. */
export interface Audit {
	readonly requests: { openAtStart: number; born: number; succeeded: number; failed: number; open: number };
	readonly clientLedger: { openAtStart: number; sent: number; entries: number; open: number };
	readonly serverLedger: { openAtStart: number; sent: number; entries: number; open: number };
	readonly workerUs: {
		total: number;
		useful: number;
		wasted: number;
		rejecting: number;
		underWay: number;
		idle: number;
	};
	readonly queues: { openAtStart: number; arrivals: number; departures: number; waiting: number };
}

/** Instants the engine notes as they happen (null: never). */
export interface FirstPassages {
	/** first answer caused by a change */
	firstErrorUs: number | null;
	/** first time that the last place of a node was taken, by platform */
	queueFullUs: (number | null)[];
	/**
	 * first time that the line of a node that had been full was empty again, by platform; where none was ever full: that a
	 * line in which somebody waited at the end of the last trigger was empty
	 */
	queueDrainedUs: (number | null)[];
	/** first time that the line of the node that was the first to be full was empty again, by platform */
	firstFullDrainedUs: (number | null)[];
}

export interface Outcome {
	readonly name: string;
	readonly variant: string;
	readonly seed: number;
	readonly engine: string;
	readonly date: string | null;
	readonly clockUs: number;
	readonly bucketUs: number;
	/** measured window */
	readonly fromUs: number;
	/** end of the measured window: the horizon, or where the run was stopped */
	readonly toUs: number;
	readonly stopped: Stop | null;
	readonly events: number;
	readonly places: readonly Place[];
	/** number of time buckets from t = 0, warm-up included; what ends in a cool-down counts by birth only */
	readonly buckets: number;
	/** [bucket][place][measure]; measures in the order of `recording/counters.ts` */
	readonly cells: Float64Array;
	/** requests whose first attempt was undecided when the run ended, by the bucket of their birth: [bucket][place] */
	readonly openFirst: Float64Array;
	/** run histograms over the measured window, [latency][place] */
	readonly latency: Readonly<Record<Latency, readonly HistogramData[]>>;
	/** per time bucket, eight bins an octave, whole edge: [bucket][bin] */
	readonly latencyByBucket: Readonly<Record<Latency, Uint32Array>>;
	/** nodes with any change active at the end of each bucket, 0..1 by change: [bucket][change] */
	readonly adoption: Float64Array;
	/** the same among the nodes of each region: [bucket][change][region] */
	readonly adoptionByRegion: Float64Array;
	readonly changes: readonly string[];
	/** retries sent in the measured window, by population and layer, `MAX_LAYERS` of them, from inside out */
	readonly retriesOf: Float64Array;
	/** nodes that ran any change, from t = 0: first attempts sent to them meanwhile, and their time */
	readonly exposure: { readonly firstAttempts: number; readonly nodeUs: number };
	/** time-weighted distribution of the number in the system of one node, by group: [group][n] in us; null unless asked */
	readonly inSystemUs: readonly Float64Array[] | null;
	readonly groups: readonly string[];
	readonly passages: FirstPassages;
	readonly decisions: readonly Decision[];
	readonly triggers: readonly Trigger[];
	/** worker time of the measured window: all there was, and what of it was idle */
	readonly windowWorkerUs: { readonly total: number; readonly idle: number };
	readonly audit: Audit;
}
