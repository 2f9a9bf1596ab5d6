/** Builds outcomes by hand, second by second, so that every figure of a test can be checked with a pencil. */

import type { HistogramData, Latency, Outcome, Place } from '../../src/metrics/outcome.js';
import { LATENCIES } from '../../src/metrics/outcome.js';
import type { Rules } from '../../src/metrics/reading/milestones.js';
import { column, MEASURES } from '../../src/metrics/recording/counters.js';
import { LatencyLog } from '../../src/metrics/recording/latency-histograms.js';
import type { Population } from '../../src/model/population.js';
import type { RetryPolicy } from '../../src/model/retry/policy.js';
import type { World } from '../../src/model/world.js';
import { group, policy, requestClass } from './world-builder.js';

/** What one bucket of one place holds, by measure; measures left out are 0. */
export type Cells = Readonly<Record<string, number>>;

export interface Recipe extends Partial<Omit<Outcome, 'cells' | 'latency' | 'latencyByBucket' | 'adoption'>> {
	/** bucket and place to cells */
	readonly fill?: (bucket: number, place: Place) => Cells;
	/** times in us recorded in one bucket of one place */
	readonly times?: (bucket: number, place: Place) => Partial<Record<Latency, readonly number[]>>;
	/** bucket and change to share of nodes */
	readonly adopted?: (bucket: number, change: string) => number;
}

const SECOND = 1e6;

/** Buckets of one second, no warm-up, one place unless the recipe says otherwise. */
export function outcomeOf(recipe: Recipe): Outcome {
	const { fill: filled, times: timesOf, adopted = () => 0, ...given } = recipe;
	const fill = (bucket: number, place: Place): Cells => (filled === undefined ? {} : filled(bucket, place));
	const times = (bucket: number, place: Place): Partial<Record<Latency, readonly number[]>> =>
		timesOf === undefined ? {} : timesOf(bucket, place);
	const bucketUs = given.bucketUs === undefined ? SECOND : given.bucketUs;
	const toUs = given.toUs === undefined ? 60 * SECOND : given.toUs;
	const places = given.places === undefined ? [{}] : given.places;
	const changes = given.changes === undefined ? [] : given.changes;
	const fromUs = given.fromUs === undefined ? 0 : given.fromUs;
	const buckets = Math.ceil(toUs / bucketUs);
	const cells = new Float64Array(buckets * places.length * MEASURES.length);
	const adoption = new Float64Array(buckets * changes.length);
	const log = new LatencyLog(places.length, buckets);
	for (let bucket = 0; bucket < buckets; bucket++) {
		if (bucket === Math.ceil(fromUs / bucketUs)) log.restart();
		places.forEach((place, p) => {
			for (const [measure, value] of Object.entries(decided(fill(bucket, place)))) {
				cells[(bucket * places.length + p) * MEASURES.length + column(measure)] = value;
			}
			const timed = times(bucket, place);
			LATENCIES.forEach((latency, at) => {
				for (const us of timed[latency] ?? []) log.record(at, p, us, bucket);
			});
		});
		changes.forEach((change, c) => {
			adoption[bucket * changes.length + c] = adopted(bucket, change);
		});
	}
	const byLatency = <T>(of: (latency: Latency) => T): Record<Latency, T> => ({
		wait: of('wait'),
		attempt: of('attempt'),
		request: of('request'),
		failure: of('failure'),
	});
	return {
		name: 'pencil',
		variant: '',
		seed: 7,
		engine: 'by hand',
		date: null,
		clockUs: 0,
		bucketUs,
		fromUs,
		toUs,
		stopped: null,
		events: 0,
		places,
		buckets,
		cells,
		latency: byLatency((latency): readonly HistogramData[] => places.map((_, p) => log.data(latency, p))),
		latencyByBucket: byLatency((latency) => log.ofBuckets(latency)),
		openFirst: new Float64Array(buckets * places.length),
		adoption,
		adoptionByRegion: adoption,
		changes,
		retriesOf: new Float64Array(0),
		exposure: { firstAttempts: 0, nodeUs: 0 },
		inSystemUs: null,
		groups: [],
		passages: { firstErrorUs: null, queueFullUs: [], queueDrainedUs: [], firstFullDrainedUs: [] },
		decisions: [],
		triggers: [],
		windowWorkerUs: { total: 0, idle: 0 },
		audit: {
			requests: { openAtStart: 0, born: 0, succeeded: 0, failed: 0, open: 0 },
			clientLedger: { openAtStart: 0, sent: 0, entries: 0, open: 0 },
			serverLedger: { openAtStart: 0, sent: 0, entries: 0, open: 0 },
			workerUs: { total: 0, useful: 0, wasted: 0, rejecting: 0, underWay: 0, idle: 0 },
			queues: { openAtStart: 0, arrivals: 0, departures: 0, waiting: 0 },
		},
		...given,
	};
}

/** Where a test says nothing of it, whoever was born and is not lost has succeeded: nothing is open. */
const decided = (cells: Cells): Cells =>
	cells.born === undefined || cells.succeeded_by_birth !== undefined
		? cells
		: { ...cells, succeeded_by_birth: cells.born - (cells.lost_by_birth === undefined ? 0 : cells.lost_by_birth) };

/** The rules of the scenario format's defaults, on two platforms. */
export const RULES: Rules = {
	verdicts: {
		recoveredWindowUs: 10 * SECOND,
		failureShare: 0.005,
		cascadeShare: 0.5,
		collapsedLastUs: 20 * SECOND,
		collapsedBelow: 0.5,
	},
	platforms: ['older', 'newer'],
	populations: [],
};

