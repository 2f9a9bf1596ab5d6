/** What limits a client's own sends, in whole worlds small enough for a pencil: what waits, what is denied, who goes next. */
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { causeMask } from '../../../../src/model/retry/cause.js';
import type { AdaptiveThrottle } from '../../../../src/model/retry/limiters/adaptive-throttle.js';
import type { ConcurrencyLimiter } from '../../../../src/model/retry/limiters/concurrency.js';
import type { CubicLimiter } from '../../../../src/model/retry/limiters/cubic.js';
import type { TokenBucketLimiter } from '../../../../src/model/retry/limiters/token-bucket-limiter.js';
import { every, play, series, together, when } from '../../../support/machine-worlds.js';
import { build, constant, type PolicyOver, policy, run, S, total } from '../../../support/world-builder.js';

const limited = (over: PolicyOver) => ({ layers: [policy(over)] });
const sumSquares = (outcome: Outcome): number => outcome.latency.request[0].sumSquaresUs2 / S ** 2;

describe('token bucket (client-go)', () => {
	const bucket: TokenBucketLimiter = {
		...{ kind: 'token-bucket', scope: 'instance', appliesTo: 'tries', ratePerSecond: 10, burst: 5 },
		whenEmpty: 'wait',
	};

	test('a burst goes at once, the rest one by one at its rate', () => {
		const outcome = play({ calls: together(15), seconds: 3, bucketS: 0.1, clients: limited({ limiter: bucket }) });
		expect(when(outcome)).toEqual([[0, 5], ...every(0.1, 10, 0.1).map((s) => [s, 1])]);
		expect([total(outcome, 'succeeded'), total(outcome, 'suppressed'), total(outcome, 'saved')]).toEqual([15, 0, 0]);
		// what waits is seen to wait: 0.1 + 0.2 + ... + 1 s
		expect(total(outcome, 'backoff_us')).toBe(5.5 * S);
	});

	test('or is denied, and lost without an attempt where no layer tries again', () => {
		const clients = limited({ limiter: { ...bucket, whenEmpty: 'deny' } });
		const outcome = play({ calls: together(15), seconds: 3, clients });
		const of = (...measures: string[]) => measures.map((measure) => total(outcome, measure));
		expect(of('born', 'succeeded', 'failed', 'attempts', 'suppressed')).toEqual([15, 5, 10, 5, 10]);
		// To its user the first attempt of such a request has failed, though none was sent.
		expect(of('first_failed', 'first_failed_by_birth', 'lost_by_birth', 'outcome_cancelled')).toEqual([10, 10, 10, 0]);
	});

	test('a first send that a layer tries again after its denial is its first attempt still', () => {
		const clients = limited({
			...{ attempts: 3, on: ['suppressed'], growth: { kind: 'fixed', baseUs: S } },
			limiter: { ...bucket, burst: 2, ratePerSecond: 2, whenEmpty: 'deny' },
		});
		const outcome = play({ calls: together(5), seconds: 5, clients });
		expect(when(outcome)).toEqual([
			[0, 2],
			[1, 2],
			[2, 1],
		]);
		const of = (...measures: string[]) => measures.map((measure) => total(outcome, measure));
		expect(of('first_attempts', 'retries_layer_1', 'suppressed', 'saved', 'first_failed')).toEqual([5, 0, 4, 3, 3]);
	});

	test('on retries alone: first tries are none of its business', () => {
		const clients = limited({ attempts: 2, limiter: { ...bucket, appliesTo: 'retries', burst: 1, ratePerSecond: 1 } });
		const outcome = play({ calls: together(4), answers: '500', seconds: 6, bucketS: 1, clients });
		expect(when(outcome).map(([, sends]) => sends)).toEqual([4 + 1, 1, 1, 1]);
	});
});

