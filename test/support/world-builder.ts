/**
 * Complete worlds from few numbers, so that a test writes only what it is about: one region, one platform, one group of
 * nodes, one population without retries, and every switch at its default.
 */
import { DiscreteEngine } from '../../src/engines/discrete/engine.js';
import type { Outcome } from '../../src/metrics/outcome.js';
import { column, MEASURES } from '../../src/metrics/recording/counters.js';
import type { Change } from '../../src/model/change.js';
import type { Distribution } from '../../src/model/distributions/distribution.js';
import type { Fault } from '../../src/model/fault.js';
import type { NodeGroup } from '../../src/model/node-group.js';
import type { Population } from '../../src/model/population.js';
import { SERVER_ERROR, UNAVAILABLE } from '../../src/model/reply.js';
import { type DelayLaw, NO_DELAY } from '../../src/model/retry/backoff/backoff.js';
import type { DelayJitter } from '../../src/model/retry/backoff/jitter.js';
import type { RetryPolicy } from '../../src/model/retry/policy.js';
import type { RatePiece } from '../../src/model/traffic.js';
import type { RequestClass, World } from '../../src/model/world.js';
import { NO_RETRIES } from '../../src/scenario/resolve/clients/policies.js';

/** One second in microseconds. */
export const S = 1_000_000;

export const constant = (seconds: number): Distribution => ({ kind: 'constant', us: seconds * S });
export const exponential = (meanSeconds: number): Distribution => ({ kind: 'exponential', meanUs: meanSeconds * S });

/** Everything a client can try again. */
export const ALL_FAILURES = NO_RETRIES.on;

/** A growth in few words: what is left out is as where nobody says otherwise. */
export type PlainGrowth =
	| { readonly kind: 'fixed'; readonly baseUs: number }
	| { readonly kind: 'linear'; readonly baseUs: number; readonly stepUs: number; readonly capUs?: number }
	| { readonly kind: 'exponential'; readonly baseUs: number; readonly multiplier: number; readonly capUs?: number }
	| { readonly kind: 'decorrelated'; readonly baseUs: number; readonly capUs?: number }
	| { readonly kind: 'drawn'; readonly waits: readonly Distribution[] };

export function delayOf(growth: PlainGrowth, jitter: DelayJitter = { kind: 'none' }): DelayLaw {
	if (growth.kind === 'fixed' || growth.kind === 'drawn') return { ...NO_DELAY, growth, jitter };
	const { capUs = Number.POSITIVE_INFINITY, ...grown } = growth;
	const endless = { firstExponent: 0, maxExponent: Number.POSITIVE_INFINITY, stepQuantumUs: 0 };
	return { ...NO_DELAY, growth: grown.kind === 'exponential' ? { ...grown, ...endless } : grown, capUs, jitter };
}

export interface PolicyOver extends Partial<RetryPolicy> {
	readonly growth?: PlainGrowth;
	readonly jitter?: DelayJitter;
}

export const policy = ({ growth = { kind: 'fixed', baseUs: 0 }, jitter, ...over }: PolicyOver = {}): RetryPolicy => ({
	...NO_RETRIES,
	name: 'retry',
	delay: delayOf(growth, jitter),
	...over,
});

/** A policy whose waits are drawn: exponential of rate `nu`, or of the given rates in turn. */
export const drawn = (nu: number | readonly number[], over: PolicyOver = {}): RetryPolicy =>
	policy({
		attempts: Number.POSITIVE_INFINITY,
		growth: { kind: 'drawn', waits: (typeof nu === 'number' ? [nu] : nu).map((rate) => exponential(1 / rate)) },
		...over,
	});

export const population = (over: Partial<Population> = {}): Population => ({
	name: 'clients',
	share: 1,
	classes: [0],
	instances: 1,
	latency: constant(0),
	timeout: null,
	timeoutClock: 'per-attempt',
	patience: null,
	lateAnswer: 'ignore',
	layers: [policy()],
	...over,
});

export const requestClass = (over: Partial<RequestClass> = {}): RequestClass => ({
	name: 'request',
	priority: 0,
	errorProbability: 0,
	errorReply: SERVER_ERROR,
	method: 'GET',
	idempotent: true,
	...over,
});

export const group = (over: Partial<NodeGroup> = {}): NodeGroup => ({
	name: 'edge',
	region: 0,
	platform: 0,
	firstNode: 0,
	nodes: 1,
	workers: 1,
	queueLimit: Number.POSITIVE_INFINITY,
	discipline: 'fifo',
	lifoAbove: 0,
	codel: null,
	onFull: 'reject',
	fullReply: UNAVAILABLE,
	abandoned: 'serve',
	rejectCostUs: 0,
	crashed: 'refuse',
	cutOff: 'refuse',
	crashWork: 'lost',
	shed: [],
	service: [exponential(1)],
	serviceDecided: 'progress',
	perInFlight: 0,
	standby: false,
	coldStart: null,
	...over,
});

