/**
 * Worlds nobody would write: every switch of the model at random, on a coarse grid of times so that instants collide.
 * Small enough that a run takes milliseconds.
 */
import fc from 'fast-check';
import type { Change } from '../../src/model/change.js';
import { givesUpUs } from '../../src/model/collapsed-state.js';
import type { Distribution } from '../../src/model/distributions/distribution.js';
import type { Fault, FaultEffect } from '../../src/model/fault.js';
import type { HeldAtStart, Start } from '../../src/model/initial-state.js';
import type { NodeGroup, ShedRule } from '../../src/model/node-group.js';
import type { Population } from '../../src/model/population.js';
import { type Reply, STATUSES } from '../../src/model/reply.js';
import type { DelayLaw } from '../../src/model/retry/backoff/backoff.js';
import type { DelayJitter } from '../../src/model/retry/backoff/jitter.js';
import type { Breaker } from '../../src/model/retry/breakers/breaker.js';
import type { EjectionBreaker } from '../../src/model/retry/breakers/ejection.js';
import type { FailTimeoutBreaker } from '../../src/model/retry/breakers/fail-timeout.js';
import type { Penalty } from '../../src/model/retry/breakers/penalty.js';
import { CAUSES, causeMask } from '../../src/model/retry/cause.js';
import { waitsOf } from '../../src/model/retry/expected-waits.js';
import type { HedgeLaw } from '../../src/model/retry/hedge.js';
import type { Limiter } from '../../src/model/retry/limiters/limiter.js';
import type { Budget, Retryable, RetryPolicy } from '../../src/model/retry/policy.js';
import type { RetryAfterLaw } from '../../src/model/retry/retry-after.js';
import type {
	AutoRevert,
	Blockers,
	People,
	Revert,
	Rollout,
	RolloutWideGate,
	Stage,
} from '../../src/model/rollout/plan.js';
import type { Propagation } from '../../src/model/rollout/propagation.js';
import type { ArrivalLaw, Source } from '../../src/model/traffic.js';
import { DIMENSIONS, type World } from '../../src/model/world.js';
import { type CheckOver, check } from './rollout-plans.js';
import { change, constant, delayOf, type PlainGrowth, requestClass, S } from './world-builder.js';

/** Horizon of every random world, in seconds; warm-up is one of its buckets at most. */
const HORIZON_S = 8;

const gridUs = fc.constantFrom(0, 1, 1_000, 10_000, 50_000, 100_000, 250_000, 500_000, S, 3 * S);
const positiveUs = fc.constantFrom(1_000, 10_000, 50_000, 100_000, 250_000, 500_000, S);
/** What gates look at falls on control ticks. */
const tickUs = fc.constantFrom(0, 10_000, 50_000, 100_000, 250_000, 500_000, S, 3 * S);
const positiveTickUs = fc.constantFrom(10_000, 50_000, 100_000, 250_000, 500_000, S);
const share = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);
const someShare = fc.constantFrom(0.1, 0.5, 1);
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const mask = (length: number) => orNull(fc.array(fc.boolean(), { minLength: length, maxLength: length }));

const law: fc.Arbitrary<Distribution> = fc.oneof(
	positiveUs.map((us) => ({ kind: 'constant' as const, us })),
	positiveUs.map((us) => ({ kind: 'uniform' as const, fromUs: 0, toUs: 2 * us })),
	positiveUs.map((meanUs) => ({ kind: 'exponential' as const, meanUs })),
	positiveUs.map((meanUs) => ({ kind: 'lognormal' as const, meanUs, scv: 2 })),
	positiveUs.map((meanUs) => ({ kind: 'pareto' as const, meanUs, shape: 2.5 })),
	fc.array(gridUs, { minLength: 1, maxLength: 4 }).map((valuesUs) => ({ kind: 'empirical' as const, valuesUs })),
);

const delay: fc.Arbitrary<Distribution> = fc.oneof(
	gridUs.map((us) => ({ kind: 'constant' as const, us })),
	law,
);

const growth: fc.Arbitrary<PlainGrowth> = fc.oneof(
	gridUs.map((baseUs) => ({ kind: 'fixed' as const, baseUs })),
	fc.record({ kind: fc.constant('linear' as const), baseUs: gridUs, stepUs: gridUs, capUs: positiveUs }),
	fc.record({
		kind: fc.constant('exponential' as const),
		baseUs: gridUs,
		multiplier: fc.constantFrom(1, 2, 3),
		capUs: positiveUs,
	}),
	fc.record({ kind: fc.constant('decorrelated' as const), baseUs: gridUs, capUs: positiveUs }),
	fc.record({ kind: fc.constant('drawn' as const), waits: fc.array(delay, { minLength: 1, maxLength: 3 }) }),
);