describe('concurrency, with a line', () => {
	const permits = (count: number, queue: number): ConcurrencyLimiter => ({
		...{ kind: 'concurrency', scope: 'instance', permits: count, queue },
	});
	const slow = { service: [constant(1)], workers: 10 };

	test('two at once, three in the line, the rest denied', () => {
		const clients = limited({ limiter: permits(2, 3) });
		const outcome = play({ calls: together(10), seconds: 6, edge: slow, clients });
		expect(when(outcome)).toEqual([
			[0, 2],
			[1, 2],
			[2, 1],
		]);
		expect([total(outcome, 'suppressed'), total(outcome, 'failed')]).toEqual([5, 5]);
		expect(total(outcome, 'backoff_us')).toBe((1 + 1 + 2) * S);
	});

	test('who is still in the line when the run ends has waited until then', () => {
		const clients = limited({ limiter: permits(1, 100) });
		const edge = { service: [constant(5)], workers: 10 };
		const outcome = play({ calls: [0, 0.5, 1.5], seconds: 4, edge, clients });
		expect(series(outcome, 'backoff_us').map((us) => us / S)).toEqual([0.5, 1.5, 2, 2]);
	});

	test('parked sends go in the order in which they came', () => {
		const clients = limited({ limiter: permits(1, 100) });
		const outcome = play({ calls: every(0.1, 5), seconds: 9, edge: slow, clients });
		// call k comes at 0.1 k and is done at k + 1; any other order has other squares
		expect(sumSquares(outcome)).toBeCloseTo(
			[0, 1, 2, 3, 4].reduce((sum, k) => sum + (1 + 0.9 * k) ** 2, 0),
			6,
		);
	});

	test('a permit that comes back finds the worker free that gave it back', () => {
		const edge = { service: [constant(1)], workers: 1, queueLimit: 0 };
		const outcome = play({ calls: together(4), seconds: 9, edge, clients: limited({ limiter: permits(1, 100) }) });
		expect([total(outcome, 'succeeded'), total(outcome, 'outcome_rejected')]).toEqual([4, 0]);
	});

	test('a client that leaves by patience gives its permit back', () => {
		const clients = { ...limited({ limiter: permits(1, 0) }), patience: constant(1) };
		const edge = { service: [constant(10)], workers: 10 };
		const outcome = play({ calls: every(1.5, 6), seconds: 20, edge, clients });
		expect([total(outcome, 'attempts'), total(outcome, 'suppressed')]).toEqual([6, 0]);
	});

	test('one that leaves while parked leaves the line, too', () => {
		// A fails, and its retry at 1 s finds B with the permit: A leaves the line at 2 s, so that C finds room there.
		const clients = {
			...limited({ attempts: 2, growth: { kind: 'fixed', baseUs: S }, limiter: permits(1, 1) }),
			patience: constant(2),
		};
		const outcome = play({
			...{ calls: [0, 0.5, 2.1], broken: [[0, 0.1]], seconds: 10, bucketS: 0.5, clients },
			edge: { service: [{ kind: 'empirical', valuesUs: [1_500_000] }], workers: 10 },
		});
		expect(total(outcome, 'suppressed')).toBe(0);
	});

	test("an outer layer's timeout ends a send in the line: its permit and its place are free", () => {
		const layers = [
			policy({ limiter: permits(1, 100) }),
			policy({ attempts: 2, timeout: constant(1), growth: { kind: 'fixed', baseUs: 0 } }),
		];
		const edge = { service: [constant(5)], workers: 10 };
		const outcome = play({ calls: [0, 0.5, 20, 22, 24], seconds: 40, edge, clients: { layers } });
		// From 20 s on calls are alone: each is sent twice and gives up after two seconds.
		expect(total(outcome, 'attempts', 20, 40)).toBe(6);
		expect(total(outcome, 'failed')).toBe(5);
	});

	test('the time for a try begins when the limiter of its layer lets it go, that of an outer one before', () => {
		const inner = policy({ timeout: constant(1.1), limiter: permits(1, 100) });
		const edge = { service: [constant(1)], workers: 10 };
		const alone = play({ calls: together(4), seconds: 9, edge, clients: { layers: [inner] } });
		expect(total(alone, 'succeeded')).toBe(4);
		const outer = policy({ name: 'outer', timeout: constant(2.1) });
		const both = play({ calls: together(4), seconds: 9, edge, clients: { layers: [inner, outer] } });
		expect([total(both, 'succeeded'), total(both, 'failed')]).toEqual([2, 2]);
	});

	test('a permit of an outer layer is held for a whole try, and freed where an inner one is denied', () => {
		const layers = [
			policy({
				limiter: {
					kind: 'token-bucket',
					scope: 'instance',
					appliesTo: 'tries',
					ratePerSecond: 1,
					burst: 1,
					whenEmpty: 'deny',
				},
			}),
			policy({ name: 'outer', limiter: permits(1, 0) }),
		];
		const outcome = play({ calls: [0, 0.5, 0.9, 2], seconds: 5, clients: { layers } });
		expect([total(outcome, 'attempts'), total(outcome, 'suppressed')]).toEqual([2, 2]);
	});

	test('a send that an inner limiter parks takes one permit of the outer one, not two', () => {
		const layers = [policy({ limiter: permits(1, 10) }), policy({ name: 'outer', limiter: permits(2, 10) })];
		const outcome = play({ calls: together(4), seconds: 9, edge: slow, clients: { layers } });
		expect(when(outcome).map(([, sends]) => sends)).toEqual([1, 1, 1, 1]);
		expect(total(outcome, 'succeeded')).toBe(4);
	});

	test('a whole-request timeout and a late answer end what is parked', () => {
		const edge = { service: [constant(3)], workers: 10 };
		const whole = {
			...limited({ limiter: permits(1, 10) }),
			timeout: constant(1),
			timeoutClock: 'whole-request' as const,
		};
		const outcome = play({ calls: [0, 0.2, 0.4, 10], seconds: 20, edge, clients: whole });
		expect([total(outcome, 'failed'), total(outcome, 'attempts', 10, 20)]).toEqual([4, 1]);
		// The first try is given up after 1 s; its retry waits for the permit that the second call has when the answer comes.
		const late = {
			...limited({ attempts: 2, limiter: permits(1, 10) }),
			...{ timeout: constant(1), lateAnswer: 'accept' as const },
		};
		const accepted = play({ calls: [0, 0.5], seconds: 20, edge, clients: late });
		expect([total(accepted, 'succeeded'), total(accepted, 'failed')]).toEqual([2, 0]);
	});
});

