/**
 * A world: everything resolved to numbers, constant during a run, plain data that structuredClone accepts. Names are
 * turned into indices; times are microseconds from the start of the run; shares are 0..1.
 */
import type { Change } from './change.js';
import type { Fault } from './fault.js';
import type { Start } from './initial-state.js';
import type { Failover, NodeChoice, NodeGroup } from './node-group.js';
import type { Population } from './population.js';
import type { Reply } from './reply.js';
import type { Rollout } from './rollout/rollout-controller.js';
import type { ArrivalLaw, MixPiece, Source } from './traffic.js';

export interface RequestClass {
	readonly name: string;
	/** 0 is the most important */
	readonly priority: number;
	/** probability that an attempt fails for reasons of its own, 0..1, and what it then answers */
	readonly errorProbability: number;
	readonly errorReply: Reply;
	/** HTTP method, in capitals, and whether a second send does no harm: some policies ask */
	readonly method: string;
	readonly idempotent: boolean;
}

export interface Region {
	readonly name: string;
	readonly share: number;
	/** where traffic goes when this region cannot serve it: regions in order, this one left out */
	readonly failover: readonly number[];
	/** share of the region's traffic whose sites live on each platform, by platform index */
	readonly platformShares: readonly number[];
}

/** Dimensions that cells may be kept by. */
export const DIMENSIONS = ['region', 'class', 'population', 'platform'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Named bounds; a run that passes one stops by its name with what it has so far. */
export interface Limits {
	readonly inFlight: number;
	readonly events: number;
	readonly attemptsPerInstant: number;
	/** attempts that nodes and clients hold at once */
	readonly attempts: number;
	readonly memoryBytes: number;
	/** wall time in milliseconds; watched by the executor, never by the engine */
	readonly wallMs: number;
}

/** What the verdict words mean in this world. */
export interface VerdictRules {
	/** recovered: first window of this length from which on every window (sliding by one bucket) fails at most `failureShare` */
	readonly recoveredWindowUs: number;
	/** share of first attempts, by birth */
	readonly failureShare: number;
	/** cascaded: while a trigger is in force, at least this share of the requests of one (region, platform) is lost */
	readonly cascadeShare: number;
	/** collapsed: goodput over the last `collapsedLastUs` below this share of demand, although every trigger is gone */
	readonly collapsedLastUs: number;
	readonly collapsedBelow: number;
}

/** A stretch of traffic that counts as a trigger (spikes do, steps do not unless said). */
export interface TrafficTrigger {
	readonly name: string;
	readonly fromUs: number;
	readonly toUs: number;
}

/** A mark on the timeline: something published or noted, without effect on the run. */
export interface Marker {
	readonly atUs: number;
	readonly text: string;
}

export interface World {
	readonly name: string;
	readonly variant: string;
	/** wall-clock instant of t = 0, ISO 8601 date and microseconds since its midnight (UTC) */
	readonly date: string | null;
	readonly clockUs: number;
	/** the measured window is [warmUpUs, horizonUs) */
	readonly warmUpUs: number;
	readonly horizonUs: number;
	/** the run goes on for so long after the measured window, without births, so that what is open there is decided */
	readonly coolDownUs: number;
	/** length of a time bucket */
	readonly bucketUs: number;
	/** greatest common divisor of all gate windows and intervals, at most 1 s: for engines that look in steps; the discrete one needs none */
	readonly tickUs: number;

	readonly classes: readonly RequestClass[];
	readonly mixes: readonly MixPiece[];
	readonly arrivals: ArrivalLaw;
	readonly sources: readonly Source[];
	readonly trafficTriggers: readonly TrafficTrigger[];

	readonly platforms: readonly string[];
	readonly regions: readonly Region[];
	readonly groups: readonly NodeGroup[];
	readonly nodeCount: number;
	readonly choice: NodeChoice;
	readonly failover: Failover | null;

	readonly populations: readonly Population[];
	readonly changes: readonly Change[];
	readonly rollouts: readonly Rollout[];
	readonly faults: readonly Fault[];
	/** what the run begins with at t = 0; null: empty nodes, and nobody in back-off */
	readonly start: Start | null;

	/** which dimensions cells are kept by */
	readonly recordBy: readonly Dimension[];
	/** keep the time-weighted distribution of the number in the system, by node group */
	readonly recordInSystem: boolean;
	readonly limits: Limits;
	readonly verdicts: VerdictRules;
	readonly markers: readonly Marker[];
}