const jitter: fc.Arbitrary<DelayJitter> = fc.constantFrom<DelayJitter>(
	{ kind: 'none' },
	{ kind: 'full' },
	{ kind: 'equal' },
	{ kind: 'uniform', scale: [0.5, 1.5], addUs: [0, 0] },
);

const causes = fc.subarray([...CAUSES]).map(causeMask);

const delayLaw: fc.Arbitrary<DelayLaw> = fc
	.record({ growth, jitter, floorUs: gridUs, perClient: fc.boolean(), waitsOn: orNull(causes) })
	.map(({ growth, jitter, ...others }) => ({ ...delayOf(growth, jitter), ...others }));

const scope = fc.constantFrom('instance' as const, 'destination' as const, 'population' as const);

const budget: fc.Arbitrary<Budget> = fc.oneof(
	fc.record({
		kind: fc.constant('ratio-bucket' as const),
		ratio: fc.constantFrom(0, 0.1, 1),
		capacity: fc.constantFrom(0, 1, 5),
		initial: fc.constantFrom(0, 1, 5),
		cost: fc.constantFrom(1, 2),
		threshold: fc.constantFrom(0, 1, 3),
		strict: fc.boolean(),
		credit: fc.constantFrom('per-call' as const, 'per-success' as const, 'per-first-success' as const),
		scope,
	}),
	fc.record({
		kind: fc.constant('quota' as const),
		scope,
		capacity: fc.constantFrom(5, 50),
		initial: fc.constantFrom(0, 5),
		cost: fc.constantFrom(1, 14),
		costFor: fc.array(fc.record({ causes, cost: fc.constant(2) }), { maxLength: 1 }),
		refund: fc.constantFrom(0, 1),
		overfills: fc.boolean(),
	}),
	fc.record({
		kind: fc.constant('threshold' as const),
		scope,
		max: fc.constantFrom(2, 10),
		ratio: fc.constantFrom(0.1, 1),
		checked: fc.constantFrom('decision' as const, 'after-backoff' as const),
	}),
	fc.record({
		kind: fc.constant('ttl-window' as const),
		scope,
		ttlUs: fc.constant(2 * S),
		ratio: fc.constantFrom(0, 0.2, 1),
		perSecond: fc.constantFrom(0, 2),
		slots: fc.constantFrom(2, 10),
		forgets: fc.constantFrom('tower' as const, 'finagle' as const),
		credit: fc.constantFrom('per-call' as const, 'per-success' as const, 'per-final' as const),
	}),
	fc.record({
		kind: fc.constant('concurrency' as const),
		scope,
		limit: fc.oneof(
			fc.record({ kind: fc.constant('fixed' as const), max: fc.constantFrom(0, 1, 3) }),
			fc.record({ kind: fc.constant('share' as const), share: fc.constantFrom(0.2, 1), least: fc.constantFrom(0, 3) }),
		),
	}),
	fc
		.record({
			kind: fc.constant('ratio-window' as const),
			scope,
			ratio: fc.constantFrom(0, 0.1, 1),
			windowUs: fc.constant(2 * S),
			slots: fc.constantFrom(1, 10),
			minCalls: fc.constantFrom(0, 10),
			least: fc.constantFrom(0, 1),
			leastUs: fc.constantFrom(S, 2 * S),
			whole: fc.boolean(),
		})
		.map(
			(one): Budget =>
				one.whole && one.slots === 1
					? { ...one, kind: 'failure-ratio', of: one.least === 1 ? 'calls' : 'answers' }
					: one,
		),
);

const limiter: fc.Arbitrary<Limiter> = fc.oneof(
	fc.record({
		kind: fc.constant('token-bucket' as const),
		scope,
		appliesTo: fc.constantFrom('tries' as const, 'retries' as const),
		ratePerSecond: fc.constantFrom(1, 20),
		burst: fc.constantFrom(1, 5),
		whenEmpty: fc.constantFrom('wait' as const, 'deny' as const),
	}),
	fc.record({
		kind: fc.constant('cubic' as const),
		scope,
		throttles: causes,
		beta: fc.constant(0.7),
		scale: fc.constant(0.4),
		smooth: fc.constant(0.8),
		minFillPerSecond: fc.constant(0.5),
		startFillPerSecond: fc.constant(0.5),
		minCapacity: fc.constant(1),
	}),
	fc.record({
		kind: fc.constant('adaptive-throttle' as const),
		scope,
		k: fc.constantFrom(1.1, 2),
		windowUs: fc.constant(2 * S),
		slots: fc.constant(10),
		refusals: causes,
	}),
	fc.record({
		kind: fc.constant('concurrency' as const),
		scope,
		permits: fc.constantFrom(1, 3),
		queue: fc.constantFrom(0, 2, 100),
	}),
);