export const change = (over: Partial<Change> = {}): Change => ({
	name: 'patch',
	classes: null,
	regions: null,
	platforms: null,
	nodeShare: 1,
	requestShare: 1,
	failProbability: 0,
	failReply: SERVER_ERROR,
	shedReply: UNAVAILABLE,
	costFactor: 1,
	errorCostFactor: 1,
	shedProbability: 0,
	calls: 1,
	crash: null,
	onset: constant(0),
	aboveLoad: 0,
	failOpen: false,
	...over,
});

/** A fault on every node from one second to another. */
export const fault = (fromS: number, toS: number, effect: Fault['effect'], over: Partial<Fault> = {}): Fault => ({
	name: effect.kind,
	fromUs: fromS * S,
	toUs: toS * S,
	scope: { regions: null, platforms: null, groups: null, nodes: null, nodeShare: 1 },
	effect,
	...over,
});

/** A rate in steps: [from second, requests per second] in order of time. */
export const steps = (...pieces: readonly (readonly [fromS: number, rate: number])[]): RatePiece[] =>
	pieces.map(([fromS, rate], i) => ({
		fromUs: fromS * S,
		toUs: i + 1 < pieces.length ? pieces[i + 1][0] * S : Number.POSITIVE_INFINITY,
		fromRate: rate,
		toRate: rate,
	}));

/** What a small world is made of; `seconds` is the horizon, the measured window begins after `warmUpS`. */
export interface Plan {
	readonly rate: number | readonly RatePiece[];
	readonly seconds: number;
	readonly warmUpS?: number;
	readonly bucketS?: number;
	readonly edge?: Partial<NodeGroup>;
	readonly clients?: Partial<Population>;
	readonly over?: Partial<World>;
}

/** A world of one region, one group and one population. Buckets are as long as the window unless asked otherwise. */
export function build({ rate, seconds, warmUpS = 0, bucketS, edge = {}, clients = {}, over = {} }: Plan): World {
	const curve = typeof rate === 'number' ? steps([0, rate]) : rate;
	const nodes = group(edge);
	return {
		name: 'small',
		variant: 'base',
		date: null,
		clockUs: 0,
		warmUpUs: warmUpS * S,
		horizonUs: seconds * S,
		coolDownUs: 0,
		bucketUs: (bucketS ?? (warmUpS > 0 ? warmUpS : seconds)) * S,
		tickUs: S,
		classes: nodes.service.map((_, i) => requestClass({ name: `class-${i}` })),
		mixes: [{ fromUs: 0, mix: 'all', shares: nodes.service.map(() => 1 / nodes.service.length) }],
		arrivals: { kind: 'curve', process: 'poisson' },
		sources: [{ region: 0, population: 0, share: 1, curve }],
		trafficTriggers: [],
		platforms: ['edge'],
		regions: [{ name: 'world', share: 1, failover: [], platformShares: [1] }],
		groups: [nodes],
		nodeCount: nodes.nodes,
		choice: 'round-robin',
		failover: null,
		populations: [population(clients)],
		changes: [],
		rollouts: [],
		faults: [],
		start: null,
		recordBy: [],
		recordInSystem: false,
		limits: {
			inFlight: 10_000_000,
			events: 1e12,
			attemptsPerInstant: 1_000_000,
			attempts: 1e8,
			memoryBytes: 2 ** 40,
			wallMs: 1e9,
		},
		verdicts: {
			recoveredWindowUs: 10 * S,
			failureShare: 0.01,
			cascadeShare: 0.5,
			collapsedLastUs: 10 * S,
			collapsedBelow: 0.5,
		},
		markers: [],
		...over,
	};
}

/** Runs a world from start to end. */
export function run(world: World, seed: number): Outcome {
	const engine = new DiscreteEngine(world, seed);
	engine.advance(Number.POSITIVE_INFINITY);
	return engine.outcome();
}

/** Sum of a measure over all places and the buckets that start in [fromS, toS); the measured window unless said. */
export function total(outcome: Outcome, measure: string, fromS?: number, toS?: number): number {
	const { cells, buckets, bucketUs, places } = outcome;
	const first = Math.floor((fromS === undefined ? outcome.fromUs : fromS * S) / bucketUs);
	const end = toS === undefined ? buckets : Math.min(buckets, Math.floor((toS * S) / bucketUs));
	const at = column(measure);
	let sum = 0;
	for (let row = first * places.length; row < end * places.length; row++) sum += cells[row * MEASURES.length + at];
	return sum;
}
