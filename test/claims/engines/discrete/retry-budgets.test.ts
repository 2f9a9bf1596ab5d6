/** Retry budgets of real clients in whole worlds small enough for a pencil: what passes, what is kept back, and when. */
import { describe, expect, test } from 'vitest';
import type { ConcurrencyBudget } from '../../../../src/model/retry/budgets/concurrent-retries.js';
import type { QuotaBudget } from '../../../../src/model/retry/budgets/quota.js';
import type { RatioWindowBudget } from '../../../../src/model/retry/budgets/ratio-window-budget.js';
import type { ThresholdBudget } from '../../../../src/model/retry/budgets/threshold.js';
import type { TtlWindowBudget } from '../../../../src/model/retry/budgets/ttl-window.js';
import { causeMask } from '../../../../src/model/retry/cause.js';
import { every, play, together, when, world } from '../../../support/machine-worlds.js';
import {
	build,
	constant,
	type PolicyOver,
	policy,
	requestClass,
	run,
	S,
	total,
} from '../../../support/world-builder.js';

const retrying = (over: PolicyOver) => ({ layers: [policy({ attempts: 3, ...over })] });

describe('quota (AWS)', () => {
	const aws: QuotaBudget = {
		...{ kind: 'quota', scope: 'instance', capacity: 500, initial: 500, cost: 14, refund: 1, overfills: false },
		costFor: [{ causes: causeMask(['429']), cost: 5 }],
	};

	test('R8: 35 retries at 14 tokens each, then none; 100 after throttling at 5', () => {
		const calls = every(1, 60);
		const clients = retrying({ budget: aws });
		const broken = play({ calls, answers: '500', seconds: 60, clients });
		// two retries a call: calls 1 to 17 take 34, the 18th takes one
		expect(when(broken)).toEqual(calls.map((s, k) => [s, k < 17 ? 3 : k === 17 ? 2 : 1]));
		expect(total(broken, 'suppressed')).toBe(60 - 17);
		expect(total(play({ calls, answers: '429', seconds: 60, clients }), 'attempts')).toBe(60 + 100);
	});

	test('every client instance has its own, the population only where its scope says so', () => {
		const spread = (scope: QuotaBudget['scope']) =>
			total(
				play({
					calls: every(0.01, 2_000),
					answers: '500',
					seconds: 21,
					clients: { ...retrying({ budget: { ...aws, scope } }), instances: 20 },
				}),
				'attempts',
			);
		expect(spread('instance')).toBe(2_000 + 20 * 35);
		expect(spread('population')).toBe(2_000 + 35);
	});

	test.each([
		[3, 0],
		[4, 1],
		[17, 1],
		[18, 2],
	])(
		'an empty bucket that %i successes at the first try have refilled by one each pays for %i retries',
		(good, paid) => {
			// 35 retries leave 10 tokens
			const calls = [...every(0.1, 18), ...every(0.1, good, 10), 20];
			const outcome = play({
				calls,
				broken: [
					[0, 9],
					[19, 30],
				],
				seconds: 30,
				clients: retrying({ budget: aws }),
			});
			expect(total(outcome, 'attempts', 20, 21)).toBe(1 + paid);
		},
	);

	test('a success after a retry gives back what its last retry took: the bucket never runs dry', () => {
		const calls = every(2, 60);
		const clients = retrying({ budget: aws, growth: { kind: 'fixed', baseUs: S } });
		const broken = calls.map((s) => [s, s + 0.5] as const);
		const outcome = play({ calls, broken, seconds: 121, clients });
		expect([total(outcome, 'attempts'), total(outcome, 'suppressed'), total(outcome, 'saved')]).toEqual([120, 0, 60]);
		// where the retries fail too nothing comes back
		const longer = calls.map((s) => [s, s + 1.5] as const);
		expect(total(play({ calls, broken: longer, seconds: 121, clients }), 'attempts', 40)).toBe(40);
	});

	test('a parked retry of one client gives no refund to another', () => {
		// Permits go round a population, tokens stay with an instance: 300 calls of 5 instances earn or lose each its own.
		const clients = {
			...retrying({ budget: aws, limiter: { kind: 'concurrency', scope: 'population', permits: 1, queue: 1e6 } }),
			instances: 5,
		};
		const outcome = play({ calls: together(300), answers: '500', seconds: 10, clients });
		expect(total(outcome, 'attempts')).toBe(300 + 5 * 35);
	});
});