const place = {
	scope: fc.constantFrom('instance' as const, 'population' as const, 'host' as const),
	inside: fc.boolean(),
};
const penalty: fc.Arbitrary<Penalty> = fc.oneof(
	positiveUs.map((us) => ({ kind: 'fixed' as const, us })),
	fc.record({ kind: fc.constant('equal-then-exp' as const), baseUs: positiveUs, capUs: positiveUs }),
);
const failures = fc.constantFrom(1, 3);

/** Of a whole population there is a breaker that takes nodes out. */
const ejectionAs = ({ maxFailures, failTimeoutUs, inside }: FailTimeoutBreaker): EjectionBreaker => ({
	...{ kind: 'consecutive-ejection', maxFailures, sweepUs: failTimeoutUs, baseUs: failTimeoutUs, maxUs: S },
	...{ jitterUs: inside ? 0 : 100_000, maxShare: 0.5, atLeastOne: inside, panic: inside ? 0.5 : 0 },
});

const breaker: fc.Arbitrary<Breaker> = fc.oneof(
	fc.record({
		kind: fc.constant('ratio-window' as const),
		window: fc.constantFrom(
			{ kind: 'time' as const, windowUs: 2 * S, slots: 10 },
			{ kind: 'calls' as const, calls: 5 },
		),
		ratio: fc.constantFrom(0.1, 0.5),
		strict: fc.boolean(),
		minCalls: fc.constantFrom(0, 5),
		slow: orNull(fc.record({ overUs: positiveUs, ratio: fc.constant(0.5) })),
		counts: fc.constant('answers' as const),
		penalty,
		probes: fc.constantFrom(1, 3),
		probeAgainUs: fc.constantFrom(S, Number.POSITIVE_INFINITY),
		onClose: fc.constantFrom('empty' as const, 'kept' as const, 'probe' as const),
		...place,
	}),
	fc.record({ kind: fc.constant('consecutive' as const), maxFailures: failures, penalty, ...place }),
	fc
		.record({ kind: fc.constant('fail-timeout' as const), maxFailures: failures, failTimeoutUs: positiveUs, ...place })
		.map((one) => (one.scope === 'population' ? ejectionAs(one) : one)),
	fc.record({
		kind: fc.constant('count-in-window' as const),
		maxFailures: failures,
		windowUs: positiveUs,
		resetUs: positiveUs,
		...place,
	}),
	fc.record({
		kind: fc.constant('hybrid' as const),
		maxFailures: failures,
		successRate: fc.constant(0.8),
		windowUs: positiveUs,
		minCalls: fc.constantFrom(0, 5),
		penalty,
		...place,
	}),
);

const retryAfter: fc.Arbitrary<RetryAfterLaw> = fc.record({
	mode: fc.constantFrom('ignore' as const, 'replace' as const, 'floor' as const, 'clamp' as const, 'gate' as const),
	causes,
	maxUs: positiveUs,
	over: fc.constantFrom('clamp' as const, 'give-up' as const, 'backoff' as const),
	slackUs: gridUs,
	needed: fc.constantFrom(0, causeMask(['429', '503'])),
	gateUs: fc.constant(Number.POSITIVE_INFINITY),
	scale: fc.constant([1, 1.2] as const),
	offsetUs: fc.constant(0),
});

const hedge: fc.Arbitrary<HedgeLaw> = fc.record({
	when: fc.oneof(
		gridUs.map((delayUs) => ({ kind: 'fixed-delay' as const, delayUs })),
		fc.record({ kind: fc.constant('percentile' as const), p: fc.constant(0.5), leastUs: gridUs, refreshUs: gridUs }),
		fc.constant({ kind: 'on-per-try-timeout' as const }),
	),
	total: fc.constantFrom(2, 4),
	goesOn: causes,
	onFailure: fc.constantFrom('next' as const, 'wait' as const),
	losers: fc.constantFrom('cancel' as const, 'cancel' as const, 'leave' as const),
});

/** Half of the layers have none. */
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.oneof(fc.constant(null), of);
const methods = fc.constantFrom(null, null, 'idempotent' as const, ['GET'], ['POST']);

const layer: fc.Arbitrary<RetryPolicy> = fc.record({
	name: fc.constant('layer'),
	isLimit: fc.constant(false),
	marked: fc.boolean(),
	attempts: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY),
	attemptsFor: fc.array(fc.record({ causes, attempts: fc.constantFrom(1, 5) }), { maxLength: 1 }),
	on: fc.subarray<Retryable>(['error', 'rejected', 'shed', ...CAUSES]),
	methods,
	networkMethods: methods,
	probability: fc.constantFrom(0.5, 1, 1),
	delay: delayLaw,
	retryAfter: maybe(retryAfter),
	target: fc.constantFrom('repick', 'same', 'avoid-previous', 'next-node', 'next-region'),
	timeout: orNull(delay),
	lastTryUs: maybe(positiveUs),
	budget: maybe(budget),
	limiter: maybe(limiter),
	breaker: maybe(breaker),
	hedge: fc.constant(null),
});