describe('cubic (AWS, adaptive)', () => {
	const cubic: CubicLimiter = {
		...{ kind: 'cubic', scope: 'instance', throttles: causeMask(['429']), beta: 0.7, scale: 0.4, smooth: 0.8 },
		...{ minFillPerSecond: 0.5, startFillPerSecond: 0.5, minCapacity: 1 },
	};
	const story = { calls: every(0.05, 400), seconds: 60, clients: limited({ limiter: cubic }) };
	const throttling = (fromS: number, toS: number) => ({
		faults: [
			{
				...{ name: 'throttling', fromUs: fromS * S, toUs: toS * S },
				scope: { regions: null, platforms: null, groups: null, nodes: null, nodeShare: 1 },
				effect: { kind: 'error' as const, probability: 1, reply: { cause: '429' as const, retryAfterUs: null } },
			},
		],
	});

	test('sleeps through failures of any other kind', () => {
		expect(total(play({ ...story, answers: '503' }), 'backoff_us')).toBe(0);
	});

	test('wakes at the first 429: seven tenths at each, down to one send in two seconds, and back by the cube', () => {
		const outcome = play({ ...story, over: throttling(10, 11) });
		expect(total(outcome, 'attempts', 0, 10)).toBe(200);
		// 20 a second were measured: the tokens of the bucket go first, and it holds seven tenths less with each 429
		expect(total(outcome, 'attempts', 10, 11)).toBeLessThan(15);
		expect(total(outcome, 'attempts', 11, 12)).toBeLessThanOrEqual(2);
		// no second one is faster than the 20 that were asked for by much more than what had been kept back
		expect(total(outcome, 'attempts', 12, 14)).toBeLessThan(40);
		expect(total(outcome, 'attempts')).toBe(400);
		expect(total(outcome, 'backoff_us')).toBeGreaterThan(0);
	});
});

describe('adaptive throttle (SRE book)', () => {
	const throttle = (k: number): AdaptiveThrottle => ({
		...{ kind: 'adaptive-throttle', scope: 'instance', k, windowUs: 120 * S, slots: 10 },
		refusals: causeMask(['503']),
	});

	test.each([2, 1.1])('R9: K = %f: of 200 calls a second min(R, K c) go out, where c are taken', (k) => {
		const outcome = run(
			build({
				...{ rate: 200, seconds: 900, warmUpS: 300 },
				edge: { service: [constant(0.05)], workers: 1, queueLimit: 50 },
				clients: limited({ limiter: throttle(k) }),
			}),
			1,
		);
		const accepted = total(outcome, 'outcome_ok');
		// K x 12,000 accepts sent; what is refused is drawn call by call: four standard errors are below 2 %.
		expect(Math.abs(total(outcome, 'attempts') / (k * accepted) - 1)).toBeLessThan(0.02);
		expect(total(outcome, 'suppressed')).toBe(total(outcome, 'born') - total(outcome, 'attempts'));
	});

	test('a backend that takes all of it is never throttled', () => {
		const outcome = play({ calls: every(0.01, 3_000), seconds: 40, clients: limited({ limiter: throttle(1.1) }) });
		expect(total(outcome, 'suppressed')).toBe(0);
	});
});