describe('threshold (gRPC)', () => {
	const grpc: ThresholdBudget = { kind: 'threshold', scope: 'instance', max: 10, ratio: 0.1, checked: 'decision' };

	test('R7: retries after failures 1 to 4, none from the 5th on', () => {
		const outcome = play({
			calls: every(1, 20),
			answers: '503',
			seconds: 20,
			clients: retrying({ attempts: 2, budget: grpc }),
		});
		// failures 1 and 2 are the first call's, 3 and 4 the second's
		expect(when(outcome).map(([, sends]) => sends)).toEqual([2, 2, ...new Array(18).fill(1)]);
		expect(total(outcome, 'suppressed')).toBe(18);
	});

	test('what is not retried takes no token', () => {
		const clients = retrying({ attempts: 2, budget: grpc, on: ['503'] });
		const calls = every(0.1, 30);
		const outcome = play({ calls, broken: [[0, 1]], answers: '503', seconds: 3, clients });
		expect(total(outcome, 'attempts')).toBe(30 + 2);
		const plain = play({ calls: [...calls, 5], broken: [[0, 3]], seconds: 6, clients });
		expect(total(plain, 'attempts')).toBe(31);
	});

	test.each([
		[10, 1],
		[11, 2],
	])('an empty half, %i successes of a tenth of a token each, then a failure: %i sends', (good, sends) => {
		const calls = [0, ...every(0.1, good, 1), 5];
		const clients = retrying({ attempts: 5, budget: grpc });
		const outcome = play({
			calls,
			broken: [
				[0, 0.5],
				[4, 10],
			],
			seconds: 6,
			clients,
		});
		expect(total(outcome, 'attempts', 0, 1)).toBe(5);
		expect(total(outcome, 'attempts', 5, 6)).toBe(sends);
	});

	test.each([
		['decision', 1, 1],
		['after-backoff', 0, 2],
	] as const)('asked at %s: of two calls that fail at once %i retries', (checked, retries, suppressed) => {
		// four tokens: one failure leaves three, two leave half, and both have failed when the back-off is over
		const clients = retrying({
			attempts: 2,
			budget: { ...grpc, max: 4, checked },
			growth: { kind: 'fixed', baseUs: S },
		});
		const outcome = play({ calls: together(2), answers: '503', seconds: 3, clients });
		expect(total(outcome, 'attempts')).toBe(2 + retries);
		expect(total(outcome, 'suppressed')).toBe(suppressed);
	});
});

describe('ttl window (Finagle, Linkerd)', () => {
	const linkerd: TtlWindowBudget = {
		...{ kind: 'ttl-window', scope: 'instance', ttlUs: 10 * S, ratio: 0.2, perSecond: 10, slots: 10 },
		...{ forgets: 'tower', credit: 'per-call' },
	};

	test.each([
		[100, 1.3],
		[1000, 1.21],
		[10, 2.2],
	])('R6: %i calls a second, all failing: %f attempts a call', (rate, amplification) => {
		const outcome = run(
			build({
				...{ rate, seconds: 130, warmUpS: 20, bucketS: 10 },
				edge: { service: [constant(0.001)], workers: 1_000_000 },
				clients: retrying({ attempts: 4, budget: linkerd }),
				over: {
					classes: [requestClass({ errorProbability: 1 })],
					arrivals: { kind: 'curve', process: 'regular' },
				},
			}),
			1,
		);
		const measured = total(outcome, 'attempts') / total(outcome, 'born');
		// A part is forgotten whole, so that the window looks back up to eleven tenths of its time.
		expect(measured).toBeLessThanOrEqual(amplification + 0.001);
		expect(measured).toBeGreaterThanOrEqual(1.2 + 10 / 1.1 / rate - 0.01);
	});

	test('a client that has not called for a while has its reserve: 100 retries at once', () => {
		const clients = retrying({ attempts: 2, budget: { ...linkerd, ratio: 0 } });
		const outcome = play({ calls: [...together(300), ...together(300, 30)], answers: '500', seconds: 32, clients });
		expect(when(outcome)).toEqual([
			[0, 400],
			[30, 400],
		]);
	});
});