const population = (index: number, count: number, classes: number): fc.Arbitrary<Population> =>
	fc.record({
		name: fc.constant(`population-${index}`),
		share: fc.constant(1 / count),
		classes: fc.subarray(
			Array.from({ length: classes }, (_, i) => i),
			{ minLength: 1 },
		),
		instances: fc.constantFrom(1, 3),
		latency: fc.oneof(fc.constant(constant(0)), fc.constant(constant(0)), delay),
		timeout: orNull(delay),
		timeoutClock: fc.constantFrom('per-attempt', 'whole-request'),
		patience: orNull(delay),
		lateAnswer: fc.constantFrom('ignore', 'accept'),
		layers: fc
			.tuple(fc.array(layer, { minLength: 1, maxLength: 3 }), maybe(hedge))
			.map(([[inner, ...outer], hedge]) => [{ ...inner, hedge }, ...outer]),
	});

const reply: fc.Arbitrary<Reply> = fc.record({ cause: fc.constantFrom(...STATUSES), retryAfterUs: orNull(positiveUs) });

const shedRule = (classes: number): fc.Arbitrary<ShedRule> =>
	fc.record({
		queueAbove: orNull(fc.constantFrom(0, 2)),
		utilisationAbove: orNull(share),
		classes: mask(classes),
		retriesOnly: fc.boolean(),
		share,
		reply,
		fromUs: fc.constantFrom(0, 2 * S),
		toUs: fc.constantFrom(5 * S, Number.POSITIVE_INFINITY),
	});

type Switches = Omit<NodeGroup, 'name' | 'region' | 'platform' | 'firstNode'>;

const switches = (classes: number): fc.Arbitrary<Switches> =>
	fc.record({
		nodes: fc.integer({ min: 1, max: 3 }),
		workers: fc.integer({ min: 1, max: 3 }),
		queueLimit: fc.constantFrom(0, 1, 3, 10, Number.POSITIVE_INFINITY),
		discipline: fc.constantFrom('fifo', 'lifo', 'adaptive-lifo', 'priority', 'processor-sharing'),
		lifoAbove: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
		codel: orNull(fc.record({ targetUs: positiveUs, intervalUs: positiveUs })),
		onFull: fc.constantFrom('reject', 'silent'),
		fullReply: reply,
		abandoned: fc.constantFrom('serve', 'drop-at-dequeue', 'cancel-queued', 'cancel-in-service'),
		rejectCostUs: fc.constantFrom(0, 0, 1_000, 100_000),
		crashed: fc.constantFrom('refuse', 'silent'),
		cutOff: fc.constantFrom('refuse', 'silent'),
		crashWork: fc.constantFrom('lost', 'reset', 'kept'),
		shed: fc.oneof(fc.constant([]), fc.array(shedRule(classes), { minLength: 1, maxLength: 2 })),
		service: fc.array(law, { minLength: classes, maxLength: classes }),
		serviceDecided: fc.constantFrom('progress', 'progress', 'start', 'admission'),
		perInFlight: fc.constantFrom(0, 0.5),
		standby: fc.constant(false),
		coldStart: orNull(fc.record({ forUs: gridUs, factor: fc.constantFrom(1, 3) })),
	});

const aChange = (index: number, shape: Shape): fc.Arbitrary<Change> =>
	fc.record({
		name: fc.constant(`change-${index}`),
		classes: mask(shape.classes),
		regions: mask(shape.regions),
		platforms: mask(shape.platforms),
		nodeShare: someShare,
		requestShare: someShare,
		failProbability: share,
		failReply: reply,
		shedReply: reply,
		costFactor: fc.constantFrom(0.5, 1, 3),
		errorCostFactor: fc.constantFrom(0, 1, 3),
		shedProbability: fc.constantFrom(0, 0, 0.3, 1),
		calls: fc.constantFrom(1, 1, 1.5, 3),
		crash: orNull(fc.record({ probability: fc.constantFrom(0.01, 0.2), restartUs: gridUs })),
		onset: delay,
		aboveLoad: fc.constantFrom(0, 0, 0.5, 1),
		failOpen: fc.boolean(),
	});