/** A layer that never retries, and a population of it: only their names matter to who reads an outcome. */
export const LAYER: RetryPolicy = policy();
export const POPULATION: Population = {
	name: 'clients',
	share: 1,
	classes: [0],
	instances: 1,
	latency: { kind: 'constant', us: 0 },
	timeout: null,
	timeoutClock: 'per-attempt',
	patience: null,
	lateAnswer: 'ignore',
	layers: [LAYER],
};

/** A decision with the fields a test does not care about filled in. */
export function decision(
	atUs: number,
	what: Outcome['decisions'][number]['what'],
	more: Partial<Outcome['decisions'][number]> = {},
) {
	return {
		atUs,
		what,
		rollout: 'patch',
		by: 'plan',
		stage: '',
		check: null,
		seen: null,
		limit: null,
		samples: null,
		outcome: null,
		counter: null,
		text: '',
		...more,
	} as const;
}

/** The whole edge of a storm: 100 requests/s for two minutes, broken by a change from 30 s to 70 s, healed from 80 s on. */
export const STORM = { fromUs: 30e6, goneUs: 70e6, backUs: 80e6 } as const;

/**
 * One second of the storm. Calm: nothing fails. Storm (30..79): 60 % of first attempts fail, 100 first attempts draw 150
 * retries, half of the requests are lost, 10 of them by the change itself.
 */
export function stormCells(bucket: number): Cells {
	const storm = bucket >= 30 && bucket < 80;
	return {
		born: 100,
		first_attempts: 100,
		attempts: storm ? 250 : 100,
		retries_layer_1: storm ? 150 : 0,
		succeeded: storm ? 50 : 100,
		failed: storm ? 50 : 0,
		saved: storm ? 20 : 0,
		succeeded_by_birth: storm ? 50 : 100,
		lost_by_birth: storm ? 50 : 0,
		lost_direct_by_birth: storm ? 10 : 0,
		first_failed_by_birth: storm ? 60 : 0,
		waiting_us: storm ? 5e6 : 0,
		busy_us: 2e6,
		useful_us: storm ? 0.5e6 : 2e6,
		wasted_us: storm ? 1.5e6 : 0,
	};
}

/** The storm as an outcome with its decisions: pushed at 30 s, seen at 45 s, decided at 60 s, back at 70 s. */
export function stormOutcome(more: Recipe = {}): Outcome {
	return outcomeOf({
		toUs: 120e6,
		changes: ['patch'],
		fill: (bucket) => stormCells(bucket),
		adopted: (bucket) => (bucket >= 30 && bucket < 65 ? 1 : bucket < 70 && bucket >= 65 ? 0.5 : 0),
		triggers: [{ kind: 'change', name: 'patch', fromUs: STORM.fromUs, toUs: STORM.goneUs }],
		passages: {
			firstErrorUs: 30.2e6,
			queueFullUs: [33.4e6, null],
			queueDrainedUs: [78.9e6, null],
			firstFullDrainedUs: [78.9e6, null],
		},
		decisions: [
			decision(30e6, 'push', { stage: 'everywhere', text: 'stage everywhere, held for 0s' }),
			decision(40e6, 'measured', { by: 'auto-revert', seen: 0.6, limit: 0.7, samples: 2500, text: 'one look' }),
			decision(44e6, 'measured', { by: 'auto-revert', seen: 0.62, limit: 0.7, samples: 2500, text: 'one look' }),
			decision(45e6, 'detected', {
				by: 'people',
				seen: 0.6,
				limit: 0.05,
				samples: 900,
				text: 'failures 60%, above 5%',
			}),
			decision(50e6, 'declared', { by: 'people', text: 'incident declared' }),
			decision(60e6, 'decided', { by: 'people', text: 'roll back' }),
			decision(62e6, 'revert', { by: 'people', text: '4 nodes to go back in 2 waves' }),
			decision(62e6, 'wave', { by: 'people', text: 'wave 1 of 2' }),
			decision(66e6, 'wave', { by: 'people', text: 'wave 2 of 2' }),
			decision(70e6, 'reverted', { by: 'people', text: 'the last node is back' }),
		],
		...more,
	});
}

/** A world of one node: what a manifest prints. */
export const WORLD: World = {
	...RULES,
	name: 'pencil',
	variant: '',
	date: null,
	clockUs: 0,
	warmUpUs: 0,
	horizonUs: 120e6,
	coolDownUs: 0,
	bucketUs: 1e6,
	tickUs: 1e6,
	classes: [requestClass({ name: 'plain', errorProbability: 0.001 })],
	mixes: [{ fromUs: 0, mix: 'all', shares: [1] }],
	arrivals: { kind: 'curve', process: 'poisson' },
	sources: [{ region: 0, population: 0, share: 1, curve: [{ fromUs: 0, toUs: 120e6, fromRate: 100, toRate: 100 }] }],
	trafficTriggers: [],
	regions: [{ name: 'world', share: 1, failover: [], platformShares: [1, 0] }],
	groups: [group({ workers: 16, lifoAbove: 100, service: [{ kind: 'exponential', meanUs: 10_000 }] })],
	nodeCount: 1,
	choice: 'round-robin',
	failover: null,
	populations: [POPULATION],
	changes: [],
	rollouts: [],
	faults: [],
	start: null,
	recordBy: [],
	recordInSystem: false,
	limits: { inFlight: 1e6, events: 2e9, attemptsPerInstant: 1e5, attempts: 1e8, memoryBytes: 2 ** 40, wallMs: 600_000 },
	markers: [],
};