describe('concurrency (Envoy)', () => {
	const three: ConcurrencyBudget = { kind: 'concurrency', scope: 'population', limit: { kind: 'fixed', max: 3 } };
	const second = { kind: 'fixed', baseUs: S } as const;

	test('never more than its maximum wait or fly', () => {
		const clients = retrying({ budget: three, growth: second });
		const outcome = play({ calls: [...together(10), 0.5, 5], answers: '503', seconds: 10, bucketS: 0.5, clients });
		// 10 calls: three retry at 1 s, and again at 2 s; the call at 0.5 s finds the places taken, the one at 5 s does not
		expect(when(outcome)).toEqual([
			...[
				[0, 10],
				[0.5, 1],
				[1, 3],
				[2, 3],
			],
			...[
				[5, 1],
				[6, 1],
				[7, 1],
			],
		]);
		expect(total(outcome, 'suppressed')).toBe(8);
	});

	test.each([
		[0, 1],
		[3, 3],
	])('a fifth of ten in flight, at least %d: %d retries', (least, retries) => {
		// Answers come one by one: the first finds nine in flight, a fifth of which is one whole retry, the second eight.
		const clients = retrying({
			...{ attempts: 2, growth: second },
			budget: { ...three, limit: { kind: 'share', share: 0.2, least } },
		});
		const outcome = play({
			...{ calls: together(10), answers: '503', seconds: 4, clients },
			edge: { service: [constant(1)], workers: 10 },
		});
		expect(total(outcome, 'attempts')).toBe(10 + retries);
	});

	test('a client that leaves in the middle of a back-off gives its place back', () => {
		const clients = {
			...retrying({ budget: three, growth: { kind: 'fixed', baseUs: 100 * S } }),
			patience: constant(200),
		};
		const patient = play({ calls: [...together(3), 150, 301, 302], answers: '503', seconds: 600, clients });
		expect(total(patient, 'suppressed')).toBe(0);
		const outcome = play({
			...{ calls: [...together(3), 1, ...together(3, 20)], answers: '503', seconds: 60 },
			clients: { ...retrying({ budget: three, growth: { kind: 'fixed', baseUs: 5 * S } }), patience: constant(8) },
		});
		// The three retry at 5 s, fail, and leave no time for another: at 20 s all places are free.
		expect(total(outcome, 'attempts', 20, 21)).toBe(3);
		expect(total(outcome, 'attempts', 25, 26)).toBe(3);
	});

	test('charged in one pool, given back there, though the retry went to another', () => {
		// Region `far` takes the retries of `near`; each pool has a budget of one retry.
		const layer = policy({
			...{ attempts: 2, target: 'next-region', growth: second },
			budget: { kind: 'concurrency', scope: 'destination', limit: { kind: 'fixed', max: 1 } },
		});
		const near = world({ calls: every(3, 10), answers: '503', seconds: 40 });
		const [group] = near.groups;
		const outcome = run(
			{
				...near,
				regions: [
					{ name: 'near', share: 1, failover: [1], platformShares: [1] },
					{ name: 'far', share: 0, failover: [0], platformShares: [1] },
				],
				groups: [group, { ...group, name: 'far', region: 1, firstNode: 1 }],
				nodeCount: 2,
				populations: [{ ...near.populations[0], layers: [layer] }],
			},
			1,
		);
		expect([total(outcome, 'attempts'), total(outcome, 'suppressed')]).toEqual([20, 0]);
	});

	test('a limited run that begins collapsed balances, however many requests it begins with', () => {
		const begun = world({
			...{ calls: every(0.01, 500), answers: '503', seconds: 20 },
			edge: { service: [constant(0.001)], workers: 10, queueLimit: 10_000 },
			clients: { ...retrying({ attempts: 4, budget: three, growth: second }), timeout: constant(2) },
		});
		const held = [{ live: 3_000, abandoned: 0 }];
		const outcome = run({ ...begun, start: { held, backoff: [2_000] } }, 1);
		expect(total(outcome, 'failed')).toBe(5_500);
	});
});

describe('ratio window (SRE book, .NET, Gateway API)', () => {
	const tenth: RatioWindowBudget = {
		...{ kind: 'ratio-window', scope: 'instance', ratio: 0.1, windowUs: 10 * S, slots: 10 },
		...{ minCalls: 0, least: 0, leastUs: 10 * S, whole: false },
	};
	const failing = (over: Partial<RatioWindowBudget>, calls: readonly number[]) =>
		play({
			calls,
			answers: '500',
			seconds: 60,
			clients: retrying({ attempts: 2, budget: { ...tenth, ...over } }),
		});

	test('R5: a tenth of the calls: 1.1 attempts a call', () => {
		const outcome = failing({}, every(0.01, 6_000));
		expect(total(outcome, 'attempts', 10, 60) / total(outcome, 'born', 10, 60)).toBeCloseTo(1.1, 2);
	});

	test('the 10th call is the first that is looked at where ten are asked for', () => {
		const outcome = failing({ minCalls: 10 }, together(12));
		// Twelve calls are there when the first of them fails: a retry passes while fewer than 1.2 have.
		expect(total(outcome, 'attempts')).toBe(12 + 2);
		expect(total(failing({ minCalls: 10 }, every(0.1, 30)), 'attempts')).toBe(30 + 9);
	});

	test('so many always may, counted by the second', () => {
		const outcome = failing({ ratio: 0, least: 2, leastUs: S }, every(0.1, 100));
		expect(total(outcome, 'attempts', 2, 10)).toBe(80 + 8 * 2);
	});
});