const condition: fc.Arbitrary<CheckOver['condition']> = fc.oneof(
	{ weight: 3, arbitrary: share.map((above) => ({ kind: 'threshold' as const, above, passUpTo: above / 2 })) },
	fc.record({
		kind: fc.constant('control' as const),
		as: fc.constantFrom('difference' as const, 'ratio' as const),
		above: share,
		control: fc.constant('rest' as const),
	}),
	fc.record({
		kind: fc.constant('sequential' as const),
		alpha: fc.constant(0.05),
		above: fc.constantFrom(0, 0.1),
		control: fc.constantFrom('rest' as const),
	}),
	fc.record({
		kind: fc.constant('mann-whitney' as const),
		confidence: fc.constant(0.98),
		tolerance: fc.constant(0.25),
		direction: fc.constantFrom('increase' as const, 'either' as const),
		effect: fc.constant(1),
		control: fc.constant('rest' as const),
		stepUs: fc.constantFrom(10_000, 100_000),
		group: fc.constant('g'),
		critical: fc.boolean(),
	}),
	positiveTickUs.map((shortUs) => ({ kind: 'burn-rate' as const, slo: 0.99, factor: 2, shortUs })),
);

const aCheck = (name: string, classes: number) =>
	fc
		.record({
			metric: fc
				.record({
					numerator: fc.constantFrom('retries', 'failures', 'errors'),
					accounting: fc.constantFrom('first-attempts', 'all-attempts', 'logical-requests'),
					retries: fc.constantFrom('all', 'marked'),
					where: fc.constantFrom('received', 'caused'),
					scope: fc.constantFrom('stage', 'rollout', 'global'),
					windowUs: fc.oneof(positiveTickUs, fc.constant(Number.POSITIVE_INFINITY)),
					classes: orNull(fc.array(fc.boolean(), { minLength: classes, maxLength: classes })),
				} as const)
				.filter((m) => m.numerator !== 'errors' || m.accounting !== 'logical-requests'),
			condition,
			minSamples: fc.constantFrom(0, 1, 10),
			everyUs: positiveTickUs,
			schedule: fc.record({
				from: fc.constantFrom('start', 'finish'),
				takesUs: fc.constantFrom(0, 0, 10_000, S),
				delayUs: tickUs,
				count: fc.constantFrom(null, null, 1, 3),
				errorRetryUs: positiveTickUs,
			} as const),
			telemetry: fc.record({
				scrapeUs: fc.constantFrom(null, null, 250_000),
				lagUs: fc.constantFrom(0, 0, 100_000),
				sharesFate: fc.boolean(),
			}),
			rule: fc.record({
				fail: fc.constantFrom(
					{ kind: 'total-at-least', limit: 1 },
					{ kind: 'total-above', limit: 1 },
					{ kind: 'consecutive', limit: 2 },
					{ kind: 'k-of-n', limit: 2, of: 3 },
				),
				reset: fc.constantFrom('never', 'on-pass', 'on-stage'),
				evaluate: fc.constantFrom('measurement', 'next-tick'),
				noData: fc.constantFrom('inconclusive', 'pass', 'fail', 'error', 'wait'),
				inconclusiveLimit: fc.constantFrom(null, 0, 2),
				errorLimit: fc.constantFrom(null, 0, 2),
			} as const),
			mustPass: fc.boolean(),
			onFail: fc.constantFrom('revert', 'revert', 'pause', 'page', 'freeze', 'none'),
		} as const)
		.map((over) => check({ ...over, name }));

const gateOf = (index: number, shape: Shape): fc.Arbitrary<RolloutWideGate> =>
	aCheck(`standing-${index}`, shape.classes).map((one) => ({ ...one, fromStage: 0 }));

const autoRevertOf = (shape: Shape): fc.Arbitrary<AutoRevert> =>
	fc.tuple(aCheck('auto-revert', shape.classes), tickUs).map(([one, armedUs]) => ({ ...one, armedUs }));

const alertOf = (name: string, shape: Shape) =>
	fc.tuple(aCheck(name, shape.classes), fc.boolean()).map(([{ metric, ...one }, history]) => ({
		...one,
		metric: history ? { ...metric, scope: 'global' as const } : metric,
		history,
	}));

const blockersOf = (shape: Shape): fc.Arbitrary<Blockers> =>
	fc.record({
		alarm: orNull(alertOf('alarm', shape).filter(({ history }) => history)),
		others: fc.boolean(),
		calendar: fc.constantFrom([], [{ fromUs: S, toUs: 2 * S, text: 'while it is dark' }]),
		everyUs: fc.constantFrom(100_000, S),
	});

const propagation: fc.Arbitrary<Propagation> = fc.oneof(
	{ weight: 3, arbitrary: delay.map((d) => ({ kind: 'push' as const, delay: d })) },
	positiveUs.map((everyUs) => ({ kind: 'pull' as const, everyUs })),
	fc.record({
		kind: fc.constant('batches' as const),
		share: someShare,
		surge: share,
		unavailable: share,
		restartUs: positiveUs,
	}),
	fc.record({ kind: fc.constant('regenerate' as const), everyUs: positiveUs, bad: share }),
);

const stage = (shape: Shape): fc.Arbitrary<Stage> =>
	fc
		.record({
			name: fc.constant('stage'),
			scope: fc.record({
				regions: mask(shape.regions),
				platforms: mask(shape.platforms),
				nodeShare: someShare,
				requestShare: someShare,
				requestMode: fc.constantFrom('divert', 'flag'),
			}),
			propagation,
			holdUs: tickUs,
			minSamples: fc.constantFrom(0, 0, 20),
			approvalUs: fc.constantFrom(null, null, 0, 500_000),
			gates: fc.oneof(
				fc.constant([]),
				aCheck('gate', shape.classes).map((one) => [one]),
				fc.tuple(aCheck('a', shape.classes), aCheck('b', shape.classes)),
			),
			scoring: fc.constant(null),
		})
		// The loader refuses a gate without a hold to look at.
		.map((one) => (one.holdUs === 0 ? { ...one, gates: [], scoring: null } : one));

const revert = (shape: Shape): fc.Arbitrary<Revert> =>
	fc.record({
		decisionDelayUs: gridUs,
		shape: fc.constantFrom('waves', 'waves', 'steps', 'capacity'),
		waves: fc.integer({ min: 1, max: 3 }),
		waveGapUs: gridUs,
		between: orNull(
			aCheck('between', shape.classes).map((one) => ({
				...one,
				metric: { ...one.metric, scope: 'returned' as const },
			})),
		),
		propagation: delay,
		poisonedBy: orNull(fc.nat(shape.changes - 1)),
	});

const people = (shape: Shape): fc.Arbitrary<People> =>
	fc.record({
		detect: fc.oneof(
			alertOf('alert', shape).map((alert) => ({ kind: 'alert' as const, alert })),
			gridUs.map((us) => ({ kind: 'delay' as const, us })),
		),
		declareUs: gridUs,
		diagnoseUs: gridUs,
		decide: fc.record({ kind: fc.constantFrom('at', 'delay'), us: gridUs }),
		rollback: revert(shape),
		tools: fc.constantFrom(null, null, { retryUs: 500_000 }),
	});

const aRollout = (index: number, shape: Shape): fc.Arbitrary<Rollout> =>
	fc.record({
		name: fc.constant(`rollout-${index}`),
		change: fc.constant(index),
		atUs: fc.constantFrom(0, S, 2 * S),
		stages: fc.array(stage(shape), { minLength: 1, maxLength: 3 }),
		gates: fc.oneof(
			fc.constant([]),
			gateOf(0, shape).map((one) => [one]),
		),
		revert: revert(shape),
		autoRevert: orNull(autoRevertOf(shape)),
		people: orNull(people(shape)),
		blockers: orNull(blockersOf(shape)),
	});

const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
	fc.constant({ kind: 'crash' as const }),
	fc.constantFrom(0, 0.5, 2).map((factor) => ({ kind: 'speed' as const, factor })),
	fc.constantFrom(0, 3).map((factor) => ({ kind: 'latency' as const, factor })),
	fc.record({ kind: fc.constant('error' as const), probability: share, reply }),
	fc.constant({ kind: 'partition' as const }),
);

const aFault = (index: number, shape: Shape): fc.Arbitrary<Fault> =>
	fc
		.record({
			fromUs: fc.constantFrom(0, 500_000, S, 2 * S, 3 * S),
			lengthUs: fc.constantFrom(1, 1_000, 500_000, S, 20 * S),
			effect,
			regions: mask(shape.regions),
			platforms: mask(shape.platforms),
			nodes: orNull(fc.constant([0])),
			nodeShare: someShare,
		})
		.map(({ fromUs, lengthUs, effect, regions, platforms, nodes, nodeShare }) => ({
			name: `fault-${index}`,
			fromUs,
			toUs: fromUs + lengthUs,
			scope: { regions, platforms, groups: null, nodes, nodeShare },
			effect,
		}));

/** How many there are of everything that has an index. */
interface Shape {
	readonly regions: number;
	readonly platforms: number;
	readonly classes: number;
	readonly populations: number;
	readonly changes: number;
}

const arrivals: fc.Arbitrary<ArrivalLaw> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.constantFrom({ kind: 'curve', process: 'poisson' }, { kind: 'curve', process: 'regular' }),
	},
	fc.constant({ kind: 'mmpp' as const, ratesPerSecond: [5, 60], switchPerSecond: [1, 2] }),
	fc
		.array(fc.constantFrom(0, 1, 20), { minLength: 1, maxLength: 8 })
		.map((counts) => ({ kind: 'counts' as const, fromUs: 0, intervalUs: S, counts })),
	fc.array(gridUs, { maxLength: 60 }).map((us) => ({ kind: 'instants' as const, atUs: us.sort((a, b) => a - b) })),
);

const sources = (shape: Shape, law: ArrivalLaw, rate: number): Source[] =>
	Array.from({ length: shape.regions * shape.populations }, (_, i) => {
		const part = 1 / (shape.regions * shape.populations);
		const height = law.kind === 'mmpp' ? part : rate * part;
		const piece = (fromUs: number, toUs: number, fromRate: number, toRate: number) => ({
			fromUs,
			toUs,
			fromRate,
			toRate,
		});
		const curve = [
			piece(0, 2 * S, height, height),
			piece(2 * S, 3 * S, height, 2 * height),
			piece(3 * S, Number.POSITIVE_INFINITY, height, height),
		];
		return {
			region: Math.floor(i / shape.populations),
			population: i % shape.populations,
			share: part,
			curve: law.kind === 'curve' || law.kind === 'mmpp' ? curve : [],
		};
	});

const of = <T>(count: number, make: (index: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
	fc.tuple(...Array.from({ length: count }, (_, i) => make(i)));

const heldCount = fc.constantFrom(0, 0, 1, 4, 9);

/** A start that the nodes have places for, with clients in back-off only where there is one. */
const startOf = (
	groups: readonly NodeGroup[],
	populations: readonly Population[],
	held: readonly HeldAtStart[],
	backoff: readonly number[],
): Start => ({
	held: groups.map(({ workers, queueLimit }, g) => {
		const abandoned = Math.min(held[g].abandoned, workers + queueLimit);
		return { abandoned, live: Math.min(held[g].live, workers + queueLimit - abandoned) };
	}),
	backoff: populations.map((p, index) => (waitsOf(p.layers, givesUpUs(p)).length > 0 ? backoff[index] : 0)),
});

const worldOf = (shape: Shape): fc.Arbitrary<World> =>
	fc
		.record({
			rate: fc.constantFrom(5, 20, 60),
			arrivals,
			bucketUs: fc.constantFrom(500_000, S, 3 * S),
			warm: fc.boolean(),
			groups: of(shape.regions * shape.platforms, () => switches(shape.classes)),
			priorities: of(shape.classes, () => fc.integer({ min: 0, max: 2 })),
			errors: of(shape.classes, () => fc.constantFrom(0, 0, 0.2)),
			choice: fc.constantFrom('round-robin', 'random', 'least-outstanding', 'two-choices'),
			failover: orNull(fc.record({ afterUs: gridUs, panic: orNull(fc.constantFrom(0, 0.5)) })),
			populations: of(shape.populations, (i) => population(i, shape.populations, shape.classes)),
			changes: of(shape.changes, (i) => aChange(i, shape)),
			rollouts: fc.integer({ min: 0, max: shape.changes }).chain((n) => of(n, (i) => aRollout(i, shape))),
			faults: fc.integer({ min: 0, max: 3 }).chain((n) => of(n, (i) => aFault(i, shape))),
			held: of(shape.regions * shape.platforms, () => fc.record({ abandoned: heldCount, live: heldCount })),
			backoff: of(shape.populations, () => fc.constantFrom(0, 1, 5)),
			starts: fc.constantFrom(false, false, true),
			recordBy: fc.subarray([...DIMENSIONS]),
			recordInSystem: fc.boolean(),
			events: fc.constantFrom(200, 20_000, 20_000, 20_000),
			inFlight: fc.constantFrom(20, 2_000, 2_000, 2_000),
		} as const)
		.map((w): World => {
			let firstNode = 0;
			const groups = w.groups.map((g, i) => {
				const placed: NodeGroup = {
					name: `group-${i}`,
					region: Math.floor(i / shape.platforms),
					platform: i % shape.platforms,
					firstNode,
					...g,
				};
				firstNode += g.nodes;
				return placed;
			});
			return {
				name: 'random',
				variant: 'base',
				date: null,
				clockUs: 0,
				warmUpUs: w.warm ? w.bucketUs : 0,
				horizonUs: HORIZON_S * S,
				coolDownUs: 0,
				bucketUs: w.bucketUs,
				tickUs: S,
				classes: w.priorities.map((priority, i) =>
					requestClass({
						name: `class-${i}`,
						priority,
						errorProbability: w.errors[i],
						method: i === 0 ? 'GET' : 'POST',
					}),
				),
				mixes: [0, 2 * S].map((fromUs, i) => ({
					fromUs,
					mix: `mix-${i}`,
					shares: w.priorities.map((_, k) => (k === i ? 0.75 : 0.25) / (shape.classes === 1 ? 0.75 : 1)),
				})),
				arrivals: w.arrivals,
				sources: sources(shape, w.arrivals, w.rate),
				trafficTriggers: [],
				platforms: Array.from({ length: shape.platforms }, (_, i) => `platform-${i}`),
				regions: Array.from({ length: shape.regions }, (_, i) => ({
					name: `region-${i}`,
					share: 1 / shape.regions,
					failover: shape.regions === 1 ? [] : [1 - i],
					platformShares: Array.from({ length: shape.platforms }, () => 1 / shape.platforms),
				})),
				groups,
				nodeCount: firstNode,
				choice: w.choice,
				failover: w.failover,
				populations: w.populations,
				changes: w.changes,
				rollouts: w.rollouts,
				faults: w.faults,
				start: w.starts ? startOf(groups, w.populations, w.held, w.backoff) : null,
				recordBy: w.recordBy,
				recordInSystem: w.recordInSystem,
				limits: {
					inFlight: w.inFlight,
					events: w.events,
					attemptsPerInstant: 200,
					attempts: 1e8,
					memoryBytes: 2 ** 40,
					wallMs: 1e9,
				},
				verdicts: {
					recoveredWindowUs: S,
					failureShare: 0.01,
					cascadeShare: 0.5,
					collapsedLastUs: S,
					collapsedBelow: 0.5,
				},
				markers: [],
			};
		});

/** A world with every switch at random. */
export const randomWorld: fc.Arbitrary<World> = fc
	.record({
		regions: fc.integer({ min: 1, max: 2 }),
		platforms: fc.integer({ min: 1, max: 2 }),
		classes: fc.integer({ min: 1, max: 2 }),
		populations: fc.integer({ min: 1, max: 2 }),
		changes: fc.integer({ min: 1, max: 2 }),
	})
	.chain(worldOf);

/** A fault on the first nodes, long enough to meet what runs and what comes after it. */
const faultOf = (effect: fc.Arbitrary<FaultEffect>): fc.Arbitrary<Fault> =>
	fc
		.record({ fromUs: fc.constantFrom(500_000, S, 2 * S), lengthUs: fc.constantFrom(1, 500_000, 2 * S), effect })
		.map(({ fromUs, lengthUs, effect }) => ({
			name: 'fault-more',
			fromUs,
			toUs: fromUs + lengthUs,
			scope: { regions: null, platforms: null, groups: null, nodes: null, nodeShare: 1 },
			effect,
		}));

/** Clients that hedge, at nodes that hear of cancels and crash: the end of one copy ends others. */
const hedgedCrash: fc.Arbitrary<World> = fc
	.record({
		world: randomWorld,
		law: hedge,
		crash: faultOf(fc.constant({ kind: 'crash' as const })),
		crashWork: fc.constantFrom('reset' as const, 'reset' as const, 'lost' as const),
		abandoned: fc.constantFrom('cancel-queued' as const, 'cancel-in-service' as const),
		instant: fc.boolean(),
	})
	.map(({ world, law, crash, crashWork, abandoned, instant }) => ({
		...world,
		groups: world.groups.map((group) => ({ ...group, crashWork, abandoned })),
		faults: [...world.faults, crash],
		populations: world.populations.map((p) => ({
			...p,
			latency: instant ? constant(0) : p.latency,
			layers: p.layers.map((layer, k) => (k === 0 ? { ...layer, hedge: law } : layer)),
		})),
	}));

/** Stacks of which every layer has a budget, a limiter and a breaker; the innermost may hedge as well. */
const guardedLayers: fc.Arbitrary<World> = fc
	.record({
		world: randomWorld,
		inner: layer,
		outer: fc.array(layer, { minLength: 1, maxLength: 2 }),
		guards: fc.array(fc.record({ budget, limiter, breaker }), { minLength: 3, maxLength: 3 }),
		law: maybe(hedge),
	})
	.map(({ world, inner, outer, guards, law }) => {
		const layers = [{ ...inner, hedge: law }, ...outer].map((one, k) => ({ ...one, ...guards[k] }));
		const populations = world.populations.map((p) => ({ ...p, layers }));
		const start = world.start === null ? null : { ...world.start, backoff: populations.map(() => 0) };
		return { ...world, populations, start };
	});

/** Nodes that share their workers among all they hold, while faults come and go. */
const sharingFaults: fc.Arbitrary<World> = fc
	.record({ world: randomWorld, faults: fc.array(faultOf(effect), { minLength: 1, maxLength: 2 }) })
	.map(({ world, faults }) => ({
		...world,
		groups: world.groups.map((group) => ({ ...group, discipline: 'processor-sharing' as const })),
		faults: [...world.faults, ...faults.map((fault, k) => ({ ...fault, name: `fault-more-${k}` }))],
	}));

/** A world with every switch at random, and in half of them a combination that chance alone would seldom make. */
export const anyWorld: fc.Arbitrary<World> = fc.oneof(
	{ weight: 3, arbitrary: randomWorld },
	hedgedCrash,
	guardedLayers,
	sharingFaults,
);

/** A change that does nothing, for tests that want a second one about. */
export const idleChange = change({ name: 'idle' });
